"""Backups after an erasure (删除以后的备份): a new one, and what becomes of those that still hold the person."""

from __future__ import annotations

import contextlib
from contextlib import closing
from pathlib import Path

from casebook.errors import RuhuError
from casebook.store.backup import Backup, Kept, back_up, forget_unused_keys, kept_backups
from casebook.store.casebook import Casebook
from casebook.store.erasure_view import KIND
from casebook.store.sqlite import DatabaseError, connect

_LOGS = ("-wal", "-shm", "-journal")


def backed_up_since(book: Casebook) -> Backup | None:
    """A backup without the person: made now, None where there is one. Raises as `back_up`."""
    old = {kept.path for kept in older_backups(book)}
    if any(kept.path not in old for kept in kept_backups(book.folder)):
        return None
    return back_up(book)


def older_backups(book: Casebook) -> list[Kept]:
    """The backups in the casebook's folder that lack an erasure, newest first: they hold the person still. One that
    can't be opened, as under an earlier key, is taken for such a one."""
    erasures = {identity for (identity,) in book.whole.execute("SELECT id FROM envelope WHERE kind = ?", (KIND,))}
    return [kept for kept in kept_backups(book.folder) if not erasures <= _erasures(kept.path, book.key)]


def _erasures(backup: Path, key: bytes | None) -> set[str]:
    try:
        with closing(connect(backup, key, read_only=True)) as connection:
            return {identity for (identity,) in connection.execute("SELECT id FROM envelope WHERE kind = ?", (KIND,))}
    except (RuhuError, DatabaseError):
        return set()


def remove(book: Casebook, backups: list[Kept]) -> list[Path]:
    """Delete backups: those that could not be deleted."""
    for kept in backups:
        for path in (kept.path, *(Path(f"{kept.path}{ending}") for ending in _LOGS)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    forget_unused_keys(book.folder)
    return [kept.path for kept in backups if kept.path.exists()]
