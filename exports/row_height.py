"""How high a row must be for its wrapped texts: stamped rows carry their height, since no program measures them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from exports.layout import FONT_SIZE, ColumnLayout
from exports.shared_strings import Rich
from exports.sheet_xml import CellValue

HIGHEST = 409.0
"""Points; the limit of Excel."""
_LINE = 1.5
"""Height of a line in font sizes: enough for the Chinese fonts that stand in for 宋体 elsewhere."""
_PADDING = 4.0
_SPACE = 1.2


def width_of(text: str) -> float:
    """Width of a text in half-width characters: a Chinese one counts 2, a Latin one or digit 1.2, since the fonts
    that stand in for 宋体 have wider ones.

    >>> round(width_of("户编号12"), 1)
    8.4
    """
    # UTF-8 takes one byte for ASCII and three for Chinese characters, so the length and it give both counts.
    return 0.8 * len(text) + 0.4 * len(text.encode("utf-8", "replace"))


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column of `width` half-width characters."""
    if len(text) * 2 <= width and "\n" not in text:
        return 1
    return sum(_lines_of_paragraph(paragraph, width) for paragraph in text.split("\n"))


@lru_cache(maxsize=4096)
def _lines_of_paragraph(paragraph: str, width: float) -> int:
    """Latin words are kept whole, Chinese breaks anywhere but before a closing mark, which costs a character a line."""
    if width_of(paragraph) <= width:
        return 1
    room = width if paragraph.isascii() or width <= 8 else width - 2
    lines, used = 1, 0.0
    for word in paragraph.split(" "):
        needed = width_of(word)
        if used and used + needed > room and word.isascii():
            lines, used = lines + 1, 0.0
        used += needed
        if used > room:
            more = ceil(used / room) - 1
            lines, used = lines + more, used - more * room
        used += _SPACE
    return lines


def row_height(values: Sequence[CellValue], columns: Sequence[ColumnLayout]) -> float:
    """Points for a row of `values`; columns that do not wrap or are hidden take one line."""
    highest = FONT_SIZE
    for value, column in zip(values, columns, strict=False):
        look = column.look
        if not value or column.hidden or not look.wrap:
            continue
        if isinstance(value, Rich):
            value = value.text
        if isinstance(value, str) and (len(value) * 2 > column.width or "\n" in value):
            lines = lines_of(value, column.width * FONT_SIZE / look.size)
            highest = max(highest, lines * look.size)
    return min(highest * _LINE + _PADDING, HIGHEST)
