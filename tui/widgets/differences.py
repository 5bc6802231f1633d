"""Two values side by side with the differing characters marked: amber at the left, green at the right."""

from __future__ import annotations

import unicodedata
from itertools import zip_longest

from audit.differences import Runs, differing, plain
from casebook.language import N_, _
from tui.widgets.lines import Line, Piece, cell, line_width, wrapped

Nothing = tuple[str, str]
"""What to say at the left and at the right where a list has no value at all (message ids)."""

NO_COLUMN: Nothing = (N_("无此列"), N_("无此列"))


def side_by_side(
    left: str | None, right: str | None, width: int, role: str = "", nothing: Nothing = NO_COLUMN
) -> list[Line]:
    """Two columns of `width` cells, one cell apart, values wrapped."""
    columns = [wrapped(pieces, width) for pieces in marked(left, right, role, nothing)]
    return [[*_filled(first, width), (" ", ""), *second] for first, second in zip_longest(*columns, fillvalue=[])]


def marked(
    left: str | None, right: str | None, role: str = "", nothing: Nothing = NO_COLUMN
) -> tuple[Line, Line]:
    """Both values as pieces; what does not differ has `role`."""
    if left is None or right is None or left == right:
        of_left, of_right = plain(left or ""), plain(right or "")
    else:
        of_left, of_right = differing(left, right)
    return (
        _nothing(nothing[0]) if left is None else _pieces(left, of_left, role, "mark-left", missing=bool(right)),
        _nothing(nothing[1]) if right is None else _pieces(right, of_right, role, "mark-right", missing=bool(left)),
    )


def _nothing(said: str) -> Line:
    return [(_(said), "dim")] if said else []


def _pieces(text: str, runs: Runs, role: str, mark: str, missing: bool) -> Line:
    """`missing`: the other side has a value, so that a blank one is what differs."""
    if not text:
        return [(_("（空）"), mark if missing else "dim")]
    return [_shown(run, mark) if differs else (run, role) for run, differs in runs]


def _shown(run: str, mark: str) -> Piece:
    """A differing run; what cannot be seen in it is named."""
    return "".join(_named(char) for char in run), mark


def _named(char: str) -> str:
    if char in " \t":
        return _("<空格>") if char == " " else "<Tab>"
    if char.isspace() or unicodedata.category(char) in ("Cf", "Cc", "Co", "Cs"):
        return f"<{ord(char):04X}>"
    return char


def _filled(line: Line, width: int) -> Line:
    return [*line, (cell("", max(0, width - line_width(line))), "")]
