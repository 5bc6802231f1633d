from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from casebook.errors import RuhuError
from casebook.store.anchor import check_anchor, read_anchor
from casebook.store.casebook import Casebook, open_casebook
from exports.visit_form import paper_of, write_forms
from exports.visit_form_parts import Words
from exports.visit_workbook import made_here
from survey_forms.visits.visit_list import visit_row
from tests.audit.notation import number
from tests.exports.made_surveys import H001, Planned, answered, fields, ledgers, rosters
from tui.all_views import VIEWS


@pytest.fixture
def book(planned: Planned, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(planned.folder / "县.ruhu", tmp_path / "县.ruhu")
    with open_casebook(tmp_path / "县.ruhu", author="陈静", views=VIEWS) as opened:
        yield opened


@pytest.fixture(scope="module")
def written(planned: Planned) -> openpyxl.Workbook:
    path = planned.folder / "表.xlsx"
    with open_casebook(planned.folder / "县.ruhu", author="陈静", views=VIEWS) as opened:
        write_forms(opened, list(planned.visits.values()), path)
    return openpyxl.load_workbook(path)


def texts(page: Worksheet) -> list[str]:
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]


def sheet_of(written: openpyxl.Workbook, name: str) -> Worksheet:
    return next(written[title] for title in written.sheetnames if title.endswith(f" {name}"))


def test_a_list_on_top_and_a_sheet_for_each_household(written: openpyxl.Workbook, planned: Planned) -> None:
    assert written.sheetnames[0] == "清单" and written.sheetnames[-1] == "代码表"
    assert len(written.sheetnames) == len(planned.visits) + 2
    listed = texts(written["清单"])
    assert all(code in listed for code in planned.visits if code)


def test_the_code_of_the_household_stands_on_every_page(written: openpyxl.Workbook) -> None:
    page = sheet_of(written, "王大山")
    assert H001 in page.oddHeader.right.text and "&P" in page.oddFooter.right.text
    assert H001 in texts(page) and {"云丰镇", "青桥村", "王大山、李桂芳、王小山"} <= set(texts(page))


def test_numbers_are_masked_but_what_is_asked_is_whole(written: openpyxl.Workbook) -> None:
    page = texts(sheet_of(written, "王大山"))
    asked = {number("880505-3"), number("880505-5")}
    assert asked <= set(page)
    whole = {found for text in page for found in re.findall(r"\d{17}[\dX]|1[3-9]\d{9}", text)}
    assert whole == asked
    assert "138****0001" in page and any(re.fullmatch(r"99\*{13}...", text) for text in page)


def test_what_is_known_is_filled_in_and_what_is_asked_is_blank(book: Casebook, planned: Planned) -> None:
    paper = paper_of(book, visit_row(book, planned.visits[H001]))
    columns, known = rosters(paper)["人员"]
    assert columns == ("王大山", "李桂芳", "王小山", "姓名：____")
    assert [one.words for one in known["性别"]][:3] == ["男", "女", "男"]
    assert [one.open for one in known["性别"]] == [False, False, False, True]
    assert all(not one.ticked and one.open for one in known["疾病确诊"])
    asked, filled = fields(paper)["入户日期"]
    assert asked.kind == "date" and not filled.words  # the day of printing is not that of the visit
    assert fields(paper)["联系电话"][1].words == "138****0001"


def test_the_signatures_are_left_to_who_goes_there(book: Casebook, planned: Planned) -> None:
    """Who prints is not who asks."""
    assert [name for _who, name in paper_of(book, visit_row(book, planned.visits[H001])).signers] == ["", "", "", ""]


def test_known_illnesses_have_a_column_and_healthy_people_none(book: Casebook, planned: Planned) -> None:
    columns, _known = next(
        found for heading, found in rosters(paper_of(book, visit_row(book, planned.visits[H001]))).items()
        if heading.startswith("疾病")
    )  # fmt: skip
    names = [column.split("\n")[0] for column in columns]
    assert names.count("王大山") == 2 and names[-1] == "姓名：____"
    assert any("高血压" in column for column in columns)


