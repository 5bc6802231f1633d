"""Is the trail whole: chains, heads, bodies, pieces (`ruhu log verify`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from casebook.language import _
from casebook.progress import Progress, report
from casebook.store import access, facts
from casebook.store.sources import household_digests
from casebook.store.sqlite import Connection

What = Literal["envelope", "chain", "gap", "head", "body", "pieces", "access"]


@dataclass(frozen=True, slots=True)
class Broken:
    """What is not as it was written: the fact's device, number and id (its first breach), or the log's entry."""

    what: What
    device: str
    seq: int
    id: str


@dataclass(frozen=True, slots=True)
class Verified:
    """`facts` were read; `heads` are device, number and digest of each newest envelope, to print and to sign."""

    facts: int
    heads: tuple[tuple[str, int, str], ...]
    broken: tuple[Broken, ...]


def verify(connection: Connection, progress: Progress | None = None) -> Verified:
    """Read every fact of every device and compare it with its digests, in one moment of the casebook."""
    began = not connection.in_transaction
    if began:
        connection.execute("BEGIN")  # others may write meanwhile
    usual, connection.text_factory = connection.text_factory, _text
    try:
        broken = list(_broken(connection, progress))
        (count,) = connection.execute("SELECT count(*) FROM envelope").fetchone()
        heads = tuple(connection.execute("SELECT device, seq, digest FROM head ORDER BY device").fetchall())
    finally:
        connection.text_factory = usual
        if began:
            connection.execute("ROLLBACK")
    return Verified(count, heads, tuple(broken))


def _text(stored: bytes) -> str:
    """A text that was written, or the like of it where a damaged one is no UTF-8 any more."""
    return stored.decode("utf-8", "backslashreplace")


def _broken(connection: Connection, progress: Progress | None) -> Iterator[Broken]:
    (total,) = connection.execute("SELECT count(*) FROM envelope").fetchone()
    heads = {device: (seq, digest) for device, seq, digest in connection.execute("SELECT * FROM head")}
    last: dict[str, tuple[int, str]] = {}
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
        elif seq == before[0] + 1 and envelope.prev != before[1]:
            yield Broken("chain", device, seq, envelope.id)
        last[device] = (seq, stored)
        yield from _broken_body(connection, arrival, envelope)
    for device in sorted(heads.keys() | last.keys()):
        if heads.get(device) != last.get(device):
            yield Broken("head", device, max(heads.get(device, (0, ""))[0], last.get(device, (0, ""))[0]), "")
    entry = access.first_broken(connection)
    if entry is not None:
        yield Broken("access", "", entry, "")


def _broken_body(connection: Connection, arrival: int, envelope: facts.Envelope) -> Iterator[Broken]:
    row = connection.execute("SELECT salt, content FROM body WHERE arrival = ?", (arrival,)).fetchone()
    if row is None or facts.body_digest(*row) != envelope.body_digest:
        yield Broken("body", envelope.device, envelope.seq, envelope.id)
        return
    if not _pieces_whole(connection, arrival, facts.decoded(row[1])):
        yield Broken("pieces", envelope.device, envelope.seq, envelope.id)


def _pieces_whole(connection: Connection, arrival: int, body: Any) -> bool:
    """Whether the pieces are those whose digests the body names: a digest for each part, or for each household."""
    promised = body.get("digests", {})
    parts = [row[0] for row in connection.execute("SELECT DISTINCT part FROM piece WHERE arrival = ?", (arrival,))]
    if not set(parts) <= promised.keys():
        return False
    for part, digest in promised.items():
        rows = connection.execute(
            "SELECT n, content FROM piece WHERE arrival = ? AND part = ? ORDER BY n", (arrival, part)
        )
        if isinstance(digest, str):
            if facts.pieces_digest(rows) != digest:
                return False
        else:
            try:
                found = household_digests(bytes.fromhex(body["salt"]), rows)
            except (ValueError, TypeError, LookupError):
                return False
            if found != digest:
                return False
    return True
