"""What there is to do with visits, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook
from survey_forms.visits.assigning import assign
from survey_forms.visits.duties import asks_on_their_way, duties
from survey_forms.visits.history import history, reasons_given, visits_of_people
from survey_forms.visits.planning import withdraw
from survey_forms.visits.steps import pass_on, recall, send_back
from tests.survey_forms.visits.made_visits import enter, hand_in, new_book, plan_one

FILLER, TOWN, COUNTY = "陈静", "张伟", "刘敏"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "测试县.ruhu", TOWN) as made:
        yield made


def test_nothing_to_do(book: Casebook) -> None:
    found = duties(book, TOWN)
    assert (found.total, found.returned, found.mine_returned, set(found.reviews.values())) == (0, 0, 0, {0})


def test_each_duty_is_whose_it_is(book: Casebook) -> None:
    planned, drafted, sent, reviewed, passed = (plan_one(book, f"H{number}") for number in range(5))
    assign(book, [planned, drafted, sent], FILLER)
    enter(book, drafted)
    for visit in (sent, reviewed, passed):
        hand_in(book, visit, by=FILLER)
    send_back(book, sent, "签字不全")
    pass_on(book, [passed])
    filler, town, county = (duties(book, name) for name in (FILLER, TOWN, COUNTY))
    assert filler.counts == {"planned": 1, "draft": 2, "township": 1, "county": 1, "passed": 0, "reported": 0}
    assert (filler.mine["planned"], filler.mine["draft"], filler.mine_returned) == (1, 2, 1)
    assert (town.mine["planned"], town.mine_returned, town.returned) == (0, 0, 1)
    assert filler.reviews == {"township": 0, "county": 0}, "handed in by this person"
    assert town.reviews == {"township": 1, "county": 0}, "passed in the township by this person"
    assert county.reviews == {"township": 1, "county": 1}
    pass_on(book.acted_by(COUNTY), [passed])
    assert duties(book, TOWN).done == 1


def test_what_was_taken_back_is_no_duty(book: Casebook) -> None:
    withdraw(book, [plan_one(book)])
    assert duties(book, TOWN).total == 0


def test_asks_are_on_their_way_until_the_visit_passes(book: Casebook) -> None:
    visit = plan_one(book, asks=["q1", "q2"])
    withdraw(book, [plan_one(book, "H9", asks=["q3"])])
    assert asks_on_their_way(book.connection) == {"q1", "q2"}
    hand_in(book, visit, by=FILLER)
    pass_on(book, [visit])
    pass_on(book.acted_by(COUNTY), [visit])
    assert asks_on_their_way(book.connection) == set()


def test_the_way_of_a_visit(book: Casebook) -> None:
    visit = plan_one(book)
    assign(book, [visit], FILLER)
    hand_in(book, visit, by=FILLER)
    recall(book.acted_by(FILLER), visit)
    hand_in(book, visit, by=FILLER)
    send_back(book, visit, "漏了一个人", ["/data/a"])
    told = [(one.what, one.author, one.text, one.refs) for one in history(book, visit)]
    assert told == [
        ("planned", TOWN, "", ()),
        ("assigned", TOWN, FILLER, ()),
        ("submitted", FILLER, "", ()),
        ("recall", FILLER, "", ()),
        ("submitted", FILLER, "", ()),
        ("return", TOWN, "漏了一个人", ("/data/a",)),
    ]
    assert reasons_given(book) == ["漏了一个人"]


def test_the_visits_of_people(book: Casebook) -> None:
    older, newer, _other = plan_one(book, "H1"), plan_one(book, "H1", plan="p2"), plan_one(book, "H2")
    assert [row.id for row in visits_of_people(book, ["PH11", "PH10", "nobody"])] == [newer, older]
    assert visits_of_people(book, []) == []
