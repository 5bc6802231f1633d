"""A list of any length: only the pages in sight are fetched, in a thread, and only the lines in sight are drawn."""

from __future__ import annotations

import asyncio
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import WorkType

from casebook.errors import RuhuError
from casebook.language import N_
from tui.widgets.colours import style_of
from tui.widgets.lines import Line, strip_of, wrapped

PAGE = 64
"""Rows fetched at once: more than a screen, so that moving by one seldom waits."""

_KEPT = 24
"""Pages kept in memory."""

Fetch = Callable[[Sequence[int]], Sequence[Any]]
"""Rows for ids, in their order, one for each; called in a thread. May raise RuhuError."""

DrawRow = Callable[[Any, int, bool], Sequence[Line]]
"""The lines of one row for a width; whether it is under the cursor."""


class PagedList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows by id. `ids` is in the order shown; `row_height` lines a row. Nothing is fetched by offset."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PagedList {
        height: 1fr; background: $panel-ground; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("上一行"), show=False, tooltip=N_("光标上移一行")),
        Binding("down", "move(1)", N_("下一行"), show=False, tooltip=N_("光标下移一行")),
        Binding("pageup", "page(-1)", N_("上一页"), show=False, tooltip=N_("光标上移一页")),
        Binding("pagedown", "page(1)", N_("下一页"), show=False, tooltip=N_("光标下移一页")),
        Binding("home", "first", N_("第一行"), show=False, tooltip=N_("光标移到第一行")),
        Binding("end", "last", N_("最后一行"), show=False, tooltip=N_("光标移到最后一行")),
        Binding("enter", "choose", N_("打开"), show=False, tooltip=N_("打开光标所在的一行")),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands on another row, or on the first one of a new list; `row_id` is None in an empty list."""

        list: PagedList
        row_id: int | None

        @property
        def control(self) -> PagedList:
            return self.list

    @dataclass
    class Chosen(Message):
        """The row under the cursor was opened, by key or double click."""

        list: PagedList
        row_id: int

        @property
        def control(self) -> PagedList:
            return self.list

    @dataclass
    class Fetched(Message):
        """The row under the cursor has come, or come anew."""

        list: PagedList

        @property
        def control(self) -> PagedList:
            return self.list

    @dataclass
    class Failed(Message):
        """Rows could not be fetched."""

        error: RuhuError

    def __init__(
        self,
        fetch: Fetch,
        draw: DrawRow,
        *,
        row_height: int = 1,
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._fetch = fetch
        self._draw = draw
        self.row_height = row_height
        self.empty = empty
        self.ids: array[int] = array("q")
        self.cursor = 0
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()
        self._stale: set[int] = set()
        self._generation = 0
        self._loading: set[int] = set()
        self._wanted = False

    # What is shown

    def show(self, ids: array[int], keep: int | None = None) -> None:
        """Show these rows. The cursor goes to the row of id `keep`, else stays at its place as far as there is one."""
        self.ids = ids
        self._generation += 1
        self._pages.clear()
        self._stale.clear()
        self._loading.clear()
        place = min(self.cursor, max(0, len(ids) - 1))
        if keep is not None and keep in ids:
            place = ids.index(keep)
        self.cursor = place
        self.virtual_size = Size(0, len(ids) * self.row_height)
        self.refresh(layout=self.styles.is_auto_height)
        if self.is_attached:
            self._into_view()
        self.post_message(self.Moved(self, self.row_id))

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show rows that are at hand; their ids are their places from 0."""
        self.show(array("q", range(len(rows))))
        for first in range(0, len(rows), PAGE):
            self._pages[first // PAGE] = rows[first : first + PAGE]

    def renew(self) -> None:
        """Fetch again what is in sight; until it is there, the rows stand as they were."""
        self._stale = set(self._pages)
        self._want()
        self.refresh()

    @property
    def row_id(self) -> int | None:
        """The id of the row under the cursor."""
        return self.ids[self.cursor] if self.cursor < len(self.ids) else None

    @property
    def row(self) -> Any:
        """The row under the cursor, None where there is none or it is still on its way."""
        return self._row(self.cursor) if self.cursor < len(self.ids) else None

    def at(self, place: int) -> Any:
        """The row at a place if it is at hand, else None."""
        page, within = divmod(place, PAGE)
        rows = self._pages.get(page, ()) if 0 <= place < len(self.ids) else ()
        return rows[within] if within < len(rows) else None

    def go_to(self, place: int) -> None:
        """Put the cursor on a row, counted from 0; beyond the ends on the first or last one."""
        place = max(0, min(place, len(self.ids) - 1))
        if place == self.cursor or not len(self.ids):
            return
        before, self.cursor = self.cursor, place
        for row in (before, place):
            self.refresh_lines(row * self.row_height, self.row_height)
        self._into_view()
        self._want()
        self.post_message(self.Moved(self, self.row_id))

    # Keys and mouse

    def action_move(self, by: int) -> None:
        self.go_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.go_to(self.cursor + by * max(1, self.size.height // self.row_height - 1))

    def action_first(self) -> None:
        self.go_to(0)

    def action_last(self) -> None:
        self.go_to(len(self.ids) - 1)

    def action_choose(self) -> None:
        if self.row_id is not None:
            self.post_message(self.Chosen(self, self.row_id))

    def on_click(self, event: events.Click) -> None:
        place = (event.y + self.scroll_offset.y) // self.row_height
        if place >= len(self.ids):
            return
        event.stop()
        self.go_to(place)
        if event.chain == 2:
            self.action_choose()

    def _into_view(self) -> None:
        top, bottom = self.cursor * self.row_height, (self.cursor + 1) * self.row_height
        height = self.size.height or self.row_height
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
        elif bottom > self.scroll_offset.y + height:  # force: a new list has no scrollbar before the next layout
            self.scroll_to(y=bottom - height, animate=False, force=True)

    def on_resize(self) -> None:
        self._into_view()

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        place, within = divmod(y + self.scroll_offset.y, self.row_height)
        if place >= len(self.ids):
            return self._blank(y, width)
        selected = place == self.cursor
        ground = "panel" if not selected else "selected" if self.has_focus or self.has_class("-held") else "resting"
        row = self._row(place)
        lines = [] if row is None else self._draw(row, width, selected)
        line = lines[within] if within < len(lines) else []
        return strip_of(line, width, partial(style_of, self.app.theme, ground))

    def _blank(self, y: int, width: int) -> Strip:
        lines = wrapped([(self.empty, "dim")], width - 2) if self.empty and not self.ids else []
        line = [(" ", ""), *lines[y]] if y < len(lines) else []
        return strip_of(line, width, partial(style_of, self.app.theme, "panel"))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # Fetching

    def _row(self, place: int) -> Any:
        page, within = divmod(place, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            self._want()
            return None
        return rows[within] if within < len(rows) else None

    def _want(self) -> None:
        """Fetch what is missing, once for all lines of a paint."""
        if not self._wanted and self.is_attached:
            self._wanted = True
            self.call_later(self._begin)

    def _begin(self) -> None:
        self._wanted = False
        if missing := self._missing():
            self._loading.update(missing)
            load: WorkType[None] = partial(self._load, missing)
            self.run_worker(load, group="pages")

    def _missing(self) -> list[int]:
        """Pages in sight that are not there, and their neighbours, so that the next key finds them."""
        rows = max(1, self.size.height // self.row_height)
        first = self.scroll_offset.y // self.row_height // PAGE
        last = (self.scroll_offset.y // self.row_height + rows) // PAGE
        highest = (len(self.ids) - 1) // PAGE
        near = [*range(first, last + 1), first - 1, last + 1]
        return [
            page
            for page in near
            if 0 <= page <= highest
            and page not in self._loading
            and (page not in self._pages or page in self._stale)
        ]

    async def _load(self, pages: Sequence[int]) -> None:
        """Fetch pages one after the other, those in sight first; a newer list ends it."""
        generation, ids = self._generation, self.ids
        for page in pages:
            wanted = ids[page * PAGE : (page + 1) * PAGE]
            try:
                rows = await asyncio.to_thread(self._fetch, wanted)
            except RuhuError as error:
                self._loading.clear()
                self.post_message(self.Failed(error))
                return
            if generation != self._generation:
                return
            self._loading.discard(page)
            self._keep(page, rows)

    def _keep(self, page: int, rows: Sequence[Any]) -> None:
        self._pages[page] = rows
        self._pages.move_to_end(page)
        self._stale.discard(page)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        self.refresh()
        if self.cursor // PAGE == page:
            self.post_message(self.Fetched(self))
