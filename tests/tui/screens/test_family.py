"""A clerk at a table: a small household in the shipped form from the first key to 待乡审, and what a clerk must not
lose on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.people.idnumber import check_digit
from casebook.store.casebook import Casebook, create_casebook
from survey_forms.stored_forms import import_form, standard_form
from tests.tui.screens.entry_flows import done, entry, here, plan_visit, press, stored, visit_book
from tests.tui.screens.looking import burst, shown
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp

USUAL = (80, 24)

KEYS = {
    "visit": "enter 1 enter 1 1 1",
    "home": "1 9 enter",
    "ask": "1",
    "man": "1 1 1 1 4 1 enter 1 1 2 enter",
    "his disease": "4 slash z f enter enter 2 0 1 3 0 5 0 1 enter 县 医 院 enter 1 2 1 2 1",
    "his treatment": "t enter 县 医 院 enter 1 2 1 1 enter 2 2 1",
    "its costs": "1 0 0 enter 4 0 enter 5 0 enter enter enter enter enter enter enter enter 1 0 enter",
    "no more of them": "enter enter",
    "a woman who died": "1 3 3 2 0 2 5 0 1 0 1 enter",
    "nobody more": "enter",
    "signatures": "enter 2 1 3 8 0 0 0 0 1 2 3 4 enter 王 enter 3 1",
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Casebook]:
    """A casebook with a visit of two people in the shipped form, one with a surveyed disease, and an ask."""
    people = [("甲大山", "1", "1955-06-12", "003", "01"), ("乙桂花", "2", "1957-09-20", "004", "02")]
    prefill = [("/data/household_listed", "1"), ("/data/household/household_code", "H1"), ("/data/asks_number", "1")]
    prefill += [("/data/ask[1]/ask_id", "a1"), ("/data/ask[1]/ask_about", "姓名")]
    for number, (name, sex, birth, serial, relation) in enumerate(people, 1):
        first = "990101" + birth.replace("-", "") + serial
        told = {"id": f"P{number}", "name": name, "sex": sex, "birth_date": birth, "relation": relation}
        told["id_number"] = first + check_digit(first)
        prefill += [(f"/data/member[{number}]/person_{field}", text) for field, text in told.items()]
    prefill.append(("/data/member[1]/disease[1]/suspected_name", "胃病"))
    with create_casebook(tmp_path / "家.ruhu", name="家", author="李文书", views=VIEWS) as book:
        plan_visit(book, import_form(book, standard_form()).id, prefill)
        yield book


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Casebook]:
    with visit_book(tmp_path) as book:
        yield book


async def test_a_household_from_the_first_key_to_the_review(home: Casebook) -> None:
    app = RuhuApp(home)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        for name, keys in KEYS.items():
            await burst(pilot, *keys.split())  # as fast as a clerk never types
            await done(pilot)
            if name == "its costs":
                assert "还差" not in shown(app), "they add up now"
        assert "必答未答 0" in shown(app), here(page)
        await press(pilot, "f10", "y")
        assert "已上交（待乡审），只能看" in shown(app)
    answers = stored(home)
    disease, cost = "member[1]/disease[1]/", "member[1]/disease[1]/treatment[1]/cost/"
    assert (answers[disease + "disease_code"], answers[disease + "diagnosing_hospital"]) == ("I60-I64", "县医院")
    assert (answers[cost + "cost_total"], answers[cost + "cost_other"]) == ("100", "10")
    assert answers["member[2]/person_outcome"] == "3" and answers["signatures/second"] == "王"


# What a clerk must not lose


async def test_enter_does_not_give_again_what_was_taken_back(small: Casebook) -> None:
    app = RuhuApp(small)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2", "up", "1", "up")
        assert stored(small)["base/sex"] == "1"
        await press(pilot, "ctrl+z", "enter")
        assert stored(small)["base/sex"] == "2" and here(page) == "base/age"
        await press(pilot, "up", "backspace", "enter")
        assert "base/sex" not in stored(small), "a cleared answer stays cleared"


async def test_digits_replace_a_number_and_letters_add_to_a_text(small: Casebook) -> None:
    app = RuhuApp(small)
    async with app.run_test(size=USUAL) as pilot:
        await entry(pilot)
        await press(pilot, *"丰", "enter", "2", *"72", "enter", "up", *"35", "enter")
        answers = stored(small)
        assert (answers["base/head"], answers["base/age"]) == ("张三丰", "35")
        await press(pilot, "up", "right", *"1", "backspace", "backspace", *"6", "enter")
        assert stored(small)["base/age"] == "36", "with the cursor it can be mended"


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (("enter", "2"), "base/age"),
        (("enter", "2", *"72", "enter"), "base/born"),
        (("enter", "2", *"110", "enter"), "base/age"),
        (("enter", "2", *"110", "enter", "enter", "1"), "base/born"),
        (("enter", "2", "ctrl+z"), "base/sex"),
        (("f3", *"105", "enter", "1", "2"), "base/ill"),
    ],
)
async def test_what_is_killed_goes_on_at_the_question_it_was_at(
    small: Casebook, keys: tuple[str, ...], place: str
) -> None:
    """Nobody left it: the last answer is the last that is known."""
    app = RuhuApp(small)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, *keys)
        assert here(page) == place
    again = RuhuApp(small)
    async with again.run_test(size=USUAL) as pilot:
        assert here(await entry(pilot)) == place
