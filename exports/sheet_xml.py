"""One worksheet part of a template, and the rows to write into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.cell_ends import EXACT as EXACT
from exports.cell_ends import CellValue as CellValue
from exports.ranges import LAST_ROW as LAST_ROW
from exports.ranges import extended as extended
from exports.sheet_ranges import NAMES
from exports.template_rows import TemplateRows
from exports.xml_parts import Element, elements

_MAIN = ("row", "sheetData", "dimension", "col")
_MOST_STYLED = 1000
"""Columns of one look that are told apart; a template may format all 16,384."""


@dataclass(frozen=True, slots=True)
class StampedRow:
    """A row to write: its values by sheet column from A, which of the template's pattern rows it looks like
    (0 the first), its height in points (None: the pattern's)."""

    values: Sequence[CellValue]
    pattern: int = 0
    height: float | None = None


@dataclass(frozen=True, slots=True)
class SheetXml:
    """A worksheet part and where its elements stand: its rows, what is below them, the styles of its columns."""

    part: bytes
    data: Element
    rows: TemplateRows
    below: tuple[Element, ...]
    dimension: Element | None
    column_styles: dict[int, str]

    @property
    def prefix(self) -> str:
        return self.data.prefix


def read_sheet(part: bytes, place: Place) -> SheetXml:
    """Find the elements of a worksheet part. Raises RuhuError for another kind of sheet, OddPart for a broken one."""
    found = elements(part, {*_MAIN, *NAMES})
    main = found[0].namespace
    data = next((one for one in found if one.name == "sheetData" and one.namespace == main), None)
    if data is None or found[0].name != "worksheet":
        raise RuhuError(
            "template_form",
            _("模板的工作表不是通常的写法，写不进行"),
            _("用 Excel 或 WPS 打开模板，另存为 .xlsx 再试"),
            place,
        )
    rows = [one for one in found if one.name == "row" and one.parent == "sheetData" and one.namespace == main]
    styles: dict[int, str] = {}
    for one in found:
        if one.name == "col" and one.parent == "cols" and one.attributes.get("style", "0") != "0":
            first, last = int(one.attributes["min"]), int(one.attributes["max"])
            styles |= dict.fromkeys(range(first - 1, min(last, first + _MOST_STYLED)), one.attributes["style"])
    return SheetXml(
        part, data, TemplateRows(part, rows), tuple(one for one in found if one.start >= data.end),
        next((one for one in found if one.name == "dimension"), None), styles,
    )  # fmt: skip
