"""Asks (待问): what an auditor sends home with the visit, and what was answered there.

An ask is a decision「7入户核实」 that stands; its id is the decision's. Audit writes it and reads the answers as
evidence, a visit takes it along and answers it in what is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casebook.store.areas import placed
from casebook.store.blanking import ERASED
from casebook.store.facts import Fact, decoded, encoded
from casebook.store.sources import undone_targets
from casebook.store.sqlite import Connection
from casebook.store.views import View
from casebook.texts import Text, from_json

HANDLE = 6
"""Characters of an ask's id that are shown."""

_SCHEMA = """
CREATE TABLE ask (
    id TEXT PRIMARY KEY, township TEXT NOT NULL, village TEXT NOT NULL, household TEXT NOT NULL, name TEXT NOT NULL,
    field TEXT NOT NULL, roster TEXT NOT NULL, registry TEXT NOT NULL, kind TEXT NOT NULL, question BLOB NOT NULL,
    clock INTEGER NOT NULL
) STRICT;
CREATE TABLE ask_person (
    person TEXT NOT NULL, side TEXT NOT NULL, ask TEXT NOT NULL, PRIMARY KEY (person, side, ask)
) WITHOUT ROWID, STRICT;
CREATE INDEX ask_person_ask ON ask_person (ask);
CREATE TABLE ask_followed (
    parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)
) WITHOUT ROWID, STRICT;
CREATE TABLE ask_undone (target TEXT PRIMARY KEY) STRICT;
CREATE TABLE ask_answer (
    ask TEXT NOT NULL, submission TEXT NOT NULL, visit TEXT NOT NULL, answer TEXT NOT NULL, value TEXT NOT NULL,
    document TEXT NOT NULL, note TEXT NOT NULL, author TEXT NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL,
    PRIMARY KEY (ask, submission)
) STRICT;
CREATE TABLE answer_back (submission TEXT PRIMARY KEY) STRICT
"""

_TABLES = ("ask", "ask_person", "ask_followed", "ask_undone", "ask_answer", "answer_back")


@dataclass(frozen=True, slots=True)
class Ask:
    """`people` are (side, person id); `household` is the code in the list, '' where it has none; `field` as in
    casebook.tables.fields; `roster` and `registry` the texts of both cells, '' for none."""

    id: str
    people: tuple[tuple[str, str], ...]
    household: str
    township: str
    village: str
    name: str
    field: str
    roster: str
    registry: str
    kind: str
    question: Text

    @property
    def handle(self) -> str:
        return self.id[:HANDLE]


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """What a visit answered. `answer` is the code of the form's list (1 花名册对, 2 卫健对, 3 以证件为准, 4 两边都不对,
    5 核实不了), `wall` ISO UTC."""

    ask: str
    submission: str
    visit: str
    answer: str
    value: str
    document: str
    note: str
    author: str
    wall: str


def open_asks(connection: Connection) -> list[Ask]:
    """Every ask that stands: its decision neither undone nor followed by another; by place, then oldest first."""
    rows = connection.execute("SELECT id FROM ask ORDER BY township, village, household, clock, id").fetchall()
    every = (ask_of(connection, identity) for (identity,) in rows if stands(connection, identity))
    return [ask for ask in every if ask is not None and ask.name != ERASED]  # nobody is there to be asked


def ask_of(connection: Connection, identity: str) -> Ask | None:
    """An ask by id, open or not."""
    row = connection.execute(
        "SELECT household, township, village, name, field, roster, registry, kind, question FROM ask WHERE id = ?",
        (identity,),
    ).fetchone()
    if row is None:
        return None
    people = connection.execute(
        "SELECT side, person FROM ask_person WHERE ask = ? ORDER BY side DESC, person", (identity,)
    ).fetchall()
    values = (identity, tuple(people), *row[:-1], from_json(decoded(row[-1])))
    return Ask(*values)


