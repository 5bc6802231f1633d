"""The exchange (交换): the machines that work on this casebook, packets for them and from them, what they borrow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from casebook.language import N_, _
from casebook.store.packets.known import Known
from tui.screens import exchange_lines as lines
from tui.screens.exchange_doing import PacketWork
from tui.screens.exchange_inviting import DeviceWork
from tui.screens.exchange_reading import Looked, Row, key_of, look
from tui.screens.in_order import InOrder
from tui.screens.page import Page
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled_drawing import ScrolledDrawing

_MANAGING = frozenset(("invite", "accept", "close", "rename", "areas"))


class ExchangePage(Page):
    """Read anew whenever it comes to the front."""

    TITLE = N_("交换")
    ABOUT = N_(
        "几台电脑一起做一个案卷，用 U 盘带交换包。包里是对方还没有的，加密给那一台，别人打不开；丢了再做一个就是。\n"
        "回车给光标所在的电脑做包；按 t 收包，一个，或一个文件夹里给这台的全部：先后随便，收过的再收也没事。\n"
        "按 o 把几个村借给一台去填，再给它做包；还回以前，别的电脑不能填这些村。填完在这台上按 r 还回；"
        "电脑丢了，办公室在它上面按 r 收回。\n"
        "请新电脑：按 i 写邀请文件，新电脑用 ruhu device join 打开，交回答复文件；按 a 收答复，打电话问它的核对码。\n"
        "1 设备，2 借出，3 账号。电脑丢了马上按 x 停用。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "make", N_("做包"), priority=True, tooltip=N_("给光标所在的电脑做交换包")),
        Binding("t", "take", N_("收包"), tooltip=N_("收一个交换包，或一个文件夹里给这台电脑的全部")),
        Binding("o", "lend", N_("借出"), tooltip=N_("把几个村借给光标所在的电脑，并给它做包")),
        Binding("r", "give_back", N_("还回"), tooltip=N_("还回借给这台的村；别的电脑丢了，收回借给它的")),
        Binding("i", "invite", N_("邀请"), tooltip=N_("请一台新电脑：写邀请文件")),
        Binding("a", "accept", N_("收答复"), tooltip=N_("收新电脑交回的答复，输入它念的核对码")),
        Binding("x", "close", N_("停用"), show=False, tooltip=N_("停用这台电脑，或再启用；撤销邀请")),
        Binding("n", "rename", N_("改名"), show=False, tooltip=N_("给这台电脑改名")),
        Binding("e", "areas", N_("管辖"), show=False, tooltip=N_("改这台电脑管哪里")),
        Binding("space", "next_part", N_("往下看"), show=False, tooltip=N_("说明往下翻一页，到底后回到开头")),
        *(
            Binding(str(digit), f"tab('{tab}')", name, show=False, tooltip=N_("列表换看这一类"))
            for digit, (tab, name) in enumerate(lines.TABS, 1)
        ),
    ]
    DEFAULT_CSS = """
    ExchangePage .body { layout: vertical; }
    ExchangePage #own { padding: 0 1; margin: 0 0 1 0; }
    ExchangePage #middle { height: 1fr; layout: vertical; }
    ExchangePage #left { height: 1fr; background: $panel-ground; padding: 0 1; }
    ExchangePage #rows { scrollbar-gutter: stable; }
    ExchangePage #detail { height: 8; padding: 0 1; margin: 1 0 0 0; }
    ExchangePage.-low #own { margin: 0; }
    ExchangePage.-low #detail { height: 4; margin: 0; }
    ExchangePage.-wide .body { margin: 1 1 0 1; }
    ExchangePage.-wide #middle { layout: horizontal; }
    ExchangePage.-wide #left { width: 2fr; height: 100%; margin: 0 1 0 0; }
    ExchangePage.-wide #detail { width: 1fr; height: 100%; margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.in_order = InOrder(self)
        self.looked: Looked | None = None
        self.wanted = ""  # key of the row that the cursor is to go to
        self._tab = "devices"
        self._packets = PacketWork(self)
        self._devices = DeviceWork(self)

    def body(self) -> ComposeResult:
        with Vertical(classes="body"):
            yield Drawing(self._own_lines, id="own", classes="panel")
            with Horizontal(id="middle"):
                with Vertical(id="left"):
                    yield Drawing(self._tab_lines, id="tabs")
                    yield PagedList(lambda _ids: [], lines.draw_row, id="rows", classes="-held")
                yield ScrolledDrawing(self._detail_lines, id="detail")

    @property
    def listed(self) -> PagedList:
        return self.query_one("#rows", PagedList)

    def on_mount(self) -> None:
        self.listed.focus()

    def resumed(self) -> None:
        self.in_order.add(self.load)

    async def load(self) -> None:
        first = self.looked is None
        self.looked = await asyncio.to_thread(look, self.book)
        if first and len(self.looked.lists["devices"]) > 1:
            self.wanted = self.wanted or key_of(self.looked.lists["devices"][1])
        self._list()
        self.refresh_bindings()

    def _list(self) -> None:
        """The rows of the tab; the cursor stays on its row."""
        now = self.current()
        keep, self.wanted = self.wanted or (key_of(now) if now is not None else ""), ""
        rows = self.looked.lists[self._tab] if self.looked is not None else ()
        keys = [key_of(row) for row in rows]
        self.listed.empty = _(lines.EMPTY[self._tab])
        self.listed.show_rows(rows)
        self.listed.go_to(keys.index(keep) if keep in keys else 0)
        self.query_one("#own", Drawing).changed()
        self.query_one("#tabs", Drawing).changed()
        self._moved()

    # What the cursor stands on

    def current(self) -> Row | None:
        row: Row | None = self.listed.row
        return row

    def device(self) -> Known | None:
        row = self.current()
        return row if isinstance(row, Known) else None

    def others(self) -> list[Known]:
        """The other devices."""
        rows = self.looked.lists["devices"] if self.looked is not None else ()
        return [row for row in rows if isinstance(row, Known) and not row.own and not row.followed_by]

    def own(self) -> str:
        return self.looked.own.device.id if self.looked is not None else ""

    def empty(self) -> bool:
        """Whether this machine still waits for its first packet."""
        return self.looked is not None and self.looked.empty

    def own_areas(self) -> tuple[str, ...]:
        """What is lent to this machine."""
        return tuple(one.area for one in self.looked.own.borrowed) if self.looked is not None else ()

    # Drawing

    def _own_lines(self, width: int) -> Sequence[Line]:
        return lines.own_lines(self.looked, width) if self.looked is not None else [[]]

    def _tab_lines(self, width: int) -> Sequence[Line]:
        if self.looked is None:
            return [[], []]
        return [*lines.tab_lines(self.looked.lists, self._tab, width), lines.heading(self._tab, width - 1)]

    def _detail_lines(self, width: int) -> Sequence[Line]:
        return lines.detail_lines(self.current(), width)

    @on(PagedList.Moved)
    def _moved(self) -> None:
        self.query_one("#detail", ScrolledDrawing).changed(from_top=True)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that who acts can never use are not offered."""
        looked = self.looked
        if looked is None:
            return True
        if action == "lend":
            return looked.lends
        return looked.manages if action in _MANAGING else True

    def action_tab(self, tab: str) -> None:
        self._tab = tab
        self.listed.cursor = 0
        self._list()

    def action_next_part(self) -> None:
        self.query_one("#detail", ScrolledDrawing).next_part()

    @on(PagedList.Chosen)
    def action_make(self) -> None:
        self._packets.make()

    def action_take(self) -> None:
        self._packets.take()

    def action_lend(self) -> None:
        self._packets.lend()

    def action_give_back(self) -> None:
        self._packets.give_back()

    def action_invite(self) -> None:
        self._devices.invite()

    def action_accept(self) -> None:
        self._devices.accept()

    def action_close(self) -> None:
        self._devices.close()

    def action_rename(self) -> None:
        self._devices.rename()

    def action_areas(self) -> None:
        self._devices.areas()
