"""Reading .xlsx, .xlsb, .xls and .ods, in the child process: python-calamine, and openpyxl for very long sheets."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from casebook.tables.cells import Cells, plain_rows
from casebook.tables.guard import SheetFacts, check_archive, ods_merges, scan_sheet, sheet_parts
from casebook.tables.sniff import Refused

LONG_SHEET = 8_000_000
"""Cells (last row × columns) from which a sheet is streamed, 300,000 rows of 26 columns.

calamine holds a sheet and the empty cells between its values in memory: about 115 bytes a cell, 24 an empty one.
"""

BATCH = 2_000

Send = Callable[..., None]

CHINESE_DATES = (*range(27, 32), 36, *range(50, 55), 57, 58)
CHINESE_TIMES = (*range(32, 36), 55, 56)
"""Built-in number formats of Chinese spreadsheets (ECMA-376 part 1, 18.8.30) that openpyxl does not know."""


def read_workbook(file: BinaryIO, kind: str, send: Send) -> None:
    """Send every visible sheet, row by row. Raises `Refused`; calamine's and zipfile's errors pass through."""
    facts: dict[str, SheetFacts] = {}
    if kind in ("xlsx", "xlsb", "ods"):
        with zipfile.ZipFile(file) as archive:
            check_archive(archive)
            if kind == "xlsx":
                facts = _scan(archive)
            elif kind == "ods":
                facts = {name: SheetFacts(merged=merged) for name, merged in ods_merges(archive).items()}
        file.seek(0)
    if any(found.last_row * found.last_column > LONG_SHEET for found in facts.values()):
        _read_long(file, facts, send)
    else:
        _read_whole(file, kind, facts, send)


def _scan(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    members = set(archive.namelist())
    facts = {}
    for name, part in sheet_parts(archive):
        if part in members and "/worksheets/" in part:
            with archive.open(part) as stream:
                facts[name] = scan_sheet(stream)
    return facts


def _read_whole(file: BinaryIO, kind: str, facts: dict[str, SheetFacts], send: Send) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(file)
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            send("left_out", metadata.name, "no_cells")
        elif metadata.visible != SheetVisibleEnum.Visible:
            send("left_out", metadata.name, "hidden")
        else:
            sheet = workbook.get_sheet_by_name(metadata.name)
            start = sheet.start or (0, 0)
            found = facts.get(metadata.name, SheetFacts())
            last = max(sheet.end[0] + 1 if sheet.end else 0, max((r for r, _ in found.errors), default=0))
            if kind == "xls":
                found.merged += [(a[0] + 1, b[0] + 1, a[1]) for a, b in sheet.merged_cell_ranges or () if a[0] != b[0]]
            send("sheet", metadata.name, last, _counts(found), found.merged)
            _send_rows(_filled(sheet.iter_rows(), last), start[1], found, send)
            send("end_sheet")
            del sheet


def _filled(rows: Iterable[Any], last: int) -> Iterator[Any]:
    """Rows, followed by empty ones up to row `last` (rows of error cells alone are missing in calamine)."""
    return itertools.islice(itertools.chain(rows, itertools.repeat(())), last)


def _read_long(file: BinaryIO, facts: dict[str, SheetFacts], send: Send) -> None:
    import openpyxl
    from openpyxl.styles import numbers

    for number in CHINESE_DATES:
        numbers.BUILTIN_FORMATS[number] = "yyyy-mm-dd"
    for number in CHINESE_TIMES:
        numbers.BUILTIN_FORMATS[number] = "h:mm:ss"
    workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
    charts = {sheet.title for sheet in workbook.chartsheets}
    for name in workbook.sheetnames:
        if name in charts:
            send("left_out", name, "no_cells")
            continue
        sheet = workbook[name]
        if sheet.sheet_state != "visible":
            send("left_out", name, "hidden")
            continue
        sheet.reset_dimensions()
        found = facts.get(name, SheetFacts())
        send("sheet", name, found.last_row, _counts(found), found.merged)
        rows = itertools.islice(sheet.iter_rows(values_only=True), found.last_row)
        _send_rows(rows, 0, SheetFacts(), send)
        send("end_sheet")


def _counts(facts: SheetFacts) -> dict[str, int]:
    counts = {"formulas": facts.formulas, "hidden_rows": facts.hidden_rows, "blank_rows": facts.blank_rows}
    if facts.dimension_row is not None and facts.dimension_row < facts.last_row:
        counts["dimension"] = facts.last_row
    return {code: count for code, count in counts.items() if count}


def _send_rows(rows: Iterable[Any], pad: int, facts: SheetFacts, send: Send) -> None:
    errors: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in facts.errors.items():
        errors.setdefault(row, []).append((column, text))
    number = 1
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH)):
        plain = plain_rows(batch, pad)
        if errors:
            for index in range(len(plain)):
                if number + index in errors:
                    plain[index] = _with_errors(plain[index], errors[number + index])
        send("rows", number, plain)
        number += len(batch)


def _with_errors(row: Cells, errors: list[tuple[int, str]]) -> Cells:
    """A row with its error values (`#N/A`) put back: calamine hands them out as empty cells."""
    cells = list(row)
    for column, text in errors:
        cells += [None] * (column + 1 - len(cells))
        cells[column] = text
    return tuple(cells)


def decrypted(file: BinaryIO, password: str) -> BinaryIO:
    """The workbook inside an encrypted one, in memory. Raises `Refused` for a wrong password or damaged content."""
    import io

    import msoffcrypto
    from msoffcrypto import exceptions

    file.seek(0)
    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(file)
        if office.format == "ooxml":
            office.load_key(password=password, verify_password=True)
            office.decrypt(plain, verify_integrity=True)
        else:
            office.load_key(password=password)
            office.decrypt(plain)
    except (exceptions.InvalidKeyError, exceptions.DecryptionError) as error:
        raise Refused("wrong_password") from error
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("damaged") from error
    plain.seek(0)
    return plain
