"""Into which folder files are to be written: the last one of this session stands there, else one beside the
casebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from tui.screens.imports import typed_path
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, wrapped

UPLOADS = "上报"
"""The folder beside the casebook that is offered first; not translated, for it stays on the disk."""


class AskFolder(Dialog[Path]):
    """Gives a folder, which need not be there yet; None when left with Esc. `about` tells what will be written;
    `usual` names the folder beside the casebook that is offered first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("写出"), priority=True, tooltip=N_("写到这个文件夹；没有就新建")),
        Binding("up", "another(-1)", N_("换一个"), tooltip=N_("换成用过的或案卷旁边的文件夹")),
        Binding("down", "another(1)", N_("换一个"), show=False, tooltip=N_("换成用过的或案卷旁边的文件夹")),
        Binding("escape", "close", N_("不写"), tooltip=N_("关闭，什么也不写")),
    ]

    def __init__(self, title: str, about: Sequence[str], usual: str = UPLOADS) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._usual = usual
        self._told = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield Field(self._offered()[0])
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        field = self.query_one(Field)
        field.cursor_position = len(field.value)
        field.focus()

    def _offered(self) -> list[str]:
        beside = self.app.book.folder.resolve().parent
        found = [self.app.folder_written, beside / self._usual, beside]
        return list(dict.fromkeys(str(one) for one in found if one is not None))

    def _heading(self, width: int) -> list[Line]:
        told = [line for one in self._about for line in wrapped([(one, "dim")], width, 2)]
        return [*wrapped([(self._title, "title")], width), *told, [], [(_("写到哪个文件夹"), "dim")]]

    def _foot(self, width: int) -> list[Line]:
        lines = wrapped([("! " + self._told, "warn")], width, 2) if self._told else []
        keys: Line = []
        for key, does in ((_("回车"), _("写出")), (_("上下"), _("换一个")), ("Esc", _("不写"))):
            keys += [(key, "key"), (f" {does}   ", "")]
        return [*lines, [], keys]

    def action_another(self, by: int) -> None:
        offered, field = self._offered(), self.query_one(Field)
        place = offered.index(field.value) + by if field.value in offered else 0
        field.value = offered[place % len(offered)]
        field.cursor_position = len(field.value)

    def action_take(self) -> None:
        typed = typed_path(self.query_one(Field).value)
        try:
            folder = (self.app.book.folder.resolve().parent / typed).expanduser()
            usable = bool(typed) and typed.isprintable() and not folder.is_file()
        except (OSError, ValueError, RuntimeError):  # too long a name, no such home
            usable = False
        if not usable:
            self._told = _("这不是文件夹，请换一个")
            self.query(Drawing).last().changed()
            return
        self.app.folder_written = folder
        self.dismiss(folder)
