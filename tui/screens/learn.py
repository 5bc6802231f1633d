"""Learning a template (认模板): its columns with what each is taken for, the doubtful ones looked at, then stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from exports.formats.format import LoadedFormat
from exports.learning.learned import Proposal
from exports.upload.record import Records
from tui.screens import learn_lines as lines
from tui.screens.ask_folder import AskFolder
from tui.screens.in_order import InOrder
from tui.screens.learn_reading import (
    Checked,
    Choice,
    Shown,
    Taught,
    Unstored,
    checked,
    people_to_show,
    preview,
    read_template,
    store,
    taught,
    write_beside,
)
from tui.screens.learn_save import Naming, SaveFormat
from tui.screens.page import Page
from tui.screens.pick import Choice as PickChoice
from tui.screens.pick import Pick, Picked
from tui.screens.pick_file import PickFile
from tui.screens.progress import LongWork, Outcome
from tui.screens.upload_reading import formats_at_hand
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled_drawing import ScrolledDrawing

_NEXT_WRITE = {"code": "name", "name": "both", "both": "code"}


class LearnPage(Page):
    """Over the upload screen. What a person says of a column is kept beside what was learned of it; until it is stored
    the upload screen holds it, so that nothing said is lost when this one is left."""

    TITLE = N_("认模板")
    ABOUT = N_(
        "省里、县里发的空白模板认一遍，就成了本县的上报格式，以后按它填，别的地方一个字节也不动。\n"
        "先选模板文件（.xlsx）。上面是认出的列：✓ 确定，? 请核对；中间是光标所在的一列为什么这样认，"
        "还可能是什么；下面是照这样填出来的前三行。\n"
        "按 Tab 或 F5 到下一个要核对的：对的按空格认可，不对的按回车换（打字段的中文名、拼音首字母或英文名找），"
        "不该填的选「不填」。按 c 换写代码、名称还是两样，按 m 改必填。\n"
        "核对完按 s 存进案卷；按 o 可另存成文件（格式 .toml 和模板放在一起），给别的案卷用。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick_field", N_("换字段"), priority=True, tooltip=N_("这一列换成别的字段，或不填")),
        Binding("space", "accept", N_("认可"), tooltip=N_("这一列认得对，到下一个要核对的")),
        Binding("f5,tab", "next_doubtful", N_("下一列"), tooltip=N_("到下一个要核对的列")),
        Binding("c", "write", N_("写法"), tooltip=N_("换写代码、名称，还是两样都写")),
        Binding("m", "required", N_("改必填"), tooltip=N_("这一列必填，或不必填")),
        Binding("s", "save", N_("存"), tooltip=N_("检查以后存成本县的格式")),
        Binding("o", "write_files", N_("另存"), show=False, tooltip=N_("把存好的格式和模板写到一个文件夹")),
        Binding("e", "sheet", N_("工作表"), show=False, tooltip=N_("换认另一个工作表")),
        Binding("f", "file", N_("换文件"), show=False, tooltip=N_("认另一个模板")),
    ]
    DEFAULT_CSS = """
    LearnPage #told { padding: 0 1; }
    LearnPage #columns-panel { height: 1fr; background: $panel-ground; padding: 0 1; }
    LearnPage #columns { scrollbar-gutter: stable; }
    LearnPage #column { height: 4; padding: 0 1; margin: 1 0; }
    LearnPage #preview { height: 5; padding: 0 1; }
    LearnPage.-wide .body { margin: 1 1 0 1; }
    LearnPage.-wide #told { margin: 0 0 1 0; }
    LearnPage.-wide #column { height: 5; }
    LearnPage.-low #told { max-height: 2; }
    LearnPage.-low #column { height: 2; margin: 0; }
    LearnPage.-low #preview { display: none; }
    """

    def __init__(self, keep: Callable[[Unstored | None], None], unstored: Unstored | None = None) -> None:
        """`keep` is told what is not stored yet, `unstored` is where another left off."""
        super().__init__()
        self.in_order = InOrder(self)
        self.taught: Taught | None = unstored.taught if unstored is not None else None
        self.stored: LoadedFormat | None = None
        self._keep = keep
        self._path: Path | None = unstored.path if unstored is not None else None
        self._folder: Path | None = self._path.parent if self._path is not None else None
        self._people: Records | None = None
        self._people_read = False
        self._shown: Shown | None = None

    def body(self) -> ComposeResult:
        with Vertical(classes="body"):
            yield Drawing(self._told_lines, id="told", classes="panel")
            with Vertical(id="columns-panel"):
                drawer = lines.column_drawer(lambda: self.taught)
                yield PagedList(lambda _ids: [], drawer, id="columns", classes="-held")
            yield ScrolledDrawing(self._column_lines, id="column")
            yield Drawing(self._preview_lines, id="preview", classes="panel")

    @property
    def listed(self) -> PagedList:
        return self.query_one("#columns", PagedList)

    def on_mount(self) -> None:
        self.listed.focus()
        if self.taught is None:
            self.action_file()
        else:
            self._begin(self.taught)
            self.say(_("接着上次没有存的。换模板按 f"), "warn")

    # Drawing

    def _told_lines(self, width: int) -> list[Line]:
        if self.taught is None:
            return wrapped([(_("按 f 选模板文件（.xlsx）。"), "dim")], width)
        return lines.heading_lines(self.taught, width)

    def _column_lines(self, width: int) -> list[Line]:
        proposal = self.current()
        if self.taught is None or proposal is None:
            return []
        return lines.proposal_lines(self.taught, proposal, width)

    def _preview_lines(self, width: int) -> list[Line]:
        proposal = self.current()
        if self.taught is None or proposal is None:
            return []
        at = next((n for n, one in enumerate(self.taught.format.columns) if one.column == proposal.column), 0)
        return lines.preview_lines(self.taught, self._shown, at, width)

    def current(self) -> Proposal | None:
        """The column under the cursor."""
        proposal: Proposal | None = self.listed.row
        return proposal

    @on(PagedList.Moved)
    def _moved(self) -> None:
        self.query_one("#column", ScrolledDrawing).changed(from_top=True)
        self.query_one("#preview", Drawing).changed()

    # The file

    def action_file(self) -> None:
        folder = self._folder or self.book.folder.resolve().parent
        about = _("省里或县里发的空白模板（.xlsx）；不改动它。")
        self.ask(PickFile(_("认哪个模板"), about, folder), self._read)

    def _read(self, path: Path, sheet: str = "") -> None:
        self._folder = path.parent
        work = partial(read_template, path, sheet)
        dialog = LongWork(_("认 {file}").format(file=path.name), lambda progress: work(progress))
        self.ask(dialog, partial(self._have_read, path))

    def _have_read(self, path: Path, outcome: Outcome[Taught]) -> None:
        if outcome.error is not None:
            self.say_error(outcome.error)
        elif outcome.result is None:
            self.say(_("已停止读取"), "warn")
        else:
            self._path, self.stored, self._shown = path, None, None
            self.listed.cursor = 0
            self.taught = outcome.result
            self._keep(None)
            self._begin(outcome.result)
            self.say("")

    def _begin(self, now: Taught) -> None:
        """Show a template from its first doubtful column on."""
        self.listed.show_rows(now.learned.columns)
        self._redraw()
        self._to_doubtful(0)
        self.in_order.add(self._preview)

    def action_sheet(self) -> None:
        if self.taught is None or self._path is None:
            return
        path, learned = self._path, self.taught.learned
        choices = [PickChoice(one.name, one.name, note=str(one.reason)) for one in learned.other_sheets]
        if not choices:
            self.say(_("只有这一个工作表"), "warn")
            return

        def take(picked: Picked[str]) -> None:
            self._read(path, picked.value)

        self.ask(Pick(_("认哪个工作表"), choices), take)

    # The columns

    def action_pick_field(self) -> None:
        proposal = self.current()
        if self.taught is None or proposal is None:
            return
        now = self.taught.column(proposal.column).field
        title = _("{letter} 列「{header}」填什么").format(letter=proposal.letter, header=proposal.header_line[:24])

        def take(picked: Picked[str]) -> None:
            self._say_of(proposal, field=picked.value, seen=True)

        self.ask(Pick(title, lines.field_choices(proposal), now), take)

    @on(PagedList.Chosen)
    def _clicked(self) -> None:
        self.action_pick_field()

    def action_accept(self) -> None:
        proposal = self.current()
        if proposal is not None:
            self._say_of(proposal, seen=True)
            self.action_next_doubtful()

    def action_write(self) -> None:
        proposal = self.current()
        if self.taught is None or proposal is None:
            return
        now = self.taught.column(proposal.column).write
        self._say_of(proposal, write=_NEXT_WRITE[now])

    def action_required(self) -> None:
        proposal = self.current()
        if self.taught is not None and proposal is not None:
            self._say_of(proposal, required=not self.taught.column(proposal.column).required)

    def _say_of(self, proposal: Proposal, **said: object) -> None:
        """Keep what a person said of a column; the preview follows."""
        from dataclasses import replace

        now = self.taught
        if now is None:
            return
        before = now.choices.get(proposal.column, Choice())
        choices = {**now.choices, proposal.column: replace(before, **said)}  # type: ignore[arg-type]
        self.taught, self.stored = taught(now.learned, choices), None
        if self._path is not None:
            self._keep(Unstored(self._path, self.taught))
        self._redraw()
        self.in_order.add(self._preview)

    def action_next_doubtful(self) -> None:
        if self.taught is not None and not self._to_doubtful(self.listed.cursor):
            self.say(_("都核对过了，按 s 存"), "good")

    def _to_doubtful(self, place: int) -> bool:
        """The cursor to the next column that is to be looked at, behind `place` first; False where there is none."""
        now = self.taught
        if now is None:
            return False
        columns = now.learned.columns
        order = [*range(place + 1, len(columns)), *range(place + 1)] if place else list(range(len(columns)))
        found = next((n for n in order if now.doubtful(columns[n])), None)
        if found is not None:
            self.listed.go_to(found)
        return found is not None

    def _redraw(self) -> None:
        self.listed.refresh()
        self.query_one("#told", Drawing).changed()
        self._moved()

    async def _preview(self) -> None:
        """Lay the first people into the format as it stands."""
        if not self._people_read:
            self._people, self._people_read = await asyncio.to_thread(people_to_show, self.book), True
        now = self.taught
        if now is not None:
            shown = await asyncio.to_thread(preview, self._people, now.format)
            if self.taught is now:
                self._shown = shown
                self._moved()

    # Storing

    def action_save(self) -> None:
        if self.taught is not None:
            self.in_order.add(self._check)

    async def _check(self) -> None:
        now = self.taught
        if now is None:
            return
        naming = Naming(now.format.name, now.format.title)
        found = await asyncio.to_thread(checked, now, naming.name, naming.title)
        at_hand = await asyncio.to_thread(formats_at_hand, self.book)
        left = sum(now.doubtful(one) for one in now.learned.columns)
        taken = {one.name: one.title for one in at_hand}
        self.ask(SaveFormat(naming, found.said, left, taken), partial(self._save, now))

    def _save(self, now: Taught, naming: Naming) -> None:
        self.in_order.add(partial(self._store, now, naming))

    async def _store(self, now: Taught, naming: Naming) -> None:
        found: Checked = await asyncio.to_thread(checked, now, naming.name, naming.title)
        await asyncio.to_thread(store, self.book, found.loaded)
        self.stored = found.loaded
        self._keep(None)
        self.app.page("upload").arrive(format=naming.name)
        self.say(_("已存进案卷：{title}。按 Esc 用它上报，按 o 另存成文件").format(title=naming.title), "good")

    def action_write_files(self) -> None:
        loaded = self.stored
        if loaded is None:
            self.say(_("先按 s 存，再另存成文件"), "warn")
            return
        about = [f"{loaded.format.name}.toml", loaded.format.template]
        self.ask(AskFolder(_("另存格式和模板"), [one for one in about if one]), partial(self._write_files, loaded))

    def _write_files(self, loaded: LoadedFormat, folder: Path) -> None:
        async def job() -> None:
            paths = await asyncio.to_thread(write_beside, loaded, folder)
            text = _("已写出 {count} 个文件：{folder}")
            self.say(text.format(count=len(paths), folder=folder), "good")

        self.in_order.add(job)
