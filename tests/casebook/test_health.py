"""What `ruhu doctor` finds: each fault planted by hand is found, and a whole casebook has none."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import health, machine
from casebook.store.backup import back_up
from casebook.store.casebook import Casebook
from casebook.store.folder import temporary_folder
from casebook.store.health import examine, whole
from casebook.store.machine import machine_checks
from tests.casebook.made_books import KEY_NAMES, KEYS, new_book, open_book


def states(book: Casebook) -> dict[str, str]:
    """Every check that is not well, by name."""
    checks = examine(book)
    assert len({check.name for check in checks}) == len(checks) == 10
    assert all(check.what for check in checks)
    assert all(check.remedy for check in checks if check.state != "ok")
    return {check.name: check.state for check in checks if check.state != "ok" and check.name != "keys"}


@pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)
def test_a_whole_casebook(tmp_path: Path, key: bytes | None) -> None:
    with new_book(tmp_path / "a.ruhu", key, notes=5) as book:
        assert states(book) == {"backup": "notice"}
        back_up(book)
        before = book.connection.execute("SELECT * FROM note ORDER BY id").fetchall()
        assert states(book) == {}
        assert whole(examine(book))
        assert book.connection.execute("SELECT * FROM note ORDER BY id").fetchall() == before


def _body(book: Casebook) -> None:
    book.connection.execute("DROP TRIGGER body_update")
    book.connection.execute("UPDATE body SET content = x'7b7d' WHERE arrival = 4")


def _envelope(book: Casebook) -> None:
    book.connection.execute("DROP TRIGGER envelope_update")
    book.connection.execute("UPDATE envelope SET author = '丙' WHERE arrival = 4")


def _view(book: Casebook) -> None:
    book.connection.execute("DELETE FROM note WHERE text = '3'")


def _row_of_a_view(book: Casebook) -> None:
    book.connection.execute("UPDATE note SET text = '33' WHERE text = '3'")


def _no_table(book: Casebook) -> None:
    book.connection.execute("DROP TABLE note")


def _orphan(book: Casebook) -> None:
    book.connection.execute("PRAGMA foreign_keys = OFF")
    book.connection.execute("INSERT INTO body VALUES (99, x'00', x'7b7d')")


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (_body, {"trail": "bad"}),
        (_envelope, {"trail": "bad"}),
        (_view, {"views": "bad"}),
        (_row_of_a_view, {"views": "bad"}),
        (_no_table, {"views": "bad"}),
        (_orphan, {"references": "bad"}),
    ],
)
def test_what_was_touched_is_found(tmp_path: Path, plant: Callable[[Casebook], None], found: dict[str, str]) -> None:
    with new_book(tmp_path / "a.ruhu", notes=5) as book:
        back_up(book)
        plant(book)
        told = states(book)
    assert {name: told.get(name) for name in found} == found
    # a body that was changed no longer gives the same view, and its lock had to be taken off
    assert not set(told) - {*found, "views", "references"}


@pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)
def test_a_damaged_page_is_found(tmp_path: Path, key: bytes | None) -> None:
    """In a page that opening does not read; a keyed file notices one bit, a plain one a page that makes no sense."""
    folder = tmp_path / "a.ruhu"
    with new_book(folder, key, notes=300) as book:
        (root,) = book.connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'envelope_kind'").fetchone()
        (size,) = book.connection.execute("PRAGMA page_size").fetchone()
    database = folder / "casebook.db"
    content = bytearray(database.read_bytes())
    size = int(size)  # SQLCipher says it in letters
    at = (root - 1) * size
    if key is None:
        content[at + 8 : at + size] = bytes(size - 8)
    else:
        content[at + 100] ^= 1
    database.write_bytes(content)
    try:
        with open_book(folder, key) as book:
            checks = examine(book)
    except RuhuError as error:
        pytest.fail(f"opening read that page: {error.code}")
    assert {check.name: check.state for check in checks}["pages"] == "bad"
    assert not whole(checks)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_others_can_read(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu", notes=1) as book:
        made = back_up(book)
        made.path.chmod(0o644)
        assert states(book) == {"permissions": "notice"}


def test_an_old_backup_a_full_disk_and_work_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_book(tmp_path / "a.ruhu", notes=1) as book:
        back_up(book, now=datetime.now() - timedelta(days=9))
        monkeypatch.setattr(health, "free_bytes", lambda _folder: 1024**2)
        with temporary_folder(book.folder):
            assert states(book) == {"backup": "notice", "space": "notice", "temporary": "notice"}
            assert whole(examine(book))


def test_a_safe_way_of_saving(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu", notes=1) as book:
        back_up(book)
        book.connection.execute("PRAGMA synchronous = NORMAL")
        assert states(book) == {"journal": "notice"}


def test_this_machine() -> None:
    checks = {check.name: check for check in machine_checks()}
    whole_program = {"python", "sqlite", "encryption", "parts", "packages", "memory"}
    assert set(checks) == whole_program | {"clock", "folder", "room"}
    assert {checks[name].state for name in whole_program} == {"ok"}


def test_a_clock_that_cannot_be_right() -> None:
    """Before the program was installed, ten years after, or not China's time."""
    beijing = timezone(timedelta(hours=8))
    installed = datetime(2026, 11, 20, tzinfo=beijing)
    states = [
        machine._clock(now, installed).state
        for now in (
            datetime(2026, 11, 19, 12, tzinfo=beijing),
            datetime(2031, 1, 1, tzinfo=beijing),
            datetime(2026, 11, 18, 12, tzinfo=beijing),
            datetime(2038, 1, 1, tzinfo=beijing),
            datetime(2026, 12, 1, tzinfo=UTC),
        )
    ]
    assert states == ["ok", "ok", "notice", "notice", "notice"]


def test_what_the_machine_lacks_is_a_notice_and_foreign_packages_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ENCRYPTION", False)
    monkeypatch.setattr(machine, "wal_is_safe", lambda: False)
    monkeypatch.setitem(machine.PARTS, "lxml_of_another_system", "填不了省里的模板")
    monkeypatch.setattr(machine, "free_bytes", lambda _folder: 1024**2)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "state" / "ruhu").mkdir(parents=True, mode=0o755)
    found = {check.name: check for check in machine_checks()}
    assert [found[name].state for name in ("encryption", "sqlite", "parts", "folder", "room")] == ["notice"] * 5
    assert "lxml_of_another_system" in found["parts"].what and "填不了省里的模板" in found["parts"].remedy
    (tmp_path / "ruhu_other").mkdir()
    (tmp_path / "ruhu_other" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(machine, "ROOMS", ("casebook", "ruhu_other"))
    packages = next(check for check in machine_checks() if check.name == "packages")
    assert packages.state == "bad"
    assert "ruhu_other" in packages.what
    assert "casebook" not in packages.what.replace("ruhu_other", "")
