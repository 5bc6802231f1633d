"""Who gets the key, and who does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from argon2.exceptions import HashingError

from casebook.errors import RuhuError
from casebook.store.invitations import CodeCost
from casebook.store.keys.key_file import KeyFile
from casebook.store.keys.slots import (
    add_slot,
    change_passphrase,
    changed_keys,
    key_of_recovery,
    key_of_user,
    names_in,
    new_key,
    new_keys,
    new_recovery_key,
    remove_slot,
    slot_names,
    unlock,
    unlock_with_recovery,
    with_new_key,
)
from casebook.store.keys.wrapping import Stretching
from tests.casebook.keys.made_keys import CHEAP, OTHER, OWN, encrypted_book
from tests.casebook.made_books import new_book
from tests.cheap_keys import USUAL

KEYS, KEY, CODE = new_keys("甲", OWN, "试验县", CHEAP)
BOTH = add_slot(KEYS, KEY, "乙", OTHER, CHEAP)


def code_of(keys: KeyFile, name: str, passphrase: str) -> str:
    """Why somebody does not get the key; '' when they do."""
    try:
        assert key_of_user(keys, name, passphrase)[-16:] == keys.key_id
    except RuhuError as error:
        assert not passphrase or passphrase not in error.what + error.remedy
        return error.code
    return ""


def test_a_passphrase_opens_its_own_slot_and_no_other() -> None:
    assert len(KEY) == 48 and KEYS.key_id == KEY[-16:]
    assert key_of_user(BOTH, "甲", OWN) == key_of_user(BOTH, "乙", OTHER) == key_of_recovery(BOTH, CODE) == KEY
    assert names_in(BOTH) == ("甲", "乙")
    tries = [("甲", OTHER), ("乙", OWN), ("甲", ""), ("甲", OWN + " "), ("甲", "\ud800" * 9), ("丙", OWN), ("", CODE)]
    codes = [code_of(BOTH, *one) for one in tries]
    assert codes == ["wrong_passphrase"] * 5 + ["usage_no_slot"] * 2
    with pytest.raises(RuhuError, match="wrong_recovery_key"):
        key_of_recovery(BOTH, new_keys("丙", OWN, cost=CHEAP)[2])


def test_the_same_passphrase_however_it_is_typed() -> None:
    """Full-width letters and composed accents are one text; so are names."""
    keys, key, _code = new_keys("Zoë", "Ａｂｃ é 12345", cost=CHEAP)
    assert key_of_user(keys, "Zoe\u0308", "Abc e\u0301 12345") == key


@pytest.mark.parametrize(
    "weak", ["", "seven77", "短口令", "aaaaaaaaaaaa", "administrator", "ＡＤＭＩＮＩＳＴＲＡＴＯＲ", "x" * 2000]
)
def test_a_passphrase_that_is_none_is_refused(weak: str) -> None:
    with pytest.raises(RuhuError, match="usage_weak_passphrase"):
        new_keys("Administrator", weak, cost=CHEAP)
    with pytest.raises(RuhuError, match="usage_weak_passphrase"):
        add_slot(KEYS, KEY, "administrator", weak, CHEAP)


def test_a_slot_is_of_its_name_its_kind_and_its_key() -> None:
    """Contents put under another name, into another file or beside another cost open nothing."""
    first, recovery, second = BOTH.slots
    as_other = replace(BOTH, slots=(replace(first, name="乙"),))
    as_recovery = replace(BOTH, slots=(replace(first, kind="recovery", name=""),))
    elsewhere = replace(BOTH, key_id=bytes(16))
    dearer = replace(BOTH, slots=(replace(first, cost=Stretching(64, 2, 1)),))
    mixed = replace(BOTH, slots=(replace(first, wrapped=replace(first.wrapped, wrapped=second.wrapped.wrapped)),))
    assert [code_of(*one) for one in [(as_other, "乙", OWN), (elsewhere, "甲", OWN), (dearer, "甲", OWN)]] == [
        "wrong_passphrase"
    ] * 3
    assert code_of(mixed, "甲", OWN) == "wrong_passphrase"
    with pytest.raises(RuhuError):
        key_of_recovery(as_recovery, CODE)
    assert key_of_recovery(replace(BOTH, slots=(recovery,)), CODE) == KEY


def test_what_it_costs_people() -> None:
    assert {Stretching: Stretching(65536, 3, 1), CodeCost: CodeCost(256 * 1024, 4)} == USUAL
    keys, key, _code = new_keys("甲", OWN, cost=USUAL[Stretching])
    assert key_of_user(keys, "甲", OWN) == key and {slot.cost for slot in keys.slots} == {USUAL[Stretching]}


def test_without_the_memory_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_told: object) -> bytes:
        raise HashingError("Memory allocation error")

    monkeypatch.setattr("argon2.low_level.hash_secret_raw", hungry)
    assert code_of(BOTH, "甲", OWN) == "no_memory"


def test_changing_and_taking_away() -> None:
    changed = change_passphrase(BOTH, KEY, "乙", "another one", CHEAP)
    assert code_of(changed, "乙", OTHER) == "wrong_passphrase"
    assert (code_of(changed, "乙", "another one"), code_of(changed, "甲", OWN)) == ("", "")
    alone = remove_slot(changed, KEY, "乙")
    assert names_in(alone) == ("甲",)
    with pytest.raises(RuhuError, match="usage_last_slot"):
        remove_slot(alone, KEY, "甲")
    with pytest.raises(RuhuError, match="usage_slot_taken"):
        add_slot(BOTH, KEY, "乙", "another one", CHEAP)
    anew, code = new_recovery_key(BOTH, KEY, CHEAP)
    assert key_of_recovery(anew, code) == KEY
    with pytest.raises(RuhuError, match="wrong_recovery_key"):
        key_of_recovery(anew, CODE)
    assert [keys.edition for keys in (KEYS, BOTH, changed, alone)] == [1, 2, 3, 4]


def test_a_new_key_reaches_everybody_who_has_a_slot_and_nobody_else() -> None:
    after = new_key()
    keys = with_new_key(remove_slot(BOTH, KEY, "乙"), KEY, after)
    assert key_of_user(keys, "甲", OWN) == key_of_recovery(keys, CODE) == after != KEY
    assert code_of(keys, "乙", OTHER) == "usage_no_slot"
    # who keeps the old file, and the old key, has nothing in hand that opens the new one
    left = next(slot for slot in BOTH.slots if slot.name == "乙")
    assert code_of(replace(keys, slots=(*keys.slots, left)), "乙", OTHER) == "wrong_passphrase"
    assert all(KEY not in (slot.wrapped.wrapped, slot.wrapped.private) for slot in keys.slots)


def test_a_slot_from_a_strangers_hand_is_not_given_a_key() -> None:
    """Somebody without the key may put a pair of their own into the file: it gets no key, and nothing is written."""
    theirs = new_keys("乙", "a passphrase of theirs", cost=CHEAP)[0].slots[0]
    altered = replace(BOTH, slots=(*BOTH.slots[:2], theirs))
    for change in (
        lambda: with_new_key(altered, KEY, new_key()),
        lambda: add_slot(altered, KEY, "丙", OWN, CHEAP),
        lambda: remove_slot(altered, KEY, "乙"),
        lambda: change_passphrase(altered, KEY, "甲", OTHER, CHEAP),
        lambda: new_recovery_key(altered, KEY, CHEAP),
    ):
        with pytest.raises(RuhuError, match="key_file_altered"):
            change()
    assert code_of(altered, "甲", OWN) == ""  # one's own work is not locked up by that


def test_on_disk(tmp_path: Path) -> None:
    folder = tmp_path / "a.ruhu"
    book, code = encrypted_book(folder)
    book.close()
    assert slot_names(folder) == ("甲",)
    key = unlock(folder, "甲", OWN)
    assert unlock_with_recovery(folder / "casebook.db", code.lower()) == key
    changed_keys(folder, lambda keys: add_slot(keys, key, "乙", OTHER, CHEAP))
    assert unlock(folder, "乙", OTHER) == key
    with pytest.raises(RuhuError, match="usage_slot_taken"):
        changed_keys(folder, lambda keys: add_slot(keys, key, "乙", OTHER, CHEAP))
    with new_book(tmp_path / "b.ruhu") as plain:
        assert slot_names(plain.folder) == ()
        with pytest.raises(RuhuError, match="usage_not_encrypted"):
            unlock(plain.folder, "甲", OWN)
