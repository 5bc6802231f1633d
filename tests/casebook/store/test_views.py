"""Views: made anew when they lack facts or are of another version, and the same whichever way they were built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.facts import Fact
from casebook.store.sqlite import Connection
from casebook.store.views import View, behind, contents, rebuild
from tests.casebook.made_books import KEY_NAMES, KEYS, NOTES, add_notes, new_book, notes_in

COUNTED = View(
    "counted", 1, ("counted",), "CREATE TABLE counted (kind TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT",
    lambda connection, fact: _count(connection, fact),
)  # fmt: skip


def _count(connection: Connection, fact: Fact) -> None:
    connection.execute(
        "INSERT INTO counted VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET n = n + 1", (fact.kind,)
    )


def counted(book: Casebook) -> dict[str, int]:
    return dict(book.connection.execute("SELECT * FROM counted").fetchall())


def opened(folder: Path, *views: View, key: bytes | None = None) -> Casebook:
    return open_casebook(folder, author="甲", views=views, key=key)


@pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)
def test_a_view_that_is_new_reads_all_facts(tmp_path: Path, key: bytes | None) -> None:
    new_book(tmp_path / "a.ruhu", key, notes=3).close()
    with opened(tmp_path / "a.ruhu", NOTES, COUNTED, key=key) as book:
        assert counted(book) == {"casebook": 1, "account": 1, "note": 3}
        add_notes(book, range(3, 4))
        assert counted(book)["note"] == 4


def test_a_view_that_was_not_fed_catches_up(tmp_path: Path) -> None:
    """An older program, which does not know the view, has written."""
    folder = tmp_path / "a.ruhu"
    create_casebook(folder, name="县", author="甲", views=(NOTES, COUNTED)).close()
    with opened(folder, NOTES) as book:
        add_notes(book, range(2))
        assert counted(book) == {"casebook": 1, "account": 1}
        assert behind(book.connection, (NOTES, COUNTED)) == [COUNTED]
    with opened(folder, NOTES, COUNTED) as book:
        assert counted(book) == {"casebook": 1, "account": 1, "note": 2}
        assert behind(book.connection, (NOTES, COUNTED)) == []


@pytest.mark.parametrize("version", [0, 2])
def test_a_view_of_another_version_is_made_anew(tmp_path: Path, version: int) -> None:
    folder = tmp_path / "a.ruhu"
    create_casebook(folder, name="县", author="甲", views=(NOTES, COUNTED)).close()
    columns = "kind TEXT PRIMARY KEY, n INTEGER NOT NULL, twice INTEGER NOT NULL DEFAULT 0"

    def twice(connection: Connection, fact: Fact) -> None:
        connection.execute("INSERT INTO counted VALUES (?, 1, 2) ON CONFLICT DO NOTHING", (fact.kind,))

    other = replace(COUNTED, version=version, schema=f"CREATE TABLE counted ({columns}) STRICT", apply=twice)
    with opened(folder, NOTES, other) as book:
        found = book.connection.execute("SELECT * FROM counted ORDER BY kind").fetchall()
        assert found == [("account", 1, 2), ("casebook", 1, 2)]
    with opened(folder, NOTES, COUNTED) as book:
        assert counted(book) == {"casebook": 1, "account": 1}


def test_a_rebuild_that_fails_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    new_book(folder, notes=3).close()

    def refuse(connection: Connection, fact: Fact) -> None:
        if fact.body and fact.body.get("text") == "1":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened(folder, replace(NOTES, version=2, apply=refuse))
    with opened(folder, NOTES) as book:
        assert notes_in(book) == [0, 1, 2]


def test_a_rebuild_comes_to_what_was_live(tmp_path: Path) -> None:
    folder, views = tmp_path / "a.ruhu", (NOTES, COUNTED)
    with create_casebook(folder, name="县", author="甲", views=views) as book:
        add_notes(book, range(5))
        before = contents(book.connection, views)
        book.connection.execute("UPDATE counted SET n = 99")
        assert contents(book.connection, views) != before
        with book.writing() as writing:
            rebuild(writing.connection, views)
        assert contents(book.connection, views) == before
        with book.writing() as writing:
            rebuild(writing.connection, views, [7, 3, 1, 2])
        assert counted(book) == {"casebook": 1, "account": 1, "note": 2}


def test_a_fact_of_an_unknown_kind_is_kept(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        with book.writing() as writing:
            fact = writing.append("of_tomorrow", {"x": [1]})
        assert behind(book.connection, book.views) == []
        assert book.connection.execute("SELECT kind FROM envelope WHERE id = ?", (fact.id,)).fetchone()
