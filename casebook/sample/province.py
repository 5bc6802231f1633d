"""What an invented province would send: its own template for the upload, and its error file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# The texts of these files are data, Chinese in every language: provinces write them.
_TITLE = "健康扶贫对象核查情况统计表"
_NOTE = "虚构的省，演示用。填表说明：带*的必填；性别、人员状态请从下拉框中选。"
_NOTES = (
    "填表说明（虚构的省，演示用）",
    "一、一人一行，从第 5 行填起；表头和列的次序请勿改动。",
    "二、带*的必填；性别、人员状态请从下拉框中选。",
    "三、公民身份号码用文本格式，末位 X 大写。",
    "四、日期写成 2016-06-30；费用以元为单位，保留两位小数。",
)
_WIDTHS = {
    "序号": 6,
    "*公民身份号码": 22,
    "疾病名称": 18,
    "确诊机构": 18,
    "救治种类": 19,
    "填报人联系电话": 15,
    "性别": 6,
}
_WIDTH = 12
_A3, _A4 = 8, 9
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("序号",)),
    ("基本情况", ("乡镇", "行政村", "户主姓名", "*患者姓名", "*公民身份号码", "性别", "与户主关系", "联系电话")),
    ("核查情况", ("人员状态", "劳动能力", "是否脱贫")),
    ("确诊疾病一", ("疾病名称", "确诊时间", "确诊机构", "救治种类")),
    ("确诊疾病二", ("疾病名称", "确诊时间", "确诊机构", "救治种类")),
    ("治疗费用（元）", ("总费用", "个人自付")),
    ("填报", ("填报人", "填报人联系电话")),
)
_CHOICES = {"性别": "男,女", "人员状态": "有此人,无此人"}
_MESSAGES = ("身份证号与公安人口信息不一致", "人员状态与公安户籍信息不一致", "姓名与医保参保信息不一致")
_ERROR_HEADER = ("序号", "乡镇", "行政村", "姓名", "证件号码", "校验结果", "错误说明")


def write_template(path: Path) -> None:
    """A template with a title, a grouped header in rows 3 and 4, drop-downs and a second sheet that explains."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "核查表"
    width = sum(len(titles) for _group, titles in _GROUPS)
    _line(sheet, 1, width, _TITLE, 16)
    _line(sheet, 2, width, _NOTE, 10)
    thin = Side(style="thin", color="808080")
    column = 1
    for group, titles in _GROUPS:
        sheet.cell(3, column, group or titles[0])
        if not group:
            sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
        elif len(titles) > 1:
            sheet.merge_cells(start_row=3, start_column=column, end_row=3, end_column=column + len(titles) - 1)
        for title in titles:
            letter = get_column_letter(column)
            if group:
                sheet.cell(4, column, title)
            if (choices := _CHOICES.get(title)) is not None:
                rule = DataValidation(type="list", formula1=f'"{choices}"', showErrorMessage=True, allow_blank=True)
                rule.add(f"{letter}5")
                sheet.add_data_validation(rule)
            sheet.column_dimensions[letter].width = _WIDTHS.get(title, _WIDTH)
            sheet.cell(5, column).number_format = "@"
            column += 1
    for row in sheet.iter_rows(min_row=3, max_row=5, max_col=width):
        for cell in row:
            cell.font = Font(name="宋体", sz=10, b=cell.row < 5)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            if cell.row < 5:
                cell.fill = PatternFill("solid", fgColor="E2EFDA")
    sheet.freeze_panes = "F5"
    _one_page_wide(sheet, _A3)
    sheet.print_title_rows = "3:4"
    notes: Any = book.create_sheet("填表说明")
    for number, line in enumerate(_NOTES, 1):
        notes.cell(number, 1, line).font = Font(name="宋体", sz=12 if number == 1 else 10, b=number == 1)
    notes.column_dimensions["A"].width = 70
    book.save(path)


def write_errors(path: Path, rejected: Sequence[tuple[str, str, str, str]], foreign: tuple[str, str]) -> None:
    """An error file: a title, a header, a line for each (township, village, name, number) that the province would not
    take, and one about somebody (name, number) whom nobody handed in."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "校验错误"
    _line(sheet, 1, len(_ERROR_HEADER), "数据校验错误清单（虚构的省，演示用）", 14)
    sheet.append(_ERROR_HEADER)
    told = [(*one, "不通过", _MESSAGES[number % len(_MESSAGES)]) for number, one in enumerate(rejected)]
    told.append(("", "", *foreign, "不通过", _MESSAGES[0]))
    for number, line in enumerate(told, 1):
        sheet.append((number, *line))
    thin = Side(style="thin", color="808080")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.font = Font(name="宋体", sz=10, b=cell.row == 2)
            cell.alignment = Alignment(horizontal="left" if cell.column == len(_ERROR_HEADER) else "center")
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for letter, width in zip("ABCDEFG", (6, 14, 12, 12, 24, 10, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    _one_page_wide(sheet, _A4)
    book.save(path)


def _one_page_wide(sheet: Worksheet, paper: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _line(sheet: Worksheet, row: int, width: int, text: str, size: int) -> None:
    """A line over the whole table."""
    from openpyxl.styles import Alignment, Font

    cell: Any = sheet.cell(row, 1, text)
    cell.font = Font(name="宋体", sz=size, b=size > 10)
    sheet.row_dimensions[row].height = size * 1.6 + 2
    cell.alignment = Alignment(horizontal="center" if size > 10 else "left", vertical="center")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
