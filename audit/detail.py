"""One finding as the auditor sees it: both rows, evidence, household, what was decided, why it came back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from audit.finding_json import finding_from_json
from audit.findings import Cell, Finding, Side
from audit.kinds import KINDS
from audit.placing import is_head
from audit.province import SentBack, is_of_province, listed_source, messages_of, stored_row
from audit.questions import PROVINCE, VERDICTS, proposed_verdict
from audit.queue import QueueRow, queue_rows
from audit.words import field_title
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.people.asks import AskAnswer, answers_to
from casebook.store.casebook import Casebook
from casebook.store.clock import local_text
from casebook.store.facts import decoded, piece
from casebook.store.sources import LIST_NAMES
from casebook.store.sqlite import Connection
from casebook.tables.fields import known_fields
from casebook.tables.table import text_of

_Source = tuple[int, str, Any] | None
"""A list: arrival, file name, blocks; None without one."""
_SourceOf = Callable[[Connection, Side], _Source]

COMPARED = (
    "name", "sex", "birth_date", "id_number", "relation", "household_code", "person_code", "township", "village",
    "household_size", "health", "cause", "disease", "phone", "remark",
)  # fmt: skip
"""The fields shown side by side, in this order, where either list has them."""


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field on both sides, None where the list has no such column or no such row; `asked`: the finding is about
    it; `same`: nothing to see."""

    field: str
    title: str
    roster: str | None
    registry: str | None
    asked: bool
    same: bool


@dataclass(frozen=True, slots=True)
class History:
    """One decision. `stands` until it is undone or followed by another; `fact` is its id."""

    at: str
    author: str
    verdict: int
    value: str
    reason: str
    document: str
    fact: str
    batch: str
    stands: bool
    undone: bool
    countersigned_by: str


@dataclass(frozen=True, slots=True)
class Detail:
    """`others` are the findings of the same household, this one included, in queue order. `returned` says why the
    decision came back, '' when it did not; `conflict` are the decisions that disagree. `evidence` tells of other
    offices' lists, `visited` what visits answered to the ask that the finding shows, oldest first; `sent_back` what the
    province says of a row that it sent back, with what was sent."""

    row: QueueRow
    finding: Finding
    compared: tuple[ComparedField, ...]
    roster_place: str
    registry_place: str
    others: tuple[QueueRow, ...]
    history: tuple[History, ...]
    conflict: tuple[History, ...]
    returned: str
    evidence: tuple[str, ...]
    visited: tuple[AskAnswer, ...]
    proposed: int | None
    sent_back: tuple[SentBack, ...] = ()


def finding_detail(book: Casebook, identity: int) -> Detail:
    """Everything about one finding of the current run. Raises RuhuError (usage) when there is none of that number."""
    with book.reading() as connection:
        rows = queue_rows(book, [identity])
        if not rows:
            raise no_finding(identity)
        told = stored_finding(connection, identity)
        finding = finding_from_json(told)
        # what the province sent back is no run's: beside it stands what the lists say now
        source = listed_source if is_of_province(identity) else _source_of_run
        history = _history(connection, identity)
        return Detail(
            row=rows[0],
            finding=finding,
            compared=tuple(_compared(connection, finding, source)),
            roster_place=_place(connection, source(connection, "roster"), finding.roster, finding.roster_rows),
            registry_place=_place(connection, source(connection, "registry"), finding.registry, finding.registry_rows),
            others=_household(book, rows[0]),
            history=history,
            conflict=tuple(one for one in history if one.stands) if rows[0].status == "conflict" else (),
            returned=_returned(connection, identity, history),
            evidence=tuple(_evidence(connection, told)),
            visited=tuple(visit_answers(connection, identity)),
            proposed=proposed_verdict(finding.kind, finding.wrong),
            sent_back=messages_of(told),
        )


