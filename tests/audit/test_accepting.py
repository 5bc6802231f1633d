"""A question sent home with the visit, what came back, and taking it over with one decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from audit.accepting import accept, answer_words
from audit.answers import Answer, apply_answers
from audit.asks import ask_told
from audit.decisions import sent_home_unasked, undo, undo_last
from audit.detail import finding_detail
from audit.kinds import KINDS
from audit.questions import question_of
from casebook.errors import RuhuError
from casebook.people.asks import Ask, open_asks, stands
from casebook.store.casebook import Casebook
from casebook.store.facts import fact_by_id
from casebook.texts import from_json
from tests.audit.casebooks import (
    acting,
    audited,
    carry,
    finding,
    live,
    new_book,
    rebuilt,
    ruled,
    second_device,
    status,
)  # fmt: skip
from tests.audit.histories import PEOPLE, changed


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu") as made:
        audited(made, PEOPLE, changed(0b1111))
        yield made
        assert live(made) == rebuilt(made)


def answered(
    book: Casebook, decision: str, answer: str, visit: str = "V1", replaces: Sequence[str] = (), **told: str
) -> str:
    """A visit is handed in with this answer to the ask, in place of what is named; the submission's id."""
    one = {"ask": decision, "answer": answer, "value": "", "document": "", "note": ""} | told
    body = {"visit": visit, "xml": "", "asks": [one]}
    with book.writing() as writing:
        return writing.append("submission", body, parents=[visit, *replaces]).id


def reviewed(book: Casebook, submission: str, step: str) -> None:
    with book.writing() as writing:
        writing.append("review", {"visit": "V1", "submission": submission, "step": step}, parents=[submission])


def asked(book: Casebook, kind: str = "id_valid_other") -> tuple[int, str]:
    """A finding sent home: its number and the ask's id."""
    (decision,) = ruled(book, kind, 7)
    return finding(book, kind), decision


def asks(book: Casebook) -> list[Ask]:
    return open_asks(book.connection)


def test_a_decision_for_the_visit_is_an_ask_with_both_values_and_a_question(book: Casebook) -> None:
    number, decision = asked(book)
    (ask,) = asks(book)
    detail = finding_detail(book, number)
    assert ask.id == decision and ask.field == "id_number" and ask.kind == "id_valid_other"
    assert (ask.roster, ask.registry) == (detail.finding.roster.text, detail.finding.registry.text)  # type: ignore[union-attr]
    assert str(ask.question) == "请看身份证或户口本：证件号是哪一个？"
    assert {side for side, _person in ask.people} == {"roster", "registry"}
    assert (ask.household, ask.township, ask.name) == (detail.row.household, detail.row.township, detail.row.name)


def test_other_decisions_ask_nothing(book: Casebook) -> None:
    ruled(book, "id_valid_other", 1)
    assert asks(book) == []


def test_an_ask_is_closed_by_the_next_decision_and_opens_again_when_that_is_undone(book: Casebook) -> None:
    _number, decision = asked(book)
    ruled(book, "id_valid_other", 1)
    assert asks(book) == [] and not stands(book.connection, decision)
    undo_last(book)
    assert [ask.id for ask in asks(book)] == [decision]
    undo(book, decision)
    assert asks(book) == []


@pytest.mark.parametrize(
    ("answer", "told", "verdict", "stands_as"),
    [
        ("1", {"note": "看过户口本"}, 1, "unsigned"),
        ("2", {}, 2, "unsigned"),
        ("3", {"document": "身份证", "value": "证上的号"}, 3, "unsigned"),
        ("4", {"note": "两边都是旧号"}, 4, "unsigned"),
        ("5", {"note": "家里没人"}, 5, "pending"),
    ],
)
def test_one_step_takes_over_what_was_answered(
    book: Casebook, answer: str, told: dict[str, str], verdict: int, stands_as: str
) -> None:
    number, decision = asked(book)
    answered(book, decision, answer, **told)
    assert status(book, "id_valid_other") == ("answered", 7)
    (fact,) = accept(book, [number])
    assert status(book, "id_valid_other") == (stands_as, verdict)
    made = next(one for one in finding_detail(book, number).history if one.fact == fact)
    assert (made.value, made.document) == (told.get("value", ""), told.get("document", ""))
    assert made.reason.startswith("入户核实，刘敏，") and told.get("note", "") in made.reason
    assert asks(book) == []
    undo(book, fact)
    assert status(book, "id_valid_other") == ("answered", 7)


def test_what_was_answered_stands_beside_the_finding(book: Casebook) -> None:
    number, decision = asked(book)
    with acting(book, "王小川"):
        answered(book, decision, "3", document="身份证", value="证上的号", note="本人在家")
    (said,) = finding_detail(book, number).visited
    day = said.wall[:10]
    assert answer_words(said).startswith("以证件为准，身份证，证上的号（王小川，") and day[:4] in answer_words(said)
    assert answer_words(said).endswith("：本人在家")


