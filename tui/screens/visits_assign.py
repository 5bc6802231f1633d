"""To whom visits are given (派人): a name, those used before by number."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from survey_forms.visits.assigning import people
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.numbered import OfferingField, offered_lines


class Assign(Dialog[str]):
    """Gives a name, '' for nobody; None when left with Esc. `about` says what is given away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "assign", N_("派给"), priority=True, tooltip=N_("派给框里的人；框空着就是先不派")),
        Binding("escape", "close", N_("不派"), tooltip=N_("关闭，不改派")),
    ]

    def __init__(self, about: str, now: str = "") -> None:
        super().__init__()
        self._about = about
        self._now = now
        self._names: list[str] = []
        self._told = ""
        self.ready = False  # a digit may mean one of the names

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield OfferingField(id="surveyor", placeholder=_("调查员姓名；空着就是先不派"))
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(OfferingField).focus()
        self.run_worker(self._load())

    async def _load(self) -> None:
        try:
            self._names = await asyncio.to_thread(people, self.app.book)
            self.query_one(OfferingField).offered = self._names
        finally:
            self.ready = True
        self._draw_anew()

    def _draw_anew(self) -> None:
        for drawing in self.query(Drawing):
            drawing.changed()

    def _heading(self, width: int) -> list[Line]:
        said: Line = [(_("派人"), "title"), ("  ", ""), (self._about, "strong")]
        now = _("现在派给 {name}").format(name=self._now) if self._now else _("现在没有派人")
        return [*wrapped(said, width), *wrapped([(now, "dim")], width), []]

    def _foot(self, width: int) -> list[Line]:
        lines = offered_lines(self._names, width)
        if self._told:
            lines += wrapped([("! " + self._told, "warn")], width)
        keys: Line = [(_("回车"), "key"), (" " + _("派给"), ""), ("   Esc", "key"), (" " + _("不派"), "")]
        return [*lines, [], *wrapped(keys, width)]

    def action_assign(self) -> None:
        name = self.query_one(OfferingField).value.strip()
        if name.isprintable():
            self.dismiss(name)
            return
        self._told = _("姓名里有不能显示的字")
        self._draw_anew()