def visit_answers(connection: Connection, finding: int) -> list[AskAnswer]:
    """What visits have answered to the ask that a finding shows, oldest first; nothing where it shows none."""
    row = connection.execute("SELECT decision FROM finding WHERE id = ? AND status = 'answered'", (finding,)).fetchone()
    return answers_to(connection, row[0]) if row else []


def no_finding(identity: int | str) -> RuhuError:
    what = _("没有 {number} 号疑点").format(number=identity)
    return RuhuError("no_finding", what, _("用 ruhu audit findings 看现有的疑点和编号"), category="usage")


def stored_finding(connection: Connection, identity: int) -> dict[str, Any]:
    """A finding of the current run, or of the province, as it is stored, with its people and the values its answer
    rests on."""
    if is_of_province(identity):
        found = stored_row(connection, identity)
        if found is None:
            raise no_finding(identity)
        return found
    row = connection.execute("SELECT arrival FROM finding_run").fetchone()
    try:
        told: dict[str, Any] = piece(connection, row[0] if row else 0, "finding", identity - 1)
    except LookupError:
        raise no_finding(identity) from None
    return told


def _household(book: Casebook, row: QueueRow) -> tuple[QueueRow, ...]:
    if not row.household:
        return (row,)
    ids = book.connection.execute(
        "SELECT id FROM finding WHERE household = ? AND village = ? AND township = ? ORDER BY id",
        (row.household, row.village, row.township),
    )
    return tuple(queue_rows(book, [identity for (identity,) in ids]))


def _compared(connection: Connection, finding: Finding, source: _SourceOf) -> list[ComparedField]:
    left = _values(connection, source(connection, "roster"), finding.roster)
    right = _values(connection, source(connection, "registry"), finding.registry)
    titles = known_fields().titles
    # Of a village the rows are of two people who have nothing to do with each other.
    fields = ("township",) if KINDS[finding.kind].unit == "village" else COMPARED
    wanted = dict.fromkeys((*fields, finding.field) if finding.field else fields)
    left |= _whole(finding.roster, finding.field, left)
    right |= _whole(finding.registry, finding.field, right)
    told = ((field, left.get(field), right.get(field)) for field in wanted)
    return [
        ComparedField(
            field, titles[field], roster, registry, field == finding.field,
            roster is None or registry is None or roster == registry,
        )
        for field, roster, registry in told
        if roster or registry or field == finding.field
    ]  # fmt: skip


def _whole(cell: Cell | None, field: str, values: dict[str, str]) -> dict[str, str]:
    """The cell that a finding is about with the spaces around it: they may be what it is about."""
    return {field: cell.text} if cell is not None and values.get(field, "") == cell.text.strip() != "" else {}


def _values(connection: Connection, source: _Source, cell: Cell | None) -> dict[str, str]:
    """The cells of a row by field; of repeated fields the first."""
    if cell is None or source is None:
        return {}
    arrival, _name, blocks = source
    block, _number, _home, _person, values = piece(connection, arrival, "row", cell.row)
    found: dict[str, str] = {}
    for column in blocks[block]["columns"]:
        if column["field"] and column["index"] < len(values):
            found.setdefault(column["field"], text_of(values[column["index"]]).strip())
    return found


def _source_of_run(connection: Connection, side: Side) -> _Source:
    """The list that the current run looked at: arrival, file name, blocks."""
    row = connection.execute(
        f"SELECT s.arrival, s.name, s.blocks FROM finding_run r JOIN source s ON s.id = r.{side}"
    ).fetchone()
    return (row[0], row[1], decoded(row[2])) if row else None


_MOST_ROWS = 8


