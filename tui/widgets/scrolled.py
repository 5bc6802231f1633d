"""A column that scrolls by key when it has the focus."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer

from casebook.language import N_


class Scrolled(ScrollableContainer, can_focus=True, inherit_bindings=False):
    """Holds drawings that may be longer than the screen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Scrolled {
        layout: vertical; height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        background: $panel-ground;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", N_("上移"), show=False, tooltip=N_("内容上移一行")),
        Binding("down", "scroll_down", N_("下移"), show=False, tooltip=N_("内容下移一行")),
        Binding("pageup", "page_up", N_("上翻"), show=False, tooltip=N_("内容上翻一页")),
        Binding("pagedown,space", "page_down", N_("下翻"), show=False, tooltip=N_("内容下翻一页")),
        Binding("home", "scroll_home", N_("到顶"), show=False, tooltip=N_("到内容开头")),
        Binding("end", "scroll_end", N_("到底"), show=False, tooltip=N_("到内容末尾")),
    ]
