"""The log (日志): every fact, newest first, by kind, author, day and text; and who looked at whom."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from casebook.language import N_, _
from casebook.progress import Progress
from casebook.store.access import Access
from casebook.store.clock import local_text
from casebook.store.folding import FOLDED
from casebook.store.history import (
    LogChoices,
    LogFilter,
    LogRow,
    access_choices,
    access_ids,
    access_rows,
    log_choices,
    log_ids,
    log_rows,
)
from casebook.store.rights import may
from exports.upload.placing import check_room
from tui.commands.outputs import free_name
from tui.screens.ask_folder import AskFolder
from tui.screens.fact_words import KIND_NAMES, account, kind_name, told
from tui.screens.log_book import Written, write_log_book
from tui.screens.page import Page
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.progress import LongWork, Outcome
from tui.screens.trail_words import ACCESS_NAMES, access_name, access_subject
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, cell, cut, line_width, wrapped
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled import Scrolled

By = Literal["kind", "author", "day"]

_FOLDER = "日志"
"""The folder beside the casebook, and the beginning of the file's name; not translated, for they stay on the disk."""


class LogPage(Page):
    """A list, the whole of the entry under the cursor, the filter above both."""

    TITLE = N_("日志")
    ABOUT = N_(
        "案卷里发生过的每一件事，新的在前：建案卷、导入、核对、结论、复签、撤销。只增不改，撤销也是一条。\n"
        "一户一次填的答案合成一条，一次排的户、派的户也是；用 k 只看「填答」时一条一条列出。\n"
        "按 v 换看「查阅记录」：谁在什么时候看过谁的全部信息。那里只记编号，不记姓名。\n"
        "按 e 把筛出来的写成工作簿，首页有锚，可打印签字。\n"
        "要检查有没有被改动过，在终端运行 ruhu log verify。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "pick('kind')", N_("种类"), tooltip=N_("只看一种")),
        Binding("a", "pick('author')", N_("经手人"), tooltip=N_("只看一个人做的")),
        Binding("d", "pick('day')", N_("日期"), tooltip=N_("只看一天的")),
        Binding("slash", "find", N_("找字"), tooltip=N_("在理由、证件、文件名里找；回车回到列表")),
        Binding("c", "clear", N_("全部"), show=False, tooltip=N_("去掉所有筛选")),
        Binding("e", "export", N_("导出"), tooltip=N_("把筛出来的日志和查阅记录写成工作簿")),
        Binding("v", "switch", N_("换日志"), tooltip=N_("在日志和查阅记录之间切换")),
    ]
    DEFAULT_CSS = """
    LogPage #filter { height: 1; margin: 1 1 0 1; }
    LogPage #filter > #state { width: 1fr; padding: 0 1; }
    LogPage #filter > Field { width: 24; }
    LogPage #both { height: 1fr; margin: 1; }
    LogPage #entries { width: 3fr; margin: 0 1 0 0; }
    LogPage #entry { width: 2fr; padding: 0 1; }
    LogPage.-narrow #entry { display: none; }
    LogPage.-narrow #entries { margin: 0; }
    LogPage.-narrow #filter > Field { width: 14; }
    LogPage.-low #filter, LogPage.-low #both { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._filter = LogFilter()
        self._accesses = False

    def body(self) -> ComposeResult:
        with Horizontal(id="filter"):
            yield Drawing(self._filter_lines, id="state")
            yield Field(placeholder=_("找字"), id="text")
        with Horizontal(id="both"):
            yield PagedList(self._fetch, self._draw, id="entries", empty=_("没有符合的记录。"))
            with Scrolled(id="entry"), Vertical():
                yield Drawing(self._account_lines, id="account")

    def on_mount(self) -> None:
        self.query_one(PagedList).focus()

    def crumb(self) -> str:
        return _("查阅记录") if self._accesses else _(self.TITLE)

    def resumed(self) -> None:
        self.background(self._load, "load")

    # Reading

    async def _load(self) -> None:
        entries = self.query_one(PagedList)
        read = access_ids if self._accesses else partial(log_ids, fold=True)
        ids: array[int] = await asyncio.to_thread(read, self.book, self._filter)
        entries.show(ids, keep=entries.row_id)
        self.query_one("#state", Drawing).changed()

    def _fetch(self, ids: Sequence[int]) -> Sequence[Any]:
        if self._accesses:
            return access_rows(self.book, ids)
        filter = self._filter
        one_by_one = bool(filter.text.strip()) or filter.kind in FOLDED
        return log_rows(self.book, ids, fold=not one_by_one)

    # Drawing

    def _filter_lines(self, width: int) -> list[Line]:
        filter = self._filter
        name = access_name if self._accesses else kind_name
        every = _("全部")
        line: Line = [(_("查阅记录") if self._accesses else _("日志"), "title")]
        for label, text in (
            (_("种类"), name(filter.kind) if filter.kind else every),
            (_("经手人"), filter.author or every),
            (_("日期"), filter.day or every),
        ):
            line += [("  " + label + " ", "dim"), (text, "" if text == every else "warn")]
        count = _("{count} 条").format(count=f"{len(self.query_one(PagedList).ids):,}")
        return [[*line, ("  " + count, "dim")] if line_width(line) + len(count) + 4 < width else line]

    def _draw(self, row: LogRow | Access, width: int, selected: bool) -> list[Line]:
        if isinstance(row, Access):
            when, author, kind, text = row.wall, row.author, access_name(row.what), access_subject(row)
        else:
            envelope = row.fact.envelope
            when, author, kind, text = envelope.wall, envelope.author, kind_name(row.fact.kind), told(row)
        authors = 8 if width < 60 else 14
        line: Line = [(" " + local_text(when)[2:], "dim"), (" ", ""), (cell(author, authors), "")]
        names = map(access_name, ACCESS_NAMES) if self._accesses else map(kind_name, KIND_NAMES)
        kinds = min(max(map(cell_len, names)) + 1, max(12, width // 5))
        line += [(" ", ""), (cell(kind, kinds - 1), "strong"), (" ", "")]
        return [[*line, (cut(text, max(0, width - line_width(line))), "")]]

    def _account_lines(self, width: int) -> list[Line]:
        row = self.query_one(PagedList).row
        if isinstance(row, Access):
            entries = [
                (_("时间"), local_text(row.wall, seconds=True)),
                (_("经手人"), row.author),
                (_("种类"), access_name(row.what)),
                (_("对象"), access_subject(row)),
                (_("序号"), f"{row.n:,}"),
            ]
        else:
            entries = account(row) if isinstance(row, LogRow) else []
        return [
            line
            for name, text in entries
            for line in ([(name, "dim")], *([("  ", ""), *part] for part in wrapped([(text, "")], width - 2)))
        ]

    @on(PagedList.Moved)
    @on(PagedList.Fetched)
    def _another_row(self) -> None:
        self.query_one("#account", Drawing).changed()

    # Filtering

    def action_pick(self, by: By) -> None:
        self.background(partial(self._pick, by), "pick")

    async def _pick(self, by: By) -> None:
        read = access_choices if self._accesses else log_choices
        found: LogChoices = await asyncio.to_thread(read, self.book)
        name = access_name if self._accesses else kind_name
        titles = {"kind": _("种类"), "author": _("经手人"), "day": _("日期")}
        counted = {"kind": found.kinds, "author": found.authors, "day": found.days}[by]
        choices = [Choice("", _("全部"))]
        choices += [Choice(value, name(value) if by == "kind" else value, f"{count:,}") for value, count in counted]
        now = {"kind": self._filter.kind, "author": self._filter.author, "day": self._filter.day}[by]
        self.ask(Pick(titles[by], choices, now), partial(self._picked, by))

    def _picked(self, by: By, picked: Picked[str]) -> None:
        value, filter = picked.value, self._filter
        if by == "kind":
            self._filter = replace(filter, kind=value)
        elif by == "author":
            self._filter = replace(filter, author=value)
        else:
            self._filter = replace(filter, day=value)
        self.background(self._load, "load")

    def action_find(self) -> None:
        self.query_one(Field).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._filter = replace(self._filter, text=event.value)
        self.background(self._load, "load")

    @on(Input.Submitted)
    def _found(self) -> None:
        self.query_one(PagedList).focus()

    def action_clear(self) -> None:
        self._filter = LogFilter()
        with self.prevent(Input.Changed):
            self.query_one(Field).value = ""
        self.background(self._load, "load")

    # The workbook

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return may(self.book.rights, "log") if action == "export" else True

    def action_export(self) -> None:
        about = [
            _("筛出来的日志和查阅记录，不写证件号、病情和理由原文。"),
            _("首页有锚，打印出来签字，留在案卷以外。"),
        ]
        self.ask(AskFolder(_("导出日志"), about, _FOLDER), self._export)

    def _export(self, folder: Path) -> None:
        """Author and days hold for both sheets, kind and text for the one that is shown."""
        shown, other = self._filter, replace(self._filter, kind="", text="")
        of_facts, of_accesses = (other, shown) if self._accesses else (shown, other)

        def write(progress: Progress) -> tuple[Path, Written]:
            check_room(folder, [])
            folder.mkdir(exist_ok=True)
            path = free_name(folder / f"{_FOLDER}-{datetime.now():%Y%m%d-%H%M}.xlsx")
            return path, write_log_book(self.book, path, of_facts, of_accesses, progress)

        self.ask(LongWork(_("导出日志"), write), self._exported)

    def _exported(self, outcome: Outcome[tuple[Path, Written]]) -> None:
        if outcome.error is not None:
            self.say_error(outcome.error)
        elif outcome.result is None:
            self.say(_("已停止，没有写出"), "warn")
        else:
            path, written = outcome.result
            text = _("已写出日志 {facts} 条，查阅记录 {accesses} 条：{path}")
            self.say(text.format(path=path, facts=f"{written.facts:,}", accesses=f"{written.accesses:,}"), "good")
            self.background(self._load, "load")

    def action_switch(self) -> None:
        self._accesses = not self._accesses
        self._filter = replace(self._filter, kind="")
        entries = self.query_one(PagedList)
        entries.cursor = 0
        entries.show(array("q"))
        self.crumbs_changed()
        self.background(self._load, "load")
