"""Handing in: what the submission says, what changed since, and what keeps it from being handed in."""

from __future__ import annotations

import pytest

from casebook.errors import RuhuError
from casebook.people.asks import answers_to
from casebook.store.casebook import Casebook
from survey_forms.interview import Interview, open_interview
from survey_forms.visits import handed_in
from survey_forms.visits.changes import Changed, changes
from survey_forms.visits.handed_in import other_answers
from survey_forms.visits.planning import Choice, plan
from survey_forms.visits.steps import NotReady, pass_on, send_back
from survey_forms.visits.submitted import submitted
from survey_forms.visits.visit_list import visit_named
from survey_forms.visits.visit_view import fact_body
from tests.audit.casebooks import ruled
from tests.survey_forms.visits.answered import answers_for

GIVEN = {
    "person.outcome": "2",
    "signer.second": "李四",
    "signer.filler_phone": "13900000000",
    "ask.answer": "3",
    "ask.document": "1",
    "ask.value": "李桂芬",
}


@pytest.fixture
def visit(surveyed: Casebook, form: str) -> str:
    """A visit of H001 with an ask about the wife's name."""
    kind, name = surveyed.connection.execute(
        "SELECT kind, name FROM finding WHERE household = 'H001' AND question = 'name'"
    ).fetchone()
    ruled(surveyed, kind, 7, name)
    plan(surveyed, Choice(), form)
    return visit_named(surveyed, "H001").id


def filled(book: Casebook, visit: str, **given: str) -> Interview:
    """An interview in which everything asked is answered, as on the screen."""
    told = GIVEN | {name.replace("__", "."): value for name, value in given.items()}
    lines = answers_for(open_interview(book, visit).filling, told)
    interview = open_interview(book, visit)
    for line in lines:
        interview.answer(line["ref"], line["value"])
    for ref, _said in interview.filling.warnings():
        interview.reason(ref, "看过证件")
    return interview


def told(found: list[Changed], origin: str = "prefill") -> dict[str, tuple[str, str, str]]:
    return {one.label: (one.who, one.before, one.now) for one in found if one.origin == origin}


def test_the_submission_says_what_outlives_the_form(surveyed: Casebook, visit: str) -> None:
    book = surveyed.acted_by("陈静")
    interview = filled(book, visit)
    interview.remark("/data/home/household_phone", "打不通")
    submission = interview.submit()
    body = fact_body(surveyed.connection, submission)
    (ask,) = (one for (one,) in surveyed.connection.execute("SELECT id FROM ask"))
    assert body["asks"] == [{"ask": ask, "answer": "3", "value": "李桂芬", "document": "身份证", "note": ""}]
    assert body["outcome"]["consent"] == "1" and body["outcome"]["household"] == "1"
    assert [(one["status"], one["outcome"]) for one in body["outcome"]["people"]] == [("1", "2")] * 3
    assert body["remarks"] == [["/data/home/household_phone", "打不通"]]
    assert [ref for ref, _reason in body["reasons"]] == [ref for ref, _said in interview.filling.warnings()] != []
    assert body["instance"] in body["xml"] and body["replaces"] == ""
    assert [one.value for one in answers_to(surveyed.connection, ask)] == ["李桂芬"]
    assert interview.visit.state == "township" and interview.readonly
    with pytest.raises(RuhuError) as error:
        interview.answer("/data/home/household_phone", "13800000002")
    assert error.value.code == "handed_in"


def test_an_unfinished_case_is_not_handed_in(surveyed: Casebook, visit: str) -> None:
    interview = open_interview(surveyed, visit)
    interview.answer("/data/visit/visit_outcome", "1")
    with pytest.raises(NotReady) as error:
        interview.submit()
    assert error.value.category == "check" and error.value.finished.problems
    assert "116" in error.value.what and "王大山" not in error.value.what
    assert visit_named(surveyed, visit).state == "draft"


def test_a_soft_check_wants_its_reason(surveyed: Casebook, visit: str) -> None:
    interview = filled(surveyed, visit)
    (ref, _said), *_rest = interview.filling.warnings()
    interview.reason(ref, "")
    with pytest.raises(NotReady) as error:
        interview.submit()
    assert not error.value.finished.problems and error.value.finished.warnings


