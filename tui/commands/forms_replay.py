"""`ruhu forms replay --jsonl`: forms filled in as a black box, for comparing with other programs."""

from __future__ import annotations

from casebook.language import N_
from tui.commands.forms_eval import JsonLinesOption

REPLAY_HELP = N_(
    "照着填：每行一个 JSON（调查表和操作），从标准输入读；每行写出每一步之后各题的状态。用来和别的程序对照。"
)
REPLAY_EXAMPLES = N_("ruhu forms replay --jsonl < 操作.jsonl")


def replay(jsonl: JsonLinesOption = True) -> int:
    from survey_forms.filling.replaying import replayed
    from tui.commands.json_lines import answer_lines

    return answer_lines(replayed)
