"""Batches (批次): what was handed in, newest first; its files again, revoking, what the province sends back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from audit.province import KIND
from audit.queue import Filter
from audit.statuses import EVERY
from casebook.language import N_, _
from exports.upload.batches import BatchRow, batches
from tui.screens import upload_batch_lines as lines
from tui.screens.ask_folder import AskFolder
from tui.screens.ask_reason import AskReason
from tui.screens.in_order import InOrder
from tui.screens.page import Page
from tui.screens.progress import LongWork, Outcome
from tui.screens.upload_reading import files_again
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line
from tui.widgets.paged_list import PagedList
from tui.widgets.scrolled_drawing import ScrolledDrawing


class BatchesPage(Page):
    """Over the upload screen. Read anew whenever it comes to the front."""

    TITLE = N_("批次")
    ABOUT = N_(
        "每次上报是一个批次：编了号、写下就不改，文件原样存在案卷里。下面（宽的屏幕在右边）是光标所在的一批。\n"
        "回车再写出这一批的文件，和当时一个字节不差。\n"
        "交错了、省里不收，按 x 撤销，写明理由：这一批的户回到「通过」，可以改、可以再报；批次和文件都留着。\n"
        "省里返回的错误表、我们自己的表加了「错误说明」的、下一次返回的名单，都按 b 导入：先看匹配了谁，"
        "确认后退回的户回到草稿，疑点在核对台，按 d 看。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "files", N_("再写出"), priority=True, tooltip=N_("把这一批的文件原样写到一个文件夹")),
        Binding("b", "feedback", N_("导入反馈"), tooltip=N_("导入省里返回的错误表、加了错误说明的表或名单")),
        Binding("x", "revoke", N_("撤销这批"), tooltip=N_("撤销这一批，写明理由；户回到通过")),
        Binding("d", "findings", N_("看退回"), tooltip=N_("到核对台看省里退回的人")),
        Binding("space", "next_part", N_("往下看"), show=False, tooltip=N_("这一批的说明往下翻一页，到底后回到开头")),
    ]
    DEFAULT_CSS = """
    BatchesPage .body { layout: vertical; }
    BatchesPage #left { height: 1fr; background: $panel-ground; padding: 0 1; }
    BatchesPage #batches { scrollbar-gutter: stable; }
    BatchesPage #batch { height: 12; padding: 0 1; margin: 1 0 0 0; }
    BatchesPage.-low #batch { height: 5; margin: 0; }
    BatchesPage.-wide .body { layout: horizontal; margin: 1 1 0 1; }
    BatchesPage.-wide #left { width: 3fr; height: 100%; margin: 0 1 0 0; }
    BatchesPage.-wide #batch { width: 2fr; height: 100%; margin: 0; }
    """

    def __init__(self, batch: str = "", said: str = "") -> None:
        """`batch` is the id of one to bring to the front, `said` what to say of it."""
        super().__init__()
        self.in_order = InOrder(self)
        self._wanted, self._said = batch, said
        self._rows: Sequence[BatchRow] = ()

    def body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            with Vertical(id="left"):
                yield Drawing(lambda width: lines.title_line(self._rows, width), id="batches-title")
                yield Drawing(lambda width: [lines.heading(width - 1)], id="batches-heading")
                yield PagedList(
                    lambda _ids: [], lines.draw_batch, id="batches", empty=_("还没有批次。"), classes="-held"
                )
            yield ScrolledDrawing(self._batch_lines, id="batch")

    @property
    def listed(self) -> PagedList:
        return self.query_one("#batches", PagedList)

    def on_mount(self) -> None:
        self.listed.focus()

    def resumed(self) -> None:
        self.in_order.add(self.load)

    async def load(self) -> None:
        now = self.current()
        keep = self._wanted or (now.id if now else "")
        self._rows, self._wanted = await asyncio.to_thread(batches, self.book), ""
        ids = [row.id for row in self._rows]
        self.listed.show_rows(self._rows)
        self.listed.go_to(ids.index(keep) if keep in ids else 0)
        self.query_one("#batches-title", Drawing).changed()
        self._moved()
        if self._said:
            self.say(self._said, "good")
            self._said = ""

    def current(self) -> BatchRow | None:
        """The batch under the cursor."""
        row: BatchRow | None = self.listed.row
        return row

    @on(PagedList.Moved)
    def _moved(self) -> None:
        self.query_one("#batch", ScrolledDrawing).changed(from_top=True)

    def _batch_lines(self, width: int) -> Sequence[Line]:
        batch = self.current()
        return lines.detail_lines(batch, width) if batch is not None else []

    def action_next_part(self) -> None:
        self.query_one("#batch", ScrolledDrawing).next_part()

    # The files again

    @on(PagedList.Chosen)
    def action_files(self) -> None:
        batch = self.current()
        if batch is not None:
            title = _("再写出第 {number} 批").format(number=batch.name)
            self.ask(AskFolder(title, [file.name for file in batch.files]), partial(self._write, batch))

    def _write(self, batch: BatchRow, folder: Path) -> None:
        work = partial(files_again, self.book, batch, folder)
        title = _("再写出第 {number} 批").format(number=batch.name)
        self.ask(LongWork(title, lambda progress: work(progress)), partial(self._written, folder))

    def _written(self, folder: Path, outcome: Outcome[int]) -> None:
        if outcome.error is not None:
            self.say_error(outcome.error)
        elif outcome.result is None:
            self.say(_("已停止"), "warn")
        else:
            text = _("已写出 {count} 个文件：{folder}")
            self.say(text.format(count=outcome.result, folder=folder), "good")

    # Revoking

    def action_revoke(self) -> None:
        batch = self.current()
        if batch is None:
            return
        if batch.revoked:
            self.say(_("第 {number} 批已经撤销了").format(number=batch.name), "warn")
            return
        about = [
            _("{title}，{rows} 行").format(title=batch.title, rows=f"{batch.rows:,}"),
            _("撤销以后这一批的户回到「通过」，可以改、可以再报。批次和文件都留着，撤销本身不能撤销。"),
            _("已经交给省里的，请另外告诉省里。"),
        ]
        title = _("撤销第 {number} 批").format(number=batch.name)
        dialog = AskReason(title, about, lines.REVOKE_REASONS, _("撤销这批"))
        self.ask(dialog, lambda reason: self.in_order.add(partial(self._revoke, batch, reason)))

    async def _revoke(self, batch: BatchRow, reason: str) -> None:
        from exports.upload.batches import revoke

        await asyncio.to_thread(revoke, self.book, batch.id, reason)
        self._wanted = batch.id
        await self.load()
        self.say(_("已撤销第 {number} 批，这一批的户回到「通过」").format(number=batch.name), "good")

    # What the province sends back

    def action_feedback(self) -> None:
        if not self._rows:
            self.say(_("还没有批次。"), "warn")
            return
        from tui.screens.upload_feedback import FeedbackWork

        FeedbackWork(self, self.current(), self._rows).pick()

    def action_findings(self) -> None:
        self.app.go("desk", filter=Filter(statuses=EVERY, kind=KIND), back="upload")

