"""Bars by background colour: no block characters, which old consoles draw two cells wide."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.lines import Line


def bar(width: int, total: int, parts: Sequence[tuple[int, str]]) -> Line:
    """A bar of `width` cells: stretches of (amount, `bar-…` role) in order, the rest `bar-track`.

    An amount above zero is at least one cell while there is room, and only the whole total fills the whole bar.
    """
    line: Line = []
    used = counted = 0
    for amount, role in parts:
        counted += amount
        end = round(width * counted / total) if total else 0
        if amount and end == used:
            end += 1
        if counted < total:
            end = min(end, width - 1)
        end = min(end, width)
        if end > used:
            line.append((" " * (end - used), role))
            used = end
    if used < width:
        line.append((" " * (width - used), "bar-track"))
    return line
