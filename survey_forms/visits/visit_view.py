"""The view of visits: each one's household, its answers in the order of clocks, its steps, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from casebook.people.names import read_name
from casebook.store.areas import placed
from casebook.store.facts import Fact, decoded, envelope_of
from casebook.store.lists import initials_of
from casebook.store.sources import undone_targets
from casebook.store.sqlite import Connection
from casebook.store.views import View
from casebook.store.who import known_by_id
from survey_forms.filling.op import OpKind
from survey_forms.visits.concurrent import Entered, clashes, in_a_row, knowledge, not_handed_in, told
from survey_forms.visits.standing import Standing, Step, standing
from survey_forms.visits.states import FILLABLE

_SCHEMA = """
CREATE TABLE visit (
    id TEXT PRIMARY KEY, arrival INTEGER NOT NULL, form TEXT NOT NULL, round TEXT NOT NULL, plan TEXT NOT NULL,
    township TEXT NOT NULL, village TEXT NOT NULL, household TEXT NOT NULL, head TEXT NOT NULL,
    people INTEGER NOT NULL, asks INTEGER NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL, author TEXT NOT NULL,
    state TEXT NOT NULL, assigned TEXT NOT NULL, answered INTEGER NOT NULL, submission TEXT NOT NULL,
    submitted_by TEXT NOT NULL, passed_by TEXT NOT NULL, returned TEXT NOT NULL, reason TEXT NOT NULL,
    conflict INTEGER NOT NULL, gone INTEGER NOT NULL, updated TEXT NOT NULL
) STRICT;
CREATE INDEX visit_place ON visit (township, village, household);
CREATE INDEX visit_arrival ON visit (arrival);
CREATE INDEX visit_plan ON visit (plan);
CREATE INDEX visit_household ON visit (household);
CREATE TABLE visit_person (
    visit TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, initials TEXT NOT NULL,
    PRIMARY KEY (visit, person)
) WITHOUT ROWID, STRICT;
CREATE INDEX visit_person_person ON visit_person (person);
CREATE INDEX visit_person_name ON visit_person (name_key);
CREATE INDEX visit_person_initials ON visit_person (initials);
CREATE TABLE visit_ask (visit TEXT NOT NULL, ask TEXT NOT NULL, PRIMARY KEY (visit, ask)) WITHOUT ROWID, STRICT;
CREATE INDEX visit_ask_ask ON visit_ask (ask);
CREATE TABLE visit_op (
    fact TEXT PRIMARY KEY, visit TEXT NOT NULL, clock INTEGER NOT NULL, arrival INTEGER NOT NULL, op TEXT NOT NULL,
    ref TEXT NOT NULL, filled INTEGER NOT NULL, instance TEXT NOT NULL, wall TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX visit_op_instance ON visit_op (instance) WHERE instance <> '';
CREATE INDEX visit_op_visit ON visit_op (visit, clock, fact);
CREATE TABLE visit_step (
    fact TEXT NOT NULL, visit TEXT NOT NULL, clock INTEGER NOT NULL, arrival INTEGER NOT NULL, kind TEXT NOT NULL,
    step TEXT NOT NULL, at TEXT NOT NULL, submission TEXT NOT NULL, text TEXT NOT NULL, parents TEXT NOT NULL,
    instance TEXT NOT NULL, wall TEXT NOT NULL, author TEXT NOT NULL, PRIMARY KEY (fact, visit)
) WITHOUT ROWID, STRICT;
CREATE INDEX visit_step_visit ON visit_step (visit, clock, fact);
CREATE INDEX visit_step_instance ON visit_step (instance);
CREATE TABLE visit_revoked (
    fact TEXT PRIMARY KEY, batch TEXT NOT NULL, reason TEXT NOT NULL, clock INTEGER NOT NULL, wall TEXT NOT NULL,
    author TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE visit_clash (
    visit TEXT NOT NULL, sort TEXT NOT NULL, ref TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (visit, sort, ref)
) WITHOUT ROWID, STRICT;
CREATE TABLE visit_withdrawn (target TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
CREATE TABLE visit_touched (visit TEXT PRIMARY KEY) WITHOUT ROWID, STRICT
"""

_TABLES = (
    "visit", "visit_person", "visit_ask", "visit_op", "visit_step", "visit_revoked", "visit_clash", "visit_withdrawn",
    "visit_touched",
)  # fmt: skip

_WORK = ("answer", "add", "remove", "put", "remark", "reason")
"""Operations that make a draft; opening a form and leaving it do not."""


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.body is None:
        return
    if fact.kind == "undo":
        visits: list[str] = undone_targets(fact)
        connection.executemany("INSERT OR IGNORE INTO visit_withdrawn VALUES (?)", [(target,) for target in visits])
    elif fact.kind == "batch":
        visits = _take_batch(connection, fact, fact.body)
    elif fact.kind == "revoke":
        visits = _take_revoke(connection, fact, fact.body)
    elif (take := _TAKE.get(fact.kind)) is not None:
        visits = [take(connection, fact, fact.body)]
    else:
        return
    connection.executemany("INSERT OR IGNORE INTO visit_touched VALUES (?)", [(visit,) for visit in visits])


def _place_touched(connection: Connection) -> None:
    """Work out where the visits stand that facts came for: once, for a packet brings hundreds of answers to each."""
    for (visit,) in connection.execute("SELECT visit FROM visit_touched").fetchall():
        _place(connection, visit)
    connection.execute("DELETE FROM visit_touched")


def _take_visit(connection: Connection, fact: Fact, body: Any) -> str:
    envelope, household = fact.envelope, body["household"]
    now = Standing()
    connection.execute(
        f"INSERT INTO visit VALUES ({', '.join('?' * 25)})",
        (
            fact.id, fact.arrival, body["form"], body.get("round", ""), body.get("plan", ""), household["township"],
            household["village"], household["code"], household["head"], len(body["people"]), len(body["asks"]),
            envelope.wall, envelope.clock, envelope.author, now.state, now.assigned, 0, now.submission,
            now.submitted_by, now.passed_by, now.returned, "", 0, 0, envelope.wall,
        ),
    )  # fmt: skip
    people = []
    for one in body["people"]:
        key = read_name(one["name"]).text
        people.append((fact.id, one["person"], one["name"], key, initials_of(key)))
    connection.executemany("INSERT OR IGNORE INTO visit_person VALUES (?, ?, ?, ?, ?)", people)
    connection.executemany("INSERT OR IGNORE INTO visit_ask VALUES (?, ?)", [(fact.id, ask) for ask in body["asks"]])
    return fact.id


def _take_answer(connection: Connection, fact: Fact, body: Any) -> str:
    envelope, ref, value = fact.envelope, body.get("ref", ""), body.get("value", "")
    if not _is_change(body) or not (body["op"] in ("start", "left") or _is_change(body.get("undo"))):
        return str(body["visit"])  # of another program: it can't be filled in
    filled = int(body["op"] == "answer" and value != "")
    connection.execute(
        "INSERT INTO visit_op VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fact.id, body["visit"], envelope.clock, fact.arrival, body["op"], ref, filled, body.get("instance", ""),
            envelope.wall,
        ),
    )
    return str(body["visit"])


_OPS = frozenset(get_args(OpKind))


def _is_change(told: Any) -> bool:
    """Whether what a fact says of a change is of the shape that a form takes."""
    if not isinstance(told, dict) or told.get("op") not in _OPS:
        return False
    also = told.get("also")
    pairs = also if isinstance(also, list) else [None]
    texts = [told.get("ref"), told.get("value"), *(told.get(name, "") for name in ("undoes", "redoes", "instance"))]
    return all(isinstance(text, str) for text in texts) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair) for pair in pairs
    )


def _take_step(connection: Connection, fact: Fact, body: Any) -> str:
    envelope = fact.envelope
    connection.execute(
        "INSERT INTO visit_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fact.id, body["visit"], envelope.clock, fact.arrival, fact.kind, body.get("step", ""), body.get("at", ""),
            body.get("submission", ""), body.get("to", body.get("reason", "")), json.dumps(envelope.parents),
            body.get("instance", ""), envelope.wall, envelope.author,
        ),
    )  # fmt: skip
    return str(body["visit"])


def _take_batch(connection: Connection, fact: Fact, body: Any) -> list[str]:
    """The visits that are handed in with a batch (批次)."""
    envelope = fact.envelope
    connection.executemany(
        "INSERT OR IGNORE INTO visit_step VALUES (?, ?, ?, ?, 'batch', '', '', ?, ?, ?, '', ?, ?)",
        [
            (
                fact.id, visit, envelope.clock, fact.arrival, submission, str(body["number"]), json.dumps(earlier),
                envelope.wall, envelope.author,
            )
            for visit, submission, earlier in body["visits"]
        ],
    )  # fmt: skip
    return [visit for visit, _submission, _earlier in body["visits"]]


def _take_revoke(connection: Connection, fact: Fact, body: Any) -> list[str]:
    """The visits that a revoked batch had, or a later one that rests on it."""
    envelope, batch = fact.envelope, body["batch"]
    connection.execute(
        "INSERT INTO visit_revoked VALUES (?, ?, ?, ?, ?, ?)",
        (fact.id, batch, body["reason"], envelope.clock, envelope.wall, envelope.author),
    )
    rows = connection.execute(
        "SELECT DISTINCT visit FROM visit_step WHERE kind = 'batch' AND (fact = ?1 OR instr(parents, ?1))", (batch,)
    )
    return [visit for (visit,) in rows]


_TAKE: dict[str, Callable[[Connection, Fact, Any], str]] = {
    "visit": _take_visit,
    "answer": _take_answer,
    "assignment": _take_step,
    "submission": _take_step,
    "review": _take_step,
}


def _place(connection: Connection, visit: str) -> None:
    """Work out anew where a visit stands; nothing for one that is not here yet."""
    row = connection.execute("SELECT clock, id, wall FROM visit WHERE id = ?", (visit,)).fetchone()
    if row is None:
        return
    steps, last = [], [row]
    for clock, wall, *values, parents in connection.execute(
        "SELECT clock, wall, fact, kind, step, at, submission, text, author, parents FROM visit_step "
        "WHERE visit = ? ORDER BY clock, fact",
        (visit,),
    ):
        values.append(tuple(json.loads(parents)))
        steps.append(Step(*values))
        last.append((clock, steps[-1].fact, wall))
    op = connection.execute(
        "SELECT clock, fact, wall FROM visit_op WHERE visit = ? ORDER BY clock DESC, fact DESC LIMIT 1", (visit,)
    ).fetchone()
    worked, answered = _work(connection, visit) if op else (False, 0)
    revoked = [batch for (batch,) in connection.execute("SELECT DISTINCT batch FROM visit_revoked")]
    now = standing(steps, worked, revoked)
    reason = _reason(steps, now)
    clashing = _take_clashes(connection, visit, now)
    withdrawn = connection.execute("SELECT 1 FROM visit_withdrawn WHERE target = ?", (visit,)).fetchone() is not None
    # whoever worked on it did not know that it was taken back: nothing entered is lost
    gone = withdrawn and not worked and not now.submission
    updated = max([*last, op] if op else last)[2]
    connection.execute(
        "UPDATE visit SET state = ?, assigned = ?, answered = ?, submission = ?, submitted_by = ?, passed_by = ?, "
        "returned = ?, reason = ?, conflict = ?, gone = ?, updated = ? WHERE id = ?",
        (
            now.state, now.assigned, answered, now.submission, now.submitted_by, now.passed_by, now.returned, reason,
            int(now.conflict or clashing), int(gone), updated, visit,
        ),
    )  # fmt: skip


def _take_clashes(connection: Connection, visit: str, now: Standing) -> bool:
    """Keep what machines that did not know of each other entered differently; whether there is anything."""
    connection.execute("DELETE FROM visit_clash WHERE visit = ?", (visit,))
    machines = connection.execute(
        "SELECT DISTINCT e.device FROM visit_op o JOIN envelope e USING (arrival) WHERE o.visit = ? LIMIT 2", (visit,)
    ).fetchall()
    if len(machines) < 2:
        return False
    entered = entered_into(connection, visit)
    masks = knowledge(entered)
    found = [] if in_a_row(masks) else clashes(entered, masks)
    if now.submission and now.state not in FILLABLE:
        handed_in = fact_body(connection, now.submission).get("answers")
        if handed_in is not None:  # an earlier release handed in all that was there
            found += not_handed_in(entered, masks, handed_in)
    rows = [(visit, clash.sort, clash.ref, json.dumps(clash.facts)) for clash in found]
    connection.executemany("INSERT OR IGNORE INTO visit_clash VALUES (?, ?, ?, ?)", rows)
    return bool(rows)


def entered_into(connection: Connection, visit: str) -> list[Entered]:
    """Everything entered into a visit, in the order of clocks, with what was known then."""
    rows = connection.execute(
        "SELECT o.fact, e.device, e.parents, b.content, o.instance <> '' FROM visit_op o "
        "JOIN envelope e USING (arrival) JOIN body b USING (arrival) WHERE o.visit = ? ORDER BY o.clock, o.fact",
        (visit,),
    )
    return told(
        [(fact, device, json.loads(parents), decoded(body), phone) for fact, device, parents, body, phone in rows]
    )


def _reason(steps: Sequence[Step], now: Standing) -> str:
    """Why a visit was sent back, '' when it was not: what the review says, and what the province says besides."""
    if not now.returned:
        return ""
    told = (
        step.text
        for step in steps
        if step.fact == now.returned
        or (step.step == "return" and step.at == "reported" and step.submission == now.submission)
    )
    return "；".join(dict.fromkeys(told))


def _work(connection: Connection, visit: str) -> tuple[bool, int]:
    """Whether anything was entered, and how many questions have an answer."""
    marks = ", ".join("?" * len(_WORK))
    worked = connection.execute(
        f"SELECT 1 FROM visit_op WHERE visit = ? AND op IN ({marks}) LIMIT 1", (visit, *_WORK)
    ).fetchone()
    (answered,) = connection.execute(
        "SELECT count(*) FROM (SELECT filled, max(printf('%020d', clock) || fact) FROM visit_op "
        "WHERE visit = ? AND op = 'answer' GROUP BY ref) WHERE filled",
        (visit,),
    ).fetchone()
    return worked is not None, int(answered)


def visit_fact(connection: Connection, visit: str) -> Any:
    """The body of a visit's own fact. Raises LookupError when it is not on this machine."""
    return fact_body(connection, visit)


def fact_body(connection: Connection, identity: str) -> Any:
    """The body of a fact. Raises LookupError when it is not on this machine."""
    row = connection.execute(
        "SELECT b.content FROM envelope e JOIN body b USING (arrival) WHERE e.id = ?", (identity,)
    ).fetchone()
    if row is None:
        raise LookupError(identity)
    return decoded(row[0])


def ops_of(connection: Connection, visit: str, submission: str = "") -> list[Fact]:
    """Everything entered into a visit, in the order of clocks: the `answer` facts. With one of its submissions only
    what was entered before it."""
    rows = connection.execute(
        "SELECT e.arrival, e.id, e.device, e.seq, e.prev, e.kind, e.version, e.area, e.parents, e.wall, e.clock, "
        "e.author, e.body_digest, b.content FROM visit_op o JOIN envelope e ON e.arrival = o.arrival "
        "JOIN body b ON b.arrival = o.arrival LEFT JOIN visit_step s ON s.fact = ?2 "
        "WHERE o.visit = ?1 AND (s.clock IS NULL OR o.clock < s.clock) ORDER BY o.clock, o.fact",
        (visit, submission),
    )
    return [Fact(arrival, envelope_of(envelope), decoded(content)) for arrival, *envelope, content in rows]


def _disputes(connection: Connection) -> Iterator[tuple[str, str]]:
    yield from (("visit", visit) for (visit,) in connection.execute("SELECT id FROM visit WHERE conflict AND NOT gone"))


def _about(connection: Connection, people: frozenset[str]) -> Iterator[str]:
    from survey_forms.erasing import spots  # it knows forms

    return (spot.fact for spot in spots(connection, known_by_id(people)) if spot.told)


VISITS = View(
    name="visits",
    version=6,
    tables=_TABLES,
    schema=_SCHEMA,
    apply=_apply,
    finish=_place_touched,
    areas={"visit": placed()}
    | {
        table: f"(SELECT {placed('v')} FROM main.visit v WHERE v.id = {table}.visit)"
        for table in ("visit_person", "visit_ask", "visit_op", "visit_step", "visit_clash")
    },
    disputes=_disputes,
    about=_about,
)