def _place(connection: Connection, source: _Source, cell: Cell | None, rows: Sequence[int]) -> str:
    """`花名册.xlsx Sheet1!H12`, and where the finding is about more than one row, the numbers of the others."""
    if cell is None or source is None:
        return ""
    address = cell.address if cell.column else _("第{row}行").format(row=cell.number)
    place = f"{source[1]} {cell.sheet}!{address}" if cell.sheet else f"{source[1]} {address}"
    others = [row for row in rows if row != cell.row]
    if not others:
        return place
    numbers = _("、").join(str(piece(connection, source[0], "row", row)[1]) for row in others[:_MOST_ROWS])
    said = _("{place}，另有第 {rows} 行") if len(others) <= _MOST_ROWS else _("{place}，另有第 {rows} 等 {count} 行")
    return said.format(place=place, rows=numbers, count=len(others))


def _history(connection: Connection, identity: int) -> tuple[History, ...]:
    """All decisions on this question about any of these people, and on the pair; oldest first. What the province said
    in another file is another question."""
    rows = connection.execute(
        "SELECT DISTINCT d.id, d.wall, d.author, d.verdict, d.value, d.reason, d.document, d.batch, d.clock, "
        "d.id IN (SELECT target FROM withdrawn) "
        "FROM finding f JOIN finding_person p ON p.finding = f.id JOIN decision_person q USING (person, side) "
        "JOIN decision d ON d.id = q.decision "
        "WHERE f.id = ? AND ((d.question = f.question AND (d.question <> ? OR d.subject = f.subject)) "
        "OR (f.pair <> '' AND d.subject = f.pair)) ORDER BY d.clock, d.id",
        (identity, PROVINCE),
    ).fetchall()
    return tuple(
        History(
            at=local_text(wall), author=author, verdict=verdict, value=value, reason=reason, document=document,
            fact=fact, batch=batch, stands=is_head(connection, fact), undone=bool(undone),
            countersigned_by=_signer(connection, fact, author),
        )
        for fact, wall, author, verdict, value, reason, document, batch, _clock, undone in rows
    )  # fmt: skip


def _signer(connection: Connection, decision: str, author: str) -> str:
    row = connection.execute(
        "SELECT author FROM countersign WHERE decision = ? AND author <> ? "
        "AND id NOT IN (SELECT target FROM withdrawn) ORDER BY wall",
        (decision, author),
    ).fetchone()
    return row[0] if row else ""


_SIDE_WORDS = {"roster": N_("花名册"), "registry": N_("卫健")}


def _returned(connection: Connection, identity: int, history: tuple[History, ...]) -> str:
    """`曾定「1采用花名册」（刘敏，2026-11-20）；卫健的证件号码由 … 改为 …，请确认`."""
    status, decision, because = connection.execute(
        "SELECT status, decision, because FROM finding WHERE id = ?", (identity,)
    ).fetchone()
    if status != "returned" or because is None:
        return ""
    before = next(one for one in history if one.fact == decision)
    return _("曾定「{verdict}」（{author}，{at}）；{why}，请确认").format(
        verdict=_(VERDICTS[before.verdict].word), author=before.author, at=before.at, why=why_returned(decoded(because))
    )


def why_returned(because: dict[str, Any]) -> str:
    """The reason in words: another person on the other side, or which values changed and how."""
    if because["code"] == "people":
        return _("涉及的人变了")
    return _("、").join(
        _("{side}的{field}由「{old}」改为「{new}」").format(
            side=_(_SIDE_WORDS[side]), field=field_title(field), old=old or _("空"), new=new or _("空")
        )
        for side, field, old, new in because["changed"]
    )


def _evidence(connection: Connection, told: dict[str, Any]) -> list[str]:
    people = {person for persons in told["people"].values() for person in persons}
    marks = ", ".join("?" * len(people))
    rows = connection.execute(
        f"SELECT DISTINCT e.list, s.name, e.sheet, e.sheet_row FROM evidence e JOIN source s ON s.id = e.source "
        f"WHERE e.person IN ({marks}) ORDER BY e.list, e.sheet_row",
        sorted(people),
    )
    line = _("{list}有此人：{file} {sheet} 第 {row} 行")
    return [
        line.format(list=_(LIST_NAMES[of_list]), file=name, sheet=sheet, row=row) for of_list, name, sheet, row in rows
    ]
