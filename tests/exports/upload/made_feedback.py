"""Files as a province sends them back, and a batch that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from casebook.store.casebook import Casebook
from casebook.store.views import contents, rebuild
from exports.formats.format import Format, LoadedFormat, Repeat
from exports.formats.load import parse_format
from exports.formats.write import format_text
from exports.upload.batches import BatchRow, batch_files, batch_rows
from exports.upload.prepare import prepare
from exports.upload.writing import write_batch
from tests.exports.upload.made_passed import COLUMNS, column, small_format
from tui.all_views import VIEWS

WIDE = small_format(
    header_rows=(2, 3),
    first_row=4,
    columns=(
        *(replace(one, write="code") if one.field == "person.sex" else one for one in COLUMNS),
        *(
            column(10 + 2 * (n - 1) + at, f"疾病{n}/{header}", field, nth=n)
            for n in (1, 2)
            for at, (header, field) in enumerate((("疾病代码", "disease.code"), ("确诊时间", "disease.date")))
        ),
    ),
    repeats=(Repeat("disease", "columns", 2),),
)
"""The small format with two diseases under grouped headers."""


def whole(format: Format | None = None) -> LoadedFormat:
    """A format with the text that it is read from again."""
    return parse_format(format_text(format or WIDE), b"", "small.toml", "casebook")


def sent(book: Casebook, folder: Path, format: Format | None = None) -> BatchRow:
    """Everyone who can go handed in."""
    return write_batch(book, prepare(book, whole(format)), folder)


def people(book: Casebook, batch: BatchRow) -> dict[str, Any]:
    """The rows of a batch by name."""
    return {row.name: row for row in batch_rows(book, batch.id)}


def error_file(path: Path, header: Sequence[str], *lines: Sequence[object], title: str = "数据校验错误清单") -> Path:
    book = Workbook()
    sheet: Any = book.active
    sheet.append([title])
    sheet.append(list(header))
    for line in lines:
        sheet.append(list(line))
    book.save(path)
    return path


def our_copy(book: Casebook, batch: BatchRow, path: Path, said: dict[str, str], before: int = 0) -> Path:
    """The first workbook of a batch with a column 错误说明 behind, and one put before the others where `before`."""
    copy = load_workbook(BytesIO(batch_files(book, batch.id)[0][1]))
    sheet: Any = copy["表"]
    if before:
        sheet.insert_cols(1, before)
    last = sheet.max_column + 1
    sheet.cell(3, last, "错误说明")
    for row in sheet.iter_rows(min_row=4):
        name = next((cell.value for cell in row if cell.value in said), None)
        if name is not None:
            sheet.cell(row[0].row, last, said[name])
    copy.save(path)
    return path


def rebuilt(book: Casebook, arrivals: Sequence[int] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Every view made anew, in another order of the facts; the views stay as they were."""
    book.connection.execute("BEGIN IMMEDIATE")
    try:
        rebuild(book.connection, VIEWS, arrivals)
        return contents(book.connection, VIEWS)
    finally:
        book.connection.execute("ROLLBACK")
