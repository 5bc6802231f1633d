"""What the keys of the upload screen do: choose a format and a place, let a row go with a reason, write the batch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import N_, _
from exports.upload.batches import BatchRow
from tui.screens.ask_folder import AskFolder
from tui.screens.ask_reason import AskReason
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.progress import LongWork, Outcome
from tui.screens.upload_lines import format_choice
from tui.screens.upload_reading import FormatAtHand, Held, Looked, townships, write

if TYPE_CHECKING:
    from tui.screens.upload import UploadPage

REASONS = (
    N_("证件确实办不下来，省里同意先报"), N_("已电话核实，情况属实"), N_("原件就是这样写的，已看过"),
)  # fmt: skip
"""Reasons that are given most; the batch keeps the Chinese words."""

_SHOWN = 6
"""Files that are named before a batch is written."""


class UploadWork:
    """Nothing is called done before it is stored."""

    def __init__(self, page: UploadPage) -> None:
        self._page = page

    # What is looked at

    def pick_format(self, formats: Sequence[FormatAtHand]) -> None:
        page = self._page
        choices = [Choice(one.name, *format_choice(one)) for one in formats]
        now = page.loaded.format.name if page.loaded is not None else None

        def take(picked: Picked[str]) -> None:
            if picked.value != now:
                page.loaded = None
                page.want(page.wanted.changed(format=picked.value, included=()))

        page.ask(Pick(_("按哪个格式报"), choices, now), take)

    async def pick_township(self) -> None:
        page = self._page
        found = await asyncio.to_thread(townships, page.book)
        choices = [Choice("", _("全县"), f"{sum(count for _name, count in found):,}")]
        choices += [Choice(name, name, f"{count:,}") for name, count in found if name]

        def take(picked: Picked[str]) -> None:
            page.want(page.wanted.changed(township=picked.value))

        page.ask(Pick(_("报哪个乡镇"), choices, page.wanted.township), take)

    # A row in spite of its problems

    def include(self) -> None:
        page, held = self._page, self._page.current()
        if held is None or page.reading:
            return
        if held.reason:
            page.want(page.wanted.without(held.key))
            page.say(_("不再照报：{name}").format(name=held.name))
        elif held.tab != "left":
            page.say(_("只有「未上报」里的要写理由照报"), "warn")
        elif held.never:
            page.say(_("这一行不能照报，要先改好"), "bad")
        else:
            about = [one.what for one in held.said if one.grade == "error"]
            dialog = AskReason(_("照报：{name}").format(name=held.name), about, REASONS, _("照报"))
            page.ask(dialog, partial(self._include, held))

    def _include(self, held: Held, reason: str) -> None:
        page = self._page
        page.want(page.wanted.with_reason(held.key, reason))
        page.say(_("照报：{name}。理由写批次时记下").format(name=held.name), "good")

    # The batch

    def write(self) -> None:
        page = self._page
        looked = page.looked
        if looked is None or page.reading:
            page.say(_("还在检查，请稍候"), "warn")
        elif not looked.rows:
            page.say(next_step(looked), "warn")
        else:
            about = [
                _("{rows} 行，{count} 个文件：").format(rows=f"{looked.rows:,}", count=len(looked.files)),
                *(f"{name}  " + _("{rows} 行").format(rows=f"{rows:,}") for name, rows in looked.files[:_SHOWN]),
            ]
            if len(looked.files) > _SHOWN:
                about.append(_("还有 {count} 个文件").format(count=len(looked.files) - _SHOWN))
            if let := len(looked.lists["included"]):
                about.append(_("其中 {count} 人有问题照报，理由记在批次里").format(count=f"{let:,}"))
            if left := len(looked.lists["left"]):
                about.append(_("未上报 {count} 行，另写「未上报.xlsx」").format(count=f"{left:,}"))
            about.append(_("表里是完整的证件号和电话，请妥善保管。"))
            page.ask(AskFolder(_("写批次"), about), partial(self._write, looked))

    def _write(self, looked: Looked, folder: Path) -> None:
        work = partial(write, self._page.book, looked, folder)
        dialog = LongWork(_("写批次"), lambda progress: work(progress))
        self._page.ask(dialog, partial(self._written, folder))

    def _written(self, folder: Path, outcome: Outcome[BatchRow]) -> None:
        page = self._page
        if outcome.error is not None:
            page.say_error(outcome.error)
        elif outcome.result is None:
            page.say(_("已停止，没有写批次"), "warn")
        else:
            from tui.screens.upload_batches import BatchesPage

            batch = outcome.result
            page.wanted = page.wanted.changed(included=())
            page.action_tab("left")
            page.say("")
            said = _("第 {number} 批已写好：{rows} 行，{count} 个文件，在 {folder}").format(
                number=batch.name, rows=f"{batch.rows:,}", count=sum(file.upload for file in batch.files), folder=folder
            )
            page.app.push_screen(BatchesPage(batch.id, said))


def next_step(looked: Looked) -> str:
    """What to do where there is nothing to hand in."""
    if looked.lists["left"]:
        return _("没有能报的行：先把「未上报」里的改好，或按 i 写理由照报")
    if looked.unchanged:
        return _("都报过了，没有变的。要全部重报按 a")
    if looked.waiting:
        return _("还没有通过的入户。按 g 看等着的户，按 F7 审核")
    return _("还没有排入户。按 F8 排")
