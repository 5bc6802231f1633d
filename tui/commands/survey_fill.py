"""`ruhu survey fill`: answers from a file of JSON lines, with the checks of the screen, and handing in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.survey_visits import VISIT_NAME, named_visits, state_name
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from survey_forms.interview import Finished, Interview
    from survey_forms.visits.answer_lines import Filled

FILL_HELP = N_(
    "把一次入户的回答从文件填进去，和在屏幕上填一样逐条检查、逐条保存。文件一行一个 JSON："
    '{"ref", "value"}；增减一份、备注、软检查的理由另写 op：add、remove、remark、reason。'
    "不合的行报出行号，其余照填，退出码 1。--submit 填完上交，还有错误就不交。"
)
FILL_EXAMPLES = N_(
    "ruhu survey fill 3fa2c1 --answers 回答.jsonl\n"
    "ruhu survey fill 3fa2c1 --answers 回答.jsonl --submit --user 陈静\n"
    "ruhu survey fill 3fa2c1 --submit --json"
)


_LARGEST = 64 * 1024**2
"""Bytes of a file of answers; those of a household are some 100,000."""


def survey_fill(
    visit: Annotated[
        str, typer.Argument(metavar="VISIT", help=VISIT_NAME)
    ],
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE", readable=False, help=N_("回答的文件，一行一个 JSON；- 是标准输入")),
    ] = None,
    submit: Annotated[bool, typer.Option("--submit", help=N_("填完上交，等乡审"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.access import record
    from survey_forms.visits.answer_lines import fill_from
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    if answers is None and not submit:
        raise RuhuError(
            "usage_fill",
            _("请给出 --answers，或 --submit。"),
            _("例：ruhu survey fill 3fa2c1 --answers 回答.jsonl"),
            category="usage",
        )
    lines = _lines(answers) if answers is not None else []
    with opened_casebook(casebook, user) as book:
        row = named_visits(book, [visit])[0]
        record(book, "opened", [row.id])
        filled = fill_from(book, row.id, lines)
        finished = filled.interview.finish()
        submission = filled.interview.submit() if submit and finished.ready and not filled.refused else ""
    if json:
        _print(filled, finished, submission)
    else:
        _tell(filled, finished, submission)
        if submit and not submission:
            say(_("没有上交：先改正上面列出的。"))
    return 1 if filled.refused or (submit and not submission) else 0


def _lines(path: Path) -> list[str]:
    """The lines of the file, as a line end says where they end and nothing else: other characters that end a line may
    stand in an answer. Raises RuhuError (unusable) for one that can't be read."""
    try:
        content = _content(path)
        if len(content) > _LARGEST:
            raise RuhuError("answers_too_large", _("文件太大，不像是一户的回答"), place=Place(file=path.name))
        return content.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        what, remedy = _("读不了这个文件"), _("请检查文件是否存在，是否为 UTF-8 编码")
        raise RuhuError("answers_unreadable", what, remedy, Place(file=path.name)) from error


def _content(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(_LARGEST + 1)
    with path.open("rb") as file:
        return file.read(_LARGEST + 1)


def _numbers(interview: Interview) -> dict[str, str]:
    return {entry.ref: entry.number for entry in interview.filling.outline()}


def _print(filled: Filled, finished: Finished, submission: str) -> None:
    numbers, visit = _numbers(filled.interview), filled.interview.visit
    problems = [
        {"ref": one.ref, "number": numbers.get(one.ref, ""), "kind": one.kind, "message": one.message}
        for one in finished.problems
    ]
    warnings: list[dict[str, Any]] = [
        {"ref": ref, "number": numbers.get(ref, ""), "message": message} for ref, message in finished.warnings
    ]
    print_json(
        {
            "visit": visit.handle,
            "id": visit.id,
            "state": visit.state,
            "taken": filled.taken,
            "refused": [
                {"line": one.line, "code": one.error.code, "what": one.error.what, "remedy": one.error.remedy}
                for one in filled.refused
            ],
            "problems": problems,
            "warnings": warnings,
            "submission": submission or None,
        }
    )


def _tell(filled: Filled, finished: Finished, submission: str) -> None:
    from tui.commands.sentences import sentences
    from tui.commands.telling import say, tell

    visit, numbers = filled.interview.visit, _numbers(filled.interview)
    for refused in filled.refused:
        what = sentences(refused.error.what, refused.error.remedy)
        say(_("第 {line} 行：{what}").format(line=refused.line, what=what))
    lines = [f"{visit.handle}  {state_name(visit.state)}"]
    lines += _listed(_("还要改正的 {count} 处："), [(one.ref, one.message) for one in finished.problems], numbers)
    lines += _listed(_("要写明理由的 {count} 处："), finished.warnings, numbers)
    tell(lines)
    text = _("存了 {taken} 条，没有收的 {refused} 条。")
    say(text.format(taken=f"{filled.taken:,}", refused=f"{len(filled.refused):,}"))
    if submission:
        say(_("已上交，等乡审。"))


def _listed(heading: str, found: Sequence[tuple[str, str]], numbers: dict[str, str]) -> list[str]:
    if not found:
        return []
    lines = [f"  {numbers.get(ref, '')}  {message}  {ref}" for ref, message in found]
    return [heading.format(count=f"{len(found):,}"), *lines]
