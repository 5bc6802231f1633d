"""`ruhu forms export-odk-csv --jsonl`: submissions as ODK Central's CSV tables, for checking against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.language import N_
from tui.commands.forms_eval import JsonLinesOption

EXPORT_CSV_HELP = N_("把答卷写成 ODK Central 的 CSV 表：每行一个 JSON，从标准输入读，写到标准输出。用来和它对照。")
EXPORT_CSV_EXAMPLES = N_("ruhu forms export-odk-csv --jsonl < 答卷.jsonl")


def export_odk_csv(jsonl: JsonLinesOption = True) -> int:
    from survey_forms.submissions.csv_replaying import export
    from tui.commands.json_lines import answer_lines

    def answer(question: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"files": export(question)}

    return answer_lines(answer)
