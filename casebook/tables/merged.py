"""Cells merged downwards (向下合并): one value for several rows, which a file keeps in the first of them alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from casebook.tables.cells import Merge
from casebook.tables.rows import Layout, is_blank
from casebook.tables.table import Value


class MergedDown:
    """Fills rows, taken in order, with what is merged down into them; counts what it did.

    A merged name or number is one person: the rows below are no further people, so they are left as they stand
    (`continued`), unless they have a name or number of their own.
    """

    def __init__(self, merges: Iterable[Merge]) -> None:
        self.filled = 0
        self.continued = 0
        self._begin: dict[int, list[tuple[int, int]]] = {}
        self._open: dict[int, tuple[int, Value]] = {}
        for first, last, column in merges:
            self._begin.setdefault(first, []).append((last, column))

    def fill(self, number: int, row: tuple[Value, ...], layouts: Sequence[Layout]) -> tuple[Value, ...]:
        """Row `number` with the values merged down into its empty cells; an empty row stays empty."""
        if self._open:
            self._open = {column: merge for column, merge in self._open.items() if merge[0] >= number}
        above = {column: value for column, (_last, value) in self._open.items() if _blank(row, column)}
        for last, column in self._begin.pop(number, ()):
            if not _blank(row, column):
                self._open[column] = (last, row[column])
        if not above or all(map(is_blank, row)):
            return row
        cells = list(row) + [None] * (max(above) + 1 - len(row))
        for layout in layouts:
            identity = [index for index in (layout.name, layout.id_number) if index is not None]
            inside = [column for column in above if layout.start <= column < layout.end]
            if any(index in above for index in identity) and all(_blank(row, index) for index in identity):
                self.continued += 1
                continue
            for column in inside:
                cells[column] = above[column]
            self.filled += len(inside)
        return tuple(cells)


def _blank(row: Sequence[Value], column: int) -> bool:
    return column >= len(row) or is_blank(row[column])
