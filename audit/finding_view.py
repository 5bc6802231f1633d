"""The view of the current findings and of what was decided about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from audit.placing import place_findings
from audit.province import PROVINCE_SCHEMA, PROVINCE_TABLES, listed_rows, take_feedback
from audit.questions import LINK, PROVINCE, subject_of
from casebook.people.asks import replaced, sent_back
from casebook.people.names import read_name
from casebook.store.areas import placed
from casebook.store.facts import Fact, encoded, fact_by_id, pieces
from casebook.store.lists import initials_of
from casebook.store.sources import undone_targets
from casebook.store.sqlite import Connection
from casebook.store.views import View
from casebook.store.who import known_by_id

_SCHEMA = """
CREATE TABLE audit_run (
    id TEXT PRIMARY KEY, arrival INTEGER NOT NULL, clock INTEGER NOT NULL, wall TEXT NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE TABLE decision (
    id TEXT PRIMARY KEY, question TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
    verdict INTEGER NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, document TEXT NOT NULL, basis BLOB NOT NULL,
    batch TEXT NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE INDEX decision_subject ON decision (subject);
CREATE INDEX decision_batch ON decision (batch);
CREATE TABLE decision_parent (
    parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)
) WITHOUT ROWID, STRICT;
CREATE INDEX decision_child ON decision_parent (child);
CREATE TABLE decision_person (
    person TEXT NOT NULL, side TEXT NOT NULL, decision TEXT NOT NULL, PRIMARY KEY (person, side, decision)
) WITHOUT ROWID, STRICT;
CREATE INDEX decision_person_decision ON decision_person (decision);
CREATE TABLE countersign (id TEXT PRIMARY KEY, decision TEXT NOT NULL, author TEXT NOT NULL, wall TEXT NOT NULL) STRICT;
CREATE INDEX countersign_decision ON countersign (decision);
CREATE TABLE visited (
    decision TEXT NOT NULL, submission TEXT NOT NULL, PRIMARY KEY (decision, submission)
) WITHOUT ROWID, STRICT;
CREATE INDEX visited_submission ON visited (submission);
CREATE TABLE visited_back (submission TEXT PRIMARY KEY) STRICT;
CREATE TABLE withdrawn (target TEXT PRIMARY KEY) STRICT;
CREATE TABLE finding_run (
    run TEXT PRIMARY KEY, arrival INTEGER NOT NULL, roster TEXT NOT NULL, registry TEXT NOT NULL
) STRICT;
CREATE TABLE finding (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, subject TEXT NOT NULL, question TEXT NOT NULL, kind TEXT NOT NULL,
    severity TEXT NOT NULL, township TEXT NOT NULL, village TEXT NOT NULL, household TEXT NOT NULL,
    name TEXT NOT NULL, name_key TEXT NOT NULL, initials TEXT NOT NULL, score REAL, review INTEGER NOT NULL,
    office TEXT NOT NULL, wrong TEXT NOT NULL, pair TEXT NOT NULL, basis BLOB NOT NULL, link_basis BLOB NOT NULL,
    status TEXT NOT NULL, verdict INTEGER, decision TEXT, because BLOB
) STRICT;
CREATE INDEX finding_status ON finding (status, id);
CREATE INDEX finding_subject ON finding (subject);
CREATE INDEX finding_household ON finding (household);
CREATE INDEX finding_key ON finding (key);
CREATE TABLE finding_person (
    person TEXT NOT NULL, side TEXT NOT NULL, finding INTEGER NOT NULL, PRIMARY KEY (person, side, finding)
) WITHOUT ROWID, STRICT;
CREATE INDEX finding_person_finding ON finding_person (finding);
CREATE TABLE evidence (
    person TEXT NOT NULL, list TEXT NOT NULL, source TEXT NOT NULL, sheet TEXT NOT NULL, sheet_row INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_person ON evidence (person);
""" + PROVINCE_SCHEMA

_TABLES = (
    "audit_run", "decision", "decision_parent", "decision_person", "countersign", "visited", "visited_back",
    "withdrawn", "finding_run", "finding", "finding_person", "evidence", *PROVINCE_TABLES,
)  # fmt: skip


def current_run(connection: Connection) -> Fact | None:
    """The run that counts: the newest that was not undone."""
    identity = _current(connection)
    return fact_by_id(connection, identity) if identity else None


def _current(connection: Connection) -> str:
    """Its id, '' for none."""
    row = connection.execute(
        "SELECT id FROM audit_run WHERE id NOT IN (SELECT target FROM withdrawn) ORDER BY clock DESC, id DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else ""


def shown_run(connection: Connection) -> str:
    """What the numbers of the findings that the view holds hang on: the run, '' for none, and what the province sent
    back, if anything."""
    # main: the same for everybody, whatever places they see
    sent_back = connection.execute("SELECT count(DISTINCT subject) FROM main.province_row").fetchone()[0]
    return f"{_listed(connection)}+{sent_back}" if sent_back else _listed(connection)


def _listed(connection: Connection) -> str:
    """The run whose findings the view holds, '' for none."""
    row = connection.execute("SELECT run FROM finding_run").fetchone()
    return row[0] if row else ""


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.body is None:
        return
    if fact.kind == "run":
        envelope = fact.envelope
        connection.execute(
            "INSERT INTO audit_run VALUES (?, ?, ?, ?, ?)",
            (fact.id, fact.arrival, envelope.clock, envelope.wall, envelope.author),
        )
    elif fact.kind == "decision":
        _take_decision(connection, fact)
        place_findings(connection, [fact.id])
    elif fact.kind == "countersign":
        values = (fact.id, fact.body["decision"], fact.envelope.author, fact.envelope.wall)
        connection.execute("INSERT INTO countersign VALUES (?, ?, ?, ?)", values)
        place_findings(connection, [fact.body["decision"]])
    elif fact.kind == "submission":
        answered = [(one["ask"], fact.id) for one in fact.body["asks"]]
        connection.executemany("INSERT OR IGNORE INTO visited VALUES (?, ?)", answered)
        place_findings(connection, [decision for decision, _submission in answered])
        _take_back(connection, replaced(fact))
    elif fact.kind == "feedback":
        take_feedback(connection, fact)
    elif sent_back(fact):
        _take_back(connection, (fact.body["submission"],))
    elif targets := undone_targets(fact):
        connection.executemany("INSERT OR IGNORE INTO withdrawn VALUES (?)", [(target,) for target in targets])
        place_findings(connection, [*targets, *_signed_by(connection, targets)])


def _take_back(connection: Connection, submissions: Iterable[str]) -> None:
    """What these submissions answered counts no more: they were sent back, or others are in their place."""
    for submission in submissions:
        connection.execute("INSERT OR IGNORE INTO visited_back VALUES (?)", (submission,))
        rows = connection.execute("SELECT decision FROM visited WHERE submission = ?", (submission,)).fetchall()
        place_findings(connection, [decision for (decision,) in rows])


def _signed_by(connection: Connection, countersigns: list[str]) -> list[str]:
    """The decisions that these second signatures are under."""
    sql = "SELECT decision FROM countersign WHERE id = ?"
    return [decision for one in countersigns for (decision,) in connection.execute(sql, (one,))]


def _take_decision(connection: Connection, fact: Fact) -> None:
    assert fact.body is not None
    body, envelope = fact.body, fact.envelope
    connection.execute(
        "INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fact.id, body["question"], body["subject"], body["kind"], body.get("severity", "A"), body["verdict"],
            body.get("value", ""), body.get("reason", ""), body.get("document", ""), encoded(body["basis"]),
            body.get("batch", ""), envelope.wall, envelope.clock, envelope.author,
        ),
    )  # fmt: skip
    parents = [(parent, fact.id) for parent in envelope.parents]
    connection.executemany("INSERT OR IGNORE INTO decision_parent VALUES (?, ?)", parents)
    people = [(person, side, fact.id) for side, persons in body["people"].items() for person in persons]
    connection.executemany("INSERT INTO decision_person VALUES (?, ?, ?)", people)


def _list_anew(connection: Connection) -> None:
    """Fill `finding` with the findings of the current run, if that is another one than before, and with what the
    province sent back."""
    of_another_run = _current(connection) != _listed(connection)
    if of_another_run:
        _list_run(connection)
    if of_another_run or connection.execute("SELECT 1 FROM province_changed").fetchone():
        _list_province(connection)


def _list_province(connection: Connection) -> None:
    connection.execute("DELETE FROM finding WHERE id < 0")
    connection.execute("DELETE FROM finding_person WHERE finding < 0")
    connection.execute("DELETE FROM province_changed")
    rows = listed_rows(connection)
    _fill(connection, ((n - len(rows), told) for n, told in enumerate(rows)))
    decided = connection.execute("SELECT id FROM decision WHERE question = ?", (PROVINCE,)).fetchall()
    place_findings(connection, [identity for (identity,) in decided])


def _list_run(connection: Connection) -> None:
    run = current_run(connection)
    for table in ("finding_run", "finding", "finding_person", "evidence"):
        connection.execute(f"DELETE FROM {table}")
    if run is None:
        return
    assert run.body is not None
    sources = run.body["sources"]
    values = (run.id, run.arrival, sources["roster"], sources["registry"])
    connection.execute("INSERT INTO finding_run VALUES (?, ?, ?, ?)", values)
    _fill(connection, ((n + 1, told) for n, told in _of_run(connection, run)))
    found = (values[:5] for _n, values in pieces(connection, run.arrival, "evidence"))
    connection.executemany("INSERT INTO evidence VALUES (?, ?, ?, ?, ?)", found)
    decided = [identity for (identity,) in connection.execute("SELECT id FROM decision")]
    place_findings(connection, decided)


def _of_run(connection: Connection, run: Fact) -> Iterator[tuple[int, Any]]:
    """The findings of a run but those about people who were erased since."""
    return ((n, told) for n, told in pieces(connection, run.arrival, "finding") if not told.get("erased"))


def _fill(connection: Connection, findings: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Put findings with their numbers into the view, all open."""
    rows, people = [], []
    for number, told in findings:
        rows.append(_row(number, told))
        people += [(person, side, number) for side, persons in told["people"].items() for person in persons]
    marks = ", ".join("?" * 23)
    connection.executemany(f"INSERT INTO finding VALUES ({marks})", rows)
    connection.executemany("INSERT OR IGNORE INTO finding_person VALUES (?, ?, ?)", people)


def _row(identity: int, told: dict[str, Any]) -> tuple[Any, ...]:
    name = told.get("name", "")
    key = read_name(name).text
    return (
        identity, told["key"], told["subject"], told["question"], told["kind"], told["severity"],
        told.get("township", ""), told.get("village", ""), told.get("household", ""), name, key, initials_of(key),
        told.get("score"), int(told["state"] == "review"), told["office"], told["wrong"],
        subject_of_link(told["pair"]), encoded(told["basis"]), encoded(told["link_basis"]), "open", None, None, None,
    )  # fmt: skip


def subject_of_link(pair: list[str]) -> str:
    """The subject of the question whether registry person and roster person are one; '' for no pair."""
    return subject_of(LINK, [pair[1]], [pair[0]]) if pair else ""


def _about(connection: Connection, people: frozenset[str]) -> Iterator[str]:
    from audit.erasing import spots

    return (spot.fact for spot in spots(connection, known_by_id(people)) if spot.told)


def _disputes(connection: Connection) -> Iterator[tuple[str, str]]:
    rows = connection.execute("SELECT DISTINCT subject FROM finding WHERE status = 'conflict'")
    yield from (("finding", subject) for (subject,) in rows)


_OF_DECISION = "(SELECT e.area FROM main.envelope e WHERE e.id = {decision})"

FINDINGS = View(
    name="findings",
    version=5,
    tables=_TABLES,
    schema=_SCHEMA,
    apply=_apply,
    finish=_list_anew,
    about=_about,
    areas={
        "decision": _OF_DECISION.format(decision="decision.id"),
        "decision_person": _OF_DECISION.format(decision="decision_person.decision"),
        "finding": placed(),
        "finding_person": f"(SELECT {placed('f')} FROM main.finding f WHERE f.id = finding_person.finding)",
        "evidence": f"(SELECT {placed('l')} FROM main.listed l WHERE l.person = evidence.person)",
        "province_row": f"(SELECT {placed('f')} FROM main.finding f WHERE f.subject = province_row.subject)",
    },
    pieces={
        "finding": f"(SELECT {placed('f')} FROM main.finding_run r CROSS JOIN main.finding f ON f.id = piece.n + 1 "
        "WHERE r.arrival = piece.arrival)",
    },
    disputes=_disputes,
)
