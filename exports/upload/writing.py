"""A batch written (写出批次): workbooks made, the batch's fact stored, then the files put where the user wants them.

In this order: whatever is killed when, the fact is whole or absent, no half file stands under its final name, and
what the fact holds can be handed out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection
from exports.formats.format import Format
from exports.layout import ColumnLayout
from exports.page_anchor import foot_line, page_line
from exports.row_height import row_height
from exports.sheet_xml import CellValue, StampedRow
from exports.stamping import SheetRows, stamp
from exports.upload.batches import (
    BatchRow,
    SentRow,
    VisitSent,
    WrittenFile,
    append_batch,
    batches,
    chain_head,
    next_number,
)
from exports.upload.checks_row import cell_text, columns_of
from exports.upload.file_names import LEFT_OUT
from exports.upload.file_plan import PlannedFile
from exports.upload.left_out import left_out_workbook, replaceable
from exports.upload.placing import check_room, place_files
from exports.upload.prepare import Prepared
from exports.upload.rows import SERIAL
from exports.upload.since import digests

if TYPE_CHECKING:
    from exports.upload.rows import UploadRow

_ONE_LINE = row_height((), ())
"""The height of a row without a text that is broken: it stays as high as the blank's."""
_NO_MATTER = ("answer", "assignment", "visit", "form", "format", "account", "anchor")
"""Kinds of fact that change nothing about who is handed in with what."""
_TRIES = 3


def write_batch(book: Casebook, prepared: Prepared, folder: Path, progress: Progress | None = None) -> BatchRow:
    """Write what was prepared into a folder, as a batch of the casebook.

    Raises RuhuError before anything is written: (usage) nothing to go, another file under one of the names; (check)
    the casebook has changed since, prepare again; (locked); (unusable) the folder. When the files cannot be put there
    after the batch is stored, the error says how to get them.
    """
    from casebook.store.access import exported
    from casebook.store.anchor import anchor_line

    if not prepared.rows:
        raise RuhuError("nothing_to_send", _("没有可以上报的行"), _("先看哪些在等、哪些有错"), category="check")
    names = [file.name for file in prepared.files]
    check_room(folder, [], replaceable)
    exported(book, "batch", [name for name in names if name != LEFT_OUT])
    if prepared.left_out:
        exported(book, "left_out", [LEFT_OUT])
    for attempt in range(_TRIES):
        anchor, number, head = anchor_line(book), next_number(book), chain_head(book)
        files = list(_workbooks(prepared, number, page_line(anchor), progress))
        named = [(file.name, file.content) for file in files]
        check_room(folder, named, replaceable)
        with book.writing() as writing:
            _refuse_stale(writing.connection, prepared)
            if (number, head) == (next_number(book), chain_head(book)) or attempt == _TRIES - 1:
                identity = append_batch(
                    writing,
                    number=number,
                    loaded=prepared.loaded,
                    files=files,
                    rows=sent_of(prepared),
                    visits=[VisitSent(*visit, keys) for visit, keys in prepared.complete.items()],
                    left_out=len(prepared.left_out),
                    included=prepared.included,
                    head=head,
                )
                break
    _place(folder, named, number)
    return next(one for one in batches(book) if one.id == identity)


def write_left_out(book: Casebook, prepared: Prepared, folder: Path) -> Path:
    """Where nobody can go: 未上报.xlsx alone, without a batch. Raises RuhuError about the folder."""
    from casebook.store.access import exported

    exported(book, "left_out", [LEFT_OUT])
    named = [(LEFT_OUT, left_out_workbook(prepared, foot_line(book)))]
    return place_files(folder, named, replaceable)[0]


def _refuse_stale(connection: Connection, prepared: Prepared) -> None:
    """Raise RuhuError (check) when anything that matters was written since the rows were prepared."""
    marks = ", ".join("?" * len(_NO_MATTER))
    newer = connection.execute(
        f"SELECT kind FROM envelope WHERE arrival > ? AND kind NOT IN ({marks}) LIMIT 1",
        (prepared.through, *_NO_MATTER),
    ).fetchone()
    if newer is None:
        return
    what = _("检查以后案卷又变了，没有写出")
    if newer[0] == "batch":
        what = _("检查以后别处刚写出了一批，没有再写")
    raise RuhuError("changed_meanwhile", what, _("请再检查、写出一次"), category="check")


