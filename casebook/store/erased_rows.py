"""Rows of a list whose person was erased: nothing is left in them but where they belong. They keep their place, for
other facts name rows by their number, and are nobody's."""

from __future__ import annotations

from casebook.tables.table import Row, Table

PLACES = ("township", "village")
"""Cells that an erasure leaves: they say where a row belongs, and nobody is known by them."""


def erased_rows(table: Table) -> frozenset[int]:
    """The indexes of such rows. A reader of tables takes no row without a name or a number for a person's."""
    told = [
        frozenset(index for place in PLACES if (index := block.index_of(place)) is not None) for block in table.blocks
    ]
    return frozenset(at for at, row in enumerate(table.rows) if _blank(row, told[row.block]))


def _blank(row: Row, places: frozenset[int]) -> bool:
    return all(value is None or value == "" or at in places for at, value in enumerate(row.values))
