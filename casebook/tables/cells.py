"""Cells of any library as plain values (`Value`), equal texts of one batch as one object."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

EXACT = 10**15
"""Whole numbers below this are exact in a spreadsheet; larger ones stay floats: they have lost digits."""

Cells = tuple[Any, ...]

Merge = tuple[int, int, int]
"""Cells merged downwards: first and last row (1-based), first column (0-based); the value stands in the first row."""


def plain(value: Any) -> Any:
    """One cell that is no text: whole numbers as int, dates as ISO text (without the time at midnight)."""
    kind = type(value)
    if kind is float:
        return int(value) if -EXACT < value < EXACT and value.is_integer() else value
    if kind is int:
        return value if -EXACT < value < EXACT else float(value)
    if value is None or kind is bool:
        return value
    if kind is datetime.datetime:
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if kind is datetime.date or kind is datetime.time:
        return value.isoformat()
    if kind is datetime.timedelta:
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def plain_rows(rows: Iterable[Sequence[Any]], pad: int = 0) -> list[Cells]:
    """Rows of one batch with `pad` empty cells before each. Empty texts become None, all others stand as they are."""
    left: Cells = (None,) * pad
    shared: dict[Any, Any] = {"": None}
    once = shared.setdefault
    return [left + tuple([once(v, v) if type(v) is str else plain(v) for v in row]) for row in rows]
