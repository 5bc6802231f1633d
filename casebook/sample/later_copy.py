"""A later copy of a list, as offices send it next time: some values changed, some rows gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random

from casebook.people.names import read_name
from casebook.tables.table import Row, Table, text_of

FIELDS = (
    "name", "id_number", "sex", "birth_date", "relation", "household_code", "person_code", "household_size", "village",
    "remark", "phone",
)  # fmt: skip
"""The columns of which values change."""

_CHARACTERS = "安平春秋东南江河山石林文武兴旺福贵"
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class LaterCopy:
    """The new table; the texts of changed cells before and now, and the rows that are gone, by rows (from 0) and
    fields of the old one."""

    table: Table
    changed: Mapping[tuple[int, str], tuple[str, str]]
    gone: frozenset[int]


def later_copy(
    table: Table,
    seed: int,
    *,
    share: float = 0.05,
    gone: float = 0.0,
    corrections: Mapping[tuple[int, str], str] | None = None,
) -> LaterCopy:
    """Change `share` of the values and leave out `gone` of the rows, the same for the same seed.

    A changed cell takes its value from `corrections` (row, field) where they have one, else it is mistyped.
    """
    rng = Random(seed)
    corrections = corrections or {}
    changed: dict[tuple[int, str], tuple[str, str]] = {}
    left_out: set[int] = set()
    rows = []
    for index, row in enumerate(table.rows):
        cells = list(row.values)
        block = table.blocks[row.block]
        for field in FIELDS:
            column = block.index_of(field)
            if column is None or column >= len(cells) or rng.random() >= share:
                continue
            before = text_of(cells[column])
            after = corrections.get((index, field)) or _mistyped(field, before, rng)
            if after != before:
                cells[column] = after
                changed[index, field] = before, after
        if rng.random() < gone:
            left_out.add(index)
        else:
            rows.append(Row(row.block, row.number, tuple(cells)))
    source = replace(table.source, sha256=sha256(f"{table.source.sha256} {seed}".encode()).hexdigest())
    copy = replace(table, source=source, rows=tuple(rows), total_rows=table.total_rows - len(left_out))
    return LaterCopy(copy, changed, frozenset(left_out))


def _mistyped(field: str, text: str, rng: Random) -> str:
    """Another value of the same make; a blank stays blank."""
    if not text:
        return text
    if field == "sex":
        return "女" if text == "男" else "男"
    if field == "household_size" and text.isdecimal():
        return str(int(text) + 1)
    digits = [place for place, char in enumerate(text) if char in _DIGITS]
    if digits:
        place = rng.choice(digits)
        return text[:place] + rng.choice(_DIGITS.replace(text[place], "")) + text[place + 1 :]
    if field == "name":
        text = read_name(text).text or text
        place = rng.randrange(len(text))
        return text[:place] + rng.choice(_CHARACTERS.replace(text[place], "")) + text[place + 1 :]
    return text + rng.choice(_CHARACTERS)
