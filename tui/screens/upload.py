"""The upload (上报): a format, what goes and what stays behind with why, written as a batch by one key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from audit.answering import newest_fact
from casebook.language import N_, _
from casebook.progress import Stopped
from exports.formats.format import LoadedFormat
from tui.screens import upload_lines as lines
from tui.screens.learn_reading import Unstored
from tui.screens.page import Page
from tui.screens.upload_doing import UploadWork, next_step
from tui.screens.upload_reading import Held, Looked, Wanted, formats_at_hand, look
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled_drawing import ScrolledDrawing

_INTERVAL = 0.2  # seconds between two words of progress


class UploadPage(Page):
    """The check runs in a thread whenever facts came since the last one; what is shown is always of one check."""

    TITLE = N_("上报")
    ABOUT = N_(
        "选一个格式，马上检查：要报多少行，哪些人留下（未上报）、为什么、怎么办，和上次比有多少没变，还有多少户在等。\n"
        "列表里按回车去改：疑点到核对台，其余到这一户的审核画面（看过可以退回给调查员）；改好回来会再检查。"
        "数字换看提示、放不下的等。\n"
        "有问题也要报的，按 i 写明理由（再按一次取消），理由记在批次里；缺姓名、会算错人的不能照报。\n"
        "按 w 写成批次：问文件夹，写出省里的表和「未上报.xlsx」，编号存进案卷，写好的户成为「已上报」。"
        "按 b 看批次：再写出、撤销、导入省反馈。\n"
        "省里、县里发了自己的模板，按 l 认一遍，以后就按它报。内置格式标「重建」的是按公开资料拼的，报前请对照。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("去改"), priority=True, tooltip=N_("到这一户的审核画面，疑点到核对台")),
        Binding("i", "include", N_("照报"), tooltip=N_("有问题也报这一行，写明理由；再按一次取消")),
        Binding("w", "write", N_("写批次"), tooltip=N_("写出工作簿，记成一个批次")),
        Binding("f", "pick_format", N_("格式"), tooltip=N_("换一个上报格式")),
        Binding("b", "batches", N_("批次"), tooltip=N_("看各批次：再写出、撤销、导入省反馈")),
        Binding("l,L", "learn", N_("认模板"), tooltip=N_("认省里或县里发的模板，存成本县的格式")),
        Binding("t", "township", N_("乡镇"), show=False, tooltip=N_("只报一个乡镇，或全县")),
        Binding("a", "everything", N_("全部重报"), show=False, tooltip=N_("没有变的也报，或只报新的和有变的")),
        Binding("g", "visits", N_("等着的户"), show=False, tooltip=N_("到入户清单，看还没有通过的户")),
        Binding("r", "again", N_("再检查"), show=False, tooltip=N_("再检查一次")),
        Binding("space", "next_part", N_("往下看"), show=False, tooltip=N_("这一行的说明往下翻一页，到底后回到开头")),
        *(
            Binding(str(digit), f"tab('{tab}')", name, show=False, tooltip=N_("列表换看这一类"))
            for digit, (tab, name) in enumerate(lines.TABS, 1)
        ),
    ]
    DEFAULT_CSS = """
    UploadPage #numbers { padding: 0 1; margin: 0 0 1 0; }
    UploadPage #rows { background: $panel-ground; height: 1fr; padding: 0 1; }
    UploadPage #held { scrollbar-gutter: stable; }
    UploadPage #row { height: 6; padding: 0 1; margin: 1 0 0 0; }
    UploadPage.-wide .body { margin: 1 1 0 1; }
    UploadPage.-wide #row { height: 10; }
    UploadPage.-low #numbers { margin: 0; max-height: 4; }
    UploadPage.-low #row { height: 3; margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted()
        self.loaded: LoadedFormat | None = None
        self.looked: Looked | None = None
        self._work = UploadWork(self)
        self._tab = "left"
        self._kind: tuple[str, int] | None = None  # only rows with a problem of this kind are listed
        self._keep = ""  # key of the row that the cursor is to stay on
        self._told = self._drawn = ("", 0, 0)
        self._unstored: Unstored | None = None  # a template that is being learned
        self._turn = 0  # a check of an older turn is to stop
        self._checked_now: tuple[int, Wanted] | None = None  # newest fact and wishes of the check under way
        self._seen: tuple[int, Wanted] = (-1, self.wanted)  # and of the one that is shown

    def body(self) -> ComposeResult:
        with Vertical(classes="body"):
            yield Drawing(self._number_lines, id="numbers", classes="panel")
            with Vertical(id="rows"):
                yield Drawing(self._tab_lines, id="tabs")
                yield PagedList(lambda _ids: [], lines.draw_held, id="held", classes="-held")
            yield ScrolledDrawing(self._row_lines, id="row")

    @property
    def listed(self) -> PagedList:
        return self.query_one("#held", PagedList)

    def on_mount(self) -> None:
        self.listed.focus()
        self.set_interval(_INTERVAL, self._look_at_progress)

    def on_unmount(self) -> None:
        self._turn += 1

    def arrive(self, format: str = "", **_told: Any) -> None:
        """Show the upload by a format, by its name."""
        if format:
            self.loaded, self.wanted = None, Wanted(format=format, township=self.wanted.township)

    def resumed(self) -> None:
        self.check()

    # The check

    def check(self, again: bool = False) -> None:
        """Check what there is now, unless that was done since the newest fact, or is being done."""
        self.background(partial(self._ask, again), "ask")

    async def _ask(self, again: bool) -> None:
        now = (await asyncio.to_thread(newest_fact, self.book), self.wanted)
        if now == self._checked_now or (now == self._seen and self._checked_now is None and not again):
            return
        self._turn += 1
        if now == self._seen and not again:  # another was asked for, and not any more
            self._checked_now = None
            self._numbers_changed()
        else:
            self._checked_now, self._told = now, ("", 0, 0)
            self._numbers_changed()
            self.background(partial(self._check, self._turn, now), "check")

    async def _check(self, turn: int, now: tuple[int, Wanted]) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self._told = (stage, done, total)
            if turn != self._turn:
                raise Stopped

        looked: Looked | None = None
        try:
            looked = await asyncio.to_thread(look, self.book, now[1], progress)
        except Stopped:
            return
        finally:
            if turn == self._turn:
                self._checked_now = None
                self._seen = now
                self._show(looked)

    @property
    def reading(self) -> bool:
        """Whether what is shown is being replaced."""
        return self._checked_now is not None

    def _look_at_progress(self) -> None:
        if self.reading and self._told != self._drawn:
            self._drawn = self._told
            self._numbers_changed()

    def _numbers_changed(self) -> None:
        self.query_one("#numbers", Drawing).changed()

    def _show(self, looked: Looked | None) -> None:
        """A check, None for one that could not be made."""
        self.looked = looked
        if looked is not None:
            self.loaded = looked.loaded
            if self.wanted == self._seen[1]:
                self.wanted = looked.wanted
                self._seen = (self._seen[0], looked.wanted)
        self._numbers_changed()
        self._list()

    def want(self, wanted: Wanted) -> None:
        """Check for another format, place or choice of rows."""
        current = self.current()
        self._keep = current.key if current is not None else self._keep
        self.wanted = wanted
        self.check()

    # Drawing

    def _number_lines(self, width: int) -> Sequence[Line]:
        found: list[Line] = []
        if self.loaded is not None:
            found.append(lines.format_line(self.loaded, self.wanted.township, self.wanted.everything, width))
        if self.reading:
            stage, done, total = self._told
            count = f"  {done:,}/{total:,}" if total > 1 else ""
            found.append([(_("正在检查") + "  ", "warn"), (stage, "dim"), (count, "dim")])
        elif self.looked is not None:
            found += lines.count_lines(self.looked, width)
        return found

    def _tab_lines(self, width: int) -> Sequence[Line]:
        if self.looked is None:  # not a zero for what is not known yet
            return [[]]
        return lines.tab_lines(self.looked.lists, self._tab, width)

    def _row_lines(self, width: int) -> Sequence[Line]:
        held = self.current()
        if held is not None:
            return lines.held_lines(held, width)
        if self.looked is None:
            return []
        return wrapped([(next_step(self.looked), "dim")], width)

    def _list(self) -> None:
        """The rows of the tab; the cursor stays on its row, or at its place."""
        rows = self.looked.lists[self._tab] if self.looked is not None else ()
        if self._kind is not None:
            rows = tuple(row for row in rows if any(one.kind == self._kind for one in row.said))
        keys = [row.key for row in rows]
        keep, self._keep = self._keep, ""
        self.listed.empty = _(lines.EMPTY[self._tab])
        self.listed.show_rows(rows)
        if keep in keys:
            self.listed.go_to(keys.index(keep))
        self.query_one("#tabs", Drawing).changed()
        self._moved()

    @on(PagedList.Moved)
    def _moved(self) -> None:
        self.query_one("#row", ScrolledDrawing).changed(from_top=True)

    def current(self) -> Held | None:
        """The row under the cursor."""
        held: Held | None = self.listed.row
        return held

    # Keys

    def action_tab(self, tab: str, kind: tuple[str, int] | None = None) -> None:
        self._tab, self._kind = tab, kind
        self.listed.cursor = 0
        self._list()

    def action_next_part(self) -> None:
        self.query_one("#row", ScrolledDrawing).next_part()

    @on(PagedList.Chosen)
    def action_open(self) -> None:
        """To the open finding on the desk, else to the visit in the review; of a kind to the rows that have it."""
        held = self.current()
        if held is None:
            return
        if held.tab == "kinds":
            self.action_tab("left" if held.said[0].grade == "error" else "notice", held.said[0].kind)
            return
        self._keep = held.key
        finding = next((one.finding for one in held.said if one.finding), 0)
        if finding:
            self.app.go("desk", finding=finding, back="upload")
        elif held.visit:
            self.app.go("review", visit=held.visit, back="upload")
        else:
            self.say(_("这个人不在通过的入户里了"), "warn")

    def action_include(self) -> None:
        self._work.include()

    def action_write(self) -> None:
        self._work.write()

    def action_pick_format(self) -> None:
        self.background(self._offer_formats, "formats")

    async def _offer_formats(self) -> None:
        formats = await asyncio.to_thread(formats_at_hand, self.book)
        self._work.pick_format(formats)

    def action_batches(self) -> None:
        from tui.screens.upload_batches import BatchesPage

        self.app.push_screen(BatchesPage())

    def action_learn(self) -> None:
        from tui.screens.learn import LearnPage

        self.app.push_screen(LearnPage(self._keep_unstored, self._unstored))

    def _keep_unstored(self, unstored: Unstored | None) -> None:
        self._unstored = unstored

    def action_township(self) -> None:
        self.background(self._work.pick_township, "townships")

    def action_everything(self) -> None:
        self.want(self.wanted.changed(everything=not self.wanted.everything))

    def action_visits(self) -> None:
        from survey_forms.visits.visit_list import VisitFilter

        self.app.go("visits", filter=VisitFilter(township=self.wanted.township))

    def action_again(self) -> None:
        self.say("")  # what was refused was refused of the check before
        self.check(again=True)
