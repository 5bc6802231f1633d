"""A new key: everybody's passphrase stays, nothing is lost; killed at any moment, the old or the new stands."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.accounts import change_account
from casebook.store.backup import back_up, kept_backups
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.facts import facts
from casebook.store.folder import DATABASE, leftovers
from casebook.store.keys.key_file import KeyFile, both_copies, key_id_of
from casebook.store.keys.noted import note_slot
from casebook.store.keys.rekey import OldKey, Rekeyed, rekey
from casebook.store.keys.slots import (
    change_passphrase,
    changed_keys,
    key_of_user,
    new_key,
    new_keys,
    new_recovery_key,
    remove_slot,
    unlock,
    unlock_with_recovery,
)
from casebook.store.restore import restore
from casebook.store.sqlite import OperationalError, connect
from casebook.store.verify import verify
from tests.casebook.keys.made_keys import CHEAP, OTHER, OWN, encrypted_book, first_bytes, opened
from tests.casebook.made_books import VIEWS, add_notes, new_book, notes_in
from tests.conftest import ROOT

BULK = "x" * 20_000


def given_new_key(
    folder: Path, author: str = "甲", *, backups: bool = True, old_key: OldKey = lambda _keys: None
) -> Rekeyed:
    key, after = unlock(folder, "甲", OWN), new_key()
    return rekey(folder, key, after, author=author, views=VIEWS, backups=backups, old_key=old_key)


def of_former(keys: KeyFile) -> bytes:
    return key_of_user(keys, "甲", OWN)


def give_slot(book: Casebook, name: str, passphrase: str = OTHER) -> None:
    """An account with a slot, as `ruhu account add` makes it."""
    key = book.key
    assert key is not None
    change_account(book, name, "审核员")
    keys = changed_keys(book.folder, lambda keys: change_passphrase(keys, key, name, passphrase, CHEAP))
    with book.writing() as writing:
        note_slot(writing.connection, keys, "user", name)


def take_slot(book: Casebook, name: str) -> None:
    key = book.key
    assert key is not None
    change_account(book, name, "")
    keys = changed_keys(book.folder, lambda keys: remove_slot(keys, key, name))
    with book.writing() as writing:
        note_slot(writing.connection, keys, "user", name)


def ids_of_backups(folder: Path) -> list[bytes | None]:
    return [key_id_of(kept.path) for kept in kept_backups(folder)]


def test_everybody_keeps_their_passphrase_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    book, code = encrypted_book(folder, notes=6)
    with book:
        key = book.key
        assert key is not None
        back_up(book)
        outside = back_up(book, tmp_path / "b.db").path
        add_notes(book, range(6, 8))
        (folder / "backups" / "20250101-000000-000000-manual.db").write_bytes(book.path.read_bytes()[:16] + b"damaged")
        give_slot(book, "乙")
        before = verify(book.whole)
    old_id = first_bytes(folder)
    done = given_new_key(folder)
    assert (done.facts, done.backups, len(done.left)) == (before.facts + 1, 1, 1)
    assert (done.people, done.dropped, done.keyless) == (("甲", "乙"), (), ())
    after = unlock(folder, "甲", OWN)
    assert after == unlock(folder, "乙", OTHER) == unlock_with_recovery(folder, code) != key
    assert first_bytes(folder) == after[-16:] != old_id
    assert leftovers(folder) == []
    for wrong in (key, key[:32] + after[32:]):
        with pytest.raises(RuhuError):
            connect(folder / DATABASE, wrong)
    with opened(folder) as again:
        assert notes_in(again) == list(range(8))
        assert verify(again.whole).broken == ()
        (told,) = facts(again.whole, "e.kind = 'rekey'")
        assert told.body == {"before": old_id.hex(), "after": after[-16:].hex()}
        assert (told.envelope.device, told.envelope.seq) == (again.device, before.facts + 1)
    # the backup in the folder opens with the new key, what is damaged and what lies elsewhere keeps the old one
    assert ids_of_backups(folder) == [after[-16:], old_id]
    assert unlock(outside, "甲", OWN) == key
    with pytest.raises(RuhuError, match="usage_no_slot"):
        unlock(outside, "乙", OTHER)
    # an old backup is restored with its own key and key file, what is there being read with the new one
    back = restore(folder, outside, author="甲", views=VIEWS, key=key, old_key=after)
    assert (back.lost, first_bytes(folder)) == (4, old_id)
    with opened(folder) as again:
        assert notes_in(again) == list(range(6))
    assert back.kept_as is not None and unlock(back.kept_as, "甲", OWN) == after


def test_a_key_file_put_back_from_before_carries_nobody_to_the_new_key(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    book, code = encrypted_book(folder, notes=1)
    with book:
        key = book.key
        assert key is not None
        give_slot(book, "丙")
        give_slot(book, "乙", "an old passphrase")
        before = [path.read_bytes() for path in both_copies(folder, key[-16:])]
        take_slot(book, "丙")
        give_slot(book, "乙")

        def other_code(keys: KeyFile) -> KeyFile:
            nonlocal code
            keys, code = new_recovery_key(keys, key, CHEAP)
            return keys

        keys = changed_keys(folder, other_code)
        with book.writing() as writing:
            note_slot(writing.connection, keys, "recovery", "")
        made = back_up(book, tmp_path / "b.db").path
    restore(folder, made, author="甲", views=VIEWS, key=key)  # what was noted stays noted
    for path, content in zip(both_copies(folder, key[-16:]), before, strict=True):
        path.write_bytes(content)
    done = given_new_key(folder, backups=False)
    assert (done.people, sorted(done.dropped)) == (("甲",), ["", "丙", "乙"])
    assert [one.name for one in done.keyless] == ["乙"]
    for name in ("乙", "丙"):
        with pytest.raises(RuhuError, match="usage_no_slot"):
            unlock(folder, name, OTHER)
    with pytest.raises(RuhuError, match="wrong_recovery_key"):
        unlock_with_recovery(folder, code)
    with opened(folder) as again:
        give_slot(again, "乙")
    assert given_new_key(folder).people == ("甲", "乙")
    # a casebook that has noted nothing goes by its accounts
    with opened(folder) as again:
        with again.writing() as writing:
            writing.connection.execute("DELETE FROM meta WHERE key = 'slots'")
        change_account(again, "乙", "")
    assert given_new_key(folder).dropped == ("乙",)


def test_backups_may_stay_and_are_caught_up_later(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    with encrypted_book(folder, notes=2)[0] as book:
        back_up(book)
    old_id = first_bytes(folder)
    assert given_new_key(folder, backups=False) == Rekeyed(5, verify_heads(folder), 0, (), ("甲",), (), ())
    assert ids_of_backups(folder) == [old_id]
    assert unlock(kept_backups(folder)[0].path, "甲", OWN)[-16:] == old_id
    assert given_new_key(folder).left == (kept_backups(folder)[0].path.name,)
    done = given_new_key(folder, old_key=of_former)
    assert (done.backups, done.left, ids_of_backups(folder)) == (1, (), [first_bytes(folder)])
    assert {path.stem for path in folder.glob("*/*.keys")} == {first_bytes(folder).hex()}


def verify_heads(folder: Path) -> tuple[tuple[str, int, str], ...]:
    with opened(folder) as book:
        return verify(book.whole).heads


def test_a_plain_casebook_and_its_backups_become_encrypted(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    with new_book(folder, notes=4) as book:
        back_up(book)
        book.connection.execute("CREATE TABLE stranger (a)")
    keys, key, _code = new_keys("甲", OWN, "试验县", CHEAP)
    done = rekey(folder, None, key, first=keys, author="甲", views=VIEWS)
    assert (done.facts, done.backups, done.left) == (7, 1, ())
    with opened(folder) as again:
        assert notes_in(again) == [0, 1, 2, 3]
        assert again.connection.execute("PRAGMA user_version").fetchone()[0] > 0
        with pytest.raises(Exception, match="a fact is never changed"):
            again.connection.execute("DELETE FROM envelope")
    assert not any("试验县".encode() in path.read_bytes() for path in folder.rglob("*.db*"))
    backup = kept_backups(folder)[0].path
    assert restore(tmp_path / "b.ruhu", backup, author="甲", views=VIEWS, key=key).facts == 7
    with opened(tmp_path / "b.ruhu") as copy:
        assert notes_in(copy) == [0, 1, 2, 3]


def test_refusals_leave_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casebook.store.keys.rekey.WAIT", 0.1)
    folder = tmp_path / "a.ruhu"
    book, _code = encrypted_book(folder, notes=2)
    with book:
        with pytest.raises(RuhuError, match="casebook_locked"):
            given_new_key(folder)
        made = back_up(book, tmp_path / "b.db")
        with book.writing() as writing:
            writing.append("account", {"name": "乙", "role": "审核员", "areas": [""]})
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    with monkeypatch.context() as patched:
        patched.setattr("casebook.store.keys.rekey.single_file", busy)
        with pytest.raises(RuhuError, match="casebook_locked"):
            given_new_key(folder)
    with pytest.raises(RuhuError, match="not_allowed"):
        given_new_key(folder, author="乙")
    with opened(folder) as again:
        again.whole.execute("DELETE FROM head")
    with pytest.raises(RuhuError, match="trail_broken"):
        given_new_key(folder)
    assert {path.name for path in before} <= {path.name for path in folder.rglob("*.*")}
    # an encrypted casebook takes no plain backup
    with new_book(tmp_path / "p.ruhu") as plain:
        back_up(plain, tmp_path / "p.db")
    with pytest.raises(RuhuError, match="plain_backup"):
        restore(folder, tmp_path / "p.db", author="甲", views=VIEWS)
    shutil.rmtree(folder / "keys")
    (folder / DATABASE).unlink()
    key = unlock(made.path, "甲", OWN)
    assert restore(folder, made.path, author="甲", views=VIEWS, key=key).facts == 5
    assert unlock(folder, "甲", OWN) == key


def busy(connection: object) -> None:
    raise OperationalError("database is locked")


_REKEY = """
import sys
from pathlib import Path
from casebook.store.keys.key_file import keys_of
from casebook.store.keys.rekey import rekey
from casebook.store.keys.slots import key_of_user, new_key, unlock
from tests.casebook.keys.made_keys import OWN
from tests.casebook.made_books import VIEWS
folder = Path(sys.argv[1])
key, after = unlock(folder, "甲", OWN), new_key()
print("go", flush=True)
rekey(folder, key, after, author="甲", views=VIEWS,
      old_key=lambda keys: key_of_user(keys, "甲", OWN))
