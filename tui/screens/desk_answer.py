"""Completing an answer on the cross-check desk: the document seen, the value on it, the reason. Enter saves."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from audit.answering import DOCUMENT_NAMES, reasons_used
from audit.decisions import Ruling, lacking
from audit.detail import Detail
from audit.questions import DOCUMENT, NEITHER, PENDING, VERDICTS
from audit.queue import QueueRow
from casebook.language import N_, _
from tui.screens.desk_panel import nothing_of
from tui.screens.desk_queue import SEVERITY_ROLES, kind_title
from tui.screens.page import Dialog
from tui.widgets.differences import side_by_side
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, wrapped
from tui.widgets.numbered import Numbered, OfferingField, offered_lines

_WITH_VALUE = (DOCUMENT, NEITHER)
_WITH_DOCUMENT = (1, 2, DOCUMENT, 8, 9)


class Answer(Dialog[Ruling]):
    """Asks what a verdict on a finding still lacks; left with Esc it gives None, and nothing is saved. `detail` is the
    finding where it is at hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", N_("保存"), priority=True, tooltip=N_("保存这个结论")),
        Binding("up", "app.focus_previous", N_("上一处"), show=False, priority=True, tooltip=N_("到上一个框")),
        Binding("down", "app.focus_next", N_("下一处"), show=False, priority=True, tooltip=N_("到下一个框")),
        Binding("escape", "close", N_("不保存"), tooltip=N_("关闭，不保存")),
    ]
    DEFAULT_CSS = """
    Answer > .box { padding: 1 2; overflow-y: auto; }
    Answer .label { margin: 1 0 0 0; }
    Answer .-low .label { margin: 0; }
    """

    def __init__(self, row: QueueRow, verdict: int, detail: Detail | None) -> None:
        super().__init__()
        self._row = row
        self._verdict = verdict
        self._detail = detail
        self._reasons: list[str] = []
        self._told = ""
        self.ready = False  # a digit may mean one of the reasons

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            if self._verdict in _WITH_DOCUMENT:
                yield self._label(_("看到的证件（按数字选）"))
                yield Numbered(DOCUMENT_NAMES, id="document")
            if self._verdict in _WITH_VALUE:
                yield self._label(_("证件上的字或号") if self._verdict == DOCUMENT else _("对的字或号（不知道就不填）"))
                yield Field(id="value")
            yield self._label(_("理由"))
            yield OfferingField(id="reason")
            yield Drawing(self._offered)
            yield Drawing(self._foot)

    def _label(self, text: str) -> Drawing:
        label = Drawing(classes="label")
        label.say((text, "dim"))
        return label

    def on_mount(self) -> None:
        first = "document" if self._verdict in _WITH_DOCUMENT else "value" if self._verdict == NEITHER else "reason"
        self.query_one(f"#{first}", Widget).focus()
        self.run_worker(self._load_reasons())

    async def _load_reasons(self) -> None:
        try:
            self._reasons = await asyncio.to_thread(reasons_used, self.app.book, self._verdict)
            self.query_one("#reason", OfferingField).offered = self._reasons
        finally:
            self.ready = True
        for drawing in self.query(Drawing):
            drawing.changed()

    def _heading(self, width: int) -> list[Line]:
        row = self._row
        title: Line = [
            (_(VERDICTS[self._verdict].word), "title"), ("  ", ""), (row.name, "strong"), ("  ", ""),
            (row.severity, SEVERITY_ROLES[row.severity]), (" " + kind_title(row), ""),
        ]  # fmt: skip
        lines = wrapped(title, width)
        if self._detail is not None:
            asked = next(one for one in self._detail.compared if one.asked)
            lines += side_by_side(asked.roster, asked.registry, (width - 1) // 2, "", nothing_of(self._detail))
        return [*lines, *wrapped([(_(VERDICTS[self._verdict].meaning), "dim")], width)]

    def _offered(self, width: int) -> list[Line]:
        if not self._reasons:
            return []
        return [[(_("用过的理由（空着时按数字取）"), "dim")], *offered_lines(self._reasons, width)]

    def _foot(self, width: int) -> list[Line]:
        told = wrapped([("! " + self._told, "warn")], width) if self._told else []
        keys: Line = [(_("回车"), "key"), (" " + _("保存"), ""), ("   Esc", "key"), (" " + _("不保存"), "")]
        keys += [("   Tab", "key"), (" " + _("下一处"), "")]
        return [*told, *wrapped(keys, width)]

    @on(Numbered.Taken)
    def _document_taken(self, event: Numbered.Taken) -> None:
        """On to the first thing that is still lacking."""
        event.stop()
        if event.word == DOCUMENT_NAMES[-1]:
            self.query_one("#reason", Widget).focus()
        elif event.word and self._verdict == DOCUMENT:
            self.query_one("#value", Widget).focus()

    def ruling(self) -> Ruling:
        value, document = self.query("#value"), self.query("#document")
        return Ruling(
            self._verdict,
            reason=self.query_one("#reason", Field).value.strip(),
            document=document.first(Numbered).word if document else "",
            value=value.first(Field).value.strip() if value else "",
        )

    def action_save(self) -> None:
        ruling = self.ruling()
        error = lacking(self._row.kind, ruling, self._row.review)
        if error is None:
            self.dismiss(ruling)
            return
        self._told = error.what
        for drawing in self.query(Drawing):
            drawing.changed()
        self._to_what_lacks(ruling)

    def _to_what_lacks(self, ruling: Ruling) -> None:
        if self._verdict == DOCUMENT and not ruling.document:
            wanted = "document"
        elif self._verdict == DOCUMENT and not ruling.value:
            wanted = "value"
        else:
            wanted = "reason" if self._verdict in (NEITHER, PENDING) else "document"
        self.query_one(f"#{wanted}", Widget).focus()
