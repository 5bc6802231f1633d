"""Visits (入户): which households to visit, by whom, how far each is; planned, given away and opened by key."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import N_, _
from casebook.store.access import record
from casebook.store.rights import may
from survey_forms.visits.visit_list import VisitFilter, VisitRow, counts, visit_ids, visit_rows
from tui.screens import visits_lines
from tui.screens.in_order import InOrder
from tui.screens.page import Page
from tui.screens.visits_doing import VisitWork
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line
from tui.widgets.paged_list import PagedList

_KINDS = {"plan": "visit", "assign": "assignment", "recall": "review recall"}
"""What these keys write."""


def _state_keys() -> list[BindingType]:
    return [
        Binding(digit, f"state('{state}')", name, show=False, tooltip=N_("只看这个状态的户；0 看全部"))
        for digit, state, name in visits_lines.tabs()
    ]


class VisitsPage(Page):
    """The list reads in threads and is read anew whenever the screen comes to the front."""

    TITLE = N_("入户清单")
    ABOUT = N_(
        "要入户的户，按乡镇、村、户编号排。回车打开一户来填；打开会记入查阅记录。\n"
        "先按 p 排入户，再按 a 派给调查员；空格标户，a 就派标了的那些，没有标就派光标所在的一户。\n"
        "待调查的开始填就成草稿；填完上交后待乡审，乡审通过后待县审，县审通过为通过；被退回的标「被退回」，改好再上交。\n"
        "数字只看一个状态，0 看全部；按 g 看各乡镇、各村、各人的进度。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("打开"), priority=True, tooltip=N_("打开光标所在的一户来填或来看")),
        Binding("p", "plan", N_("排入户"), tooltip=N_("选调查表、地方和哪些户，排出要入户的户")),
        Binding("a", "assign", N_("派人"), tooltip=N_("把标了的户（没有标就是光标所在的一户）派给一个人")),
        Binding("f", "filter", N_("筛选"), tooltip=N_("按状态、乡镇、村、调查员筛选")),
        Binding("slash", "find", N_("查找"), tooltip=N_("按户编号、户主姓名或拼音首字母找一户")),
        Binding("g", "progress", N_("进度"), tooltip=N_("各乡镇、各村、各调查员到了哪一步")),
        Binding("m", "mine", N_("只看我的"), show=False, tooltip=N_("只看派给我的户，再按看全部")),
        Binding("space", "mark", N_("标户"), show=False, tooltip=N_("标上光标所在的一户，或去掉；到下一户")),
        Binding("x", "mark_all", N_("全标/全不标"), show=False, tooltip=N_("把列出的户都标上，或都去掉")),
        Binding("u", "undo", N_("撤销一步"), show=False, tooltip=N_("撤销这次打开以来最近一次排入户或派人")),
        Binding("r", "recall", N_("撤回上交"), show=False, tooltip=N_("乡审还没有办的，撤回自己上交的一户再改")),
        *_state_keys(),
    ]
    DEFAULT_CSS = """
    VisitsPage .body { background: $panel-ground; padding: 0 1; }
    VisitsPage #visits { scrollbar-gutter: stable; }
    VisitsPage #find { display: none; }
    VisitsPage.-finding #find { display: block; }
    VisitsPage.-wide .body { margin: 1 1 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.filter = VisitFilter()
        self.in_order = InOrder(self)
        self.marked: set[str] = set()
        self._work = VisitWork(self)
        self._ids: Sequence[str] = ()
        self._counts: dict[str, int] = {}
        self._wanted = ""  # a visit to bring to the front
        self._told = ("", "")  # a visit, and what was said of it on the status line

    def body(self) -> ComposeResult:
        with Vertical(classes="body"):
            yield Drawing(self._title_lines, id="visits-title")
            yield Field(id="find", placeholder=_("户编号、户主姓名、拼音首字母"))
            yield Drawing(lambda width: [visits_lines.heading(width - 1)], id="visits-heading")
            yield PagedList(self._fetch, visits_lines.row_drawer(self.marked), id="visits", classes="-held")

    @property
    def listed(self) -> PagedList:
        return self.query_one("#visits", PagedList)

    def on_mount(self) -> None:
        self.listed.focus()

    # Coming here, and what the list holds

    def arrive(self, filter: VisitFilter | None = None, visit: str = "", **_told: Any) -> None:
        """Show the visits of a filter, or bring one visit to the front by its id."""
        if filter is not None:
            self.filter = filter
        self._wanted = visit or self._wanted

    def resumed(self) -> None:
        self.load()

    def filtered(self, filter: VisitFilter) -> None:
        """Show the visits of another filter."""
        self.filter = filter
        self.load()

    def load(self) -> None:
        """Read the list anew; the cursor stays on its visit."""
        self.background(self._load, "load")

    async def _load(self) -> None:
        filter = self.filter
        ids, counts = await asyncio.to_thread(self._read, filter)
        if self._wanted and self._wanted not in ids:
            self.filter = filter = VisitFilter()
            ids, counts = await asyncio.to_thread(self._read, filter)
        keep, found = self._wanted or self.current(), self.listed
        same, self._ids, self._counts, self._wanted = ids == self._ids, ids, counts, ""
        self.marked &= set(ids)
        found.empty = _("没有这样的户。") if filter != VisitFilter() else _("还没有排入户。按 p 排。")
        place = ids.index(keep) if keep in ids else None
        if same and len(found.ids) == len(ids):
            found.renew()
            found.go_to(found.cursor if place is None else place)
        else:
            found.show(array("q", range(len(ids))), keep=place)
        self._titles_changed()

    def _read(self, filter: VisitFilter) -> tuple[list[str], dict[str, int]]:
        """In a thread, both of one moment: the visits of a filter, and how many it has in each state."""
        with self.book.reading():
            every = replace(filter, state="", returned=False)
            returned = sum(counts(self.book, replace(every, returned=True)).values())
            found = {str(state): count for state, count in counts(self.book, every).items()}
            return visit_ids(self.book, filter), found | {visits_lines.RETURNED: returned}

    def _fetch(self, places: Sequence[int]) -> Sequence[VisitRow]:
        ids = self._ids
        return visit_rows(self.book, [ids[place] for place in places if place < len(ids)])

    def _title_lines(self, width: int) -> Sequence[Line]:
        return visits_lines.title_lines(self._counts, self.filter, len(self.marked), width)

    def _titles_changed(self) -> None:
        self.query_one("#visits-title", Drawing).changed()

    def current(self) -> str:
        """The id of the visit under the cursor, '' in an empty list."""
        place = self.listed.row_id
        return self._ids[place] if place is not None and place < len(self._ids) else ""

    def row(self) -> VisitRow | None:
        """The visit under the cursor as it was read, None while it is on its way."""
        row: VisitRow | None = self.listed.row
        return row if row is not None and row.id == self.current() else None

    def chosen(self) -> list[str]:
        """What a key means: the marked visits, else the one under the cursor."""
        current = self.current()
        return [one for one in self._ids if one in self.marked] or ([current] if current else [])

    @on(PagedList.Moved)
    @on(PagedList.Fetched)
    def _tell_why_returned(self) -> None:
        """Of a visit that was sent back, why; gone when the cursor goes on."""
        row = self.row()
        why = _("退回：{reason}").format(reason=row.reason) if row is not None and row.returned else ""
        told, self._told = self._told, (self.current(), why)
        if self._told != told and (why or told[1]):
            self.say(why, "warn")

    # Opening

    def action_open(self) -> None:
        """From the search into what it found; else open the visit."""
        if self._searching():
            self.listed.focus()
        elif self.current():
            self.in_order.add(partial(self._open, self.current()))

    @on(PagedList.Chosen)
    def _clicked(self) -> None:
        self.action_open()

    async def _open(self, visit: str) -> None:
        await asyncio.to_thread(record, self.book, "opened", [visit])
        self.app.go("entry", visit=visit, back="visits")

    # Marks

    def action_mark(self) -> None:
        if current := self.current():
            self.marked ^= {current}
            self.listed.action_move(1)
            self._marks_changed()

    def action_mark_all(self) -> None:
        every = set(self._ids)
        self.marked ^= self.marked if every <= self.marked else every - self.marked
        self._marks_changed()

    def clear_marks(self) -> None:
        self.marked.clear()
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.listed.refresh()
        self._titles_changed()

    # What is written

    def action_plan(self) -> None:
        self._work.plan()

    def action_assign(self) -> None:
        self._work.assign()

    def action_undo(self) -> None:
        self._work.undo()

    def action_recall(self) -> None:
        self._work.recall()

    # Filters

    def action_state(self, state: str) -> None:
        self.listed.cursor = 0
        returned = state == visits_lines.RETURNED
        self.filtered(replace(self.filter, state="" if returned else state, returned=returned))

    def action_mine(self) -> None:
        me = self.book.author
        self.filtered(replace(self.filter, assigned="" if self.filter.assigned == me else me))

    def action_filter(self) -> None:
        from tui.screens.visits_filter import VisitFilterPanel

        self.ask(VisitFilterPanel(self.filter), self.filtered)

    def action_find(self) -> None:
        self.add_class("-finding")
        self.query_one("#find", Field).focus()

    @on(Input.Changed, "#find")
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self.filter.text:
            self.listed.cursor = 0
            self.filtered(replace(self.filter, text=event.value))

    def action_progress(self) -> None:
        from tui.screens.visits_progress import VisitProgressPage

        self.app.push_screen(VisitProgressPage(self.filter, self._narrowed))

    def _narrowed(self, filter: VisitFilter) -> None:
        """What was chosen on the progress screen; coming back reads it."""
        self.filter = filter

    def action_back(self) -> None:
        """First out of a search, then off the marks, then out of the screen."""
        if self.has_class("-finding"):
            self.query_one("#find", Field).value = ""
            self.remove_class("-finding")
            self.listed.focus()
        elif self.marked:
            self.clear_marks()
        else:
            super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that who acts can never use are not offered."""
        if (kind := _KINDS.get(action)) is not None and not may(self.book.rights, kind):
            return False
        return action != "find" or not self._searching()

    def _searching(self) -> bool:
        return self.focused is not None and self.focused.id == "find"
