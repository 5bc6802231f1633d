"""The one door to SQLite: sqlcipher3 under sqlite-utils, else the interpreter's own; exceptions come from here alone.

sqlite-utils looks for `pysqlite3` first, so that name must point to sqlcipher3 before it is imported, else its own
exception handling misses what the connection raises.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.platform import free_bytes

if TYPE_CHECKING:
    import sqlite3 as driver
    from sqlite3 import Connection, DatabaseError, IntegrityError, InterfaceError, OperationalError

    ENCRYPTION = True
else:
    try:
        import sqlcipher3.dbapi2 as driver

        sys.modules["pysqlite3"] = sys.modules["pysqlite3.dbapi2"] = driver
        ENCRYPTION = True
    except ImportError:
        import sqlite3 as driver

        ENCRYPTION = False
    Connection, DatabaseError = driver.Connection, driver.DatabaseError
    IntegrityError, OperationalError = driver.IntegrityError, driver.OperationalError
    InterfaceError = driver.InterfaceError

__all__ = [
    "ENCRYPTION", "Connection", "DatabaseError", "IntegrityError", "InterfaceError", "OperationalError", "connect",
    "explained",
]  # fmt: skip

SQLITE_VERSION: str = driver.sqlite_version
complete_statement = driver.complete_statement
WAIT = 5.0
"""Seconds to wait for another process that writes."""

_SECRET = 32  # bytes of a key before its salt
_WAL_FROM = (3, 51, 3)
"""Older releases may reset the log under a second connection and lose a commit."""


def connect(path: Path, key: bytes | None = None, *, read_only: bool = False) -> Connection:
    """A connection that survives a power cut after each commit and never begins a transaction by itself.

    `key` is the raw key of an encrypted file: 32 bytes, or 48 with the salt that becomes the file's first 16. Raises
    RuhuError (unusable) for a wrong key or a file that is no database, and where a key is given but encryption is
    missing.
    """
    if key is not None:
        refuse_without_encryption(path)
    mode = "ro" if read_only else "rwc"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    try:
        connection = driver.connect(uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)
    except DatabaseError as error:
        raise explained(error, path) from error
    try:
        _prepare(connection, key, read_only)
    except DatabaseError as error:
        connection.close()
        if key is not None and _starts_with(path, key[_SECRET:]) and "not a database" in str(error).lower():
            raise _damaged(path) from error  # it is this key's file
        raise explained(error, path) from error
    except UnicodeDecodeError as error:  # what SQLite says of a damaged schema holds bytes of it
        connection.close()
        raise _damaged(path) from error
    return connection


def refuse_without_encryption(path: Path) -> None:
    """Raises RuhuError (unusable) where an encrypted file can't be opened on this machine at all."""
    if not ENCRYPTION:
        what = _("这台电脑没有装加密组件（sqlcipher3），打不开加密的案卷")
        raise RuhuError("no_encryption", what, _("请安装 sqlcipher3 后再试"), Place(file=path.parent.name))


def _starts_with(path: Path, salt: bytes) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return bool(salt) and file.read(len(salt)) == salt
    return False


def _prepare(connection: Connection, key: bytes | None, read_only: bool) -> None:
    if ENCRYPTION:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to stderr, where the screen is drawn
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if read_only:
        return
    journal, synchronous = ("WAL", "FULL") if wal_is_safe() else ("DELETE", "EXTRA")
    if connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != journal:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")


def wal_is_safe() -> bool:
    return tuple(map(int, SQLITE_VERSION.split(".")[:3])) >= _WAL_FROM


def storable(text: str) -> str:
    """A text as SQLite takes it: half surrogates, as in arguments and file names that are no UTF-8, become `?`."""
    return text.encode("utf-8", "replace").decode()


def literal(text: str) -> str:
    """A text as LIKE … ESCAPE '\\' takes it, none of its characters standing for others."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_FEWEST_FREE = 1 << 20
"""Bytes without which even reading fails, since the log's index beside the file cannot be made."""


def _no_room(folder: Path) -> bool:
    free = free_bytes(folder)
    return free is not None and free < _FEWEST_FREE


def database(connection: Connection) -> Any:
    """The connection as a sqlite-utils Database."""
    from sqlite_utils import Database

    return Database(connection)


def explained(error: Exception, path: Path | None = None) -> RuhuError:
    """What a failure of SQLite means to a user; the message of SQLite itself is never shown."""
    text = str(error).lower()
    folder = path.parent if path is not None else None
    place = _place(path)
    if "locked" in text or "busy" in text:
        what, remedy = _("案卷正被另一个程序占用"), _("请等它写完再试")
        return RuhuError("casebook_locked", what, remedy, place, category="locked")
    if "full" in text or ("disk i/o" in text and folder is not None and _no_room(folder)):
        return RuhuError("disk_full", _("磁盘已满，这一步没有写进案卷"), _("请清理磁盘再试；以前保存的都在"), place)
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return RuhuError("not_writable", _("案卷打不开或写不进去"), _("请检查文件夹权限，或拷到本机硬盘上再开"), place)
    if "not a database" in text:
        what = _("案卷打不开：口令不对，或文件已损坏")
        return RuhuError("not_a_database", what, _("请核对口令；若仍打不开，用 ruhu restore 恢复备份"), place)
    if "malformed" in text or "corrupt" in text:
        return _damaged(path)
    if "disk i/o" in text or "interrupted" in text:
        return RuhuError("disk_error", _("磁盘读写出错，这一步没有写进案卷"), _("请检查磁盘后再试"), place)
    return RuhuError("database_error", _("案卷读写出错，这一步没有写进案卷"), _("请运行 ruhu doctor 检查"), place)


def _place(path: Path | None) -> Place:
    """The casebook's folder, of a file elsewhere its name."""
    if path is None:
        return Place()
    return Place(file=path.parent.name if path.parent.suffix == ".ruhu" else path.name)


def _damaged(path: Path | None) -> RuhuError:
    return RuhuError("damaged", _("案卷文件已损坏"), _("请用 ruhu restore 恢复最近的备份"), _place(path))
