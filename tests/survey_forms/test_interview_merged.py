"""One visit filled in on two machines that did not know of each other: nothing answered is lost, and it opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, create_casebook
from survey_forms.interview import Interview, open_interview
from survey_forms.stored_forms import import_form
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
