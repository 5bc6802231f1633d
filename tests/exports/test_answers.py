"""The findings workbook out, answered, saved by whatever program, and in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audit.answers import Answer, apply_answers
from audit.stored_result import stored_result
from casebook.errors import RuhuError
from casebook.language import LANGUAGES, Language, use_language
from casebook.store.casebook import Casebook
from exports.answers import read_answers, read_verdict
from exports.findings_workbook import write_findings
from exports.given_answers import given_answers
from tests.audit.casebooks import acting, audited, new_book, ruled, status
from tests.audit.histories import PEOPLE, changed

REGISTRY = changed(0b1111)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu") as made:
        audited(made, PEOPLE, REGISTRY)
        yield made


@pytest.fixture
def workbook(book: Casebook, tmp_path: Path) -> Path:
    return written(book, tmp_path / "疑点.xlsx")


def written(book: Casebook, path: Path) -> Path:
    write_findings(stored_result(book), path, given_answers(book))
    return path


def rows_of(page: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.iter_rows()]


def column(page: Any, header: str) -> int:
    return next(cell.column for cell in page[1] if cell.value == header)


def fill(path: Path, answers: dict[str, tuple[object, str]], edit: Callable[[Any], None] | None = None) -> Path:
    """Answer findings by their title, then do what `edit` does to the workbook."""
    book = openpyxl.load_workbook(path)
    page = book["云丰镇"]
    for row in range(2, page.max_row + 1):
        if said := answers.get(page.cell(row, column(page, "疑点")).value):
            page.cell(row, column(page, "结论")).value = said[0]
            page.cell(row, column(page, "理由/见到的证件")).value = said[1]
    if edit is not None:
        edit(book)
    book.save(path)
    return path


def brief(answers: list[Answer]) -> list[tuple[int | None, str, str]]:
    return [(one.verdict, one.reason, one.problem) for one in answers]


SAID: dict[str, tuple[object, str]] = {"性别不符": ("1采用花名册", "户口本"), "姓名同音字": ("２", "身份证")}


def test_an_unanswered_workbook_says_nothing(workbook: Path) -> None:
    assert read_answers(workbook) == []


def test_answers_are_read_with_their_place(book: Casebook, workbook: Path) -> None:
    answers = read_answers(fill(workbook, SAID))
    keys = dict(book.connection.execute("SELECT key, kind FROM finding").fetchall())
    assert {(keys[one.key], one.verdict, one.reason) for one in answers} == {
        ("sex_wrong", 1, "户口本"),
        ("name_homophone", 2, "身份证"),
    }
    page = openpyxl.load_workbook(workbook)["云丰镇"]
    for one in answers:
        assert one.sheet == "云丰镇" and page.cell(one.row, column(page, "key")).value == one.key


def test_out_and_in_again(book: Casebook, workbook: Path) -> None:
    taken = apply_answers(book, read_answers(fill(workbook, SAID)))
    assert (taken.decided, taken.already, taken.refused) == (2, 0, ())
    assert status(book, "sex_wrong") == ("settled", 1)
    again = apply_answers(book, read_answers(workbook))
    assert (again.decided, again.already, again.refused) == (0, 2, ())
    # what is decided stands in the next workbook, and read back it changes nothing
    answers = read_answers(written(book, workbook))
    assert sorted(brief(answers), key=str) == [(1, "户口本", ""), (2, "身份证", "")]
    last = apply_answers(book, answers)
    assert (last.decided, last.already, last.refused) == (0, 2, ())


def moved(book: Any) -> None:
    """Key and answers in front, a column put in, rows above the header."""
    page = book["云丰镇"]
    rows = rows_of(page)
    order = [len(rows[0]) - 1, *range(len(rows[0]) - 2, -1, -1)]
    page.delete_rows(1, page.max_row)
    page.append(["某县核对结果"])
    page.append([])
    for row in rows:
        page.append(["", *(row[index] for index in order)])


def filtered(book: Any) -> None:
    page = book["云丰镇"]
    for row in range(2, page.max_row + 1):
        page.row_dimensions[row].hidden = True


def only_one_sheet(book: Any) -> None:
    for name in book.sheetnames:
        if name != "云丰镇":
            del book[name]


def header_twice(book: Any) -> None:
    page = book["云丰镇"]
    page.append([cell.value for cell in page[1]])


@pytest.mark.parametrize("edit", [moved, filtered, only_one_sheet, header_twice])
def test_what_people_do_to_a_workbook(workbook: Path, edit: Callable[[Any], None]) -> None:
    answers = read_answers(fill(workbook, SAID, edit))
    assert sorted(brief(answers), key=str) == [(1, "户口本", ""), (2, "身份证", "")]


def test_saved_as_an_old_workbook(workbook: Path, tmp_path: Path) -> None:
    """As WPS and Excel 97 save it: .xls, also under the name .et."""
    xlwt = pytest.importorskip("xlwt")
    rows = rows_of(openpyxl.load_workbook(fill(workbook, SAID))["云丰镇"])
    old = xlwt.Workbook()
    page = old.add_sheet("云丰镇")
    for number, row in enumerate(rows):
        for index, value in enumerate(row):
            page.write(number, index, value)
    for name in ("疑点.xls", "疑点.et"):
        old.save(str(tmp_path / name))
        assert sorted(brief(read_answers(tmp_path / name)), key=str) == [(1, "户口本", ""), (2, "身份证", "")]


def test_an_answer_over_merged_cells_is_for_all_its_rows(workbook: Path) -> None:
    def merge(book: Any) -> None:
        page = book["云丰镇"]
        said = column(page, "结论")
        page.cell(2, said).value = 5
        page.cell(2, said + 1).value = "问"
        page.merge_cells(start_row=2, end_row=3, start_column=said, end_column=said)
        page.merge_cells(start_row=2, end_row=3, start_column=said + 1, end_column=said + 1)

    answers = read_answers(fill(workbook, {}, merge))
    assert [(one.row, one.verdict, one.reason) for one in answers] == [(2, 5, "问"), (3, 5, "问")]


def test_rows_that_are_no_answers_are_named(workbook: Path) -> None:
    def spoil(book: Any) -> None:
        page = book["云丰镇"]
        said, key = column(page, "结论"), column(page, "key")
        page.cell(2, said).value = "大概是花名册"
        page.cell(3, said + 1).value = "等他回电话"
        page.cell(4, said).value, page.cell(4, key).value = "1", None

    answers = read_answers(fill(workbook, {}, spoil))
    assert [one.row for one in answers] == [2, 3, 4]
    for one, word in zip(answers, ("看不懂", "没有选结论", "没有 key"), strict=True):
        assert word in one.problem


def test_a_sheet_without_its_keys_and_a_hidden_sheet_are_named(workbook: Path) -> None:
    def spoil(book: Any) -> None:
        copy = book.copy_worksheet(book["云丰镇"])
        copy.title = "没有钥匙"
        copy.delete_cols(column(copy, "key"))
        book["范围外"].sheet_state = "hidden"

    answers = read_answers(fill(workbook, SAID, spoil))
    assert [(one.sheet, one.row) for one in answers if one.problem] == [("没有钥匙", 0), ("范围外", 0)]
    assert len(answers) == 4


def test_a_workbook_that_lost_its_keys_is_refused(workbook: Path) -> None:
    def spoil(book: Any) -> None:
        book["云丰镇"].delete_cols(column(book["云丰镇"], "key"))

    with pytest.raises(RuhuError) as caught:
        read_answers(fill(workbook, SAID, spoil))
    assert caught.value.code == "answers_without_keys" and caught.value.place.file == workbook.name


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    other = openpyxl.Workbook()
    other.active.append(["姓名", "证件号码"])
    other.save(tmp_path / "名单.xlsx")
    with pytest.raises(RuhuError) as caught:
        read_answers(tmp_path / "名单.xlsx")
    assert caught.value.code == "not_findings"
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(RuhuError):
        read_answers(tmp_path / "坏.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_either_language_is_read_in_either(book: Casebook, tmp_path: Path, language: Language) -> None:
    path = tmp_path / "f.xlsx"
    ruled(book, "sex_wrong", 1, reason="户口本")
    use_language(language)
    try:
        written(book, path)
        answers = {read: read_answers(path) for read in LANGUAGES if use_language(read) is None}
    finally:
        use_language("zh")
    assert {read: brief(found) for read, found in answers.items()} == {
        read: [(1, "户口本", "")] for read in LANGUAGES
    }


def test_what_came_back_is_told_but_not_answered(book: Casebook, tmp_path: Path) -> None:
    ruled(book, "name_homophone", 1)
    audited(book, registry=REGISTRY.replace("李桂方", "李桂芬"))
    page = openpyxl.load_workbook(written(book, tmp_path / "f.xlsx"))["云丰镇"]
    ((said, why, note),) = [
        [row[column(page, header) - 1] for header in ("结论", "理由/见到的证件", "备注")]
        for row in rows_of(page)
        if row[column(page, "姓名") - 1] == "李桂芳"
    ]
    assert (said, why) == (None, None)
    assert note.startswith("〔再议：曾定「1采用花名册」（刘敏，") and "由「李桂方」改为「李桂芬」" in note
    assert read_answers(tmp_path / "f.xlsx") == []


def test_a_conflict_is_told_but_not_answered(book: Casebook, tmp_path: Path) -> None:
    ruled(book, "sex_wrong", 1)
    ((key,),) = book.connection.execute("SELECT key FROM finding WHERE kind = 'sex_wrong'").fetchall()
    with acting(book, "张伟"):
        apply_answers(book, [Answer("云丰镇", 2, key, 2, "查过")])
    given = given_answers(book)[key]
    assert given.verdict is None and given.reason == ""
    assert given.note.startswith("〔冲突：1采用花名册（刘敏，") and "2采用卫健（张伟，" in given.note


def test_a_note_of_ours_is_no_part_of_the_answer(workbook: Path, book: Casebook) -> None:
    ruled(book, "sex_wrong", 1, reason="户口本")

    def add(book: Any) -> None:
        page = book["云丰镇"]
        place = column(page, "备注")
        for row in range(2, page.max_row + 1):
            if page.cell(row, place).value:
                page.cell(row, place).value += "再看一次"

    (one,) = read_answers(fill(written(book, workbook), {}, add))
    assert one.note == "再看一次"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        *(("1", 1), ("２", 2), (" 3 ", 3), ("4.", 4), ("（5）", 5), ("5待查", 5), ("6 退回扶贫办", 6), ("入户核实", 7)),
        *(("8、同一人", 8), ("9不是同一人", 9), ("1 take roster", 1), ("TAKE ROSTER", 1)),
        *(("0", None), ("10", None), ("1或2", None), ("1采用卫健", None), ("12", None), ("待定", None), ("", None)),
    ],
)
def test_verdicts_as_people_write_them(text: str, verdict: int | None) -> None:
    assert read_verdict(text) == verdict
