"""Which decision stands for which finding: it holds while the values it rests on stand, and comes back when they
change.

A decision is a head when it was neither undone nor answered by a later one. Two heads that say different things are a
conflict, whichever came first. One of severity A counts when another person has signed it, one about a pair too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from audit.findings import Side
from audit.kinds import KINDS
from audit.questions import FINAL, LINK, PENDING, PROVINCE, REFERRED, SAME, VISIT, said
from audit.statuses import Status
from casebook.store.facts import decoded, encoded
from casebook.store.sqlite import Connection

Values = dict[tuple[Side, str, str], str]
"""The values that a decision rests on: the cell's text by side, person and field."""

_PASSED_ON: dict[int, Status] = {PENDING: "pending", REFERRED: "referred", VISIT: "visit"}


@dataclass(frozen=True, slots=True)
class _Head:
    """A decision that stands. `people` are (side, person)."""

    id: str
    subject: str
    verdict: int
    value: str
    reason: str
    severity: str
    author: str
    basis: Values

    @property
    def people(self) -> set[tuple[Side, str]]:
        return {(side, person) for side, person, _field in self.basis}


@dataclass(frozen=True, slots=True)
class _Placed:
    status: Status
    verdict: int | None = None
    decision: str | None = None
    because: dict[str, Any] | None = None


_OPEN = _Placed("open")


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """What was decided about a registry person and a roster person. `verdict` is 同一人 or 不是同一人, None while it
    does not count: two auditors disagree, or the second signature is missing."""

    registry: str
    roster: str
    verdict: int | None
    basis: Values


def judged_pairs(connection: Connection) -> Iterator[JudgedPair]:
    """Every pair that a decision stands about."""
    subjects = "SELECT DISTINCT subject FROM decision WHERE question = ? ORDER BY subject"
    for (subject,) in connection.execute(subjects, (LINK,)).fetchall():
        heads = _on_subject(connection, subject)
        if heads:
            head = heads[-1]
            people: dict[Side, str] = dict(head.people)
            counts = not _disagree(heads) and _signed(connection, heads, _gravest(heads))
            yield JudgedPair(people["registry"], people["roster"], head.verdict if counts else None, head.basis)


def is_head(connection: Connection, decision: str) -> bool:
    """Whether a decision stands: neither undone nor followed by one that stands, directly or through undone ones."""
    if connection.execute("SELECT 1 FROM withdrawn WHERE target = ?", (decision,)).fetchone():
        return False
    return not _followed(connection, decision)


def _followed(connection: Connection, decision: str) -> bool:
    rows = connection.execute(
        "SELECT child, child IN (SELECT target FROM withdrawn) FROM decision_parent WHERE parent = ?", (decision,)
    ).fetchall()
    return any(not undone or _followed(connection, child) for child, undone in rows)


def place_findings(connection: Connection, decisions: Iterable[str]) -> None:
    """Work out anew the status of every finding that these decisions, or those they followed, may speak of."""
    findings: set[int] = set()
    for decision in decisions:
        rows = connection.execute(
            "WITH RECURSIVE told (id) AS "
            "(VALUES (?) UNION SELECT parent FROM decision_parent JOIN told ON child = id) "
            "SELECT f.finding FROM told "  # CROSS: in this order, else SQLite reads every decision each time
            "CROSS JOIN decision_person d ON d.decision = told.id CROSS JOIN finding_person f USING (person, side)",
            (decision,),
        )
        findings.update(finding for (finding,) in rows)
    for finding in sorted(findings):
        _place(connection, finding)


def heads_on(connection: Connection, subject: str) -> list[str]:
    """The decisions that stand on a question about some people, oldest first."""
    return [head.id for head in _on_subject(connection, subject)]


def heads_of(connection: Connection, finding: int) -> list[str]:
    """The decisions that stand for a finding, oldest first: those on its own subject and on its pair, else the one it
    was carried over from."""
    subject, question, kind, pair = connection.execute(
        "SELECT subject, question, kind, pair FROM finding WHERE id = ?", (finding,)
    ).fetchone()
    own = _on_subject(connection, subject) or _attached(connection, finding, question, kind)
    return [head.id for head in (*own, *(_on_subject(connection, pair) if pair else ()))]


def _place(connection: Connection, finding: int) -> None:
    subject, question, kind, severity, pair, basis, link_basis = connection.execute(
        "SELECT subject, question, kind, severity, pair, basis, link_basis FROM finding WHERE id = ?", (finding,)
    ).fetchone()
    placed = _of_pair(connection, pair, link_basis)
    review = bool(pair) and not _one_person(placed)
    if placed is _OPEN or _one_person(placed):
        own = _on_subject(connection, subject)
        exact = bool(own)
        own = own or _attached(connection, finding, question, kind)
        household = kind in KINDS and KINDS[kind].unit == "household"
        placed = _settled(connection, own, _values(basis), severity, household=household, exact=exact)
    connection.execute(
        "UPDATE finding SET review = ?, status = ?, verdict = ?, decision = ?, because = ? WHERE id = ?",
        (
            int(review), placed.status, placed.verdict, placed.decision,
            None if placed.because is None else encoded(placed.because), finding,
        ),
    )  # fmt: skip


