"""Who is who: the pairs of the newest run that was not taken back, whatever came first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.facts import Fact, encoded, pieces_digest
from casebook.store.joins import JOINS
from tests.casebook.made_books import KEY_NAMES, KEYS

VIEWS = (JOINS,)


@pytest.fixture(params=KEYS, ids=KEY_NAMES)
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Casebook]:
    with create_casebook(tmp_path / "a.ruhu", name="县", author="甲", views=VIEWS, key=request.param) as made:
        yield made


def run(book: Casebook, *links: tuple[str, str, str]) -> Fact:
    rows = [encoded([registry, roster, 20.5, state, ["id_blank"]]) for registry, roster, state in links]
    with book.writing() as writing:
        body = {"digests": {"link": pieces_digest(enumerate(rows))}}
        return writing.append("run", body, pieces={"link": rows})


def take_back(book: Casebook, *facts: Fact) -> None:
    with book.writing() as writing:
        writing.append("undo", {"targets": [fact.id for fact in facts]})


def joined(book: Casebook) -> list[tuple[str, str, str]]:
    return book.connection.execute("SELECT * FROM joined ORDER BY registry, roster").fetchall()


def test_nobody_is_joined_before_a_run(book: Casebook) -> None:
    assert joined(book) == []


def test_the_newest_run_counts_and_the_one_before_comes_back(book: Casebook) -> None:
    one = run(book, ("G1", "R1", "auto"), ("G2", "R1", "auto"), ("G3", "R3", "review"))
    assert joined(book) == [("G1", "R1", "auto"), ("G2", "R1", "auto"), ("G3", "R3", "review")]
    two = run(book, ("G1", "R2", "decided"))
    assert joined(book) == [("G1", "R2", "decided")]
    take_back(book, two)
    assert len(joined(book)) == 3
    three = run(book)
    assert joined(book) == []
    take_back(book, one)
    assert joined(book) == []
    take_back(book, three)
    assert joined(book) == []


def test_two_rows_of_one_pair_of_people_are_one_join(book: Casebook) -> None:
    run(book, ("G1", "R1", "auto"), ("G1", "R1", "review"))
    assert joined(book) == [("G1", "R1", "auto")]


def test_an_undo_that_comes_before_its_run(tmp_path: Path, book: Casebook) -> None:
    with create_casebook(tmp_path / "b.ruhu", name="县", author="乙", views=VIEWS) as other:
        kept, gone = run(other, ("G1", "R1", "auto")), run(other, ("G1", "R2", "auto"))
        with book.writing() as writing:
            writing.append("undo", {"targets": [gone.id]})
            for fact in (gone, kept):
                _send(other, writing, fact)
    assert joined(book) == [("G1", "R1", "auto")]


def _send(source: Casebook, writing: object, fact: Fact) -> None:
    from casebook.store.casebook import Writing

    assert isinstance(writing, Writing)
    salt, content = source.connection.execute(
        "SELECT salt, content FROM body WHERE arrival = ?", (fact.arrival,)
    ).fetchone()
    rows = [row for (row,) in source.connection.execute("SELECT content FROM piece WHERE arrival = ?", (fact.arrival,))]
    writing.take(fact.envelope, salt, content, {"link": enumerate(rows)})
