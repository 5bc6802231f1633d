"""The findings workbook (疑点清册): the result of a cross-check to read, to answer in, and to read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from audit.findings import CrossCheck
from casebook.language import _
from exports.findings_layout import (
    SECTION,
    findings_book,
    findings_sheet,
    out_of_scope_sheet,
    overview_sheet,
    sheet_names,
    unread_sheet,
)
from exports.findings_overview import overview_rows
from exports.findings_rows import by_township, finding_rows, out_of_scope_rows, unread_rows
from exports.given_answers import NOTHING_GIVEN, Given
from exports.layout import SheetLayout
from exports.page_breaks import breaks_before
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows, stamp
from exports.template import build_template

MOST_TOWNSHIP_SHEETS = 30
"""With more townships all findings share one sheet."""


def write_findings(
    result: CrossCheck, path: Path, answers: Mapping[str, Given] = NOTHING_GIVEN, anchor: str = ""
) -> None:
    """Write the workbook to `path`, whole or not at all. It holds whole names and numbers and says so. `answers`, by
    the keys of findings, stand in the columns to answer in; `anchor` is a line at the foot of each page.

    The same result gives the same bytes. Raises RuhuError when the place can't be written.
    """
    from casebook.store.platform import write_atomically

    filled = findings_sheets(result, answers)
    template = build_template(findings_book((sheet for sheet, _rows in filled), anchor))
    rows = {sheet.name: SheetRows(sheet.first_row, rows, _new_pages(sheet, rows)) for sheet, rows in filled}

    def write(out: IO[bytes]) -> None:
        stamp(template, rows, out)

    write_atomically(path, write)


def _new_pages(sheet: SheetLayout, rows: list[StampedRow]) -> list[int]:
    """The sheet rows of the overview that begin a new page; other sheets repeat their header on every page."""
    if not sheet.scale:
        return []
    headings = {index for index, row in enumerate(rows) if row.pattern == SECTION}
    return [sheet.first_row + index for index in breaks_before(rows, sheet.scale, headings)]


def findings_sheets(
    result: CrossCheck, answers: Mapping[str, Given] = NOTHING_GIVEN
) -> list[tuple[SheetLayout, list[StampedRow]]]:
    """Every sheet with its rows: the overview, the findings by township, rows out of scope, rows not read."""
    townships = by_township(result.findings, (result.roster.table, result.registry.table))
    first, outside, unread = _("总览"), _("范围外"), _("未读入的行")
    together = len(townships) > MOST_TOWNSHIP_SHEETS
    taken = (first, outside, unread)
    if together:
        name = sheet_names([_("疑点")], taken)[0]
        groups = {name: [finding for findings in townships.values() for finding in findings]}
        sheets = {township: township or _("未写乡镇") for township in townships}
    else:
        names = sheet_names(townships, taken)
        groups = dict(zip(names, townships.values(), strict=True))
        sheets = dict(zip(townships, names, strict=True))

    overview = overview_sheet(first)
    filled = [(overview, overview_rows(result, overview.columns, townships, sheets))]
    for name, findings in groups.items():
        sheet = findings_sheet(name, with_township=together)
        filled.append((sheet, finding_rows(findings, result, sheet.columns, together, answers)))
    sheet = out_of_scope_sheet(outside)
    filled.append((sheet, out_of_scope_rows(result, sheet.columns)))
    sheet = unread_sheet(unread)
    filled.append((sheet, unread_rows(result, sheet.columns)))
    return filled
