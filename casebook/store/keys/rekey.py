"""A new key (换密钥) for a casebook and the backups in its folder; also how a plain casebook becomes encrypted.

Everybody with a slot keeps their passphrase. The new book is written beside the old one and proved to hold the same;
the new key file lies there before one rename puts the new book in the old one's place: killed at any moment, the old or
the new stands, with a key file that opens it.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.accounts import Account, accounts
from casebook.store.backup import examined, forget_unused_keys, kept_backups, refuse_full_disk, single_file
from casebook.store.casebook import Casebook
from casebook.store.folder import DATABASE, LOCK, check_folder, private_file, temporary_folder, wipe_temporary
from casebook.store.keys.key_file import KeyFile, key_id_of, keys_of, write_key_file
from casebook.store.keys.noted import note_all, strangers
from casebook.store.keys.slots import names_in, with_new_key
from casebook.store.keys.wrapping import KEY_ID
from casebook.store.platform import file_lock, move_file, read_back, sync_file
from casebook.store.restore import put_in_place
from casebook.store.sqlite import WAIT, Connection, DatabaseError, connect, explained, refuse_without_encryption
from casebook.store.verify import Verified
from casebook.store.views import View

OldKey = Callable[[KeyFile], bytes | None]
"""The key in a former key file of the same people, None where it can't be had."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """`facts` and `heads` of the new book, as in `Verified`. `backups` got the new key too;
    `left` are names of those that stay as they were, since their key is another or they are damaged. `people` have the
    new key; `dropped` had the old one and not this ('' for the recovery key); `keyless` are accounts without one."""

    facts: int
    heads: tuple[tuple[str, int, str], ...]
    backups: int
    left: tuple[str, ...]
    people: tuple[str, ...]
    dropped: tuple[str, ...]
    keyless: tuple[Account, ...]


def rekey(
    folder: Path,
    key: bytes | None,
    after: bytes,
    *,
    author: str,
    views: Sequence[View],
    first: KeyFile | None = None,
    backups: bool = True,
    old_key: OldKey = lambda _keys: None,
    progress: Progress | None = None,
) -> Rekeyed:
    """Encrypt the casebook anew, from `key` (None: it is plain, and `first` the key file it gets) to the key `after`; a
    fact `rekey` says so. `backups`: those in its folder too, with `old_key` for those of former keys. Slots of people
    without an open account, and slots that the casebook has not noted, do not get it.

    Raises RuhuError: open elsewhere (locked), the trail is broken or the disk full (unusable), `author` may not do it.
    """
    check_folder(folder)
    database = folder / DATABASE
    refuse_without_encryption(database)
    with file_lock(folder / LOCK, timeout=WAIT):
        keys = first if key is None else keys_of(database)
        if keys is None or keys.key_id != (after if key is None else key)[-KEY_ID:]:
            raise ValueError(folder.name)
        wipe_temporary(folder)
        size = sum(database.with_name(database.name + ending).stat().st_size for ending in _files(database))
        refuse_full_disk(folder, 2 * size)
        with temporary_folder(folder) as work:
            report(progress, _("换密钥"), 0, 3)
            copy = private_file(work / DATABASE)
            before = _copied(database, key, copy, after, folder.name)
            report(progress, _("换密钥"), 1, 3)
            with _explained(database):
                facts, heads, given = _noted(work, author, views, key, after, before, keys)
            sync_file(copy)
            written = read_back(copy)
            report(progress, _("换密钥"), 2, 3)
            write_key_file(folder, given.key_file)
            with _explained(database), closing(connect(database, key)) as connection:
                single_file(connection)  # a log left behind would be played into the new book
            put_in_place(copy, folder)
        if read_back(database) != written:
            raise _differs(folder.name)
        done, left = _backups(folder, key, after, old_key, progress) if backups else (0, ())
        forget_unused_keys(folder)
    return Rekeyed(facts, heads, done, left, names_in(given.key_file), given.dropped, given.keyless)


@dataclass(frozen=True, slots=True)
class _Given:
    key_file: KeyFile
    dropped: tuple[str, ...]
    keyless: tuple[Account, ...]


def _given(connection: Connection, keys: KeyFile, key: bytes | None, after: bytes, author: str) -> _Given:
    """The key file with the new key: of a plain casebook `keys` itself, else for those of its slots that should have
    it. Raises RuhuError as `with_new_key`."""
    strange = () if key is None else strangers(connection, keys, author)
    key_file = keys if key is None else with_new_key(keys, key, after, strange)
    people = names_in(key_file)
    keyless = tuple(one for one in accounts(connection) if one.role and one.name not in people)
    return _Given(key_file, tuple(slot.name for slot in strange), keyless)


@contextmanager
def _explained(database: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise explained(error, database) from error


def _files(database: Path) -> list[str]:
    return [ending for ending in ("", "-wal") if database.with_name(database.name + ending).exists()]


def _copied(database: Path, key: bytes | None, copy: Path, after: bytes, name: str) -> Verified:
    """The whole database under the new key; what it proves to hold. Raises RuhuError where its trail is broken: then
    the old file is worth more."""
    try:
        with closing(connect(database, key)) as source:
            if key is None:
                _encrypt(source, copy, after)
            else:
                with closing(connect(copy, after)) as target:
                    source.backup(target)
        with closing(connect(copy, after)) as target:
            verified = examined(target, name)
    except DatabaseError as error:
        raise explained(error, database) from error
    if verified.broken:
        what = _("案卷的记录断了，没有换密钥")
        raise RuhuError("trail_broken", what, _("请先运行 ruhu log verify，或恢复备份"), Place(file=name))
    return verified


def _encrypt(source: Connection, copy: Path, key: bytes) -> None:
    """A plain database into an encrypted file: row by row, since pages of the two differ. Views are made anew when it
    is opened."""
    source.execute(f"ATTACH DATABASE ? AS encrypted KEY \"x'{key.hex()}'\"", (str(copy),))
    (version,) = source.execute("PRAGMA main.user_version").fetchone()
    source.execute("SELECT sqlcipher_export('encrypted')").fetchone()
    source.execute("DELETE FROM encrypted.view_state")
    source.execute(f"PRAGMA encrypted.user_version = {version}")
    source.execute("DETACH DATABASE encrypted")


def _noted(
    work: Path, author: str, views: Sequence[View], key: bytes | None, after: bytes, before: Verified, keys: KeyFile
) -> tuple[int, tuple[tuple[str, int, str], ...], _Given]:
    """Append the fact to the copy, of which `before` was proved; the number of its facts, its heads, and to whom of
    `keys` the new key goes, as its accounts say."""
    with Casebook(work, author, views, after) as book:
        with book.writing() as writing:
            told = {"before": "" if key is None else key[-KEY_ID:].hex(), "after": after[-KEY_ID:].hex()}
            writing.append("rekey", told)
            given = _given(writing.connection, keys, key, after, author)
            note_all(writing.connection, given.key_file)
        facts, *heads = _counted(book.whole)
        others = [head for head in heads if head[0] != book.device]
        if facts != before.facts + 1 or others != [head for head in before.heads if head[0] != book.device]:
            raise _differs(work.parent.parent.name)
        single_file(book.whole)
    return facts, tuple(heads), given


def _differs(name: str) -> RuhuError:
    what = _("换密钥后读回的内容不一致")
    return RuhuError("rekey_differs", what, _("请换一个盘，用 ruhu restore 恢复最近的备份"), Place(file=name))


def _backups(
    folder: Path, key: bytes | None, after: bytes, old_key: OldKey, progress: Progress | None
) -> tuple[int, tuple[str, ...]]:
    """Give the backups in the folder the new key: how many have it now, and the names of those that stay."""
    keys: dict[bytes | None, bytes | None] = {None: None}
    if key is not None:
        keys[key[-KEY_ID:]] = key
    done, left = 0, []
    kept = kept_backups(folder)
    for number, backup in enumerate(kept):
        report(progress, _("备份换密钥"), number, len(kept))
        key_id = key_id_of(backup.path)
        if key_id == after[-KEY_ID:]:
            continue
        if key_id not in keys:
            keys[key_id] = _former(backup.path, old_key)
        if (key_id is None) == (keys[key_id] is None) and _rekeyed_backup(folder, backup.path, keys[key_id], after):
            done += 1
        else:
            left.append(backup.path.name)
    return done, tuple(left)


def _former(backup: Path, old_key: OldKey) -> bytes | None:
    with contextlib.suppress(RuhuError):
        found = keys_of(backup)
        return None if found is None else old_key(found)
    return None


def _rekeyed_backup(folder: Path, backup: Path, key: bytes | None, after: bytes) -> bool:
    """False, and the backup as it was, where it can't be read."""
    if any(backup.with_name(backup.name + ending).exists() for ending in ("-wal", "-journal")):
        return False  # a damaged book that was put away with its log: a backup of what was
    with temporary_folder(folder) as work:
        source, copy = private_file(work / "source.db"), private_file(work / DATABASE)
        try:
            shutil.copyfile(backup, source)
            with closing(connect(source, key)) as connection:
                expected = _counted(connection)
                if key is None:
                    _encrypt(connection, copy, after)
                else:
                    with closing(connect(copy, after)) as target:
                        connection.backup(target)
            with closing(connect(copy, after)) as target:
                whole = target.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" and _counted(target) == expected
                single_file(target)
            if whole:
                sync_file(copy)
                move_file(copy, backup)
            return whole
        except (DatabaseError, RuhuError) as error:
            told = error if isinstance(error, RuhuError) else explained(error, backup)
            if told.code in ("damaged", "not_a_database", "database_error"):
                return False
            raise told from error


def _counted(connection: Connection) -> tuple[Any, ...]:
    """How many facts, and each device's head."""
    (facts,) = connection.execute("SELECT count(*) FROM envelope").fetchone()
    return facts, *connection.execute("SELECT device, seq, digest FROM head ORDER BY device").fetchall()
