"""Planning: whom, once each, filled in from the lists."""

from __future__ import annotations

from typing import Any

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from survey_forms.visits.planning import Choice, Planned, last_plan, plan, withdraw
from survey_forms.visits.steps import pass_on
from survey_forms.visits.visit_list import VisitFilter, visit_ids, visit_rows
from survey_forms.visits.visit_view import visit_fact
from tests.audit.casebooks import ruled
from tests.survey_forms.visits.made_visits import enter, hand_in, row


def planned(book: Casebook, form: str, to: str = "", **choice: Any) -> Planned:
    return plan(book, Choice(**choice), form, to)


def codes(book: Casebook) -> list[str]:
    return [one.household for one in visit_rows(book, visit_ids(book, VisitFilter()))]


def visit_of(book: Casebook, household: str) -> str:
    return next(one.id for one in visit_rows(book, visit_ids(book, VisitFilter(text=household))))


def test_households_with_somebody_ill(surveyed: Casebook, form: str) -> None:
    done = planned(surveyed, form, "陈静")
    assert (len(done.made), done.households, done.people, done.asks) == (3, 3, 7, 0)
    assert codes(surveyed) == ["H001", "H004", "H999"]
    one = row(surveyed, visit_of(surveyed, "H001"))
    assert (one.head, one.people, one.assigned, one.state) == ("王大山", 3, "陈静", "planned")


def test_only_counted(surveyed: Casebook) -> None:
    counted = plan(surveyed, Choice(which="all"), "", only_count=True)
    assert (counted.households, counted.people, counted.made) == (6, 11, ())
    assert codes(surveyed) == []


def test_by_township_and_village(surveyed: Casebook, form: str) -> None:
    planned(surveyed, form, which="all", villages=["云丰镇/白石村"])
    assert codes(surveyed) == ["H002", "H003"]
    planned(surveyed, form, townships=["云丰镇"])
    assert codes(surveyed) == ["H002", "H003", "H001"]
    for unknown in ({"villages": ["青桥"]}, {"townships": ["青桥村"]}):
        with pytest.raises(RuhuError) as error:
            planned(surveyed, form, **unknown)
        assert (error.value.code, error.value.category) == ("no_place", "usage")


def test_a_household_is_not_planned_twice(surveyed: Casebook, form: str) -> None:
    planned(surveyed, form)
    again = planned(surveyed, form)
    assert (again.made, again.skipped_open) == ((), 3)
    visit = visit_of(surveyed, "H001")
    hand_in(surveyed, visit, "陈静")
    pass_on(surveyed.acted_by("张伟"), [visit])
    pass_on(surveyed, [visit])
    again = planned(surveyed, form)
    assert (again.made, again.skipped_open, again.skipped_done) == ((), 2, 1)
    assert len(planned(surveyed, form, round="回头看").made) == 1, "another round visits it again"


def test_taken_back_it_is_planned_again(surveyed: Casebook, form: str) -> None:
    done = planned(surveyed, form)
    enter(surveyed, done.made[0])
    ids, begun = last_plan(surveyed)
    assert (set(ids), begun) == (set(done.made[1:]), 1)
    withdraw(surveyed, ids)
    assert len(planned(surveyed, form).made) == 2


def test_asks_go_with_the_household(surveyed: Casebook, form: str) -> None:
    _ask_any(surveyed)
    (ask,) = (one for (one,) in surveyed.connection.execute("SELECT id FROM ask"))
    done = planned(surveyed, form, which="asks")
    assert (done.households, done.asks, done.homeless) == (1, 1, 0)
    body = visit_fact(surveyed.connection, done.made[0])
    assert body["asks"] == [ask]
    filled = dict(body["prefill"])
    assert filled["/data/ask[1]/ask_id"] == ask
    assert filled["/data/ask[1]/ask_question"] and filled["/data/ask[1]/ask_person"]
    assert planned(surveyed, form, which="asks").households == 0, "it is on its way"


def _ask_any(book: Casebook) -> None:
    kind, name = book.connection.execute("SELECT kind, name FROM finding WHERE household = 'H001' LIMIT 1").fetchone()
    ruled(book, kind, 7, name)


def test_a_new_ask_renews_a_visit_that_nobody_has_begun(surveyed: Casebook, form: str) -> None:
    done = planned(surveyed, form, "陈静")
    _ask_any(surveyed)
    visit = visit_of(surveyed, "H001")
    again = planned(surveyed, form)
    assert (len(again.made), again.renewed, again.asks, again.skipped_open) == (1, 1, 1, 2)
    renewed = row(surveyed, visit_of(surveyed, "H001"))
    assert renewed.id != visit and renewed.assigned == "陈静" and renewed.asks == 1
    assert len(codes(surveyed)) == len(done.made)


def test_a_new_ask_waits_while_the_household_is_being_visited(surveyed: Casebook, form: str) -> None:
    planned(surveyed, form)
    visit = visit_of(surveyed, "H001")
    enter(surveyed, visit)
    _ask_any(surveyed)
    again = planned(surveyed, form)
    assert (again.made, again.skipped_open) == ((), 3)
    hand_in(surveyed, visit, "陈静")
    pass_on(surveyed.acted_by("张伟"), [visit])
    pass_on(surveyed, [visit])
    again = planned(surveyed, form, which="asks")
    assert (len(again.made), again.asks) == (1, 1)


def test_what_the_lists_know_is_filled_in(surveyed: Casebook, form: str) -> None:
    planned(surveyed, form)
    filled = dict(visit_fact(surveyed.connection, visit_of(surveyed, "H001"))["prefill"])
    assert filled["/data/household_listed"] == "1"
    assert filled["/data/household/household_code"] == "H001"
    assert (filled["/data/household/household_head"], filled["/data/household/household_size"]) == ("王大山", "3")
    assert filled["/data/household/household_cause"] == "01"
    assert filled["/data/home/household_phone"] == "13800000001"
    people = {name: [filled.get(f"/data/member[{n}]/{name}", "") for n in (1, 2, 3)] for name in (
        "person_name", "person_sex", "person_birth_date", "person_relation", "person_health"
    )}  # fmt: skip
    assert people == {
        "person_name": ["王大山", "李桂芳", "王小山"],
        "person_sex": ["1", "2", "1"],
        "person_birth_date": ["1960-01-01", "1962-03-03", "1988-05-05"],
        "person_relation": ["01", "02", "03"],
        "person_health": ["02 04", "01", "01"],
    }
    assert "/data/member[4]/person_id" not in filled
    assert filled["/data/member[1]/disease[2]/suspected_name"] == "糖尿病"
    assert filled["/data/member[2]/disease[1]/suspected_name"] == "胃癌", "of the registry's row that is joined"
    assert not any(name.endswith(("person_status", "person_outcome")) for name in filled), "that the visit tells"


def test_a_finer_word_falls_under_its_code(surveyed: Casebook, form: str) -> None:
    planned(surveyed, form)
    filled = dict(visit_fact(surveyed.connection, visit_of(surveyed, "H004"))["prefill"])
    assert filled["/data/member[2]/person_relation"] == "99", "之兄弟姐妹 is 其他"
