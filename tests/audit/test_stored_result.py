"""The current run put together again: what the cross-check told, and pairs as people judged them since."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide, undo
from audit.run import run_audit
from audit.stored_result import stored_result, unseen_lists, with_judged_links
from casebook.errors import RuhuError
from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.tables.read import read_tables
from tests.audit.casebooks import acting, audited, give, new_book
from tests.audit.histories import PEOPLE, changed

REVIEW = changed(0b1_0000_0000)


def test_everything_is_as_it_was(tmp_path: Path) -> None:
    from audit.imports import import_list

    files = write_county(invent_county(300), tmp_path)
    roster, registry = read_tables([(files.roster, {}), (files.registry, {})])
    with new_book(tmp_path / "a.ruhu") as book:
        import_list(book, roster, "roster", {})
        import_list(book, registry, "registry", {})
        told = run_audit(book).result
        found = stored_result(book)
    assert (found.roster, found.registry) == (told.roster, told.registry)
    assert (found.links, found.aliases, found.notes) == (told.links, told.aliases, told.notes)
    assert len(found.findings) == len(told.findings) > 30
    by_key = sorted(told.findings, key=lambda one: (one.key, one.roster_rows, one.registry_rows))
    assert sorted(found.findings, key=lambda one: (one.key, one.roster_rows, one.registry_rows)) == by_key


def test_it_is_the_run_that_counts_not_the_newest_lists(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        audited(book, PEOPLE, REVIEW)
        before = stored_result(book)
        give(book, "roster", PEOPLE.replace("李桂芳", "李桂方"))
        assert stored_result(book) == before


def test_lists_that_the_run_has_not_seen(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        give(book, "roster", PEOPLE)
        assert unseen_lists(book) == ["roster"]
        audited(book, "", PEOPLE)
        assert unseen_lists(book) == []
        registry = give(book, "registry", changed(1)).source
        give(book, "deaths", PEOPLE)
        assert unseen_lists(book) == ["registry", "deaths"]
        undo(book, registry)
        assert unseen_lists(book) == ["deaths"]


def test_findings_are_numbered_as_in_the_queue(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        audited(book, PEOPLE, REVIEW)
        rows = book.connection.execute("SELECT key FROM finding ORDER BY id").fetchall()
        assert [finding.key for finding in stored_result(book).findings] == [key for (key,) in rows]


def test_before_the_first_run(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book, pytest.raises(RuhuError) as caught:
        stored_result(book)
    assert (caught.value.code, caught.value.category) == ("no_run", "check")


@pytest.mark.parametrize("verdict", [8, 9])
def test_pairs_as_people_judged_them(tmp_path: Path, verdict: int) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        audited(book, PEOPLE, REVIEW)
        result = stored_result(book)
        assert with_judged_links(book, result).result == result
        (doubt,) = [link for link in result.links if link.state == "review"]
        (number,) = book.connection.execute("SELECT min(id) FROM finding WHERE review").fetchone()
        decide(book, [number], Ruling(verdict, "问过本人"))
        assert with_judged_links(book, result).result == result, "of severity A: not before it is signed"
        with acting(book, "陈静"):
            countersign(book, [number])
        judged = with_judged_links(book, result)
        states = {(link.registry, link.roster): link.state for link in judged.result.links}
        alone = (judged.result.roster.states[doubt.roster], judged.result.registry.states[doubt.registry])
        run_audit(book, roster_scope="people", registry_scope="people")
        after = stored_result(book)
    assert (judged.decided, judged.parted) == ((1, 0) if verdict == 8 else (0, 1))
    assert states == {(link.registry, link.roster): link.state for link in after.links}
    if verdict == 8:
        assert states[doubt.registry, doubt.roster] == "decided"
    else:
        assert (doubt.registry, doubt.roster) not in states
        assert alone == ("roster_only", "registry_only")
        assert alone == (after.roster.states[doubt.roster], after.registry.states[doubt.registry])
