"""What stands beside the facts and must agree with them: this machine's id and keys, the casebook's name, the heads and
the access log that anchors name; and the locks that keep facts from being changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from casebook.store import anchor
from casebook.store.facts import FACT_TABLES, Fact, facts
from casebook.store.sqlite import Connection, storable

if TYPE_CHECKING:
    from casebook.store.verify import Broken

_KEYS = "device_keys:"


def broken_beside(connection: Connection) -> Iterator[Broken]:
    """All of it that is not as it was written, told as `verify` tells it."""
    from casebook.store.verify import Broken  # it calls this

    meta = {str(key): value for key, value in connection.execute("SELECT key, value FROM meta")}
    device = str(meta.get("device", ""))
    if not _is_ours(connection, device):
        yield Broken("device", device, 0, "")
    if not _is_named(connection, meta.get("name")):
        yield Broken("name", "", 0, "")
    yield from (Broken("keys", of_device, 0, "") for of_device in _wrong_keys(connection, meta, device))
    for one in anchor.missing(connection, device):
        yield Broken("anchor" if one.device else "access", one.device, one.seq, one.fact if one.device else "")


def _is_ours(connection: Connection, device: str) -> bool:
    """Whether facts know this machine. One that has just joined, and has no fact yet, is known by nobody."""
    if connection.execute("SELECT 1 FROM envelope WHERE device = ? LIMIT 1", (device,)).fetchone():
        return True
    if connection.execute("SELECT 1 FROM envelope LIMIT 1").fetchone() is None:
        return bool(device)
    return any(_device_of(fact) == device for fact in _told(connection))


def _is_named(connection: Connection, name: object) -> bool:
    for fact in _readable(connection, "casebook"):
        told = fact.body.get("name") if fact.body else name
        return name is not None and storable(str(told)) == name
    return name is not None


def _wrong_keys(connection: Connection, meta: dict[str, Any], device: str) -> Iterator[str]:
    """Devices whose private keys here are not those whose public part was told; this one, where they are gone."""
    told: dict[str, set[tuple[str, str]]] = {}
    for fact in _told(connection):
        body = fact.body or {}
        if body.get("sign"):
            told.setdefault(_device_of(fact), set()).add((str(body["sign"]), str(body.get("seal"))))
    for key, value in meta.items():
        of_device = key.removeprefix(_KEYS)
        if key != of_device and of_device in told and _public(of_device, value) not in told[of_device]:
            yield of_device
    if device in told and _KEYS + device not in meta:
        yield device


def _public(device: str, value: object) -> tuple[str, str]:
    from casebook.store.device_keys import Keys, public_keys

    try:
        kept = json.loads(str(value))
        as_written = kept["sign"] == kept["sign"].lower() and kept["seal"] == kept["seal"].upper()
        return public_keys(Keys(device, kept["sign"], kept["seal"])) if as_written else ("", "")
    except Exception:  # whatever the libraries raise for a key that is none
        return "", ""


def _told(connection: Connection) -> Iterator[Fact]:
    """The facts that speak of machines."""
    for kind in ("device", "restored"):
        yield from _readable(connection, kind)


def _device_of(fact: Fact) -> str:
    body = fact.body or {}
    return str(body.get("device", "")) if fact.kind == "device" else fact.envelope.device


def _readable(connection: Connection, kind: str) -> Iterator[Fact]:
    """The facts of a kind that can be read; `verify` names the others."""
    rows = connection.execute("SELECT arrival FROM envelope WHERE kind = ? ORDER BY arrival", (kind,)).fetchall()
    for (arrival,) in rows:
        try:
            found = list(facts(connection, "e.arrival = ?", (arrival,)))
        except (ValueError, TypeError):
            continue
        yield from (fact for fact in found if fact.body is None or isinstance(fact.body, dict))


def open_locks(connection: Connection) -> list[str]:
    """Names of the triggers that keep facts from being changed and that are gone, or say something else by now."""
    there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall())
    made = (
        line.replace("IF NOT EXISTS ", "").removesuffix(";")
        for line in FACT_TABLES.splitlines()
        if line.startswith("CREATE TRIGGER")
    )
    return [name for sql in made if there.get(name := sql.split()[2]) != sql]
