"""The slots that a casebook knows of itself (`slots` in its `meta`), so that a key file from before, put back by
somebody who has left, carries nobody to the next key."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

from casebook.store.accounts import accounts
from casebook.store.keys.key_file import KeyFile, Kind, Slot
from casebook.store.sqlite import Connection

NOTED = "slots"
"""The row in `meta`: by kind and name, a digest of the open half of a slot's pair."""


def note_all(connection: Connection, key_file: KeyFile) -> None:
    """Note every slot: of a key file that was just made."""
    _write(connection, {_name(slot.kind, slot.name): _digest(slot) for slot in key_file.slots})


def note_slot(connection: Connection, key_file: KeyFile, kind: Kind, name: str) -> None:
    """Note the one slot that was just given, changed or taken away; the others may be from a file that was put back.
    Nothing where the casebook has noted none."""
    noted = _read(connection)
    if noted is not None:
        key = _name(kind, name)
        now = {_name(slot.kind, slot.name): _digest(slot) for slot in key_file.slots}
        rest = {one: digest for one, digest in noted.items() if one != key}
        _write(connection, rest | ({key: now[key]} if key in now else {}))


def strangers(connection: Connection, key_file: KeyFile, proven: str = "") -> tuple[Slot, ...]:
    """The slots that the next key is not for: of people without an open account, and what is another than was noted.
    `proven` has just shown their passphrase. Of a casebook that has no account yet nobody is a stranger."""
    known, noted = accounts(connection), _read(connection)
    opened = {_normal(one.name) for one in known if one.role}

    def strange(slot: Slot) -> bool:
        if slot.kind == "user" and known and _normal(slot.name) not in opened:
            return True
        if noted is None or (slot.kind == "user" and _normal(slot.name) == _normal(proven)):
            return False
        return noted.get(_name(slot.kind, slot.name)) != _digest(slot)

    return tuple(slot for slot in key_file.slots if strange(slot))


def _digest(slot: Slot) -> str:
    return hashlib.sha256(slot.wrapped.public).hexdigest()


def _name(kind: Kind, name: str) -> str:
    return f"{kind}:{_normal(name)}"


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _read(connection: Connection) -> Mapping[str, str] | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (NOTED,)).fetchone()
    return None if row is None else json.loads(row[0])


def _write(connection: Connection, noted: Mapping[str, str]) -> None:
    value = json.dumps(dict(sorted(noted.items())), ensure_ascii=False)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (NOTED, value))
