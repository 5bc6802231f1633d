"""A new casebook that is encrypted from its first byte: the key file lies there before the database does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.folder import DATABASE, make_folder
from casebook.store.keys.key_file import key_files_in, keys_of, write_key_file
from casebook.store.keys.noted import note_all
from casebook.store.keys.slots import new_keys
from casebook.store.keys.wrapping import Stretching
from casebook.store.sqlite import refuse_without_encryption
from casebook.store.views import View


def create_encrypted(
    folder: Path, *, name: str, author: str, views: Sequence[View], passphrase: str, cost: Stretching | None = None
) -> tuple[Casebook, str]:
    """As `create_casebook`, with a slot for `author`; also the recovery key, which nobody can find again.

    Raises RuhuError as that does, and (usage) for a passphrase that is none.
    """
    key, code = prepare_keys(folder, name=name, author=author, passphrase=passphrase, cost=cost)
    book = create_casebook(folder, name=name, author=author, views=views, key=key)
    note_made(book)
    return book, code


def note_made(book: Casebook) -> None:
    """Note the slots of a casebook whose key file and database were just made."""
    key_file = keys_of(book.path)
    if key_file is not None:
        with book.writing() as writing:
            note_all(writing.connection, key_file)


def prepare_keys(
    folder: Path, *, name: str, author: str, passphrase: str, cost: Stretching | None = None
) -> tuple[bytes, str]:
    """A casebook's folder with its key file and nothing else yet; the key and the recovery key."""
    refuse_without_encryption(folder / DATABASE)
    key_file, key, code = new_keys(author, passphrase, name, cost or Stretching())
    make_folder(folder)
    for path in key_files_in(folder):  # of a making that was broken off: they open nothing
        path.unlink()
    write_key_file(folder, key_file)
    return key, code
