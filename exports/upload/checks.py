"""The checks before an upload (上报前的检查): what is wrong with the rows, each problem at its row and column.

An error keeps everybody's rows out on whom it stands; a notice does not. Nothing here reads a value aloud.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from audit.kinds import KINDS
from audit.queue import HANDLE
from casebook.language import N_, _
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.texts import Text, text
from exports.formats.format import Format
from exports.upload.checks_cells import CellChecks
from exports.upload.checks_person import person_problems
from exports.upload.checks_row import Reading, columns_of
from exports.upload.checks_together import household_problems, repeated, sent_under_others
from exports.upload.problem import Problem
from exports.upload.record import Record

if TYPE_CHECKING:
    from exports.upload.rows import UploadRow

_TO_DESK = Text(N_("到核对（F3）定下这条疑点，或用 ruhu audit decide"))
_TO_SIGN = Text(N_("请另一个人到核对（F3）按 s 复签"))
_AT_ONCE = 500
"""Rows between two words of progress."""


def checks(
    rows: Sequence[UploadRow],
    format: Format,
    book: Casebook,
    *,
    people: Sequence[Record] | None = None,
    sent: Mapping[str, tuple[str, int]] | None = None,
    wanted: Collection[str] | None = None,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """All problems, in the order of the rows and within a row of its columns.

    `people` are all of the passed visits, by default those of the rows: a household is more than who is handed in.
    `sent` is who an identity number was handed in for before, of those who are not among the rows (key and batch).
    Only problems of the `wanted`, by key, are told, of all by default.
    """
    columns = columns_of(format)
    readings = [Reading(row, columns) for row in rows]
    cells = CellChecks(columns)
    found: list[Problem] = []
    for n, reading in enumerate(readings):
        if n % _AT_ONCE == 0:
            report(progress, _("检查"), n, len(readings))
        if wanted is None or reading.record.key in wanted:
            found += cells.problems(reading)
            found += person_problems(reading)
    found += repeated(readings)
    found += household_problems(readings, [row.record for row in rows] if people is None else people)
    found += sent_under_others(readings, sent or {})
    found += _finding_problems(readings, book)
    order = {row.key: n for n, row in reversed(list(enumerate(rows)))}
    unique = dict.fromkeys(one for one in found if wanted is None or one.key in wanted)
    return tuple(sorted(unique, key=lambda one: (order[one.key], one.grade, one.column)))


def _finding_problems(readings: Sequence[Reading], book: Casebook) -> Iterator[Problem]:
    """A finding of severity A on a person's ids in either list, not settled: money or eligibility is at stake."""
    found: defaultdict[tuple[str, str], list[tuple[int, str, str, bool]]] = defaultdict(list)
    for side, person, finding, kind, subject, status in book.connection.execute(
        "SELECT p.side, p.person, f.id, f.kind, f.subject, f.status "
        "FROM finding f JOIN finding_person p ON p.finding = f.id "
        "WHERE f.severity = 'A' AND f.status <> 'settled' ORDER BY f.id"
    ):
        found[side, person].append((finding, kind, subject[:HANDLE], status == "unsigned"))
    told: set[tuple[str, int]] = set()
    for reading in readings:
        record = reading.record
        # whoever was added at the door stands under the key, as on the roster's side
        for one in (*record.people, ("roster", record.key)):
            for finding, kind, handle, decided in found.get(one, ()):
                if (record.key, finding) not in told:
                    told.add((record.key, finding))
                    said, remedy = _said(finding, kind, handle, decided), _TO_SIGN if decided else _TO_DESK
                    yield reading.problem("finding", said, remedy, finding=finding)


def _said(finding: int, kind: str, handle: str, decided: bool) -> Text:
    """By the handle, which the desk shows and commands take: the number changes with every run."""
    if finding < 0:
        if decided:
            return text(N_("省里退回的（疑点 {handle}），定了，等复签"), handle=handle)
        return text(N_("省里退回的（疑点 {handle}），还没有定"), handle=handle)
    title = Text(KINDS[kind].title) if kind in KINDS else Text(kind)
    if decided:
        return text(N_("疑点 {handle}「{kind}」定了，等复签"), handle=handle, kind=title)
    return text(N_("疑点 {handle}「{kind}」关系到钱和资格，还没有定"), handle=handle, kind=title)
