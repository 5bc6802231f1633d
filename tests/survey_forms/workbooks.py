"""Small XLSForm workbooks for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

Row = Mapping[str, str]
RUHU = 'ruhu="urn:ruhu:forms"'
SETTINGS: Row = {"form_id": "t", "version": "1", "form_title": "试"}


def form(
    path: Path, survey: Sequence[Row], choices: Sequence[Row] = (), settings: Row | None = SETTINGS, **more: str
) -> Path:
    """Write a workbook; headers are the keys of the rows in the order in which they come. The path."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {"survey": survey, "choices": choices, "settings": [{**settings, **more}] if settings is not None else []}
    for name, rows in sheets.items():
        if not rows:
            continue
        headers = list(dict.fromkeys(key for row in rows for key in row))
        sheet = book.create_sheet(name)
        sheet.append(headers)
        for row in rows:
            sheet.append([row.get(header) for header in headers])
    book.save(path)
    return path


def text(name: str, label: str = "问", **more: str) -> Row:
    return {"type": "text", "name": name, "label": label, **more}
