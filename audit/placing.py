"""Which decision stands for which finding: it holds while the values it rests on stand, and comes back when they
change.

A decision is a head when it was neither undone nor answered by a later one. Two heads that say different things are a
conflict, whichever came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audit.kinds import KINDS
from audit.questions import DIFFERENT, FINAL, LINK, PENDING, REFERRED, VISIT
from audit.statuses import Status
from casebook.store.facts import decoded, encoded
from casebook.store.sqlite import Connection

_PASSED_ON: dict[int, Status] = {PENDING: "pending", REFERRED: "referred", VISIT: "visit"}


@dataclass(frozen=True, slots=True)
class _Head:
    """A decision that stands. `people` are (side, person)."""

    id: str
    subject: str
    verdict: int
    value: str
    author: str
    basis: dict[tuple[str, str, str], str]

    @property
    def people(self) -> set[tuple[str, str]]:
        return {(side, person) for side, person, _field in self.basis}


@dataclass(frozen=True, slots=True)
class _Placed:
    status: Status
    verdict: int | None = None
    decision: str | None = None
    because: dict[str, Any] | None = None


_OPEN = _Placed("open")


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
    review = bool(pair)
    placed = _OPEN
    if pair:
        told = _on_subject(connection, pair)
        placed = _settled(connection, told, _values(link_basis), severity, household=False)
        if placed.decision and placed.status in ("settled", "unsigned") and placed.verdict != DIFFERENT:
            review, placed = False, _OPEN
    if placed is _OPEN:
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


def _settled(
    connection: Connection,
    heads: Sequence[_Head],
    values: dict[tuple[str, str, str], str],
    severity: str,
    *,
    household: bool,
    exact: bool = True,
) -> _Placed:
    """The status that these heads give a finding with these values."""
    if not heads:
        return _OPEN
    if exact and len({(head.verdict, head.value) for head in heads}) > 1:
        return _Placed("conflict")
    head = heads[-1]
    because = _changed(head, values, household=household)
    if because is not None:
        return _Placed("returned", head.verdict, head.id, because)
    if head.verdict not in FINAL:  # one that only a newer ruhu knows wants a look
        return _Placed(_PASSED_ON.get(head.verdict, "pending"), head.verdict, head.id)
    signed = severity != "A" or any(_countersigned(connection, one) for one in heads)
    return _Placed("settled" if signed else "unsigned", head.verdict, head.id)


def _changed(head: _Head, values: dict[tuple[str, str, str], str], *, household: bool) -> dict[str, Any] | None:
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


def _countersigned(connection: Connection, head: _Head) -> bool:
    row = connection.execute(
        "SELECT 1 FROM countersign WHERE decision = ? AND author <> ? AND id NOT IN (SELECT target FROM withdrawn)",
        (head.id, head.author),
    ).fetchone()
    return row is not None


_COLUMNS = "d.id, d.subject, d.verdict, d.value, d.author, d.basis"


def _on_subject(connection: Connection, subject: str) -> list[_Head]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM decision d WHERE d.subject = ? ORDER BY d.clock, d.id", (subject,)
    ).fetchall()
    return _heads(connection, rows)


def _attached(connection: Connection, finding: int, question: str, kind: str) -> list[_Head]:
    """The newest head on the same question about some of these people that no finding answers to any more."""
    if question == LINK:
        return []
    rows = connection.execute(
        f"SELECT DISTINCT {_COLUMNS}, d.clock FROM finding_person f JOIN decision_person p USING (person, side) "
        "JOIN decision d ON d.id = p.decision WHERE f.finding = ? AND d.question = ? "
        "AND NOT EXISTS (SELECT 1 FROM finding o WHERE o.subject = d.subject) ORDER BY d.clock, d.id",
        (finding, question),
    ).fetchall()
    return _heads(connection, [row[:-1] for row in rows])[-1:]


def _heads(connection: Connection, rows: Iterable[Sequence[Any]]) -> list[_Head]:
    return [
        _Head(identity, subject, verdict, value, author, _values(basis))
        for identity, subject, verdict, value, author, basis in rows
        if is_head(connection, identity)
    ]


def _values(basis: bytes) -> dict[tuple[str, str, str], str]:
    return {(side, person, field): text for side, person, field, text in decoded(basis)}
