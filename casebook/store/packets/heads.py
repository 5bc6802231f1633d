"""Signed heads (签了名的链头): each machine signs its newest fact when it makes a packet, and whoever passes its facts
on passes that on too. So no machine can invent facts of another one: the chain holds all facts before its head."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from casebook.store.device_keys import kept_keys, public_keys, signature, signed_by
from casebook.store.devices import Device, device_of, own_devices
from casebook.store.facts import Envelope, encoded
from casebook.store.packets.framing import Vector
from casebook.store.sqlite import Connection

Head = tuple[int, str, str]
"""Number and digest of a device's newest fact, and its signature, '' where that device never had keys."""

_CONTEXT = b"ruhu head 1\0"


def signed_heads(connection: Connection, devices: Collection[str]) -> dict[str, Head]:
    """The heads of these devices, as they go into a packet: those of this machine, and of what it was before, signed
    now."""
    own = own_devices(connection)
    found: dict[str, Head] = {}
    for device in sorted(devices):
        seq, digest = connection.execute("SELECT seq, digest FROM head WHERE device = ?", (device,)).fetchone()
        keys = kept_keys(connection, device) if device in own else None
        if keys is not None:
            signed = signature(keys, _content(device, seq, digest))
        else:
            row = connection.execute(
                "SELECT signature FROM signed_head WHERE device = ? AND seq = ? AND digest = ?", (device, seq, digest)
            ).fetchone()
            signed = row[0] if row else ""
        found[device] = (seq, digest, signed)
    return found


def kept_head(connection: Connection, device: str) -> dict[str, Head]:
    """A device's own head as it signed it last: sent back to it, it shows whether that machine was set back."""
    sql = "SELECT seq, digest, signature FROM signed_head WHERE device = ?"
    row = connection.execute(sql, (device,)).fetchone()
    return {device: (row[0], row[1], row[2])} if row else {}


def introduced_among(connection: Connection, devices: Collection[str], has: Vector) -> set[str]:
    """Those of the devices whose facts the receiver can believe, which has facts up to `has`: it is told of them there
    or by these facts. A machine of the whole county that may write anything vouches for all."""
    own = own_devices(connection)
    this = device_of(connection, own[0])
    going = set(devices)
    if this is None or (this.whole_county and not this.role):
        return going
    rows = connection.execute(
        "SELECT t.device, t.kind, t.before, e.device, e.seq FROM device_told t JOIN envelope e ON e.id = t.fact"
    ).fetchall()
    while True:
        told = [row[:3] for row in rows if row[4] <= has.get(row[3], 0) or row[3] in going]
        known, before_that = set(own), 0
        while len(known) > before_that:  # a restored machine is known by the one before it
            before_that = len(known)
            known |= {device for device, kind, before in told if kind == "device" or before in known}
        if going <= known:
            return going
        going &= known


def believed(connection: Connection, sender: Device, device: str, head: Head) -> bool:
    """Whether facts of `device` up to this head are its own. What the sender wrote its signature of the packet holds;
    for a device without keys a machine of the whole county vouches that may write anything."""
    seq, digest, signed = head
    if device == sender.id:
        return True
    key = _public(connection, device)
    if key:
        return signed_by(key, _content(device, seq, digest), signed)
    return sender.whole_county and not sender.role


def proves(connection: Connection, device: str, head: Head) -> bool:
    """Whether a device signed this head, by its key that is known here."""
    key = _public(connection, device)
    return bool(key) and signed_by(key, _content(device, *head[:2]), head[2])


def signed_head_of(connection: Connection, device: str, head: Head | None, newest: Envelope) -> bool:
    """Whether `head` is this envelope's, under the signature of a device whose key is known here."""
    return head is not None and head[:2] == (newest.seq, newest.digest) and proves(connection, device, head)


def _public(connection: Connection, device: str) -> str:
    """The key that a device signs with, '' for none: as it was told; of what this machine was, from its own."""
    known = device_of(connection, device)
    if known is not None and known.sign:
        return known.sign
    keys = kept_keys(connection, device)
    return public_keys(keys)[0] if keys is not None else ""


def keep_heads(connection: Connection, heads: Mapping[str, Head]) -> None:
    """Keep signed heads to pass them on; an older one changes nothing."""
    connection.executemany(
        "INSERT INTO signed_head VALUES (?, ?, ?, ?) ON CONFLICT (device) DO UPDATE SET seq = excluded.seq, "
        "digest = excluded.digest, signature = excluded.signature WHERE excluded.seq > seq",
        [(device, *head) for device, head in heads.items() if head[2]],
    )


def _content(device: str, seq: int, digest: str) -> bytes:
    return _CONTEXT + encoded([device, seq, digest])
