"""The question on the entry screen, in lines: its head, where it is answered, what is wrong, what helps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

from casebook.language import N_, _
from tui.screens.entry_view import ChoiceView, QuestionView
from tui.widgets.canvas import Shaded
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped
from tui.widgets.markup import marked, plain

_SPACED = 26
"""Lines from which choices stand apart, where they fit so."""

_ENOUGH, _LEAST = 6, 3
"""Choices in sight for which the foot makes room, and for which the head does too."""

_LATER = re.compile(r"\[(?!1\])\d+\][^\[]*$")
"""The ref of a question in an instance that is not the first."""

_WITHIN = " ▸ "
"""Between the instances that a question is in."""

_KINDS = {
    "select": N_("可多选"), "rank": N_("按先后选"), "int": N_("填整数"), "decimal": N_("填数字"), "date": N_("填日期"),
    "time": N_("填时间"), "datetime": N_("填日期和时间"), "geo": N_("填位置"),
}  # fmt: skip
_HOW = {
    "date": N_("如 20261122、261122、1122；t 是今天，t-3 是三天前"),
    "datetime": N_("如 20261122 0930"),
    "time": N_("如 0930"),
    "geo": N_("纬度 经度，用空格隔开"),
}
_MARKS = {"wrong": "bad", "warn": "warn", "due": "warn"}


@dataclass(frozen=True, slots=True)
class Hand:
    """What keys did that is not an answer yet: the choice under the cursor (-1: none), digits that wait for more, why
    the text was refused."""

    cursor: int = -1
    digits: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`field` is the line of the text field, None where there is none."""

    lines: list[Shaded] = field(default_factory=list)
    field: int | None = None


def sheet_of(view: QuestionView, hand: Hand, width: int, height: int, *, wide: bool, locked: bool) -> Sheet:
    """The question for a width and height; `wide`: what helps stands in a panel of its own."""
    head = head_lines(view, hand, width)
    told = trouble_lines(view, hand, width)
    foot = foot_lines(view, width, wide=wide)
    count = len(view.choices)
    while foot and len(head) + len(told) + min(_ENOUGH, count) + 2 + len(foot) > height:
        foot.pop()
    while len(head) > 2 and len(head) + len(told) + min(_LEAST, count) + 2 > height:
        head.pop(-2)
    if view.types and not locked:
        below = [[], *wrapped([(_(_HOW[view.kind]), "dim")], width)] if view.kind in _HOW and not told else []
        middle = [*head, [], *told, *below]
        return Sheet(_filled(middle, foot, height), len(head))
    lines = [Shaded(line) for line in head]
    room = height - len(head) - len(told) - len(foot) - bool(told) - bool(foot)
    if view.choices:
        answer = choice_lines(view, hand.cursor, width, max(1, room), apart=height >= _SPACED)
    else:
        answer = _plain_answer(view, width)
    lines += answer
    lines += [Shaded(line) for line in ([[], *told] if told else [])]
    return Sheet(_filled(lines, foot, height))


def _filled(lines: Sequence[Shaded | Line], foot: Sequence[Line], height: int) -> list[Shaded]:
    """The lines, and the foot at the bottom."""
    shaded = [line if isinstance(line, Shaded) else Shaded(line) for line in lines]
    gap = height - len(shaded) - len(foot)
    return [*shaded, *([Shaded([])] * max(0, gap)), *(Shaded(line) for line in foot)]


def head_lines(view: QuestionView, hand: Hand, width: int) -> list[Line]:
    """Whose it is; number, title, 必答, 可多选; a blank line, the text, a blank line."""
    lines: list[Line] = [[(cut(_innermost(view.around, width), width), "dim")]] if view.around else []
    first: Line = [(view.number + " ", "title")] if view.number else []
    tags = [_("必答")] if view.required and not view.note else []
    tags += [_(_KINDS[view.kind])] if view.kind in _KINDS and not view.note else []
    tags += [_("只读")] if view.note and view.kind != "note" else []
    tail: Line = [("  " + tag, "dim") for tag in tags]
    if hand.digits:
        tail.append(("  " + _("编码 {digits}，再按一位或回车").format(digits=hand.digits), "warn"))
    short = plain(view.text)
    if not view.title and "\n" not in view.text and line_width([*first, (short, ""), *tail]) <= width:
        return [*lines, [*first, (short, "title"), *tail], []]  # a label that is a title needs no further line
    text = wrapped(marked(view.text), width)
    head = wrapped([*first, (view.title, "title"), *tail], width) if view.title or first or tail else []
    return [*lines, *head, *([[]] if head else []), *text, []]


def _innermost(around: str, width: int) -> str:
    """As much of where one is as fits, from the inside out: of five treatments, which one."""
    while cell_len(around) > width and _WITHIN in around:
        around = around.partition(_WITHIN)[2]
    return around


def trouble_lines(view: QuestionView, hand: Hand, width: int) -> list[Line]:
    """What is wrong with the answer, or was with what was typed; and what Enter does then."""
    if hand.refused:
        how = wrapped([(_("改好再按回车，或用 Ctrl+Z 恢复原来的"), "dim")], max(4, width - 2))
        return [*wrapped([("✗ " + hand.refused, "bad")], width, 2), *([("  ", ""), *line] for line in how)]
    if view.mark not in _MARKS or (view.mark == "due" and not view.stopped):
        return []
    sign = "✗ " if view.mark == "wrong" else "! "
    does = {
        "wrong": _("改好，或按 下 先放着"), "warn": _("回车说明理由，或改答案"), "due": _("再按回车先放着"),
    }[view.mark]  # fmt: skip
    role = _MARKS[view.mark]
    told = wrapped([(sign, role), *marked(view.trouble, role)], width, 2)
    return [*told, *([("  ", ""), *line] for line in wrapped([(does, "dim")], max(4, width - 2)))]


