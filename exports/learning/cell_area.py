"""References to cells (引用): `B2:D9`."""

from __future__ import annotations

import re

from casebook.tables.table import column_index

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d+)?$")


def cell_area(reference: str, last_row: int = 1_048_576, last_column: int = 16_383) -> tuple[int, int, int, int] | None:
    """`B2:D9`, `$A:$A`, `3:4` or `C7` as first row, first column, last row, last column (rows 1-based, columns
    0-based); None for anything else."""
    first, _, second = reference.partition(":")
    ends = [_CELL.match(part) for part in (first, second or first)]
    if not first or any(end is None for end in ends):
        return None
    a, b = (end.groups() for end in ends if end is not None)
    return (
        int(a[1]) if a[1] else 1,
        column_index(a[0].upper()) if a[0] else 0,
        int(b[1]) if b[1] else last_row,
        column_index(b[0].upper()) if b[0] else last_column,
    )
