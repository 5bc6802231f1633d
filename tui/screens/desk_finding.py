"""The right side of the cross-check desk: a finding under a heading that stays, scrolled where it does not fit."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer

from audit.detail import Detail
from audit.queue import QueueRow
from tui.screens.desk_panel import Sheet, finding_sheet, heading_lines
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line
from tui.widgets.scrolled_drawing import ScrolledDrawing

_PATIENCE = 0.08
"""Seconds for which the values of the finding before stay in sight while those of the next are read: less flicker than
blanking them at once."""

_ROOMY = 30
"""Lines from which nothing is folded unasked."""


class FindingPanel(Vertical):
    """`detail` is what is shown; None while it is being read."""

    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    FindingPanel { background: $panel-ground; padding: 0 0 0 1; }
    FindingPanel #heading { height: 2; padding: 0 1 0 0; }
    """

    def __init__(self) -> None:
        super().__init__(id="finding")
        self.detail: Detail | None = None
        self._row: QueueRow | None = None
        self._folded: dict[str, bool] = {}
        self._blanking: Timer | None = None
        self._sheet = Sheet()

    def compose(self) -> ComposeResult:
        yield Drawing(self._heading, id="heading")
        yield ScrolledDrawing(self._lines, id="sheet")

    # What is shown

    def expect(self, row: QueueRow | None) -> None:
        """Another finding comes: its heading at once, its values when they are read."""
        self.detail = None
        self._row = row
        self.query_one("#heading", Drawing).changed()
        if self._blanking is None:
            self._blanking = self.set_timer(_PATIENCE, self._blank)

    def show(self, detail: Detail) -> None:
        """Show a finding from its top, or anew where it was."""
        if self._blanking is not None:
            self._blanking.stop()
            self._blanking = None
        again = self._row is not None and self.detail is not None and self.detail.row.id == detail.row.id
        self.detail, self._row = detail, detail.row
        self.query_one("#heading", Drawing).changed()
        self._scrolled.changed(from_top=not again)

    def _blank(self) -> None:
        self._blanking = None
        if self.detail is None:
            self._scrolled.changed()

    def _heading(self, width: int) -> list[Line]:
        return heading_lines(self._row, width) if self._row is not None else [[], []]

    def _lines(self, width: int) -> list[Line]:
        self._sheet = finding_sheet(self.detail, width - 1, self._folds()) if self.detail is not None else Sheet()
        return self._sheet.lines

    # What is folded, and scrolling

    @property
    def _scrolled(self) -> ScrolledDrawing:
        return self.query_one("#sheet", ScrolledDrawing)

    def _folds(self) -> dict[str, bool]:
        tight = self._scrolled.size.height < _ROOMY
        return {part: self._folded.get(part, tight) for part in ("evidence", "history")}

    def fold(self, part: str) -> None:
        """Fold a part to a line, or unfold it and bring it into sight."""
        folded = not self._folds()[part]
        self._folded[part] = folded
        self._scrolled.changed()
        line = self._sheet.parts.get(part)
        if not folded and line is not None:
            self._scrolled.scroll_to(y=line, animate=False)

    def next_part(self) -> None:
        self._scrolled.next_part()
