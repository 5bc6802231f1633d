"""The review (审核): what was handed in, a queue at the left, a visit at the right with what changed; a key a step."""

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
from textual.containers import Horizontal, Vertical

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.access import record
from casebook.store.casebook import Casebook
from survey_forms.visits.handed_in import refusal
from survey_forms.visits.states import STATE_NAMES
from survey_forms.visits.steps import may_pass, may_review, pass_on, send_back
from survey_forms.visits.visit_list import VisitFilter, VisitRow, counts, visit_ids, visit_row, visit_rows
from tui.screens import review_lines
from tui.screens.in_order import InOrder
from tui.screens.page import Page
from tui.screens.review_return import Return, Returning
from tui.screens.review_sheet import ReviewSheet, review_sheet
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled_drawing import ScrolledDrawing


class ReviewPage(Page):
    """Reads and writes in threads, in the order of the keys; a key means the visit that the cursor is on when it is
    pressed, and only one whose sheet is on the screen."""

    TITLE = N_("审核")
    ABOUT = N_(
        "左边是等审的户，s 在待乡审和待县审之间换；右边是光标所在的一户：先是结果、待问和答复，再是改了什么、"
        "软检查的理由、备注、经过。\n"
        "按 1 通过，2 退回（写理由，可标出要改的题），到下一户。回车看整张表。\n"
        "上交的人不能审自己的，县审要换一个人，不是做乡审的人；左边灰的、带 - 的就是你不能通过的。"
        "几个人用一台电脑时按 w 换审核人。\n"
        "通过不能撤销：通过错了就退回，退回要写理由；自己上交错了，乡审以前在入户清单按 r 撤回。\n"
        "打开一户会记入查阅记录。"
    )
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-middle"), (110, "-wide"), (160, "-vast")]  # noqa: RUF012 (no class variable in Textual)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "pass_on", N_("通过这户"), tooltip=N_("这一户通过，到下一户；通过不能撤销，只能退回")),
        Binding("2", "send_back", N_("退回"), tooltip=N_("退回给调查员，写明理由，可标出要改的题")),
        Binding("enter", "open", N_("看表"), priority=True, tooltip=N_("看这一户填的整张表，不能改")),
        Binding("space", "next_part", N_("往下看"), tooltip=N_("右边往下翻一页，到底后回到开头")),
        Binding("s", "stage", N_("换级"), tooltip=N_("在待乡审和待县审之间换")),
        Binding("w", "review_as", N_("换人"), show=False, tooltip=N_("换审核人：以后的审核记在这个人名下")),
        Binding("f", "filter", N_("筛选"), show=False, tooltip=N_("按乡镇、村、调查员筛选")),
        Binding("n", "next", N_("下一户"), show=False, tooltip=N_("不办这一户，到下一户你能审的")),
    ]
    DEFAULT_CSS = """
    ReviewPage #queue { width: 28; margin: 0 1 0 0; background: $panel-ground; }
    ReviewPage #stages { padding: 0 1; }
    ReviewPage #panel { width: 1fr; background: $panel-ground; padding: 0 1; }
    ReviewPage #visit-heading { margin: 0 0 1 0; }
    ReviewPage.-wide #queue { width: 48; }
    ReviewPage.-vast #queue { width: 66; }
    ReviewPage.-wide .body, ReviewPage.-vast .body { margin: 1 0 0 0; }
    ReviewPage.-narrow .body { layout: vertical; }
    ReviewPage.-narrow #queue { width: 100%; height: 6; margin: 0; }
    ReviewPage.-narrow.-low #queue { height: 4; }
    ReviewPage.-low #visit-heading { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.filter = VisitFilter(state="township")
        self.in_order = InOrder(self)
        self.sheet: ReviewSheet | None = None
        self._as = ""  # who reviews, '' for who opened the casebook
        self._looking = False  # at a whole form, from which one comes back here
        self._ids: Sequence[str] = ()
        self._counts: dict[str, int] = {}
        self._wanted = ""  # a visit to bring to the front
        self._opened: set[str] = set()  # visits whose reveal is on record
        self._pending: set[str] = set()

    def body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            with Vertical(id="queue"):
                yield Drawing(self._stage_lines, id="stages")
                yield PagedList(self._fetch, review_lines.row_drawer(self._hindered), id="visits", classes="-held")
            with Vertical(id="panel"):
                yield Drawing(self._heading, id="visit-heading")
                yield ScrolledDrawing(self._lines, id="sheet")

    @property
    def queue(self) -> PagedList:
        return self.query_one("#visits", PagedList)

    @property
    def reviewer(self) -> str:
        """Under whose name reviews are recorded."""
        return self._as or self.book.author

    def on_mount(self) -> None:
        self.queue.focus()

    # Coming here, and what the queue holds

    def arrive(self, state: str = "", visit: str = "", by_key: bool = False, **_told: Any) -> None:
        """Show what waits for one stage of the review; or one visit by its id, in whatever state it is."""
        if state in review_lines.STAGES:
            self.filter = VisitFilter(state=state)
        elif by_key and self._stage not in review_lines.STAGES:
            self.filter = VisitFilter(state="township")
        self._wanted = visit
        if self.book.encrypted and (by_key or not self._looking):
            self._as = ""  # whoever proved who they are need not be here any more
        self._looking = False

    def resumed(self) -> None:
        self.in_order.add(self._load)

    async def _load(self) -> None:
        keep, queue = self.current(), self.queue
        if self._wanted:
            keep, self._wanted = self._wanted, ""
            row = await asyncio.to_thread(visit_row, self.book, keep)
            alone = row.state not in review_lines.STAGES
            self.filter = VisitFilter(state=row.state, text=row.handle if alone else "")
        ids, self._counts = await asyncio.to_thread(self._read)
        same, self._ids = list(ids) == list(self._ids), ids
        queue.empty = _("没有{state}的户。").format(state=_(STATE_NAMES[self._stage]))
        if same and len(queue.ids) == len(ids):
            queue.renew()
        else:
            queue.show(array("q", range(len(ids))), keep=ids.index(keep) if keep in ids else None)
        self.query_one("#stages", Drawing).changed()
        await self._load_sheet()

    def _read(self) -> tuple[list[str], dict[str, int]]:
        """In a thread, both of one moment."""
        with self.book.reading():
            every = counts(self.book, replace(self.filter, state=""))
            return visit_ids(self.book, self.filter), {str(state): count for state, count in every.items()}

    def _fetch(self, places: Sequence[int]) -> Sequence[VisitRow]:
        ids = self._ids
        return visit_rows(self.book, [ids[place] for place in places if place < len(ids)])

    @property
    def _stage(self) -> Any:
        return self.filter.state

    def _stage_lines(self, width: int) -> list[Line]:
        return review_lines.stage_lines(self._counts, self.filter, self.reviewer, width)

    def _hindered(self, row: VisitRow) -> bool:
        return may_pass(row, self.reviewer) is not None

    def current(self) -> str:
        """The id of the visit under the cursor, '' in an empty queue."""
        place = self.queue.row_id
        return self._ids[place] if place is not None and place < len(self._ids) else ""

    # The visit under the cursor

    @on(PagedList.Moved)
    def _moved(self) -> None:
        self.in_order.add(self._load_sheet)

    async def _load_sheet(self) -> None:
        """Read the visit under the cursor, unless it is the one that stands there."""
        visit = self.current()
        if self.sheet is not None and self.sheet.row.id == visit and self.sheet.row.state == self._stage:
            return
        sheet = await asyncio.to_thread(self._open, visit) if visit else None
        if visit == self.current():  # else the cursor is elsewhere by now, and that visit is asked for
            self.sheet = sheet
            self.query_one("#visit-heading", Drawing).changed()
            self.query_one("#sheet", ScrolledDrawing).changed(from_top=True)

    def _open(self, visit: str) -> ReviewSheet | None:
        """In a thread: a visit's sheet, and on record that it was opened."""
        sheet = review_sheet(self.book, visit)
        if sheet is not None and visit not in self._opened:
            record(self.book, "opened", [visit])
            self._opened.add(visit)
        return sheet

    def _heading(self, width: int) -> list[Line]:
        return review_lines.sheet_heading(self.sheet, width) if self.sheet is not None else []

    def _lines(self, width: int) -> list[Line]:
        if self.sheet is None:
            nothing = _("没有等着审的户。填好上交的会到这里来。")
            return wrapped([(nothing, "dim")], width) if not self._ids else []
        in_review = self.sheet.row.state in review_lines.STAGES
        hindrance = self._may_pass(self.sheet) if in_review else may_review(self.sheet.row, self.reviewer)
        return review_lines.sheet_lines(self.sheet, hindrance, width)

    def _may_pass(self, sheet: ReviewSheet) -> RuhuError | None:
        error = may_pass(sheet.row, self.reviewer)
        return refusal(sheet.row) if error is None and sheet.other_answers else error

    def shown(self) -> ReviewSheet | None:
        """The visit under the cursor where its sheet is on the screen and no step with it is on its way."""
        sheet, current = self.sheet, self.current()
        if sheet is None or sheet.row.id != current or current in self._pending:
            if current:
                self.say(_("还在读取，请再按一次"), "warn")
            return None
        return sheet

    # Steps

    def action_pass_on(self) -> None:
        sheet = self.shown()
        if sheet is None:
            return
        error = self._may_pass(sheet)
        if error is not None:
            self._refused(error)
            return
        word = review_lines.passed_word(sheet.row.state)
        self._step(sheet.row, partial(pass_on, ids=[sheet.row.id]), word)

    def action_send_back(self) -> None:
        sheet = self.shown()
        if sheet is None:
            return
        error = may_review(sheet.row, self.reviewer)
        if error is not None:
            self._refused(error)
        else:
            self.ask(Return(sheet), partial(self._send_back, sheet.row))

    def _send_back(self, row: VisitRow, wanted: Returning) -> None:
        work = partial(send_back, identity=row.id, reason=wanted.reason, refs=wanted.refs)
        self._step(row, work, _("已退回"))

    def _refused(self, error: RuhuError) -> None:
        """Why not, and the key with which another person may."""
        by_person = error.code in review_lines.BY_PERSON
        said = _("{what}。换人审：w").format(what=error.what) if by_person else error.what
        self.say(said, "bad")

    def _step(self, row: VisitRow, work: Any, word: str) -> None:
        """Write a step in its turn; the visit leaves the queue, and the next one comes under the cursor."""
        self._pending.add(row.id)

        async def job() -> None:
            try:
                await asyncio.to_thread(work, self._acting())
            finally:  # also where it was not stored: somebody else did something with it meanwhile
                self._pending.discard(row.id)
                self.sheet = None
                await self._load()
            self.say(_("{what}：{head} {visit}").format(what=word, head=row.head, visit=row.handle), "good")

        self.in_order.add(job)

    def _acting(self) -> Casebook:
        return self.book.acted_by(self._as) if self._as else self.book

    # Other keys

    def action_open(self) -> None:
        if visit := self.current():
            self._looking = True
            self.app.go("entry", visit=visit, back="review")

    @on(PagedList.Chosen)
    def _clicked(self) -> None:
        self.action_open()

    def action_next_part(self) -> None:
        self.query_one("#sheet", ScrolledDrawing).next_part()

    def action_next(self) -> None:
        """To the next visit that this person may pass."""
        queue = self.queue
        place = queue.cursor + 1
        while (row := queue.at(place)) is not None and self._hindered(row):
            place += 1
        queue.go_to(place)

    def action_stage(self) -> None:
        first, second = review_lines.STAGES
        if self._stage in review_lines.STAGES:
            self._show(replace(self.filter, state=second if self._stage == first else first))
        else:
            self._show(VisitFilter(state=first))

    def action_filter(self) -> None:
        from tui.screens.visits_filter import VisitFilterPanel

        def filtered(filter: VisitFilter) -> None:
            self._show(replace(filter, state=filter.state if filter.state in review_lines.STAGES else self._stage))

        self.ask(VisitFilterPanel(self.filter), filtered)

    def _show(self, filter: VisitFilter) -> None:
        self.filter = filter
        self.queue.cursor = 0
        self.in_order.add(self._load)

    def action_review_as(self) -> None:
        from tui.screens.prove import as_another
        from tui.screens.review_as import ReviewAs

        def taken(name: str) -> None:
            self._as = "" if name == self.book.author else name
            self.queue.refresh()
            self.query_one("#stages", Drawing).changed()
            self.query_one("#sheet", ScrolledDrawing).changed()
            self.say(_("审核人：{name}").format(name=self.reviewer), "good")

        self.ask(ReviewAs(self.reviewer), lambda name: as_another(self, name, taken))
