from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from audit.findings import CrossCheck
from audit.questions import VERDICTS
from casebook.language import LANGUAGES, Language, use_language
from exports.findings_layout import findings_sheet, sheet_names
from exports.findings_workbook import findings_sheets, write_findings

Make = Callable[..., CrossCheck]


@pytest.fixture
def written(result: CrossCheck, tmp_path: Path) -> Path:
    path = tmp_path / "疑点清册.xlsx"
    write_findings(result, path)
    return path


def _overview(path: Path) -> dict[str, list[object]]:
    """Rows of the first sheet by their first cell; where one repeats, the last."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("总览").to_python()
    return {str(row[0]): row[1:] for row in rows if row and row[0] != ""}


def test_sheets_in_their_order(written: Path) -> None:
    assert openpyxl.load_workbook(written).sheetnames == ["总览", "第1乡", "第2乡", "第3乡", "范围外", "未读入的行"]


def test_both_readers_see_what_was_meant(result: CrossCheck, written: Path) -> None:
    by_openpyxl = openpyxl.load_workbook(written)
    by_calamine = CalamineWorkbook.from_path(str(written))
    for sheet, rows in findings_sheets(result):
        page = by_openpyxl[sheet.name]
        cells = by_calamine.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for number, row in enumerate(rows, sheet.first_row):
            for index, value in enumerate(row.values):
                wanted = "" if value is None else value if isinstance(value, int) else getattr(value, "text", value)
                assert (page.cell(number, index + 1).value if wanted != "" else wanted) == wanted
                seen = cells[number - 1][index] if number <= len(cells) and index < len(cells[number - 1]) else ""
                assert seen == wanted


def test_rows_of_both_lists_add_up(result: CrossCheck, written: Path) -> None:
    overview = _overview(written)
    states = ("一致", "有差异", "待判", "仅花名册", "仅台账", "重复", "范围外", "非人员行", "不可读")
    rows = CalamineWorkbook.from_path(str(written)).get_sheet_by_name("总览").to_python()
    start = next(i for i, row in enumerate(rows) if row[0] == "去处")
    table = {str(row[0]): row[3:5] for row in rows[start + 1 : start + 11]}
    for side in (0, 1):
        assert sum(int(table[state][side]) for state in states) == table["合计"][side]
    assert table["合计"] == [result.roster.table.total_rows, result.registry.table.total_rows]
    assert table["不可读"] == [1, 1] and table["范围外"] == [4, 0]
    assert overview["待判"]  # also a kind of link
    assert rows[start + 10][1] == "与工作表的行数相符"


def test_rows_that_do_not_add_up_are_said(result: CrossCheck, tmp_path: Path) -> None:
    table = dataclasses.replace(result.roster.table, total_rows=99)
    broken = dataclasses.replace(result, roster=dataclasses.replace(result.roster, table=table))
    write_findings(broken, tmp_path / "a.xlsx")
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("总览").to_python()
    assert any("不符" in str(cell) for row in rows for cell in row)


def test_every_finding_stands_once_with_its_key(result: CrossCheck, written: Path) -> None:
    book = openpyxl.load_workbook(written)
    keys = []
    for name in ("第1乡", "第2乡", "第3乡"):
        page = book[name]
        assert page["T1"].value == "key" and page.column_dimensions["T"].hidden
        keys += [page.cell(row, 20).value for row in range(2, page.max_row + 1)]
    assert sorted(keys) == sorted(finding.key for finding in result.findings)


def test_answers_are_chosen_from_a_list_on_every_row(written: Path) -> None:
    page = openpyxl.load_workbook(written)["第2乡"]
    (validation,) = page.data_validations.dataValidation
    assert str(validation.sqref) == f"Q2:Q{page.max_row}"
    assert validation.showErrorMessage
    assert validation.formula1 == '"' + ",".join(verdict.word for verdict in VERDICTS.values()) + '"'
    assert len(validation.formula1) <= 257
    assert [verdict.word[0] for verdict in VERDICTS.values()] == list("123456789")
    assert all(page.cell(row, 17).value is None for row in range(2, page.max_row + 1))


def test_printing(written: Path) -> None:
    page = openpyxl.load_workbook(written)["第2乡"]
    assert page.print_title_rows == "$1:$1" and page.freeze_panes == "G2"
    assert page.print_area == f"'第2乡'!$A$1:$S${page.max_row}"
    assert page.page_setup.orientation == "landscape" and page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0 and "&P" in page.oddFooter.right.text
    assert all(page.row_dimensions[row].height >= 15 for row in range(1, page.max_row + 1))
    assert page.auto_filter.ref == f"A1:T{page.max_row}"


def test_differing_characters_are_marked_on_both_sides(written: Path) -> None:
    page = openpyxl.load_workbook(written, rich_text=True)["第2乡"]
    row = next(row for row in range(2, page.max_row + 1) if page.cell(row, 3).value == "证件号错一位")
    for column, other in ((8, 10), (10, 8)):
        value, beside = page.cell(row, column).value, str(page.cell(row, other).value)
        runs = [part if isinstance(part, str) else part.text for part in value]
        marked = [part.text for part in value if not isinstance(part, str) and part.font.b]
        assert len(marked) == 1 and "".join(runs) == str(value)
        place = str(value).index(marked[0], 16)
        assert beside[place] != marked[0]
    assert page.cell(row, 9).value == "名单!F10" and page.cell(row, 11).value.startswith("名单!F")


def test_what_is_to_be_judged_is_seen(written: Path) -> None:
    page = openpyxl.load_workbook(written)["第3乡"]
    row = next(row for row in range(2, page.max_row + 1) if page.cell(row, 3).value == "姓名完全不同")
    assert page.cell(row, 2).value == "A 待判"
    assert page.cell(row, 2).fill.fgColor.rgb == page.cell(row, 3).fill.fgColor.rgb == "00D9C3EC"


def test_findings_of_a_township_by_village_household_severity_and_doubt(make_result: Make) -> None:
    result = make_result(people=600)
    for sheet, rows in findings_sheets(result)[1:4]:
        order = [(row.values[3], row.values[4], str(row.values[1])[0]) for row in rows]
        assert order == sorted(order) and len(order) > 50, sheet.name


def test_least_certain_comes_first(result: CrossCheck) -> None:
    one = result.findings[0]
    scores = (9.0, -1.0, 4.0, None)
    same = tuple(dataclasses.replace(one, score=score, name=f"甲{score}", key=str(score)) for score in scores)
    rows = findings_sheets(dataclasses.replace(result, findings=same))[1][1]
    assert [row.values[-1] for row in rows] == ["-1.0", "4.0", "9.0", "None"]


def test_other_rows_meant_are_named(result: CrossCheck) -> None:
    one = dataclasses.replace(result.findings[0], roster_rows=(*result.findings[0].roster_rows, 5, 6))
    (row,) = findings_sheets(dataclasses.replace(result, findings=(one,)))[1][1]
    assert (
        row.values[8] == f"名单!F5\n另见行 {result.roster.table.rows[5].number}、{result.roster.table.rows[6].number}"
    )


def test_many_townships_share_one_sheet(make_result: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_findings(make_result(people=400, townships=37), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["总览", "疑点", "范围外", "未读入的行"]
    page = book["疑点"]
    assert page["D1"].value == "乡镇" and page["U1"].value == "key" and page.column_dimensions["U"].hidden
    assert str(page.data_validations.dataValidation[0].sqref) == f"R2:R{page.max_row}"
    assert page.freeze_panes == "H2"


def test_rows_out_of_scope_and_rows_not_read_are_listed(written: Path) -> None:
    book = CalamineWorkbook.from_path(str(written))
    outside = book.get_sheet_by_name("范围外").to_python()
    assert outside[1][:6] == ["花名册", "名单", 8, "第3乡", "白水村", "王试丅"]
    assert len(outside) == 1 + 4 and "患者" in str(outside[1][6]) and "健康" in str(outside[1][6])
    unread = book.get_sheet_by_name("未读入的行").to_python()
    assert unread[1] == ["花名册", "名单", 9001, 9001, "不可读", "#REF!"]
    assert [row[4] for row in unread[1:5]] == ["不可读", "标题", "表头", "整张工作表未读"]


def test_a_clean_pair_of_lists(make_result: Make, tmp_path: Path) -> None:
    result = dataclasses.replace(make_result(), findings=(), aliases=(), notes=())
    write_findings(result, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["总览", "范围外", "未读入的行"]


def test_the_file_says_that_it_is_confidential_and_gives_the_same_bytes(result: CrossCheck, written: Path) -> None:
    overview = _overview(written)
    assert any("不外传" in line for line in overview)
    again = written.with_name("b.xlsx")
    write_findings(result, again)
    assert again.read_bytes() == written.read_bytes()


def test_steps_name_the_lost_rows_first_and_form_last(written: Path) -> None:
    overview = _overview(written)
    assert overview["第1步"][2] == 2 and "读不出来" in str(overview["第1步"][0])
    assert "B 类" in str(overview["第4步"][0])


def test_sheet_names_fit_excel() -> None:
    names = sheet_names(
        ["云丰镇", "总览", "a/b[c]:*?\\", "", "'引号'", "X" * 40, "x" * 40, "𠮷" * 20, "History"], ["总览"]
    )
    assert names[:5] == ["云丰镇", "总览 (2)", "a_b_c_____", "未写乡镇", "引号"]
    assert all(len(name.encode("utf-16-le")) <= 62 for name in names)
    assert len({name.casefold() for name in names}) == len(names) and "History" not in names


@pytest.mark.parametrize("language", LANGUAGES)
def test_drop_downs_in_every_language(language: Language) -> None:
    """Excel takes at most 255 characters in a list, and a comma or quote in a word would break it."""
    use_language(language)
    try:
        (choices,) = (column.choices for column in findings_sheet("疑点", False).columns if column.choices)
    finally:
        use_language("zh")
    assert len(choices) == len(set(choices)) == 9 and len(",".join(choices)) <= 255
    assert not any(mark in word for word in choices for mark in ',"') and [word[0] for word in choices] == list(
        "123456789"
    )


def test_an_english_workbook_has_the_same_findings(result: CrossCheck, tmp_path: Path) -> None:
    use_language("en")
    try:
        write_findings(result, tmp_path / "en.xlsx")
    finally:
        use_language("zh")
    book = openpyxl.load_workbook(tmp_path / "en.xlsx")
    assert len(book.sheetnames) == 6
    assert book.worksheets[1]["T2"].value in {finding.key for finding in result.findings}
