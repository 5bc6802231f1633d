"""What the province sends back (省反馈): the file, a summary of whom it names, then taken into the casebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.people.masking import mask_number
from casebook.progress import Progress
from casebook.store.clock import local_text
from exports.upload.batches import BatchRow
from exports.upload.feedback import Feedback, import_feedback
from tui.screens.page import Dialog
from tui.screens.password import AskPassword
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.pick_file import PickFile
from tui.screens.progress import LongWork, Outcome
from tui.widgets.drawing import Drawing
from tui.widgets.glyphs import narrow
from tui.widgets.lines import Line, wrapped
from tui.widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from tui.screens.upload_batches import BatchesPage

_SHAPES = {
    "errors": N_("省里的错误表"),
    "copy": N_("我们的表，加了错误说明"),
    "list": N_("下一次返回的名单"),
}
_LONG = re.compile(r"\d{9,}[\dXx]")
"""A number of a person or card within a sentence of the province: masked, as everywhere in lists."""

_MOST = 200
"""People and rows that are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A file to be read: for which batch (its id, '' for whichever it names), as what."""

    path: Path
    batch: str = ""
    as_list: bool = False
    password: str = ""


class FeedbackWork:
    """The way of one file: read, looked at, kept. Nothing is written before the summary was agreed to."""

    def __init__(self, page: BatchesPage, current: BatchRow | None, known: Sequence[BatchRow]) -> None:
        self._page = page
        self._current = current
        self._known = known

    def pick(self) -> None:
        self._page.say("")
        about = _("省里的错误表、我们的表加了「错误说明」一列、或下一次返回的名单。不改动它。")
        dialog = PickFile(_("导入省反馈"), about, self._page.book.folder.resolve().parent)
        self._page.ask(dialog, lambda path: self.read(Asked(path)))

    def read(self, asked: Asked) -> None:
        work = partial(_read, self._page, asked, True)
        title = _("读取 {file}").format(file=asked.path.name)
        self._page.ask(LongWork(title, lambda progress: work(progress)), partial(self._have_read, asked))

    def _have_read(self, asked: Asked, outcome: Outcome[Feedback]) -> None:
        page, error = self._page, outcome.error
        if error is not None:
            self._could_not(asked, error)
        elif outcome.result is None:
            page.say(_("已停止读取"), "warn")
        else:
            found = outcome.result
            page.ask(FeedbackSummary(found, several=len(self._known) > 1), partial(self._agreed, asked, found))

    def _could_not(self, asked: Asked, error: RuhuError) -> None:
        """A password, the batch, whether it is a list: what a person can tell is asked for."""
        page = self._page
        if error.code in ("password_needed", "wrong_password"):
            if error.code == "wrong_password":
                page.say_error(error)
            dialog = AskPassword(asked.path.name)
            page.ask(dialog, lambda password: self.read(replace(asked, password=password)))
        elif error.code == "which_batch" and self._known:
            self.pick_batch(asked, error.what)
        elif error.code == "no_reasons" and not asked.as_list:
            page.say(error.what, "warn")
            choices = [
                Choice(True, _("是省里返回的名单"), note=_("名单上没有的、改了的，都算省里退回")),
                Choice(False, _("不是"), note=_("请给写错误的一列取名「错误说明」再导入")),
            ]

            def take(picked: Picked[bool]) -> None:
                if picked.value:
                    self.read(replace(asked, as_list=True))

            page.ask(Pick(_("没有「错误说明」一列，这是什么"), choices), take)
        else:
            page.say_error(error)

    def pick_batch(self, asked: Asked, why: str = "") -> None:
        """`why` it could not be told from the file; what the command line would do about it is of no use here."""
        if why:
            self._page.say(why, "warn")
        choices = [
            Choice(
                one.id, _("第 {number} 批").format(number=one.name), note=f"{one.title}  {local_text(one.wall)[:10]}"
            )
            for one in self._known
        ]
        now = asked.batch or (self._current.id if self._current is not None else "")

        def take(picked: Picked[str]) -> None:
            self.read(replace(asked, batch=picked.value))

        self._page.ask(Pick(_("是哪一批的反馈"), choices, now), take)

    def _agreed(self, asked: Asked, found: Feedback, answer: str) -> None:
        if answer == "batch":
            self.pick_batch(asked)
            return
        work = partial(_read, self._page, replace(asked, batch=found.batch.id), False)
        dialog = LongWork(_("导入省反馈"), lambda progress: work(progress))
        self._page.ask(dialog, self._taken)

    def _taken(self, outcome: Outcome[Feedback]) -> None:
        page = self._page
        if outcome.error is not None:
            page.say_error(outcome.error)
        elif outcome.result is None:
            page.say(_("已停止，没有导入"), "warn")
        else:
            found = outcome.result
            said = _("已导入省反馈：第 {number} 批退回 {people} 人，{visits} 户回到草稿。按 d 看退回的人").format(
                number=found.batch.name, people=f"{len(found.rejected):,}", visits=f"{len(found.returned):,}"
            )
            page.say(said, "good")


def _read(page: BatchesPage, asked: Asked, dry_run: bool, progress: Progress) -> Feedback:
    """In a thread."""
    password = asked.password
    return import_feedback(
        page.book,
        asked.path,
        asked.batch or None,
        as_list=asked.as_list,
        dry_run=dry_run,
        password=(lambda: password) if password else None,
        progress=progress,
    )


class FeedbackSummary(Dialog[str]):
    """What a file would do. Gives `take`, or `batch` when it is to be read for another one; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("导入"), priority=True, tooltip=N_("记下退回的人，户回到草稿")),
        Binding("b", "batch", N_("换批次"), tooltip=N_("不是这一批的，换一批再读")),
        Binding("escape", "close", N_("不导入"), tooltip=N_("关闭，什么也不记")),
    ]
    DEFAULT_CSS = """
    FeedbackSummary > .box { height: 90%; }
    """

    def __init__(self, found: Feedback, several: bool) -> None:
        super().__init__()
        self._found = found
        self._several = several

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(lambda width: summary_lines(self._found, width))
            with Scrolled():
                yield Drawing(lambda width: people_lines(self._found, width))
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(Scrolled).focus()

    def _foot(self, width: int) -> list[Line]:
        keys: Line = [] if self._found.already else [(_("回车"), "key"), (" " + _("导入") + "   ", "")]
        if self._several:
            keys += [("b", "key"), (" " + _("换批次") + "   ", "")]
        return [[], [*keys, ("Esc", "key"), (" " + _("不导入"), "")]]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take":
            return not self._found.already
        return self._several if action == "batch" else True

    def action_take(self) -> None:
        self.dismiss("take")

    def action_batch(self) -> None:
        self.dismiss("batch")


