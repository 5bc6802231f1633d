"""Text in terminal cells: a Han character is two wide, so padding and wrapping count cells, not characters."""

from __future__ import annotations

import re
import unicodedata

_CLOSING = "，。、；：！？）》」』】”’％,.;:!?)"
# A Latin word with the punctuation around it, a run of spaces, or one character.
_PIECES = re.compile(r"[!-~]+|\s+|.", re.DOTALL)


def cell_width(text: str) -> int:
    """The cells a text takes; ambiguous characters count as one, combining ones as none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to a width in cells; `right` puts it at the right edge."""
    gap = " " * max(0, width - cell_width(text))
    return gap + text if right else text + gap


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells: broken between Han characters, Latin words whole, no 。，、） at a start."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        pieces: list[str] = []
        for piece in _PIECES.findall(paragraph):
            if pieces and piece[0] in _CLOSING:
                pieces[-1] += piece
            else:
                pieces.append(piece)
        line = ""
        for piece in pieces:
            if line and cell_width(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
    return lines
