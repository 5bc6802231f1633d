"""`ruhu forms eval --jsonl`: expressions on documents, for checking the evaluator against others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from casebook.language import N_

EVAL_HELP = N_("算表达式：每行一个 JSON 问题，从标准输入读；每行一个 JSON 答案，写到标准输出。用来和别的程序对照。")
EVAL_EXAMPLES = N_("ruhu forms eval --jsonl < 表达式.jsonl")

JsonLinesOption = Annotated[bool, typer.Option("--jsonl", help=N_("一行一个 JSON（只有这一种写法）"))]


def eval_(jsonl: JsonLinesOption = True) -> int:
    from survey_forms.xpath.evaluating import evaluate
    from tui.commands.json_lines import answer_lines

    def answer(question: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"value": evaluate(question)}

    return answer_lines(answer)
