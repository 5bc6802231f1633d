"""Facts (事实): written once, never changed. An envelope travels to every machine, its body only to those of its area.

A fact may bring pieces: rows too many for one body (a list's rows, a run's links). Their digests stand in the body.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.store.sqlite import Connection

FACT_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS envelope (
    arrival INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    prev TEXT NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    area TEXT NOT NULL,
    parents TEXT NOT NULL,
    wall TEXT NOT NULL,
    clock INTEGER NOT NULL,
    author TEXT NOT NULL,
    body_digest TEXT NOT NULL,
    digest TEXT NOT NULL,
    UNIQUE (device, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS body (
    arrival INTEGER PRIMARY KEY REFERENCES envelope (arrival), salt BLOB NOT NULL, content BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS piece (
    arrival INTEGER NOT NULL REFERENCES envelope (arrival),
    part TEXT NOT NULL,
    n INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (arrival, part, n)
) STRICT;
CREATE TABLE IF NOT EXISTS head (device TEXT PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS access (
    n INTEGER PRIMARY KEY, wall TEXT NOT NULL, author TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS peer (
    device TEXT PRIMARY KEY, has TEXT NOT NULL, lacks TEXT NOT NULL, made INTEGER NOT NULL, made_wall TEXT NOT NULL,
    taken INTEGER NOT NULL, taken_wall TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS packet (id TEXT PRIMARY KEY, sender TEXT NOT NULL, wall TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS signed_head (
    device TEXT PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL, signature TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS partial (
    arrival INTEGER PRIMARY KEY REFERENCES envelope (arrival), areas TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS awaited (arrival INTEGER PRIMARY KEY REFERENCES envelope (arrival)) STRICT;
CREATE TABLE IF NOT EXISTS view_state (
    view TEXT PRIMARY KEY, version INTEGER NOT NULL, through INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS envelope_kind ON envelope (kind);
CREATE INDEX IF NOT EXISTS envelope_clock ON envelope (clock);
""" + "".join(
    f"CREATE TRIGGER IF NOT EXISTS {table}_{change} BEFORE {change} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;\n"
    for table in ("envelope", "body", "piece", "access")
    for change in ("update", "delete")
)

FIRST = ""
"""The `prev` of a device's first envelope."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who, when, of what kind, after which other facts. `wall` is ISO UTC, `clock` the hybrid logical clock, `parents`
    ids of the facts that this one answers, `prev` the digest of this device's envelope before it."""

    id: str
    device: str
    seq: int
    prev: str
    kind: str
    version: int
    area: str
    parents: tuple[str, ...]
    wall: str
    clock: int
    author: str
    body_digest: str

    @property
    def digest(self) -> str:
        fields = (getattr(self, name) for name in self.__slots__)
        return hashlib.sha256(encoded([list(f) if isinstance(f, tuple) else f for f in fields])).hexdigest()


@dataclass(frozen=True, slots=True)
class Fact:
    """An envelope with its body, None where the body is not on this machine. `arrival` counts facts as they came to
    this casebook and means nothing elsewhere."""

    arrival: int
    envelope: Envelope
    body: Mapping[str, Any] | None

    @property
    def id(self) -> str:
        return self.envelope.id

    @property
    def kind(self) -> str:
        return self.envelope.kind


def encoded(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8; half a surrogate pair, which no text holds, becomes `?`."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def decoded(content: bytes) -> Any:
    return json.loads(content.decode("utf-8", "surrogatepass"))


def area_of(township: str, village: str) -> str:
    """The area of a fact about a place: `township/village` or `township`, '' for the whole county; a village whose
    township the list does not name is `/village`."""
    return f"{township}/{village}" if village else township


def body_digest(salt: bytes, content: bytes) -> str:
    """Salted, so that a digest alone does not tell a body that can be guessed."""
    return hashlib.sha256(salt + content).hexdigest()


def pieces_digest(pieces: Iterable[tuple[int, bytes]]) -> str:
    """The digest of one part's pieces, in order."""
    digest = hashlib.sha256()
    for n, content in pieces:
        digest.update(b"%d %d " % (n, len(content)))
        digest.update(content)
    return digest.hexdigest()


_ENVELOPE = "id, device, seq, prev, kind, version, area, parents, wall, clock, author, body_digest"


def insert(connection: Connection, envelope: Envelope, salt: bytes, content: bytes | None) -> int:
    """Store a fact; its arrival number. Inside a transaction of the caller's."""
    values = [getattr(envelope, name) for name in Envelope.__slots__]
    values[Envelope.__slots__.index("parents")] = json.dumps(envelope.parents)
    marks = ", ".join("?" * (len(values) + 1))
    statement = f"INSERT INTO envelope ({_ENVELOPE}, digest) VALUES ({marks})"
    cursor = connection.execute(statement, (*values, envelope.digest))
    arrival = int(cursor.lastrowid or 0)
    if content is not None:
        connection.execute("INSERT INTO body VALUES (?, ?, ?)", (arrival, salt, content))
    return arrival


def insert_pieces(connection: Connection, arrival: int, part: str, pieces: Iterable[tuple[int, bytes]]) -> None:
    """Store pieces of one part of a fact, each with its number: a machine may hold some of them only."""
    rows = ((arrival, part, n, content) for n, content in pieces)
    connection.executemany("INSERT INTO piece VALUES (?, ?, ?, ?)", rows)


def envelope_of(row: Sequence[Any]) -> Envelope:
    """An envelope from the columns of `_ENVELOPE`."""
    values = list(row)
    values[7] = tuple(json.loads(values[7]))
    return Envelope(*values)


def facts(connection: Connection, where: str = "1", parameters: Sequence[Any] = ()) -> Iterator[Fact]:
    """Facts in the order of their arrival; `where` speaks of the columns of `envelope`."""
    columns = ", ".join(f"e.{name.strip()}" for name in _ENVELOPE.split(","))
    rows = connection.execute(
        f"SELECT e.arrival, {columns}, b.content FROM envelope e LEFT JOIN body b USING (arrival) "
        f"WHERE {where} ORDER BY e.arrival",
        parameters,
    )
    for arrival, *envelope, content in rows:
        yield Fact(arrival, envelope_of(envelope), None if content is None else decoded(content))


def fact_by_id(connection: Connection, identity: str) -> Fact | None:
    return next(facts(connection, "e.id = ?", (identity,)), None)


def pieces(connection: Connection, arrival: int, part: str) -> Iterator[tuple[int, Any]]:
    """The pieces of one part of a fact: number and content."""
    rows = connection.execute("SELECT n, content FROM piece WHERE arrival = ? AND part = ? ORDER BY n", (arrival, part))
    return ((n, decoded(content)) for n, content in rows)


def piece(connection: Connection, arrival: int, part: str, n: int) -> Any:
    """One piece. Raises LookupError when the fact has none of that number."""
    row = connection.execute(
        "SELECT content FROM piece WHERE arrival = ? AND part = ? AND n = ?", (arrival, part, n)
    ).fetchone()
    if row is None:
        raise LookupError(part)
    return decoded(row[0])
