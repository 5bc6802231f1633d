"""Rows (上报行): the records of people in the columns of a format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from casebook.store.facts import encoded
from exports.formats.fields import Part, upload_fields
from exports.formats.format import Format, FormatColumn
from exports.sheet_xml import CellValue
from exports.upload.cells import Write, writer_of
from exports.upload.condition import holds
from exports.upload.parts import NOTHING, REST, Line, Parts, lines_of, parts_of, rest_of
from exports.upload.parts import Dropped as Dropped
from exports.upload.record import Record, Records, Value, Values

SERIAL = "row.serial"


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One row. `key` is its person's. `cells` and `raw` stand in the order of the format's columns; a value without a
    cell is one that the column can't take. The number of the row (序号) is left blank, and out of the digest."""

    key: str
    record: Record
    cells: tuple[CellValue, ...]
    raw: tuple[Value | None, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Laid:
    """All rows in the order of the records, and what found no place in them."""

    rows: tuple[UploadRow, ...]
    dropped: tuple[Dropped, ...] = ()


Take = Callable[[Record, Line], Value | None]


def rows_of(records: Records, format: Format) -> Laid:
    """The rows of everyone whom the format wants (`only`)."""
    parts = parts_of(format)
    columns = [_column(column, format, parts, records) for column in format.columns]
    rows: list[UploadRow] = []
    dropped: list[Dropped] = []
    for record in records.people:
        if format.only and not holds(format.only, lambda name, one=record: values_told(one, name)):  # type: ignore[misc]
            continue
        lines, left = lines_of(record, parts)
        dropped += left
        for line in lines:
            raw = tuple([take(record, line) for take, _write in columns])
            cells = tuple(
                [None if value is None else write(value) for value, (_take, write) in zip(raw, columns, strict=True)]
            )
            rows.append(UploadRow(record.key, record, cells, raw, digest_of(cells)))
    return Laid(tuple(rows), tuple(dropped))


def values_told(record: Record, name: str) -> Iterator[Value | None]:
    """The values of a field of a person, several of one that is of diseases or treatments."""
    field = upload_fields().get(name)
    if field is None or not field.part:
        yield record.values.get(name)
        return
    for part in record.diseases:
        holders: Iterable[Values] = (part.values,) if field.part == "disease" else part.treatments
        yield from (one.get(name) for one in holders)
    if field.part == "treatment":
        yield from (one.get(name) for one in record.treatments)


def digest_of(cells: Iterable[CellValue]) -> str:
    """SHA-256 over the cells of a row."""
    return hashlib.sha256(encoded(list(cells))).hexdigest()


def _column(column: FormatColumn, format: Format, parts: Parts, records: Records) -> tuple[Take, Write]:
    """Where a column takes its value from, and how it writes it."""
    field = upload_fields().get(column.field)
    if field is None:
        constant = column.constant
        return (lambda _record, _line: None) if not constant else _constant(constant), lambda value: value.text
    writer = writer_of(column, field, records.choices.get(field.name, ()))
    if field.name == SERIAL:
        return lambda _record, _line: None, writer
    told, name = format.constants.get(field.name, ""), field.name
    instead = Value(told, () if told.isascii() else (told,), "format") if told else None
    if not field.part:
        return lambda record, _line: record.values.get(name, instead), writer
    held = _holder(field.part, column.nth - 1, parts)
    if name == REST:
        own = frozenset(one.field for one in format.columns if one.field != REST)
        return lambda _record, line: rest_of(held(line), own), writer
    return lambda _record, line: held(line).get(name, instead), writer


def _holder(part: Part, place: int, parts: Parts) -> Callable[[Line], Values]:
    """Which disease or treatment of a row a column is about; `place` is below 0 for the row's own."""
    if part == "disease":
        return (lambda line: line.disease) if place < 0 else (lambda line: _nth(line.diseases, place))
    if place < 0:
        return lambda line: line.treatment
    if parts.beside:
        return lambda line: _nth(line.treated, place)
    return lambda line: _nth(line.treatments, place)


def _constant(text: str) -> Take:
    value = Value(text, origin="format")
    return lambda _record, _line: value


def _nth(values: tuple[Values, ...], place: int) -> Values:
    return values[place] if place < len(values) else NOTHING
