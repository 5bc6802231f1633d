"""Lists of choices (下拉列表) of a workbook we build: short ones in the cell's rule, long ones on a hidden sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casebook.tables.table import column_letter

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

RULE_TITLE, RULE_TEXT = 32, 255
"""Characters that Excel takes for the title and the text of a cell's rule, and for a list written into it."""


class ChoiceLists:
    """The lists of one workbook. Equal ones stand on the hidden sheet once, each under a name: Excel 2007 takes no
    range of another sheet in a rule, but takes a name of it."""

    def __init__(self, workbook: Workbook, sheet: str) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._lists: dict[tuple[str, ...], str] = {}

    def formula(self, choices: tuple[str, ...]) -> str:
        """What the rule of a cell says: the list itself, else the name of the one on the hidden sheet."""
        inside = '"' + ",".join(choices) + '"'
        fits = len(inside) <= RULE_TEXT and not any(mark in choice for choice in choices for mark in ',"')
        if fits or not self._sheet:
            return inside
        return self._lists.setdefault(choices, f"codes_{len(self._lists) + 1}")

    def add_sheet(self) -> None:
        """The hidden sheet with its names, when a list needs it."""
        if not self._lists:
            return
        from openpyxl.workbook.defined_name import DefinedName

        page = self._workbook.create_sheet(self._sheet)
        page.sheet_state = "hidden"
        for index, (choices, name) in enumerate(self._lists.items()):
            letter = column_letter(index)
            for row, choice in enumerate(choices, 1):
                cell = page.cell(row, index + 1)
                cell.number_format = "@"
                cell.value = choice
                cell.data_type = "s"  # `=…` stays a text
            area = f"'{self._sheet}'!${letter}$1:${letter}${len(choices)}"
            self._workbook.defined_names[name] = DefinedName(name, attr_text=area)
