"""Where a visit stands after what was done with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from survey_forms.visits.assigning import assign, people
from survey_forms.visits.history import history
from survey_forms.visits.planning import last_plan, withdraw
from survey_forms.visits.standing import Step, standing
from survey_forms.visits.steps import pass_on, recall, send_back
from survey_forms.visits.visit_list import visit_named
from tests.survey_forms.visits.made_visits import (
    PLACES,
    enter,
    hand_in,
    new_book,
    plan_one,
    reject,
    report,
    row,
    unreport,
)

FILLER, TOWN, COUNTY = "陈静", "张伟", "刘敏"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "县.ruhu", COUNTY) as made:
        yield made


def refused(code: str, act: object, *arguments: object) -> None:
    with pytest.raises(RuhuError) as error:
        act(*arguments)  # type: ignore[operator]
    assert (error.value.code, error.value.category) == (code, "usage")
    assert "王大山" not in error.value.what + error.value.remedy


def test_the_whole_way(book: Casebook) -> None:
    visit = plan_one(book)
    assert row(book, visit).state == "planned"
    enter(book, visit, op="start")
    enter(book, visit, op="left")
    assert row(book, visit).state == "planned", "looking at it is no work"
    enter(book, visit, "/data/a", "1")
    enter(book, visit, "/data/b", "2")
    enter(book, visit, "/data/b", "")
    now = row(book, visit)
    assert (now.state, now.answered) == ("draft", 1)
    submission = hand_in(book, visit, FILLER)
    now = row(book, visit)
    assert (now.state, now.submitted_by, now.submission) == ("township", FILLER, submission)
    pass_on(book.acted_by(TOWN), [visit])
    now = row(book, visit)
    assert (now.state, now.reviewer) == ("county", TOWN)
    refused("same_reviewer", pass_on, book.acted_by(TOWN), [visit])
    pass_on(book, [visit])
    assert row(book, visit).state == "passed"
    refused("not_in_review", pass_on, book, [visit])


def passed(book: Casebook, household: str = "H001") -> tuple[str, str]:
    """A visit that passed, and its submission."""
    visit = plan_one(book, household)
    enter(book, visit)
    submission = hand_in(book, visit, FILLER)
    pass_on(book.acted_by(TOWN), [visit])
    pass_on(book, [visit])
    return visit, submission


def test_reported_while_a_batch_has_it(book: Casebook) -> None:
    (visit, _), (other, _) = passed(book), passed(book, "H002")
    batch = report(book, visit)
    assert [row(book, one).state for one in (visit, other)] == ["reported", "passed"]
    refused("reported", send_back, book, visit, "不对")
    refused("not_in_review", pass_on, book.acted_by(TOWN), [visit])
    report(book, visit, other, earlier=[batch], number=2)
    assert row(book, other).state == "reported"
    second = report(book, visit, number=3)
    unreport(book, batch, "换模板")
    assert [row(book, one).state for one in (visit, other)] == ["reported", "passed"], "what rested on it falls too"
    unreport(book, second)
    assert row(book, visit).state == "passed"
    told = [(past.what, past.text) for past in history(book, visit) if past.what in ("reported", "revoked")]
    assert told == [
        ("reported", "1"), ("reported", "2"), ("reported", "3"), ("revoked", "换模板"),
        ("revoked", "换模板"),
    ]  # fmt: skip
    send_back(book.acted_by(TOWN), visit, "不对")
    assert row(book, visit).state == "draft"


def test_the_province_sends_back_whoever_reads_it(book: Casebook) -> None:
    visit, submission = passed(book)
    report(book, visit)
    reject(book.acted_by(FILLER), visit, "疾病代码不存在")
    reject(book, visit, "姓名有误")
    now = row(book, visit)
    assert (now.state, now.returned, now.reason) == ("draft", True, "疾病代码不存在；姓名有误")
    assert [past.at for past in history(book, visit) if past.what == "return"] == ["reported", "reported"]
    enter(book, visit, "/data/a", "2")
    hand_in(book, visit, FILLER, replaces=[submission])
    reject(book, visit, "来迟了", submission)
    assert row(book, visit).state == "township", "what was handed in anew is not what the province saw"
    pass_on(book.acted_by(TOWN), [visit])
    pass_on(book, [visit])
    assert row(book, visit).state == "passed", "no batch has it as it is now"
    report(book, visit, number=2)
    assert row(book, visit).state == "reported"


def test_nobody_reviews_what_they_handed_in(book: Casebook) -> None:
    visit = plan_one(book)
    refused("not_in_review", pass_on, book, [visit])
    hand_in(book, visit, FILLER)
    refused("own_submission", pass_on, book.acted_by(FILLER), [visit])
    refused("own_submission", send_back, book.acted_by(FILLER), visit, "错了")
    refused("no_reason", send_back, book.acted_by(TOWN), visit, "  ")
    assert row(book, visit).state == "township"


def test_several_pass_together_or_none_does(book: Casebook) -> None:
    first, second = plan_one(book), plan_one(book, "H002")
    hand_in(book, first, FILLER)
    refused("not_in_review", pass_on, book, [first, second])
    assert row(book, first).state == "township"


def test_sent_back_and_handed_in_again(book: Casebook) -> None:
    visit = plan_one(book)
    first = hand_in(book, visit, FILLER)
    pass_on(book.acted_by(TOWN), [visit])
    send_back(book, visit, "费用合计不对", ["/data/cost"])
    now = row(book, visit)
    assert (now.state, now.returned, now.reason, now.submission) == ("draft", True, "费用合计不对", first)
    second = hand_in(book, visit, FILLER, [first])
    now = row(book, visit)
    assert (now.state, now.returned, now.reason, now.submission) == ("township", False, "", second)
    assert (now.reviewer, now.conflict) == ("", False)
    pass_on(book.acted_by(TOWN), [visit])
    pass_on(book, [visit])
    send_back(book, visit, "病种要改")
    assert row(book, visit).state == "draft", "what passed can be found wrong later"


def test_recalled_by_who_handed_in_before_any_review(book: Casebook) -> None:
    visit = plan_one(book)
    refused("not_to_recall", recall, book, visit)
    hand_in(book, visit, FILLER)
    refused("not_own_submission", recall, book.acted_by(TOWN), visit)
    recall(book.acted_by(FILLER), visit)
    now = row(book, visit)
    assert (now.state, now.returned) == ("draft", False)
    hand_in(book, visit, FILLER, [now.submission])
    pass_on(book.acted_by(TOWN), [visit])
    refused("not_to_recall", recall, book.acted_by(FILLER), visit)


def test_assigned_to_the_last_one_named(book: Casebook) -> None:
    first, second = plan_one(book), plan_one(book, "H002")
    assert len(assign(book, [first, second], " 陈静 ")) == 2
    assert assign(book, [first], "陈静") == ()
    assign(book, [first], "")
    assert [row(book, one).assigned for one in (first, second)] == ["", "陈静"]
    assert people(book) == sorted(["刘敏", "陈静"])
    hand_in(book, first, FILLER)
    refused("handed_in", assign, book, [second, first], "张伟")
    assert row(book, second).assigned == "陈静"
    refused("no_visit", assign, book, ["ab" * 16], "张伟")


def test_a_plan_is_taken_back_while_nobody_has_begun(book: Casebook) -> None:
    first, second = plan_one(book), plan_one(book, "H002")
    assert last_plan(book) == ([first, second], 0)
    enter(book, second)
    assert last_plan(book) == ([first], 1)
    refused("begun", withdraw, book, [first, second])
    withdraw(book, [first])
    refused("no_visit", visit_named, book, first[:6])
    assert visit_named(book, "H002").id == second
    assert last_plan(book.acted_by("别人")) == ([], 0)


def test_named_by_handle_or_household_code(book: Casebook) -> None:
    first = plan_one(book, "3300410201")
    hand_in(book, first, FILLER)
    assert visit_named(book, "3300410201").id == first
    assert visit_named(book, first[:6].upper()).id == first
    second = plan_one(book, "3300410201", plan="p2")
    assert visit_named(book, "3300410201").id == second, "the open one"
    pass_on(book.acted_by(TOWN), [first])
    plan_one(book, "3300410201", place=PLACES[2])
    refused("several_visits", visit_named, book, "3300410201")
    for unknown in ("", "zz", first[:3], "3300"):
        refused("no_visit", visit_named, book, unknown)


def _step(kind: str, author: str, fact: str = "", **told: str) -> Step:
    values = {"step": "", "at": "", "submission": "s1", "text": ""} | told
    return Step(fact, kind, author=author, parents=(), **values)


def test_steps_made_without_knowing_of_each_other() -> None:
    handed_in = _step("submission", FILLER, "s1")
    in_town = _step("review", TOWN, "r1", step="pass", at="township")
    also_in_town = _step("review", COUNTY, "r2", step="pass", at="township")
    assert standing([handed_in, in_town, also_in_town], True).state == "county", "two 乡审 are no 县审"
    back = _step("review", COUNTY, "r3", step="return", at="township", text="错")
    for order in ([in_town, back], [back, in_town]):
        assert standing([handed_in, *order], True).state == "draft", "what was found wrong is not lost"
    recalled = _step("review", FILLER, "r4", step="recall", at="township")
    for order in ([in_town, recalled], [recalled, in_town]):
        assert standing([handed_in, *order], True).state == "draft", "nor what the surveyor found wrong"
    foreign = _step("review", TOWN, "r5", step="recall", at="township")
    assert standing([handed_in, foreign], True).state == "township"
    other = _step("submission", TOWN, "s2")
    both = standing([handed_in, other, in_town], True)
    assert (both.conflict, both.submission, both.state) == (True, "s2", "township")


def test_two_submissions_that_dont_know_of_each_other_want_a_person(book: Casebook) -> None:
    visit = plan_one(book)
    hand_in(book, visit, FILLER)
    hand_in(book, visit, TOWN)
    assert row(book, visit).conflict
    refused("two_submissions", pass_on, book, [visit])
    send_back(book, visit, "两份要并成一份")
    heads = [fact for (fact,) in book.connection.execute("SELECT fact FROM visit_step WHERE kind = 'submission'")]
    hand_in(book, visit, FILLER, heads)
    assert not row(book, visit).conflict
