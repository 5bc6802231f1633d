"""The upload screen in words: which format, how many rows go, how many wait where, the rows that stay behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from casebook.language import N_, _
from exports.formats.format import LoadedFormat
from exports.upload.summary import WAITING_NAMES
from tui.screens.upload_reading import FormatAtHand, Held, Looked
from tui.screens.visits_lines import STATE_ROLES
from tui.widgets.glyphs import narrow
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

TABS = (
    ("left", N_("未上报")),
    ("included", N_("照报")),
    ("notice", N_("提示")),
    ("gone", N_("不再有")),
    ("kinds", N_("分类")),
)
"""What the list can show, by digit from 1."""

EMPTY = {
    "left": N_("没有留下的：列出的都能报。"),
    "included": N_("没有写了理由照报的行。在「未上报」里按 i 写。"),
    "notice": N_("没有提示。"),
    "gone": N_("报过的都还在。"),
    "kinds": N_("没有问题，也没有提示。"),
}

STATUS_NAMES = {"sourced": N_("有出处"), "reconstructed": N_("重建"), "county": N_("本县模板")}
_STATUS_ROLES = {"sourced": "good", "reconstructed": "warn", "county": "good"}

_NARROW, _WIDE = 50, 90
"""Cells from which the list has its second and its third set of columns."""


def format_line(loaded: LoadedFormat, township: str, everything: bool, width: int) -> Line:
    """The format with how well it is known; where, and whether all rows go or only those that changed."""
    format = loaded.format
    line: Line = [(cut(format.title, max(8, width - 30)), "title"), ("  ", "")]
    status = _(STATUS_NAMES[format.status])
    line.append((" ".join(filter(None, (status, format.version))), _STATUS_ROLES[format.status]))
    line.append(("  " + (township or _("全县")), "warn" if township else "dim"))
    line.append(("  " + (_("全部重报") if everything else _("只报新的和有变的")), "warn" if everything else "dim"))
    while line_width(line) > width and len(line) > 2:
        line.pop()
    return line


def count_lines(looked: Looked, width: int) -> list[Line]:
    """How many rows of how many people go, how many stay, how many are as they were; where visits wait; the files."""
    numbers: list[tuple[str, int, str]] = [
        (_("要报"), looked.rows, "good" if looked.rows else "dim"),
        (_("未上报"), len(looked.lists["left"]), "bad"),
        (_("提示"), len(looked.lists["notice"]), "warn"),
        (_("和上次一样"), looked.unchanged, "dim"),
    ]
    first: Line = []
    for name, number, role in numbers:
        first += [(f"{name} ", "dim"), (f"{number:,}", role if number else "dim"), ("  ", "")]
    if looked.people != looked.rows:
        first.append((_("（{count} 人）").format(count=f"{looked.people:,}"), "dim"))
    lines = wrapped(first, width)
    waiting: Line = [(_("还等着") + " ", "dim")]
    if looked.waiting:
        for state, visits, people in looked.waiting:
            words = _("{visits} 户 {people} 人").format(visits=f"{visits:,}", people=f"{people:,}")
            name = _(WAITING_NAMES[state])
            waiting += [(f"{name} ", STATE_ROLES.get(state, "")), (words, "dim"), ("  ", "")]
    else:
        waiting.append((_("没有，入户的都通过了"), "good"))
    lines += wrapped(waiting, width, 2)
    if looked.files:
        text = _("将写 {count} 个文件：{name}") if len(looked.files) == 1 else _("将写 {count} 个文件：{name} 等")
        said = text.format(count=len(looked.files), name=looked.files[0][0])
        lines.append([(cut(said, width), "dim")])
    return lines


def tab_lines(lists: Mapping[str, Sequence[Held]], now: str, width: int) -> list[Line]:
    """What the list can show, with the digit that does; what is empty is left out, but for the first."""
    lines: list[Line] = [[]]
    for digit, (tab, name) in enumerate(TABS, 1):
        count = len(lists.get(tab, ()))
        if not count and tab not in ("left", now):
            continue
        word = f" {_(name)} {count:,} "
        if line_width(lines[-1]) + 1 + cell_len(word) > width:
            lines.append([])
        lines[-1] += [(str(digit), "key"), (word, "chip-title" if tab == now else ""), (" ", "")]
    return lines


def draw_held(held: Held, width: int, _selected: bool) -> list[Line]:
    """Whose row, where, and the first thing that is wrong with it."""
    if held.tab == "kinds":
        return [_kind_line(held, width)]
    sign: Piece = {"left": ("✗ ", "bad"), "included": ("✓ ", "good")}.get(held.tab, ("! ", "warn"))
    line: Line = [sign, (cell(held.name or _("（无名）"), 8 if width < _WIDE else 10), "strong"), (" ", "")]
    if width >= _NARROW:
        line += [(cell(held.village, 10 if width < _WIDE else 14), "dim"), (" ", "")]
    if width >= _WIDE:
        line += [(cell(held.township, 10), "dim"), (" ", ""), (cell(held.household, 14), "dim"), (" ", "")]
    first = held.said[0] if held.said else None
    more = f" +{len(held.said) - 1}" if len(held.said) > 1 else ""
    room = max(4, width - line_width(line) - len(more))
    words = "" if first is None else _heard(first.header, first.what)
    return [[*line, (cell(words, room), ""), (more, "dim")]]


def _kind_line(held: Held, width: int) -> Line:
    """A kind of problem with how many people it is about."""
    said = held.said[0]
    sign: Piece = ("✗ ", "bad") if said.grade == "error" else ("! ", "warn")
    return [sign, (cut(narrow(said.what), width - 2), "")]


def _heard(header: str, what: str) -> str:
    """A problem behind its column's header, unless it names that itself."""
    named = not header or header in what
    return narrow(what if named else _("{column}：{what}").format(column=header, what=what))


def held_lines(held: Held, width: int) -> list[Line]:
    """The whole of one row's problems, each with what to do; then why it goes in spite of them."""
    where = "  ".join(filter(None, (held.township, held.village, held.household, held.handle)))
    lines = []
    if held.tab != "kinds":
        lines += wrapped([(held.name or _("（无名）"), "title"), ("  " + where, "dim")], width)
    for one in held.said:
        ink = "bad" if one.grade == "error" else "warn"
        lines += wrapped([("✗ " if one.grade == "error" else "! ", ink), (_heard(one.header, one.what), "")], width, 2)
        if one.remedy:
            lines += [[("  ", ""), *line] for line in wrapped([(narrow(one.remedy), "dim")], width - 2)]
    if held.reason:
        lines += wrapped([("✓ ", "good"), (_("照报，理由：{reason}").format(reason=held.reason), "good")], width, 2)
    return lines


def format_choice(one: FormatAtHand) -> tuple[str, str, str]:
    """Of a format in the list to choose from: its title, how well it is known, its name, version and region."""
    status = _(STATUS_NAMES[one.status]) if one.status in STATUS_NAMES else one.status
    return one.title, status, " ".join(filter(None, (one.name, one.version, one.region)))
