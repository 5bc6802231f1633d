"""Who stays out (未上报.xlsx): the rows as they would have gone, each with what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from math import ceil
from pathlib import Path
from zipfile import ZipFile

from casebook.language import N_, _, in_all_languages
from casebook.tables.zip_errors import ZIP_ERRORS
from exports.layout import CENTERED, COUNT, TEXT, ColumnLayout, Look, SheetLayout
from exports.row_height import row_height, width_of
from exports.sheet_xml import CellValue, StampedRow
from exports.stamping import SheetRows
from exports.upload.checks_row import cell_text
from exports.upload.file_names import LEFT_OUT
from exports.upload.prepare import LeftOut, Prepared
from exports.upload.summary import headers_of, summary
from exports.visit_workbook import Sheet, made_here, workbook_writer
from survey_forms.visits.visit_list import HANDLE

TITLE = N_("未上报的行和原因")
_WRONG = Look(fill="FCE4D6", wrap=True)
_AS_TYPED = Look(number="@")
_UNTOUCHED = b"1980-01-01T00:00:00Z"
_WIDEST, _NARROWEST = 24.0, 5.0


def left_out_workbook(prepared: Prepared, anchor: str = "") -> bytes:
    """The workbook, `anchor` a line at the foot of its pages; the same rows give the same bytes."""
    out = BytesIO()
    foot = _("含完整姓名和证件号，注意保密") + (f"\n{anchor}" if anchor else "")
    workbook_writer(_(TITLE), [_rows_sheet(prepared), _summary_sheet(prepared)], foot)(out)
    return out.getvalue()


def replaceable(path: Path) -> bool:
    """Whether a file is such a list, as it was written: nobody has worked in it, so a newer one may take its place."""
    if path.name != LEFT_OUT or not made_here(path, in_all_languages(TITLE)):
        return False
    try:
        with ZipFile(path) as book:
            return book.read("docProps/core.xml").count(_UNTOUCHED) > 1
    except ZIP_ERRORS:
        return False


def _rows_sheet(prepared: Prepared) -> Sheet:
    """What is wrong first, for the rows are wider than any screen."""
    format = prepared.loaded.format
    columns = sorted(format.columns, key=lambda column: column.column)
    places = [format.columns.index(column) for column in columns]
    rows = [
        StampedRow([*told, *(cell_text(row.cells[place]) for place in places)])
        for left in prepared.left_out
        for row, told in zip(left.rows, _told(left, prepared), strict=True)
    ]
    titles = (
        ColumnLayout(_("入户编号"), 9, CENTERED),
        ColumnLayout(_("第几人"), 7, CENTERED),
        ColumnLayout(_("错误说明"), 44, _WRONG),
        ColumnLayout(_("怎么改"), 36),
        *(
            ColumnLayout(column.title or " ", _width(column.title, rows, n), _AS_TYPED)
            for n, column in enumerate(columns, 4)
        ),
    )
    layout = SheetLayout(
        _("未上报"), titles, (tuple(one.look for one in titles),), frozen="E2", filtered=True, paper="A3", scale=60,
        repeated_column=1,
    )  # fmt: skip
    return layout, SheetRows(layout.first_row, [_high(row, titles) for row in rows])


def _high(row: StampedRow, columns: Sequence[ColumnLayout]) -> StampedRow:
    return replace(row, height=row_height(row.values, columns))


def _width(title: str, rows: Iterable[StampedRow], place: int) -> float:
    """As wide as the longest value, and the title in two lines, within bounds."""
    longest = max((width_of(str(row.values[place] or "")) for row in rows), default=0)
    return min(max(longest, ceil(width_of(title) / 2) + 1, _NARROWEST), _WIDEST) + 1


def _told(left: LeftOut, prepared: Prepared) -> Iterator[list[CellValue]]:
    """Of each row of a person: the visit, which person of it, what is wrong, what to do; all of it on the first row."""
    headers = headers_of(prepared.loaded.format)
    where: dict[tuple[str, str], dict[str, None]] = {}
    for one in left.problems:
        if one.grade == "error":
            where.setdefault((str(one.what), str(one.remedy)), {})[headers.get(one.column, "")] = None
    whole: list[CellValue] = [
        left.record.visit[:HANDLE],
        left.place,
        _lines([_where(columns) + what for (what, _remedy), columns in where.items()]),
        _lines([remedy for _what, remedy in where]),
    ]
    yield whole
    for _row in left.rows[1:]:
        yield [left.record.visit[:HANDLE], left.place, _("同上"), ""]


def _where(columns: Iterable[str]) -> str:
    """The columns that the same thing is wrong with; nothing where it is the whole row."""
    named = "".join(_("「{header}」").format(header=header) for header in columns if header)
    return _("{columns}：").format(columns=named) if named else ""


def _lines(texts: Sequence[str]) -> str:
    """A line each, numbered where there are several, so that what is wrong stands beside what to do."""
    return texts[0] if len(texts) == 1 else "\n".join(f"{n}. {one}" for n, one in enumerate(texts, 1))


def _summary_sheet(prepared: Prepared) -> Sheet:
    problems = [one for left in prepared.left_out for one in left.problems if one.grade == "error"]
    titles = (
        ColumnLayout(_("问题"), 60),
        ColumnLayout(_("人数"), 10, COUNT),
        ColumnLayout(_("入户数"), 10, COUNT),
        ColumnLayout(_("怎么改"), 60, TEXT),
    )
    rows = [
        StampedRow([group.name, group.people, group.visits, str(group.remedy)])
        for group in summary(problems, prepared.loaded.format)
    ]
    layout = SheetLayout(_("问题汇总"), titles, (tuple(one.look for one in titles),), frozen="A2", filtered=True)
    return layout, SheetRows(layout.first_row, [_high(row, titles) for row in rows])
