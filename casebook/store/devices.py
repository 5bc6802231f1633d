"""Devices (设备): which machines exchange facts of this casebook, what each may have, by which keys each is known.

What is told of a device are facts `device`; the view of them is `device_view.py`, keys are `device_keys.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.areas import WHOLE_COUNTY, normal
from casebook.store.facts import encoded
from casebook.store.sqlite import Connection

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

OFFICE_NAME = "办公室"
"""What the machine is called that a casebook was made on, until somebody names it; kept as it is in any language."""

COLUMNS = "device, name, areas, role, sign, seal, before, closed, wall"
"""Of the table `device`, in the order of `Device`."""

_JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Device:
    """One machine. `areas` are those whose bodies it gets, ('',) for the whole county; `role` is what its packets may
    hold at most, '' for anything; `sign` and `seal` its public keys ('' while none is known); `before` the device that
    it goes on from after a restore or a copy."""

    id: str
    name: str
    areas: tuple[str, ...] = WHOLE_COUNTY
    role: str = ""
    sign: str = ""
    seal: str = ""
    before: str = ""
    closed: bool = False
    wall: str = ""

    @property
    def whole_county(self) -> bool:
        return "" in self.areas


# What the casebook knows


def casebook_id(connection: Connection) -> str:
    """The id of the fact that made the casebook, the same in all its copies; known to one that has only joined."""
    invited = joined(connection)
    if invited is not None:
        return str(invited["casebook"])
    row = connection.execute("SELECT id FROM envelope WHERE kind = 'casebook' ORDER BY arrival LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def devices(connection: Connection) -> list[Device]:
    """Every device that was told of, in the order of names; before the first packet has come, the inviting one."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM device ORDER BY name, device")
    found = {row[0]: device_from_row(row) for row in rows}
    for told in _told_when_joining(connection):
        found.setdefault(told.id, told)
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def device_of(connection: Connection, identity: str) -> Device | None:
    row = connection.execute(f"SELECT {COLUMNS} FROM device WHERE device = ?", (identity,)).fetchone()
    if row is not None:
        return device_from_row(row)
    return next((told for told in _told_when_joining(connection) if told.id == identity), None)


def device_named(connection: Connection, name: str) -> Device:
    """The device meant by its name, or the beginning of its id. Raises RuhuError (usage) where none or two are."""
    every = devices(connection)
    found = [one for one in every if one.name == name]
    found = found or [one for one in every if name and one.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    what = _("没有这台设备") if not found else _("有几台设备叫这个名字")
    raise RuhuError("no_device", what, _("设备见 ruhu device list；也可以写设备号的开头几位"), Place(), "usage")


def own_device(book: Casebook) -> Device:
    """This machine. One that has told of itself to nobody yet has the whole county and no keys."""
    return device_of(book.whole, book.device) or Device(book.device, OFFICE_NAME)


def own_devices(connection: Connection) -> tuple[str, ...]:
    """This machine's device id and those it went on from, newest first: packets to any of them are for it. Also those
    it was in a time that a restore took back, of which only the keys are left."""
    (now,) = connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
    kept = connection.execute("SELECT substr(key, 13) FROM meta WHERE substr(key, 1, 12) = 'device_keys:' ORDER BY 1")
    return tuple(dict.fromkeys((*lineage(connection, str(now)), *(device for (device,) in kept))))


def lineage(connection: Connection, device: str) -> tuple[str, ...]:
    """The device and those it went on from, newest first."""
    found = [device]
    while True:
        one = device_of(connection, found[-1])
        if one is None or not one.before or one.before in found:
            return tuple(found)
        found.append(one.before)


# A machine that has joined, and has no facts yet


def note_joining(connection: Connection, told: Mapping[str, Any]) -> None:
    """Keep what the invitation said: `casebook` (its id), `office` and `own` as bodies of facts `device`."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_JOINED, encoded(dict(told)).decode()))


def awaits_first_packet(connection: Connection) -> bool:
    """Whether this casebook has joined and has not got the casebook's first fact yet."""
    row = connection.execute("SELECT 1 FROM envelope WHERE kind = 'casebook' LIMIT 1").fetchone()
    return row is None and joined(connection) is not None


def refuse_before_first_packet(connection: Connection) -> None:
    """Raises RuhuError (usage): what somebody may write here is only known when the accounts have come."""
    if awaits_first_packet(connection):
        what = _("这个案卷刚加入，还是空的")
        remedy = _("请先收办公室给这台电脑的第一个交换包：ruhu packet take 文件")
        raise RuhuError("awaits_packet", what, remedy, category="usage")


def joined(connection: Connection) -> dict[str, Any] | None:
    """What was kept when this machine joined; None on one that did not."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_JOINED,)).fetchone()
    return json.loads(row[0]) if row else None


def _told_when_joining(connection: Connection) -> list[Device]:
    told = joined(connection) or {}
    return [device_from(told[name]) for name in ("office", "own") if name in told]


# Facts


def tell_device(book: Casebook, device: Device) -> None:
    """Append the fact that says all of a device anew: invited, renamed, other areas, closed, opened again."""
    with book.writing() as writing:
        writing.append("device", body_of(device))


def body_of(device: Device) -> dict[str, Any]:
    """The body of a fact `device`."""
    told: dict[str, Any] = {
        "device": device.id,
        "name": device.name,
        "areas": list(normal(device.areas)),
        "role": device.role,
        "sign": device.sign,
        "seal": device.seal,
        "before": device.before,
    }
    return told | {"closed": True} if device.closed else told


def with_head(connection: Connection, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the number of the device's newest fact here: what it wrote before it was told so stays right."""
    row = connection.execute("SELECT seq FROM head WHERE device = ?", (str(body.get("device", "")),)).fetchone()
    return {**body, "from": row[0] if row else 0}


def device_from(body: Mapping[str, Any]) -> Device:
    """A device as the body of its fact tells it; what is missing or of another type counts as not told."""

    def word(name: str) -> str:
        value = body.get(name, "")
        return value if isinstance(value, str) else ""

    areas = body.get("areas", ())
    return Device(
        id=word("device"),
        name=word("name"),
        areas=tuple(area for area in areas if isinstance(area, str)) if isinstance(areas, list | tuple) else (),
        role=word("role"),
        sign=word("sign"),
        seal=word("seal"),
        before=word("before"),
        closed=body.get("closed") is True,
    )


def fingerprint(device: Device) -> str:
    """A short digest of both public keys, to compare by eye: `3f9a-02bc-71d4`."""
    digest = hashlib.sha256(encoded([device.sign, device.seal])).hexdigest()
    return "-".join(digest[at : at + 4] for at in (0, 4, 8))


def device_from_row(row: Sequence[Any]) -> Device:
    """A device from a row of `COLUMNS`."""
    identity, name, areas, role, sign, seal, before, closed, wall = row
    return Device(identity, name, tuple(json.loads(areas)), role, sign, seal, before, bool(closed), wall)
