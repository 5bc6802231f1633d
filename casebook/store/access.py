"""The access log (查阅记录): who saw whose whole data and when. Chained, beside the facts; it stays on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from casebook.store.casebook import Casebook
from casebook.store.clock import wall_text
from casebook.store.facts import encoded
from casebook.store.sqlite import Connection

What = Literal["opened", "revealed", "looked_up", "exported", "notice_due"]

Way = Literal[
    "findings", "links", "answers", "forms", "summaries", "submissions", "batch", "left_out", "log", "backup", "packet",
    "held",
]  # fmt: skip
"""What a file that left holds: findings, who is whom, answers as a workbook, printed forms and summaries, answers for
other programs, what was handed in, what stayed out of it, the log, the whole casebook, a packet, all of a person."""


@dataclass(frozen=True, slots=True)
class Access:
    """`subject` is a person's, a finding's or a visit's id, `way:name` of a file that left, or '' for the casebook;
    never a person's name or number."""

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


def exported(casebook: Casebook, way: Way, names: Sequence[str]) -> None:
    """Note that files of these names are about to be written outside the casebook ('' where it is standard output);
    before they are."""
    record(casebook, "exported", [f"{way}:{name}" for name in names])


def way_and_name(subject: str) -> tuple[str, str]:
    """The way and the file name of an export's subject; ('', name) where it tells no way."""
    way, colon, name = subject.partition(":")
    return (way, name) if colon and way in get_args(Way) else ("", subject)


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
