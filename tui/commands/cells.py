"""Text in terminal cells: a Han character is two wide, so padding and wrapping count cells, not characters."""

from __future__ import annotations

import re
import unicodedata

_CLOSING = "，。、；：！？）》」』】”’％,.;:!?)"
_OPENING = "（《「『“‘("
# A Latin word with the punctuation around it, a run of spaces, or one character.
_PIECES = re.compile(r"[!-~]+|\s+|.", re.DOTALL)


def cell_width(text: str) -> int:
    """The cells a text takes; ambiguous characters count as one, combining ones as none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def shown(text: str) -> str:
    """A foreign cell's text for a terminal: control characters, which may move the cursor, as spaces."""
    return "".join(char if char.isprintable() else " " for char in text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to a width in cells; `right` puts it at the right edge."""
    gap = " " * max(0, width - cell_width(text))
    return gap + text if right else text + gap


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells: broken between Han characters, Latin words whole, no 。，、） at a start."""
    return [text[start:end] for start, end in wrapped_spans(text, width)]


def wrapped_spans(text: str, width: int, *, cut: bool = False) -> list[tuple[int, int]]:
    """Where the lines of `wrap` begin and end in the text. A Latin word wider than a line stands over its edge, or is
    cut there with `cut`."""
    spans: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n"):
        start = at
        for piece in _pieces(paragraph, width if cut else 0):
            if at > start and cell_width(text[start:at] + piece.rstrip()) > width:
                spans.append((start, start + len(text[start:at].rstrip())))
                start = at
            if at == start:  # a line does not begin with spaces
                start += len(piece) - len(piece.lstrip())
            at += len(piece)
        spans.append((start, start + len(text[start:at].rstrip())))
        at += 1
    return spans


def _pieces(paragraph: str, longest: int) -> list[str]:
    """What may not be broken, in order: a closing mark stays with what it follows, an opening one with what follows
    it. `longest` in cells, 0: no limit."""
    pieces: list[str] = []
    for piece in _PIECES.findall(paragraph):
        if pieces and pieces[-1][-1] in _OPENING:
            pieces[-1] += piece
        elif pieces and piece[0] in _CLOSING:
            if pieces[-1].isspace() and len(pieces) > 1:
                piece = pieces.pop() + piece
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return [part for piece in pieces for part in (_chunks(piece, longest) if longest else [piece])]


def _chunks(piece: str, longest: int) -> list[str]:
    """The piece, in parts of at most `longest` cells."""
    chunks = [""]
    for char in piece:
        if chunks[-1] and cell_width(chunks[-1] + char) > longest:
            chunks.append("")
        chunks[-1] += char
    return chunks
