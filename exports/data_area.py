"""The data area (数据区) of a template's sheet: the rows that an office prepared for people, and where they end.

A row is prepared when it holds nothing of its own: it is blank, or has formulas over its own row, or the running number
that some offices put in; and when it is drawn as the first one is. What follows - who signs, notes, totals - is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.ranges import LAST_ROW
from exports.row_formulas import references, shifted
from exports.template_rows import Cell, TemplateRows

TextOf = Callable[[Cell], str]
"""The text of a cell that holds one."""
_SAMPLE_CELLS = 3
_INTRODUCES = re.compile(r"[:：]\s*$|_{2}|[合小总]计|签|填[报表写]|审核|复核|说明|备注|^注|年\s+月")
"""What stands in rows below the data: asks for a name or a date, adds up, explains."""


@dataclass(frozen=True, slots=True)
class DataArea:
    """`prepared` are the rows that people's rows look like, none when the template has no such row; the area ends with
    `last`, what is below moves when the data need more room."""

    prepared: tuple[int, ...]
    last: int


def whole_rest(rows: TemplateRows, first_row: int) -> DataArea:
    """All rows from the first on, as in a workbook that we made: each is a pattern, none is kept."""
    return DataArea(tuple(number for number in rows.by_number if number >= first_row), LAST_ROW)


def data_width(first: list[Cell], given: int) -> int:
    """How many columns the data take, of which `given` are filled: those with the first row's further formulas, and
    those drawn right beside. What stands farther off, such as a list of codes, is no one's."""
    formulas = max((cell.column + 1 for cell in first if cell.formula), default=0)
    width = max(given, formulas)
    drawn = {cell.column for cell in first if cell.style not in ("", "0") and not cell.value}
    while width in drawn:
        width += 1
    return width


def data_area(rows: TemplateRows, first_row: int, width: int, text_of: TextOf, place: Place) -> DataArea:
    """The area in an office's own template, of which `width` columns are filled.

    Raises RuhuError when the row below it looks like a sample person.
    """
    prepared = [first_row] if first_row in rows.by_number else []
    first = _inside(rows.cells(first_row), width)
    styled = sum(1 for cell in first if cell.style not in ("", "0"))
    before, number = first, first_row + 1
    while prepared and number in rows.by_number:
        same = rows.looks(number) == rows.looks(number - 1) and not rows.holds(number)
        if not same or number == first_row + 1:
            cells = _inside(rows.cells(number), width)
            like = sum(1 for cell in cells if cell.style not in ("", "0"))
            if not styled or like * 2 < styled or not _is_prepared(cells, number, (first, before), first_row):
                break
            before = cells
        prepared.append(number)
        number += 1
    ends = prepared[-1] if prepared else first_row
    following = next((one for one in rows.by_number if one > ends and _own_content(rows, one, width)), None)
    beside = (one for one in rows.by_number if ends < one < (following or LAST_ROW) and rows.holds(one))
    ends = max(ends, *beside, 0)  # a list of codes right of the data is not torn apart
    if following is not None:
        _refuse_sample(_inside(rows.cells(following), width), following, width, text_of, place)
        if len(prepared) < 2:
            ends = max(ends, following - 2)  # one blank row stays between
    return DataArea(tuple(prepared), ends)


def _inside(cells: list[Cell], width: int) -> list[Cell]:
    return [cell for cell in cells if cell.column < width]


def _own_content(rows: TemplateRows, number: int, width: int) -> bool:
    return rows.holds(number) and any(cell.value or cell.formula for cell in _inside(rows.cells(number), width))


def _is_prepared(cells: list[Cell], number: int, like: tuple[list[Cell], list[Cell]], first_row: int) -> bool:
    values = [cell for cell in cells if cell.value]
    if len(values) > 1 or any(cell.value != "number" for cell in values):
        return False
    return all(_of_its_row(cell, number, like, first_row) for cell in cells if cell.formula)


def _of_its_row(cell: Cell, number: int, like: tuple[list[Cell], list[Cell]], first_row: int) -> bool:
    """Whether a formula is about its own row (or counts on from the one above), or is that of the row before."""
    assert cell.formula is not None
    for row, cells in zip((first_row, number - 1), like, strict=True):
        for other in cells:
            if other.column == cell.column and other.formula and shifted(other.formula, number - row) == cell.formula:
                return True
    named = (one for one in references(cell.formula) if one.sheet == "" and not all(one.fixed))
    return all(number - 1 <= one.rows[0] and one.rows[1] <= number for one in named)


def _refuse_sample(cells: list[Cell], number: int, width: int, text_of: TextOf, place: Place) -> None:
    """A second sample person would go into the upload; whether a row is one can't always be told, so it is asked."""
    values = [cell for cell in cells if cell.value]
    texts = [text_of(cell) for cell in values if cell.value == "text"]
    if len(values) >= max(_SAMPLE_CELLS, width // 2) and not any(_INTRODUCES.search(text) for text in texts):
        raise RuhuError(
            "template_sample",
            _("数据区下面紧接着有一行填了内容，分不清是样例还是说明"),
            _("样例行请在模板里删去，再认一次模板"),
            Place(file=place.file, sheet=place.sheet, row=number),
        )
