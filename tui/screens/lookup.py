"""Look-up (查人): the search box keeps the focus, arrows choose, Enter opens; numbers are masked until someone asks."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from casebook.language import N_, _
from casebook.people.lookup import LEAST_DIGITS, MOST, Hit, hits, look_up
from casebook.store import access
from tui.screens.page import Page
from tui.screens.person import PersonPage
from tui.screens.person_lines import hit_lines, short_account
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field, OpeningField
from tui.widgets.lines import Line, wrapped
from tui.widgets.paged_list import PagedList


class LookupPage(Page):
    """Search box, hits, a short account of the one under the cursor."""

    TITLE = N_("查人")
    ABOUT = N_(
        "输入姓名或姓名的一部分、拼音首字母（如 lxm）、证件号后四位以上或全号、电话、户编号；"
        "几个词用空格隔开，也可带乡镇或村名（如「三岔 李」）。\n"
        "上下键选人，回车看这个人在名单里的全部内容。列表里的号码和住址是遮住的；"
        "打开一个人、或按 F6 看全，都会记入查阅记录。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("选人"), key_display=N_("上下"), tooltip=N_("选上一个或下一个人")),
        Binding("down", "move(1)", N_("下一个"), show=False, tooltip=N_("选下一个人")),
        Binding("pageup", "page(-1)", N_("上一页"), show=False, tooltip=N_("上翻一页")),
        Binding("pagedown", "page(1)", N_("下一页"), show=False, tooltip=N_("下翻一页")),
        Binding("f6", "unmask", N_("看全/遮住"), tooltip=N_("看全这个人的号码和住址，或再遮住；看全会记入查阅记录")),
        Binding("f7", "clear", N_("清空"), tooltip=N_("清空输入框，重新查")),
    ]
    DEFAULT_CSS = """
    LookupPage #search { height: 3; margin: 1 1 0 1; padding: 1 1; background: $panel-ground; }
    LookupPage #search > #label { width: auto; min-width: 6; max-width: 10; }
    LookupPage #search > Field { width: 1fr; }
    LookupPage #search > #count { width: 18; padding: 0 0 0 2; }
    LookupPage #found { height: 1fr; margin: 1; }
    LookupPage #hits { width: 1fr; margin: 0 1 0 0; }
    LookupPage #account { width: 1fr; height: 1fr; padding: 0 1; background: $panel-ground; }
    LookupPage.-narrow #account { display: none; }
    LookupPage.-narrow #hits { margin: 0; }
    LookupPage.-low #search { height: 1; margin: 0; padding: 0 1; }
    LookupPage.-low #found { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._whole: int | None = None  # the hit whose values are shown whole
        self._searched: str | None = ""  # what the list answers, None where the casebook may have changed since
        self._moves = 0  # keys up and down since, for the list to come

    def body(self) -> ComposeResult:
        with Horizontal(id="search"):
            yield Drawing(lambda width: [[(_("查询"), "title")]], id="label")
            yield OpeningField(placeholder=_("姓名、拼音首字母、证件号、户编号"), id="query")
            yield Drawing(id="count")
        with Horizontal(id="found"):
            found = PagedList(self._fetch, hit_lines, row_height=2, id="hits", classes="-held")
            found.can_focus = False
            yield found
            with Vertical(id="account"):
                yield Drawing(self._account_lines, id="short")

    def arrive(self, **told: Any) -> None:
        self._whole = None

    def resumed(self) -> None:
        self.query_one(Field).focus()
        self._searched = None
        self.background(self._search, "search")

    def _fetch(self, ids: Any) -> list[Hit]:
        return hits(self.book, ids)

    # Searching

    @on(Input.Changed)
    def _typed(self) -> None:
        self.background(self._search, "search")

    async def _search(self) -> None:
        text = self.query_one(Field).value
        ids = await asyncio.to_thread(look_up, self.book, text)
        if self._searched == text:  # another search for the same was quicker
            return
        found = self.query_one(PagedList)
        keep = found.row_id if self._searched is None else None
        self._searched = text
        found.cursor = 0
        found.empty = self._nothing(text)
        found.show(ids, keep=keep)
        found.go_to(found.cursor + self._moves)
        self._moves = 0
        count = _("{count} 人").format(count=f"{len(ids):,}") if text.strip() else ""
        self.query_one("#count", Drawing).say((count, "dim"))
        if len(ids) == MOST:
            self.say(_("只列出前 {count} 人，请再多打几个字").format(count=f"{MOST:,}"), "warn")
        else:
            self.say("")

    def _nothing(self, text: str) -> str:
        word = text.strip()
        if not word:
            return ""
        if word.isdigit() and len(word) < LEAST_DIGITS:
            return _("证件号请至少输入后 {count} 位").format(count=LEAST_DIGITS)
        return _("没有找到。换几个字，或只打拼音首字母试试。")

    def action_clear(self) -> None:
        self.query_one(Field).value = ""

    # The hit under the cursor

    def action_move(self, by: int) -> None:
        if self._searched != self.query_one(Field).value:
            self._moves += by
        else:
            self.query_one(PagedList).action_move(by)

    def action_page(self, by: int) -> None:
        self.query_one(PagedList).action_page(by)

    @on(PagedList.Moved)
    def _moved(self) -> None:
        self._whole = None
        self._show_account()

    @on(PagedList.Fetched)
    def _show_account(self) -> None:
        self.query_one("#short", Drawing).changed()

    def _account_lines(self, width: int) -> list[Line]:
        hit: Hit | None = self.query_one(PagedList).row
        if hit is None:
            return []
        hint = _("回车看全部内容，F6 看全号码；都会记入查阅记录。")
        return [*short_account(hit, width, self._whole == hit.id), [], *wrapped([(hint, "dim")], width)]

    def action_unmask(self) -> None:
        self.background(self._unmask, "unmask")

    async def _unmask(self) -> None:
        hit: Hit | None = self.query_one(PagedList).row
        if hit is None:
            return
        if self._whole == hit.id:
            self._whole = None
        else:
            await asyncio.to_thread(access.record, self.book, "revealed", [hit.person])
            self._whole = hit.id
        self._show_account()

    @on(Input.Submitted)
    @on(PagedList.Chosen)
    def _chosen(self) -> None:
        self.background(self._open, "open")

    async def _open(self) -> None:
        """Open the one under the cursor, of the list that answers what stands in the field."""
        if self._searched != self.query_one(Field).value:
            await self._search()
        identity = self.query_one(PagedList).row_id
        found = await asyncio.to_thread(hits, self.book, [] if identity is None else [identity])
        for hit in found:
            await asyncio.to_thread(access.record, self.book, "revealed", [hit.person])
            self.app.push_screen(PersonPage(hit))
