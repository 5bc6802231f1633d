"""The case at hand: both lists as records, how they were linked, and what findings cite of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.compare import weigh
from audit.findings import Cell, Line, Side, row_names
from audit.holders import Holders
from audit.link import Linking
from audit.records import Record
from casebook.tables.table import Table, column_letter, text_of

_UNSAID = "serial"
"""A row's running number is no value of its own: it moves when a row is put in above."""


@dataclass(frozen=True)
class Listed:
    """One list with its rows as records; row indexes count `table.rows`."""

    side: Side
    table: Table
    records: Sequence[Record]

    @cached_property
    def _columns(self) -> list[Mapping[str, int]]:
        return [{c.field: c.index for c in reversed(block.columns) if c.field} for block in self.table.blocks]

    @cached_property
    def row_names(self) -> list[str]:
        """How a sentence names each row."""
        return row_names(self.table)

    def cell(self, index: int, field: str) -> Cell:
        """The compared cell; a field that the list has no column for gives an empty column and text."""
        row = self.table.rows[index]
        block = self.table.blocks[row.block]
        column = self._columns[row.block].get(field)
        if column is None:
            return Cell(index, block.sheet, row.number, "", "", "")
        header = next(c.header for c in block.columns if c.index == column)
        return Cell(index, block.sheet, row.number, column_letter(column), header, self._text(index, column))

    def text(self, index: int, field: str) -> str:
        """A cell as text without surrounding spaces; '' where the list has no such column."""
        column = self._columns[self.table.rows[index].block].get(field)
        return "" if column is None else self._text(index, column).strip()

    def _text(self, index: int, column: int) -> str:
        values = self.table.rows[index].values
        return text_of(values[column]) if column < len(values) else ""

    def digest(self, index: int) -> bytes:
        """SHA-256 of all values of a row but its running number."""
        row = self.table.rows[index]
        unsaid = self._columns[row.block].get(_UNSAID)
        texts = (text_of(v) for i, v in enumerate(row.values) if i != unsaid)
        return hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Case:
    """Both lists and how they were linked."""

    roster: Listed
    registry: Listed
    linking: Linking

    @property
    def holders(self) -> Holders:
        return self.linking.rates.holders

    def listed(self, side: Side) -> Listed:
        return self.roster if side == "roster" else self.registry

    def lines(self, registry: int, roster: int) -> list[Line]:
        """The evidence of a registry row and a roster row."""
        return weigh(self.registry.records[registry], self.roster.records[roster], self.linking.rates)


def finding_key(kind: str, roster: Iterable[bytes], registry: Iterable[bytes]) -> str:
    """The digest by which an answer finds its finding again: the kind and the values of each side's rows.

    24 hexadecimal digits. Findings of one kind about rows alike in every value have one key, and one answer.
    """
    parts = hashlib.sha256(kind.encode())
    for side in (roster, registry):
        parts.update(b"\x1e")
        for digest in side:
            parts.update(digest)
    return parts.hexdigest()[:24]
