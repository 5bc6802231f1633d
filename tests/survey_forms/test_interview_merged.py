"""One visit filled in on two machines that did not know of each other: nothing answered is lost, and it opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, create_casebook
from survey_forms.interview import Interview, open_interview
from survey_forms.stored_forms import import_form
from survey_forms.visits.conflicts import conflicts
from survey_forms.visits.steps import NotReady, pass_on, send_back
from survey_forms.visits.visit_list import visit_row
from tests.audit.casebooks import carry
from tests.survey_forms.forms import xform
from tests.survey_forms.test_interview import planned
from tui.all_views import VIEWS

FORM = """
size    int   人数
income  int   收入
phone   text  电话
"""


@pytest.fixture
def books(tmp_path: Path) -> Iterator[tuple[Casebook, Casebook]]:
    with (
        create_casebook(tmp_path / "a.ruhu", name="县", author="刘敏", views=VIEWS) as here,
        create_casebook(tmp_path / "b.ruhu", name="县", author="陈静", views=VIEWS) as there,
    ):
        yield here, there


@pytest.fixture
def visit(books: tuple[Casebook, Casebook], tmp_path: Path) -> str:
    here, there = books
    (tmp_path / "户表.xml").write_text(xform(FORM), encoding="utf-8")
    made = planned(here, import_form(here, tmp_path / "户表.xml").id, {"/data/phone": "1"}, ())
    carry(here, there)
    return made


def merged(books: tuple[Casebook, Casebook], visit: str) -> Interview:
    """The interview with what both entered; it is the same on both."""
    here, there = books
    carry(here, there)
    carry(there, here)
    one, other = open_interview(here, visit), open_interview(there, visit)
    assert one.filling.values() == other.filling.values()
    assert (one.undo_steps, one.redo_steps, one.notes) == (other.undo_steps, other.redo_steps, other.notes)
    return one


def test_beginning_it_a_second_time_takes_no_answer_away(books: tuple[Casebook, Casebook], visit: str) -> None:
    here, there = (open_interview(book, visit) for book in books)
    here.answer("/data/phone", "2")
    here.answer("/data/size", "3")
    there.answer("/data/income", "500")
    both = merged(books, visit)
    told = {ref: both.filling.value(f"/data/{ref}") for ref in ("phone", "size", "income")}
    assert told == {"phone": "2", "size": "3", "income": "500"}


def test_what_was_taken_back_and_done_again_between_the_steps_of_the_other(
    books: tuple[Casebook, Casebook], visit: str
) -> None:
    here, there = (open_interview(book, visit) for book in books)
    there.answer("/data/income", "500")
    there.remark("/data/income", "估计")
    there.undo()
    here.answer("/data/size", "3")
    here.remark("/data/size", "含新生儿")
    there.redo()
    there.undo()
    there.undo()
    both = merged(books, visit)
    assert (both.filling.value("/data/size"), both.filling.value("/data/income")) == ("3", "")
    assert both.remarks == {"/data/size": "含新生儿"}
    while both.undo() is not None:
        pass
    assert both.filling.value("/data/size") == "" and both.remarks == {}
    assert both.filling.value("/data/phone") == "1"


def test_two_answers_to_one_question_are_a_conflict_until_it_is_answered_again(
    books: tuple[Casebook, Casebook], visit: str
) -> None:
    here, there = (open_interview(book, visit) for book in books)
    here.answer("/data/size", "3")
    here.answer("/data/income", "100")
    there.answer("/data/size", "4")
    there.answer("/data/phone", "9")
    there.answer("/data/income", "100")
    both = merged(books, visit)
    assert all(visit_row(book, visit).conflict for book in books)
    (found,) = conflicts(books[0], visit)
    assert (found.sort, found.ref, found.label) == ("values", "/data/size", "人数")
    assert [(one.text, one.author) for one in found.answers] == [("3", "刘敏"), ("4", "陈静")]
    assert [one.ref for one in both.finish().problems] == ["/data/size"] and not both.finish().ready
    with pytest.raises(NotReady):
        both.submit()
    both.answer("/data/income", "5")  # settles nothing
    assert both.clash_at("/data/size")
    both.settle("/data/size")
    assert both.finish().ready and not visit_row(books[0], visit).conflict
    assert merged(books, visit).filling.value("/data/size") == "4"
    assert not visit_row(books[1], visit).conflict


def test_what_one_after_the_other_answered_is_no_conflict(books: tuple[Casebook, Casebook], visit: str) -> None:
    open_interview(books[0], visit).answer("/data/size", "3")
    merged(books, visit)
    open_interview(books[1], visit).answer("/data/size", "4")
    assert merged(books, visit).filling.value("/data/size") == "4"
    assert not any(visit_row(book, visit).conflict for book in books)
    assert [list(one) for one in merged(books, visit).heads] != []


def test_answers_that_came_after_it_was_handed_in_are_seen_by_the_reviewer(
    books: tuple[Casebook, Casebook], visit: str
) -> None:
    here, there = (open_interview(book, visit) for book in books)
    there.answer("/data/phone", "9")
    here.answer("/data/size", "3")
    here.submit()
    merged(books, visit)
    row = visit_row(books[0], visit)
    assert row.conflict and row.state == "township"
    assert [(one.sort, one.ref) for one in conflicts(books[0], visit)] == [("unsubmitted", "/data/phone")]
    with pytest.raises(RuhuError) as raised:
        pass_on(books[0].acted_by("审核人"), [visit])
    assert raised.value.code == "two_submissions"
    send_back(books[0].acted_by("审核人"), visit, "另一台电脑也填了")
    assert not visit_row(books[0], visit).conflict
    again = open_interview(books[0], visit)
    again.submit()
    assert not visit_row(books[0], visit).conflict and again.filling.value("/data/phone") == "9"


REPEATED = """
size     int     人数
member   repeat  家庭成员
  called text    姓名
"""


def test_people_that_came_and_went_on_both_machines(books: tuple[Casebook, Casebook], tmp_path: Path) -> None:
    (tmp_path / "户表.xml").write_text(xform(REPEATED), encoding="utf-8")
    visit = planned(books[0], import_form(books[0], tmp_path / "户表.xml").id, {}, ())
    carry(*books)
    here, there = (open_interview(book, visit) for book in books)
    here.add("/data/member")
    there.answer("/data/size", "2")
    merged(books, visit)
    assert not visit_row(books[0], visit).conflict
    here, there = (open_interview(book, visit) for book in books)
    here.remove("/data/member[1]")
    there.answer("/data/member[1]/called", "甲")
    both = merged(books, visit)
    assert [(one.sort, one.ref) for one in conflicts(books[1], visit)] == [("instances", "/data/member")]
    assert both.clash_at("/data/member[1]/called")
    both.add("/data/member")
    assert not visit_row(books[0], visit).conflict
