"""Slots (钥匙) of a key file: made, opened with a passphrase, added, changed, taken away, given another key.

`key` is always a casebook's whole key: 48 bytes, the last 16 its id. What a user did is raised as RuhuError.
"""

from __future__ import annotations

import contextlib
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.folder import DATABASE, KEYS, LOCK
from casebook.store.keys.key_file import KeyFile, Kind, Slot, holder, keys_of, seal_holds, sealed, write_key_file
from casebook.store.keys.recovery import new_recovery_key as _new_code
from casebook.store.keys.recovery import read_recovery_key
from casebook.store.keys.wrapping import KEY, KEY_ID, NotUnlocked, Stretching, carry, unwrap, wrap
from casebook.store.platform import file_lock

SHORTEST = 8
"""Characters of a passphrase."""

_LONGEST = 1000
_USUAL = Stretching()
_WAIT = 5.0  # seconds for another who changes the key file


def new_keys(name: str, passphrase: str, casebook: str = "", cost: Stretching = _USUAL) -> tuple[KeyFile, bytes, str]:
    """A key file for a new casebook with a slot for `name`, the key, and the recovery key, which nobody can find again.
    Raises RuhuError (usage) for a passphrase that is none."""
    refuse_weak(passphrase, name)
    key, code = new_key(), _new_code()
    slots = (_slot("user", name, passphrase, key, cost), _slot("recovery", "", code, key, cost))
    return sealed(KeyFile(key[-KEY_ID:], casebook, 0, slots), key), key, code


def new_key() -> bytes:
    return secrets.token_bytes(KEY)


def unlock(place: Path, name: str, passphrase: str) -> bytes:
    """The key of an encrypted casebook (its folder, its database or a backup) with somebody's passphrase.

    Raises RuhuError: the casebook is not encrypted, nobody of this name has a slot (usage); the passphrase is wrong,
    the key file is missing or damaged (unusable).
    """
    return key_of_user(_keys(place), name, passphrase)


def unlock_with_recovery(place: Path, code: str) -> bytes:
    """The same with the recovery key, typed in any case and with any gaps. Raises RuhuError."""
    return key_of_recovery(_keys(place), code)


def key_of_user(key_file: KeyFile, name: str, passphrase: str) -> bytes:
    """The key from a user's slot. Raises RuhuError as `unlock`."""
    slot = slot_named(key_file, name)
    try:
        return unwrap(slot.wrapped, passphrase, slot.holder, key_file.key_id, slot.cost)
    except NotUnlocked:
        raise wrong_passphrase(key_file.casebook) from None


def slot_named(key_file: KeyFile, name: str) -> Slot:
    """The slot of a user. Raises RuhuError (usage) where there is none."""
    slot = _found(key_file, "user", name)
    if slot is None:
        what = _("这个案卷里没有「{name}」的钥匙").format(name=name)
        remedy = _("请用 --user 给出有钥匙的人，或请管理员用 ruhu account add 加上")
        raise RuhuError("usage_no_slot", what, remedy, Place(file=key_file.casebook), category="usage")
    return slot


def key_of_recovery(key_file: KeyFile, code: str) -> bytes:
    """The key from the recovery slot. Raises RuhuError: no recovery key (usage), another casebook's (unusable)."""
    typed = read_recovery_key(code)
    slot = _found(key_file, "recovery", "")
    if slot is not None:
        with contextlib.suppress(NotUnlocked):
            return unwrap(slot.wrapped, typed, slot.holder, key_file.key_id, slot.cost)
    what, remedy = _("这不是这个案卷现在的恢复码"), _("请用最近一次抄下的恢复码")
    raise RuhuError("wrong_recovery_key", what, remedy, Place(file=key_file.casebook))


def slot_names(place: Path) -> tuple[str, ...]:
    """Who has a slot, in the order of the file; nobody where the casebook is plain. Raises RuhuError as `keys_of`."""
    key_file = keys_of(_database(place))
    return names_in(key_file) if key_file is not None else ()


def names_in(key_file: KeyFile) -> tuple[str, ...]:
    return tuple(slot.name for slot in key_file.slots if slot.kind == "user")


def add_slot(key_file: KeyFile, key: bytes, name: str, passphrase: str, cost: Stretching = _USUAL) -> KeyFile:
    """A slot for one more. Raises RuhuError (usage) where `name` has one, or for a passphrase that is none."""
    _refuse_altered(key_file, key)
    if _found(key_file, "user", name) is not None:
        what = _("「{name}」已经有钥匙了").format(name=name)
        raise RuhuError("usage_slot_taken", what, _("要换口令请用 ruhu passphrase"), category="usage")
    return _with(key_file, key, _slot_of(name, passphrase, key, cost))


def change_passphrase(key_file: KeyFile, key: bytes, name: str, passphrase: str, cost: Stretching = _USUAL) -> KeyFile:
    """Another passphrase for `name`, who need not have had one. Raises RuhuError (usage)."""
    _refuse_altered(key_file, key)
    return _with(key_file, key, _slot_of(name, passphrase, key, cost))


