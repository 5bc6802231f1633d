"""The access log (查阅记录): who saw whose whole data and when. Chained, beside the facts; it stays on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from casebook.store.casebook import Casebook
from casebook.store.clock import wall_text
from casebook.store.facts import encoded
from casebook.store.sqlite import Connection

What = Literal["opened", "revealed", "looked_up", "exported"]


@dataclass(frozen=True, slots=True)
class Access:
    """`subject` is a person's, a finding's or a visit's id, a file name, or '' for the casebook; never a name or
    number."""

    n: int
    wall: str
    author: str
    what: str
    subject: str


def record(casebook: Casebook, what: What, subjects: Sequence[str]) -> None:
    """Note that the acting user saw these; before they are shown."""
    with casebook.writing() as writing:
        connection = writing.connection
        row = connection.execute("SELECT n, digest FROM access ORDER BY n DESC LIMIT 1").fetchone()
        n, digest = row or (0, "")
        for subject in subjects:
            n += 1
            access = Access(n, wall_text(datetime.now(UTC)), casebook.author, what, subject)
            digest = _digest(digest, access)
            connection.execute(
                "INSERT INTO access VALUES (?, ?, ?, ?, ?, ?)",
                (n, access.wall, access.author, access.what, access.subject, digest),
            )
        note_head(connection)


def note_head(connection: Connection) -> None:
    """Keep the number and digest of the newest entry beside the log, so that a cut-off end shows."""
    connection.execute(
        "INSERT OR REPLACE INTO meta SELECT 'access', n || ' ' || digest FROM access ORDER BY n DESC LIMIT 1"
    )


def newest(connection: Connection, before: int | None = None, limit: int = 100) -> list[Access]:
    """A page of the log, newest first; `before` is the number of the last one shown."""
    rows = connection.execute(
        "SELECT n, wall, author, what, subject FROM access WHERE n < ? ORDER BY n DESC LIMIT ?",
        (2**62 if before is None else before, limit),
    )
    return [Access(*row) for row in rows]


def first_broken(connection: Connection) -> int | None:
    """The number of the first entry that is missing or was changed, None when the log is whole."""
    digest, expected = "", 1
    for *fields, stored in connection.execute("SELECT * FROM access ORDER BY n"):
        access = Access(*fields)
        digest = _digest(digest, access)
        if access.n != expected or digest != stored:
            return expected
        expected += 1
    head = connection.execute("SELECT value FROM meta WHERE key = 'access'").fetchone()
    told = f"{expected - 1} {digest}" if digest else None
    return None if (head[0] if head else None) == told else expected


def _digest(before: str, access: Access) -> str:
    return hashlib.sha256(
        encoded([before, access.n, access.wall, access.author, access.what, access.subject])
    ).hexdigest()
