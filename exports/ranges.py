"""Ranges of cells (`Q2:Q9 R2`) of a sheet in which rows are filled: drawn down to the last row, moved where the rows
below the data give way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from casebook.tables.table import column_index

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_RANGE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?")


@dataclass(frozen=True, slots=True)
class Growth:
    """Where the rows of a filled sheet go. The template's data area is the 1-based rows `first` to `area_last`, the
    data stand in `first` to `last`; what is below the area moves down when the data need more room. `width` is how many
    columns from A the data take: ranges beside them are not drawn down."""

    first: int
    area_last: int
    last: int
    width: int = LAST_COLUMN

    @property
    def added(self) -> int:
        """By how many rows what is below the area moves."""
        return max(0, self.last - self.area_last)

    def moved(self, row: int) -> int:
        """Where a row of the template stands now."""
        return min(row + self.added, LAST_ROW) if row > self.area_last else row

    def span(self, top: int, bottom: int, column: int = 0, reach: int = 0) -> tuple[int, int]:
        """Where a range stands now. One that covers the first row, or ends at most `reach` rows above it, or ends with
        the area, is drawn down to the last row."""
        if bottom > self.area_last:
            return self.moved(top), self.moved(bottom)
        covers = top <= self.first <= bottom + reach
        if column < self.width and (covers or (bottom == self.area_last and top < bottom)):
            return top, max(bottom, self.last)
        return top, bottom

    def ranges(self, text: str, *, drawn: bool = True, reach: int = 0) -> str:
        """Ranges as they stand now; those not `drawn` only move, as merged cells and links do."""

        def change(found: re.Match[str]) -> str:
            top = int(found.group(4))
            bottom = int(found.group(8) or top)
            if drawn:
                new_top, new_bottom = self.span(top, bottom, column_index(found.group(2)), reach)
            else:
                new_top, new_bottom = self.moved(top), self.moved(bottom)
            if (new_top, new_bottom) == (top, bottom):
                return found.group(0)
            left = f"{found.group(1)}{found.group(2)}{found.group(3)}"
            right = f"{found.group(5)}{found.group(6)}{found.group(7)}" if found.group(6) else left
            if found.group(6) is None and new_top == new_bottom:
                return f"{left}{new_top}"
            return f"{left}{new_top}:{right}{new_bottom}"

        return _RANGE.sub(change, text)


def extended(ranges: str, first_row: int, last_row: int, reach: int = 0) -> str:
    """Ranges with those that cover `first_row`, or end at most `reach` rows above it, drawn down to `last_row`.

    >>> extended("Q2 R2:R3 A1:B1", 2, 9)
    'Q2:Q9 R2:R9 A1:B1'
    """
    return Growth(first_row, LAST_ROW, last_row).ranges(ranges, reach=reach)
