"""A panel that is drawn whole from what it holds: no layout and no scrolling of its own, so a key costs one paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.colours import style_of
from tui.widgets.lines import Line, strip_of


class Shaded(NamedTuple):
    """A line on a ground of its own, and what a click on it means, '' for nothing."""

    line: Line
    ground: str = "panel"
    means: str = ""


Paint = Callable[[int, int], Sequence[Shaded]]
"""The lines for a width and a height in cells; those beyond the height are not shown."""


class Canvas(Widget):
    """Draws what `paint` gives for its size."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Canvas { height: 1fr; background: $panel-ground; }"

    @dataclass
    class Clicked(Message):
        """A line that means something was clicked."""

        canvas: Canvas
        means: str

        @property
        def control(self) -> Canvas:
            return self.canvas

    def __init__(self, paint: Paint, *, ground: str = "panel", id: str | None = None) -> None:
        super().__init__(id=id)
        self._paint = paint
        self.ground = ground
        self._lines: Sequence[Shaded] | None = None

    def changed(self) -> None:
        """What is drawn from has changed."""
        self._lines = None
        self.refresh()

    def lines(self) -> Sequence[Shaded]:
        if self._lines is None:
            width, height = self.size
            self._lines = self._paint(width, height) if width and height else ()
        return self._lines

    def on_resize(self) -> None:
        self.changed()

    def render_line(self, y: int) -> Strip:
        lines, theme = self.lines(), self.app.theme
        shaded = lines[y] if y < len(lines) else Shaded([], self.ground)
        return strip_of(shaded.line, self.size.width, partial(style_of, theme, shaded.ground))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        lines = self.lines()
        if offset is not None and offset.y < len(lines) and lines[offset.y].means:
            self.post_message(self.Clicked(self, lines[offset.y].means))
