"""A backup put in the place of a casebook. The replaced book is kept; killed at any moment, the old or the new stands.

The new book is made and proved whole in the temporary folder; one rename puts it in its place. Before that the old
one's log is brought into its one file, since a log left behind would be played into the new book.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.access import note_head
from casebook.store.accounts import rights_of
from casebook.store.backup import backup_name, examined, refuse_full_disk, single_file
from casebook.store.casebook import Casebook
from casebook.store.device_keys import introduce
from casebook.store.folder import (
    BACKUPS,
    DATABASE,
    KEY_ENDING,
    KEYS,
    LOCK,
    check_folder,
    check_place,
    make_folder,
    no_permission,
    private_file,
    temporary_folder,
    wipe_temporary,
)
from casebook.store.keys.key_file import key_id_of, keys_of, write_key_file
from casebook.store.keys.noted import NOTED
from casebook.store.keys.wrapping import KEY, KEY_ID
from casebook.store.platform import file_lock, move_file, read_back, sync_file, sync_folder
from casebook.store.rights import require
from casebook.store.sqlite import WAIT, Connection, DatabaseError, connect, explained
from casebook.store.transaction import SCHEMA
from casebook.store.verify import Verified
from casebook.store.views import View, behind, catch_up

_LOGS = ("-wal", "-shm", "-journal")
_MACHINE = ("device_keys:*", "joined")  # what stands in `meta` and is of the machine, not of the backup
_DAMAGED = frozenset(("not_a_database", "damaged"))


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands there now, read again after the swap. `lost` counts the facts of the replaced book that the backup
    lacks, None where that book could not be read; `kept_as` is where it lies, None where there was none."""

    facts: int
    heads: tuple[tuple[str, int, str], ...]
    device: str
    lost: int | None
    kept_as: Path | None


def restore(
    folder: Path,
    backup: Path,
    *,
    author: str,
    views: Sequence[View],
    key: bytes | None = None,
    old_key: bytes | None = None,
    now: datetime | None = None,
) -> Restored:
    """Put a backup in the place of the casebook in `folder`, or make that folder where there is none.

    The book gets a new device id, so that facts it writes are never taken for those the old one wrote; a fact
    `restored` says so. Entries of the access log since the backup are carried over. `key` is the backup's, `old_key`
    that of the casebook in place where it is another; the backup's key file goes along.
    Raises RuhuError: the backup is not whole, of another casebook, of a newer ruhu, or its key is another (unusable);
    it is plain and the casebook encrypted (usage); the casebook is open elsewhere (locked); the disk is full.
    """
    try:
        check_backup(folder, backup)
        _refuse_plain(folder, backup)
        there = _prepare_place(folder)
    except PermissionError as error:
        raise no_permission(folder) from error
    with file_lock(folder / LOCK, timeout=WAIT):
        in_place = _key_in_place(folder, key, old_key)
        wipe_temporary(folder)
        refuse_full_disk(folder, backup.stat().st_size + ((folder / DATABASE).stat().st_size if there else 0))
        with temporary_folder(folder) as work:
            copy = private_file(work / DATABASE)
            with _file_errors(backup):
                shutil.copyfile(backup, copy)
            _prove(copy, backup.name, key)
            old = _read_old(folder / DATABASE, in_place, author, same_key=in_place == key) if there else None
            lost = _compare(copy, key, old, backup.name)
            _become_new_device(work, author, views, key, lost, old)
            verified = _prove(copy, backup.name, key)
            sync_file(copy)
            kept = _keep(folder, work, in_place, now or datetime.now()) if old else None
            if key is not None and len(key) == KEY and (keys := keys_of(backup, folder)) is not None:
                write_key_file(folder, keys)
            put_in_place(copy, folder)
        return Restored(*_as_it_stands(folder, key, verified), lost, kept)


@dataclass(frozen=True, slots=True)
class _Old:
    """The book to be replaced: its ids (None when it can't be read), its first fact, its access log, and what it alone
    knows of this machine (names and values in `meta`)."""

    ids: frozenset[str] | None
    first: str = ""
    access: tuple[tuple[object, ...], ...] = ()
    machine: tuple[tuple[str, str], ...] = ()


def _prepare_place(folder: Path) -> bool:
    """Whether a book stands in the folder; where none does the folder is made, or taken as it is when only its
    database was lost. Raises RuhuError when it is something else."""
    database = folder / DATABASE
    if database.exists() and database.stat().st_size:
        check_folder(folder)
        return True
    if not (folder / BACKUPS).is_dir():
        make_folder(folder)
        return False
    check_place(folder)
    return False


