"""A blank workbook from layout data, by openpyxl: the same layout gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from casebook.tables.table import column_letter
from exports.choice_lists import RULE_TEXT, RULE_TITLE, ChoiceLists
from exports.layout import FONT, FONT_SIZE, BookLayout, HeadCell, Look, SheetLayout
from exports.saved_in_memory import saved_in_memory
from exports.stamping import EPOCH

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_PAPER = {"A3": 8, "A4": 9}
_INCHES, _FOOT = 0.4, 0.3
PAPER_MARGIN = 0.7
"""Inches above and below what stands on a page that has a text at its head and at its foot."""
_PAGE_TEXTS = re.compile(rb"<headerFooter>.*</headerFooter>", re.DOTALL)
_STAMPED_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def build_template(book: BookLayout) -> bytes:
    """An .xlsx of headers and, below each, one blank row per pattern of the sheet."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator = "ruhu"
    workbook.properties.title = book.title
    # The first font is that of the style Normal, by which column widths are measured.
    workbook._fonts[0] = Font(name=FONT, sz=FONT_SIZE, family=3, charset=134)
    workbook._named_styles["Normal"].font = workbook._fonts[0]
    looks = _Looks()
    lists = ChoiceLists(workbook, book.codes_sheet)
    for sheet in book.sheets:
        _add_sheet(workbook, sheet, book, looks, lists)
    lists.add_sheet()
    return _mended(saved_in_memory(workbook))


class _Looks:
    """Each look is turned into openpyxl's styles once; further cells share the result."""

    def __init__(self) -> None:
        self._styles: dict[Look, Any] = {}

    def apply(self, cell: Any, look: Look) -> None:
        style = self._styles.get(look)
        if style is not None:
            cell._style = style
            return
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell.font = Font(name=FONT, sz=look.size, family=3, charset=134, b=look.bold, color=look.color)
        cell.alignment = Alignment(horizontal=look.align, vertical="center", wrap_text=look.wrap)
        cell.number_format = look.number
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if look.border:
            line = Side(style="thin", color=look.line)
            cell.border = Border(left=line, right=line, top=line, bottom=line)
        self._styles[look] = cell._style


def _add_sheet(workbook: Workbook, sheet: SheetLayout, book: BookLayout, looks: _Looks, lists: ChoiceLists) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    page = workbook.create_sheet(sheet.name)
    for index, column in enumerate(sheet.columns):
        letter = column_letter(index)
        page.column_dimensions[letter].width = column.width
        page.column_dimensions[letter].hidden = column.hidden
        if sheet.header and not sheet.heads:
            cell = page.cell(1, index + 1, column.title)
            looks.apply(cell, column.header)
        if column.choices:
            validation = DataValidation(
                type="list",
                formula1=lists.formula(column.choices),
                allow_blank=True,
                showErrorMessage=True,
                errorTitle=column.title[:RULE_TITLE],
                error=book.wrong_choice,
            )
            if column.hint:
                validation.showInputMessage = True
                validation.promptTitle, validation.prompt = column.title[:RULE_TITLE], column.hint[:RULE_TEXT]
            validation.add(f"{letter}{sheet.first_row}")
            page.add_data_validation(validation)
    for head in sheet.heads:
        _add_head(page, head, looks)
    for offset, pattern in enumerate(sheet.patterns):
        for index, look in enumerate(pattern):
            looks.apply(page.cell(sheet.first_row + offset, index + 1), look)
    for head in sheet.below:
        _add_head(page, replace(head, row=head.row + sheet.first_row - 1), looks)
    _set_up_view(page, sheet)
    _set_up_print(page, sheet, book)


def _add_head(page: Any, head: HeadCell, looks: _Looks) -> None:
    """A cell with its text, joined with those right and below; each of them has the border."""
    for row in range(head.row, head.row + head.rows):
        for column in range(head.column, head.column + head.columns):
            looks.apply(page.cell(row, column), head.look)
    page.cell(head.row, head.column).value = head.text or None
    if head.rows > 1 or head.columns > 1:
        page.merge_cells(
            start_row=head.row,
            start_column=head.column,
            end_row=head.row + head.rows - 1,
            end_column=head.column + head.columns - 1,
        )


def _set_up_view(page: Any, sheet: SheetLayout) -> None:
    if sheet.frozen:
        page.freeze_panes = sheet.frozen
    if sheet.heads:
        for row, height in enumerate(sheet.head_heights, 1):
            page.row_dimensions[row].height = height
    elif sheet.header:
        page.row_dimensions[1].height = 30
    if sheet.filtered:
        page.auto_filter.ref = f"A1:{column_letter(len(sheet.columns) - 1)}{sheet.first_row}"
    page.sheet_view.showGridLines = False
    page.sheet_format.defaultRowHeight = 15


def _set_up_print(page: Any, sheet: SheetLayout, book: BookLayout) -> None:
    shown = max(index for index, column in enumerate(sheet.columns) if not column.hidden)
    last_row = max((sheet.first_row - 1 + cell.row for cell in sheet.below), default=sheet.first_row)
    page.print_area = f"A1:{column_letter(shown)}{last_row}"
    if sheet.heads:
        page.print_title_rows = f"{sheet.header_row}:{sheet.first_row - 1}"
    elif sheet.header:
        page.print_title_rows = "1:1"
    if sheet.repeated_column:
        letter = column_letter(sheet.repeated_column - 1)
        page.print_title_cols = f"{letter}:{letter}"
    _break_columns(page, sheet.new_pages)
    setup = page.page_setup
    setup.orientation = "landscape" if sheet.landscape else "portrait"
    setup.paperSize = _PAPER[sheet.paper]
    if sheet.scale:
        setup.scale = sheet.scale
    else:
        setup.fitToWidth, setup.fitToHeight = 1, int(sheet.one_page)
        page.sheet_properties.pageSetUpPr.fitToPage = True
    margins = page.page_margins
    margins.left = margins.right = margins.top = _INCHES
    margins.bottom = 2 * _INCHES
    margins.header = margins.footer = _INCHES
    if sheet.page_texts:
        margins.top = margins.bottom = PAPER_MARGIN
        margins.footer = _FOOT  # two lines find room
    foot = book.foot_left, book.foot_center, book.foot_right
    if sheet.page_texts:
        foot = sheet.page_texts.foot
        page.print_options.horizontalCentered = True
        setup.firstPageNumber, setup.useFirstPageNumber = 1, True
        _set_texts(page.oddHeader, sheet.page_texts.head)
    _set_texts(page.oddFooter, foot)


def _break_columns(page: Any, new_pages: tuple[int, ...]) -> None:
    from openpyxl.worksheet.pagebreak import Break

    for column in new_pages:
        page.col_breaks.append(Break(id=column - 1, max=1_048_575))


def _set_texts(of_page: Any, texts: tuple[str, str, str]) -> None:
    of_page.left.text, of_page.center.text, of_page.right.text = (text or None for text in texts)


def _mended(written: bytes) -> bytes:
    """The same workbook with the times of its making replaced, since openpyxl stamps the present into both; and with
    line ends at the head and foot of pages as such: not every program reads how openpyxl writes them."""
    result = BytesIO()
    with ZipFile(BytesIO(written)) as old, ZipFile(result, "w", ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _STAMPED_TIME.sub(b"1980-01-01T00:00:00Z", part)
            elif name.startswith("xl/worksheets/"):
                part = _PAGE_TEXTS.sub(lambda found: found[0].replace(b"_x000a_", b"&#10;"), part)
            new.writestr(ZipInfo(name, EPOCH), part)
    return result.getvalue()
