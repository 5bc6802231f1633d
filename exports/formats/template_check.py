"""Does the province's workbook still look as the format says (模板变没变): sheet, header texts, drop-downs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.table import column_letter
from exports.formats.blank import shown
from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn
from exports.formats.trouble import FormatTrouble, Grade

if TYPE_CHECKING:
    from exports.learning.sheet_reading import RawSheet
    from exports.learning.template_file import TemplateFile

_MARKS = re.compile(r"[\s*＊※★☆_]+")
_TOLD = 40
"""Characters of a template's text that are shown."""


def template_troubles(format: Format, content: bytes) -> Iterator[FormatTrouble]:
    """What in the workbook does not fit the format. Rows of people, if it has any, are not looked at."""
    from exports.learning.template_file import read_template

    try:
        template = read_template(format.template, content)
    except RuhuError as error:
        yield FormatTrouble(error.code, "error", error.what, error.remedy, error.place)
        return
    sheet = template.sheet(format.sheet)
    if sheet is None:
        what = _("模板里没有工作表「{sheet}」").format(sheet=format.sheet)
        names = _("、").join(one.name for one in template.sheets)
        remedy = _("改 sheet；模板里有：{names}").format(names=names)
        yield FormatTrouble("template_sheet", "error", what, remedy, Place(format.template))
        return
    yield from _headers(format, sheet)
    for column in format.columns:
        yield from _drop_down(format, column, sheet, template)


def _headers(format: Format, sheet: RawSheet) -> Iterator[FormatTrouble]:
    first, last = format.header_rows
    texts = _header_texts(sheet, first, last)
    for column in format.columns:
        there = texts.get(column.column, ())
        wanted = [_plain(text) for text in column.header if text]
        if all(any(text in other for other in map(_plain, there)) for text in wanted) and (wanted or not there):
            continue
        told = "/".join(there)[:_TOLD]
        what = _("模板这一列的表头是「{told}」").format(told=told) if there else _("模板这一列没有表头")
        remedy = _("表头变了：改这一列，或用 ruhu formats learn 再认一遍")
        yield _trouble(format, column, "header_changed", "error", what, remedy)
    known = {column.column for column in format.columns}
    for index in sorted(set(texts) - known):
        told = "/".join(texts[index])[:_TOLD]
        what = _("模板第 {column} 列「{told}」，格式里没有写").format(column=column_letter(index), told=told)
        remedy = _("不填就不用管；要填就加一个 [[column]]")
        yield FormatTrouble("column_unknown", "notice", what, remedy, Place(format.template, format.sheet))


def _header_texts(sheet: RawSheet, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """The texts above each column within the header, a merged one over all its columns."""
    cells = {place: str(value) for place, value in sheet.cells.items() if first <= place[0] <= last}
    for top, left, bottom, right in sheet.merged:
        text = cells.get((top, left), "")
        if text and first <= top <= last and right - left < 1024:
            for row in range(top, min(bottom, last) + 1):
                cells |= {(row, column): text for column in range(left, right + 1)}
    found: dict[int, tuple[str, ...]] = {}
    for _row, column in sorted(cells):
        text = " ".join(cells[_row, column].split())
        if text and text not in found.get(column, ()):
            found[column] = (*found.get(column, ()), text)
    return found


def _drop_down(
    format: Format, column: FormatColumn, sheet: RawSheet, template: TemplateFile
) -> Iterator[FormatTrouble]:
    """What the column would write, and the template's own list does not have."""
    from exports.learning.options import MOST_OPTIONS, options_of

    field = upload_fields().get(column.field)
    if not column.values or field is None or field.kind == "codes":
        return
    options = {_plain(option) for option in options_of(template, sheet, column.column, format.first_row)}
    missing = [text for pair in column.values if (text := shown(pair, column.write)) and _plain(text) not in options]
    if missing and 0 < len(options) < MOST_OPTIONS:  # of a longer list not all was read
        what = _("模板的下拉列表里没有「{value}」").format(value=_("、").join(missing[:5]))
        remedy = _("改 values 或 write，和下拉列表写得一样")
        yield _trouble(format, column, "not_in_list", "error", what, remedy)


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))


def _trouble(format: Format, column: FormatColumn, code: str, grade: Grade, what: str, remedy: str) -> FormatTrouble:
    where = f"{column_letter(column.column)} {column.title}".strip()
    return FormatTrouble(code, grade, what, remedy, Place(format.template, format.sheet, column=where))
