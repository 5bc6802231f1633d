"""Making a packet (做交换包): everything that the receiver is not known to have, the contents that are for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.areas import inside, normal
from casebook.store.clock import wall_text
from casebook.store.devices import awaits_first_packet, casebook_id, device_of, lineage, own_device
from casebook.store.facts import decoded, envelope_of
from casebook.store.packets.checkouts import check_in, check_out
from casebook.store.packets.framing import Carried, Manifest, Vector, framed, new_packet_id
from casebook.store.packets.heads import introduced_among, kept_head, signed_heads
from casebook.store.packets.peers import Peer, areas_known_to, covers, lacked, note_made, peer_of, vector
from casebook.store.packets.policy import fit_to_travel, goes, pieces_for
from casebook.store.sqlite import Connection
from casebook.version import program_version

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.devices import Device

_PAGE = 200  # facts that are read at once


@dataclass(frozen=True, slots=True)
class _Here:
    """A fact as far as its envelope tells. `partly` are the areas its pieces are here for, None for all pieces."""

    arrival: int
    device: str
    seq: int
    kind: str
    area: str
    has_body: bool
    partly: tuple[str, ...] | None

    def for_areas(self, areas: Sequence[str]) -> bool:
        """Whether all that a machine of these areas gets of it is here."""
        return goes(self.kind, self.area, areas) != "whole" or (self.has_body and covers(self.partly, areas))


def make_packet(
    book: Casebook, device: str, *, full: bool = False, checkout: Sequence[str] = (), checkin: Sequence[str] = ()
) -> bytes:
    """A sealed packet for a device, by its id: what it is not known to have, with `full` everything. `checkout` lends
    areas to it, `checkin` gives back areas that this machine has ('' gives back all).

    Raises RuhuError (usage): not a device to write to, nothing here yet, an area that another machine has.
    """
    from casebook.store.device_keys import own_keys
    from casebook.store.packets.sealing import seal

    if awaits_first_packet(book.whole):
        what = _("这台电脑还没有收过办公室的交换包")
        raise RuhuError("awaits_first", what, _("请先收一个：ruhu packet take"), category="usage")
    own_keys(book)
    with book.writing() as writing:
        connection = writing.connection
        receiver = device_of(connection, device)
        if receiver is None or receiver.id == book.device:  # one that this is a copy of may be in use still
            what = _("不能给自己做交换包") if receiver else _("没有这台设备")
            raise RuhuError("no_device", what, _("设备见 ruhu device list"), category="usage")
        if checkin:
            check_in(writing, book.device, () if "" in checkin else checkin)
        if checkout:
            check_out(writing, device, checkout)
        payload = _payload(book, connection, receiver, full=full)
        note_made(connection, receiver.id, wall_text(datetime.now(UTC)))
        return seal(book, receiver, payload)


def _payload(book: Casebook, connection: Connection, receiver: Device, *, full: bool) -> bytes:
    peer = Peer(receiver.id, {}) if full else peer_of(connection, receiver.id)
    now = datetime.now(UTC)
    facts = _to_send(connection, receiver, peer)
    fresh = {one.device for one in facts if one.seq > peer.has.get(one.device, 0)}
    heads = kept_head(connection, receiver.id) | signed_heads(connection, fresh)
    manifest = Manifest(
        casebook=casebook_id(connection),
        sender=book.device,
        receiver=receiver.id,
        id=new_packet_id(),
        made=wall_text(now),
        clock=int(now.timestamp() * 1000),
        program=program_version(),
        since=peer.has,
        has=vector(connection),
        heads=heads,
        areas=receiver.areas,
        lacks=lacked(connection, own_device(book).areas),
    )
    return framed(manifest, _carried(connection, facts, receiver.areas))


def _to_send(connection: Connection, receiver: Device, peer: Peer) -> list[_Here]:
    """New facts, and old ones whose contents the receiver should have by now and has not, in the order of arrival.

    Envelopes go also where their contents are not here: an office that was set back gets from laptops what they have.
    Nobody takes facts of a machine that it was not told of.
    """
    found = list(_new(connection, peer.has))
    going = introduced_among(connection, {one.device for one in found}, peer.has)
    found = [one for one in found if one.device in going]
    found += [one for one in _late(connection, receiver, peer) if one.for_areas(receiver.areas)]
    return sorted({one.arrival: one for one in found}.values(), key=lambda one: one.arrival)


_ENVELOPES = (
    "SELECT e.arrival, e.device, e.seq, e.kind, e.area, EXISTS (SELECT 1 FROM body b WHERE b.arrival = e.arrival), "
    "p.areas FROM envelope e LEFT JOIN partial p ON p.arrival = e.arrival "
)


def _new(connection: Connection, has: Vector) -> Iterator[_Here]:
    for device, seq in vector(connection).items():
        if seq > has.get(device, 0):
            sql = f"{_ENVELOPES} WHERE e.device = ? AND e.seq > ?"
            yield from _here(connection.execute(sql, (device, has.get(device, 0))))


def _late(connection: Connection, receiver: Device, peer: Peer) -> Iterator[_Here]:
    """What the receiver asked for, and what its areas did not hold when it had got everything up to `peer.has`."""
    for device, first, last in peer.lacks:
        sql = f"{_ENVELOPES} WHERE e.device = ? AND e.seq BETWEEN ? AND ?"
        yield from _here(connection.execute(sql, (device, first, min(last, peer.has.get(device, 0)))))
    then = areas_known_to(connection, lineage(connection, receiver.id), peer.has)
    if not peer.has or set(then) == set(receiver.areas):
        return
    for one in _here(connection.execute(_ENVELOPES)):
        before, now = (goes(one.kind, one.area, areas) for areas in (then, receiver.areas))
        if one.seq <= peer.has.get(one.device, 0) and now != "no" and (now == "part" or before != "whole"):
            yield one


def _here(rows: Iterable[Sequence[object]]) -> Iterator[_Here]:
    for arrival, device, seq, kind, area, has_body, partly in rows:
        areas = None if partly is None else tuple(decoded(str(partly).encode()))
        yield _Here(int(str(arrival)), str(device), int(str(seq)), str(kind), str(area), bool(has_body), areas)


def _carried(connection: Connection, facts: Sequence[_Here], areas: Sequence[str]) -> Iterator[Carried]:
    """The facts as they go to a machine of these areas."""
    for start in range(0, len(facts), _PAGE):
        page = {one.arrival: one for one in facts[start : start + _PAGE]}
        rows = connection.execute(
            "SELECT e.arrival, e.id, e.device, e.seq, e.prev, e.kind, e.version, e.area, e.parents, e.wall, e.clock, "
            "e.author, e.body_digest, b.salt, b.content FROM envelope e LEFT JOIN body b USING (arrival) "
            f"WHERE e.arrival IN ({', '.join('?' * len(page))}) ORDER BY e.arrival",
            list(page),
        ).fetchall()
        for arrival, *columns, salt, content in rows:
            envelope = envelope_of(columns)
            how = goes(envelope.kind, envelope.area, areas) if content is not None else "no"
            if how == "whole" and page[arrival].partly is not None:
                how = "part"  # not more of it is here
            body = decoded(content) if how == "part" else None
            if how == "part" and not fit_to_travel(envelope.kind, body):
                how = "no"
            if how == "no":
                yield Carried(envelope)
            elif how == "whole":
                yield Carried(envelope, salt, content, list(pieces_for(connection, arrival, envelope.kind, None, None)))
            else:
                given = _both(page[arrival].partly, areas)
                pieces = list(pieces_for(connection, arrival, envelope.kind, body, given))
                yield Carried(envelope, salt, content, pieces, given)


def _both(here: Sequence[str] | None, areas: Sequence[str]) -> tuple[str, ...]:
    """The receiver's areas as far as pieces of them are here (None: all)."""
    if here is None:
        return tuple(areas)
    if "" in areas:
        return tuple(here)
    return normal((*(area for area in areas if inside(area, here)), *(area for area in here if inside(area, areas))))
