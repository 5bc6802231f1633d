"""Answers given at the desk: to what was seen, in words that were used, signed by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.answering import decide_as_seen, findings_of, newest_fact, other_signers, reasons_used
from audit.decisions import Ruling, countersign, decide
from audit.finding_view import shown_run
from audit.queue import Filter, queue_ids, queue_rows
from audit.queue_places import done_of, household_from, next_to_do, villages_of, waits_for
from audit.statuses import EVERY, TO_DO
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from tests.audit.casebooks import acting, audited, finding, new_book, ruled, status

ROSTER = """
    李希楷 | 980101-1 | 男 | 甲乡 | 东村 | 1 | 11 | 户主 | 2 |
    李小凡 | 200202-2 | 女 | 甲乡 | 东村 | 1 | 12 | 之女 | 2 |
    王大伟 | 700303-3 | 男 | 甲乡 | 西村 | 2 | 21 | 户主 | 1 |
"""
REGISTRY = """
    李希凯 | 980101-1 | 男 | 甲乡 | 东村 | 1 | 11 | 户主 | 2 |
    李小帆 | 200202-2 | 女 | 甲乡 | 东村 | 1 | 12 | 之女 | 2 |
    王大位 | 700303-3 | 男 | 甲乡 | 西村 | 2 | 21 | 户主 | 1 |
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "甲.ruhu") as made:
        audited(made, ROSTER, REGISTRY)
        yield made


def _ids(book: Casebook) -> list[int]:
    return list(queue_ids(book, Filter(statuses=EVERY)))


def test_an_answer_to_another_status_or_run_is_refused(book: Casebook) -> None:
    first = _ids(book)[0]
    run = shown_run(book.connection)
    (seen,) = queue_rows(book, [first])
    decide(book, [first], Ruling(2))
    (now,) = queue_rows(book, [first])
    for row, of_run, code in ((seen, run, "changed_since"), (now, "another", "other_run")):
        with pytest.raises(RuhuError) as raised:
            decide_as_seen(book, row, Ruling(1), of_run)
        assert raised.value.code == code
    assert queue_rows(book, [first])[0].verdict == 2
    assert decide_as_seen(book, now, Ruling(1), run) and queue_rows(book, [first])[0].verdict == 1


def test_an_answer_to_another_decision_of_the_same_status_is_refused(book: Casebook) -> None:
    """Somebody else has decided otherwise since; what is over is still over, but not as it was seen."""
    first = _ids(book)[0]
    decide(book, [first], Ruling(2))
    (seen,) = queue_rows(book, [first])
    with acting(book, "张伟"):
        decide(book, [first], Ruling(1, "另看过"))
    with pytest.raises(RuhuError) as raised:
        decide_as_seen(book, seen, Ruling(2, "再看过"), shown_run(book.connection))
    assert raised.value.code == "changed_since"
    assert queue_rows(book, [first])[0].verdict == 1


def test_the_findings_of_decisions_and_signatures(book: Casebook) -> None:
    first = _ids(book)[0]
    facts = decide(book, [first], Ruling(1, "看过"))
    assert findings_of(book, facts) == [first]
    with book.writing() as writing:
        signature = writing.append("countersign", {"decision": facts[0]}).id
    assert findings_of(book, (signature,)) == [first]


def test_reasons_of_the_verdict_come_first_and_the_newest_first(book: Casebook) -> None:
    ids = _ids(book)
    for identity, verdict, reason in zip(ids, (5, 1, 5), ("等回话", "看过", "再查"), strict=False):
        decide(book, [identity], Ruling(verdict, reason))
    assert reasons_used(book, 5) == ["再查", "等回话", "看过"]
    assert reasons_used(book, 1)[0] == "看过"


def test_who_may_sign(book: Casebook) -> None:
    decider = book.author
    assert other_signers(book, decider) == []
    with acting(book, "张伟"):
        decide(book, _ids(book)[:1], Ruling(2))
    assert other_signers(book, decider) == ["张伟"]


def test_another_acts_in_the_same_casebook(book: Casebook) -> None:
    before = newest_fact(book)
    decide(book.acted_by("张伟"), _ids(book)[:1], Ruling(1))
    assert newest_fact(book) == before + 1 and book.author == "刘敏"
    assert book.connection.execute("SELECT author FROM decision").fetchall() == [("张伟",)]


def test_the_next_finding_goes_round(book: Casebook) -> None:
    first, *_others, last = _ids(book)
    assert next_to_do(book, Filter(), last) == first
    decide(book, [first], Ruling(1))
    assert next_to_do(book, Filter(), last) == _ids(book)[1]
    decide(book, _ids(book), Ruling(1))
    assert next_to_do(book, Filter(), first) is None


def test_what_is_put_off_is_passed_by_unless_it_is_what_is_wanted(book: Casebook) -> None:
    first, second, *_others = _ids(book)
    decide(book, [second], Ruling(5, "再查"))
    assert next_to_do(book, Filter(), first) != second
    assert next_to_do(book, Filter(statuses=("pending",)), first) == second
    assert not waits_for("unsigned", TO_DO) and not waits_for("settled", EVERY)


def test_households_one_after_the_other(book: Casebook) -> None:
    ids = _ids(book)
    heads = [place for place, row in enumerate(queue_rows(book, ids)) if row.head]
    assert len(heads) == 2
    assert household_from(book, ids, 0, 1) == heads[1]
    assert household_from(book, ids, len(ids) - 1, 1) == len(ids) - 1
    assert household_from(book, ids, len(ids) - 1, -1) == heads[0]
    assert household_from(book, ids, heads[1] - 1, -1) == 0


def test_how_much_is_done(book: Casebook) -> None:
    ids = _ids(book)
    decide(book, ids[:1], Ruling(1))
    assert (done_of(book, Filter()).settled, done_of(book, Filter()).total) == (1, len(ids))
    west = done_of(book, Filter(village="西村"))
    assert (west.settled, west.total) == (0, dict(villages_of(book, "甲乡"))["西村"])
    assert villages_of(book, "乙乡") == []


def test_the_second_signer_settles(tmp_path: Path) -> None:
    with new_book(tmp_path / "乙.ruhu") as book:
        audited(book, ROSTER, "\n".join(REGISTRY.strip().splitlines()[:2]))
        ruled(book, "missing_in_registry", 1)
        countersign(book.acted_by("张伟"), [finding(book, "missing_in_registry")])
        assert status(book, "missing_in_registry") == ("settled", 1)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("李希", {"李希楷"}),
        ("lx", {"李希楷", "李小凡"}),
        ("王大偉", {"王大伟"}),
        ("%", set()),
        ("_", set()),
        ("不详", set()),
        ("王\udcff", set()),
        ("王" * 60_000, set()),
    ],
)
def test_the_queue_by_what_is_typed(book: Casebook, text: str, names: set[str]) -> None:
    found = queue_rows(book, queue_ids(book, Filter(text=text)))
    assert {row.name for row in found} == names
