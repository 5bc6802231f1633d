"""The cross-check desk (核对): the queue at the left, the finding under the cursor at the right, one key a verdict."""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from audit.answering import newest_fact
from audit.decisions import refuse_other_run
from audit.detail import Detail, finding_detail
from audit.finding_view import shown_run
from audit.questions import DIFFERENT, SAME, VERDICTS
from audit.queue import Filter, QueueRow, queue_ids, queue_rows
from audit.queue_places import Done, done_of, household_from, next_to_do, waits_for
from audit.statuses import EVERY
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.access import record
from tui.screens import desk_queue
from tui.screens.desk_finding import FindingPanel
from tui.screens.desk_saving import Answers
from tui.screens.in_order import InOrder
from tui.screens.page import Page
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.paged_list import PagedList

_SHORT = {
    SAME: N_("同一人"), DIFFERENT: N_("不是同一人"), 1: N_("花名册"), 2: N_("采用卫健"), 3: N_("采用证件"),
    4: N_("两者皆错"), 5: N_("待查"), 6: N_("退回"), 7: N_("核实"),
}  # fmt: skip


def _verdict_keys() -> list[BindingType]:
    """The answers to a pair first: the key bar shows them only where they fit."""
    return [
        Binding(str(number), f"rule({number})", word, tooltip=VERDICTS[number].meaning)
        for number, word in _SHORT.items()
    ]


