"""Backups: whole while others write, kept by a rule, never half a file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import backup as backups
from casebook.store.backup import (
    back_up,
    backup_name,
    daily_backup,
    examined,
    kept_backups,
    newest_backup,
    rolling_backup,
    surplus,
)
from casebook.store.casebook import Casebook
from casebook.store.folder import leftovers
from casebook.store.platform import read_back
from casebook.store.sqlite import connect
from tests.casebook.made_books import KEY_NAMES, KEYS, VIEWS, add_notes, new_book, notes_in, open_book
from tests.conftest import ROOT

NOW = datetime(2026, 11, 20, 14, 32, 8)

keyed_or_plain = pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)


def notes_of_file(path: Path, work: Path, key: bytes | None) -> list[int]:
    """The notes in a backup, read from a copy as a restore would."""
    work.mkdir()
    shutil.copyfile(path, work / "casebook.db")
    with Casebook(work, "乙", VIEWS, key) as book:
        assert examined(book.whole, "").broken == ()
        return notes_in(book)


@keyed_or_plain
def test_a_backup_holds_everything_and_says_what(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "a.ruhu", key, notes=5) as book:
        made = back_up(book, now=NOW)
        add_notes(book, range(5, 8))
        assert made.path == book.folder / "backups" / "20261120-143208-000000-manual.db"
        assert (made.size, made.sha256) == read_back(made.path)
        assert made.facts == 7  # the casebook, its administrator, five notes
        (head,) = book.connection.execute("SELECT digest FROM envelope WHERE seq = 7").fetchone()
        assert made.head == head
        assert made.broken == 0
        assert notes_in(book) == list(range(8))
    assert notes_of_file(made.path, tmp_path / "work", key) == list(range(5))
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]
    assert made.path.stat().st_mode & 0o077 == 0
    assert leftovers(tmp_path / "a.ruhu") == []


def test_a_keyed_casebook_gives_keyed_backups(tmp_path: Path) -> None:
    key = KEYS[1]
    with new_book(tmp_path / "a.ruhu", key, notes=1) as book:
        made = back_up(book, tmp_path / "b.db")
    assert made.path.read_bytes()[:15] != b"SQLite format 3"
    with pytest.raises(RuhuError) as caught:
        connect(made.path)
    assert caught.value.code == "not_a_database"
    connect(made.path, key).close()


@keyed_or_plain
def test_a_backup_can_be_opened_where_nothing_can_be_written(tmp_path: Path, key: bytes | None) -> None:
    """Its header asks for no log beside it."""
    with new_book(tmp_path / "a.ruhu", key, notes=3) as book:
        made = back_up(book, tmp_path / "b.db")
    with closing(connect(made.path, key, read_only=True)) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (3,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ruhu", "b.db"]


def test_others_write_while_a_backup_is_made(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.casebook.made_books import add_notes, open_book\n"
        "book = open_book(Path(sys.argv[1]))\nprint('go', flush=True)\nadd_notes(book, range(1000, 1060))\n"
    )
    with (
        new_book(tmp_path / "a.ruhu", notes=20) as book,
        subprocess.Popen(
            [sys.executable, "-c", code, str(book.folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as writer,
    ):
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.readline() == b"go\n"
        made = [back_up(book, tmp_path / f"{n}.db") for n in range(5)]
        assert writer.stderr.read() == b""
        assert writer.wait() == 0
        assert len(notes_in(book)) == 80
    for n, one in enumerate(made):
        found = notes_of_file(one.path, tmp_path / f"work{n}", None)
        assert found == [*range(20), *range(1000, 1000 + len(found) - 20)]  # a beginning of what the other wrote
        assert one.facts == len(found) + 2


@keyed_or_plain
def test_a_damaged_casebook_gives_no_backup(tmp_path: Path, key: bytes | None) -> None:
    folder = tmp_path / "a.ruhu"
    new_book(folder, key, notes=200).close()
    database = folder / "casebook.db"
    content = bytearray(database.read_bytes())
    for at in range(4096 * 5, len(content), 4096):
        content[at : at + 200] = bytes(200)
    database.write_bytes(content)
    with pytest.raises(RuhuError) as caught, open_book(folder, key) as book:
        back_up(book)
    assert caught.value.category == "unusable"
    assert list((folder / "backups").iterdir()) == []


def test_a_broken_trail_is_backed_up_and_said_and_older_backups_stay(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu", notes=3) as book:
        for day in range(40):
            rolling_backup(book, "import", NOW - timedelta(minutes=day))
        count = len(kept_backups(book.folder))
        book.connection.execute("DROP TRIGGER body_update")
        book.connection.execute("UPDATE body SET content = x'7b7d' WHERE arrival = 4")
        made = rolling_backup(book, "import", NOW + timedelta(minutes=1))
        assert made.broken == 1
        assert len(kept_backups(book.folder)) == count + 1


def test_an_older_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    target.write_bytes(b"old")
    with new_book(tmp_path / "a.ruhu", notes=2) as book:
        back_up(book, target)
    assert notes_of_file(target, tmp_path / "work", None) == [0, 1]


def test_a_file_that_reads_back_otherwise_is_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "b.db"

    def damage(path: Path) -> tuple[int, str]:
        if path == target:
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        return read_back(path)

    monkeypatch.setattr(backups, "read_back", damage)
    with new_book(tmp_path / "a.ruhu", notes=2) as book, pytest.raises(RuhuError) as caught:
        back_up(book, target)
    assert caught.value.code == "backup_differs"
    assert not target.exists()


def test_no_room_is_said_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "free_bytes", lambda _folder: 1000)
    with new_book(tmp_path / "a.ruhu", notes=2) as book, pytest.raises(RuhuError) as caught:
        back_up(book)
    assert caught.value.code == "disk_full"


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX systems")
@keyed_or_plain
def test_a_disk_that_fills_up_leaves_no_backup_and_a_whole_casebook(tmp_path: Path, key: bytes | None) -> None:
    folder = tmp_path / "a.ruhu"
    new_book(folder, key, notes=400).close()
    size = (folder / "casebook.db").stat().st_size
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom casebook.errors import RuhuError\n"
        "from casebook.store.backup import back_up\nfrom tests.casebook.made_books import open_book\n"
        "key = bytes.fromhex(sys.argv[2]) or None\n"
        "with open_book(Path(sys.argv[1]), key) as book:\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({size // 2}, {size // 2}))\n"
        "    try: back_up(book)\n"
        "    except RuhuError as error: print(error.category)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), (key or b"").hex()], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert (done.stdout, done.stderr) == ("unusable\n", "")
    assert list((folder / "backups").iterdir()) == []
    assert leftovers(folder) == []
    with open_book(folder, key) as book:
        assert notes_in(book) == list(range(400))
        back_up(book)


def kept(made: datetime) -> backups.Kept:
    return backups.Kept(Path(backup_name("daily", made)), made, "daily")


def test_the_rule_of_what_is_kept() -> None:
    hourly = [kept(NOW - timedelta(hours=n)) for n in range(24 * 500)]
    gone = set(surplus(hourly, NOW))
    left = sorted((one.made for one in hourly if one not in gone), reverse=True)
    assert left[:10] == [NOW - timedelta(hours=n) for n in range(10)]
    days = [made.date() for made in left]
    assert {NOW.date() - timedelta(days=n) for n in range(30)} <= set(days)
    older = [made for made in left if (NOW.date() - made.date()).days >= 30]
    months = [(2026, month) for month in range(9, 0, -1)] + [(2025, 12)]  # October's newest is within 30 days
    assert [(made.year, made.month) for made in older] == months
    assert all((made + timedelta(hours=1)).month != made.month for made in older)  # the newest of its month
    assert surplus([], NOW) == []
    few = [kept(NOW - timedelta(days=900 + n)) for n in range(10)]
    assert surplus(few, NOW) == []


def test_rolling_backups_are_thinned_and_a_persons_own_are_not(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu", notes=1) as book:
        old = NOW - timedelta(days=1000)
        mine = back_up(book, now=old).path
        for n in range(14):
            rolling_backup(book, "import", NOW + timedelta(seconds=n))
        (book.folder / "backups" / "说明.db").write_bytes(b"x")
        names = [one.path.name for one in kept_backups(book.folder)]
    assert len(names) == 11
    assert names[0] == backup_name("import", NOW + timedelta(seconds=13))
    assert names[-1] == mine.name


def test_one_backup_a_day(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu", notes=1) as book:
        assert newest_backup(book.folder) is None
        first = daily_backup(book, NOW)
        assert first is not None
        assert daily_backup(book, NOW + timedelta(hours=9)) is None
        assert daily_backup(book, NOW + timedelta(hours=10)) is not None
        newest = newest_backup(book.folder)
    assert newest is not None
    assert (newest.why, newest.made) == ("daily", NOW + timedelta(hours=10))
