"""Cleaning (清理): that nothing of what was erased is left in the database's file, and the proof of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from casebook.store.casebook import Casebook
from casebook.store.erasure import CLEANING
from casebook.store.sqlite import Connection, DatabaseError, database


def is_due(connection: Connection) -> bool:
    """Whether something was erased and the file was not cleaned since."""
    return connection.execute("SELECT 1 FROM meta WHERE key = ?", (CLEANING,)).fetchone() is not None


def clean(book: Casebook) -> bool:
    """Write the file anew without its free space, and empty its log. False, and still due, when another process has the
    casebook open: pages with the old words may then be in the log."""
    connection = book.whole
    if not is_due(connection):
        return True
    try:
        connection.execute("VACUUM")
        if not _log_emptied(connection):
            return False
        with book.writing() as writing:
            writing.connection.execute("DELETE FROM meta WHERE key = ?", (CLEANING,))
        return _log_emptied(connection)
    except DatabaseError:  # another process reads or writes
        return False


def _log_emptied(connection: Connection) -> bool:
    (busy, *_frames) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def left_over(connection: Connection, words: Collection[str]) -> dict[str, int]:
    """In how many rows of which tables the words still stand: nothing when all of them are gone. Kept files that are
    packed are not looked into."""
    found: dict[str, int] = {}
    for table in database(connection).table_names():
        count = sum(1 for row in _rows(connection, table) if any(word in row for word in words))
        if count:
            found[table] = count
    return found


def _rows(connection: Connection, table: str) -> Iterator[str]:
    """All values of each row as one text."""
    for row in connection.execute(f'SELECT * FROM "{table}"'):
        yield "\n".join(
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row
        )  # fmt: skip
