"""Villages lent out (借出): while one machine has a village, no other fills in its visits: nobody answers twice.

Lending out and giving back are facts; what is given back names the facts it ends, so their order does not matter. When
two offices have lent one village to two machines, both hold it, and it shows as a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.areas import inside, normal
from casebook.store.devices import Device, device_of, lineage, own_devices
from casebook.store.facts import Fact
from casebook.store.sqlite import Connection
from casebook.store.views import View

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook, Writing

FILLED_IN_THE_FIELD = frozenset(("answer", "submission"))
"""Kinds of facts that only the machine writes which has the village."""

_SCHEMA = """
CREATE TABLE checkout (
    fact TEXT NOT NULL, area TEXT NOT NULL, device TEXT NOT NULL, clock INTEGER NOT NULL, wall TEXT NOT NULL,
    author TEXT NOT NULL, PRIMARY KEY (fact, area)
) WITHOUT ROWID, STRICT;
CREATE TABLE checkin (checkout TEXT NOT NULL, area TEXT NOT NULL, PRIMARY KEY (checkout, area)) WITHOUT ROWID, STRICT
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    """An area that a device has. `fact` is the id of the fact that lent it out, `wall` and `author` that fact's;
    `conflict`: another machine has it too, or a part of it."""

    area: str
    device: str
    fact: str
    wall: str
    author: str
    conflict: bool


def checkouts(connection: Connection) -> list[Checkout]:
    """What is lent out now, by area."""
    rows = connection.execute(
        "SELECT area, device, fact, wall, author FROM checkout o WHERE NOT EXISTS "
        "(SELECT 1 FROM checkin i WHERE i.checkout = o.fact AND i.area = o.area) ORDER BY area, clock, fact"
    ).fetchall()
    disputed: set[tuple[str, str]] = set()
    for one, other in combinations(rows, 2):
        if _overlap(one[0], other[0]) and not _same_machine(connection, one[1], other[1]):
            disputed |= {(one[2], one[0]), (other[2], other[0])}
    return [
        Checkout(area, device, fact, wall, author, (fact, area) in disputed)
        for area, device, fact, wall, author in rows
    ]


def borrowed(connection: Connection) -> dict[str, str]:
    """Which device has what: device id by area. Of an area that two have the one that has had it longer."""
    found: dict[str, str] = {}
    for one in checkouts(connection):
        found.setdefault(one.area, one.device)
    return found


def give_back(book: Casebook, areas: Sequence[str]) -> list[str]:
    """Take back what any device has of these areas: the office of a machine that is lost. The areas."""
    with book.writing() as writing:
        devices = sorted({one.device for one in checkouts(writing.connection) if inside(one.area, areas)})
        return [area for device in devices for area in check_in(writing, device, areas)]


def give_back_own(book: Casebook) -> list[str]:
    """Give back all that this machine has. The areas."""
    with book.writing() as writing:
        return check_in(writing, book.device)


def check_out(writing: Writing, device: str, areas: Sequence[str]) -> list[str]:
    """Lend areas to a device; those that it has already stay as they are. The areas that were lent.

    Raises RuhuError (usage): the device is none, the area is none, is not the device's, or another machine has it.
    """
    connection = writing.connection
    found = device_of(connection, device)
    if found is None or found.closed:
        what = _("没有这台设备，或它已停用")
        raise RuhuError("no_device", what, _("设备见 ruhu device list"), category="usage")
    lent = checkouts(connection)
    wanted = []
    for area in normal(areas):
        _refuse_area(area, found)
        others = [one for one in lent if _overlap(one.area, area)]
        for one in others:
            if not _same_machine(connection, one.device, device):
                raise _lent(connection, one, _("请先让它还回，或换一台"))
        if not any(inside(area, (one.area,)) for one in others):
            wanted.append(area)
    if wanted:
        writing.append("checkout", {"device": device, "areas": wanted})
    return wanted


def check_in(writing: Writing, device: str, areas: Sequence[str] = ()) -> list[str]:
    """Give back what a device has of these areas, of none given all; by that machine itself or, of a lost one, by the
    office. The areas given back; what was lent as a whole is given back as a whole."""
    connection = writing.connection
    ended = [
        one
        for one in checkouts(connection)
        if _same_machine(connection, one.device, device) and (not areas or inside(one.area, areas))
    ]
    if ended:
        body = {"device": device, "areas": [one.area for one in ended], "of": [[one.fact, one.area] for one in ended]}
        writing.append("checkin", body, parents=list(dict.fromkeys(one.fact for one in ended)))
    return [one.area for one in ended]


def refuse_lent(connection: Connection, kind: str, area: str) -> None:
    """Raises RuhuError (usage) for what is filled in where another machine has the village."""
    if kind not in FILLED_IN_THE_FIELD or connection.execute("SELECT 1 FROM checkout LIMIT 1").fetchone() is None:
        return
    holding = [one for one in checkouts(connection) if inside(area, (one.area,))]
    own = set(own_devices(connection))
    if holding and not any(one.device in own for one in holding):
        raise _lent(connection, holding[0], _("请等它交回交换包；那台电脑丢了或坏了，请办公室收回借出"))


def _refuse_area(area: str, device: Device) -> None:
    if not area:
        what = _("借出要写明乡镇或村")
        raise RuhuError("usage_area", what, _("例：--checkout 永和镇/和平村"), category="usage")
    if not inside(area, device.areas):
        what = _("「{name}」不管{area}，里面的内容不会给它").format(name=device.name, area=area)
        raise RuhuError("not_its_area", what, _("请先改这台设备的管辖：ruhu device change"), category="usage")


def _lent(connection: Connection, one: Checkout, remedy: str) -> RuhuError:
    holder = device_of(connection, one.device)
    what = _("{area}已借给「{name}」").format(area=one.area, name=holder.name if holder else one.device[:8])
    return RuhuError("checked_out", what, remedy, category="usage")


def _overlap(one: str, other: str) -> bool:
    return inside(one, (other,)) or inside(other, (one,))


def _same_machine(connection: Connection, one: str, other: str) -> bool:
    """Whether two device ids are one machine, before and after a restore."""
    return one == other or one in lineage(connection, other) or other in lineage(connection, one)


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.body is None:
        return
    envelope = fact.envelope
    if fact.kind == "checkout":
        rows = [
            (fact.id, area, fact.body["device"], envelope.clock, envelope.wall, envelope.author)
            for area in fact.body["areas"]
        ]
        connection.executemany("INSERT OR IGNORE INTO checkout VALUES (?, ?, ?, ?, ?, ?)", rows)
    elif fact.kind == "checkin":
        ended = [(checkout, area) for checkout, area in fact.body["of"]]
        connection.executemany("INSERT OR IGNORE INTO checkin VALUES (?, ?)", ended)


def _disputes(connection: Connection) -> Iterator[tuple[str, str]]:
    yield from (("checkout", one.area) for one in checkouts(connection) if one.conflict)


CHECKOUTS = View("checkouts", 1, ("checkout", "checkin"), _SCHEMA, _apply, disputes=_disputes)
