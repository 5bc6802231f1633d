"""The view of the devices: what stands of all that facts told of them, in whatever order they arrived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from casebook.store.device_keys import proved
from casebook.store.devices import COLUMNS, Device, body_of, device_from
from casebook.store.facts import Fact, encoded
from casebook.store.sqlite import Connection
from casebook.store.views import View

_SCHEMA = """
CREATE TABLE device (
    device TEXT PRIMARY KEY, name TEXT NOT NULL, areas TEXT NOT NULL, role TEXT NOT NULL, sign TEXT NOT NULL,
    seal TEXT NOT NULL, before TEXT NOT NULL, closed INTEGER NOT NULL, wall TEXT NOT NULL
) STRICT;
CREATE TABLE device_told (
    fact TEXT PRIMARY KEY, clock INTEGER NOT NULL, kind TEXT NOT NULL, device TEXT NOT NULL, before TEXT NOT NULL,
    sign TEXT NOT NULL, seal TEXT NOT NULL, proof TEXT NOT NULL, body TEXT NOT NULL, wall TEXT NOT NULL
) STRICT
"""


def _apply(connection: Connection, fact: Fact) -> None:
    """All devices are told anew from what was said of them: a fact may arrive before the one it rests on."""
    if fact.kind not in ("device", "restored") or not fact.body:
        return
    told = device_from(fact.body)
    if fact.kind == "restored":
        before = fact.body.get("device_before", "")
        told = replace(told, id=fact.envelope.device, before=before if isinstance(before, str) else "")
    proof = fact.body.get("proof", "")
    connection.execute(
        "INSERT INTO device_told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (fact.id, fact.envelope.clock, fact.kind, told.id, told.before, told.sign, told.seal,
         proof if isinstance(proof, str) else "", encoded(body_of(told)).decode(), fact.envelope.wall),
    )  # fmt: skip
    connection.execute("DELETE FROM device")
    connection.executemany(
        f"INSERT INTO device ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (one.id, one.name, json.dumps(list(one.areas), ensure_ascii=False), one.role, one.sign, one.seal,
             one.before, int(one.closed), one.wall)
            for one in _standing(connection)
        ],
    )  # fmt: skip


def _standing(connection: Connection) -> list[Device]:
    """The devices that follow from all that was told; of two facts about one the later stands."""
    rows = connection.execute(
        "SELECT kind, device, before, sign, seal, proof, body, wall FROM device_told ORDER BY clock, fact"
    ).fetchall()
    told: dict[str, Device] = {}
    gone_on: dict[str, tuple[Mapping[str, str], str]] = {}
    for kind, device, before, sign, seal, proof, body, wall in rows:
        if kind == "device":
            told[device] = replace(device_from(json.loads(body)), wall=wall)
        elif before and before != device:
            step = {"device": device, "before": before, "sign": sign, "seal": seal, "proof": proof}
            gone_on[device] = (step, wall)
    found: dict[str, Device | None] = {}
    named: dict[str, list[str]] = {}
    for device in [*told, *(one for one in gone_on if one not in told)]:
        _resolve(device, told, gone_on, found, named)
    return [one for one in found.values() if one is not None]


def _resolve(
    device: str,
    told: Mapping[str, Device],
    gone_on: Mapping[str, tuple[Mapping[str, str], str]],
    found: dict[str, Device | None],
    named: dict[str, list[str]],
) -> Device | None:
    """A device as it was told; else as the one before it, with the keys that one signed and a number behind its name.
    `named` holds for each device that was told those that have their names from it."""
    if device in found:
        return found[device]
    found[device] = None  # one that goes on from itself by a detour is none
    step, wall = gone_on.get(device, ({}, ""))
    base = _resolve(step["before"], told, gone_on, found, named) if step else None
    signed = base is not None and bool(step["proof"]) and proved(base.sign, step)
    sign, seal = (step["sign"], step["seal"]) if signed else ("", "")
    # one that has keys signs for what goes on from it: nobody else goes on as it by saying so
    believed = signed or base is None or not base.sign
    own = told.get(device)
    if own is not None:
        keys = (own.sign, own.seal) if own.sign else (sign, seal)
        before = own.before or (step.get("before", "") if believed else "")
        found[device] = replace(own, before=before, sign=keys[0], seal=keys[1])
        named.setdefault(device, [device])
    elif base is not None and believed:
        family = next(names for names in named.values() if base.id in names)
        family.append(device)
        name = f"{told[family[0]].name}-{len(family)}"
        found[device] = replace(base, id=device, name=name, before=base.id, wall=wall, sign=sign, seal=seal)
    return found[device]


DEVICES = View("devices", 2, ("device", "device_told"), _SCHEMA, _apply)
