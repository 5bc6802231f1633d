"""Workbooks of the survey: sheets made here, written through a template and stamping, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from casebook.language import _
from exports.findings_layout import sheet_names
from exports.layout import BookLayout, SheetLayout
from exports.shared_strings import LONGEST_TEXT
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows, stamp
from exports.template import build_template

_LONGEST = (LONGEST_TEXT - 200) // 2
"""Characters of a text that is written whole, of which each may count twice; the rest is for the note."""

Sheet = tuple[SheetLayout, SheetRows]


def write_workbook(path: Path, title: str, sheets: Sequence[Sheet], foot: str) -> None:
    """Write sheets as a workbook to `path`; the same sheets give the same bytes. Raises RuhuError when it can't be."""
    from casebook.store.platform import write_atomically

    write_atomically(path, workbook_writer(title, sheets, foot))


def workbook_writer(title: str, sheets: Sequence[Sheet], foot: str) -> Callable[[IO[bytes]], None]:
    """What writes these sheets as a workbook to an open file."""
    layout = BookLayout(
        title=title,
        sheets=tuple(layout for layout, _rows in sheets),
        foot_left=foot,
        foot_center="&A",
        foot_right=_("第 &P 页，共 &N 页"),
    )
    template = build_template(layout)
    rows = {layout.name: replace(rows, rows=[_fitting(row) for row in rows.rows]) for layout, rows in sheets}

    def write(out: IO[bytes]) -> None:
        stamp(template, rows, out)

    return write


def _fitting(row: StampedRow) -> StampedRow:
    """The row with its texts cut to what a cell holds, each cut one saying so: one remark of a whole book must not keep
    a county's answers from being written."""
    if all(not isinstance(value, str) or len(value) <= _LONGEST for value in row.values):
        return row
    return replace(row, values=[_cut(value) if isinstance(value, str) else value for value in row.values])


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST] + _("……（全文 {count} 字，单元格放不下，见案卷）").format(count=f"{len(text):,}")


def sheet_titles(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Sheet names that Excel takes, no two alike."""
    return sheet_names([text or _("未写") for text in wanted], taken)


def made_here(path: Path, titles: Iterable[str]) -> bool:
    """Whether a file is a workbook that this program wrote under one of these titles."""
    from xml.etree import ElementTree
    from zipfile import ZipFile

    from casebook.tables.zip_errors import ZIP_ERRORS

    try:
        with ZipFile(path) as book:
            told = {one.tag.rpartition("}")[2]: one.text for one in ElementTree.fromstring(book.read(_PROPERTIES))}
    except (*ZIP_ERRORS, ElementTree.ParseError):
        return False
    return told.get("creator") == "ruhu" and told.get("title") in set(titles)


_PROPERTIES = "docProps/core.xml"
