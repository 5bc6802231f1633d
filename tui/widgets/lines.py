"""Lines of text as screens draw them: pieces with a role each, in cells, exactly as wide as they are told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.commands.cells import wrapped_spans

Piece = tuple[str, str]
"""A text and its role (`colours.style_of`)."""

Line = list[Piece]

CUT = ".."
"""Where a text was too long. The usual … is two cells wide on the consoles of old Chinese systems."""


def clean(text: str) -> str:
    """A text from a list, without what would move the terminal's cursor: control and formatting characters."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\u3000" else " " if char.isspace() else ""
        for char in text
        if unicodedata.category(char) != "Cf"
    )


def cut(text: str, width: int) -> str:
    """At most `width` cells of a text; `..` at the end where it was longer."""
    text = clean(text)
    if cell_len(text) <= width:
        return text
    mark = CUT if width > 4 else ""
    room, kept = width - len(mark), 0
    for at, char in enumerate(text):
        kept += cell_len(char)
        if kept > room:
            return text[:at] + mark
    return text


def cell(text: str, width: int, *, right: bool = False) -> str:
    """The text cut or filled to exactly `width` cells; `right` puts it at the right edge."""
    text = cut(text, max(0, width))
    gap = " " * (width - cell_len(text))
    return gap + text if right else text + gap


def line_width(line: Iterable[Piece]) -> int:
    return sum(cell_len(clean(text)) for text, _role in line)


def spread(left: Sequence[Piece], right: Sequence[Piece], width: int) -> Line:
    """Left and right at their edges; where both do not fit, the right one goes."""
    gap = width - line_width(left) - line_width(right)
    if gap < 1:
        return [*left]
    return [*left, (" " * gap, ""), *right]


def wrapped(pieces: Sequence[Piece], width: int, indent: int = 0) -> list[Line]:
    """Pieces as lines of at most `width` cells, broken as Chinese text is; further lines `indent` cells in.

    A line feed in a piece begins a new line.
    """
    room = max(2, width - indent)
    text = "".join(clean(part) if part != "\n" else part for piece, _role in pieces for part in _paragraphs(piece))
    roles: list[tuple[int, str]] = []  # where each piece ends
    at = 0
    for piece, role in pieces:
        at += sum(len(clean(part)) if part != "\n" else 1 for part in _paragraphs(piece))
        roles.append((at, role))
    spans = wrapped_spans(text, width if not indent else room, cut=True)
    lines = [_between(text, roles, start, end) for start, end in spans]
    return [([(" " * indent, ""), *line] if number and indent else line) for number, line in enumerate(lines)]


def _paragraphs(text: str) -> list[str]:
    """The text as its paragraphs with the line feeds between them."""
    first, *rest = text.split("\n")
    return [first, *(part for more in rest for part in ("\n", more))]


def _between(text: str, roles: list[tuple[int, str]], start: int, end: int) -> Line:
    line: Line = []
    begin = 0
    for finish, role in roles:
        first, last = max(begin, start), min(finish, end)
        if first < last:
            line.append((text[first:last], role))
        begin = finish
    return line


def strip_of(line: Sequence[Piece], width: int, style: Callable[[str], Style]) -> Strip:
    """A line as Textual draws it, cut or filled to exactly `width` cells."""
    segments = [Segment(clean(text), style(role)) for text, role in line]
    return Strip(segments).adjust_cell_length(width, style("")).simplify()
