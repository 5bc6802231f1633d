"""A casebook that was copied (案卷被拷贝): two copies under one device id would write different facts with one number.
So a copy notices that it lies elsewhere, and goes on as a device of its own, as a restored one does."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.device_keys import introduce
from casebook.store.platform import filesystem

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook, Writing
    from casebook.store.sqlite import Connection

Why = Literal["copied", "rolled_back"]
"""A folder that lies elsewhere; an older state of the database that was put in the place of a newer one."""

_PLACE = "place"
_NO_NUMBERS = frozenset(("vfat", "exfat", "msdos", "fat"))
"""File systems that give a folder another number each time they are mounted."""


def stay_one_device(book: Casebook) -> bool:
    """Go on as a new device where the casebook lies elsewhere than it did; whether it does. One that never noted where
    it lies notes it."""
    here = place_of(book.folder, book.path)
    if _noted(book.whole) == here:
        return False
    with book.writing() as writing:
        before = _noted(writing.connection)
        moved = before not in ("", here)
        if moved:
            become_new_device(writing, "copied")
        note_place(writing.connection, here)
    return moved


def refuse_torn_copy(book: Casebook) -> None:
    """A file copied while it is written to holds pages of several moments: it would open and be wrong. So the pages of
    a casebook that lies elsewhere than it did are looked at, once. Raises RuhuError (unusable)."""
    from casebook.store.sqlite import DatabaseError

    if _noted(book.whole) in ("", place_of(book.folder, book.path)):
        return
    try:
        whole = book.whole.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
    except DatabaseError:
        whole = False
    if not whole:
        what = _("这份拷来的案卷不完整：多半是案卷还开着的时候拷的")
        remedy = _("请关掉所有打开它的窗口再拷一次，或用 ruhu backup 备份、在这边用 ruhu restore 恢复")
        raise RuhuError("copied_while_open", what, remedy, Place(file=book.folder.name))


def note_place(connection: Connection, place: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_PLACE, place))


def become_new_device(writing: Writing, why: Why) -> str:
    """Write from now on under a new device id, which a fact `restored` tells; the id. A casebook that has no facts yet
    keeps its id, under which it is expected."""
    connection, before = writing.connection, writing.casebook.device
    if connection.execute("SELECT 1 FROM envelope LIMIT 1").fetchone() is None:
        return before
    device = secrets.token_hex(8)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'device'", (device,))
    told = introduce(connection, before, device)
    writing.append("restored", {"device_before": before, "lost": None, "why": why, **told})
    return device


def place_of(folder: Path, database: Path) -> str:
    """Where a casebook lies, as a digest that tells nothing of the machine: its machine, and the number of its folder
    there; of a disk that has no lasting numbers the path."""
    path = folder.resolve()
    if filesystem(path) in _NO_NUMBERS:
        where = [str(path)]
    else:
        told = os.stat(path)
        volume = told.st_dev if sys.platform == "win32" else 0  # elsewhere another one after each start
        where = [str(volume), str(told.st_ino)]
    return hashlib.sha256("\n".join((database.name, _machine(), *where)).encode("utf-8", "replace")).hexdigest()[:32]


def _machine() -> str:
    """What tells this computer from others, '' where nothing does. Windows and macOS were not tried."""
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            return Path(path).read_text("ascii").strip()
        except (OSError, ValueError):
            continue
    if sys.platform == "win32":
        try:
            import winreg

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return platform.node()
    node = uuid.getnode()
    return "" if node >> 40 & 1 else str(node)  # with that bit set it is a random number


def _noted(connection: Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_PLACE,)).fetchone()
    return str(row[0]) if row else ""
