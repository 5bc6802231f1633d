"""The blank workbook of a format: header, drop-downs, print set-up, and that rows can be stamped into it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from exports.formats.blank import blank_layout, blank_workbook, choices_of, shown, with_titles
from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn
from exports.formats.load import find_format
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows, stamp

_FOOT = ("第 12 批　链头 3fa2c19d", "", "第 &P 页，共 &N 页")


def made(format: Format) -> Any:
    return load_workbook(BytesIO(blank_workbook(format, _FOOT)))


@pytest.fixture(scope="module")
def sichuan() -> Any:
    titles = {"county": "某县", "township": "某镇", "date": "2016-07-02", "count": "12"}
    return made(with_titles(find_format("sichuan_2016").format, titles))


def test_the_header_is_grouped_and_merged(sichuan: Any) -> None:
    page = sichuan["核查上报表"]
    assert (page["A1"].value, page["A2"].value) == (
        "“因病致贫、因病返贫”核查上报表",
        "某县 某镇　截止日期：2016-07-02　人数：12",
    )
    assert (page["U3"].value, page["U4"].value, page["AG4"].value) == ("疾病一", "摸底疾病分类", "救治种类")
    merged = {str(area) for area in page.merged_cells.ranges}
    assert {"A3:A4", "U3:AG3", "AH3:AT3", "AU3:BG3", "BH3:BY3", "CE3:CE4"} <= merged
    assert page["A3"].font.name == "宋体" and page["V3"].border.top.style == "thin"
    assert not any(area.max_row >= 5 for area in page.merged_cells.ranges)


def test_texts_are_texts_and_codes_are_chosen(sichuan: Any) -> None:
    page = sichuan["核查上报表"]
    assert (page["K5"].number_format, page["BP5"].number_format) == ("@", "0.00")
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert rules["I5"].formula1 == '"1,2"' and rules["I5"].prompt == "1 男\n2 女"
    assert rules["BP5" if "BP5" in rules else "AD5"].showErrorMessage
    assert rules["AD5"].formula1 == '"1县内,2市内县外,3省内市外,4省外,8不清楚"'
    assert "Q5" not in rules  # several values in one cell


def test_it_prints_in_whole_groups_with_the_name_on_each_page(sichuan: Any) -> None:
    page = sichuan["核查上报表"]
    assert (page.page_setup.paperSize, page.page_setup.orientation, page.print_title_rows) == (
        8,
        "landscape",
        "$3:$4",
    )
    assert page.print_title_cols == "$H:$H" and page.freeze_panes == "I5"
    assert [found.id for found in page.col_breaks.brk] == [20, 33, 46, 59]
    assert (page.oddFooter.left.text, page.oddFooter.right.text) == (_FOOT[0], _FOOT[2])
    assert page.print_area == "'核查上报表'!$A$1:$CE$5"


def test_long_lists_stand_on_a_hidden_sheet() -> None:
    values = tuple((f"{number:02}", f"第{number}种情况") for number in range(1, 41))
    columns = tuple(FormatColumn(place, ("原因",), "contract.reason", values=values) for place in (0, 1))
    book = made(Format("own", "表", "1", "county", "", "", "表", (1, 1), 2, columns))
    assert book["代码"].sheet_state == "hidden"
    rules = {str(rule.sqref): rule.formula1 for rule in book["表"].data_validations.dataValidation}
    assert rules == {"A2": "codes_1", "B2": "codes_1"}
    assert book.defined_names["codes_1"].attr_text == "'代码'!$A$1:$A$40"
    assert [book["代码"].cell(row, 1).value for row in range(1, 41)] == [name for _code, name in values]


def test_who_signs_stands_below() -> None:
    page = made(find_format("fujian_health_check").format)["健康状况核查表"]
    signers = [page.cell(row, 1).value for row in (7, 8, 9)]
    assert signers[0] is None
    assert [text.partition("签字")[0] for text in signers[1:]] == ["核查员(计生管理员)", "核查员(医务人员)"]
    assert page.print_area == "'健康状况核查表'!$A$1:$BI$9"
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert rules["I6"] == '"否,是"'


def test_the_same_format_gives_the_same_bytes_and_takes_rows() -> None:
    format = find_format("fujian_health_check").format
    blank = blank_workbook(format, _FOOT)
    assert blank == blank_workbook(format, _FOOT)
    out = BytesIO()
    stamp(blank, {format.sheet: SheetRows(format.first_row, [StampedRow((str(n), "001")) for n in range(9)])}, out)
    page = load_workbook(out)[format.sheet]
    assert [page.cell(row, 1).value for row in (6, 14)] == ["0", "8"]
    assert (page["AN4"].value, page["AN5"].value, "AN4:AO4" in map(str, page.merged_cells.ranges)) == (
        "0–6岁", "随访次数", True,
    )  # fmt: skip
    assert page["N14"].number_format == "@"
    rules = {str(rule.sqref) for rule in page.data_validations.dataValidation}
    assert "N6:N14" in rules


def test_columns_left_out_are_bare_and_small_tables_have_their_title_in_the_middle() -> None:
    columns = (FormatColumn(0, ("姓名",), "person.name"), FormatColumn(2, ("备", "注"), "person.remark", width=30))
    format = Format("own", "表", "1", "county", "", "", "代码", (2, 3), 4, columns, titles=((1, 1, "表"),))
    (sheet,) = blank_layout(format, _FOOT).sheets
    assert [column.width for column in sheet.columns] == [11.0, 3.0, 30.0]
    assert (sheet.new_pages, sheet.repeated_column, sheet.heads[0].columns) == ((), 0, 3)
    assert sheet.heads[0].look.align == "center"
    assert made(format).sheetnames == ["代码"]


def test_how_a_code_is_shown() -> None:
    assert [shown(("1", "男"), how) for how in ("code", "name", "both")] == ["1", "男", "1男"]
    assert [shown(("", "男"), how) for how in ("code", "name", "both")] == ["男", "男", ""]
    column = FormatColumn(0, ("关系",), "person.relation", write="both")
    assert choices_of(column, upload_fields()["person.relation"])[:2] == ("01户主", "02配偶")