def remove_slot(key_file: KeyFile, key: bytes, name: str) -> KeyFile:
    """Without the slot of `name`; who knew the key still knows it until `rekey`. Raises RuhuError (usage) for the last
    slot of a user: then only the recovery key would be left."""
    _refuse_altered(key_file, key)
    slots = tuple(slot for slot in key_file.slots if (slot.kind, slot.name) != ("user", name))
    if not any(slot.kind == "user" for slot in slots):
        what, remedy = _("这是最后一把钥匙，不能去掉"), _("请先给另一个人加上钥匙")
        raise RuhuError("usage_last_slot", what, remedy, category="usage")
    return sealed(replace(key_file, slots=slots), key)


def new_recovery_key(key_file: KeyFile, key: bytes, cost: Stretching = _USUAL) -> tuple[KeyFile, str]:
    """Another recovery key; the one before opens nothing any more."""
    _refuse_altered(key_file, key)
    code = _new_code()
    return _with(key_file, key, _slot("recovery", "", code, key, cost)), code


def with_new_key(key_file: KeyFile, key: bytes, after: bytes, without: Sequence[Slot] = ()) -> KeyFile:
    """The same slots, but those `without`, holding another key, under the same passphrases."""
    _refuse_altered(key_file, key)
    kept = [slot for slot in key_file.slots if slot not in without]
    slots = tuple(replace(slot, wrapped=carry(slot.wrapped, after, slot.holder)) for slot in kept)
    return sealed(KeyFile(after[-KEY_ID:], key_file.casebook, 0, slots), after)


def changed_keys(folder: Path, change: Callable[[KeyFile], KeyFile]) -> KeyFile:
    """Read the key file of an encrypted casebook, change it and write both copies, while nobody else does.

    Raises RuhuError as `keys_of` and what `change` raises; nothing is written then.
    """
    (folder / KEYS).mkdir(mode=0o700, exist_ok=True)
    with file_lock(folder / KEYS / LOCK, timeout=_WAIT):
        after = change(_keys(folder))
        write_key_file(folder, after)
    return after


def wrong_passphrase(casebook: str) -> RuhuError:
    what, remedy = _("口令不对"), _("请再试；忘了口令可以用恢复码：ruhu passphrase --recovery")
    return RuhuError("wrong_passphrase", what, remedy, Place(file=casebook))


def _keys(place: Path) -> KeyFile:
    database = _database(place)
    key_file = keys_of(database)
    if key_file is None:
        what = _("这个案卷没有加密，没有钥匙")
        raise RuhuError("usage_not_encrypted", what, _("要加密请用 ruhu rekey"), Place(file=place.name), "usage")
    return key_file


def _database(place: Path) -> Path:
    return place / DATABASE if place.is_dir() else place


def _found(key_file: KeyFile, kind: Kind, name: str) -> Slot | None:
    name = unicodedata.normalize("NFC", name)
    same = (s for s in key_file.slots if s.kind == kind and unicodedata.normalize("NFC", s.name) == name)
    return next(same, None)


def _with(key_file: KeyFile, key: bytes, slot: Slot) -> KeyFile:
    """The slot in the place of the one of the same kind and name, else behind the others."""
    before = _found(key_file, slot.kind, slot.name)
    slots = list(key_file.slots)
    if before is None:
        slots.append(slot)
    else:
        slots[slots.index(before)] = slot
    return sealed(replace(key_file, slots=tuple(slots)), key)


def _slot_of(name: str, passphrase: str, key: bytes, cost: Stretching) -> Slot:
    refuse_weak(passphrase, name)
    return _slot("user", name, passphrase, key, cost)


def _slot(kind: Kind, name: str, secret: str, key: bytes, cost: Stretching) -> Slot:
    return Slot(kind, name, cost, wrap(secret, key, holder(kind, name), cost))


def refuse_weak(passphrase: str, name: str) -> None:
    """Raises RuhuError (usage) for a passphrase that is too short, the name itself, or no line of text."""
    told = unicodedata.normalize("NFKC", passphrase)
    remedy = _("请换一个：几个不相干的词连起来最好记")
    if not SHORTEST <= len(told) <= _LONGEST:
        what = _("口令至少要有 {count} 个字符").format(count=SHORTEST)
        raise RuhuError("usage_weak_passphrase", what, remedy, category="usage")
    if told.casefold() == unicodedata.normalize("NFKC", name).casefold() or len(set(told)) == 1:
        raise RuhuError("usage_weak_passphrase", _("口令太容易猜"), remedy, category="usage")


def _refuse_altered(key_file: KeyFile, key: bytes) -> None:
    """Raises RuhuError (unusable) where somebody without the key has changed the file."""
    if key_file.key_id != key[-KEY_ID:]:
        raise ValueError(key_file.key_id)
    if not seal_holds(key_file, key):
        what = _("密钥文件被人改动过，不再往里写")
        remedy = _("请把备份旁边的密钥文件拷回 keys 和 backups 文件夹")
        raise RuhuError("key_file_altered", what, remedy, Place(file=key_file.casebook))
