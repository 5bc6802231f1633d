"""A table as it was read: every cell as it stood, every row of the sheet accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Value = str | int | float | bool | None
"""A cell. An `int` is exact. A `float` of 1e15 or more has lost digits (Excel keeps 15). Dates are ISO texts."""

EXCEL_DIGITS = 15
_LOSSY = 10.0**EXCEL_DIGITS


def lost_digits(value: Value) -> bool:
    """Whether a number cell holds more digits than a spreadsheet keeps."""
    return isinstance(value, float) and abs(value) >= _LOSSY


def text_of(value: Value) -> str:
    """A cell as text; numbers with the 15 digits a spreadsheet keeps, never the noise of `int(float)`.

    >>> text_of(9.9010519410817310e17), text_of(3.0), text_of(None)
    ('990105194108173000', '3', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if abs(value) < 1e300 and value == int(value):
        mantissa, _, exponent = f"{value:.14e}".partition("e")
        digits = mantissa.replace(".", "").lstrip("-")
        power = int(exponent)
        if power >= EXCEL_DIGITS - 1:
            return ("-" if value < 0 else "") + digits + "0" * (power - EXCEL_DIGITS + 1)
        return str(int(value))
    return f"{value:.15g}"


@dataclass(frozen=True, slots=True)
class Source:
    """The file a table came from. `sha256` is of the bytes on disk, `size` in bytes."""

    name: str
    format: str  # xlsx, xls, ods, csv, html
    sha256: str
    size: int
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know that stopped nothing; `what` is a sentence in their language."""

    code: str
    what: str
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """`index` is the 0-based sheet column, `header` the text shown, `field` its meaning or None when unknown."""

    index: int
    header: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """One table in one sheet: its header rows (1-based, first and last) and columns."""

    sheet: str
    title: str
    header_rows: tuple[int, int]
    columns: tuple[Column, ...]

    def index_of(self, name: str) -> int | None:
        """The sheet column of a field, None when the block has none."""
        return next((c.index for c in self.columns if c.field == name), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One person's row: `block` indexes `Table.blocks`, `number` is the 1-based sheet row, `values` by sheet column."""

    block: int
    number: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Rows `first` to `last` that name no person. Reasons: title, header, subtotal, blank, signature, note; or
    unreadable (不可读), the one reason that leaves a person's row out."""

    sheet: str
    first: int
    last: int
    reason: str
    text: str = ""

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Table:
    """A list of people (名单) as read. Every row of every sheet read is in `rows` or in `skipped`, once.

    `total_rows` is the number of rows of the sheets read; `other_sheets` names the sheets left out, each with the
    reason.
    """

    source: Source
    blocks: tuple[Block, ...]
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    notices: tuple[Notice, ...]
    total_rows: int
    other_sheets: tuple[tuple[str, str], ...] = ()
    unknown_headers: tuple[str, ...] = field(default=())

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(block.sheet for block in self.blocks))

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(c.field for block in self.blocks for c in block.columns if c.field)

    def values(self, name: str) -> Iterator[Value]:
        """The cells of a field, row by row; None where a row's block has no such column."""
        indexes = [block.index_of(name) for block in self.blocks]
        for row in self.rows:
            index = indexes[row.block]
            yield row.values[index] if index is not None and index < len(row.values) else None


def column_letter(index: int) -> str:
    """The letter of a 0-based sheet column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The 0-based column of its letters: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
