"""Characters that old Chinese consoles draw two cells wide where we count one: none is drawn by us, and those that
come with the data are replaced where the console is known to be such a one."""

from __future__ import annotations

import unicodedata

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.scrollbar import ScrollBar, ScrollBarRender

_STAND_INS = str.maketrans({"·": "･", "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "×": "x", "…": "-"})
"""Narrow everywhere: ･ (U+FF65) is the half-width form of the dot in names."""


def is_ambiguous(char: str) -> bool:
    """Whether the width of a character depends on the console: box drawing, blocks, bullets, arrows, `·`, `…`."""
    return not char.isascii() and unicodedata.east_asian_width(char) == "A" and not unicodedata.combining(char)


def narrow(text: str) -> str:
    """The text with every ambiguous character replaced by one that takes one cell everywhere."""
    if text.isascii():
        return text
    return "".join("?" if is_ambiguous(char) else char for char in text.translate(_STAND_INS))


class NarrowGlyphs(LineFilter):
    """Replaces ambiguous characters on their way to a console that draws them wide."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.control or segment.text.isascii() else Segment(narrow(segment.text), segment.style)
            for segment in segments
        ]


class PlainScrollBar(ScrollBarRender):
    """Whole cells of background colour; the stock one ends in eighth blocks."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


def use_plain_scrollbars() -> None:
    ScrollBar.renderer = PlainScrollBar