print("done", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_killed_at_any_moment_the_old_or_the_new_stands(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    with encrypted_book(folder)[0] as book:
        with book.writing() as writing:
            for number in range(40):
                writing.append("note", {"text": str(number), "bulk": BULK})
        back_up(book)
    chance = random.Random(6)
    kept = 0
    for delay in (0.02, 0.08, *(chance.uniform(0.03, 0.35) for _run in range(2))):
        before = first_bytes(folder)
        process = subprocess.Popen([sys.executable, "-c", _REKEY, str(folder)], cwd=ROOT, stdout=subprocess.PIPE)
        with process:
            assert process.stdout is not None and process.stdout.readline() == b"go\n"
            time.sleep(delay)
            process.kill()
        kept += first_bytes(folder) == before
        with opened(folder) as again:
            assert notes_in(again) == list(range(40))
            assert verify(again.whole).broken == ()
        assert all(facts_in(backup.path) >= 42 for backup in kept_backups(folder))
    assert kept >= 1  # the first is too early for anything
    assert given_new_key(folder, old_key=of_former).left == ()


def facts_in(backup: Path) -> int:
    with closing(connect(backup, unlock(backup, "甲", OWN), read_only=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM envelope").fetchone()[0])


def test_opening_without_the_key_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    encrypted_book(folder)[0].close()
    with pytest.raises(RuhuError, match="not_a_database"):
        open_casebook(folder, author="甲", views=VIEWS)
