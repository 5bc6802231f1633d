"""The list of visits in words: a row a visit, the states with their numbers above it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from rich.cells import cell_len

from casebook.language import N_, _
from casebook.store.clock import local_text
from survey_forms.visits.states import STATE_NAMES
from survey_forms.visits.visit_list import NOBODY, VisitFilter, VisitRow
from tui.widgets.lines import Line, cell, cut, line_width

STATE_ROLES = {
    "planned": "dim", "draft": "", "township": "warn", "county": "warn", "passed": "good", "reported": "good",
}  # fmt: skip

RETURNED = "returned"
"""Instead of a state: the drafts that were sent back."""

_MIDDLE, _WIDE = 60, 100
"""Cells from which the list has its second and its third set of columns."""

Column = tuple[str, int, Callable[[VisitRow], str], Callable[[VisitRow], str]]
"""Heading (msgid), cells (0: the rest), text, role."""

_NUMBERS = (N_("人数"), N_("待问"), N_("已答"))
"""Columns at whose right edge the text stands."""


def _plain(_row: VisitRow) -> str:
    return ""


def _dim(_row: VisitRow) -> str:
    return "dim"


def columns_of(width: int) -> list[Column]:
    """The columns behind the mark, for a list of this width."""
    handle: Column = (N_("编号"), 6, lambda row: row.handle, _dim)
    code: Column = (N_("户编号"), 19, lambda row: row.household or row.handle, _dim)
    head: Column = (N_("户主"), 8 if width < _WIDE else 12, lambda row: row.head or _("（无名）"), _strong)
    place: Column = (N_("地方"), 0, lambda row: " ".join(filter(None, (row.township, row.village))), _plain)
    township: Column = (N_("乡镇"), 12, lambda row: row.township, _dim)
    village: Column = (N_("村"), 0, lambda row: row.village, _plain)
    people: Column = (N_("人数"), 4, lambda row: str(row.people), _dim)
    asks: Column = (N_("待问"), 4, lambda row: str(row.asks) if row.asks else "", lambda _row: "warn")
    answered: Column = (N_("已答"), 5, lambda row: str(row.answered) if row.answered else "", _dim)
    state: Column = (N_("状态"), 9, state_text, state_role)
    assigned: Column = (N_("调查员"), 8 if width < _WIDE else 12, lambda row: row.assigned or "-", _dim)
    updated: Column = (N_("更新"), 11, lambda row: local_text(row.updated)[5:16], _dim)
    if width < _MIDDLE:
        columns = [head, village, asks, state]
    elif width < _WIDE:
        columns = [handle, head, place, people, asks, state, assigned, updated]
    else:
        columns = [code, head, township, village, people, asks, answered, state, assigned, updated]
    wide = [max(cells, cell_len(_(title))) if title in _NUMBERS else cells for title, cells, _text, _role in columns]
    rest = width - 2 - sum(cells + 1 for cells in wide)
    return [
        (title, cells or max(4, rest + 1), text, role)
        for cells, (title, _cells, text, role) in zip(wide, columns, strict=True)
    ]


def row_drawer(marked: Collection[str]) -> Callable[[VisitRow, int, bool], list[Line]]:
    """Draws a visit; those of `marked` (ids, looked at anew each time) carry a mark."""

    def draw(row: VisitRow, width: int, _selected: bool) -> list[Line]:
        line: Line = [("✓ " if row.id in marked else "  ", "key")]
        for title, cells, text, role in columns_of(width):
            line += [(cell(text(row), cells, right=title in _NUMBERS), role(row)), (" ", "")]
        return [line[:-1]]

    return draw


def heading(width: int) -> Line:
    line: Line = [("  ", "")]
    for title, cells, _text, _role in columns_of(width):
        line += [(cell(_(title), cells, right=title in _NUMBERS), "dim"), (" ", "")]
    return line


def title_lines(counts: Mapping[str, int], filter: VisitFilter, marked: int, width: int) -> list[Line]:
    """The states with their numbers; below them what else the list is narrowed to, and how many are marked. `counts` is
    by state, `RETURNED` is the number of those that were sent back."""
    line: Line = []
    if marked:
        line += [(_("已标 {count} 户").format(count=f"{marked:,}"), "key"), ("  ", "")]
    if said := filter_words(filter):
        line.append((cut(said, max(0, width - line_width(line))), "warn"))
    tabs = state_tabs(counts, RETURNED if filter.returned else filter.state, width)
    return [*tabs, line] if line else tabs


def tabs() -> list[tuple[str, str, str]]:
    """Digit, state and name of everything that one digit shows."""
    names = [("", N_("全部")), *STATE_NAMES.items(), (RETURNED, N_("被退回"))]
    return [(str(digit), state, name) for digit, (state, name) in enumerate(names)]


def state_tabs(counts: Mapping[str, int], now: object, width: int) -> list[Line]:
    """The states that there are, with the digit that shows only them and their number; as many to a line as fit."""
    every = sum(count for state, count in counts.items() if state != RETURNED)
    lines: list[Line] = [[]]
    for digit, state, name in tabs():
        count = counts.get(state, 0) if state else every
        word = f" {_(name)} {count:,} "
        if state and not count and state != now:
            continue
        if line_width(lines[-1]) + 1 + cell_len(word) > width:
            lines.append([])
        lines[-1] += [(digit, "key"), (word, "chip-title" if state == now else ""), (" ", "")]
    return lines


def filter_words(filter: VisitFilter) -> str:
    """What a filter lets through beside the state, '' for everything."""
    words = [filter.township, filter.village]
    if filter.assigned:
        words.append(_("没有派人") if filter.assigned == NOBODY else _("派给 {name}").format(name=filter.assigned))
    words += [_("「{text}」").format(text=filter.text)] if filter.text else []
    return "  ".join(word for word in words if word)


def state_text(row: VisitRow) -> str:
    if row.conflict:
        return _("冲突")
    return _("被退回") if row.returned else _(STATE_NAMES[row.state])


def state_role(row: VisitRow) -> str:
    return "bad" if row.returned or row.conflict else STATE_ROLES[row.state]


def _strong(_row: VisitRow) -> str:
    return "strong"
