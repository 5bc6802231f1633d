"""An XLSForm's workbook as rows (调查表工作簿), opened only after a look that a hostile file does not survive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from casebook.tables.guard import SMALL, check_archive, scan_sheet, sheet_parts
from casebook.tables.read import check_path
from casebook.tables.refusals import refusal
from casebook.tables.sniff import Refused, sniff
from casebook.tables.zip_errors import ZIP_ERRORS

MAX_FILE = 32 * 1024**2
_A_FORM = N_("请给出 .xlsx 或 .xls 的 XLSForm，或 .xml 的 XForm")
_NO_WORKBOOK = ("is_folder", "is_pdf", "is_image", "is_document", "is_archive", "is_mhtml", "not_a_table", "not_a_file")


@dataclass(frozen=True, slots=True)
class FormBook:
    """The sheets of an XLSForm as pyxform reads them: rows without their header, a dict of header and text each. The
    row at index 0 is row 2 of its sheet, blank rows count."""

    file: str
    sheets: Mapping[str, Any]

    def rows(self, sheet: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The filled rows of a sheet with their 1-based numbers."""
        for number, row in enumerate(self.sheets.get(sheet, []), 2):
            if row:
                yield number, row

    def headers(self, sheet: str) -> tuple[str, ...]:
        return tuple(self.sheets.get(f"{sheet}_header", [{}])[0]) if self.sheets.get(f"{sheet}_header") else ()

    def find(self, sheet: str, column: str, value: str) -> int | None:
        """The first row that has this value in a column, without regard to case."""
        return next(
            (number for number, row in self.rows(sheet) if row.get(column, "").strip().lower() == value.lower()), None
        )


def read_workbook(path: Path) -> FormBook:
    """Read an .xlsx or .xls. Raises RuhuError (unusable) for anything else, and for a file that is not safe to open."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import xls_to_dict, xlsx_to_dict

    kind = _looked_at(path)
    try:
        sheets = xls_to_dict(path) if kind == "xls" else xlsx_to_dict(path)
    except PyXFormError as error:
        if str(error).startswith("Duplicate column header: "):
            column = str(error).partition(": ")[2]
            raise _two_columns(path, column, kind) from error
        raise refusal("damaged", path.name) from error
    except MemoryError:
        raise
    except Exception as error:  # a library's word for a workbook it cannot read
        raise refusal("damaged", path.name) from error
    return FormBook(path.name, sheets)


def _two_columns(path: Path, column: str, kind: str) -> RuhuError:
    what = _("有两列都叫「{column}」").format(column=column)
    sheet = _sheet_with_two(path, column) if kind == "xlsx" else ""
    place = Place(path.name, sheet, 1, column)
    return RuhuError("form_refused", what, _("请删去一列，或改名"), place, "check")


def _sheet_with_two(path: Path, column: str) -> str:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        for sheet in book.worksheets:
            titles = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
            if titles.count(column) > 1:
                return str(sheet.title)
    finally:
        book.close()
    return ""


def _looked_at(path: Path) -> str:
    """xlsx or xls, once the file is known to be safe to open."""
    check_path(path)
    try:
        with path.open("rb") as file:
            kind = sniff(file)
            if kind not in ("xlsx", "xls"):
                raise _other(path.name, kind)
            if path.stat().st_size > MAX_FILE:
                raise _too_big(path.name)
            if kind == "xlsx":
                _guard(file, path.name)
    except Refused as refused:
        raise _refused(refused, path.name) from refused
    except OSError as error:
        raise refusal("read_failed", path.name) from error
    except (*ZIP_ERRORS, SyntaxError) as error:
        raise refusal("damaged", path.name) from error
    return kind


def _guard(file: BinaryIO, name: str) -> None:
    """Refuse a zip bomb, a sheet with cells far out, and more cells than any form has."""
    with zipfile.ZipFile(file) as archive:
        check_archive(archive)
        if sum(member.file_size for member in archive.infolist()) > SMALL:
            raise _too_big(name)
        parts = set(archive.namelist())
        for _sheet, part in sheet_parts(archive):
            if part in parts:
                with archive.open(part) as stream:
                    scan_sheet(stream)


def _refused(refused: Refused, name: str) -> RuhuError:
    """What is no workbook at all, with what a form is in place of what a list is."""
    told = refusal(refused.code, name, refused.params)
    if refused.code not in _NO_WORKBOOK:
        return told
    return RuhuError(told.code, told.what, _(_A_FORM), told.place)


def _other(name: str, kind: str) -> RuhuError:
    if kind == "encrypted":
        return RuhuError("password_needed", _("文件有密码"), _("请用 Excel 或 WPS 去掉密码后再读"), Place(name))
    return RuhuError("not_a_form", _("这不是 XLSForm 工作簿"), _(_A_FORM), Place(name))


def _too_big(name: str) -> RuhuError:
    return RuhuError("form_too_big", _("工作簿太大，不像调查表"), _("请删去与调查表无关的表和图片再试"), Place(name))
