"""Workbooks as counties and provinces send them out, invented, each with what its columns are.

A header is written `序号|乡镇→乡(镇)|备注→|户主{姓名→户主姓名}`: the header text, behind an arrow the field's Chinese
name where it is another, nothing where the column is none of ours; a group with its columns in braces; ⏎ a line break.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

Column = tuple[str, "str | list[Column]"]


@dataclass
class Made:
    """A workbook being made: `truth` is the name of each column by its letter."""

    name: str
    book: Any = field(default_factory=openpyxl.Workbook)
    truth: dict[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> Any:
        return self.book.active

    def save(self, folder: Path) -> Path:
        path = folder / f"{self.name}.xlsx"
        self.book.save(path)
        return path

    def title(self, text: str, row: int = 1, sheet: Any = None) -> None:
        """A text merged over all columns."""
        page = sheet if sheet is not None else self.sheet
        page.cell(row, 1, text)
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(self.truth))

    def write(self, row: int, texts: list[Any], start: int = 1) -> None:
        for place, text in enumerate(texts, start):
            self.sheet.cell(row, place, text)


def columns(notation: str) -> list[Column]:
    """The columns of a header in this notation."""
    found, depth, start = [], 0, 0
    for place, char in enumerate(notation + "|"):
        depth += (char == "{") - (char == "}")
        if char == "|" and not depth:
            found.append(_column(notation[start:place].strip()))
            start = place + 1
    return found


def _column(told: str) -> Column:
    if told.endswith("}"):
        text, _, inner = told.partition("{")
        return text.strip(), columns(inner[:-1])
    text, arrow, name = told.partition("→")
    return text.replace("⏎", "\n"), name if arrow else text


def lay_out(made: Made, notation: str, row: int = 1, *, start: int = 1, merged: bool = True, sheet: Any = None) -> int:
    """Write a header from `row` on; returns the row below it."""
    page = sheet if sheet is not None else made.sheet
    given = columns(notation)
    height = max(map(_height, given))
    place = start
    for one in given:
        place = _put(made, page, one, row, place, height, merged)
    return row + height


def _height(column: Column) -> int:
    return 1 + max(map(_height, column[1])) if isinstance(column[1], list) else 1


def _put(made: Made, page: Any, column: Column, row: int, place: int, height: int, merged: bool) -> int:
    text, inner = column
    page.cell(row, place, text)
    if isinstance(inner, list):
        end = place
        for one in inner:
            end = _put(made, page, one, row + 1, end, height - 1, merged)
        if merged and end - 1 > place:
            page.merge_cells(start_row=row, end_row=row, start_column=place, end_column=end - 1)
        return end
    made.truth[get_column_letter(place)] = inner
    if merged and height > 1:
        page.merge_cells(start_row=row, end_row=row + height - 1, start_column=place, end_column=place)
    return place + 1


def drop_down(made: Made, letter: str, first: int, formula: str, sheet: Any = None) -> None:
    rule = DataValidation(type="list", formula1=formula, showErrorMessage=True)
    rule.add(f"{letter}{first}:{letter}{first + 500}")
    (sheet if sheet is not None else made.sheet).add_data_validation(rule)
