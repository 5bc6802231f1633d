"""The view of batches (批次): what was handed in, what was revoked, what came back."""

from __future__ import annotations

from casebook.store.areas import placed
from casebook.store.facts import Fact, encoded, pieces
from casebook.store.sqlite import Connection
from casebook.store.views import View

_SCHEMA = """
CREATE TABLE batch (
    id TEXT PRIMARY KEY, arrival INTEGER NOT NULL, number INTEGER NOT NULL, format TEXT NOT NULL, title TEXT NOT NULL,
    version TEXT NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL, left_out INTEGER NOT NULL, files BLOB NOT NULL,
    included BLOB NOT NULL, head TEXT NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE INDEX batch_number ON batch (number);
CREATE TABLE batch_person (
    batch TEXT NOT NULL, key TEXT NOT NULL, visit TEXT NOT NULL, submission TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (batch, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX batch_person_key ON batch_person (key);
CREATE TABLE batch_visit (
    batch TEXT NOT NULL, visit TEXT NOT NULL, submission TEXT NOT NULL, earlier TEXT NOT NULL,
    PRIMARY KEY (batch, visit, earlier)
) WITHOUT ROWID, STRICT;
CREATE INDEX batch_visit_visit ON batch_visit (visit);
CREATE TABLE batch_revoked (
    id TEXT PRIMARY KEY, batch TEXT NOT NULL, reason TEXT NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL,
    author TEXT NOT NULL
) STRICT;
CREATE INDEX batch_revoked_batch ON batch_revoked (batch);
CREATE TABLE feedback (
    id TEXT PRIMARY KEY, arrival INTEGER NOT NULL, batch TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    rejected INTEGER NOT NULL, accepted INTEGER NOT NULL, unmatched INTEGER NOT NULL, wall TEXT NOT NULL,
    clock INTEGER NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE INDEX feedback_batch ON feedback (batch);
CREATE TABLE feedback_person (
    feedback TEXT NOT NULL, batch TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (feedback, batch, key)
) WITHOUT ROWID, STRICT
"""

_TABLES = ("batch", "batch_person", "batch_visit", "batch_revoked", "feedback", "feedback_person")


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.body is None:
        return
    body, envelope = fact.body, fact.envelope
    if fact.kind == "batch":
        _take_batch(connection, fact)
    elif fact.kind == "revoke":
        connection.execute(
            "INSERT INTO batch_revoked VALUES (?, ?, ?, ?, ?, ?)",
            (fact.id, body["batch"], body["reason"], envelope.wall, envelope.clock, envelope.author),
        )
    elif fact.kind == "feedback":
        connection.execute(
            "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                fact.id, fact.arrival, body["batch"], body["file"], body["sha256"], len(body["rejected"]),
                body["accepted"], body["unmatched"], envelope.wall, envelope.clock, envelope.author,
            ),
        )  # fmt: skip
        rejected = [(fact.id, body["batch"], key) for key in body["rejected"]]
        connection.executemany("INSERT OR IGNORE INTO feedback_person VALUES (?, ?, ?)", rejected)


def _take_batch(connection: Connection, fact: Fact) -> None:
    assert fact.body is not None
    body, envelope, of = fact.body, fact.envelope, fact.body["format"]
    connection.execute(
        f"INSERT INTO batch VALUES ({', '.join('?' * 15)})",
        (
            fact.id, fact.arrival, body["number"], of["name"], of["title"], of["version"], of["sha256"], body["rows"],
            body["left_out"], encoded(body["files"]), encoded(body["included"]), body["head"]["digest"],
            envelope.wall, envelope.clock, envelope.author,
        ),
    )  # fmt: skip
    people = (
        (fact.id, key, visit, submission, digest)
        for _n, (_file, _row, key, _person, _people, visit, submission, digest, *_) in pieces(
            connection, fact.arrival, "row"
        )
    )
    # of a person in several rows the first: all of them bear the person's digest
    connection.executemany("INSERT OR IGNORE INTO batch_person VALUES (?, ?, ?, ?, ?)", people)
    visits = [
        (fact.id, visit, submission, batch)
        for visit, submission, earlier in body["visits"]
        for batch in (earlier or [""])
    ]
    connection.executemany("INSERT OR IGNORE INTO batch_visit VALUES (?, ?, ?, ?)", visits)


_OF_VISIT = "(SELECT {area} FROM main.visit v WHERE v.id = {table}.visit)"
_WHOLE_COUNTY = "''"

BATCHES = View(
    name="batches",
    version=1,
    tables=_TABLES,
    schema=_SCHEMA,
    apply=_apply,
    areas={
        "batch": _WHOLE_COUNTY,
        "batch_person": _OF_VISIT.format(area=placed("v"), table="batch_person"),
        "batch_visit": _OF_VISIT.format(area=placed("v"), table="batch_visit"),
        "feedback": _WHOLE_COUNTY,
        "feedback_person": _WHOLE_COUNTY,
    },
)
