"""A value as a cell of an upload workbook (单元格): its code, its name or both, its date in the column's pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from exports.formats.fields import Field
from exports.formats.format import FormatColumn
from exports.sheet_xml import CellValue
from exports.upload.canonical import fen_of, plain_word, yuan_of
from exports.upload.coding import Coding, Pair
from exports.upload.dates import iso_of, written_date
from exports.upload.record import Value

Write = Callable[[Value], CellValue]
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?")


def writer_of(column: FormatColumn, field: Field, choices: Sequence[Pair] = ()) -> Write:
    """How a column writes the values of its field; None for one that it can't take: a code without counterpart, a date
    that is none. `choices` are the (code, name) that forms offer for the field. What was written for codes is kept, of
    which there are few."""
    if field.kind in ("code", "codes") or column.values:
        return _coded(column, field, choices)
    if field.kind == "date":
        return lambda value: _date(value, column)
    if field.kind == "money":
        return lambda value: _money(value, column)
    if field.kind == "count":
        return lambda value: _count(value, column)
    if field.kind == "text" and column.cell == "number":
        return lambda value: _number(value.text)
    return lambda value: value.text


def _coded(column: FormatColumn, field: Field, choices: Sequence[Pair]) -> Write:
    coding = Coding(column.values, field, choices, by_code=column.write == "name")
    kept: dict[Value, CellValue] = {}

    def write(value: Value) -> CellValue:
        if value not in kept:
            pairs = coding.pairs(value)
            kept[value] = _number_if(column, _joined(pairs, column)) if pairs else None
        return kept[value]

    return write


def _joined(pairs: Sequence[Pair], column: FormatColumn) -> str | None:
    told = []
    for code, name in pairs:
        both = code + name if plain_word(code) != plain_word(name) else code
        one = {"code": code, "name": name, "both": both}[column.write]
        if not one or (column.write == "both" and not (code and name)):
            return None
        told.append(one)
    return column.between.join(dict.fromkeys(told))


def _number_if(column: FormatColumn, text: str | None) -> CellValue:
    return _number(text) if column.cell == "number" and text is not None else text


def _number(text: str) -> CellValue:
    """A number where a cell holds it exactly; `01` is none."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _date(value: Value, column: FormatColumn) -> CellValue:
    iso = iso_of(value.text)
    return _number_if(column, written_date(iso, column.date)) if iso else None


def _money(value: Value, column: FormatColumn) -> CellValue:
    fen = fen_of(value.text)
    if fen is None:
        return None
    if column.cell == "number":
        return fen // 100 if fen % 100 == 0 else fen / 100
    return yuan_of(fen)


def _count(value: Value, column: FormatColumn) -> CellValue:
    if not value.text.isdecimal():
        return None
    return int(value.text) if column.cell == "number" else value.text
