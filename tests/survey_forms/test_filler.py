"""Who fills in a form is asked once: the next household has it already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, create_casebook
from survey_forms.interview import open_interview
from survey_forms.stored_forms import import_form
from tests.survey_forms.forms import xform
from tests.survey_forms.test_interview import planned
from tui.all_views import VIEWS

SIGNED = """
size                 int      人数
signer.filler        text     填报人    required={true()}
signer.filler_phone  text     联系电话
signer.second        text     同行人
"""
FILLER = {"/data/filler": "王小川", "/data/filler_phone": "13000000000"}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with create_casebook(tmp_path / "a.ruhu", name="县", author="刘敏", views=VIEWS) as made:
        yield made


@pytest.fixture
def form(book: Casebook, tmp_path: Path) -> str:
    (tmp_path / "户表.xml").write_text(xform(SIGNED), encoding="utf-8")
    return import_form(book, tmp_path / "户表.xml").id


def test_the_first_household_names_who_acts(book: Casebook, form: str) -> None:
    interview = open_interview(book, planned(book, form, {}, ()))
    assert (interview.filling.value("/data/filler"), interview.filling.value("/data/filler_phone")) == ("刘敏", "")


def test_the_next_ones_have_what_was_told_in_the_one_before(book: Casebook, form: str) -> None:
    first = open_interview(book, planned(book, form, {}, ()))
    for ref, said in {**FILLER, "/data/second": "陈静"}.items():
        first.answer(ref, said)
    for _household in range(3):
        interview = open_interview(book, planned(book, form, {}, ()))
        assert {ref: interview.filling.value(ref) for ref in FILLER} == FILLER
        assert interview.filling.value("/data/second") == "", "who came along is asked each time"
        interview.answer("/data/size", "3")


def test_another_person_starts_with_their_own_name(book: Casebook, form: str) -> None:
    first = open_interview(book, planned(book, form, {}, ()))
    first.answer("/data/filler", "王小川")
    other = open_interview(book.acted_by("陈静"), planned(book, form, {}, ()))
    assert other.filling.value("/data/filler") == "陈静"