def _workbooks(prepared: Prepared, number: int, anchor: str, progress: Progress | None) -> Iterator[WrittenFile]:
    """The workbooks of the batch, those for the province first. `anchor` stands at the foot of their pages."""
    for n, file in enumerate(prepared.files):
        report(progress, _("写工作簿"), n, len(prepared.files))
        yield WrittenFile(file.name, upload_workbook(prepared, file, number, anchor), len(file.rows))
    if prepared.left_out:
        rows = sum(len(one.rows) for one in prepared.left_out)
        yield WrittenFile(LEFT_OUT, left_out_workbook(prepared, anchor), rows, upload=False)


def upload_workbook(prepared: Prepared, file: PlannedFile, number: int, anchor: str) -> bytes:
    """The bytes of one file: the province's template, or a blank of ours with titles and foot, and the rows."""
    from exports.formats.blank import blank_layout, blank_workbook, with_titles

    format, template = prepared.loaded.format, prepared.loaded.template
    columns: tuple[ColumnLayout, ...] = ()
    if not template:
        titled, foot = with_titles(format, title_values(file)), page_foot(number, anchor)
        template = blank_workbook(titled, foot)
        columns = blank_layout(titled, foot).sheets[0].columns
    out = BytesIO()
    rows = SheetRows(format.first_row, StampedRows(format, file.rows, columns), below="kept")
    stamp(template, {format.sheet: rows}, out)
    return out.getvalue()


def title_values(file: PlannedFile) -> dict[str, str]:
    """What the title rows are filled in with: the date as it is read."""
    day = file.values["date"]
    written = _("{year}年{month}月{day}日").format(year=day[:4], month=int(day[4:6]), day=int(day[6:]))
    return {**file.values, "date": written}


def page_foot(number: int, anchor: str) -> tuple[str, str, str]:
    """What stands at the foot of each page: the batch and the anchor of the casebook before it, which
    `ruhu log verify --anchor` takes; the sheet; the page."""
    left = _("第 {number} 批").format(number=number)
    return f"{left}\n{anchor}", "&A", _("第 &P 页，共 &N 页")


@dataclass(frozen=True, slots=True)
class StampedRows(Sequence[StampedRow]):
    """The rows of a file as cells by sheet column, made one by one: a county's would fill the memory. They are as high
    as their texts need in `columns`; without any, in a given template, as high as its own row."""

    format: Format
    rows: Sequence[UploadRow]
    columns: Sequence[ColumnLayout] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> StampedRow:  # type: ignore[override]
        cells = row_cells(self.format, self.rows[index], index + 1)
        height = row_height(cells, self.columns) if self.columns else 0.0
        return StampedRow(cells, height=height if height > _ONE_LINE else None)


def row_cells(format: Format, row: UploadRow, serial: int) -> list[CellValue]:
    """The cells of a row by sheet column from A: None leaves what the template has, '' makes a cell blank."""
    cells: list[CellValue] = [None] * (max(column.column for column in format.columns) + 1)
    for column, cell in zip(format.columns, row.cells, strict=True):
        if column.field == SERIAL:
            cells[column.column] = serial if column.cell == "number" else str(serial)
        elif cell is not None:
            cells[column.column] = cell
        elif column.field:
            cells[column.column] = ""
    return cells


def sent_of(prepared: Prepared) -> list[SentRow]:
    """The rows as the batch keeps them: which file and row, who, and by what the province may name them."""
    format = prepared.loaded.format
    columns = columns_of(format)
    told = digests(prepared.rows)

    def cell(row: UploadRow, field: str) -> str:
        place = columns.at.get((field, 0))
        return "" if place is None else cell_text(row.cells[place])

    return [
        SentRow(
            file=n,
            sheet_row=format.first_row + at,
            key=row.key,
            person=row.record.person,
            people=row.record.people,
            visit=row.record.visit,
            submission=row.record.submission,
            digest=told[row.key],
            name=cell(row, "person.name") or row.record.name,
            number=cell(row, "person.id_number"),
            code=cell(row, "person.code"),
        )
        for n, file in enumerate(prepared.files)
        for at, row in enumerate(file.rows)
    ]


def _place(folder: Path, named: Sequence[tuple[str, bytes]], number: int) -> None:
    """Put the files of a stored batch into the folder; when that fails now, the batch stands all the same."""
    try:
        place_files(folder, named, replaceable)
    except RuhuError as error:
        remedy = _("第 {number} 批已经记下，文件用 ruhu batch show {number} -o 另一个文件夹 取出").format(number=number)
        raise RuhuError(error.code, error.what, remedy, error.place, error.category) from error
