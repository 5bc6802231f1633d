"""Choosing a workbook in the folders of this machine: type or drop its path, or pick it from the list."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import N_, _
from tui.screens.import_lines import entry_lines
from tui.screens.import_reading import Entry, workbooks_in
from tui.screens.imports import typed_path
from tui.screens.list_dialog import ListDialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import OpeningField
from tui.widgets.lines import Line, cut, wrapped
from tui.widgets.paged_list import PagedList


class PickFile(ListDialog[Path]):
    """Gives the path of a file; None when left with Esc. `about` says in a sentence what the file is for. A subclass
    may offer other files than workbooks."""

    EMPTY: ClassVar[str] = N_("这里没有表格文件。")

    def __init__(self, title: str, about: str, folder: Path) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._folder = folder
        self._told = ""
        self.ready = False  # Enter means the first file of a folder that is still being read

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield OpeningField(placeholder=_("路径；或在下面选"))
            found = PagedList(lambda _ids: [], entry_lines, empty=_(self.EMPTY), classes="-held")
            found.can_focus = False
            yield found

    def on_mount(self) -> None:
        self.query_one(OpeningField).focus()
        self.run_worker(self._list())

    def _heading(self, width: int) -> list[Line]:
        lines = [*wrapped([(self._title, "title"), (_("（回车选定，Esc 关闭）"), "dim")], width)]
        lines += wrapped([(self._about, "dim")], width)
        lines += [[(cut(str(self._folder), width), "")], *self.told_above(width)]
        return [*lines, *wrapped([("! " + self._told, "warn")], width, 2)] if self._told else lines

    def entries(self, folder: Path) -> list[Entry]:
        """In a thread: what is offered in a folder."""
        return workbooks_in(folder)

    def told_above(self, width: int) -> list[Line]:
        """What stands between the folder's name and the field."""
        return []

    async def _list(self) -> None:
        try:
            entries = await asyncio.to_thread(self.entries, self._folder)
            found = self.query_one(PagedList)
            found.cursor = 0
            found.show_rows(entries)
            self.query_one(Drawing).changed()
        finally:
            self.ready = True

    @on(Input.Submitted)
    def _open(self) -> None:
        """What was typed, else what is under the cursor; a folder is gone into."""
        field = self.query_one(OpeningField)
        typed = typed_path(field.value)
        entry: Entry | None = self.query_one(PagedList).row
        path = (self._folder / typed).expanduser() if typed else entry.path if entry is not None else None
        if path is not None:
            self.ready = False
            self.run_worker(self._take(path))

    async def _take(self, path: Path) -> None:
        try:
            kind = await asyncio.to_thread(_kind, path)
        finally:
            self.ready = True
        if kind == "file":
            self.dismiss(path)
            return
        self._told = "" if kind == "folder" else _("没有这个文件：{file}").format(file=path.name or str(path))
        if kind == "folder":
            self._folder = path.resolve()
            self.query_one(OpeningField).value = ""
            await self._list()
        self.query_one(Drawing).changed()

    @on(PagedList.Chosen)
    def _clicked(self) -> None:
        self.query_one(OpeningField).value = ""
        self._open()


def _kind(path: Path) -> str:
    """`folder`, `file`, or '' for a path that is neither or can't be a path."""
    try:
        return "folder" if path.is_dir() else "file" if path.is_file() else ""
    except (OSError, ValueError):  # a name that is too long, a NUL in it
        return ""
