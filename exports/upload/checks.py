"""The checks before an upload (上报前的检查): what is wrong with the rows, each problem at its row and column.

An error keeps everybody's rows out on whom it stands; a notice does not. Nothing here reads a value aloud.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from audit.kinds import KINDS
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
_AT_ONCE = 500
"""Rows between two words of progress."""


def checks(
    rows: Sequence[UploadRow],
    format: Format,
    book: Casebook,
    *,
    people: Sequence[Record] | None = None,
    sent: Mapping[str, tuple[str, int]] | None = None,
    wanted: Collection[tuple[str, str]] | None = None,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """All problems, in the order of the rows and within a row of its columns.

    `people` are all of the passed visits, by default those of the rows: a household is more than who is handed in.
    `sent` is who an identity number was handed in for before, of those who are not among the rows (key and batch).
    Only problems of the `wanted`, (key, visit) each, are told, of all by default.
    """
    columns = columns_of(format)
    readings = [Reading(row, columns) for row in rows]
    cells = CellChecks(columns)
    found: list[Problem] = []
    for n, reading in enumerate(readings):
        if n % _AT_ONCE == 0:
            report(progress, _("检查"), n, len(readings))
        if wanted is None or (reading.record.key, reading.record.visit) in wanted:
            found += cells.problems(reading)
            found += person_problems(reading)
    found += repeated(readings)
    found += household_problems(readings, [row.record for row in rows] if people is None else people)
    found += sent_under_others(readings, sent or {})
    found += _finding_problems(readings, book)
    order = {(row.key, row.record.visit): n for n, row in reversed(list(enumerate(rows)))}
    unique = dict.fromkeys(one for one in found if wanted is None or (one.key, one.visit) in wanted)
    return tuple(sorted(unique, key=lambda one: (order[one.key, one.visit], one.grade, one.column)))


def _finding_problems(readings: Sequence[Reading], book: Casebook) -> Iterator[Problem]:
    """A finding of severity A on a person's ids in either list, not settled: money or eligibility is at stake."""
    found: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for side, person, finding, kind in book.connection.execute(
        "SELECT p.side, p.person, f.id, f.kind FROM finding f JOIN finding_person p ON p.finding = f.id "
        "WHERE f.severity = 'A' AND f.status <> 'settled' ORDER BY f.id"
    ):
        found[side, person].append((finding, kind))
    told: set[tuple[str, str, int]] = set()
    for reading in readings:
        record = reading.record
        # whoever was added at the door stands under the key, as on the roster's side
        for one in (*record.people, ("roster", record.key)):
            for finding, kind in found.get(one, ()):
                if (record.key, record.visit, finding) not in told:
                    told.add((record.key, record.visit, finding))
                    yield reading.problem("finding", _said(finding, kind), _TO_DESK, finding=finding)


def _said(finding: int, kind: str) -> Text:
    """A finding of the province's feedback has a number of its own below 0, which nobody could look up."""
    if finding < 0:
        return Text(N_("省里退回时说的问题，还没有定"))
    title = Text(KINDS[kind].title) if kind in KINDS else Text(kind)
    return text(N_("第 {finding} 号疑点「{kind}」关系到钱和资格，还没有定"), finding=finding, kind=title)