def check_backup(folder: Path, backup: Path) -> None:
    """Raises RuhuError where a path is no file that could be restored into a casebook's folder."""
    place = Place(file=backup.name or str(backup))
    if backup.is_dir():
        what, remedy = _("这是一个文件夹，不是备份文件"), _("备份在案卷的 backups 文件夹里，以 .db 结尾")
        raise RuhuError("not_a_backup", what, remedy, place)
    if not backup.is_file():  # nor a pipe, which would never end
        raise RuhuError("no_backup", _("没有这个备份文件"), _("请检查路径"), place)
    if (folder / DATABASE).exists() and os.path.samefile(backup, folder / DATABASE):
        what, remedy = _("这是案卷正在用的文件，不是备份"), _("备份在案卷的 backups 文件夹里")
        raise RuhuError("not_a_backup", what, remedy, place, category="usage")


def _prove(copy: Path, name: str, key: bytes | None) -> Verified:
    """Open the file as a casebook and read all of it. Raises RuhuError (unusable) speaking of the file `name`."""
    place = Place(file=name)
    remedy = _("请换一份备份")
    try:
        with closing(connect(copy, key)) as connection:
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
            if schema == 0:
                raise RuhuError("not_a_backup", _("这不是案卷的备份"), remedy, place)
            if schema > SCHEMA:
                raise RuhuError("newer_casebook", _("这份备份是新版 ruhu 写的"), _("请先升级 ruhu"), place)
            verified = examined(connection, name)
            if verified.broken:
                what = _("备份里的事实被改动过，或缺了几条")
                raise RuhuError("trail_broken", what, remedy, place)
            single_file(connection)
    except DatabaseError as error:
        told = explained(error)
        raise RuhuError(told.code, told.what, remedy, place) from error
    except RuhuError as error:
        if error.code in _DAMAGED:
            what = _("备份读不了：已损坏，或密钥不对")
            raise RuhuError("not_a_backup", what, remedy, place) from error
        raise
    return verified


def _refuse_plain(folder: Path, backup: Path) -> None:
    """Raises RuhuError (usage) for a plain backup in the place of an encrypted casebook: nobody would notice."""
    if key_id_of(backup) is None and backup.stat().st_size and any((folder / KEYS).glob(f"*{KEY_ENDING}")):
        what = _("案卷已加密，这份备份没有加密")
        remedy = _("请用 -c 恢复成一个新案卷，再用 ruhu rekey 加密")
        raise RuhuError("plain_backup", what, remedy, Place(file=backup.name), category="usage")


def _key_in_place(folder: Path, key: bytes | None, old_key: bytes | None) -> bytes | None:
    """The key of the casebook in place: none for a plain one, the backup's unless its file says it is another's."""
    key_id = key_id_of(folder / DATABASE)
    if key_id is None:
        return None
    return old_key if old_key is not None and old_key[-KEY_ID:] == key_id else key


def _read_old(database: Path, key: bytes | None, author: str, *, same_key: bool) -> _Old:
    """`same_key`: what it noted of its slots goes for the newer of the two key files. Raises RuhuError (usage,
    not_allowed) where it can be read and `author` may not restore it."""
    try:
        with closing(connect(database, key)) as connection:
            known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'account'").fetchone()
            if known is not None:
                require(rights_of(connection, author, plain=key is None), "restore")
            ids = frozenset(row[0] for row in connection.execute("SELECT id FROM envelope"))
            access = tuple(connection.execute("SELECT * FROM access ORDER BY n"))
            names = (*_MACHINE, NOTED if same_key else "")
            machine = tuple(connection.execute("SELECT key, value FROM meta WHERE key GLOB ? OR key IN (?, ?)", names))
            return _Old(ids, _first(connection), access, machine)
    except (DatabaseError, RuhuError) as error:
        if isinstance(error, RuhuError) and error.code == "not_allowed":
            raise
        _only_damage(error, database)
        return _Old(None)


