"""A row that is to be checked (上报行): its values by field, its columns with what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exports.formats.fields import Part, upload_fields
from exports.formats.format import Condition, Format, part_of
from exports.upload.condition import holds
from exports.upload.problem import Grade, Problem
from exports.upload.record import Record, Value

if TYPE_CHECKING:
    from casebook.texts import Text
    from exports.sheet_xml import CellValue
    from exports.upload.rows import UploadRow


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a format: `at` is the place in `format.columns` of a field and its `nth` (0 where a person has the
    field once); `nths` the `nth` under which a field stands, in order; `of_parts` the places of what is of a disease or
    treatment, with that and its `nth`."""

    format: Format
    at: Mapping[tuple[str, int], int]
    nths: Mapping[str, tuple[int, ...]]
    of_parts: tuple[tuple[int, Part, int], ...]

    def has(self, field: str) -> bool:
        return field in self.nths

    def sheet_column(self, field: str, nth: int = 0) -> int:
        """The 0-based sheet column of a field, -1 for none."""
        place = self.at.get((field, nth))
        return -1 if place is None else self.format.columns[place].column


def columns_of(format: Format) -> Columns:
    at: dict[tuple[str, int], int] = {}
    nths: dict[str, list[int]] = {}
    for place, column in enumerate(format.columns):
        if column.field and (column.field, column.nth) not in at:
            at[column.field, column.nth] = place
            nths.setdefault(column.field, []).append(column.nth)
    fields = upload_fields()
    of_parts = [
        (place, part, column.nth)
        for place, column in enumerate(format.columns)
        if (part := part_of(fields.get(column.field)))
    ]
    return Columns(format, at, {field: tuple(found) for field, found in nths.items()}, tuple(of_parts))


@dataclass(frozen=True, slots=True)
class Reading:
    """One row and the columns it is written in."""

    row: UploadRow
    columns: Columns

    @property
    def record(self) -> Record:
        return self.row.record

    def value(self, field: str, nth: int = 0) -> Value | None:
        """What the row has of a field: in its column, else, of what a person has once, in the record."""
        place = self.columns.at.get((field, nth))
        if place is not None:
            return self.row.raw[place]
        return self.record.values.get(field)

    def text(self, field: str, nth: int = 0) -> str:
        found = self.value(field, nth)
        return found.text if found else ""

    def written(self, field: str, nth: int = 0) -> str:
        """The text of the cell, '' for none."""
        place = self.columns.at.get((field, nth))
        return "" if place is None else cell_text(self.row.cells[place])

    def parts(self) -> set[tuple[Part, int]]:
        """The parts (disease, treatment) that the row has, each with its `nth`."""
        raw = self.row.raw
        return {
            (part, nth)
            for place, part, nth in self.columns.of_parts
            if (value := raw[place]) is not None and value.text
        }

    def holds(self, condition: Condition, nth: int) -> bool:
        """Whether every field of a condition has one of its values; of a disease or treatment the same one's, or, where
        that lies in another column, anyone's."""
        return holds(condition, lambda field: self._told(field, nth))

    def _told(self, field: str, nth: int) -> Iterator[Value | None]:
        nths = self.columns.nths.get(field, ())
        for one in (nth,) if nth in nths or not nths else nths:
            yield self.value(field, one)

    def problem(
        self, code: str, what: Text, remedy: Text, *, column: int = -1, grade: Grade = "error", finding: int = 0
    ) -> Problem:
        return Problem(code, grade, self.row.key, self.record.visit, column, what, remedy, finding)


def cell_text(cell: CellValue) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else str(getattr(cell, "text", cell))