def _of_pair(connection: Connection, pair: str, link_basis: bytes) -> _Placed:
    """The status that what was decided about a finding's pair gives it; open for no pair."""
    heads = _on_subject(connection, pair) if pair else []
    return _settled(connection, heads, _values(link_basis), _gravest(heads), household=False)


def _one_person(placed: _Placed) -> bool:
    """Whether a pair is settled as one person: its findings then ask what they would of any other."""
    return placed.status == "settled" and placed.verdict == SAME


def asks_of_pair(connection: Connection, finding: int) -> bool:
    """Whether a finding shows what was decided about its pair: it asks nothing else until that is signed or undone."""
    pair, link_basis = connection.execute("SELECT pair, link_basis FROM finding WHERE id = ?", (finding,)).fetchone()
    placed = _of_pair(connection, pair, link_basis)
    return placed is not _OPEN and not _one_person(placed)


def _settled(
    connection: Connection,
    heads: Sequence[_Head],
    values: Values,
    severity: str,
    *,
    household: bool,
    exact: bool = True,
) -> _Placed:
    """The status that these heads give a finding with these values."""
    if not heads:
        return _OPEN
    if exact and _disagree(heads):
        return _Placed("conflict")
    head = heads[-1]
    because = _changed(head, values, household=household)
    if because is not None:
        return _Placed("returned", head.verdict, head.id, because)
    if head.verdict not in FINAL:  # one that only a newer ruhu knows wants a look
        status = _PASSED_ON.get(head.verdict, "pending")
        if status == "visit" and _visited(connection, head):
            status = "answered"
        return _Placed(status, head.verdict, head.id)
    signed = _signed(connection, heads, severity)
    return _Placed("settled" if signed else "unsigned", head.verdict, head.id)


def _disagree(heads: Sequence[_Head]) -> bool:
    return len({said(head.verdict, head.value, head.reason) for head in heads}) > 1


def _signed(connection: Connection, heads: Sequence[_Head], severity: str) -> bool:
    """Whether decisions that agree need no second signature, or one of them has it."""
    return severity != "A" or any(_countersigned(connection, head) for head in heads)


def _gravest(heads: Sequence[_Head]) -> str:
    """The severity under which a pair was judged: that of its gravest finding, '' for no decision."""
    return min((head.severity for head in heads), default="")


def _changed(head: _Head, values: Values, *, household: bool) -> dict[str, Any] | None:
    """Why a decision comes back, None while it holds. A household's decision stands while the members that both speak
    of are unchanged; any other speaks of exactly its people."""
    people = {(side, person) for side, person, _field in values}
    shared = people & head.people
    if household:
        both_sides = {side for side, _person in shared} == {side for side, _person in people}
        if not both_sides:
            return {"code": "people"}
    elif people != head.people:
        return {"code": "people"}
    changed = [
        [side, field, head.basis[side, person, field], now]
        for (side, person, field), now in values.items()
        if head.basis.get((side, person, field), now) != now
    ]
    return {"code": "values", "changed": changed} if changed else None


def _visited(connection: Connection, head: _Head) -> bool:
    """Whether a visit has answered, and what it handed in was not sent back."""
    row = connection.execute(
        "SELECT 1 FROM visited WHERE decision = ? AND submission NOT IN (SELECT submission FROM visited_back)",
        (head.id,),
    ).fetchone()
    return row is not None


def _countersigned(connection: Connection, head: _Head) -> bool:
    row = connection.execute(
        "SELECT 1 FROM countersign WHERE decision = ? AND author <> ? AND id NOT IN (SELECT target FROM withdrawn)",
        (head.id, head.author),
    ).fetchone()
    return row is not None


_COLUMNS = "d.id, d.subject, d.verdict, d.value, d.reason, d.severity, d.author, d.basis"


def _on_subject(connection: Connection, subject: str) -> list[_Head]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM decision d WHERE d.subject = ? ORDER BY d.clock, d.id", (subject,)
    ).fetchall()
    return _heads(connection, rows)


def _attached(connection: Connection, finding: int, question: str, kind: str) -> list[_Head]:
    """The newest head on the same question about some of these people that no finding answers to any more."""
    if question in (LINK, PROVINCE):
        return []
    rows = connection.execute(
        f"SELECT DISTINCT {_COLUMNS} FROM finding_person f JOIN decision_person p USING (person, side) "
        "JOIN decision d ON d.id = p.decision WHERE f.finding = ? AND d.question = ? "
        "AND NOT EXISTS (SELECT 1 FROM finding o WHERE o.subject = d.subject) ORDER BY d.clock, d.id",
        (finding, question),
    ).fetchall()
    return _heads(connection, rows)[-1:]


def _heads(connection: Connection, rows: Iterable[Sequence[Any]]) -> list[_Head]:
    return [
        _Head(identity, subject, verdict, value, reason, severity, author, _values(basis))
        for identity, subject, verdict, value, reason, severity, author, basis in rows
        if is_head(connection, identity)
    ]


def _values(basis: bytes) -> Values:
    return {(side, person, field): text for side, person, field, text in decoded(basis)}
