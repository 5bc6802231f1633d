"""Imports (导入): choose a file, see what was read of it, confirm which list it is, import, cross-check."""

from __future__ import annotations

import asyncio
import shlex
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from audit.findings import SCOPE_NAMES, Scope
from audit.imports import Imported
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.progress import Progress
from casebook.store.sources import LIST_NAMES, LIST_SIDES, ListSide, sources
from casebook.tables.fields import known_fields
from tui.screens.audit_run import run_and_tell
from tui.screens.import_lines import ColumnRow, column_lines, column_rows, done_lines, entry_lines, preview_lines
from tui.screens.import_reading import Entry, Preview, import_preview, read_preview, workbooks_in
from tui.screens.page import Page
from tui.screens.password import AskPassword
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.progress import LongWork, Outcome
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field, OpeningField
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled import Scrolled

Step = Literal["file", "preview", "done"]
_STEPS: tuple[Step, ...] = ("file", "preview", "done")


class ImportsPage(Page):
    """Three steps on one screen: the file, the preview, the outcome."""

    TITLE = N_("导入")
    ABOUT = N_(
        "把名单导入案卷。原文件不改动；全部写入或一点不写；导入前自动备份。\n"
        "一、选文件：上下键选，回车打开；也可以直接输入路径。二、看读到了什么，按数字键确认是哪份名单；"
        "不认识的列照样保留，也可以按回车指定它是什么，下次记得。三、按 i 导入，再按 h 核对。\n"
        "同一份名单可以一次次导入：人的编号不变，会说明和上次比多了谁、少了谁、改了什么。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", N_("选文件"), key_display=N_("上下"), tooltip=N_("选上一个或下一个")),
        Binding("down", "move(1)", N_("下一个"), show=False, tooltip=N_("选下一个")),
        *(
            Binding(str(number), f"side('{side}')", name, show=False, tooltip=N_("这份名单就是它"))
            for number, (side, name) in enumerate(
                zip(
                    LIST_SIDES,
                    (N_("花名册"), N_("卫健名单"), N_("死亡名单"), N_("残疾人名单"), N_("低保名单"), N_("参保名单")),
                    strict=True,
                ),
                1,
            )
        ),
        Binding("i", "import", N_("导入"), tooltip=N_("把这份名单写入案卷")),
        Binding("n", "name_column", N_("指定列"), tooltip=N_("指定光标所在的列是什么；下次导入时记得")),
        Binding("s", "scope", N_("改范围"), tooltip=N_("名单本该有哪些人：全部人口、因病户、患者")),
        Binding("h", "run_audit", N_("核对"), tooltip=N_("核对两份名单；以前的结论都保留")),
    ]
    DEFAULT_CSS = """
    ImportsPage #choose, ImportsPage #preview, ImportsPage #done { height: 1fr; margin: 1; display: none; }
    ImportsPage.-file #choose, ImportsPage.-preview #preview, ImportsPage.-done #done { display: block; }
    ImportsPage #path-line { height: 3; padding: 1; background: $panel-ground; margin: 0 0 1 0; }
    ImportsPage #path-line > Drawing { width: auto; min-width: 6; max-width: 8; }
    ImportsPage #path-line > Field { width: 1fr; }
    ImportsPage #folder { padding: 0 1; }
    ImportsPage #told { margin: 0 0 1 0; padding: 0 1; max-height: 60%; height: auto; }
    ImportsPage #done { padding: 1 2; }
    ImportsPage.-low #choose, ImportsPage.-low #preview, ImportsPage.-low #done { margin: 0; }
    ImportsPage.-low #path-line { height: 1; padding: 0 1; margin: 0; }
    ImportsPage.-low #told { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._step: Step = "file"
        self._side: ListSide | None = None
        self._folder: Path | None = None
        self._preview: Preview | None = None
        self._given: dict[str, str] = {}
        self._password = ""

    def body(self) -> ComposeResult:
        with Vertical(id="choose"):
            with Horizontal(id="path-line"):
                yield Drawing(lambda width: [[(_("文件"), "title")]])
                yield OpeningField(placeholder=_("路径；或在下面选"), id="path")
            yield Drawing(id="folder")
            found = PagedList(lambda _ids: [], entry_lines, id="files", empty=_("这里没有表格文件。"), classes="-held")
            found.can_focus = False
            yield found
        with Vertical(id="preview"):
            yield Drawing(id="told")
            yield PagedList(lambda _ids: [], column_lines, id="columns")
        with Scrolled(id="done"):
            yield Drawing(id="outcome")

    def arrive(self, *, side: ListSide | None = None, **told: Any) -> None:
        self._side = side

    def on_mount(self) -> None:
        self._go("file")

    def resumed(self) -> None:
        if self._step == "file":
            self.background(self._list_folder, "folder")
            if self._side is not None:
                self.say(_("请选{list}的文件").format(list=_(LIST_NAMES[self._side])))

    def _go(self, step: Step) -> None:
        self._step = step
        for one in _STEPS:
            self.set_class(one == step, f"-{one}")
        self.query_one({"file": "#path", "preview": "#columns", "done": "#done"}[step]).focus()
        self.refresh_bindings()
        if step == "file":
            self.background(self._list_folder, "folder")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "move":
            return self._step == "file"
        if action in ("side", "import", "name_column", "scope"):
            return self._step == "preview"
        return self._step == "done" if action == "run_audit" else True

    def action_back(self) -> None:
        if self._step == "file":
            super().action_back()
        else:
            self.say("")
            self._go("file")

    # The file

    @property
    def folder(self) -> Path:
        """The folder that is listed; first the one the casebook lies in."""
        return self._folder or self.book.folder.resolve().parent

    async def _list_folder(self) -> None:
        entries = await asyncio.to_thread(workbooks_in, self.folder)
        self.query_one("#folder", Drawing).say((str(self.folder), "dim"))
        files = self.query_one("#files", PagedList)
        files.cursor = 0
        files.show_rows(entries)

    def action_move(self, by: int) -> None:
        self.query_one("#files", PagedList).action_move(by)

    @on(Input.Submitted, "#path")
    def _open(self) -> None:
        """Open what was typed, else what is under the cursor."""
        field = self.query_one("#path", Field)
        typed = typed_path(field.value)
        if typed:
            path = (self.folder / typed).expanduser()
        else:
            entry: Entry | None = self.query_one("#files", PagedList).row
            if entry is None:
                return
            path = entry.path
        if path.is_dir():
            self._folder = path.resolve()
            field.value = ""
            self.background(self._list_folder, "folder")
            return
        self._given, self._password = {}, ""
        self._read(path, self._side)

    @on(PagedList.Chosen, "#files")
    def _file_chosen(self) -> None:
        self.query_one("#path", Field).value = ""
        self._open()

    @on(Input.Changed, "#path")
    def _path_typed(self) -> None:
        self.say("")

    def _read(self, path: Path, side: ListSide | None) -> None:
        work = partial(read_preview, self.book, path, side, dict(self._given), self._password)
        title = _("读取 {file}").format(file=path.name)
        self.ask(LongWork(title, lambda progress: work(progress)), partial(self._have_read, path, side))

    def _have_read(self, path: Path, side: ListSide | None, outcome: Outcome[Preview]) -> None:
        error = outcome.error
        if error is not None and error.code in ("password_needed", "wrong_password"):
            self._ask_password(path, side, error)
        elif error is not None:
            self.say_error(error)
        elif outcome.result is None:
            self.say(_("已停止读取"), "warn")
        else:
            self._show(outcome.result)

    def _ask_password(self, path: Path, side: ListSide | None, error: RuhuError) -> None:
        if error.code == "wrong_password":
            self.say_error(error)

        def again(password: str) -> None:
            self._password = password
            self._read(path, side)

        self.ask(AskPassword(path.name), again)

    # The preview

    def _show(self, preview: Preview) -> None:
        self._preview = preview
        self.query_one("#columns", PagedList).show_rows(column_rows(preview))
        self._tell()
        self._go("preview")

    def _tell(self) -> None:
        preview = self._preview
        if preview is not None:
            scope = self.app.given_scopes.get(preview.side or "")
            self.query_one("#told", Drawing).show(lambda width: preview_lines(preview, scope, width))

    def action_side(self, side: ListSide) -> None:
        if self._preview is not None and self._preview.side != side:
            self._read(self._preview.path, side)

    def action_name_column(self) -> None:
        row: ColumnRow | None = self.query_one("#columns", PagedList).row
        if row is None:
            return
        titles = known_fields().titles
        choices = [Choice(field, title, note=field) for field, title in titles.items()]
        title = _("「{header}」列是什么").format(header=row.header)
        self.ask(Pick(title, choices, row.field), partial(self._name_column, row.header))

    @on(PagedList.Chosen, "#columns")
    def _column_chosen(self) -> None:
        self.action_name_column()

    def _name_column(self, header: str, picked: Picked[str]) -> None:
        if self._preview is not None:
            self._given[header] = picked.value
            self._read(self._preview.path, self._preview.side)

    def action_scope(self) -> None:
        preview = self._preview
        if preview is None or preview.side not in ("roster", "registry"):
            self.say(_("只有花名册和卫健名单要定范围"), "warn")
            return
        choices: list[Choice[Scope | None]] = [Choice(None, _("由程序判断"))]
        choices += [Choice(scope, _(name)) for scope, name in SCOPE_NAMES.items()]
        side = preview.side

        def take(picked: Picked[Scope | None]) -> None:
            self.app.given_scopes[side] = picked.value
            self._tell()

        self.ask(Pick(_("这份名单的范围"), choices, self.app.given_scopes.get(side)), take)

    # Importing

    def action_import(self) -> None:
        preview = self._preview
        if preview is None:
            return
        if preview.side is None:
            self.say(_("请先按数字键选这是哪份名单"), "warn")
            return

        def work(progress: Progress) -> Imported:
            return import_preview(self.book, preview, progress)

        self.ask(LongWork(_("导入 {file}").format(file=preview.path.name), work), self._have_imported)

    def _have_imported(self, outcome: Outcome[Imported]) -> None:
        preview, done = self._preview, outcome.result
        if outcome.error is not None:
            self.say_error(outcome.error)
        elif done is None or preview is None:
            self.say(_("已停止，没有写入"), "warn")
        else:
            both = all(sources(self.book.connection, side) for side in ("roster", "registry"))
            self.query_one("#outcome", Drawing).show(lambda width: done_lines(done, str(preview.path), both, width))
            self.query_one("#path", Field).value = ""
            self._side = None
            self._go("done")

    def action_run_audit(self) -> None:
        run_and_tell(self)


def typed_path(text: str) -> str:
    """A path as typed, pasted or dropped into the terminal: without the quotes and backslashes a shell would need."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if "\\ " in text:
        try:
            return " ".join(shlex.split(text))
        except ValueError:
            return text
    return text
