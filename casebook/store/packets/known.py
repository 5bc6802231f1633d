"""What this machine knows of the others (对方): when packets went and came, what they still lack, what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.store.devices import Device, devices, own_device, own_devices
from casebook.store.facts import facts
from casebook.store.packets.checkouts import Checkout, checkouts
from casebook.store.packets.peers import peers, waiting

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.sqlite import Connection


@dataclass(frozen=True, slots=True)
class Known:
    """One machine as this one knows it. `made` and `taken` are the wall times of the last packet for it and from it, ''
    for never; `waiting` counts facts that it does not have as far as we know, None for one that this machine, being of
    some areas, never exchanged with; `borrowed` what is lent to it; `followed_by` the name of the device that goes on
    in its place, '' where it is itself in use."""

    device: Device
    own: bool
    made: str
    taken: str
    waiting: int | None
    borrowed: tuple[Checkout, ...]
    followed_by: str


def known_devices(book: Casebook) -> list[Known]:
    """All devices, in the order in which they are listed."""
    connection = book.whole
    every = devices(connection)
    if not any(one.id == book.device for one in every):
        every.insert(0, own_device(book))
    met = peers(connection)
    held: dict[str, list[Checkout]] = {}
    for lent in checkouts(connection):
        held.setdefault(lent.device, []).append(lent)
    gone_on = _gone_on(every, _copies(connection))
    before = own_devices(connection)
    whole = own_device(book).whole_county
    found = []
    for one in every:
        peer = met.get(one.id)
        found.append(
            Known(
                device=one,
                own=one.id == book.device,
                made=peer.made_wall if peer else "",
                taken=peer.taken_wall if peer else "",
                waiting=_waiting(connection, one.id, meets=whole or peer is not None or one.whole_county)
                if one.id not in before
                else 0,
                borrowed=tuple(held.get(one.id, ())),
                followed_by=gone_on.get(one.id, ""),
            )
        )
    return sorted(found, key=_place)


def _place(row: Known) -> tuple[bool, bool, bool, bool, str]:
    """This machine, those of the whole county, the others; those that are no more last."""
    return not row.own, bool(row.followed_by), row.device.closed, not row.device.whole_county, row.device.name


def own_borrowed(book: Casebook) -> tuple[str, ...]:
    """The areas that this machine has."""
    own = own_devices(book.whole)
    return tuple(one.area for one in checkouts(book.whole) if one.device in own)


def _waiting(connection: Connection, device: str, *, meets: bool) -> int | None:
    return waiting(connection, device) if meets else None


def _copies(connection: Connection) -> frozenset[str]:
    """Devices that came about when a folder was copied: the one before may be in use, too."""
    rows = facts(connection, "e.kind = 'restored'")
    return frozenset(one.envelope.device for one in rows if one.body and one.body.get("why") == "copied")


def _gone_on(every: list[Device], copies: frozenset[str]) -> dict[str, str]:
    """By device the name of the last one that goes on from it."""
    after = {one.before: one for one in every if one.before and one.id not in copies}
    names = {}
    for one in every:
        last, seen = one, {one.id}
        while last.id in after and after[last.id].id not in seen:
            last = after[last.id]
            seen.add(last.id)
        if last is not one:
            names[one.id] = last.name
    return names
