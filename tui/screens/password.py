"""Asking for a file's password; it is kept as long as the file is being looked at, and nowhere written."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import _
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field


class AskPassword(Dialog[str]):
    """One hidden line."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            heading = Drawing()
            heading.say((_("{file} 有打开密码").format(file=self._file), "title"), (_("（Esc 关闭）"), "dim"))
            yield heading
            field = Field(placeholder=_("密码（不显示），回车确定"))
            field.password = True
            yield field

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        if event.value:
            self.dismiss(event.value)
