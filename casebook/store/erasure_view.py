"""The view of who was erased (删除个人信息): when, by whom, why; of the person the id alone."""

from __future__ import annotations

from casebook.store.facts import Fact
from casebook.store.sqlite import Connection
from casebook.store.views import View

KIND = "erase"

_SCHEMA = """
CREATE TABLE erasure (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, reason TEXT NOT NULL, document TEXT NOT NULL, facts INTEGER NOT NULL,
    wall TEXT NOT NULL, clock INTEGER NOT NULL, author TEXT NOT NULL, area TEXT NOT NULL
) STRICT;
CREATE TABLE erased_person (person TEXT NOT NULL, erasure TEXT NOT NULL, PRIMARY KEY (person, erasure)) STRICT
"""


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind != KIND or fact.body is None:
        return
    body, envelope = fact.body, fact.envelope
    connection.execute(
        "INSERT INTO erasure VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fact.id, body["person"], body["reason"], body["order"], len(body["facts"]), envelope.wall, envelope.clock,
            envelope.author, envelope.area,
        ),
    )  # fmt: skip
    people = [(person, fact.id) for person in body["people"]]
    connection.executemany("INSERT OR IGNORE INTO erased_person VALUES (?, ?)", people)


ERASURES = View(
    name="erasures", version=1, tables=("erasure", "erased_person"), schema=_SCHEMA, apply=_apply,
    areas={
        "erasure": "area",
        "erased_person": "(SELECT e.area FROM main.erasure e WHERE e.id = erased_person.erasure)",
    },
)  # fmt: skip
