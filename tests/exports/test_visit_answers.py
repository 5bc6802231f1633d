from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from casebook.store.casebook import Casebook, open_casebook
from exports.visit_answers import write_answers
from survey_forms.interview import open_interview
from survey_forms.visits.steps import recall
from tests.audit.notation import number
from tests.exports.made_surveys import H001, Planned, answered
from tui.all_views import VIEWS

Rows = list[dict[str, object]]


@pytest.fixture
def book(planned: Planned, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(planned.folder / "县.ruhu", tmp_path / "县.ruhu")
    with open_casebook(tmp_path / "县.ruhu", author="陈静", views=VIEWS) as opened:
        yield opened


@pytest.fixture
def path(book: Casebook, planned: Planned, tmp_path: Path) -> Path:
    interview = answered(
        book, planned.visits[H001], person__outcome="1", disease__outcome="1", disease__treated="1",
        cost__known="1", cost__total="1200.5", cost__own="1200.5", disease__hospital="=1+1 医院",
    )  # fmt: skip
    interview.submit()
    target = tmp_path / "答卷.xlsx"
    assert write_answers(book, [planned.visits[H001], planned.visits["H003"]], target) == 2
    return target


def rows(path: Path, sheet: str) -> Rows:
    head, *body = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def test_a_sheet_for_the_households_and_one_for_each_repeat(path: Path) -> None:
    sheets = openpyxl.load_workbook(path).sheetnames
    assert sheets == ["户表", "待问的疑点", "人员", "疾病", "治疗", "代码本", "选项"]
    assert len(rows(path, "户表")) == 2 and len(rows(path, "人员")) == 3


def test_rows_join_by_their_numbers(path: Path, planned: Planned) -> None:
    people = {(row["入户编号"], row["人员序号"]) for row in rows(path, "人员")}
    illnesses = {(row["入户编号"], row["人员序号"], row["疾病序号"]) for row in rows(path, "疾病")}
    treatments = [(row["入户编号"], row["人员序号"], row["疾病序号"]) for row in rows(path, "治疗")]
    assert people == {(planned.visits[H001], place) for place in (1, 2, 3)}
    assert illnesses and {one[:2] for one in illnesses} <= people
    assert treatments and set(treatments) <= illnesses
    assert all(row["户编号"] == H001 for row in rows(path, "人员"))


def test_codes_words_texts_and_numbers(path: Path) -> None:
    first = rows(path, "人员")[0]
    assert (first["412 疾病确诊"], first["412 疾病确诊（文字）"]) == ("1", "确诊")
    assert first["409 证件号"] == number("600101-1")  # whole: the foot says so
    illness = rows(path, "疾病")[0]
    assert illness["506 确诊医院"] == "=1+1 医院"
    treatment = rows(path, "治疗")[0]
    assert treatment["611 总计"] == 1200.5 and treatment["613 新农合"] == 0
    page = openpyxl.load_workbook(path)["疾病"]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert "完整" in page.oddFooter.left.text


def test_what_was_not_asked_is_blank(path: Path) -> None:
    alone = next(row for row in rows(path, "户表") if row["户编号"] != H001)
    assert alone["状态"] == "待调查" and alone["116 宣读以后"] is None


def test_the_code_book_explains_every_column(path: Path) -> None:
    book = {row["路径"]: row for row in rows(path, "代码本")}
    outcome = next(row for row in book.values() if row["题号"] == "412")
    assert outcome["工作表"] == "人员" and outcome["字段"] == "person.outcome" and outcome["类型"] == "单选"
    assert "1 确诊；2 未患病" in str(outcome["选项"]) and outcome["拒答"] == "9"
    for sheet in ("户表", "人员", "疾病", "治疗"):
        codes = {str(title).split(" ")[0] for title in rows(path, sheet)[0] if str(title)[:1].isdigit()}
        assert codes == {row["题号"] for row in book.values() if row["工作表"] == sheet and row["题号"]}
    listed = [row for row in rows(path, "选项") if row["问题"] == "确诊疾病"]
    assert len(listed) > 30 and any(row["文字"] == "高血压" for row in listed)


def test_both_readers_see_the_same(path: Path) -> None:
    by_calamine = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("治疗").to_python()
    page = openpyxl.load_workbook(path)["治疗"]
    for row, cells in zip(page.iter_rows(values_only=True), by_calamine, strict=True):
        assert ["" if value is None else value for value in row] == list(cells)


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(book: Casebook, planned: Planned, tmp_path: Path) -> None:
    interview = answered(book, planned.visits[H001], signer__filler="长" * 40_000)
    interview.submit()
    target = tmp_path / "答卷.xlsx"
    assert write_answers(book, [planned.visits[H001]], target) == 1
    (row,) = rows(target, "户表")
    (text,) = (value for value in row.values() if str(value).startswith("长长"))
    assert len(str(text)) < 32_767 and "40,000" in str(text)


def test_what_was_handed_in_is_written_whatever_was_entered_since(
    book: Casebook, planned: Planned, tmp_path: Path
) -> None:
    answered(book, planned.visits[H001]).submit()
    recall(book, planned.visits[H001])
    open_interview(book, planned.visits[H001]).answer("/data/signatures/second", "后来改的")
    target = tmp_path / "答卷.xlsx"
    write_answers(book, [planned.visits[H001]], target)
    (row,) = rows(target, "户表")
    assert row["状态"] == "草稿" and "周平" in row.values() and "后来改的" not in row.values()
