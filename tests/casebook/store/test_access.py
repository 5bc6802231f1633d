"""The access log: every look is noted before it happens, chained, a page at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.store.access import first_broken, newest, record
from casebook.store.casebook import Casebook
from tests.casebook.made_books import KEY_NAMES, KEYS, new_book, open_book


def noted(book: Casebook) -> list[tuple[int, str, str, str]]:
    return [(one.n, one.author, one.what, one.subject) for one in newest(book.connection)]


@pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)
def test_looks_are_kept_newest_first(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "a.ruhu", key) as book:
        record(book, "opened", ["P1", "P2"])
        book.author = "乙"
        record(book, "exported", ["名单.xlsx"])
    with open_book(tmp_path / "a.ruhu", key) as book:
        record(book, "looked_up", [""])
        assert noted(book) == [
            (4, "甲", "looked_up", ""), (3, "乙", "exported", "名单.xlsx"), (2, "甲", "opened", "P2"),
            (1, "甲", "opened", "P1"),
        ]  # fmt: skip
        assert first_broken(book.connection) is None


def test_a_page_at_a_time(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        record(book, "opened", [f"P{n}" for n in range(7)])
        first = newest(book.connection, limit=3)
        second = newest(book.connection, before=first[-1].n, limit=3)
        assert [one.n for one in (*first, *second)] == [7, 6, 5, 4, 3, 2]
        assert newest(book.connection, before=1) == []


def test_nothing_looked_at_is_nothing_noted(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        record(book, "opened", [])
        assert newest(book.connection) == []


def test_looks_are_no_facts(tmp_path: Path) -> None:
    """They stay on this machine."""
    with new_book(tmp_path / "a.ruhu") as book:
        before = book.connection.execute("SELECT count(*) FROM envelope").fetchone()
        record(book, "revealed", ["P1"])
        assert book.connection.execute("SELECT count(*) FROM envelope").fetchone() == before


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ("UPDATE access SET subject = 'P9' WHERE n = 3", 3),
        ("UPDATE access SET author = '乙' WHERE n = 1", 1),
        ("UPDATE access SET author = CAST(x'ff' AS TEXT) WHERE n = 1", 1),
        ("UPDATE access SET wall = '2020-01-01' WHERE n = 5", 5),
        ("UPDATE access SET digest = 'x' WHERE n = 2", 2),
        ("DELETE FROM access WHERE n = 1", 1),
        ("DELETE FROM access WHERE n = 4", 4),
    ],
)
def test_the_first_entry_that_was_touched_is_named(tmp_path: Path, change: str, first: int) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        record(book, "opened", [f"P{n}" for n in range(5)])
        for trigger in ("access_update", "access_delete"):
            book.connection.execute(f"DROP TRIGGER {trigger}")
        book.connection.execute(change)
        from casebook.store.verify import verify

        assert [(broken.what, broken.seq) for broken in verify(book.connection).broken] == [("access", first)]
