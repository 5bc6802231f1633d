"""What other machines are known to have (对方有什么): as they said themselves in the last packet that came from them,
for one that was sent may have been lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.store.areas import inside
from casebook.store.facts import encoded
from casebook.store.packets.framing import Manifest, Vector
from casebook.store.packets.policy import goes
from casebook.store.sqlite import Connection

Ranges = tuple[tuple[str, int, int], ...]
"""Facts by device, first and last number."""


@dataclass(frozen=True, slots=True)
class Peer:
    """`has` is the newest number of each device that it said it has, `lacks` what it said it lacks the contents of.
    `made` and `taken` count packets to it and from it, `made_wall` and `taken_wall` are ISO UTC of the last one, ''
    for none."""

    device: str
    has: Vector
    lacks: Ranges = ()
    made: int = 0
    made_wall: str = ""
    taken: int = 0
    taken_wall: str = ""


def peers(connection: Connection) -> dict[str, Peer]:
    """Everybody that packets went to or came from, by device."""
    rows = connection.execute("SELECT device, has, lacks, made, made_wall, taken, taken_wall FROM peer")
    return {
        device: Peer(device, json.loads(has), tuple(map(tuple, json.loads(lacks))), *counts)
        for device, has, lacks, *counts in rows
    }


def peer_of(connection: Connection, device: str) -> Peer:
    return peers(connection).get(device) or Peer(device, {})


def waiting(connection: Connection, device: str) -> int:
    """How many facts here a device is not known to have."""
    has = peer_of(connection, device).has
    heads = vector(connection)
    return sum(max(0, seq - has.get(of_device, 0)) for of_device, seq in heads.items())


def vector(connection: Connection) -> dict[str, int]:
    """The number of the newest fact of every device here."""
    return dict(connection.execute("SELECT device, seq FROM head"))


def note_made(connection: Connection, device: str, wall: str) -> None:
    connection.execute(
        "INSERT INTO peer VALUES (?, '{}', '[]', 1, ?, 0, '') "
        "ON CONFLICT (device) DO UPDATE SET made = made + 1, made_wall = excluded.made_wall",
        (device, wall),
    )


def note_taken(connection: Connection, manifest: Manifest, wall: str) -> None:
    """Keep what the sender of a packet has. A device never has less than before: one that was set back has another
    id. What it lacks counts as of its newest packet."""
    before = peer_of(connection, manifest.sender)
    has = {device: max(seq, before.has.get(device, 0)) for device, seq in manifest.has.items()}
    newest = all(manifest.has.get(device, 0) >= seq for device, seq in before.has.items())
    lacks = manifest.lacks if newest else before.lacks
    connection.execute(
        "INSERT INTO peer VALUES (?1, ?2, ?3, 0, '', 1, ?4) ON CONFLICT (device) DO UPDATE SET has = ?2, lacks = ?3, "
        "taken = taken + 1, taken_wall = ?4",
        (manifest.sender, _json(dict(before.has) | has), _json(lacks), wall),
    )


def areas_known_to(connection: Connection, devices: Sequence[str], has: Vector) -> tuple[str, ...]:
    """The areas that a machine (its device ids) was known to have when it had these facts: whoever has the fact that
    gives it areas has the contents that came with it."""
    rows = connection.execute(
        "SELECT e.device, e.seq, b.content FROM envelope e JOIN body b USING (arrival) WHERE e.kind = 'device' "
        "ORDER BY e.clock, e.id"
    )
    areas: tuple[str, ...] = ()
    for author, seq, content in rows:
        told: Mapping[str, Any] = json.loads(content)
        if seq <= has.get(author, 0) and told.get("device") in devices:
            areas = tuple(told.get("areas", ()))
    return areas


# What this machine itself lacks


def await_contents(connection: Connection, own: str, areas: Sequence[str]) -> int:
    """Note the facts of others whose contents should be here and are not; they are asked for in the next packet. How
    many."""
    rows = connection.execute(
        "SELECT arrival, kind, area FROM envelope e WHERE device <> ? "
        "AND NOT EXISTS (SELECT 1 FROM body b WHERE b.arrival = e.arrival)",
        (own,),
    ).fetchall()
    connection.execute("DELETE FROM awaited")
    lacking = [(arrival,) for arrival, kind, area in rows if goes(kind, area, areas) == "whole"]
    connection.executemany("INSERT INTO awaited VALUES (?)", lacking)
    return len(lacking)


def lacked(connection: Connection, areas: Sequence[str]) -> Ranges:
    """What to ask for: facts whose contents are awaited, and lists that are here for fewer areas than these."""
    awaited = connection.execute("SELECT e.device, e.seq FROM awaited a JOIN envelope e USING (arrival)").fetchall()
    partly = connection.execute("SELECT e.device, e.seq, p.areas FROM partial p JOIN envelope e USING (arrival)")
    short = [(device, seq) for device, seq, here in partly if not covers(json.loads(here), areas)]
    return _ranges(sorted({*awaited, *short}))


def covers(here: Sequence[str] | None, areas: Sequence[str]) -> bool:
    """Whether pieces that are here for some areas (None: all pieces) are all that a machine of `areas` gets."""
    return here is None or ("" not in areas and all(inside(area, here) for area in areas))


def _ranges(rows: Iterable[tuple[str, int]]) -> Ranges:
    found: list[tuple[str, int, int]] = []
    for device, seq in rows:
        if found and found[-1][0] == device and found[-1][2] == seq - 1:
            found[-1] = (device, found[-1][1], seq)
        else:
            found.append((device, seq, seq))
    return tuple(found)


def _json(value: Any) -> str:
    return encoded(value).decode()

