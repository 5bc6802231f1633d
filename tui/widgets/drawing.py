"""A widget that draws lines for the width it has: headings, tables of a few rows, wrapped paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.colours import style_of
from tui.widgets.lines import Line, Piece, strip_of, wrapped

Draw = Callable[[int], Sequence[Line]]
"""The lines for a width in cells. Called again for another width, so it draws from what it holds, and quickly."""


class Drawing(Widget):
    """As many lines as `draw` gives; what is longer than the widget is cut off. `ground` names its background."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Drawing { height: auto; background: $panel-ground; }
    """

    def __init__(
        self, draw: Draw | None = None, *, ground: str = "panel", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.ground = ground
        self._draw = draw
        self._lines: tuple[int, list[Line]] = (-1, [])

    def show(self, draw: Draw) -> None:
        """Draw this from now on."""
        self._draw = draw
        self.changed()

    def changed(self) -> None:
        """What is drawn from has changed."""
        before = len(self._lines[1])
        width, self._lines = self._lines[0], (-1, [])
        self.refresh(layout=width < 0 or len(self.lines(width)) != before)

    def say(self, *pieces: Piece) -> None:
        """Draw one paragraph, wrapped."""
        self.show(lambda width: wrapped(pieces, width))

    def lines(self, width: int) -> list[Line]:
        """What stands there at a width."""
        if self._lines[0] != width:
            self._lines = (width, list(self._draw(width)) if self._draw else [])
        return self._lines[1]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width))

    def style(self, role: str) -> Style:
        return style_of(self.app.theme, self.ground, role)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self.lines(width)
        return strip_of(lines[y] if y < len(lines) else [], width, partial(style_of, self.app.theme, self.ground))
