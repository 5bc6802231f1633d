"""Backups: a whole copy of the casebook's database, made while it is open, checked before it counts as one.

An encrypted casebook gives encrypted backups under the same key; the key file goes with them.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Literal

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.folder import BACKUPS, DATABASE, private_file, temporary_folder
from casebook.store.platform import free_bytes, move_file, read_back, sync_file, write_atomically
from casebook.store.sqlite import Connection, DatabaseError, connect, explained
from casebook.store.verify import Verified, verify

Why = Literal["import", "packet", "migration", "daily", "manual", "replaced"]
"""Why a backup was made; stands in its name. `replaced` is the book that a restore put away."""

ROLLING: tuple[Why, ...] = ("import", "packet", "migration", "daily")
"""Made by the program, thinned out by the program; the others stay until a person deletes them."""

KEPT_LAST, KEPT_DAYS, KEPT_MONTHS = 10, 30, 12

_STAMP = "%Y%m%d-%H%M%S-%f"
_SPARE = 16 * 1024**2  # bytes that stay free beside a backup


@dataclass(frozen=True, slots=True)
class Backup:
    """`size` in bytes, `facts` counted, `head` the digest of the newest envelope of this machine ('' without one),
    `broken` what `log verify` finds wrong in the casebook and so in its copy, `key_file` what was written beside it."""

    path: Path
    size: int
    sha256: str
    facts: int
    head: str
    broken: int
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup lying in the casebook's own folder, as its name tells."""

    path: Path
    made: datetime
    why: str


def back_up(casebook: Casebook, to: Path | None = None, *, why: Why = "manual", now: datetime | None = None) -> Backup:
    """Copy the casebook as it is at one moment; others may go on writing. By default into its own `backups/`.

    Raises RuhuError, and leaves no file: the disk is full or may not be written, the database is damaged, the file
    reads back otherwise than it was written.
    """
    target = to if to is not None else casebook.folder / BACKUPS / backup_name(why, now or datetime.now())
    refuse_full_disk(casebook.folder, casebook.path.stat().st_size)
    key_file = _keep_keys(casebook, to)
    with temporary_folder(casebook.folder) as folder:
        copy = private_file(folder / DATABASE)
        verified = _copy(casebook, copy)
        written = read_back(copy)
        if to is None:
            move_file(copy, target)
        else:
            write_atomically(target, lambda file: _pour(copy, file))
    if read_back(target) != written:
        with contextlib.suppress(OSError):
            target.unlink()
        if key_file is not None:
            with contextlib.suppress(OSError):
                key_file.unlink()
        what = _("备份写下后读回的内容不对，已删除")
        raise RuhuError("backup_differs", what, _("这个盘可能有坏处，请换一个盘再备份"), Place(file=target.name))
    head = next((digest for device, _seq, digest in verified.heads if device == casebook.device), "")
    return Backup(target, *written, verified.facts, head, len(verified.broken), key_file)


def rolling_backup(casebook: Casebook, why: Why, now: datetime | None = None) -> Backup:
    """A backup before something big, after which those that the rule does not keep are deleted, unless the trail is
    broken: then older ones are worth more. Raises as `back_up`."""
    now = now or datetime.now()
    made = back_up(casebook, why=why, now=now)
    if made.broken:
        return made
    rolling = [kept for kept in kept_backups(casebook.folder) if kept.why in ROLLING]
    for old in surplus(rolling, now):
        with contextlib.suppress(OSError):
            old.path.unlink()
    forget_unused_keys(casebook.folder)
    return made


def daily_backup(casebook: Casebook, now: datetime | None = None) -> Backup | None:
    """A rolling backup when the newest is not of this day; None when there is one. Raises as `back_up`."""
    now = now or datetime.now()
    newest = newest_backup(casebook.folder)
    if newest is not None and newest.made.date() == now.date():
        return None
    return rolling_backup(casebook, "daily", now)


