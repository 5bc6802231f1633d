"""Home (首页): how far the work is, what is to be done, what the casebook holds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from audit.queue import Filter, TownshipProgress
from casebook.language import N_, _
from casebook.progress import Progress, report
from casebook.store.backup import Backup
from tui.screens.audit_run import run_and_tell
from tui.screens.home_facts import home_facts
from tui.screens.home_lines import (
    SUM,
    TILES,
    casebook_lines,
    recent_lines,
    tiles,
    township_drawer,
    visit_lines,
    with_sum,
)
from tui.screens.page import Page
from tui.screens.pages import offered
from tui.screens.progress import LongWork, Outcome
from tui.screens.to_do import ToDo, draw_to_do, to_do_list
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line
from tui.widgets.paged_list import PagedList


class HomePage(Page):
    """Tiles, townships, to-do, casebook, recent."""

    TITLE = N_("首页")
    ABOUT = N_(
        "这里看全案卷的进度和待办。\n"
        "「待办」里选一项按回车，就到该做的画面，并已筛好；「乡镇进度」里选一个乡镇按回车，只看这个乡镇的疑点。\n"
        "「入户进度」的条：绿色通过，黄色待审，蓝色草稿，其余待调查；按 F8 看各户，按 F7 审核。\n"
        "进度条：绿色是已定，黄色是等别人（待查、退回、入户、待复签），其余未定；"
        "! 后面是 A 类（关系钱和资格）未定的条数。\n"
        "县审通过的户等着上报，按 F9，那里先检查再写成批次。\n"
        "和别的电脑交换、邀请新电脑、借出村，按 F6。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "app.go('desk')", N_("核对"), tooltip=N_("逐条裁定疑点")),
        Binding("f4", "app.go('lookup')", N_("查人"), tooltip=N_("按姓名、证件号、户编号找人")),
        Binding("f5", "app.go('imports')", N_("导入"), tooltip=N_("导入名单")),
        Binding("r", "run_audit", N_("重新核对"), show=False, tooltip=N_("用现在的名单再核对一次；以前的结论都保留")),
        Binding("b", "back_up", N_("备份"), show=False, tooltip=N_("在案卷的 backups 文件夹里存一份")),
        Binding("f7", "app.go('review')", N_("审核"), show=False, tooltip=N_("乡审和县审上交的入户")),
        Binding("f8", "app.go('visits')", N_("入户清单"), tooltip=N_("要入户的户：排、派、填、看进度")),
        Binding("f9", "app.go('upload')", N_("上报"), tooltip=N_("检查、写出省里的表；批次；省反馈")),
        Binding("ctrl+l", "app.go('log')", N_("日志"), show=False, tooltip=N_("谁在什么时候做了什么")),
        Binding("ctrl+p", "app.palette", N_("命令"), show=False, tooltip=N_("按名称找命令")),
        Binding("q", "app.quit", N_("退出"), tooltip=N_("退出程序；每一步都已保存")),
    ]
    DEFAULT_CSS = """
    HomePage #tiles { height: 3; margin: 1 1 0 1; }
    HomePage #tiles Drawing { width: 1fr; padding: 0 1; margin: 0 1 0 0; }
    HomePage #tiles Drawing:last-of-type { margin: 0; }
    HomePage #main { height: 1fr; margin: 1; }
    HomePage #left { width: 3fr; margin: 0 1 0 0; }
    HomePage #right { width: 2fr; }
    HomePage .panel { margin: 0 0 1 0; }
    HomePage #townships-panel { height: 1fr; margin: 0; }
    HomePage #to-do-panel { height: auto; }
    HomePage #to-do { height: auto; max-height: 8; }
    HomePage #recent { height: 1fr; margin: 0; padding: 0 1; }
    HomePage #facts { padding: 0 1; }
    HomePage #visits { padding: 0 1; margin: 1 0 0 0; display: none; }
    HomePage.-visits #visits { display: block; }
    HomePage.-low #tiles { display: none; }
    HomePage.-low #to-do { max-height: 3; }
    HomePage.-low #facts, HomePage.-low #visits { display: none; }
    HomePage.-narrow #main { layout: vertical; margin: 0; }
    HomePage.-narrow #left { width: 100%; height: 1fr; margin: 0; }
    HomePage.-narrow #right { dock: top; width: 100%; height: auto; margin: 0 0 1 0; }
    HomePage.-narrow #facts, HomePage.-narrow #recent { display: none; }
    HomePage.-narrow .panel { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._draw_township = township_drawer([])

    def body(self) -> ComposeResult:
        with Horizontal(id="tiles"):
            for name in TILES:
                yield Drawing(id=name)
        with Horizontal(id="main"):
            with Vertical(id="left"):
                with Vertical(id="townships-panel", classes="panel"):
                    yield Drawing(id="townships-title")
                    yield PagedList(
                        lambda _ids: [],
                        lambda row, width, selected: self._draw_township(row, width, selected),
                        id="townships",
                        empty=_("还没有疑点。"),
                    )
                yield Drawing(id="visits")
            with Vertical(id="right"):
                with Vertical(id="to-do-panel", classes="panel"):
                    yield Drawing(id="to-do-title")
                    yield PagedList(lambda _ids: [], draw_to_do, id="to-do", empty=_("没有待办。"))
                yield Drawing(id="facts", classes="panel")
                yield Drawing(id="recent")

    def on_mount(self) -> None:
        self.query_one("#to-do", PagedList).focus()

    def resumed(self) -> None:
        self.background(self._load, "load")

    async def _load(self) -> None:
        facts = await asyncio.to_thread(home_facts, self.book)
        for name, lines in tiles(facts).items():
            self._drawing(name).show(partial(_the_same, lines))
        to_do = [one for one in to_do_list(facts) if offered(self.book.rights, one.screen)]
        self._titled("to-do-title", _("待办"), _("{count} 项").format(count=len(to_do)))
        self._titled("townships-title", _("乡镇进度"), _("已定/疑点  !A类未定"))
        self.set_class(bool(facts.visits.total), "-visits")
        self._drawing("visits").show(partial(visit_lines, facts.visits))
        self._drawing("facts").show(partial(casebook_lines, facts))
        self._drawing("recent").show(partial(recent_lines, facts.recent))
        self.query_one("#to-do", PagedList).show_rows(to_do)
        townships = with_sum(facts.townships)
        self._draw_township = township_drawer(townships)
        listed = self.query_one("#townships", PagedList)
        listed.empty = _("疑点不在这台电脑上，在办公室的电脑上。") if facts.elsewhere else _("还没有疑点。")
        listed.show_rows(townships)

    def _drawing(self, name: str) -> Drawing:
        return self.query_one(f"#{name}", Drawing)

    def _titled(self, where: str, title: str, note: str) -> None:
        self._drawing(where).show(partial(_the_same, [[(title, "title"), ("  ", ""), (note, "dim")]]))

    # What is done

    def on_paged_list_chosen(self, event: PagedList.Chosen) -> None:
        if event.list.id == "townships":
            township: TownshipProgress | None = event.list.row
            if township is not None and offered(self.book.rights, "desk"):
                whole = township.township == SUM
                self.app.go("desk", filter=Filter(township="" if whole else township.township))
            return
        chosen: ToDo | None = event.list.row
        if chosen is None:
            return
        if chosen.screen == "run":
            self.action_run_audit()
        else:
            self.app.go(chosen.screen, **chosen.told)

    def action_run_audit(self) -> None:
        run_and_tell(self)

    def action_back_up(self) -> None:
        book = self.book

        def work(progress: Progress) -> Backup:
            from casebook.store.backup import back_up

            report(progress, _("备份"), 0, 1)
            return back_up(book)

        self.ask(LongWork(_("备份案卷"), work), self._backed_up)

    def _backed_up(self, outcome: Outcome[Backup]) -> None:
        if outcome.error is not None:
            self.say_error(outcome.error)
        elif outcome.result is not None:
            self.say(_("已备份：{file}").format(file=outcome.result.path.name), "good")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "run_audit":
            return offered(self.book.rights, "run")
        return action != "back"  # there is nothing below home


def _the_same(lines: Sequence[Line], _width: int) -> Sequence[Line]:
    return lines
