"""A few words about an answer: a remark on the question (备注), or why a value stands against a soft check (理由)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import N_, _
from tui.screens.entry_codes import digit_of
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, wrapped
from tui.widgets.markup import marked
from tui.widgets.numbered import offered_lines

USUAL_REASONS = (
    N_("已向本人核实"), N_("看过证件或单据"), N_("家属代答，已核实"), N_("情况特殊，见备注"), N_("医生诊断证明为准"),
)  # fmt: skip


class OfferedField(Field):
    """While it is empty, a digit takes one of the `offered` texts at once."""

    offered: Sequence[str] = ()

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event.character)
        if not self.value and digit and 0 < int(digit) <= len(self.offered):
            event.stop()
            event.prevent_default()
            self.value = self.offered[int(digit) - 1]
            self.post_message(self.Submitted(self, self.value))


class Note(Dialog[str]):
    """Gives the text when it is saved; '' only where `may_be_empty`."""

    OWN_F10 = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", N_("保存"), tooltip=N_("保存")),
        Binding("escape", "close", N_("不保存"), tooltip=N_("关闭，不保存")),
    ]
    DEFAULT_CSS = "Note Field { margin: 1 0; }"

    def __init__(
        self, title: str, about: str, text: str = "", *, offered: Sequence[str] = (), may_be_empty: bool = False
    ) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._text = text
        self._offered = [_(one) for one in offered]
        self._may_be_empty = may_be_empty
        self._told = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            field = OfferedField(self._text)
            field.offered = self._offered
            yield field
            yield Drawing(self._foot, id="foot")

    def on_mount(self) -> None:
        self.query_one(OfferedField).focus()

    def _heading(self, width: int) -> list[Line]:
        return [[(self._title, "title")], *wrapped(marked(self._about), width)]

    def _foot(self, width: int) -> list[Line]:
        lines: list[Line] = []
        if self._offered:
            lines += [[(_("按数字选一个，或自己写："), "dim")], *offered_lines(self._offered, width), []]
        if self._told:
            lines += wrapped([("! " + self._told, "warn")], width)
        return [*lines, [(_("回车"), "key"), (" " + _("保存"), ""), ("   Esc", "key"), (" " + _("不保存"), "")]]

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        text = self.query_one(OfferedField).value.strip()
        if text or self._may_be_empty:
            self.dismiss(text)
            return
        self._told = _("按数字选一个理由，或写几个字")
        self.query_one("#foot", Drawing).changed()
