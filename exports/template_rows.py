"""The rows of a worksheet part of a template, and the cells in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casebook.tables.table import column_index
from exports.ranges import LAST_COLUMN, LAST_ROW
from exports.row_formulas import shifted
from exports.xml_parts import Element, OddPart, elements, text_of

_HOLDS = re.compile(rb"<(?:[\w.-]+:)?(?:v|f|is)\b")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f\b")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'][A-Z]*\d+[\"']")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\b")
_LETTERS = re.compile(r"([A-Z]{1,3})(\d+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its 0-based column, with where its bytes stand in the part. `value` is what it holds besides a formula:
    `text`, `number`, or '' for nothing; `formula` its text, a shared one written out."""

    column: int
    element: Element
    value: str
    formula: str | None
    formula_element: Element | None
    value_element: Element | None
    inline: Element | None

    @property
    def style(self) -> str:
        style = self.element.attributes.get("s", "")
        return style if style.isdecimal() else ""


class TemplateRows:
    """The rows of a part by their 1-based number; the cells of one are read when they are asked for."""

    def __init__(self, part: bytes, rows: list[Element]) -> None:
        self.part = part
        self.by_number: dict[int, Element] = {}
        last = 0
        for row in rows:
            said = row.attributes.get("r", "")
            number = int(said) if said.isdecimal() else last + 1
            if not last < number <= LAST_ROW:  # not in order: a program would have to repair it
                raise OddPart
            self.by_number[number] = row
            last = number
        self._shared: dict[str, tuple[str, int, int]] | None = None

    def bytes_of(self, number: int) -> bytes:
        row = self.by_number[number]
        return self.part[row.start : row.end]

    def looks(self, number: int) -> bytes:
        """The bytes of a row without its number: the same for rows that are the same."""
        return _NUMBER.sub(b"", self.bytes_of(number))

    def says_all_numbers(self, number: int) -> bool:
        """Whether the row and each of its cells are written with their place, which may be left out."""
        row = self.by_number[number]
        body = self.part[row.inside : row.outside]
        return "r" in row.attributes and len(_CELL.findall(body)) == len(_NUMBER.findall(body))

    def holds(self, number: int) -> bool:
        """Whether a row has a value or a formula."""
        row = self.by_number.get(number)
        return row is not None and _HOLDS.search(self.part, row.inside, row.outside) is not None

    def has_formula(self, number: int) -> bool:
        row = self.by_number.get(number)
        return row is not None and _FORMULA.search(self.part, row.inside, row.outside) is not None

    def cells(self, number: int) -> list[Cell]:
        """The cells of a row from the left; none when the template has no such row. Raises OddPart."""
        return list(self._cells(number, self._masters())) if number in self.by_number else []

    def _cells(self, number: int, shared: Mapping[str, tuple[str, int, int]]) -> Iterator[Cell]:
        last = -1
        for element, inner in self._cell_elements(number):
            said = element.attributes.get("r", "")
            told = _LETTERS.fullmatch(said)
            if said and (told is None or int(told.group(2)) != number):
                raise OddPart
            column = column_index(told.group(1)) if told else last + 1
            if not last < column < LAST_COLUMN:
                raise OddPart
            last = column
            formula, value, inline = inner.get("f"), inner.get("v"), inner.get("is")
            yield Cell(
                column, element, self._value(element, formula, value, inline),
                None if formula is None else self._formula(formula, number, column, shared), formula, value, inline,
            )  # fmt: skip

    def _value(self, cell: Element, formula: Element | None, value: Element | None, inline: Element | None) -> str:
        if formula is not None:
            return ""
        if inline is not None:
            return "text"
        if value is None or not self.part[value.inside : value.outside].strip():
            return ""
        return "number" if cell.attributes.get("t", "n") == "n" else "text"

    def _formula(self, formula: Element, row: int, column: int, shared: Mapping[str, tuple[str, int, int]]) -> str:
        text = text_of(self.part, formula)
        if formula.attributes.get("t") == "shared" and not text:
            if (master := shared.get(formula.attributes.get("si", ""))) is None:
                raise OddPart
            return shifted(master[0], row - master[1], column - master[2])
        return text

    def _masters(self) -> Mapping[str, tuple[str, int, int]]:
        """The formulas that others share, by their number, with the row and column in which they are written."""
        if self._shared is None:
            self._shared = {}
            if b"shared" in self.part:
                for number in self.by_number:
                    if b"shared" in self.bytes_of(number):
                        self._note_masters(number)
        return self._shared

    def _note_masters(self, number: int) -> None:
        assert self._shared is not None
        for cell in self._cells(number, _AnyMaster()):
            formula = cell.formula_element
            if formula is not None and formula.attributes.get("t") == "shared" and cell.formula:
                self._shared[formula.attributes.get("si", "")] = (cell.formula, number, cell.column)

    def _cell_elements(self, number: int) -> Iterator[tuple[Element, dict[str, Element]]]:
        """Each cell of a row with what it holds by name."""
        row = self.by_number[number]
        current: tuple[Element, dict[str, Element]] | None = None
        for element in _within(self.part, row):
            if element.name == "c" and element.parent == "row":
                if current is not None:
                    yield current
                current = element, {}
            elif current is not None and element.parent == "c":
                current[1][element.name] = element
        if current is not None:
            yield current


class _AnyMaster(dict[str, tuple[str, int, int]]):
    """Stands for formulas that are not known yet: those that share one are read as nothing."""

    def get(self, _key: str, _default: Any = None) -> tuple[str, int, int]:
        return "", 0, 0


def _within(part: bytes, row: Element) -> list[Element]:
    """The elements of interest in a row, placed in the part."""
    return [
        replace(
            one,
            start=one.start + row.start,
            inside=one.inside + row.start,
            outside=one.outside + row.start,
            end=one.end + row.start,
        )
        for one in elements(part[row.start : row.end], ("row", "c", "f", "v", "is"))
    ]