def summary_lines(found: Feedback, width: int) -> list[Line]:
    """Of which batch, what kind of file; how many are rejected, accepted, not told apart; what that does."""
    title = _("第 {number} 批的省反馈").format(number=found.batch.name)
    lines = wrapped([(title, "title"), (f"  {found.file}", "dim")], width)
    lines += wrapped([(_(_SHAPES[found.shape]), ""), ("  " + found.batch.title, "dim")], width)
    if found.already:
        said = _("这个文件已经导入过了：{when}").format(when=found.already)
        lines += wrapped([("! ", "warn"), (said, "warn")], width, 2)
    counts: Line = [(_("退回 {count} 人").format(count=f"{len(found.rejected):,}"), "bad" if found.rejected else "dim")]
    counts += [("  " + _("收下 {count} 人").format(count=f"{found.accepted:,}"), "good")]
    unmatched = _("对不上 {count} 行").format(count=f"{len(found.unmatched):,}")
    counts += [("  " + unmatched, "warn" if found.unmatched else "dim")]
    lines += wrapped(counts, width)
    if found.returned and not found.already:
        does = _("导入以后 {count} 户回到草稿，退回的话写在户上；疑点到核对台").format(count=f"{len(found.returned):,}")
        lines += wrapped([(does, "dim")], width)
    return [*lines, []]


def people_lines(found: Feedback, width: int) -> list[Line]:
    """Whom the province sends back with its words; the rows that are nobody's for certain."""
    lines: list[Line] = []
    for one in found.rejected[:_MOST]:
        lines += wrapped([("✗ ", "bad"), (one.row.name or _("（无名）"), "strong")], width)
        for message in one.messages:
            words = str(message.text)
            if message.title and message.title not in words:
                words = _("{column}：{what}").format(column=message.title, what=words)
            said = _LONG.sub(lambda found: mask_number(found[0]), narrow(words))
            lines += [[("  ", ""), *line] for line in wrapped([(said, "")], width - 2)]
    if len(found.rejected) > _MOST:
        lines.append([(_("还有 {count} 人").format(count=f"{len(found.rejected) - _MOST:,}"), "dim")])
    if found.unmatched:
        lines += [[], [(_("对不上的行，不会记下，请对照原文件"), "warn")]]
        for row in found.unmatched[:_MOST]:
            where = _("「{sheet}」第 {row} 行") if row.sheet else _("第 {row} 行")
            where = where.format(sheet=row.sheet, row=row.row)
            lines += wrapped([(where, "strong"), ("  " + narrow(str(row.why)), "")], width, 2)
        if len(found.unmatched) > _MOST:
            lines.append([(_("还有 {count} 行").format(count=f"{len(found.unmatched) - _MOST:,}"), "dim")])
    return lines