def stands(connection: Connection, identity: str) -> bool:
    """Whether the decision behind an ask stands: not undone, and nothing that stands came after it."""
    if connection.execute("SELECT 1 FROM ask_undone WHERE target = ?", (identity,)).fetchone():
        return False
    later = connection.execute(
        "WITH RECURSIVE later (id) AS (SELECT child FROM ask_followed WHERE parent = ? "
        "UNION SELECT f.child FROM ask_followed f JOIN later ON f.parent = later.id) "
        "SELECT 1 FROM later WHERE id NOT IN (SELECT target FROM ask_undone) LIMIT 1",
        (identity,),
    ).fetchone()
    return later is None


def answers_to(connection: Connection, ask: str) -> list[AskAnswer]:
    """The answers to an ask that were handed in and neither sent back nor replaced since, oldest first."""
    rows = connection.execute(
        "SELECT ask, submission, visit, answer, value, document, note, author, wall FROM ask_answer "
        "WHERE ask = ? AND submission NOT IN (SELECT submission FROM answer_back) ORDER BY clock, submission",
        (ask,),
    )
    return [AskAnswer(*row) for row in rows]


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind == "decision":
        parents = [(parent, fact.id) for parent in fact.envelope.parents]
        connection.executemany("INSERT OR IGNORE INTO ask_followed VALUES (?, ?)", parents)
        if fact.body is not None and "ask" in fact.body:
            _take(connection, fact)
    elif fact.kind == "submission" and fact.body is not None:
        _take_answers(connection, fact)
        _take_back(connection, replaced(fact))
    elif sent_back(fact):
        assert fact.body is not None
        _take_back(connection, (fact.body["submission"],))
    elif targets := undone_targets(fact):
        connection.executemany("INSERT OR IGNORE INTO ask_undone VALUES (?)", [(target,) for target in targets])


def sent_back(fact: Fact) -> bool:
    """Whether a review (审核) gives a visit back to its surveyor, who then hands in anew: returned (退回) or taken back
    (撤回)."""
    return fact.kind == "review" and fact.body is not None and fact.body["step"] in ("return", "recall")


def replaced(fact: Fact) -> tuple[str, ...]:
    """The submissions in whose place a submission is handed in; the first parent is the visit."""
    return fact.envelope.parents[1:]


def _take_back(connection: Connection, submissions: Iterable[str]) -> None:
    connection.executemany("INSERT OR IGNORE INTO answer_back VALUES (?)", [(one,) for one in submissions])


def _take(connection: Connection, fact: Fact) -> None:
    assert fact.body is not None
    ask, township, _slash, village = (fact.body["ask"], *fact.envelope.area.partition("/"))
    connection.execute(
        "INSERT INTO ask VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fact.id, township, village, ask["household"], ask["name"], ask["field"], ask["roster"], ask["registry"],
            fact.body["kind"], encoded(ask["question"]), fact.envelope.clock,
        ),
    )  # fmt: skip
    people = [(person, side, fact.id) for side, persons in fact.body["people"].items() for person in persons]
    connection.executemany("INSERT OR IGNORE INTO ask_person VALUES (?, ?, ?)", people)


def _take_answers(connection: Connection, fact: Fact) -> None:
    assert fact.body is not None
    envelope = fact.envelope
    connection.executemany(
        "INSERT OR IGNORE INTO ask_answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one["ask"], fact.id, fact.body["visit"], one["answer"], one["value"], one["document"], one["note"],
                envelope.author, envelope.wall, envelope.clock,
            )
            for one in fact.body["asks"]
        ],
    )  # fmt: skip


_OF_ASK = "(SELECT {area} FROM main.ask a WHERE a.id = {table}.ask)"

ASKS = View(
    name="asks",
    version=2,
    tables=_TABLES,
    schema=_SCHEMA,
    apply=_apply,
    areas={
        "ask": placed(),
        "ask_person": _OF_ASK.format(area=placed("a"), table="ask_person"),
        "ask_answer": _OF_ASK.format(area=placed("a"), table="ask_answer"),
    },
)
