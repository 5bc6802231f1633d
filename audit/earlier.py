"""What became of earlier decisions under the current run: each that stands ends in exactly one outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from audit.detail import why_returned
from audit.finding_basis import cell_text
from audit.findings import Side
from audit.kinds import KINDS
from audit.placing import is_head
from audit.questions import DIFFERENT, LINK, SAME, said
from audit.stored_result import RunLists, run_lists
from casebook.language import N_, _
from casebook.store.casebook import Casebook
from casebook.store.clock import local_text
from casebook.store.facts import decoded
from casebook.store.sqlite import Connection
from casebook.tables.table import text_of

Outcome = Literal["holds", "returned", "conflict", "mended", "gone", "over"]

OUTCOME_NAMES: dict[Outcome, str] = {
    "holds": N_("仍有效"),
    "returned": N_("再议"),
    "conflict": N_("冲突"),
    "mended": N_("已改好"),
    "gone": N_("此人已不在名单"),
    "over": N_("不再是疑点"),
}
"""已改好: the values changed and the finding is gone. 不再是疑点: it is gone though the values stand."""

Changed = tuple[Side, str, str, str]
"""A value that changed: side, field, before, now."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision that stands, and what became of it. `reason` is '' while it holds; `changed` are the values it rests
    on that changed; `finding` the number of its finding in the current run; `at` ISO local."""

    decision: str
    outcome: Outcome
    reason: str
    changed: tuple[Changed, ...]
    finding: int | None
    question: str
    verdict: int
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class _Head:
    id: str
    question: str
    subject: str
    kind: str
    verdict: int
    value: str
    reason: str
    basis: Sequence[tuple[Side, str, str, str]]
    author: str
    wall: str

    def people(self, side: Side) -> list[str]:
        return list(dict.fromkeys(person for of_side, person, _field, _text in self.basis if of_side == side))


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding that a decision may speak of. `review`: its pair is still to be judged."""

    id: int
    status: str
    decision: str | None
    review: bool
    because: Mapping[str, Any] | None


@dataclass
class _Findings:
    """The current findings by what may lead a decision to them; `pairs` are those in doubt, by their pair's subject."""

    placed: defaultdict[str, list[_Found]] = field(default_factory=lambda: defaultdict(list))
    subjects: defaultdict[str, list[_Found]] = field(default_factory=lambda: defaultdict(list))
    pairs: defaultdict[str, list[_Found]] = field(default_factory=lambda: defaultdict(list))


def earlier_decisions(book: Casebook) -> tuple[Earlier, ...]:
    """Every decision that stands, oldest first. Raises RuhuError (check) without an audit run."""
    connection = book.connection
    lists = run_lists(book)
    heads = list(_heads(connection))
    if not heads:
        return ()
    partners: defaultdict[tuple[Side, str], set[str]] = defaultdict(set)
    for link in lists.links():
        registry, roster = lists.people.registry[link.registry], lists.people.roster[link.roster]
        partners["registry", registry].add(roster)
        partners["roster", roster].add(registry)
    findings = _findings(connection)
    verdicts: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    for head in heads:
        verdicts[head.subject].add(said(head.verdict, head.value, head.reason))
    told = []
    for head in heads:
        outcome, reason, finding = _on_a_finding(head, findings, len(verdicts[head.subject]) > 1) or _without_finding(
            connection, head, lists, partners
        )
        changed = () if outcome in ("holds", "conflict") else tuple(_changed(head, lists))
        told.append(
            Earlier(
                head.id, outcome, reason, changed, finding, head.question, head.verdict, head.author,
                local_text(head.wall),
            )
        )  # fmt: skip
    return tuple(told)


def _heads(connection: Connection) -> Iterator[_Head]:
    rows = connection.execute(
        "SELECT id, question, subject, kind, verdict, value, reason, basis, author, wall FROM decision "
        "ORDER BY clock, id"
    ).fetchall()
    for identity, question, subject, kind, verdict, value, reason, basis, author, wall in rows:
        if is_head(connection, identity):
            yield _Head(identity, question, subject, kind, verdict, value, reason, decoded(basis), author, wall)


def _findings(connection: Connection) -> _Findings:
    found = _Findings()
    rows = connection.execute("SELECT id, status, decision, review, because, subject, pair FROM finding ORDER BY id")
    for identity, status, decision, review, because, subject, pair in rows:
        one = _Found(identity, status, decision, bool(review), None if because is None else decoded(because))
        found.subjects[subject].append(one)
        if decision:
            found.placed[decision].append(one)
        if pair:
            found.pairs[pair].append(one)
    return found


Told = tuple[Outcome, str, int | None]


