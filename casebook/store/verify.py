"""Is the trail whole: chains, heads, bodies, pieces (`ruhu log verify`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from casebook.language import _
from casebook.progress import Progress, report
from casebook.store import access, facts
from casebook.store.areas import WHOLE_COUNTY
from casebook.store.beside import broken_beside
from casebook.store.devices import device_of
from casebook.store.erasure import erased
from casebook.store.packets.policy import goes
from casebook.store.sources import digests_of_households
from casebook.store.sqlite import Connection

What = Literal["envelope", "chain", "gap", "head", "body", "pieces", "access", "device", "name", "keys", "anchor"]


@dataclass(frozen=True, slots=True)
class Broken:
    """What is not as it was written: the fact's device, number and id (its first breach), or the log's entry."""

    what: What
    device: str
    seq: int
    id: str


@dataclass(frozen=True, slots=True)
class Verified:
    """`facts` were read; `heads` are device, number and digest of each newest envelope, to print and to sign. `absent`
    facts have their contents on other machines only, as it should be; of `awaited` ones they are still to come."""

    facts: int
    heads: tuple[tuple[str, int, str], ...]
    broken: tuple[Broken, ...]
    absent: int = 0
    awaited: int = 0


def verify(connection: Connection, progress: Progress | None = None) -> Verified:
    """Read every fact of every device and compare it with its digests, in one moment of the casebook."""
    began = not connection.in_transaction
    if began:
        connection.execute("BEGIN")  # others may write meanwhile
    usual, connection.text_factory = connection.text_factory, _text
    try:
        here = _Here(connection)
        broken = list(_broken(connection, here, progress))
        (count,) = connection.execute("SELECT count(*) FROM envelope").fetchone()
        heads = tuple(connection.execute("SELECT device, seq, digest FROM head ORDER BY device").fetchall())
    finally:
        connection.text_factory = usual
        if began:
            connection.execute("ROLLBACK")
    return Verified(count, heads, tuple(broken), here.absent, here.awaited)


class _Here:
    """What should be on this machine: contents of its own facts and of all that lie in its areas. Counts what need not
    be, and what is awaited."""

    def __init__(self, connection: Connection) -> None:
        row = connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
        self._device = str(row[0]) if row else ""
        device = device_of(connection, self._device)
        self._areas = device.areas if device is not None else WHOLE_COUNTY
        self._awaited = {arrival for (arrival,) in connection.execute("SELECT arrival FROM awaited")}
        self._partly = dict(connection.execute("SELECT arrival, areas FROM partial"))
        self.erased = erased(connection)
        self.absent = self.awaited = 0

    def may_lack(self, arrival: int, envelope: facts.Envelope) -> bool:
        """Whether a body need not be here."""
        if envelope.device == self._device:
            return False
        if goes(envelope.kind, envelope.area, self._areas) != "whole":
            self.absent += 1
            return True
        self.awaited += arrival in self._awaited
        return arrival in self._awaited

    def partly(self, arrival: int, envelope: facts.Envelope) -> bool:
        """Whether not all pieces of a fact need be here."""
        if arrival not in self._partly or envelope.device == self._device:
            return False
        self.awaited += "" in self._areas
        return True


def _text(stored: bytes) -> str:
    """A text that was written, or the like of it where a damaged one is no UTF-8 any more."""
    return stored.decode("utf-8", "backslashreplace")


def _broken(connection: Connection, here: _Here, progress: Progress | None) -> Iterator[Broken]:
    (total,) = connection.execute("SELECT count(*) FROM envelope").fetchone()
    heads = {device: (seq, digest) for device, seq, digest in connection.execute("SELECT * FROM head")}
    last: dict[str, tuple[int, str]] = {}
    clocks: dict[str, int] = {}
    rows = connection.execute(
        "SELECT arrival, digest, id, device, seq, prev, kind, version, area, parents, wall, clock, author, body_digest "
        "FROM envelope ORDER BY device, seq"
    ).fetchall()
    for done, (arrival, stored, *columns) in enumerate(rows):
        if done % 1000 == 0:
            report(progress, _("核验"), done, total)
        device, seq = columns[1], columns[2]
        before = last.get(device, (0, facts.FIRST))
        if seq != before[0] + 1:
            yield Broken("gap", device, before[0] + 1, "")
        try:
            envelope = facts.envelope_of(columns)
            digest = envelope.digest
        except (ValueError, TypeError):
            yield Broken("envelope", device, seq, str(columns[0]))
            last[device] = (seq, stored)
            continue
        if digest != stored:
            yield Broken("envelope", device, seq, envelope.id)
        elif seq == before[0] + 1 and (envelope.prev != before[1] or envelope.clock <= clocks.get(device, -1)):
            yield Broken("chain", device, seq, envelope.id)
        clocks[device] = envelope.clock if isinstance(envelope.clock, int) else -1
        last[device] = (seq, stored)
        yield from _broken_body(connection, here, arrival, envelope)
    for device in sorted(heads.keys() | last.keys()):
        if heads.get(device) != last.get(device):
            yield Broken("head", device, max(heads.get(device, (0, ""))[0], last.get(device, (0, ""))[0]), "")
    entry = access.first_broken(connection)
    if entry is not None:
        yield Broken("access", "", entry, "")
    yield from broken_beside(connection)


def _broken_body(
    connection: Connection, here: _Here, arrival: int, envelope: facts.Envelope
) -> Iterator[Broken]:
    row = connection.execute("SELECT salt, content FROM body WHERE arrival = ?", (arrival,)).fetchone()
    if row is None:
        if not here.may_lack(arrival, envelope) or _has_pieces(connection, arrival):
            yield Broken("body", envelope.device, envelope.seq, envelope.id)
        return
    if not here.erased.stands(envelope.id, envelope.body_digest, facts.body_digest(*row)):
        yield Broken("body", envelope.device, envelope.seq, envelope.id)
        return
    if not pieces_whole(connection, arrival, facts.decoded(row[1]), partly=here.partly(arrival, envelope)):
        yield Broken("pieces", envelope.device, envelope.seq, envelope.id)


def _has_pieces(connection: Connection, arrival: int) -> bool:
    return connection.execute("SELECT 1 FROM piece WHERE arrival = ? LIMIT 1", (arrival,)).fetchone() is not None


def pieces_whole(connection: Connection, arrival: int, body: Any, *, partly: bool = False) -> bool:
    """Whether the pieces are those whose digests the body names: a digest for each part, or for each household. With
    `partly` whole parts and whole households may be missing."""
    promised = body.get("digests", {})
    parts = {row[0] for row in connection.execute("SELECT DISTINCT part FROM piece WHERE arrival = ?", (arrival,))}
    if not parts <= promised.keys():
        return False
    for part, digest in promised.items():
        if partly and part not in parts:
            continue
        rows = connection.execute(
            "SELECT n, content FROM piece WHERE arrival = ? AND part = ? ORDER BY n", (arrival, part)
        )
        if isinstance(digest, str):
            if facts.pieces_digest(rows) != digest:
                return False
            continue
        try:
            found = digests_of_households(bytes.fromhex(body["salt"]), rows)
            if any(not 0 <= home < len(digest) or digest[home] != one for home, one in found.items()):
                return False
        except (ValueError, TypeError, LookupError):  # a row that was changed may hold anything
            return False
        if not partly and len(found) != len(digest):
            return False
    return True
