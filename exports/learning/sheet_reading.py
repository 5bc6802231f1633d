"""One sheet of a template as it stands in the file: cells, merged areas, drop-downs, column widths."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from casebook.tables.sniff import Refused
from casebook.tables.table import column_index
from exports.learning.cell_area import cell_area

MOST_ROWS = 400
"""Rows with cells that are looked at: a header and its notes, and the first values of a list of codes."""

_CHUNK = 256 * 1024
_MOST_BYTES = 256 * 1024**2
_TAIL = 256
_MOST_RULES, _MOST_AREAS = 1000, 1000
"""Drop-downs of a sheet and places of one that are looked at; real templates have dozens."""
_DEEPEST = 200
"""Elements within one another; a sheet has ten."""
_ROW_END = re.compile(rb"</(?:[A-Za-z]\w*:)?row\s*>")
_DATA_END = re.compile(rb"</(?:[A-Za-z]\w*:)?sheetData\s*>")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)$")

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows 1-based, columns 0-based, both ends included."""


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule for what cells take (数据有效性): `kind` as in the file (`list`, `date`, `textLength`…), `formula` and
    `second` its bounds as written there, `prompt` what it tells the person."""

    areas: tuple[Area, ...]
    kind: str
    operator: str
    formula: str
    second: str = ""
    prompt: str = ""

    def covers(self, column: int, row: int) -> bool:
        return any(a <= row <= c and b <= column <= d for a, b, c, d in self.areas)

    def below(self, column: int, row: int) -> bool:
        """Whether it holds for a cell of this column in this row or below."""
        return any(row <= c and b <= column <= d for _a, b, c, d in self.areas)


@dataclass(slots=True)
class RawSheet:
    """A sheet. `cells` are texts and numbers by (1-based row, 0-based column), `shared` those that are numbers of
    shared strings still, `formats` the number formats."""

    name: str
    state: str
    cells: dict[tuple[int, int], str | float] = field(default_factory=dict)
    shared: dict[tuple[int, int], int] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    column_formats: dict[int, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    widths: dict[int, float] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def visible(self) -> bool:
        return self.state == "visible"


def checked_chunks(part: IO[bytes]) -> Iterator[bytes]:
    """A part in pieces. Raises Refused for a document type, an encoding other than UTF-8, or a part past all bounds."""
    size, before = 0, b""
    while chunk := part.read(_CHUNK):
        size += len(chunk)
        seen = before + chunk
        if size > _MOST_BYTES or b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
            raise Refused("zip_bomb")
        if not before and chunk.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
            raise Refused("damaged")
        before = chunk[-16:]
        yield chunk


def read_sheet(part: IO[bytes], name: str, state: str, formats: list[str]) -> RawSheet:
    """Read a worksheet part. `formats` are the number formats by cell style. Raises Refused, and ParseError for XML
    that is none."""
    from xml.etree import ElementTree

    sheet = RawSheet(name, "visible" if state not in ("hidden", "veryHidden") else state)
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    reader = _Reader(sheet, formats)
    depth = 0
    for chunk in _without_most_rows(part):
        parser.feed(chunk)
        for event, element in parser.read_events():
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise Refused("damaged")
            reader.take(event, element)
    parser.close()
    return sheet


def _without_most_rows(part: IO[bytes]) -> Iterator[bytes]:
    """The part without its rows after the first `MOST_ROWS`."""
    rest, rows, seen = b"", 0, 0
    chunks = checked_chunks(part)
    for chunk in chunks:
        rest += chunk
        cut = 0
        for end in _ROW_END.finditer(rest, max(seen - _TAIL, 0)):
            rows, cut = rows + 1, end.end()
            if rows == MOST_ROWS:
                break
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        seen = len(rest)  # a row's end may lie across two pieces
        if rows == MOST_ROWS:
            yield from _after_rows(rest, chunks)
            return
    yield rest


def _after_rows(rest: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """From the end of the rows on."""
    for chunk in itertools.chain((rest,), chunks):
        rest = chunk if chunk is rest else rest[-_TAIL:] + chunk
        if found := _DATA_END.search(rest):
            yield rest[found.start() :]
            yield from chunks
            return


class _Reader:
    """Takes the elements of a worksheet, one after the other."""

    def __init__(self, sheet: RawSheet, formats: list[str]) -> None:
        self._sheet = sheet
        self._formats = formats
        self._row = 0
        self._column = -1

    def take(self, event: str, element: Any) -> None:
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if event == "start":
            if tag == "row":
                number = element.get("r", "")
                self._row = int(number) if number.isdecimal() else self._row + 1
                self._column = -1
            return
        if tag == "c":
            self._cell(element)
        elif tag == "row":
            element.clear()
        elif tag == "col":
            self._columns(element)
        elif tag == "mergeCell":
            if (area := cell_area(element.get("ref", ""))) and area[3] - area[1] < 1024:
                self._sheet.merged.append(area)
        elif tag == "dataValidation":
            self._validation(element)

    def _cell(self, element: Any) -> None:
        found = _REFERENCE.match(element.get("r", ""))
        column = column_index(found[1]) if found else self._column + 1
        place = (self._row, column)
        self._column = column
        style = element.get("s", "")
        if style.isdecimal() and int(style) < len(self._formats):
            self._sheet.formats[place] = self._formats[int(style)]
        kind = element.get("t", "n")
        value, inline = "", []
        for child in element.iter():
            tag = child.tag.rpartition("}")[2]
            if tag == "v":
                value = child.text or ""
            elif tag == "t":
                inline.append(child.text or "")
        if kind == "inlineStr":
            if text := "".join(inline).strip():
                self._sheet.cells[place] = text
        elif kind == "s":
            if value.strip().isdecimal():
                self._sheet.shared[place] = int(value)
        elif kind in ("str", "d"):
            if value.strip():
                self._sheet.cells[place] = value.strip()
        elif kind in ("n", "b") and value.strip():
            try:
                self._sheet.cells[place] = float(value)
            except ValueError:
                self._sheet.cells[place] = value.strip()
        element.clear()

    def _columns(self, element: Any) -> None:
        first, last = element.get("min", ""), element.get("max", "")
        if not (first.isdecimal() and last.isdecimal()):
            return
        style = element.get("style", "")
        shape = self._formats[int(style)] if style.isdecimal() and int(style) < len(self._formats) else ""
        try:
            width = float(element.get("width", 0) or 0)
        except ValueError:
            width = 0.0
        for column in range(int(first) - 1, min(int(last), 1024)):
            if element.get("hidden") in ("1", "true"):
                self._sheet.hidden_columns.add(column)
            if width:
                self._sheet.widths[column] = width
            if shape:
                self._sheet.column_formats[column] = shape

    def _validation(self, element: Any) -> None:
        if len(self._sheet.validations) >= _MOST_RULES:
            return
        formulas = {"formula1": "", "formula2": "", "sqref": element.get("sqref", "")}
        for child in element.iter():
            tag = child.tag.rpartition("}")[2]
            if tag in formulas and tag != "f" and (text := "".join(child.itertext()).strip()):
                formulas[tag] = text
        areas = tuple(area for one in formulas["sqref"].split()[:_MOST_AREAS] if (area := cell_area(one)))
        prompt = " ".join(filter(None, (element.get(key, "") for key in ("promptTitle", "prompt", "error"))))
        kind, operator = element.get("type", ""), element.get("operator", "between")
        if areas:
            self._sheet.validations.append(
                Validation(areas, kind, operator, formulas["formula1"], formulas["formula2"], prompt)
            )
