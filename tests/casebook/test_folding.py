"""What is one piece of work is one entry of the log, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.history import LogFilter, log_ids, log_rows

ME = "刘敏"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with create_casebook(tmp_path / "县.ruhu", name="县", author=ME, views=()) as made:
        yield made


def visit(book: Casebook, to: str = "", form: str = "f") -> str:
    """A visit as a plan writes it."""
    with book.writing() as writing:
        made = writing.append("visit", {"form": form}, parents=[form]).id
        if to:
            writing.append("assignment", {"visit": made, "to": to}, parents=[made])
    return made


def answers(book: Casebook, visit: str, count: int, by: str = ME) -> None:
    with book.acted_by(by).writing() as writing:
        for number in range(count):
            writing.append("answer", {"visit": visit, "op": "answer", "value": f"秘密{number}"}, parents=[visit])


def assign(book: Casebook, *visits: str) -> None:
    with book.writing() as writing:
        for one in visits:
            writing.append("assignment", {"visit": one, "to": "陈静"}, parents=[one])


def entries(book: Casebook, **filter: str) -> list[tuple[str, int]]:
    """Kind and number of facts of each entry, oldest first, without those of the casebook's making."""
    asked = LogFilter(**filter)
    fold = not (asked.kind or asked.text)
    rows = log_rows(book, log_ids(book, asked, fold=True), fold=fold)[::-1]
    return [(row.fact.kind, row.facts) for row in rows if row.fact.kind not in ("casebook", "account")]


def test_the_answers_of_a_sitting(book: Casebook) -> None:
    one, other = visit(book), visit(book, form="g")
    answers(book, one, 5)
    answers(book, other, 3)
    answers(book, one, 2)
    answers(book, one, 4, by="陈静")
    assert entries(book)[2:] == [("answer", 5), ("answer", 3), ("answer", 2), ("answer", 4)]


def test_something_between_two_sittings_parts_them(book: Casebook) -> None:
    one = visit(book)
    answers(book, one, 2)
    with book.writing() as writing:
        writing.append("submission", {"visit": one}, parents=[one])
    answers(book, one, 2)
    assert entries(book)[1:] == [("answer", 2), ("submission", 1), ("answer", 2)]


@pytest.mark.parametrize("to", ["", "陈静"])
def test_a_plan_is_one_entry_with_its_assignments(book: Casebook, to: str) -> None:
    for _number in range(4):
        visit(book, to)
    visit(book, to, form="g")
    assert entries(book) == [("visit", 4), ("visit", 1)]


def test_many_given_away_at_once(book: Casebook) -> None:
    made = [visit(book) for _number in range(3)]
    assign(book, *made)
    assert entries(book) == [("visit", 3), ("assignment", 3)]


def test_one_kind_asked_for_comes_fact_by_fact(book: Casebook) -> None:
    one = visit(book, "陈静")
    answers(book, one, 3)
    assert entries(book, kind="answer") == [("answer", 1)] * 3
    assert entries(book, kind="assignment") == [("assignment", 1)]
    assert entries(book, author=ME) == [("visit", 1), ("answer", 3)]


def test_what_was_answered_is_not_searched(book: Casebook) -> None:
    one = visit(book)
    answers(book, one, 3)
    assert entries(book, text="秘密") == []
    newest = log_rows(book, log_ids(book, LogFilter(), 1))[0].fact
    assert entries(book, text=newest.id[:8]) == [("answer", 1)]


def test_only_the_newest_entries(book: Casebook) -> None:
    one = visit(book)
    answers(book, one, 30)
    assign(book, one)
    rows = log_rows(book, log_ids(book, LogFilter(), 2, fold=True), fold=True)
    assert [(row.fact.kind, row.facts) for row in rows] == [("assignment", 1), ("answer", 30)]
