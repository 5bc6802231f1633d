"""The auditor's queue (待办队列): which findings, in what order, a page at a time, and how far each township is."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audit.statuses import EVERY, TO_DO, Status
from casebook.errors import RuhuError
from casebook.language import _
from casebook.people.names import read_name
from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection, literal, storable

HANDLE, SHORTEST = 6, 4
"""Characters of a subject that are shown, and the fewest that may be given; more tell apart those that begin alike."""

LONGEST = 60
"""Characters of a text to filter by that are looked at; SQLite refuses the longest."""

PAGE = 500
"""Rows that are asked for at once; SQLite takes far more."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the queue shows; '' means any. `text` begins a name, its initials or a household code."""

    statuses: tuple[Status, ...] = TO_DO
    township: str = ""
    village: str = ""
    severity: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One finding in the queue. `id` is its number in the current run, `score` in bits; `review`: a pair that is still
    to be judged (待判); `head`: the first finding of its household among the rows asked for; `subject` is the key of
    the question and its people, the same in every run; `decision` the id of the one it shows."""

    id: int
    kind: str
    severity: str
    township: str
    village: str
    household: str
    name: str
    status: Status
    verdict: int | None
    review: bool
    score: float | None
    head: bool
    subject: str
    decision: str | None

    @property
    def handle(self) -> str:
        """How a command line names the finding: unlike its number it outlives the next run."""
        return self.subject[:HANDLE]


@dataclass(frozen=True, slots=True)
class TownshipProgress:
    """Findings of a township: all, settled, waiting on someone (待复签, 待查, 已退回, 待入户, 入户已答), open of
    severity A."""

    township: str
    total: int
    settled: int
    waiting: int
    severe: int


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What there is to filter by, with the number of findings of each."""

    townships: tuple[tuple[str, int], ...]
    severities: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[Status, int], ...]


def queue_ids(book: Casebook, filter: Filter) -> array[int]:
    """The findings of a filter in queue order: by household, those with the gravest first, then the least certain."""
    where, values = condition(filter)
    rows = book.connection.execute(f"SELECT id FROM finding WHERE {where} ORDER BY id", values)
    return array("q", (identity for (identity,) in rows))


def queue_rows(book: Casebook, ids: Sequence[int]) -> list[QueueRow]:
    """Rows of the queue, in the order of `ids`; a finding that is gone since is left out."""
    found: dict[int, Any] = {}
    for start in range(0, len(ids), PAGE):
        part = list(ids[start : start + PAGE])
        marks = ", ".join("?" * len(part))
        rows = book.connection.execute(
            "SELECT id, kind, severity, township, village, household, name, status, verdict, review, score, subject, "
            f"decision FROM finding WHERE id IN ({marks})",
            part,
        )
        found |= {row[0]: row for row in rows}
    told: list[QueueRow] = []
    for identity in ids:
        if (row := found.get(identity)) is not None:
            number, kind, severity, township, village, household, name, status, verdict, review, score, *rest = row
            head = not told or not household or (told[-1].household, told[-1].village) != (household, village)
            told.append(
                QueueRow(
                    number, kind, severity, township, village, household, name, status, verdict,
                    bool(review), score, head, *rest,
                )
            )  # fmt: skip
    return told


def findings_named(book: Casebook, handle: str) -> list[int]:
    """The findings of the subject that begins with `handle`. Raises RuhuError (usage) for none or for several."""
    plain = handle.strip().lower()
    rows: list[tuple[int, str]] = []
    if len(plain) >= SHORTEST and plain.isalnum():
        rows = book.connection.execute(
            "SELECT id, subject FROM finding WHERE subject >= ? AND subject < ? ORDER BY id", (plain, plain + "g")
        ).fetchall()
    if not rows:
        what = _("没有编号为「{handle}」的疑点").format(handle=handle[:24])
        raise RuhuError("no_finding", what, _("用 ruhu audit findings 看现有疑点的编号"), category="usage")
    if len({subject for _id, subject in rows}) > 1:
        what = _("编号「{handle}」不止一个疑点").format(handle=handle[:24])
        raise RuhuError("several_findings", what, _("请把编号写长一些"), category="usage")
    return [identity for identity, _subject in rows]


def progress_by_township(book: Casebook) -> list[TownshipProgress]:
    """One entry a township, in the order of names."""
    rows = book.connection.execute(
        "SELECT township, count(*), sum(status = 'settled'), "
        "sum(status IN ('unsigned', 'pending', 'referred', 'visit', 'answered')), "
        "sum(severity = 'A' AND status IN ('open', 'returned', 'conflict')) "
        "FROM finding GROUP BY township ORDER BY township"
    )
    return [TownshipProgress(*row) for row in rows]


def counts_by_status(book: Casebook) -> dict[Status, int]:
    """How many findings of the current run have each status; every status is named."""
    counts = dict(book.connection.execute("SELECT status, count(*) FROM finding GROUP BY status").fetchall())
    return {status: counts.get(status, 0) for status in EVERY}


def filter_choices(book: Casebook) -> FilterChoices:
    """The townships, severities, kinds and statuses that the current findings have."""
    connection = book.connection
    townships = _counted(connection, "township")
    severities = _counted(connection, "severity")
    kinds = sorted(_counted(connection, "kind"), key=lambda item: -item[1])
    counts = counts_by_status(book)
    return FilterChoices(tuple(townships), tuple(severities), tuple(kinds), tuple(counts.items()))


def _counted(connection: Connection, column: str) -> list[tuple[str, int]]:
    return connection.execute(f"SELECT {column}, count(*) FROM finding GROUP BY {column} ORDER BY {column}").fetchall()


def condition(filter: Filter) -> tuple[str, list[Any]]:
    """The condition on `finding` and its values."""
    conditions, values = ["1"], list[Any]()
    if filter.statuses != EVERY:
        conditions.append(f"status IN ({', '.join('?' * len(filter.statuses))})")
        values += filter.statuses
    for column in ("township", "village", "severity", "kind"):
        if wanted := getattr(filter, column):
            conditions.append(f"{column} = ?")
            values.append(wanted)
    if text := storable(filter.text).strip()[:LONGEST]:
        columns = ("name_key", "initials", "household")
        conditions.append("(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")")
        key = read_name(text).text or text  # as names are written in the column
        values += [literal(one) + "%" for one in (key, text.lower(), text)]
    return " AND ".join(conditions), values