def test_what_the_lists_had_otherwise(surveyed: Casebook, visit: str) -> None:
    book = surveyed.acted_by("陈静")
    interview = filled(book, visit, household__phone="")
    interview.answer("/data/home/household_phone", "13800000077")
    interview.answer("/data/member[2]/identity_check", "2")
    interview.answer("/data/member[2]/person_name", "李桂芬")
    interview.answer("/data/member[2]/identity_document", "1")
    interview.submit()
    found = told(changes(surveyed, visit))
    assert found["联系电话"] == ("", "13800000001", "13800000077")
    assert found["姓名"] == ("李桂芬", "李桂芳", "李桂芬")
    assert set(found) == {"联系电话", "姓名"}, "what is not asked any more is no change, nor what is new"


def test_somebody_new_and_somebody_gone(surveyed: Casebook, visit: str) -> None:
    book = surveyed.acted_by("陈静")
    interview = filled(book, visit)
    interview.add("/data/member")
    for line in answers_for(open_interview(book, visit).filling, GIVEN | {"person.name": "王小丫", "person.sex": "2"}):
        interview.answer(line["ref"], line["value"])
    for ref, _said in interview.finish().warnings:
        interview.reason(ref, "刚出生")
    interview.submit()
    people = [(one.before, one.now) for one in changes(surveyed, visit) if one.ref.startswith("/data/member")]
    assert people == [("", "王小丫")]


def test_what_changed_since_it_was_sent_back(surveyed: Casebook, visit: str) -> None:
    book = surveyed.acted_by("陈静")
    first = filled(book, visit).submit()
    assert not [one for one in changes(surveyed, visit) if one.origin == "submission"]
    send_back(surveyed, visit, "住处不对", ["/data/member[3]/whereabouts"])
    interview = open_interview(book, visit)
    assert not interview.readonly and interview.visit.reason == "住处不对"
    interview.answer("/data/member[3]/whereabouts", "2")
    second = interview.submit()
    body = fact_body(surveyed.connection, second)
    assert body["replaces"] == first
    assert fact_body(surveyed.connection, first)["instance"] in body["xml"], "the deprecated one"
    assert told(changes(surveyed, visit), "submission") == {"在家还是外出": ("王小山", "在家", "外出")}
    assert [one.instance for one in submitted(surveyed, [visit])] == [body["instance"]]


def test_two_sittings_do_not_overwrite_each_other(surveyed: Casebook, visit: str) -> None:
    one, other = open_interview(surveyed, visit), open_interview(surveyed.acted_by("张伟"), visit)
    one.answer("/data/visit/visit_outcome", "1")
    for late in (lambda: other.answer("/data/visit/visit_outcome", "2"), other.submit):
        with pytest.raises(RuhuError):
            late()
    assert open_interview(surveyed, visit).filling.value("/data/visit/visit_outcome") == "1"


SWAPPED = ("<person_name>王大山</person_name>", "<person_name>王小山</person_name>")


@pytest.mark.parametrize(
    ("forged", "differ"),
    [
        ([], []),
        ([(">13900000000<", ">13911111111<")], [("13900000000", "13911111111")]),
        ([(">13800000001<", "><")], [("13800000001", "")]),
        ([SWAPPED, SWAPPED[::-1]], [("王大山", "王小山"), ("王小山", "王大山")]),  # the same values, of other people
        ([("<household_phone>", "<household_phone>1</household_phone><household_phone>")],
         [("13800000001", "1 / 13800000001")]),
    ],
)  # fmt: skip
def test_what_another_machine_handed_in_is_what_its_answers_say(
    surveyed: Casebook,
    visit: str,
    monkeypatch: pytest.MonkeyPatch,
    forged: list[tuple[str, str]],
    differ: list[tuple[str, str]],
) -> None:
    interview = filled(surveyed.acted_by("陈静"), visit)
    other = interview.filling.submission_xml(instance="uuid:1")
    for at, (said, told) in enumerate(forged):
        assert other.count(said) == 1
        other = other.replace(said, told if len(forged) == 1 else f"({at})")
    for at, (_said, told) in enumerate(forged):
        other = other.replace(f"({at})", told)
    monkeypatch.setattr(type(interview.filling), "submission_xml", lambda *_a, **_k: other)
    interview.submit()
    row = visit_named(surveyed, visit)
    assert other_answers(surveyed, surveyed.connection, row) == [], "its own are not looked at"
    monkeypatch.setattr(handed_in, "own_devices", lambda _connection: ())
    found = other_answers(surveyed, surveyed.connection, row)
    assert [(one.before, one.now) for one in found] == differ
    if not forged:
        assert pass_on(surveyed.acted_by("王审"), [visit])
        return
    with pytest.raises(RuhuError) as error:
        pass_on(surveyed.acted_by("王审"), [visit])
    assert error.value.code == "other_answers" and "139" not in str(error.value)
    send_back(surveyed.acted_by("王审"), visit, "请核对")