@pytest.mark.parametrize("step", ["return", "recall"])
def test_an_answer_that_is_sent_back_is_none_until_it_is_handed_in_again(book: Casebook, step: str) -> None:
    number, decision = asked(book)
    first = answered(book, decision, "1")
    reviewed(book, first, step)
    assert status(book, "id_valid_other") == ("visit", 7) and finding_detail(book, number).visited == ()
    refused(book, number, "no_answer")
    answered(book, decision, "2")
    accept(book, [number])
    assert status(book, "id_valid_other") == ("unsigned", 2)


def test_a_passed_answer_stays(book: Casebook) -> None:
    _number, decision = asked(book)
    reviewed(book, answered(book, decision, "1"), "pass")
    assert status(book, "id_valid_other") == ("answered", 7)


def test_two_visits_that_answer_differently_are_left_to_the_auditor(book: Casebook) -> None:
    number, decision = asked(book)
    answered(book, decision, "1")
    answered(book, decision, "2", visit="V2")
    refused(book, number, "answers_differ")
    assert status(book, "id_valid_other") == ("answered", 7)


def test_one_submission_in_place_of_two_leaves_one_answer(book: Casebook) -> None:
    """Two machines handed in the same visit; the latter was sent back, and both were put together."""
    number, decision = asked(book)
    first, second = answered(book, decision, "1"), answered(book, decision, "2")
    reviewed(book, second, "return")
    answered(book, decision, "3", replaces=[first, second], document="身份证", value="证上的号")
    assert [one.answer for one in finding_detail(book, number).visited] == ["3"]
    accept(book, [number])
    assert status(book, "id_valid_other") == ("unsigned", 3)


def test_an_answer_that_is_not_in_the_list_is_shown_but_not_taken_over(book: Casebook) -> None:
    number, decision = asked(book)
    answered(book, decision, "8")
    refused(book, number, "answer_unknown")
    assert answer_words(finding_detail(book, number).visited[0]).startswith("8")


def refused(book: Casebook, number: int, code: str) -> None:
    before = book.connection.execute("SELECT count(*) FROM envelope").fetchone()
    with pytest.raises(RuhuError) as raised:
        accept(book, [number])
    assert raised.value.code == code and raised.value.remedy
    assert book.connection.execute("SELECT count(*) FROM envelope").fetchone() == before


def test_all_or_none_are_taken_over(book: Casebook) -> None:
    number, decision = asked(book)
    answered(book, decision, "1")
    with pytest.raises(RuhuError):
        accept(book, [number, finding(book, "sex_wrong")])
    assert status(book, "id_valid_other") == ("answered", 7)


def test_an_answer_may_come_before_its_question(book: Casebook, tmp_path: Path) -> None:
    """Facts of two machines, whichever comes first."""
    with second_device(book, tmp_path / "b.ruhu", "王小川") as laptop:
        _number, decision = asked(book)
        answered(laptop, decision, "1")
        carry(laptop, book, max)
        assert status(book, "id_valid_other") == ("answered", 7)
        carry(book, laptop)
        assert live(book).keys() == live(laptop).keys()
        assert status(laptop, "id_valid_other") == ("answered", 7)


def test_answers_of_a_workbook_ask_as_well(book: Casebook) -> None:
    key = finding_detail(book, finding(book, "id_valid_other")).finding.key
    taken = apply_answers(book, [Answer("疑点", 2, key, 7)])
    assert taken.decided == 1
    assert [ask.field for ask in asks(book)] == ["id_number"]


def test_blanks_around_a_value_are_seen_in_the_ask() -> None:
    cells = {"roster": [0, "", 2, "A", "", " 王小山\t"], "registry": [0, "", 2, "A", "", "王小山"]}
    told = {"kind": "name_format", "question": "name_form", "field": "name", **cells}
    ask = ask_told(told, 7)["ask"]
    assert (ask["roster"], ask["registry"]) == ("␣王小山␣", "王小山")


def test_every_kind_has_a_question_for_the_door() -> None:
    for kind in KINDS:
        told = {"kind": kind, "question": question_of(kind), "field": KINDS[kind].field}
        said = ask_told(told, 7)["ask"]["question"]
        assert str(from_json(said)).endswith("？"), kind
        assert ask_told(told, 1) == {}


def test_a_decision_of_before_there_were_asks_is_made_anew_with_one(book: Casebook) -> None:
    """Version 0.1 knew the verdict 7 and no asks: deciding it once more is no repetition."""
    _number, decision = asked(book)
    old = fact_by_id(book.connection, decision)
    assert old is not None and old.body is not None
    undo(book, decision)
    with book.writing() as writing:
        bare = {name: value for name, value in old.body.items() if name != "ask"}
        writing.append("decision", bare, area=old.envelope.area)
    assert status(book, "id_valid_other")[0] == "visit"
    assert not asks(book) and sent_home_unasked(book.connection) == 1
    (again,) = ruled(book, "id_valid_other", 7)
    assert ([ask.id for ask in asks(book)], sent_home_unasked(book.connection)) == ([again], 0)
    assert ruled(book, "id_valid_other", 7) == ()
