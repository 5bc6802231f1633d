"""A dialog that asks for one line of text and offers some by number: who signs, who reviews, whom to send, why."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.screens.page import Answer, Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.numbered import OfferingField, offered_lines


class Offering(Dialog[Answer]):
    """A subclass says what it offers, what stands above and below the field, and what its keys do."""

    def __init__(self) -> None:
        super().__init__()
        self._offered: Sequence[str] = ()
        self._told = ""
        self.ready = False  # a digit may mean one of what is offered

    def placeholder(self) -> str:
        raise NotImplementedError

    def offers(self) -> Sequence[str]:
        """In a thread: the texts to offer."""
        raise NotImplementedError

    def heading(self, width: int) -> list[Line]:
        raise NotImplementedError

    def more(self, width: int) -> list[Line]:
        """What stands below the offered texts."""
        return []

    def keys(self) -> Line:
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self.heading)
            yield OfferingField(placeholder=self.placeholder())
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(OfferingField).focus()
        self.run_worker(self._load())

    async def _load(self) -> None:
        try:
            self._offered = await asyncio.to_thread(self.offers)
            self.query_one(OfferingField).offered = self._offered
        finally:
            self.ready = True
        self.draw_anew()

    def draw_anew(self) -> None:
        for drawing in self.query(Drawing):
            drawing.changed()

    def _foot(self, width: int) -> list[Line]:
        lines = [*offered_lines(self._offered, width), *self.more(width)]
        if self._told:
            lines += wrapped([("! " + self._told, "warn")], width)
        return [*lines, [], *wrapped(self.keys(), width)]

    def written(self) -> str:
        """What stands in the field, on one line."""
        return " ".join(self.query_one(OfferingField).value.split())

    def refuse(self, why: str) -> None:
        """Stay, and say why."""
        self._told = why
        self.draw_anew()
