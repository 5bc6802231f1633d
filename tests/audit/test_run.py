"""A run as a fact: what it keeps, that it is whole or not there, and what it has from the runs before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.decisions import undo
from audit.detail import finding_detail
from audit.finding_view import current_run
from audit.questions import subject_of
from audit.queue import Filter, queue_ids
from audit.run import STATE_LETTERS, run_audit
from casebook.errors import RuhuError
from casebook.progress import Stopped
from casebook.store.casebook import Casebook
from casebook.store.facts import pieces
from casebook.store.verify import verify
from casebook.version import program_version
from tests.audit.casebooks import KEY_NAMES, KEYS, acting, audited, finding, give, kinds, live, new_book, run_of
from tests.audit.histories import PEOPLE, changed

REGISTRY = changed(0b1111)


@pytest.fixture(params=KEYS, ids=KEY_NAMES)
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu", key=request.param) as made:
        yield made


def test_a_run_tells_what_it_was_made_from_and_what_came_out(book: Casebook) -> None:
    roster, registry = give(book, "roster", PEOPLE), give(book, "registry", REGISTRY)
    summary = audited(book)
    run = current_run(book.connection)
    assert run and run.id == summary.run and run.body
    assert run.body["program"] == program_version()
    assert run.body["sources"] == {"roster": roster.source, "registry": registry.source}
    assert run.body["scopes"] == {"roster": "people", "registry": "people"}
    assert run.body["states"]["roster"] == {"agrees": 4, "differs": 4}
    assert run.body["rows"]["roster"] == "=!!!!===" and set(run.body["rows"]["registry"]) <= set(STATE_LETTERS.values())
    assert (summary.links, summary.findings) == (8, 4)
    links = [link for _n, link in pieces(book.connection, run.arrival, "link")]
    listed = dict(book.connection.execute("SELECT person, name FROM listed").fetchall())
    assert {(listed[registry], listed[roster]) for registry, roster, *_rest in links} >= {("李桂方", "李桂芳")}
    assert verify(book.connection).broken == ()


def test_findings_name_people_and_not_rows(book: Casebook) -> None:
    """The same people in another order of rows put the same questions."""
    audited(book, PEOPLE, REGISTRY)
    subjects = dict(book.connection.execute("SELECT kind, subject FROM finding").fetchall())
    person = dict(book.connection.execute("SELECT side || name, person FROM listed").fetchall())
    assert subjects["sex_wrong"] == subject_of("sex", [person["roster王小山"]], [person["registry王小山"]])
    lines = PEOPLE.splitlines()
    audited(book, "\n".join(reversed(lines)), "\n".join(sorted(REGISTRY.splitlines())))
    assert dict(book.connection.execute("SELECT kind, subject FROM finding").fetchall()) == subjects


def test_a_list_is_missing(book: Casebook) -> None:
    for side in ("roster", "registry"):
        with pytest.raises(RuhuError) as raised:
            run_audit(book)
        assert (raised.value.code, raised.value.category) == ("no_list", "check")
        give(book, side, PEOPLE)  # type: ignore[arg-type]
    run_audit(book)


def test_the_newest_run_counts_and_the_one_before_comes_back(book: Casebook) -> None:
    first = audited(book, PEOPLE, REGISTRY)
    before = live(book)
    second = audited(book, "", changed(0b1))
    assert run_of(book) == second.run and kinds(book) == [("name_homophone", "李桂芳")]
    undo(book, second.run)
    assert run_of(book) == first.run
    assert {table: live(book)[table] for table in ("finding", "joined")} == {
        table: before[table] for table in ("finding", "joined")
    }
    undo(book, first.run)
    assert run_of(book) == "" and kinds(book) == [] and len(queue_ids(book, Filter())) == 0


def test_a_scope_that_was_given_holds_for_the_next_run(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    give(book, "registry", "\n".join(PEOPLE.splitlines()[:3]))
    assert run_audit(book, registry_scope="patients").states["roster"]["out_of_scope"] == 5
    assert run_audit(book).states["roster"]["out_of_scope"] == 5
    assert run_audit(book, registry_scope="people").states["roster"] == {"agrees": 3, "roster_only": 5}


def test_other_offices_lists_are_evidence(book: Casebook) -> None:
    give(book, "deaths", "周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | . | . | . | . | .", name="死亡.xlsx")
    summary = audited(book, PEOPLE, changed(0b1000_0000_0000 | 0b100_0000_0000))
    assert kinds(book)[0] == ("deceased", "周老幺")
    told = finding_detail(book, finding(book, "deceased")).evidence
    assert len(told) == 1 and "死亡.xlsx" in told[0]
    run = current_run(book.connection)
    assert run and run.id == summary.run and run.body and set(run.body["sources"]) == {"roster", "registry", "deaths"}


def test_stopped_at_any_stage_nothing_is_written(book: Casebook) -> None:
    audited(book, PEOPLE, REGISTRY)
    give(book, "registry", changed(0b1))
    before = live(book), book.connection.execute("SELECT count(*) FROM envelope").fetchone()
    told: list[str] = []

    def listen(stage: str, done: int, total: int) -> None:
        told.append(stage)
        if len(told) == stop:
            raise Stopped

    stop = 0
    while True:
        stop += 1
        told.clear()
        try:
            run_audit(book, listen)
        except Stopped:
            assert (live(book), book.connection.execute("SELECT count(*) FROM envelope").fetchone()) == before
            continue
        break
    assert stop > 4 and kinds(book) == [("name_homophone", "李桂芳")]


def test_a_list_imported_during_a_run_stops_it(book: Casebook) -> None:
    """Its findings would be about rows that count no more."""
    audited(book, PEOPLE, REGISTRY)
    before = run_of(book)

    def meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "写入案卷" and done == 0:
            with acting(book, "张伟"):
                give(book, "registry", changed(0b1))

    with pytest.raises(RuhuError) as raised:
        run_audit(book, meanwhile)
    assert (raised.value.code, run_of(book)) == ("imported_meanwhile", before)
    assert run_audit(book).findings == 1