class DeskPage(Page):
    """Reads and writes in threads, in the order of the keys; a key means the finding that the cursor is on when it is
    pressed."""

    TITLE = N_("核对")
    ABOUT = N_(
        "左边是疑点，一户一户排，重的、拿不准的在前；▸ 是一户的开头。右边是光标所在的疑点：左花名册、右卫健，"
        "不同的字标出颜色。\n"
        "按数字下结论，保存后到下一条；还缺理由或证件时会问。回车照建议定。A 类要第二个人复签（s）。"
        "按错了用 u 撤销，一步一步往回。\n"
        "状态：再＝值变了要重新定，冲＝两人结论不同，签＝等复签，查＝待查，退＝已退回，访＝待入户，✓＝已定，?＝待判。\n"
        "打开一条疑点会记入查阅记录。"
    )
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-middle"), (110, "-wide"), (160, "-vast")]  # noqa: RUF012 (no class variable in Textual)
    BINDINGS: ClassVar[list[BindingType]] = [
        *_verdict_keys(),
        Binding(
            "enter", "accept", N_("照建议定"), show=False, priority=True, tooltip=N_("采用建议；没有建议时问用哪个结论")
        ),
        Binding("u", "undo", N_("撤销一步"), tooltip=N_("撤销上一步：结论、整批或复签")),
        Binding("s", "sign", N_("复签"), tooltip=N_("第二个人签 A 类的结论")),
        Binding("b", "batch", N_("批量"), show=False, tooltip=N_("同类、建议相同的疑点一次定下，先看抽样")),
        Binding("f", "filter", N_("筛选"), tooltip=N_("按状态、乡镇、村、级别、类别筛选")),
        Binding("slash", "find", N_("查找"), tooltip=N_("按姓名、拼音首字母或户编号的开头找疑点")),
        Binding("e", "explain", N_("带理由定"), show=False, tooltip=N_("选一个结论，写上证件、值和理由")),
        Binding("n", "household(1)", N_("下一户"), show=False, tooltip=N_("到下一户的第一条疑点")),
        Binding("p", "household(-1)", N_("上一户"), show=False, tooltip=N_("到上一户的第一条疑点")),
        Binding("w", "fold('evidence')", N_("依据"), show=False, tooltip=N_("展开或收起逐项依据")),
        Binding("h", "fold('history')", N_("历史"), show=False, tooltip=N_("展开或收起历史")),
        Binding("space", "next_part", N_("往下看"), show=False, tooltip=N_("右边往下翻一页，到底后回到开头")),
        Binding("r", "run_audit", N_("重新核对"), show=False, tooltip=N_("用现在的名单再核对一次；以前的结论都保留")),
    ]
    DEFAULT_CSS = """
    DeskPage #queue { width: 28; margin: 0 1 0 0; background: $panel-ground; }
    DeskPage #find { display: none; }
    DeskPage.-finding #find { display: block; }
    DeskPage #queue-heading { display: none; }
    DeskPage FindingPanel { width: 1fr; }
    DeskPage.-middle FindingPanel { padding: 0; }
    DeskPage.-wide #queue { width: 50; }
    DeskPage.-vast #queue { width: 76; }
    DeskPage.-wide #queue-heading, DeskPage.-vast #queue-heading { display: block; }
    DeskPage.-wide .body, DeskPage.-vast .body { margin: 1 0 0 0; }
    DeskPage.-narrow .body { layout: vertical; }
    DeskPage.-narrow #queue { width: 100%; height: 5; margin: 0; }
    DeskPage.-narrow.-low #queue { height: 3; }
    DeskPage.-narrow FindingPanel { height: 1fr; width: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.filter = Filter()
        self.in_order = InOrder(self)
        self._answers = Answers(self)
        self._done: Done | None = None
        self._opened: set[str] = set()  # keys of findings whose reveal is on record
        self.run = ""  # whose findings the queue holds
        self._seen = -1  # the newest fact that the queue knows of
        self._wanted: int | None = None  # a finding to bring to the front
        self._load_waits = False
        self._advanced: int | None = None  # where the cursor went by itself

    def body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            with Vertical(id="queue"):
                yield Drawing(lambda width: [desk_queue.title(self._done, self.filter, width)], id="queue-title")
                yield Field(id="find", placeholder=_("姓名、首字母、户编号"))
                yield Drawing(lambda width: [desk_queue.heading(width - 1)], id="queue-heading")
                yield PagedList(self._fetch, desk_queue.draw_row, id="findings", classes="-held")
            yield FindingPanel()

    @property
    def queue(self) -> PagedList:
        return self.query_one("#findings", PagedList)

    @property
    def panel(self) -> FindingPanel:
        return self.query_one(FindingPanel)

    def on_mount(self) -> None:
        self.queue.focus()

    # Coming here, and what the queue holds

    def arrive(self, filter: Filter | None = None, finding: int | None = None, **_told: Any) -> None:
        """Show the findings of a filter, or one finding by its number in the current run."""
        if filter is not None:
            self.filter = filter
        if finding is not None:
            self._wanted = finding
        if filter is not None or finding is not None:
            self._seen = -1

    def resumed(self) -> None:
        self.in_order.add(self._look_again)

    async def _look_again(self) -> None:
        """Read the queue where facts came that it does not know of."""
        if await asyncio.to_thread(newest_fact, self.book) != self._seen:
            await self._load_queue()

    def filtered(self, filter: Filter) -> None:
        """Show the findings of another filter."""
        self.filter = filter
        self.background(self._load_queue, "queue")

    async def _load_queue(self) -> None:
        filter, wanted = self.filter, self._wanted if self._wanted is not None else self.queue.row_id
        self._seen, self.run, ids = await asyncio.to_thread(self._read_queue, filter)
        if self._wanted is not None and not _holds(ids, self._wanted):
            self.filter = filter = Filter(statuses=EVERY)
            self._seen, self.run, ids = await asyncio.to_thread(self._read_queue, filter)
        self._wanted = None
        queue = self.queue
        queue.empty = _("没有这样的疑点。") if filter != Filter() else _("没有要办的疑点。按 r 核对名单。")
        if wanted is not None and ids:
            queue.cursor = min(bisect_left(ids, wanted), len(ids) - 1)
        queue.show(ids)
        self.count()

    def _read_queue(self, filter: Filter) -> tuple[int, str, array[int]]:
        """In a thread, all of one moment: the newest fact, the run whose findings these are, their numbers."""
        with self.book.reading() as connection:
            return newest_fact(self.book), shown_run(connection), queue_ids(self.book, filter)

    def count(self) -> None:
        """Count anew what is settled."""
        self.background(self._count, "count")

    async def _count(self) -> None:
        self._done = await asyncio.to_thread(done_of, self.book, self.filter)
        self.query_one("#queue-title", Drawing).changed()

    def _fetch(self, ids: Sequence[int]) -> Sequence[QueueRow]:
        """Rows of a page; its first one knows by the row before it whether a household begins."""
        if not ids:
            return []
        every = self.queue.ids
        place = bisect_left(every, ids[0])
        before = [every[place - 1]] if 0 < place < len(every) and every[place] == ids[0] else []
        return queue_rows(self.book, [*before, *ids])[len(before) :]

    # The finding under the cursor

    def row(self) -> QueueRow | None:
        """The finding that a key means now, as fresh as it is known."""
        detail, identity = self.panel.detail, self.queue.row_id
        if detail is not None and detail.row.id == identity:
            return detail.row
        row: QueueRow | None = self.queue.row
        return row

    def shown(self) -> Detail | None:
        """The finding under the cursor where its values are on the screen."""
        detail = self.panel.detail
        if detail is None or detail.row.id != self.queue.row_id:
            self.say(_("还在读取，请再按一次"), "warn")
            return None
        return detail

    @on(PagedList.Moved)
    def _moved(self, event: PagedList.Moved) -> None:
        detail = self.panel.detail
        if detail is None or detail.row.id != event.row_id:
            self.panel.expect(self.queue.row)
        self.load_finding()
        self.refresh_bindings_for(self.queue.row)

    def load_finding(self) -> None:
        """Read the finding under the cursor after everything that was asked for before; once, however often asked."""
        if not self._load_waits:
            self._load_waits = True
            self.in_order.add(self._load_finding)

    async def _load_finding(self) -> None:
        self._load_waits = False
        identity = self.queue.row_id
        if identity is None:
            return
        try:
            detail = await asyncio.to_thread(self._open, identity)
        except RuhuError as error:
            if error.code not in ("no_finding", "other_run"):
                raise
            await self._load_queue()
            return
        if detail is None or identity != self.queue.row_id:
            return  # the cursor is elsewhere by now, and that finding is asked for
        if identity == self._advanced and not waits_for(detail.row.status, self.filter.statuses):
            await self._go_on(identity)
            return
        self._advanced = None
        self.panel.show(detail)
        self.refresh_bindings_for(detail.row)

    def _open(self, identity: int) -> Detail | None:
        """In a thread: a finding, and on record that it was opened; None when the cursor has left it meanwhile."""
        with self.book.reading() as connection:
            refuse_other_run(connection, self.run)
            detail = finding_detail(self.book, identity)
        if identity != self.queue.row_id:
            return None
        key = detail.finding.key
        if key not in self._opened:
            record(self.book, "opened", [key])
            self._opened.add(key)
        return detail

    # Moving

    def advance(self, past: QueueRow) -> None:
        """To the next finding to do behind this one: at once where it is at hand, else after what was asked for."""
        queue = self.queue
        place = queue.cursor + 1
        while (row := queue.at(place)) is not None:
            if waits_for(row.status, self.filter.statuses) and not self._answers.pending(row.id):
                self._advanced = row.id
                queue.go_to(place)
                return
            place += 1
        self.in_order.add(partial(self._go_on, past.id))

    def stay_while_to_do(self) -> None:
        """Go on from this finding only if nothing is left to do when it is read anew."""
        self._advanced = self.queue.row_id

    async def _go_on(self, past: int) -> None:
        found = await asyncio.to_thread(next_to_do, self.book, self.filter, past)
        if self.queue.row_id != past:
            return
        if found is None:
            self._advanced = None
            self.load_finding()
            self.say(_("{said}  这里没有要办的了").format(said=self._answers.last), "good")
        else:
            self._advanced = found
            if not self.go_to(found):  # it came to be one of these by what was answered
                self._wanted = found
                await self._load_queue()

    def go_to(self, identity: int) -> bool:
        """Put the cursor on a finding; False where the queue does not hold it."""
        if not _holds(self.queue.ids, identity):
            return False
        self.queue.go_to(bisect_left(self.queue.ids, identity))
        return True

    def action_household(self, step: int) -> None:
        async def job() -> None:
            place, ids = self.queue.cursor, self.queue.ids
            found = await asyncio.to_thread(household_from, self.book, ids, place, step)
            if (self.queue.cursor, self.queue.ids) == (place, ids):
                self.queue.go_to(found)

        self.in_order.add(job)

    def action_fold(self, part: str) -> None:
        self.panel.fold(part)

    def action_next_part(self) -> None:
        self.panel.next_part()

    # Answers

    def wrote(self, newest: int) -> None:
        """Our own facts are in; what is in sight is read anew."""
        self._seen = newest
        self.queue.renew()
        self.count()
        self.load_finding()

    def action_rule(self, verdict: int) -> None:
        self._answers.rule(verdict)

    def action_explain(self) -> None:
        self._answers.explain()

    def action_undo(self) -> None:
        self._answers.undo()

    def action_sign(self) -> None:
        self._answers.sign()

    def action_batch(self) -> None:
        self._answers.batch()

    def action_accept(self) -> None:
        """From the search into what it found; else take the proposal."""
        if self._searching():
            self.queue.focus()
        else:
            self._answers.accept()

    def action_run_audit(self) -> None:
        from tui.screens.audit_run import run_and_tell

        run_and_tell(self)

    # Filters

    def action_filter(self) -> None:
        from tui.screens.desk_filter import FilterPanel

        self.ask(FilterPanel(self.filter), self.filtered)

    def action_find(self) -> None:
        self.add_class("-finding")
        self.query_one("#find", Field).focus()

    @on(Input.Changed, "#find")
    def _typed(self, event: Input.Changed) -> None:
        if event.value != self.filter.text:
            self.filtered(replace(self.filter, text=event.value))

    def action_back(self) -> None:
        """First out of a search, then out of the screen."""
        if not self.has_class("-finding"):
            super().action_back()
            return
        self.query_one("#find", Field).value = ""
        self.remove_class("-finding")
        self.queue.focus()

    # Which keys there are

    def refresh_bindings_for(self, row: QueueRow | None) -> None:
        review = row is not None and row.review
        if review != self.has_class("-review"):
            self.set_class(review, "-review")
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "rule" and parameters and parameters[0] in (SAME, DIFFERENT):
            return self.has_class("-review")
        return action != "find" or not self._searching()

    def _searching(self) -> bool:
        return self.focused is not None and self.focused.id == "find"


def _holds(ids: array[int], identity: int) -> bool:
    place = bisect_left(ids, identity)
    return place < len(ids) and ids[place] == identity
