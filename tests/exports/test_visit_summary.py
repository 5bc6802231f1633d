from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from casebook.store.casebook import Casebook, open_casebook
from exports.visit_summary import write_summaries
from exports.visit_summary_lines import yuan_together
from exports.visit_summary_reading import read_summary
from survey_forms.interview import open_interview
from survey_forms.visits.steps import pass_on, send_back
from tests.audit.notation import number
from tests.exports.made_surveys import H001, Planned, answered
from tui.all_views import VIEWS


@pytest.fixture
def book(planned: Planned, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(planned.folder / "县.ruhu", tmp_path / "县.ruhu")
    with open_casebook(tmp_path / "县.ruhu", author="陈静", views=VIEWS) as opened:
        yield opened


@pytest.fixture
def visit(planned: Planned) -> str:
    return planned.visits[H001]


def ill(book: Casebook, visit: str) -> None:
    """Both illnesses of 王大山 are confirmed, one was treated for 1200.50 yuan; handed in."""
    interview = answered(
        book, visit, person__outcome="1", disease__outcome="1", disease__treated="1", cost__known="1",
        cost__total="1200.50", cost__own="1200.50", ask__answer="3", ask__value="照证件",
    )  # fmt: skip
    interview.remark("/data/member[1]/labour", f"号码 {number('600101-1')}")
    interview.submit()


def test_what_became_of_everyone(book: Casebook, visit: str) -> None:
    ill(book, visit)
    summary = read_summary(book, open_interview(book, visit))
    facts = dict(summary.facts)
    assert facts["户编号"] == H001 and facts["状态"] == "待乡审" and facts["入户结果"] == "在家完成"
    assert [person.name for person in summary.people] == ["王大山", "李桂芳", "王小山"]
    first = summary.people[0]
    assert first.status == "有此人" and first.outcome.startswith("确诊")
    assert {one.name for one in first.illnesses} == {"高血压", "糖尿病"}
    assert [(one.total, one.own) for one in first.illnesses] == [(120050, 120050), (None, None)]
    assert first.id_number.startswith("99*****")


def test_asks_are_whole_and_remarks_masked(book: Casebook, visit: str) -> None:
    ill(book, visit)
    summary = read_summary(book, open_interview(book, visit))
    asked = next(one for one in summary.asks if one.person == "王小山")
    assert {asked.roster, asked.registry} == {number("880505-3"), number("880505-5")}
    assert asked.answer == "以证件为准" and asked.value == "照证件" and asked.document == "身份证"
    remark = next(words for kind, _question, words in summary.notes if kind == "备注")
    assert number("600101-1") not in remark and "*" in remark
    assert any("王大山" in question for _kind, question, _words in summary.notes)


def test_who_did_what_and_who_signs(book: Casebook, visit: str) -> None:
    ill(book, visit)
    send_back(book.acted_by("王审"), visit, "请补单据")
    answered(book, visit).submit()
    pass_on(book.acted_by("王审"), [visit])
    summary = read_summary(book, open_interview(book, visit))
    told = [(who, what, why) for _when, who, what, why in summary.history]
    assert told[-4:] == [
        ("陈静", "上交", ""),
        ("王审", "乡审退回", "请补单据"),
        ("陈静", "上交", ""),
        ("王审", "乡审通过", ""),
    ]
    assert summary.signers == (("调查人", "陈静、周平"), ("审核人", "王审"), ("户主", ""))


def test_one_page_for_each(book: Casebook, planned: Planned, visit: str, tmp_path: Path) -> None:
    ill(book, visit)
    printed = write_summaries(book, [visit, planned.visits["H003"]], tmp_path / "小结.xlsx")
    assert (printed.households, printed.pages) == (2, 2)
    written = openpyxl.load_workbook(tmp_path / "小结.xlsx")
    assert written.sheetnames == ["1 王大山", "2 周老幺"]
    page = written["1 王大山"]
    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert page.page_setup.fitToHeight == 1 and H001 in page.oddHeader.right.text
    assert "1,200.50" in texts and "调查人：陈静、周平" in texts
    assert sum(number("600101-1") in text for text in texts) == 0
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [([], "—"), ([None], "—"), ([0], "0.00"), ([120050, None, 50], "1,201.00"), ([-105], "-1.05")],
)
def test_amounts_are_added_in_cents(amounts: list[int | None], shown: str) -> None:
    assert yuan_together(amounts) == shown