def _keep(folder: Path, work: Path, key: bytes | None, now: datetime) -> Path:
    """Bring the old book into its one file, copy it into `backups/`, and its logs where it is damaged; the copy."""
    database, kept = folder / DATABASE, folder / BACKUPS / backup_name("replaced", now)
    try:
        with closing(connect(database, key)) as connection:
            single_file(connection)
    except (DatabaseError, RuhuError) as error:
        _only_damage(error, database)
    copies = []
    for ending in ("", *_LOGS):
        source, copy = Path(f"{database}{ending}"), work / f"old{ending}"
        if source.exists():
            with _file_errors(source):
                shutil.copyfile(source, private_file(copy))
                sync_file(copy)
            copies.append((copy, Path(f"{kept}{ending}")))
    for copy, target in copies:
        move_file(copy, target)
    return kept


def _only_damage(error: Exception, database: Path) -> None:
    """Let damage pass; a full disk and the like is no reason to give a book up, and is raised."""
    told = error if isinstance(error, RuhuError) else explained(error, database)
    if told.code not in _DAMAGED:
        raise told from error


def _compare(copy: Path, key: bytes | None, old: _Old | None, name: str) -> int | None:
    """How many facts of the old book the backup lacks, None where nobody can know. Raises RuhuError (usage) when the
    backup is another casebook's."""
    if old is None:
        return 0
    if old.ids is None:
        return None
    with closing(connect(copy, key)) as connection:
        if old.first and old.first != _first(connection):
            what = _("这份备份是另一个案卷的")
            remedy = _("要恢复成一个新案卷，请用 -c 给一个新名字")
            raise RuhuError("other_casebook", what, remedy, Place(file=name), category="usage")
        return len(old.ids - {row[0] for row in connection.execute("SELECT id FROM envelope")})


def _first(connection: Connection) -> str:
    """The id of the fact that made the casebook: the same in all its copies."""
    row = connection.execute("SELECT id FROM envelope WHERE kind = 'casebook' ORDER BY arrival LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def _become_new_device(
    work: Path, author: str, views: Sequence[View], key: bytes | None, lost: int | None, old: _Old | None
) -> None:
    with closing(connect(work / DATABASE, key)) as connection:
        (before,) = connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
        connection.execute("UPDATE meta SET value = ? WHERE key = 'device'", (secrets.token_hex(8),))
        # where the backup's casebook lay, and who had slots then
        connection.execute("DELETE FROM meta WHERE key IN ('place', ?)", (NOTED,))
    with Casebook(work, author, views, key) as book:
        with book.writing() as writing:
            catch_up(writing.connection, behind(writing.connection, views))
            if old is not None:
                _carry_access(writing.connection, old.access)
                note_head(writing.connection)
                writing.connection.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", old.machine)
            keys = introduce(writing.connection, before, book.device)
            writing.append("restored", {"device_before": before, "lost": lost} | keys)
        single_file(book.whole)


def _carry_access(connection: Connection, entries: Sequence[tuple[object, ...]]) -> None:
    """Entries after the backup's last one, when the log begins as the backup's does."""
    last = connection.execute("SELECT * FROM access ORDER BY n DESC LIMIT 1").fetchone()
    at = int(last[0]) if last else 0
    if last and (len(entries) < at or entries[at - 1] != last):
        return
    connection.executemany("INSERT INTO access VALUES (?, ?, ?, ?, ?, ?)", entries[at:])


def put_in_place(copy: Path, folder: Path) -> None:
    """The one rename. Logs still there belong to a database that is damaged or gone, and were copied."""
    database = folder / DATABASE
    for ending in _LOGS:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{database}{ending}")
    sync_folder(folder)  # else a power cut may leave the new name and bring an old log back, to be played into it
    move_file(copy, database)


def _as_it_stands(
    folder: Path, key: bytes | None, expected: Verified
) -> tuple[int, tuple[tuple[str, int, str], ...], str]:
    """Facts, heads and device of the book in its place, read anew."""
    read_back(folder / DATABASE)  # from the disk, not from memory
    with closing(connect(folder / DATABASE, key)) as connection:
        verified = examined(connection, folder.name)
        (device,) = connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
    if verified != expected:
        what = _("恢复后读回的内容与备份不一致")
        remedy = _("原案卷在 backups 文件夹里；请换一个盘再试")
        raise RuhuError("restore_differs", what, remedy, Place(file=folder.name))
    return verified.facts, verified.heads, str(device)


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what, remedy = _("文件读写出错，没有恢复；原案卷没有动"), _("请检查磁盘空间和权限")
        raise RuhuError("not_restored", what, remedy, Place(file=path.name)) from error
