"""Lists into the casebook: a person is minted once and carried over; a list is stored whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from audit.decisions import undo
from audit.imports import import_list, remembered_mapping
from casebook.errors import RuhuError
from casebook.progress import Stopped
from casebook.store.casebook import Casebook
from casebook.store.facts import facts
from casebook.store.lists import current
from casebook.store.sources import ListSide, stored_people
from tests.audit.casebooks import HEAD, KEY_NAMES, KEYS, give, live, new_book
from tests.audit.histories import PEOPLE
from tests.audit.notation import table


@pytest.fixture(params=KEYS, ids=KEY_NAMES)
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu", key=request.param) as made:
        yield made


def people(book: Casebook, side: ListSide = "roster") -> dict[str, str]:
    """Name to person of the current list."""
    return dict(book.connection.execute("SELECT name, person FROM listed WHERE side = ?", (side,)).fetchall())


def minted(book: Casebook) -> list[str]:
    return [person for fact in facts(book.connection, "e.kind = 'persons'") if fact.body for person in fact.body["ids"]]


def counts(book: Casebook) -> tuple[int, ...]:
    names = ("envelope", "body", "piece")
    return tuple(book.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names)


def test_every_row_of_a_first_list_is_a_person_minted(book: Casebook) -> None:
    told = give(book, "roster", PEOPLE)
    assert (told.rows, told.changes, told.already, told.side) == (8, None, False, "roster")
    assert len(set(people(book).values())) == 8
    assert sorted(minted(book)) == sorted(people(book).values())
    give(book, "registry", PEOPLE)
    assert set(people(book).values()).isdisjoint(people(book, "registry").values()), "joining is the run's business"


def test_people_are_carried_over_and_changes_counted(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    before = people(book)
    lines = PEOPLE.splitlines()
    moved = [lines[3].replace("550707-1", "550707-1!"), lines[0], lines[1].replace("李桂芳", "李桂方"), lines[2]]
    born = "钱多多 | 770707-3 | 女 | 河口乡 | 柳林村 | H007 | P077 | 户主 | 1 | ."
    told = give(book, "roster", "\n".join([*moved, *lines[5:], born]))
    after = people(book)
    assert told.changes and astuple(told.changes) == (1, 1, 2, 5)
    assert after["李桂方"] == before["李桂芳"]
    assert {name: one for name, one in after.items() if name in before} == {
        name: one for name, one in before.items() if name in after
    }
    assert set(minted(book)) == {*before.values(), after["钱多多"]} and len(minted(book)) == 9


def test_a_wrong_list_in_between_costs_nobody_their_id(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    before = people(book)
    strangers = "钱多多 | 770707-3 | 女 | 河口乡 | 柳林村 | H007 | P077 | 户主 | 1 | ."
    give(book, "roster", strangers)
    assert set(people(book).values()).isdisjoint(before.values())
    told = give(book, "roster", PEOPLE.replace("李桂芳", "李桂方"))
    after = people(book)
    assert told.changes and (told.changes.added, told.changes.gone) == (8, 1), "told against the list before"
    assert after.pop("李桂方") == before["李桂芳"]
    assert after == {name: one for name, one in before.items() if name in after}
    assert len(minted(book)) == 9


def test_a_withdrawn_list_is_remembered_too(book: Casebook) -> None:
    told = give(book, "roster", PEOPLE)
    before = people(book)
    undo(book, told.source)
    assert people(book) == {}
    assert give(book, "roster", PEOPLE).changes is None
    assert people(book) == before and len(minted(book)) == 8


def test_who_was_left_out_for_a_month_is_known_again(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    before = people(book)
    lines = PEOPLE.splitlines()
    give(book, "roster", "\n".join([*lines[:2], *lines[3:]]))
    give(book, "roster", PEOPLE)
    assert people(book) == before


def test_whoever_changed_all_is_another_person(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    before = people(book)
    other = PEOPLE.replace("周老幺 | 330808-1 | 男", "钱多多 | 770707-3 | 女").replace("P006", "P066")
    told = give(book, "roster", other)
    assert told.changes and (told.changes.added, told.changes.gone) == (1, 1)
    assert people(book)["钱多多"] not in before.values()


def test_the_same_file_again_writes_nothing(book: Casebook) -> None:
    first = give(book, "roster", PEOPLE)
    before = counts(book)
    again = give(book, "roster", PEOPLE)
    assert (again.already, again.source, again.rows) == (True, first.source, 8)
    assert counts(book) == before


def test_the_same_file_with_other_columns_named_is_another_import(book: Casebook) -> None:
    lists = table(HEAD + PEOPLE)
    import_list(book, lists, "roster", {"备注": "remark"})
    assert remembered_mapping(book, "roster") == {"备注": "remark"}
    before = people(book)
    told = import_list(book, lists, "roster", {})
    assert not told.already and told.changes and astuple(told.changes) == (0, 0, 0, 8)
    assert people(book) == before
    assert remembered_mapping(book, "roster") == {}
    assert remembered_mapping(book, "registry") == {}


def test_lists_of_other_offices_mint_nobody(book: Casebook) -> None:
    told = give(book, "deaths", PEOPLE)
    assert told.changes is None and minted(book) == []
    fact = current(book.connection, "deaths")
    assert fact and stored_people(book.connection, fact) == [None] * 8
    changed = give(book, "deaths", PEOPLE.replace("王大山", "王大川"))
    assert changed.changes and astuple(changed.changes) == (0, 0, 1, 7)


def test_an_empty_list_is_refused(book: Casebook) -> None:
    with pytest.raises(RuhuError) as raised:
        give(book, "roster", "")
    assert (raised.value.code, raised.value.category) == ("no_rows", "unusable")


def test_a_dry_run_counts_and_writes_nothing(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    before = counts(book)
    told = import_list(book, table(HEAD + PEOPLE.replace("李桂芳", "李桂方")), "roster", {}, dry_run=True)
    assert told.source == "" and told.changes and told.changes.changed == 1
    assert counts(book) == before


@pytest.mark.parametrize("first", [True, False], ids=["first list", "second list"])
def test_stopped_at_any_stage_nothing_is_written(book: Casebook, first: bool) -> None:
    if not first:
        give(book, "roster", PEOPLE)
    text = PEOPLE.replace("李桂芳", "李桂方")
    before, views, told = counts(book), live(book), list[str]()

    def progress(stage: str, _done: int, _total: int) -> None:
        told.append(stage)
        if len(told) == stop:
            raise Stopped

    stop = 1
    while True:
        told.clear()
        try:
            import_list(book, table(HEAD + text), "roster", {}, progress)
        except Stopped:
            assert (counts(book), live(book)) == (before, views)
            stop += 1
            continue
        break
    assert stop > 3 and people(book)["李桂方"]


def test_a_list_imported_meanwhile_by_another_is_not_passed_over(tmp_path: Path) -> None:
    """Who is who was worked out against a list that is no longer the newest."""
    with new_book(tmp_path / "a.ruhu") as book:
        give(book, "roster", PEOPLE)

        def meanwhile(_stage: str, done: int, _total: int) -> None:
            if done == 0 and len(list(facts(book.connection, "e.kind = 'source'"))) == 1:
                give(book, "roster", PEOPLE.replace("周老幺", "周老么"))

        with pytest.raises(RuhuError) as raised:
            import_list(book, table(HEAD + PEOPLE.replace("李桂芳", "李桂方")), "roster", {}, meanwhile)
        assert (raised.value.code, raised.value.category) == ("imported_meanwhile", "locked")
        assert "周老么" in people(book)


def test_texts_that_are_none(book: Casebook) -> None:
    """A file unpacked from an archive of another encoding, a cell with half a letter."""
    told = table(HEAD + PEOPLE, name="\udcbb\udca8名册.xlsx")
    first = told.rows[0]
    damaged = replace(first, values=("王\ud842山", *first.values[1:]))
    import_list(book, replace(told, rows=(damaged, *told.rows[1:])), "roster", {})
    assert book.connection.execute("SELECT name FROM source").fetchall() == [("??名册.xlsx",)]
    assert len(people(book)) == len(told.rows) and "王?山" in people(book)
