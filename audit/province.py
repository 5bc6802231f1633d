"""What the province sends back (省退回) as findings: one for each person of each feedback file, whatever run counts.

A feedback fact's piece `row` tells of one person: key, list people, visit, submission, name, place, and the messages
with what was sent. Its finding outlives every run; a later file asks anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from audit.findings import Cell, Side
from audit.kinds import KINDS
from audit.questions import PROVINCE
from audit.words import province_sentence
from casebook.store.facts import Fact, decoded, encoded, piece, pieces
from casebook.store.sqlite import Connection
from casebook.tables.fields import known_fields
from casebook.tables.table import column_letter, text_of
from casebook.texts import Text, from_json, to_json

KIND = "province_error"

PROVINCE_TABLES = ("province_row", "province_changed")
PROVINCE_SCHEMA = """
CREATE TABLE province_row (
    subject TEXT NOT NULL, feedback TEXT NOT NULL, clock INTEGER NOT NULL, told BLOB NOT NULL,
    PRIMARY KEY (subject, feedback)
) WITHOUT ROWID, STRICT;
CREATE TABLE province_changed (feedback TEXT PRIMARY KEY) WITHOUT ROWID, STRICT
"""


@dataclass(frozen=True, slots=True)
class SentBack:
    """One message of the province, in its words: which column it is about ('' where it does not say), and what was sent
    there."""

    message: str
    title: str
    sent: str


def take_feedback(connection: Connection, fact: Fact) -> None:
    """Keep what a feedback says of people; nothing where its pieces are not on this machine."""
    assert fact.body is not None
    rows = [
        (subject_of_person(fact.body, told["key"]), fact.id, fact.envelope.clock, encoded(_told(fact.body, told)))
        for _n, told in pieces(connection, fact.arrival, "row")
        if not told.get("erased")
    ]
    connection.executemany("INSERT OR IGNORE INTO province_row VALUES (?, ?, ?, ?)", rows)
    connection.execute("INSERT OR IGNORE INTO province_changed VALUES (?)", (fact.id,))


def subject_of_person(body: Any, key: str) -> str:
    """The key of the question that a feedback puts about a person: the same when two devices read the same file."""
    return sha256("\x1e".join((PROVINCE, body["batch"], body["sha256"], key)).encode()).hexdigest()[:24]


def _told(body: Any, person: Any) -> dict[str, Any]:
    """A person's row as findings of a run are stored. Its answer rests on what was sent, which never changes."""
    people: dict[str, list[str]] = {"roster": [], "registry": []}
    for side, identity in person["people"]:
        people[side].append(identity)
    if not person["people"]:  # added at the door: no list has this person
        people["roster"].append(person["key"])
    messages = [
        [message.rstrip("。；;") if isinstance(message, str) else message, title, sent]
        for message, _field, title, sent in person["messages"]
    ]
    fields = [field for _message, field, _title, _sent in person["messages"] if field in known_fields().titles]
    subject = subject_of_person(body, person["key"])
    basis = [
        [side, one, "sent", "\n".join(f"{title}：{sent}" for _message, title, sent in messages)]
        for side, persons in people.items()
        for one in persons
    ]
    return {
        "key": subject, "kind": KIND, "severity": KINDS[KIND].severity, "field": fields[0] if fields else "",
        "wrong": "unknown", "state": "auto", "office": KINDS[KIND].office, "township": person["township"],
        "village": person["village"], "household": person["household"], "name": person["name"],
        "sentence": to_json(province_sentence(body["number"], [said(message) for message, *_rest in messages])),
        "action": KINDS[KIND].action, "question": PROVINCE, "subject": subject, "people": people, "basis": basis,
        "pair": [], "link_basis": [], "messages": messages,
    }  # fmt: skip


def said(message: Any) -> Text | str:
    """A stored message: the province's own words, or a text of ours."""
    return message if isinstance(message, str) else from_json(message)


def listed_rows(connection: Connection) -> list[dict[str, Any]]:
    """Everyone sent back, each once a file, household by household."""
    found: dict[str, dict[str, Any]] = {}
    for subject, told in connection.execute("SELECT subject, told FROM province_row ORDER BY clock, feedback"):
        if subject not in found:  # two devices read the same file: the earlier one
            found[subject] = decoded(told)
    return sorted(found.values(), key=lambda one: (one["township"], one["village"], one["household"], one["subject"]))


def is_of_province(finding: int) -> bool:
    """Whether the number of a finding is one of these: they stand before those of the run, below zero."""
    return finding < 0


def stored_row(connection: Connection, finding: int) -> dict[str, Any] | None:
    """A finding of the province as it is stored, with the cells that the current lists have of its field."""
    row = connection.execute(
        "SELECT p.told FROM finding f JOIN province_row p USING (subject) WHERE f.id = ? ORDER BY p.clock, p.feedback",
        (finding,),
    ).fetchone()
    if row is None:
        return None
    told: dict[str, Any] = decoded(row[0])
    sides: tuple[Side, ...] = ("roster", "registry")
    for side in sides:
        cell = _cell(connection, side, told["people"][side], told["field"])
        if cell is not None:
            told[side] = [cell.row, cell.sheet, cell.number, cell.column, cell.header, cell.text]
            told[f"{side}_rows"] = [cell.row]
    return told


def messages_of(told: dict[str, Any]) -> tuple[SentBack, ...]:
    """What the province says of a stored finding; nothing of any other."""
    return tuple(SentBack(str(said(message)), title, sent) for message, title, sent in told.get("messages", ()))


def listed_source(connection: Connection, side: Side) -> tuple[int, str, Any] | None:
    """The list that counts now: arrival, file name, blocks."""
    row = connection.execute(
        "SELECT s.arrival, s.name, s.blocks FROM source_listed l JOIN source s ON s.id = l.source WHERE l.side = ?",
        (side,),
    ).fetchone()
    return (row[0], row[1], decoded(row[2])) if row else None


def _cell(connection: Connection, side: Side, people: Sequence[str], field: str) -> Cell | None:
    """The cell of a field in the first row of a person in the list that counts now."""
    source = listed_source(connection, side)
    row = _first_row(connection, side, people) if source is not None else None
    if source is None or row is None:
        return None
    index, sheet, number = row
    block, _number, _home, _person, values = piece(connection, source[0], "row", index)
    column = next((one for one in source[2][block]["columns"] if field and one["field"] == field), None)
    if column is None:
        return Cell(index, sheet, number, "", "", "")
    at = column["index"]
    text = text_of(values[at]) if at < len(values) else ""
    return Cell(index, sheet, number, column_letter(at), column["header"], text)


def _first_row(connection: Connection, side: Side, people: Iterable[str]) -> tuple[int, str, int] | None:
    for person in people:
        found = connection.execute(
            "SELECT row, sheet, sheet_row FROM listed WHERE side = ? AND person = ? ORDER BY row", (side, person)
        ).fetchone()
        if found is not None:
            return found[0], found[1], found[2]
    return None
