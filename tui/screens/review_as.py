"""Who reviews (审核人), where several share one machine: never who handed in, and 县审 not by who did 乡审."""

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


class ReviewAs(Dialog[str]):
    """Gives the name under which reviews are recorded from now on; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("换人"), priority=True, tooltip=N_("以后的审核记在这个人名下")),
    ]

    def __init__(self, now: str) -> None:
        super().__init__()
        self._now = now
        self._names: list[str] = []
        self._told = ""
        self.ready = False  # a digit may mean one of the names

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield OfferingField(id="reviewer", placeholder=_("审核人姓名"))
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(OfferingField).focus()
        self.run_worker(self._load())

    async def _load(self) -> None:
        try:
            names = await asyncio.to_thread(people, self.app.book)
            self._names = [name for name in names if name != self._now][:9]
            self.query_one(OfferingField).offered = self._names
        finally:
            self.ready = True
        self._draw_anew()

    def _draw_anew(self) -> None:
        for drawing in self.query(Drawing):
            drawing.changed()

    def _heading(self, width: int) -> list[Line]:
        said = _("现在是 {name}。谁坐到这台电脑前审，就写谁的名字；上交的人不能审自己的，县审不能由做乡审的人来做。")
        return [
            *wrapped([(_("换审核人"), "title")], width),
            *wrapped([(said.format(name=self._now), "dim")], width),
            [],
        ]

    def _foot(self, width: int) -> list[Line]:
        lines = offered_lines(self._names, width)
        if self._told:
            lines += wrapped([("! " + self._told, "warn")], width)
        keys: Line = [(_("回车"), "key"), (" " + _("换人"), ""), ("   Esc", "key"), (" " + _("不换"), "")]
        return [*lines, [], *wrapped(keys, width)]

    def action_take(self) -> None:
        name = " ".join(self.query_one(OfferingField).value.split())
        if name and name.isprintable():
            self.dismiss(name)
            return
        self._told = _("请写审核人的姓名")
        self._draw_anew()
