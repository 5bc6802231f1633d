"""Small casebooks for tests: a view of notes, plain or keyed."""

from __future__ import annotations

from pathlib import Path

from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.facts import Fact
from casebook.store.sqlite import Connection
from casebook.store.views import View

KEYS: tuple[bytes | None, ...] = (None, bytes(range(32)))
"""A plain casebook and an encrypted one."""

KEY_NAMES = ("plain", "keyed")


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind == "note" and fact.body is not None:
        connection.execute("INSERT INTO note VALUES (?, ?)", (fact.id, fact.body["text"]))


NOTES = View("note", 1, ("note",), "CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT", _apply)
VIEWS = (NOTES,)


def new_book(folder: Path, key: bytes | None = None, notes: int = 0) -> Casebook:
    """An open casebook with that many notes in it: `0`, `1`, …"""
    book = create_casebook(folder, name="试验县", author="甲", views=VIEWS, key=key)
    add_notes(book, range(notes))
    return book


def open_book(folder: Path, key: bytes | None = None) -> Casebook:
    return open_casebook(folder, author="甲", views=VIEWS, key=key)


def add_notes(book: Casebook, numbers: range) -> None:
    """Each in a transaction of its own."""
    for number in numbers:
        with book.writing() as writing:
            writing.append("note", {"text": str(number)})


def notes_in(book: Casebook) -> list[int]:
    return sorted(int(row[0]) for row in book.connection.execute("SELECT text FROM note"))