def kept_backups(folder: Path) -> list[Kept]:
    """The backups in a casebook's folder, newest first; files that are not ours are passed over."""
    found = []
    for path in sorted((folder / BACKUPS).glob("*.db"), reverse=True):
        stamp, _dash, why = path.stem.rpartition("-")
        with contextlib.suppress(ValueError):
            found.append(Kept(path, datetime.strptime(stamp, _STAMP), why))
    return found


def newest_backup(folder: Path) -> Kept | None:
    """The newest backup of the book that is in use, None without one."""
    return next((kept for kept in kept_backups(folder) if kept.why != "replaced"), None)


def surplus(backups: Iterable[Kept], now: datetime) -> list[Kept]:
    """Those that go: all but the last ten, the newest of each of the last 30 days, the newest of each of 12 months."""
    newest_first = sorted(backups, key=lambda kept: kept.made, reverse=True)
    stay = {kept.path for kept in newest_first[:KEPT_LAST]}
    days: dict[date, Path] = {}
    months: dict[tuple[int, int], Path] = {}
    for kept in newest_first:
        made = kept.made
        if (now.date() - made.date()).days < KEPT_DAYS:
            days.setdefault(made.date(), kept.path)
        if (now.year - made.year) * 12 + now.month - made.month < KEPT_MONTHS:
            months.setdefault((made.year, made.month), kept.path)
    stay.update(days.values(), months.values())
    return [kept for kept in newest_first if kept.path not in stay]


def backup_name(why: str, now: datetime) -> str:
    """`20261122-143208-417000-import.db`: short, ASCII, in the order of time."""
    return f"{now.strftime(_STAMP)}-{why}.db"


def refuse_full_disk(folder: Path, size: int) -> None:
    """Raises RuhuError where `size` bytes would not fit into the folder."""
    free = free_bytes(folder)
    if free is not None and free < size + _SPARE:
        what = _("磁盘空间不够，没有开始")
        raise RuhuError("disk_full", what, _("请清理磁盘再试"), Place(file=folder.name))


def examined(connection: Connection, name: str) -> Verified:
    """What a copy proves to hold. Raises RuhuError (unusable) when its pages are damaged."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    foreign = connection.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or foreign is not None:
        what, remedy = _("数据库已损坏"), _("请用 ruhu restore 恢复最近的备份")
        raise RuhuError("damaged", what, remedy, Place(file=name))
    return verify(connection)


def single_file(connection: Connection) -> None:
    """Bring everything into the one file, so that it may be carried and opened from a read-only disk."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode = DELETE")


def forget_unused_keys(folder: Path) -> None:
    """Delete the key files of a casebook's folder that open no database in it any more: of a key that was given up.
    None where a database has no key file: its beginning may be damaged, and one of these be its."""
    from casebook.store.keys.key_file import key_files_in, key_id_of

    databases = [folder / DATABASE, *(folder / BACKUPS).glob("*.db")]
    used = {key_id.hex() for path in databases if (key_id := key_id_of(path)) is not None}
    files = list(key_files_in(folder))
    if used <= {path.stem for path in files}:
        for path in files:
            if path.stem not in used:
                with contextlib.suppress(OSError):
                    path.unlink()


def _keep_keys(casebook: Casebook, to: Path | None) -> Path | None:
    """Write the key file again in both its places, and beside a backup that lies elsewhere: its path there."""
    from casebook.store.keys.key_file import keys_of, write_key_file, write_key_file_beside
    from casebook.store.keys.wrapping import KEY

    if casebook.key is None or len(casebook.key) != KEY:
        return None
    key_file = keys_of(casebook.path)
    if key_file is None:
        return None
    write_key_file(casebook.folder, key_file)
    return None if to is None else write_key_file_beside(to, key_file)


def _copy(casebook: Casebook, copy: Path) -> Verified:
    target = connect(copy, casebook.key)
    try:
        casebook.whole.backup(target)
        verified = examined(target, casebook.folder.name)
        single_file(target)
    except DatabaseError as error:
        raise explained(error, casebook.path) from error
    finally:
        target.close()
    sync_file(copy)
    return verified


def _pour(copy: Path, file: IO[bytes]) -> None:
    with copy.open("rb") as source:
        shutil.copyfileobj(source, file, 1 << 20)
