"""Lines that change often and may be longer than their place: drawn and scrolled without laying the screen out anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.colours import style_of
from tui.widgets.drawing import Draw
from tui.widgets.lines import Line, strip_of
from tui.widgets.scrolled import Scrolled


class ScrolledDrawing(ScrollView, can_focus=True, inherit_bindings=False):
    """As many lines as `draw` gives for the width. Its scroll bar is always there: a layout of the whole screen for
    each new text costs more than drawing it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ScrolledDrawing {
        height: 1fr; background: $panel-ground; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*Scrolled.BINDINGS]

    def __init__(self, draw: Draw, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._lines: Sequence[Line] = ()

    def changed(self, *, from_top: bool = False) -> None:
        """What is drawn from has changed."""
        width, height = self.scrollable_content_region.size
        self._lines = self._draw(width) if width else ()
        size = Size(width, len(self._lines))
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            bar = self.vertical_scrollbar
            bar.window_virtual_size, bar.window_size = size.height, height
        self.scroll_to(y=0 if from_top else min(self.scroll_offset.y, self.max_scroll_y), animate=False)
        self.refresh()

    def next_part(self) -> None:
        """A page down; from the end back to the top."""
        if self.scroll_offset.y >= self.max_scroll_y:
            self.scroll_home(animate=False)
        else:
            self.scroll_page_down(animate=False)

    def on_resize(self, _event: events.Resize) -> None:
        self.changed()

    def render_line(self, y: int) -> Strip:
        place, width = y + self.scroll_offset.y, self.size.width
        line = self._lines[place] if place < len(self._lines) else []
        return strip_of(line, width, partial(style_of, self.app.theme, "panel"))
