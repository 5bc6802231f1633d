"""A backup in the place of a casebook: proved first, swapped in one step, the replaced book kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import access
from casebook.store.backup import back_up
from casebook.store.folder import leftovers
from casebook.store.restore import Restored, restore
from casebook.store.sqlite import connect
from casebook.store.transaction import SCHEMA
from casebook.store.verify import verify
from tests.casebook.made_books import KEY_NAMES, KEYS, VIEWS, add_notes, new_book, notes_in, open_book
from tests.conftest import ROOT

NOW = datetime(2026, 11, 20, 14, 32, 8)

keyed_or_plain = pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)


def restored(folder: Path, backup: Path, key: bytes | None = None) -> Restored:
    return restore(folder, backup, author="甲", views=VIEWS, key=key, now=NOW)


def refused(folder: Path, backup: Path, key: bytes | None = None) -> RuhuError:
    """The refusal; the casebook stands as it stood."""
    before = (folder / "casebook.db").read_bytes() if (folder / "casebook.db").exists() else None
    with pytest.raises(RuhuError) as caught:
        restored(folder, backup, key)
    if before is not None:
        assert (folder / "casebook.db").read_bytes() == before
        assert leftovers(folder) == []
        assert not list((folder / "backups").glob("*replaced*"))
    return caught.value


def book_and_backup(tmp_path: Path, key: bytes | None = None) -> tuple[Path, Path]:
    """A closed casebook of eight notes and its backup of five."""
    folder = tmp_path / "a.ruhu"
    with new_book(folder, key, notes=5) as book:
        backup = back_up(book, tmp_path / "b.db").path
        add_notes(book, range(5, 8))
    return folder, backup


@keyed_or_plain
def test_the_backup_stands_there_and_the_replaced_book_is_kept(tmp_path: Path, key: bytes | None) -> None:
    folder, backup = book_and_backup(tmp_path, key)
    with open_book(folder, key) as book:
        before = book.device
    done = restored(folder, backup, key)
    assert (done.facts, done.lost) == (8, 3)  # five notes, the casebook, its administrator, the restoring itself
    assert done.kept_as == folder / "backups" / "20261120-143208-000000-replaced.db"
    assert done.device != before
    with open_book(folder, key) as book:
        assert notes_in(book) == list(range(5))
        assert book.device == done.device
        assert verify(book.connection).broken == ()
        assert verify(book.connection).heads == done.heads
        add_notes(book, range(50, 52))
        assert verify(book.connection).broken == ()
        told = book.connection.execute("SELECT kind, device, seq, author FROM envelope WHERE arrival = 8").fetchone()
        assert told == ("restored", done.device, 1, "甲")
        assert {row[0] for row in book.connection.execute("SELECT DISTINCT device FROM envelope")} == {
            before,
            done.device,
        }
    assert leftovers(folder) == []
    # and back again: the replaced book is itself a backup
    again = restore(folder, done.kept_as, author="甲", views=VIEWS, key=key)
    assert again.lost == 3  # the restoring and the two notes after it
    with open_book(folder, key) as book:
        assert notes_in(book) == list(range(8))


@keyed_or_plain
def test_a_book_killed_while_writing_loses_nothing_it_had(tmp_path: Path, key: bytes | None) -> None:
    """Its log is brought in before it is put away."""
    folder, backup = book_and_backup(tmp_path, key)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom tests.casebook.made_books import add_notes, open_book\n"
        "book = open_book(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]) or None)\nadd_notes(book, range(8, 20))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder), (key or b"").hex()], cwd=ROOT)
    assert (folder / "casebook.db-wal").exists()
    done = restored(folder, backup, key)
    assert done.lost == 15
    assert done.kept_as is not None
    restore(folder, done.kept_as, author="甲", views=VIEWS, key=key)
    with open_book(folder, key) as book:
        assert notes_in(book) == list(range(20))


def _overwrite(content: bytes) -> bytes:
    return b"no database" * 1000


def _wipe_middle(content: bytes) -> bytes:
    return content[:4096] + bytes(len(content) - 4096)


@pytest.mark.parametrize("damage", [_overwrite, _wipe_middle])
@keyed_or_plain
def test_a_damaged_book_is_kept_as_it_is(tmp_path: Path, key: bytes | None, damage: Callable[[bytes], bytes]) -> None:
    folder, backup = book_and_backup(tmp_path, key)
    damaged = damage((folder / "casebook.db").read_bytes())
    (folder / "casebook.db").write_bytes(damaged)
    done = restored(folder, backup, key)
    assert (done.facts, done.lost) == (8, None)
    assert done.kept_as is not None
    assert done.kept_as.read_bytes()[8192:] == damaged[8192:]
    with open_book(folder, key) as book:
        assert notes_in(book) == list(range(5))


def test_a_log_without_its_database_is_not_played_into_the_new_book(tmp_path: Path) -> None:
    folder, backup = book_and_backup(tmp_path)
    with open_book(folder) as book:
        add_notes(book, range(100, 140))
        shutil.copyfile(folder / "casebook.db-wal", tmp_path / "log")
    (folder / "casebook.db").unlink()
    shutil.copyfile(tmp_path / "log", folder / "casebook.db-wal")
    done = restored(folder, backup)
    assert (done.lost, done.kept_as) == (0, None)
    with open_book(folder) as book:
        assert notes_in(book) == list(range(5))


@keyed_or_plain
def test_into_a_place_where_nothing_stands(tmp_path: Path, key: bytes | None) -> None:
    _folder, backup = book_and_backup(tmp_path, key)
    done = restored(tmp_path / "new.ruhu", backup, key)
    assert (done.facts, done.lost, done.kept_as) == (8, 0, None)
    with open_book(tmp_path / "new.ruhu", key) as book:
        assert notes_in(book) == list(range(5))
        assert book.name == "试验县"


def _flip_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(4096)
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("no backup")


@pytest.mark.parametrize("damage", [_flip_page, _cut, _empty, _text])
@keyed_or_plain
def test_a_backup_that_is_not_whole_is_refused(
    tmp_path: Path, key: bytes | None, damage: Callable[[Path], None]
) -> None:
    folder, backup = book_and_backup(tmp_path, key)
    damage(backup)
    error = refused(folder, backup, key)
    assert error.category == "unusable"
    assert error.place.file == "b.db"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE body SET content = x'7b7d' WHERE arrival = 4",
        "DELETE FROM body WHERE arrival = 5",
        "UPDATE envelope SET author = '丙' WHERE arrival = 4",
        "DELETE FROM head",
    ],
)
def test_a_backup_that_was_touched_is_refused(tmp_path: Path, change: str) -> None:
    folder, backup = book_and_backup(tmp_path)
    with closing(connect(backup)) as connection:
        for table in ("body", "envelope"):
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_{verb}")
        connection.execute(change)
    assert refused(folder, backup).code == "trail_broken"


def test_other_things_are_refused(tmp_path: Path) -> None:
    folder, backup = book_and_backup(tmp_path)
    assert refused(folder, tmp_path / "none.db").code == "no_backup"
    assert refused(folder, folder).code == "not_a_backup"
    assert refused(folder, folder / "casebook.db").category == "usage"
    with new_book(tmp_path / "other.ruhu", notes=1) as book:
        other = back_up(book).path
    error = refused(folder, other)
    assert (error.code, error.category) == ("other_casebook", "usage")
    with closing(connect(backup)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    assert refused(folder, backup).code == "newer_casebook"
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    assert refused(tmp_path / "photos", backup).category == "usage"
    assert os.listdir(tmp_path / "photos") == ["a.jpg"]


def test_a_key_that_does_not_fit(tmp_path: Path) -> None:
    folder, backup = book_and_backup(tmp_path, KEYS[1])
    assert refused(folder, backup, bytes(32)).code == "not_a_backup"
    assert refused(folder, backup, None).code == "not_a_backup"


def test_not_while_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, backup = book_and_backup(tmp_path)
    monkeypatch.setattr("casebook.store.restore.WAIT", 0.1)
    with open_book(folder), pytest.raises(RuhuError) as caught:
        restored(folder, backup)
    assert caught.value.category == "locked"
    assert restored(folder, backup).lost == 3


def test_a_file_copied_while_it_was_open_is_no_backup_of_all(tmp_path: Path) -> None:
    """Without its log the copy lacks what was written last: it is refused, or counts as the older state it is."""
    folder, backup = book_and_backup(tmp_path)
    with new_book(tmp_path / "fresh.ruhu", notes=3) as book:
        shutil.copyfile(book.path, tmp_path / "copied.db")
        made = back_up(book, tmp_path / "good.db")
    error = refused(tmp_path / "fresh.ruhu", tmp_path / "copied.db")
    assert (error.code, error.place.file) == ("not_a_backup", "copied.db")
    assert restored(tmp_path / "fresh.ruhu", made.path).lost == 0
    assert restored(folder, backup).lost == 3


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
@keyed_or_plain
def test_a_disk_that_fills_up_leaves_the_old_book(tmp_path: Path, key: bytes | None) -> None:
    folder, backup = book_and_backup(tmp_path, key)
    with open_book(folder, key) as book:
        add_notes(book, range(8, 300))
    size = backup.stat().st_size
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom casebook.errors import RuhuError\n"
        "from casebook.store.restore import restore\nfrom tests.casebook.made_books import VIEWS\n"
        "limit = int(sys.argv[4]); resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "try: restore(Path(sys.argv[1]), Path(sys.argv[2]), author='甲', views=VIEWS,"
        " key=bytes.fromhex(sys.argv[3]) or None)\n"
        "except RuhuError as error: print(error.category)\n"
    )
    for limit in (size // 2, size + 8192):  # in the copy of the backup, in the copy of the old book
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder), str(backup), (key or b"").hex(), str(limit)],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
        )
        assert (done.stdout, done.stderr) == ("unusable\n", ""), limit
        assert leftovers(folder) == []
        with open_book(folder, key) as book:
            assert notes_in(book) == list(range(300))


def test_the_access_log_goes_on_where_it_was(tmp_path: Path) -> None:
    """Restoring an old backup wipes out nobody's looking."""
    folder = tmp_path / "a.ruhu"
    with new_book(folder, notes=1) as book:
        access.record(book, "revealed", ["f1", "f2"])
        backup = back_up(book, tmp_path / "b.db").path
        access.record(book, "looked_up", ["P0"])
    restored(folder, backup)
    with open_book(folder) as book:
        assert [entry.subject for entry in access.newest(book.connection)] == ["P0", "f2", "f1"]
        assert verify(book.connection).broken == ()
        access.record(book, "revealed", ["f3"])
        assert access.first_broken(book.connection) is None


def test_an_access_log_that_went_another_way_is_not_mixed_in(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    with new_book(folder, notes=1) as book:
        first = back_up(book, tmp_path / "b.db").path
        access.record(book, "revealed", ["one way"])
        second = back_up(book, tmp_path / "c.db").path
    shutil.rmtree(folder)
    restored(folder, first)
    with open_book(folder) as book:
        access.record(book, "revealed", ["another"])
        access.record(book, "revealed", ["way"])
    restored(folder, second)
    with open_book(folder) as book:
        assert [entry.subject for entry in access.newest(book.connection)] == ["one way"]
        assert verify(book.connection).broken == ()
