"""The third panel of the entry screen: what helps with the question, where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence

from casebook.language import N_, _
from tui.screens.entry_view import Check, QuestionView
from tui.widgets.canvas import Shaded
from tui.widgets.lines import Line, Piece, wrapped
from tui.widgets.markup import marked

CHECK_NAMES = {
    "relevant": N_("该不该问"), "required": N_("是否必答"), "constraint": N_("答案要求"), "warning": N_("软检查"),
    "readonly": N_("是否只读"), "calculate": N_("计算"),
}  # fmt: skip
_FOLLOWERS = 8


def side_lines(view: QuestionView, width: int, height: int) -> list[Shaded]:
    lines: list[Line] = []
    said: list[Piece] = [*marked(view.hint), *([("\n", "")] if view.hint and view.guidance else [])]
    said += marked(view.guidance, "dim")
    _part(lines, _("说明"), wrapped(said, width) if said else [])
    if view.last is not None:
        answer, where = view.last
        last: Sequence[Piece] = [(answer + "\n", ""), (where, "dim")]
        _part(lines, _("上次答案"), wrapped(last, width))
    checks = [line for check in view.checks for line in check_lines(check, width)]
    _part(lines, _("关联校验"), checks)
    followers: list[Line] = []
    for one in view.followers[:_FOLLOWERS]:
        sign: Piece = ("✓ ", "good") if one.asked else ("- ", "dim")
        number = f"{one.number} " if one.number else ""
        followers += wrapped([sign, (number + one.title, "" if one.asked else "dim")], width, 2)
    _part(lines, _("这题决定问不问"), followers)
    answers: list[Line] = []
    for number, title, answer in view.before:
        head = f"{number} {title}" if number else title
        answers += wrapped([(head + "  ", "dim"), (answer, "")], width, 2)[:2]
    _part(lines, _("本部分已答"), answers)
    return [Shaded(line) for line in lines[:height]]


def _part(lines: list[Line], title: str, part: Sequence[Line]) -> None:
    if part:
        lines += [*([[]] if lines else []), [(title, "title")], *part]


def check_lines(check: Check, width: int) -> list[Line]:
    """Whether a rule is met, in the form's words, and the values that it looks at."""
    bad = check.result if check.attribute == "warning" else not check.result
    sign: Piece = ("! ", "warn") if bad else ("✓ ", "good")
    lines = wrapped([sign, (check.said or check.expression, "" if bad else "dim")], width, 2)
    for label, value in check.values:
        said: Piece = (value, "") if value else (_("（空）"), "dim")
        lines += [[("  ", ""), *line] for line in wrapped([(label + " ", "dim"), said], max(4, width - 2), 2)[:2]]
    return lines