def foot_lines(view: QuestionView, width: int, *, wide: bool) -> list[Line]:
    """Reason, remark, hint, the answer of last time, the keys that this question has beside the usual ones."""
    lines: list[Line] = []
    if view.sent_back:
        lines += _labelled(_("退回："), [(view.sent_back, "strong")], width)
    if view.reason:
        lines += _labelled(_("理由："), [(view.reason, "")], width)
    if view.remark:
        lines += _labelled(_("备注："), [(view.remark, "")], width)
    if not wide:
        if view.hint:
            lines += _labelled(_("提示："), marked(view.hint, "dim"), width)
        if view.last is not None:
            lines += wrapped([(last_words(view), "dim")], width)
    keys = own_keys(view) if view.kind != "add" else []
    return [*lines, keys_line(keys, width)] if keys else lines


def last_words(view: QuestionView) -> str:
    answer, where = view.last or ("", "")
    return _("上次答案：{answer}（{where}）").format(answer=answer, where=where)


def own_keys(view: QuestionView) -> list[tuple[str, str]]:
    """Keys with their words."""
    if view.kind == "add":
        return [("+", _("添加一份")), (_("回车"), _("不加，往下"))]
    if view.note:
        return [(_("回车"), _("往下"))]
    keys: list[tuple[str, str]] = []
    if view.chooses:
        keys.append((_("数字"), _("选")))
        keys += [(_("空格"), _("勾选")), (_("左右"), _("移动"))] if view.several else []
        keys.append(("/", _("查找")))
    if view.unknown:
        keys.append(("F8", view.unknown))
    if view.refused:
        keys.append(("F9", view.refused))
    if _LATER.search(view.ref) and not view.types:
        keys.append(("=", _("同上一份")))
    return keys


def keys_line(keys: Sequence[tuple[str, str]], width: int) -> Line:
    line: Line = []
    for key, word in keys:
        more: list[Piece] = [("   " if line else "", ""), (key, "key"), (" " + word, "dim")]
        if line_width(line) + line_width(more) > width:
            break
        line += more
    return line


def _labelled(label: str, pieces: Sequence[Piece], width: int) -> list[Line]:
    indent = cell_len(label)
    first, *rest = wrapped(pieces, max(4, width - indent)) or [[]]
    return [[(label, "warn"), *first], *([(" " * indent, ""), *line] for line in rest)]


# Where it is answered


def _plain_answer(view: QuestionView, width: int) -> list[Shaded]:
    """An answer that is not typed here."""
    if view.kind == "trigger":
        done = bool(view.value)
        box = ("[x] ", "good") if done else ("[ ] ", "dim")
        return [Shaded([box, (_("按 1 确认"), "strong" if done else "")], "panel", "choice 0")]
    if view.kind == "upload":
        return [Shaded([(_("照片和文件请用手机填"), "dim")])]
    if view.kind == "add":
        return [Shaded(keys_line(own_keys(view), width))]
    if view.kind == "note":
        return []
    shown = view.shown or view.value
    return [Shaded(line) for line in wrapped([(shown or _("（没有答案）"), "strong" if shown else "dim")], width)]


def choice_lines(view: QuestionView, cursor: int, width: int, room: int, *, apart: bool) -> list[Shaded]:
    """The choices with their codes, the one under the cursor on a ground of its own; as many as fit around it. `apart`:
    with a blank line between them where all fit so."""
    spaced = apart and 2 * len(view.choices) <= room
    anchor = cursor if cursor >= 0 else max(0, view.first_chosen)
    if len(view.choices) <= room:
        first, last = 0, len(view.choices)
    else:
        fitting = max(1, room - 1)
        first = max(0, min(anchor - fitting // 2, len(view.choices) - fitting))
        last = first + fitting
    lines: list[Shaded] = []
    codes = max(cell_len(choice.code) for choice in view.choices[first:last]) + 1
    boxes = {value: str(number) if view.kind == "rank" else "x" for number, value in enumerate(view.chosen, 1)}
    for number in range(first, last):
        ground = "selected" if number == cursor else "panel"
        drawn = _choice(view.choices[number], codes, view.several, boxes, width)
        if len(lines) + len(drawn) + (last - number - 1) > room:
            drawn = [_cut(drawn[0], width)]
        lines += [Shaded(line, ground, f"choice {number}") for line in drawn]
        if spaced and number + 1 < last:
            lines.append(Shaded([]))
    if last - first < len(view.choices):
        said = _("共 {count} 个，按 / 查找").format(count=f"{len(view.choices):,}")
        lines.append(Shaded([(" " * (codes + 5) + said, "dim")]))
    return lines


def _choice(choice: ChoiceView, codes: int, several: bool, boxes: dict[str, str], width: int) -> list[Line]:
    """`boxes` are the signs in the boxes of what is chosen."""
    chosen = choice.value in boxes
    box = ("[{}] " if several else "({}) ").format(boxes.get(choice.value, " "))
    head: Line = [(cell(choice.code, codes, right=True) + " ", "dim"), (box, "good" if chosen else "dim")]
    indent = line_width(head)
    first, *rest = wrapped(marked(choice.label, "strong" if chosen else ""), max(4, width - indent)) or [[]]
    return [[*head, *first], *([(" " * indent, ""), *line] for line in rest)]


def _cut(line: Line, width: int) -> Line:
    used = line_width(line[:-1])
    return [*line[:-1], (cut(line[-1][0] + "..", max(0, width - used)), line[-1][1])] if line else line
