"""The second signer's name (复签), where the one who decided sits at the machine."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from audit.answering import other_signers
from audit.detail import History
from audit.questions import VERDICTS
from audit.queue import QueueRow
from casebook.language import N_, _
from tui.screens.desk_queue import kind_title
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.numbered import OfferingField, offered_lines


class Sign(Dialog[str]):
    """Gives the name of another user, under which the signature is recorded; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sign", N_("复签"), priority=True, tooltip=N_("以这个姓名复签")),
        Binding("escape", "close", N_("不签"), tooltip=N_("关闭，不复签")),
    ]

    def __init__(self, row: QueueRow, decided: History) -> None:
        super().__init__()
        self._row = row
        self._decided = decided
        self._names: list[str] = []
        self._told = ""
        self.ready = False  # a digit may mean one of the names

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield OfferingField(id="signer", placeholder=_("复签人姓名"))
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(OfferingField).focus()
        self.run_worker(self._load_names())

    async def _load_names(self) -> None:
        try:
            self._names = await asyncio.to_thread(other_signers, self.app.book, self._decided.author)
            self.query_one(OfferingField).offered = self._names
        finally:
            self.ready = True
        self._draw_anew()

    def _draw_anew(self) -> None:
        for drawing in self.query(Drawing):
            drawing.changed()

    def _heading(self, width: int) -> list[Line]:
        decided = self._decided
        title: Line = [(_("复签"), "title"), ("  ", ""), (self._row.name, "strong"), ("  " + kind_title(self._row), "")]
        said: Line = [(_(VERDICTS[decided.verdict].word), "strong")]
        said += [("  " + text, "") for text in (decided.value, decided.document, decided.reason) if text]
        by = _("{author} {at} 下的结论；复签要换一个人，签名记在他名下").format(author=decided.author, at=decided.at)
        return [*wrapped(title, width), *wrapped(said, width), *wrapped([(by, "dim")], width), []]

    def _foot(self, width: int) -> list[Line]:
        lines = offered_lines(self._names, width)
        if self._told:
            lines += wrapped([("! " + self._told, "warn")], width)
        keys: Line = [(_("回车"), "key"), (" " + _("复签"), ""), ("   Esc", "key"), (" " + _("不签"), "")]
        return [*lines, [], *wrapped(keys, width)]

    def action_sign(self) -> None:
        name = self.query_one(OfferingField).value.strip()
        if name and name != self._decided.author and name.isprintable():
            self.dismiss(name)
            return
        self._told = _("复签人不能是下结论的人") if name else _("请写复签人的姓名")
        self._draw_anew()
