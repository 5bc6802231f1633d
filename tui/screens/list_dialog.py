"""A dialog with a text field over a list: what is typed goes to the field, the arrow keys move in the list."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from casebook.language import N_
from tui.screens.page import Answer, Dialog
from tui.widgets.paged_list import PagedList


class ListDialog(Dialog[Answer]):
    """A subclass composes a `.box` with one field and one PagedList, which does not take the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("上一个"), show=False, tooltip=N_("选上一个")),
        Binding("down", "move(1)", N_("下一个"), show=False, tooltip=N_("选下一个")),
        Binding("pageup", "page(-1)", N_("上一页"), show=False, tooltip=N_("上翻一页")),
        Binding("pagedown", "page(1)", N_("下一页"), show=False, tooltip=N_("下翻一页")),
    ]
    DEFAULT_CSS = """
    ListDialog { align: center top; }
    ListDialog > .box { margin: 1 0; height: 80%; }
    ListDialog PagedList { margin: 1 0 0 0; }
    """

    def action_move(self, by: int) -> None:
        self.query_one(PagedList).action_move(by)

    def action_page(self, by: int) -> None:
        self.query_one(PagedList).action_page(by)
