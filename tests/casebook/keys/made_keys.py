"""Encrypted casebooks for tests, with keys that cost nothing to unlock."""

from __future__ import annotations

from pathlib import Path

from casebook.store.casebook import Casebook, open_casebook
from casebook.store.folder import DATABASE
from casebook.store.keys.creating import create_encrypted
from casebook.store.keys.slots import unlock
from casebook.store.keys.wrapping import Stretching
from tests.casebook.made_books import VIEWS, add_notes

CHEAP = Stretching(64, 1, 1)
OWN, OTHER = "correct horse", "battery staple"
"""The passphrases of 甲, and of 乙 where there is one."""


def encrypted_book(folder: Path, notes: int = 0) -> tuple[Casebook, str]:
    """An open casebook of 甲's with that many notes; its recovery key."""
    book, code = create_encrypted(folder, name="试验县", author="甲", views=VIEWS, passphrase=OWN, cost=CHEAP)
    add_notes(book, range(notes))
    return book, code


def opened(folder: Path, name: str = "甲", passphrase: str = OWN) -> Casebook:
    key = unlock(folder, name, passphrase)
    return open_casebook(folder, author=name, views=VIEWS, key=key)


def first_bytes(folder: Path) -> bytes:
    return (folder / DATABASE).read_bytes()[:16]
