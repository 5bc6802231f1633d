"""Workbooks of the survey: sheets made here, written through a template and stamping, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from casebook.language import _
from exports.findings_layout import sheet_names
from exports.layout import BookLayout, SheetLayout
from exports.stamping import SheetRows, stamp
from exports.template import build_template

Sheet = tuple[SheetLayout, SheetRows]


def write_workbook(path: Path, title: str, sheets: Sequence[Sheet], foot: str) -> None:
    """Write sheets as a workbook to `path`; the same sheets give the same bytes. Raises RuhuError when it can't be."""
    from casebook.store.platform import write_atomically

    layout = BookLayout(
        title=title,
        sheets=tuple(layout for layout, _rows in sheets),
        foot_left=foot,
        foot_center="&A",
        foot_right=_("第 &P 页，共 &N 页"),
    )
    template = build_template(layout)
    rows = {layout.name: rows for layout, rows in sheets}

    def write(out: IO[bytes]) -> None:
        stamp(template, rows, out)

    write_atomically(path, write)


def sheet_titles(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Sheet names that Excel takes, no two alike."""
    return sheet_names([text or _("未写") for text in wanted], taken)


def made_here(path: Path, titles: Iterable[str]) -> bool:
    """Whether a file is a workbook that this program wrote under one of these titles."""
    from xml.etree import ElementTree
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as book:
            told = {one.tag.rpartition("}")[2]: one.text for one in ElementTree.fromstring(book.read(_PROPERTIES))}
    except (BadZipFile, KeyError, OSError, ElementTree.ParseError):
        return False
    return told.get("creator") == "ruhu" and told.get("title") in set(titles)


_PROPERTIES = "docProps/core.xml"
