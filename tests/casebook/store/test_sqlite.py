"""The door to SQLite: what every connection promises, and what its failures are called."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import sqlite
from casebook.store.sqlite import DatabaseError, IntegrityError, OperationalError, connect, explained, wal_is_safe
from tests.casebook.made_books import KEY_NAMES, KEYS
from tests.conftest import ROOMS, ROOT

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))

keys = pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)


def made(path: Path, key: bytes | None = None) -> Path:
    with closing(connect(path, key)) as connection:
        connection.execute("CREATE TABLE t (x TEXT PRIMARY KEY) STRICT")
        connection.execute("INSERT INTO t VALUES ('王大山')")
    return path


@keys
def test_what_is_written_is_there_again(tmp_path: Path, key: bytes | None) -> None:
    path = made(tmp_path / "a.db", key)
    with closing(connect(path, key)) as connection:
        assert connection.execute("SELECT x FROM t").fetchall() == [("王大山",)]
    plain = "王大山".encode() in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert plain == (key is None)


@keys
def test_a_commit_survives_a_power_cut_and_nothing_begins_by_itself(tmp_path: Path, key: bytes | None) -> None:
    with closing(connect(made(tmp_path / "a.db", key), key)) as connection:
        found = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store", "busy_timeout")
        }
        journal, synchronous = ("wal", 2) if wal_is_safe() else ("delete", 3)
        assert found == {
            "journal_mode": journal, "synchronous": synchronous, "foreign_keys": 1, "secure_delete": 1,
            "temp_store": 2, "busy_timeout": 5000,
        }  # fmt: skip
        connection.execute("INSERT INTO t VALUES ('x')")
        assert not connection.in_transaction


@pytest.mark.parametrize(
    ("version", "safe"), [("3.51.2", False), ("3.51.3", True), ("3.9.0", False), ("3.53.4", True), ("4.0", True)]
)
def test_the_log_is_used_where_it_loses_nothing(monkeypatch: pytest.MonkeyPatch, version: str, safe: bool) -> None:
    monkeypatch.setattr(sqlite, "SQLITE_VERSION", version)
    assert wal_is_safe() == safe


def test_an_older_sqlite_saves_the_slow_sure_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "a.db")
    monkeypatch.setattr(sqlite, "SQLITE_VERSION", "3.40.1")
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db")
    with closing(connect(path, read_only=True)) as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute("INSERT INTO t VALUES ('x')")


@pytest.mark.skipif(not sqlite.ENCRYPTION, reason="needs sqlcipher3")
@pytest.mark.parametrize(
    ("written", "opened"), [(KEY, OTHER_KEY), (KEY, None), (None, KEY)], ids=["other key", "no key", "plain"]
)
def test_a_wrong_key_is_one_clear_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], written: bytes | None, opened: bytes | None
) -> None:
    path = made(tmp_path / "a.db", written)
    with pytest.raises(RuhuError) as raised:
        connect(path, opened)
    assert (raised.value.code, raised.value.category) == ("not_a_database", "unusable")
    assert capfd.readouterr() == ("", ""), "sqlcipher writes to stderr, where the screen is drawn"


def test_no_database_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"PK\x03\x04" * 500)
    with pytest.raises(RuhuError) as raised:
        connect(tmp_path / "a.db")
    assert raised.value.code == "not_a_database"


def test_a_key_without_encryption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "ENCRYPTION", False)
    with pytest.raises(RuhuError) as raised:
        connect(tmp_path / "甲.ruhu" / "casebook.db", KEY)
    assert (raised.value.code, raised.value.place.file) == ("no_encryption", "甲.ruhu")


@pytest.mark.parametrize(
    ("said", "code", "category"),
    [
        ("database is locked", "casebook_locked", "locked"),
        ("database or disk is full", "disk_full", "unusable"),
        ("attempt to write a readonly database", "not_writable", "unusable"),
        ("unable to open database file", "not_writable", "unusable"),
        ("file is not a database", "not_a_database", "unusable"),
        ("database disk image is malformed", "damaged", "unusable"),
        ("disk I/O error", "disk_error", "unusable"),
        ("no such column: 王大山", "database_error", "unusable"),
    ],
)
def test_failures_are_told_in_our_words(said: str, code: str, category: str) -> None:
    error = explained(OperationalError(said), Path("x/甲.ruhu/casebook.db"))
    assert (error.code, error.category, error.place.file) == (code, category, "甲.ruhu")
    assert "王大山" not in error.what + error.remedy


def test_sqlite_utils_raises_our_exceptions(tmp_path: Path) -> None:
    """Its own handling of a broken constraint must see what the connection raises."""
    with closing(connect(made(tmp_path / "a.db"))) as connection:
        table = sqlite.database(connection)["t"]
        assert isinstance(connection, sqlite.Connection)
        with pytest.raises(IntegrityError):
            table.insert({"x": "王大山"})
        table.insert({"x": "王大山"}, ignore=True)
        table.insert({"x": "李桂芳"})
        assert table.count == 2
    assert issubclass(IntegrityError, DatabaseError)


_ORDERS = {
    "ours first": "import casebook.store.sqlite as s; from sqlite_utils.utils import sqlite3 as theirs",
    "the casebook first": "import casebook.store.casebook, casebook.store.sqlite as s; "
    "from sqlite_utils.db import sqlite3 as theirs",
}


@pytest.mark.parametrize("order", _ORDERS.values(), ids=_ORDERS.keys())
def test_sqlite_utils_stands_on_the_same_sqlite(order: str) -> None:
    proof = f"{order}\nassert theirs.OperationalError is s.OperationalError, theirs; print('one')"
    done = subprocess.run([sys.executable, "-c", proof], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "one\n", done.stderr


def test_nothing_else_imports_sqlite() -> None:
    """Exceptions of another SQLite would not be caught; sqlite-utils must find the shim."""
    door = ROOT / "casebook/store/sqlite.py"
    words = ("sqlite3", "sqlcipher3", "pysqlite3", "apsw", "sqlite_utils")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in (*ROOMS, "benchmarks")
        for path in sorted((ROOT / room).rglob("*.py"))
        if path != door
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if line.lstrip().startswith(("import ", "from ")) and set(words) & set(line.replace(".", " ").split())
    ]
    assert found == []
