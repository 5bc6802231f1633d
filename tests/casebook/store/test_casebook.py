"""The casebook: made, opened, written by several threads and processes, all of a step or nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import casebook as store
from casebook.store import sqlite
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.clock import local_text, next_clock, wall_text
from casebook.store.facts import facts
from casebook.store.sqlite import connect, database
from casebook.store.verify import verify
from casebook.store.views import View
from tests.casebook.made_books import KEY_NAMES, KEYS, NOTES, VIEWS, add_notes, new_book, notes_in, open_book
from tests.conftest import ROOT

keys = pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)


@keys
def test_a_new_casebook_begins_with_its_name_and_its_keeper(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "甲.ruhu", key) as book:
        device = book.device
        told = [(fact.kind, dict(fact.body or {}), fact.envelope.author) for fact in facts(book.connection)]
        assert told == [
            ("casebook", {"name": "试验县"}, "甲"), ("account", {"name": "甲", "role": "管理员"}, "甲"),
        ]  # fmt: skip
        assert book.encrypted == (key is not None)
    with open_book(tmp_path / "甲.ruhu", key) as book:
        assert (book.name, book.device, book.author) == ("试验县", device, "甲")
        assert verify(book.connection).broken == ()


@keys
def test_facts_are_chained(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "甲.ruhu", key, notes=3) as book:
        chain = [fact.envelope for fact in facts(book.connection)]
        assert [envelope.seq for envelope in chain] == [1, 2, 3, 4, 5]
        assert [envelope.prev for envelope in chain[1:]] == [envelope.digest for envelope in chain[:-1]]
        assert [envelope.clock for envelope in chain] == sorted({envelope.clock for envelope in chain})
        head = book.connection.execute("SELECT * FROM head").fetchall()
        assert head == [(book.device, 5, chain[-1].digest)]


@keys
def test_a_step_that_fails_leaves_nothing(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "甲.ruhu", key, notes=1) as book:
        before = _everything(book)
        with pytest.raises(ZeroDivisionError), book.writing() as writing:
            writing.append("note", {"text": "9"}, pieces={"row": [b"1"]})
            raise ZeroDivisionError
        assert _everything(book) == before
        with pytest.raises(KeyError), book.writing() as writing:  # a view that can't take a fact
            writing.append("note", {})
        assert _everything(book) == before
        with pytest.raises(RuhuError) as raised, book.writing() as writing:
            writing.append("note", {"text": "9"})
            writing.connection.execute("SELECT nothing FROM note")
        assert raised.value.code == "database_error"
        assert _everything(book) == before
        add_notes(book, range(5, 6))
        assert notes_in(book) == [0, 5]


def _everything(book: Casebook) -> list[object]:
    tables = ("envelope", "body", "piece", "head", "view_state", "note")
    return [book.connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


@keys
def test_each_thread_has_its_own_connection(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "甲.ruhu", key) as book:
        seen: list[object] = []

        def write(start: int) -> None:
            seen.append(book.connection)
            add_notes(book, range(start, start + 10))

        threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(connection) for connection in (*seen, book.connection)}) == 4
        assert notes_in(book) == [*range(10), *range(100, 110), *range(200, 210)]
        assert verify(book.connection).broken == ()
        assert database(book.connection)["note"].count == 30


_WRITER = """
import sys
from pathlib import Path
from tests.casebook.made_books import add_notes, open_book
key = bytes.fromhex(sys.argv[2]) or None
start = int(sys.argv[3])
with open_book(Path(sys.argv[1]), key) as book:
    print("open", flush=True)
    sys.stdin.readline()
    add_notes(book, range(start, start + 40))
