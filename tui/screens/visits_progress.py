"""How far the visits are (进度): by township, village or surveyor, a column a state; Enter shows those visits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from survey_forms.visits.progress import By, Progress, progress
from survey_forms.visits.states import STATE_NAMES, STATES
from survey_forms.visits.visit_list import NOBODY, VisitFilter
from tui.screens.page import Page
from tui.screens.visits_lines import STATE_ROLES
from tui.widgets.bar import bar
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, line_width
from tui.widgets.paged_list import PagedList

_KINDS: dict[By, str] = {"township": N_("按乡镇"), "village": N_("按村"), "assigned": N_("按调查员")}
_BARS = {
    "passed": "bar-good", "reported": "bar-good", "county": "bar-warn", "township": "bar-warn", "draft": "bar-title",
}  # fmt: skip
_MOST_NAME, _LEAST_NAME, _LEAST_BAR = 24, 10, 12


class VisitProgressPage(Page):
    """Over the list of visits; `narrow` is given the filter of the row that was chosen."""

    TITLE = N_("进度")
    ABOUT = N_(
        "各乡镇、各村、各调查员的户数和走到哪一步；百分数是通过的（含已上报）占全部的份额。\n"
        "条里绿色是通过，黄色是待审，蓝色是草稿。回车回到清单，只看这一行的户。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "by('township')", N_("按乡镇"), tooltip=N_("一行一个乡镇")),
        Binding("2", "by('village')", N_("按村"), tooltip=N_("一行一个村")),
        Binding("3", "by('assigned')", N_("按调查员"), tooltip=N_("一行一个调查员")),
        Binding("enter", "choose", N_("看这些户"), priority=True, tooltip=N_("回到清单，只看这一行的户")),
    ]
    DEFAULT_CSS = """
    VisitProgressPage .body { background: $panel-ground; padding: 0 1; }
    VisitProgressPage PagedList { scrollbar-gutter: stable; }
    VisitProgressPage.-wide .body { margin: 1 1 0 1; }
    """

    def __init__(self, filter: VisitFilter, narrow: Callable[[VisitFilter], None]) -> None:
        super().__init__()
        self._filter = filter
        self._narrow = narrow
        self._by: By = "village" if filter.township else "township"
        self._rows: Sequence[Progress] = ()

    def body(self) -> ComposeResult:
        with Vertical(classes="body"):
            yield Drawing(self._heading)
            yield PagedList(lambda _ids: [], self._draw, empty=_("还没有排入户。"), classes="-held")

    def on_mount(self) -> None:
        self.query_one(PagedList).focus()

    def resumed(self) -> None:
        self.background(self._load, "load")

    async def _load(self) -> None:
        rows = await asyncio.to_thread(progress, self.book, self._by)
        if self._by == "village" and self._filter.township:
            rows = [row for row in rows if row.township == self._filter.township]
        self._rows = [*rows, _sum_of(rows)] if len(rows) > 1 else rows
        self.query_one(PagedList).show_rows(self._rows)
        for drawing in self.query(Drawing):
            drawing.changed()

    # Drawing

    def _heading(self, width: int) -> list[Line]:
        line: Line = []
        for number, (by, name) in enumerate(_KINDS.items(), 1):
            line += [(str(number), "key"), (f" {_(name)} ", "chip-title" if by == self._by else ""), (" ", "")]
        if self._by == "village" and self._filter.township:
            line.append((self._filter.township, "warn"))
        names, _bar = self._widths(width - 1)
        heading: Line = [(cell("", names + 1), "")]
        heading += [(cell(title, self._cells(title), right=True), "dim") for title in _titles()]
        heading.append((cell(_("通过率"), 7, right=True), "dim"))
        return [line, heading]

    def _cells(self, title: str) -> int:
        longest = max((len(f"{row.total:,}") for row in self._rows), default=0)
        return max(cell_len(title), longest) + 1

    def _widths(self, width: int) -> tuple[int, int]:
        """Of the names and of the bar; 0 where there is no room for a bar."""
        rest = width - 1 - sum(self._cells(title) for title in _titles()) - 7
        names = max((cell_len(_name(row, self._by)) for row in self._rows), default=0)
        names = max(_LEAST_NAME, min(names, _MOST_NAME, rest))
        room = rest - names - 1
        return (names, room) if room >= _LEAST_BAR else (max(_LEAST_NAME, min(rest, _MOST_NAME)), 0)

    def _draw(self, row: Progress, width: int, _selected: bool) -> list[Line]:
        names, bars = self._widths(width)
        whole = row.township == SUM
        line: Line = [(cell(_name(row, self._by), names), "strong" if whole else ""), (" ", "")]
        numbers = [(row.total, "strong"), *((row.counts[state], STATE_ROLES[state]) for state in STATES)]
        for title, (number, role) in zip(_titles(), numbers, strict=True):
            text = cell(f"{number:,}" if number else "-", self._cells(title), right=True)
            line.append((text, role if number else "dim"))
        line.append((cell(f"{row.done * 100 // row.total}%" if row.total else "", 7, right=True), "strong"))
        if bars:
            parts = [(row.counts[state], _BARS[state]) for state in reversed(STATES) if state in _BARS]
            line += [(" ", ""), *bar(max(0, width - line_width(line) - 1), row.total, parts)]
        return [line]

    # What is done

    def action_by(self, by: By) -> None:
        self._by = by
        self.query_one(PagedList).cursor = 0
        self.background(self._load, "load")

    @on(PagedList.Chosen)
    def action_choose(self) -> None:
        row: Progress | None = self.query_one(PagedList).row
        if row is None:
            return
        if row.township == SUM:
            self._narrow(VisitFilter())
        elif self._by == "assigned":
            self._narrow(replace(VisitFilter(), assigned=row.assigned or NOBODY))
        else:
            self._narrow(VisitFilter(township=row.township, village=row.village))
        self.app.back()


SUM = "*"
"""The `township` of the sum of all; no township is called that."""


def _sum_of(rows: Sequence[Progress]) -> Progress:
    counts = {state: sum(row.counts[state] for row in rows) for state in STATES}
    return Progress(SUM, "", "", sum(counts.values()), counts, sum(row.returned for row in rows))


def _titles() -> list[str]:
    return [_("户数"), *(_(name) for name in STATE_NAMES.values())]


def _name(row: Progress, by: By) -> str:
    if row.township == SUM:
        return _("合计")
    if by == "assigned":
        return row.assigned or _("没有派人")
    if by == "village":
        return " ".join(filter(None, (row.township, row.village))) or _("（未写）")
    return row.township or _("（未写乡镇）")
