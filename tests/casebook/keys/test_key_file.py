"""The file itself: found, whole or refused in one line, damage told from a wrong passphrase."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from casebook.errors import RuhuError
from casebook.store.backup import back_up, forget_unused_keys
from casebook.store.casebook import open_casebook
from casebook.store.health import examine
from casebook.store.keys.key_file import (
    both_copies,
    encoded_key_file,
    key_file_of,
    key_id_of,
    keys_of,
    read_key_file,
    seal_holds,
    sealed,
    write_key_file,
)
from casebook.store.keys.slots import new_keys, unlock
from tests.casebook.keys.made_keys import CHEAP, OWN, encrypted_book, first_bytes, opened
from tests.casebook.made_books import VIEWS, new_book, notes_in

KEYS, KEY, _CODE = new_keys("甲", OWN, "试验县", CHEAP)


def test_read_as_written(tmp_path: Path) -> None:
    write_key_file(tmp_path, KEYS)
    first, second = both_copies(tmp_path, KEYS.key_id)
    assert read_key_file(first) == read_key_file(second) == KEYS
    assert seal_holds(KEYS, KEY) and not seal_holds(KEYS, KEY[::-1])
    if os.name == "posix":
        assert [path.stat().st_mode & 0o777 for path in (first, second, first.parent)] == [0o600, 0o600, 0o700]
    content = first.read_bytes()
    assert KEY[:32].hex().encode() not in content and OWN.encode() not in content
    assert json.loads(content)["cipher"].startswith("sqlcipher-4")


def test_any_byte_that_changed_is_damage_and_no_wrong_passphrase(tmp_path: Path) -> None:
    content = encoded_key_file(KEYS)
    path = tmp_path / "a.keys"
    chance = random.Random(6)
    for _run in range(300):
        changed = bytearray(content)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(changed))
        try:
            assert read_key_file(path) == KEYS  # white space, a letter of hex in another case
        except RuhuError as error:
            assert error.code in ("key_file_damaged", "newer_key_file")
            assert error.place.file == "a.keys"
    for cut in (b"", content[:-5], content[: len(content) // 2], b"[" * 100_000, b"{}" + b" " * (1 << 20), b"\xff\xfe"):
        path.write_bytes(cut)
        with pytest.raises(RuhuError, match="key_file_damaged"):
            read_key_file(path)
    with pytest.raises(FileNotFoundError):
        read_key_file(tmp_path / "none.keys")


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("memory_kib", 1 << 40),
        ("memory_kib", (1 << 18) + 1),
        ("time", 9),
        ("memory_kib", 0),
        ("memory_kib", True),
        ("time", 10**9),
        ("lanes", 0),
        ("lanes", 17),
        ("salt", "00"),
        ("public", 5),
        ("kdf", "scrypt"),
        ("kind", "root"),
        ("name", ""),
        ("name", "\ud800"),
        ("name", "长" * 300),
    ],
)
def test_what_a_file_may_ask_of_a_machine_is_bounded(tmp_path: Path, where: str, value: object) -> None:
    """Whoever writes the file may set the check to match."""
    import hashlib

    told: dict[str, Any] = json.loads(encoded_key_file(KEYS))
    told["slots"][0][where] = value
    del told["check"]
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    told["check"] = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
    (tmp_path / "a.keys").write_text(json.dumps(told), "utf-8")
    with pytest.raises(RuhuError, match="key_file_damaged"):
        read_key_file(tmp_path / "a.keys")


def test_a_file_says_itself_which_keys_are_its(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    book, _code = encrypted_book(folder, notes=3)
    with book:
        assert book.key is not None
        assert key_id_of(book.path) == first_bytes(folder) == book.key[-16:]
        assert keys_of(book.path) == read_key_file(both_copies(folder, book.key[-16:])[0])
        inside, outside = back_up(book), back_up(book, tmp_path / "b.db")
        keys, key = keys_of(book.path), book.key
        assert keys is not None
    assert (inside.key_file, outside.key_file) == (None, tmp_path / "b.db.keys")
    first, second = both_copies(folder, keys.key_id)
    assert key_file_of(outside.path) == outside.key_file
    assert unlock(inside.path, "甲", OWN) == unlock(outside.path, "甲", OWN) == key
    # one copy lost or damaged: the other opens it, doctor says so, a backup mends it
    for spoil in (lambda: first.unlink(), lambda: first.write_bytes(b"{"), lambda: second.write_bytes(b"")):
        spoil()
        with opened(folder) as again:
            assert [check.state for check in examine(again) if check.name == "keys"] == ["bad"]
            back_up(again)
            assert [check.state for check in examine(again) if check.name == "keys"] == ["ok"]
            assert notes_in(again) == [0, 1, 2]
    if os.name == "posix":  # a pipe in its place: nothing waits for it
        second.unlink()
        os.mkfifo(second)
        with opened(folder) as again:
            assert [check.state for check in examine(again) if check.name == "keys"] == ["bad"]
            back_up(again)
        assert second.is_file()
    # of two the newer edition counts
    newer = sealed(keys, key)
    second.write_bytes(encoded_key_file(newer))
    assert keys_of(folder / "casebook.db") == newer
    with opened(folder) as again:
        assert [check.state for check in examine(again) if check.name == "keys"] == ["notice"]
    first.write_bytes(b"{")
    second.write_bytes(b"{")
    with pytest.raises(RuhuError, match="key_file_damaged"):
        keys_of(folder / "casebook.db")
    first.unlink()
    second.unlink()
    with pytest.raises(RuhuError, match="no_key_file"):
        keys_of(folder / "casebook.db")
    shutil.copy(tmp_path / "b.db.keys", folder / "keys" / first.name)
    with opened(folder) as again:
        assert notes_in(again) == [0, 1, 2]


def test_a_damaged_file_is_no_wrong_passphrase(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    encrypted_book(folder, notes=3)[0].close()
    key = unlock(folder, "甲", OWN)
    content = bytearray((folder / "casebook.db").read_bytes())
    content[100] ^= 1
    (folder / "casebook.db").write_bytes(bytes(content))
    with pytest.raises(RuhuError, match="damaged"):
        open_casebook(folder, author="甲", views=VIEWS, key=key)
    content[3] ^= 1
    (folder / "casebook.db").write_bytes(bytes(content))
    with pytest.raises(RuhuError, match="no_key_file") as caught:
        unlock(folder, "甲", OWN)
    assert "对不上" in caught.value.what  # there are key files, of another


def test_key_files_that_open_nothing_go_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    with encrypted_book(folder)[0] as book:
        made = back_up(book).path
        write_key_file(folder, KEYS)
        spare = made.with_name("20200101-000000-000000-manual.db")
        spare.write_bytes(bytes(16) + made.read_bytes()[16:])  # its beginning is damaged: its keys may be any of these
        forget_unused_keys(folder)
        assert len(list((folder / "keys").glob("*.keys"))) == 2
        spare.unlink()
        forget_unused_keys(folder)
        assert [path.stem for path in (folder / "keys").glob("*.keys")] == [first_bytes(folder).hex()]
        assert keys_of(book.path) is not None
    with new_book(tmp_path / "b.ruhu") as plain:
        assert (keys_of(plain.path), key_file_of(plain.path), key_id_of(plain.path)) == (None, None, None)
