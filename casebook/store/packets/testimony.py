"""What the facts in a packet say of its sender (自带的介绍): an office that was set back to before an invitation does
not know the laptop, but the laptop has the office's own fact about it, under the office's own signature."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.store.devices import Device, device_from, device_of
from casebook.store.facts import FIRST, Envelope, body_digest, decoded
from casebook.store.packets.framing import Carried, facts_of, manifest_of
from casebook.store.packets.heads import signed_head_of
from casebook.store.sqlite import Connection


@dataclass(slots=True)
class _Chain:
    """The facts of one device in a packet, as far as each follows the one before."""

    whole: bool
    last: Envelope


def told_inside(connection: Connection, payload: bytes, device: str, name: str = "") -> Device | None:
    """The device as facts in the payload tell it that are proved to be of a machine that is known here and may write
    anything; None without one. Raises RuhuError (unusable) for a payload that is none."""
    manifest = manifest_of(payload, name)
    chains: dict[str, _Chain] = {}
    told: list[tuple[int, str, str, Device]] = []
    for fact in facts_of(payload, manifest, name):
        envelope = fact.envelope
        chain = chains.get(envelope.device)
        if chain is None:
            chains[envelope.device] = _Chain(_begins(connection, envelope), envelope)
        else:
            chain.whole &= (envelope.seq, envelope.prev) == (chain.last.seq + 1, chain.last.digest)
            chain.last = envelope
        found = _telling(fact)
        if found is not None and found.id == device:
            told.append((envelope.clock, envelope.id, envelope.device, found))
    proved = {
        author for author, chain in chains.items()
        if chain.whole and _may_tell(connection, author)
        and signed_head_of(connection, author, manifest.heads.get(author), chain.last)
    }  # fmt: skip
    standing = [one for one in sorted(told, key=lambda one: one[:2]) if one[2] in proved]
    return standing[-1][3] if standing else None


def _begins(connection: Connection, envelope: Envelope) -> bool:
    """Whether a device's first fact in the packet follows what is here, or is its first of all."""
    if envelope.seq == 1:
        return envelope.prev == FIRST
    row = connection.execute(
        "SELECT digest FROM envelope WHERE device = ? AND seq = ?", (envelope.device, envelope.seq - 1)
    ).fetchone()
    return row is not None and row[0] == envelope.prev


def _telling(fact: Carried) -> Device | None:
    if fact.envelope.kind != "device" or fact.content is None:
        return None
    if body_digest(fact.salt, fact.content) != fact.envelope.body_digest:
        return None
    return device_from(decoded(fact.content))


def _may_tell(connection: Connection, author: str) -> bool:
    known = device_of(connection, author)
    return known is None or (known.whole_county and not known.role and not known.closed)