"""


@keys
def test_two_processes_write_side_by_side(tmp_path: Path, key: bytes | None) -> None:
    folder = tmp_path / "甲.ruhu"
    new_book(folder, key).close()
    command = [sys.executable, "-c", _WRITER, str(folder), (key or b"").hex()]
    writers = [
        subprocess.Popen(
            [*command, start], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        for start in ("0", "100")
    ]
    for writer in writers:
        assert writer.stdout and writer.stdin
        assert writer.stdout.readline() == "open\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.close()
    with open_book(folder, key) as book:
        add_notes(book, range(200, 210))
        for writer in writers:
            assert writer.wait(60) == 0
            assert writer.stdout
            writer.stdout.close()
        assert notes_in(book) == [*range(40), *range(100, 140), *range(200, 210)]
        assert verify(book.connection).broken == ()


@contextmanager
def held(folder: Path, key: bytes | None) -> Iterator[None]:
    """Another writer stands in the middle of a step."""
    with closing(connect(folder / "casebook.db", key)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@keys
def test_a_writer_who_waits_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: bytes | None
) -> None:
    monkeypatch.setattr(sqlite, "WAIT", 0.05)
    folder = tmp_path / "甲.ruhu"
    with new_book(folder, key, notes=1) as book:
        with held(folder, key):
            with pytest.raises(RuhuError) as raised:
                add_notes(book, range(1, 2))
            assert (raised.value.code, raised.value.category) == ("casebook_locked", "locked")
            assert raised.value.place.file == "甲.ruhu"
            assert notes_in(book) == [0]
            with open_book(folder, key) as reader:  # whoever only reads need not wait
                assert notes_in(reader) == [0]
        add_notes(book, range(1, 2))
        assert notes_in(book) == [0, 1]


def test_a_casebook_that_is_restored_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from casebook.store.platform import file_lock

    folder = tmp_path / "甲.ruhu"
    new_book(folder).close()
    monkeypatch.setattr(store, "WAIT", 0.05)
    with file_lock(folder / "lock", timeout=0), pytest.raises(RuhuError) as raised:
        open_book(folder)
    assert raised.value.category == "locked"
    open_book(folder).close()


@pytest.mark.parametrize(("schema", "code"), [(store.SCHEMA + 1, "newer_casebook"), (0, "not_finished")])
def test_a_schema_that_is_not_ours(tmp_path: Path, schema: int, code: str) -> None:
    folder = tmp_path / "甲.ruhu"
    with new_book(folder) as book:
        book.connection.execute(f"PRAGMA user_version = {schema}")
    with pytest.raises(RuhuError) as raised:
        open_book(folder)
    assert (raised.value.code, raised.value.category) == (code, "unusable")


def test_a_casebook_of_an_earlier_release_is_backed_up_before_it_gets_new_tables(tmp_path: Path) -> None:
    folder = tmp_path / "甲.ruhu"
    with new_book(folder) as book:
        book.connection.execute("DROP TABLE peer")
        book.connection.execute("PRAGMA user_version = 1")
    with open_book(folder) as book:
        assert book.connection.execute("SELECT count(*) FROM peer").fetchone() == (0,)
    assert [path.name.rpartition("-")[2] for path in (folder / "backups").glob("*.db")] == ["migration.db"]
    open_book(folder).close()
    assert len(list((folder / "backups").glob("*.db"))) == 1


@keys
def test_a_wrong_key_opens_nothing(tmp_path: Path, key: bytes | None) -> None:
    folder = tmp_path / "甲.ruhu"
    new_book(folder, key).close()
    with pytest.raises(RuhuError) as raised:
        open_book(folder, b"x" * 32)
    assert raised.value.code == "not_a_database"
    open_book(folder, key).close()


def test_a_taken_folder_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "甲.ruhu"
    new_book(folder, notes=2).close()
    with pytest.raises(RuhuError) as raised:
        create_casebook(folder, name="别的", author="乙", views=VIEWS)
    assert raised.value.code == "folder_taken"
    with open_book(folder) as book:
        assert (book.name, notes_in(book)) == ("试验县", [0, 1])


@pytest.mark.skipif(os.name != "posix", reason="Windows files inherit the rights of their folder")
def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "甲.ruhu"
    before = os.umask(0o022)
    try:
        with new_book(folder, notes=1):
            files = [path for path in folder.iterdir() if path.is_file()]
            assert len(files) >= 2
            assert [path.name for path in (folder, *files) if path.stat().st_mode & 0o077] == []
    finally:
        os.umask(before)


def test_what_a_killed_process_left_in_the_temporary_folder_is_wiped(tmp_path: Path) -> None:
    folder = tmp_path / "甲.ruhu"
    new_book(folder).close()
    (folder / "tmp" / "half").write_text("王大山", "utf-8")
    with open_book(folder):
        assert not (folder / "tmp" / "half").exists()


def test_the_clock_never_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        @staticmethod
        def now(_zone: object) -> datetime:
            return datetime(2020, 1, 1, tzinfo=UTC)

    with new_book(tmp_path / "甲.ruhu") as book:
        monkeypatch.setattr(store, "datetime", Stopped)
        add_notes(book, range(3))
        clocks = [fact.envelope.clock for fact in facts(book.connection)]
        assert clocks == sorted(set(clocks))
        assert [fact.envelope.wall for fact in facts(book.connection)][-1] == "2020-01-01T00:00:00.000Z"


def test_the_clock_follows_whatever_it_has_seen() -> None:
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    first = next_clock(0, now)
    assert next_clock(first, now) == first + 1
    assert next_clock(first + 10**9, now) == first + 10**9 + 1
    assert next_clock(first, datetime(2026, 11, 22, 9, tzinfo=UTC)) - first == 3_600_000 << 16
    assert first < 2**63
    assert datetime.fromisoformat(local_text(wall_text(now))).astimezone(UTC) == now


def test_an_open_is_not_needed_to_be_closed_twice(tmp_path: Path) -> None:
    book = new_book(tmp_path / "甲.ruhu")
    book.close()
    book.close()
    with pytest.raises(RuhuError) as raised:
        open_casebook(tmp_path / "乙.ruhu", author="甲", views=VIEWS)
    assert raised.value.code == "no_casebook"


@keys
def test_a_damaged_page_is_told_or_not_met(tmp_path: Path, key: bytes | None) -> None:
    """Whichever page of the file is overwritten, opening says so in our words or does not need that page."""
    folder = tmp_path / "甲.ruhu"
    new_book(folder, key, notes=30).close()
    path = folder / "casebook.db"
    whole, codes = path.read_bytes(), set()
    for start in range(4096, len(whole), 4096):
        path.write_bytes(whole[:start] + b"\x55" * 4096 + whole[start + 4096 :])
        try:
            open_book(folder, key).close()
        except RuhuError as error:
            codes.add((error.code, error.category))
    assert codes == {("damaged", "unusable")}
    path.write_bytes(whole)
    with open_book(folder, key) as book:
        assert len(notes_in(book)) == 30


def test_a_release_with_more_views_misses_nothing_that_an_older_one_writes(tmp_path: Path) -> None:
    """Both are open at once; the older knows only the notes."""
    counts = View(
        "counts", 1, ("counted",), "CREATE TABLE counted (id TEXT PRIMARY KEY) STRICT",
        lambda connection, fact: connection.execute("INSERT INTO counted VALUES (?)", (fact.id,)) and None,
    )  # fmt: skip
    with new_book(tmp_path / "甲.ruhu", notes=1) as older:
        with open_casebook(older.folder, author="乙", views=(NOTES, counts)) as newer:
            add_notes(older, range(1, 3))
            add_notes(newer, range(3, 4))
            (counted,) = newer.connection.execute("SELECT count(*) FROM counted").fetchone()
            assert counted == verify(newer.connection).facts == 6
        assert notes_in(older) == [0, 1, 2, 3]


def test_views_are_finished_once_a_transaction(tmp_path: Path) -> None:
    seen: list[int] = []
    view = View(
        "many", 1, ("many",), "CREATE TABLE many (id TEXT PRIMARY KEY) STRICT",
        lambda connection, fact: connection.execute("INSERT INTO many VALUES (?)", (fact.id,)) and None,
        lambda connection: seen.append(connection.execute("SELECT count(*) FROM many").fetchone()[0]),
    )  # fmt: skip
    with create_casebook(tmp_path / "甲.ruhu", name="县", author="甲", views=(view,)) as book:
        seen.clear()
        with book.writing() as writing:
            for text in "123":
                writing.append("note", {"text": text})
        assert seen == [5]
        with book.writing():
            pass
        assert seen == [5]


def test_a_step_inside_a_step_is_refused_and_the_outer_one_goes_on(tmp_path: Path) -> None:
    with new_book(tmp_path / "甲.ruhu") as book:
        with book.writing() as writing:
            writing.append("note", {"text": "1"})
            with pytest.raises(RuhuError), book.writing():
                raise AssertionError("never reached")
            writing.append("note", {"text": "2"})
        assert notes_in(book) == [1, 2]


def test_who_acts_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    """An account of a system with another encoding."""
    with create_casebook(tmp_path / "甲.ruhu", name="县\udcb0", author="甲\udcd5", views=VIEWS) as book:
        add_notes(book.acted_by("乙\udcd5"), range(1))
        authors = {fact.envelope.author for fact in facts(book.connection)}
        assert authors == {"甲?", "乙?"} and verify(book.connection).broken == ()