def test_ten_kinds_of_cost_in_a_table(book: Casebook, planned: Planned) -> None:
    (ledger,) = ledgers(paper_of(book, visit_row(book, planned.visits[H001])))
    titles = [asked.label for asked in ledger.columns[1:]]
    assert len(titles) == 10 and titles[:3] == ["总计", "自付", "新农合"]
    assert all(not cell.words and cell.open for row in ledger.rows for cell in row[1:])


def test_the_notice_the_skips_and_who_signs(book: Casebook, planned: Planned) -> None:
    paper = paper_of(book, visit_row(book, planned.visits[H001]))
    assert any(isinstance(part, Words) and "拒绝" in part.text for part in paper.parts)
    consent = next(asked for label, (asked, _filled) in fields(paper).items() if asked.code == "116")
    assert consent.skip == "112 选 1、7 的填"
    assert [who for who, _name in paper.signers] == ["调查人", "同行人", "审核人", "户主"]


def test_someone_alone_has_a_short_form(book: Casebook, planned: Planned) -> None:
    paper = paper_of(book, visit_row(book, planned.visits["H003"]))
    assert "人员" not in rosters(paper)
    assert "有无此人" in fields(paper)
    assert not any(label == "花名册" for label in fields(paper))  # no asks, no blank ask


def test_answers_given_so_far_are_ticked(book: Casebook, planned: Planned) -> None:
    answered(book, planned.visits[H001])
    paper = paper_of(book, visit_row(book, planned.visits[H001]))
    assert fields(paper)["入户结果"][1].ticked == ("1",)
    assert fields(paper)["入户日期"][1].words


def test_the_same_visits_give_the_same_bytes(book: Casebook, planned: Planned, tmp_path: Path) -> None:
    ids = list(planned.visits.values())[:2]
    for name in ("a.xlsx", "b.xlsx"):
        write_forms(book, ids, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert made_here(tmp_path / "a.xlsx", ["入户调查表"]) and not made_here(tmp_path / "a.xlsx", ["疑点清册"])


def test_nothing_half_written(book: Casebook, planned: Planned, tmp_path: Path) -> None:
    with pytest.raises(RuhuError):
        write_forms(book, list(planned.visits.values()), tmp_path / "没有" / "表.xlsx")
    old = tmp_path / "表.xlsx"
    old.write_bytes(b"old")

    def stop(_stage: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_forms(book, list(planned.visits.values()), old, stop)
    assert old.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["县.ruhu", "表.xlsx"]


def test_printing_changes_nothing_in_the_casebook(book: Casebook, planned: Planned, tmp_path: Path) -> None:
    """But for the anchor at the foot of the pages."""
    facts = "SELECT count(*) FROM envelope WHERE kind <> 'anchor'"
    before = book.connection.execute(facts).fetchone()
    write_forms(book, [planned.visits[H001]], tmp_path / "表.xlsx")
    assert book.connection.execute(facts).fetchone() == before
    pages = openpyxl.load_workbook(tmp_path / "表.xlsx")
    for page in pages:
        line = page.oddFooter.left.text.partition("\n")[2]
        assert check_anchor(book.connection, read_anchor(line)).standing == "holds"
    assert visit_row(book, planned.visits[H001]).state == "planned"


def test_the_font_and_the_sizes_to_write_in(written: openpyxl.Workbook) -> None:
    page = sheet_of(written, "王大山")
    boxes = [cell for row in page.iter_rows() for cell in row if str(cell.value or "").startswith("□")]
    assert boxes and all(cell.font.name == "宋体" and cell.font.sz >= 11 for cell in boxes)
    assert all(page.row_dimensions[cell.row].height >= 22 for cell in boxes)