def _on_a_finding(head: _Head, findings: _Findings, disputed: bool) -> Told | None:
    """What became of a decision whose finding is there; None when it has none."""
    mine = findings.subjects[head.subject] + findings.pairs[head.subject]
    if disputed and (clash := [one for one in mine if one.status == "conflict"]):
        return "conflict", _("另一位审核员的结论不同"), clash[0].id
    placed = findings.placed[head.id]
    if not placed and head.question != LINK:
        placed = [one for one in mine if one.decision]  # a second decision that says the same
    for one in placed:
        if one.status == "returned" and one.because is not None:
            return "returned", why_returned(dict(one.because)), one.id
    if placed:
        return "holds", "", placed[0].id
    if head.question == LINK and head.verdict == SAME:
        judged = [one for one in findings.pairs[head.subject] if not one.review]
        if judged:
            return "holds", "", judged[0].id
    return None


def _without_finding(
    connection: Connection, head: _Head, lists: RunLists, partners: Mapping[tuple[Side, str], set[str]]
) -> Told:
    """Why no finding answers to a decision any more."""
    if head.question == "village":
        return _village(head, lists)
    later = _answered_otherwise(connection, head)
    if later is not None:
        return "over", _("涉及的人变了，后来另有结论"), later
    missing = _missing(head, lists)
    if missing and head.question == "dup":
        return "mended", _("重复的行已去掉"), None
    if missing:
        return "gone", _("{list}里不再有此人").format(list=_(_LIST_OF[missing[0]])), None
    changed = list(_changed(head, lists))
    linked = any(
        partners.get(("registry", person), set()) & set(head.people("roster")) for person in head.people("registry")
    )
    if head.question == LINK:
        return _link(head, linked, changed)
    if head.question == "absent":
        return _absent(head, partners, changed)
    if changed:
        return "mended", _in_words(changed), None
    if head.people("roster") and head.people("registry") and not linked:
        return "over", _("这两行现在不认作同一人"), None
    return "over", _("现在的核对不再报这一条"), None


_LIST_OF: dict[Side, str] = {"roster": N_("花名册"), "registry": N_("卫健名单")}


def _link(head: _Head, linked: bool, changed: Sequence[Changed]) -> Told:
    if linked == (head.verdict == SAME):
        return ("mended", _in_words(changed), None) if changed else ("holds", "", None)
    if head.verdict == DIFFERENT:
        return "over", _("现在认作同一人"), None
    return "over", _("这两行现在不认作同一人"), None


def _absent(head: _Head, partners: Mapping[tuple[Side, str], set[str]], changed: Sequence[Changed]) -> Told:
    for side, person, _field, _text in head.basis:
        if partners.get((side, person)):
            return "mended", _("对方名单里现在有此人"), None
    return ("mended", _in_words(changed), None) if changed else ("over", _("现在不在对方名单的范围内"), None)


def _village(head: _Head, lists: RunLists) -> Told:
    """A village stands by the names that the lists give it; it is no person."""
    for side, place, _field, _text in head.basis:
        table = lists.tables[side]
        villages = {text_of(value).strip() for value in table.values("village")}
        if place.partition("/")[2] not in villages:
            return "mended", _("{list}里不再有这个村名").format(list=_(_LIST_OF[side])), None
    return "over", _("现在的核对不再报这一条"), None


def _answered_otherwise(connection: Connection, head: _Head) -> int | None:
    """A finding on the same question about some of these people that another decision answers."""
    row = connection.execute(
        "SELECT f.id FROM decision_person p JOIN finding_person q USING (person, side) JOIN finding f "
        "ON f.id = q.finding WHERE p.decision = ? AND f.question = ? AND f.decision IS NOT NULL ORDER BY f.id",
        (head.id, head.question),
    ).fetchone()
    return row[0] if row else None


def _missing(head: _Head, lists: RunLists) -> list[Side]:
    """The lists that some of a decision's people have left; of a household, those that all have left."""
    sides: tuple[Side, ...] = ("roster", "registry")
    whole = KINDS[head.kind].unit == "household"
    found: list[Side] = []
    for side in sides:
        there = [bool(lists.people.rows(side, person)) for person in head.people(side)]
        if there and (not any(there) if whole else not all(there)):
            found.append(side)
    return found


def _changed(head: _Head, lists: RunLists) -> Iterator[Changed]:
    """The values a decision rests on that are others now, of people still listed."""
    if head.question == "village":
        return
    for side, person, of_field, before in head.basis:
        for row in lists.people.rows(side, person):
            now = cell_text(lists.tables[side], row, of_field, head.question)
            if now != before:
                yield side, of_field, before, now


def _in_words(changed: Sequence[Changed]) -> str:
    return why_returned({"code": "values", "changed": changed})
