"""One question that is asked before something is done: y does it, Esc does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped


class Confirm(Dialog[bool]):
    """Gives True; None when it was left."""

    OWN_F10 = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm", N_("确定"), tooltip=N_("照所说的做")),
        Binding("escape,n", "close", N_("不做"), tooltip=N_("关闭，什么也不做")),
    ]

    def __init__(self, title: str, said: Sequence[str], does: str) -> None:
        super().__init__()
        self._title = title
        self._said = said
        self._does = does

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._lines)

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = [[(self._title, "title")], []]
        for said in self._said:
            lines += wrapped([(said, "")], width)
        keys: Line = [("y", "key"), (" " + self._does, ""), ("   Esc", "key"), (" " + _("不做"), "")]
        return [*lines, [], keys]

    def action_confirm(self) -> None:
        self.dismiss(True)
