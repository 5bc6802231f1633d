"""Deciding, signing and taking back: what a ruling must say, what follows what, and what is undone with what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.batches import decide_batch, sample_batch
from audit.decisions import Ruling, countersign, decide, lacking, undo, undo_last
from audit.detail import finding_detail
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from casebook.store.facts import fact_by_id
from tests.audit.casebooks import (
    KEY_NAMES,
    KEYS,
    acting,
    audited,
    finding,
    kinds,
    live,
    new_book,
    rebuilt,
    ruled,
    run_of,
    status,
)
from tests.audit.histories import PEOPLE, changed

REGISTRY = changed(0b1111)
MANY_DIGITS = PEOPLE.replace("600101-1", "600101-1!").replace("550707-1", "550707-1!").replace("410202-5", "410202-5!")


@pytest.fixture(params=KEYS, ids=KEY_NAMES)
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu", key=request.param) as made:
        audited(made, PEOPLE, REGISTRY)
        yield made
        assert live(made) == rebuilt(made)


def facts_of(book: Casebook, kind: str) -> int:
    return int(book.connection.execute("SELECT count(*) FROM envelope WHERE kind = ?", (kind,)).fetchone()[0])


def refused(book: Casebook, fact: str) -> str:
    with pytest.raises(RuhuError) as raised:
        undo(book, fact)
    assert raised.value.category == "usage"
    return raised.value.code


A, B = "id_valid_other", "id_checkdigit"


@pytest.mark.parametrize(
    ("kind", "ruling", "review", "code"),
    [
        (B, Ruling(1), False, None),
        (B, Ruling(2), False, None),
        (B, Ruling(6), False, None),
        (B, Ruling(7), False, None),
        (B, Ruling(0, "查过"), False, "usage_verdict"),
        (B, Ruling(10, "查过"), False, "usage_verdict"),
        (B, Ruling(3), False, "no_document"),
        (B, Ruling(3, document="身份证"), False, "no_document"),
        (B, Ruling(3, value="x"), False, "no_document"),
        (B, Ruling(3, document="身份证", value="x"), False, None),
        (B, Ruling(3, "身份证上是 x"), False, None),
        (B, Ruling(4), False, "no_reason"),
        (B, Ruling(4, "  "), False, "no_reason"),
        (B, Ruling(4, "两边都缺"), False, None),
        (B, Ruling(5), False, "no_reason"),
        (B, Ruling(5, "查户口"), False, None),
        (B, Ruling(8), False, "not_in_review"),
        (B, Ruling(9), False, "not_in_review"),
        (B, Ruling(8), True, None),
        (A, Ruling(1), False, "no_reason"),
        (A, Ruling(1, " ", " "), False, "no_reason"),
        (A, Ruling(1, "看过身份证"), False, None),
        (A, Ruling(2, document="户口本"), False, None),
        (A, Ruling(8), True, "no_reason"),
        (A, Ruling(9, "问过本人"), True, None),
        (A, Ruling(6), False, None),
        (A, Ruling(7), False, None),
    ],
)
def test_what_a_ruling_lacks(kind: str, ruling: Ruling, review: bool, code: str | None) -> None:
    error = lacking(kind, ruling, review)
    assert (error.code if error else None) == code
    assert error is None or error.category == "usage"


def test_one_that_lacks_something_stops_all(book: Casebook) -> None:
    with pytest.raises(RuhuError):
        decide(book, [finding(book, B), finding(book, A)], Ruling(1))
    assert (status(book, B), facts_of(book, "decision")) == (("open", None), 0)
    with pytest.raises(RuhuError) as raised:
        decide(book, [finding(book, B), 99], Ruling(1, "查过"))
    assert (raised.value.code, facts_of(book, "decision")) == ("no_finding", 0)
    with pytest.raises(RuhuError) as raised:
        decide(book, [0], Ruling(1, "查过"))
    assert raised.value.code == "no_finding"


def test_a_decision_says_whom_and_what_it_rests_on(book: Casebook) -> None:
    (identity,) = ruled(book, B, 3, value=" 99010 ", document="身份证")
    fact = fact_by_id(book.connection, identity)
    assert fact and fact.body
    told = dict(book.connection.execute("SELECT side, person FROM listed WHERE name = '赵铁柱'").fetchall())
    assert fact.body["people"] == {side: [person] for side, person in told.items()}
    assert {(side, person, field) for side, person, field, _text in fact.body["basis"]} == {
        (side, person, "id_number") for side, person in told.items()
    }
    assert (fact.body["verdict"], fact.body["value"], fact.body["document"], fact.body["reason"]) == (
        3, "99010", "身份证", "查过",
    )  # fmt: skip
    assert (fact.envelope.area, fact.envelope.author, fact.envelope.parents) == ("云丰镇/白石村", "刘敏", ())


def test_a_decision_follows_the_ones_that_stood(book: Casebook) -> None:
    (one,) = ruled(book, B, 1)
    (two,) = ruled(book, B, 2)
    (three,) = ruled(book, B, 6)
    parents = [fact.envelope.parents for name in (one, two, three) if (fact := fact_by_id(book.connection, name))]
    assert parents == [(), (one,), (two,)]
    undo(book, three)
    (four,) = ruled(book, B, 7)
    fact = fact_by_id(book.connection, four)
    assert fact and fact.envelope.parents == (two,)
    history = finding_detail(book, finding(book, B)).history
    assert [(entry.fact, entry.stands, entry.undone) for entry in history] == [
        (one, False, False), (two, False, False), (three, False, True), (four, True, False),
    ]  # fmt: skip


def test_the_same_ruling_again_writes_nothing(book: Casebook) -> None:
    ruled(book, B, 1)
    assert ruled(book, B, 1) == ()
    assert len(ruled(book, B, 1, reason="再看过")) == 1


def test_numbers_of_another_run_are_refused(book: Casebook) -> None:
    """A finding's number means another finding after the next run."""
    shown = run_of(book)
    audited(book, "", changed(0b1110))
    for call in (lambda: decide(book, [1], Ruling(6), shown), lambda: countersign(book, [1], shown)):
        with pytest.raises(RuhuError) as raised:
            call()
        assert (raised.value.code, raised.value.category) == ("other_run", "check")
    assert len(decide(book, [1], Ruling(6), run_of(book))) == 1


