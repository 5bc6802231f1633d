"""Sheets of a workbook that lists something: the first says what it is, the others are a table each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from casebook.language import _
from exports.layout import COUNT, TEXT, ColumnLayout, Look, SheetLayout
from exports.row_height import row_height
from exports.sheet_xml import CellValue, StampedRow
from exports.stamping import SheetRows
from exports.visit_workbook import Sheet

SMALL = Look(wrap=False, size=9)
"""Of ids and digests."""

MOMENT = Look(wrap=False, align="center")


def about_sheet(title: str, about: Iterable[tuple[str, str]]) -> Sheet:
    """说明: the title, below it (name, text) pairs."""
    columns = (ColumnLayout("", 26, Look(bold=True)), ColumnLayout("", 72))
    head = (Look(bold=True, size=16, border=False, wrap=False),) * 2
    looks = tuple(column.look for column in columns)
    layout = SheetLayout(_("说明"), columns, (looks, head), header=False, landscape=False)
    rows = [StampedRow((title, ""), 1, 30.0)]
    rows += [StampedRow(pair, height=row_height(pair, columns)) for pair in about]
    return layout, SheetRows(1, rows)


def access_sheet(accesses: Sequence[Sequence[CellValue]]) -> Sheet:
    """查阅记录: number, when, who, what, whose."""
    columns = (
        ColumnLayout(_("序号"), 8, COUNT),
        ColumnLayout(_("时间"), 21, MOMENT),
        ColumnLayout(_("经手人"), 14, TEXT),
        ColumnLayout(_("做了什么"), 18, TEXT),
        ColumnLayout(_("对象"), 60, TEXT),
    )
    return list_sheet(_("查阅记录"), columns, accesses, "C2")


def list_sheet(
    name: str,
    columns: tuple[ColumnLayout, ...],
    rows: Sequence[Sequence[CellValue]],
    frozen: str,
    paper: Literal["A3", "A4"] = "A4",
) -> Sheet:
    """A header and rows that can be filtered; `frozen` is the first cell that scrolls."""
    looks = tuple(column.look for column in columns)
    layout = SheetLayout(name, columns, (looks,), frozen=frozen, filtered=True, paper=paper)
    return layout, SheetRows(2, [StampedRow(row, height=row_height(row, columns)) for row in rows])