def test_findings_that_share_a_decision_are_signed_at_once(book: Casebook) -> None:
    audited(book, PEOPLE, changed(0b1_0000_0000))
    numbers = [finding(book, "id_valid_other"), finding(book, "name_homophone")]
    ruled(book, "id_valid_other", 9)
    with acting(book, "张伟"):
        assert len(countersign(book, numbers)) == 1
    assert facts_of(book, "countersign") == 1
    assert [status(book, kind)[0] for kind in ("id_valid_other", "name_homophone")] == ["settled"] * 2


def test_a_ruling_with_a_letter_that_is_none(book: Casebook) -> None:
    """Of an argument that is no UTF-8."""
    assert ruled(book, B, 6, reason="查\udcff过")
    assert status(book, B) == ("referred", 6)


def test_taking_back_brings_back_what_stood(book: Casebook) -> None:
    (one,) = ruled(book, B, 1)
    (two,) = ruled(book, B, 2)
    assert refused(book, one) == "not_standing"
    told = undo(book, two)
    assert (told.kind, told.count, told.ids) == ("decision", 1, (two,))
    assert status(book, B) == ("settled", 1)
    assert refused(book, two) == "not_standing"
    undo(book, one[:12])
    assert status(book, B) == ("open", None)


@pytest.mark.parametrize("given", ["", "abc", "zzzzzzzz", "%%%%", "____", "B___", "' OR 1"])
def test_what_is_no_id_takes_nothing_back(book: Casebook, given: str) -> None:
    ruled(book, B, 1)
    before = facts_of(book, "undo")
    assert refused(book, given) == "unknown_fact"
    assert facts_of(book, "undo") == before


def test_a_casebooks_first_facts_are_not_taken_back(book: Casebook) -> None:
    for kind in ("casebook", "account", "persons"):
        (identity,) = book.connection.execute("SELECT id FROM envelope WHERE kind = ?", (kind,)).fetchone()
        assert refused(book, identity) == "unknown_fact"


def test_an_undo_is_not_undone(book: Casebook) -> None:
    (one,) = ruled(book, B, 1)
    undo(book, one)
    (identity,) = book.connection.execute("SELECT id FROM envelope WHERE kind = 'undo'").fetchone()
    assert refused(book, identity) == "unknown_fact"


def test_an_import_taken_back(book: Casebook) -> None:
    told = audited(book, "", changed(0b1))
    source = book.connection.execute("SELECT source FROM source_listed WHERE side = 'registry'").fetchone()[0]
    assert undo(book, source).kind == "source"
    assert book.connection.execute("SELECT source FROM source_listed WHERE side = 'registry'").fetchone()[0] != source
    assert run_of(book) == told.run, "the run stands until the next"
    assert refused(book, source) == "not_standing"
    audited(book)
    assert len(kinds(book)) == 4


def test_a_run_taken_back(book: Casebook) -> None:
    run = run_of(book)
    assert undo(book, run).kind == "run"
    assert (run_of(book), kinds(book)) == ("", [])
    assert refused(book, run) == "not_standing"
    with pytest.raises(RuhuError):
        decide(book, [1], Ruling(1, "查过"))


def test_the_last_decision_of_the_acting_user(book: Casebook) -> None:
    ruled(book, B, 1)
    ruled(book, "name_homophone", 1, by="张伟")
    ruled(book, "sex_wrong", 1)
    assert status(book, "sex_wrong") == ("settled", 1)
    for kind in ("sex_wrong", B):
        told = undo_last(book)
        assert told and told.kind == "decision"
        assert status(book, kind) == ("open", None)
    assert undo_last(book) is None
    assert status(book, "name_homophone") == ("settled", 1)
    with acting(book, "张伟"):
        assert undo_last(book)
    assert status(book, "name_homophone") == ("open", None)


def test_what_another_has_answered_is_not_taken_back(book: Casebook) -> None:
    ruled(book, B, 1)
    ruled(book, B, 2, by="张伟")
    with pytest.raises(RuhuError) as raised:
        undo_last(book)
    assert raised.value.code == "not_standing"
    assert status(book, B) == ("settled", 2)


def test_a_batch_is_taken_back_as_one(book: Casebook) -> None:
    audited(book, "", MANY_DIGITS)
    sample = sample_batch(book, B, 1)
    batch = decide_batch(book, sample, sample.code)
    assert [status(book, B, name)[0] for name in ("王大山", "赵铁柱", "吴春来")] == ["settled"] * 3
    ruled(book, B, 7, "赵铁柱")
    told = undo(book, batch)
    assert (told.kind, told.count) == ("batch", 2)
    assert [status(book, B, name)[0] for name in ("王大山", "赵铁柱", "吴春来")] == ["open", "visit", "open"]
    assert refused(book, batch) == "not_standing"


def test_undo_last_takes_the_whole_batch(book: Casebook) -> None:
    audited(book, "", MANY_DIGITS)
    sample = sample_batch(book, B, 1)
    decide_batch(book, sample, sample.code)
    told = undo_last(book)
    assert told and (told.kind, told.count) == ("batch", 3)
