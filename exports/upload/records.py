"""Records (上报材料): everyone of the visits that were passed, with all that an upload may carry, before any format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from casebook.errors import RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.store.facts import decoded
from casebook.store.sqlite import Connection
from exports.upload.decided import Rulings
from exports.upload.form_plan import plan_of
from exports.upload.listed import Lists
from exports.upload.of_visit import OfForm, PassedVisit
from exports.upload.record import NotReady, Record, Records
from survey_forms.stored_forms import definition_of
from survey_forms.visits.visit_list import VisitFilter, VisitRow, visit_ids, visit_rows

_COUNTY = ("place.province", "place.city", "place.county")
_PASSED = frozenset(("passed", "reported"))
_AT_ONCE = 100
"""Submissions read at once: some 3 MB."""


def records(book: Casebook, filter: VisitFilter | None = None, progress: Progress | None = None) -> Records:
    """Everyone of the passed visits of a filter, everywhere without one; and how many wait. Whom several visits asked,
    the one handed in last tells of. `progress` may raise Stopped."""
    with book.reading() as connection:
        rows = visit_rows(book, visit_ids(book, filter or VisitFilter()))
        passed = [row for row in rows if row.state in _PASSED and not row.conflict]
        waiting = [
            NotReady(row.id, "conflict" if row.state in _PASSED else row.state, row.people)
            for row in rows
            if row.conflict or row.state not in _PASSED
        ]
        report(progress, _("读名单"), 0, len(passed))
        reading = _Reading(book, connection, passed)
        people: list[tuple[int, Record]] = []
        for done, visit in enumerate(reading.visits()):
            if done % _AT_ONCE == 0:
                report(progress, _("读答卷"), done, len(passed))
            people += [(visit.clock, one) for one in reading.people(visit)]
    found, later = _newest(people)
    aside = [*reading.nobody, *(NotReady(visit, "later", count) for visit, count in later.items())]
    return Records(tuple(_of_one_county(found)), (*waiting, *reading.missing), tuple(aside), reading.choices())


def _of_one_county(people: Sequence[Record]) -> list[Record]:
    """The people; those whose list does not name the county, province or city have the one that all others have."""
    found = list(people)
    for name in _COUNTY:
        told = {value.text: value for one in people if (value := one.values.get(name)) is not None}
        if len(told) == 1:
            missing = told.popitem()[1]
            found = [one if name in one.values else replace(one, values={**one.values, name: missing}) for one in found]
    return found


def _newest(people: Sequence[tuple[int, Record]]) -> tuple[list[Record], Counter[str]]:
    """Everyone once, as the submission handed in last tells; how many of each visit another one tells of."""
    newest: dict[str, tuple[int, str]] = {}
    for clock, one in people:
        newest[one.key] = max(newest.get(one.key, (0, "")), (clock, one.visit))
    later = Counter(one.visit for clock, one in people if (clock, one.visit) != newest[one.key])
    return [one for clock, one in people if (clock, one.visit) == newest[one.key]], later


class _Reading:
    """The passed visits of a casebook, read one after the other; what could not be read or had nobody is noted."""

    def __init__(self, book: Casebook, connection: Connection, rows: Sequence[VisitRow]) -> None:
        self._book, self._connection, self._rows = book, connection, rows
        self._lists, self._rulings = Lists(connection), Rulings(connection)
        self._reviewers = _reviewers(connection)
        self._forms: dict[str, OfForm | None] = {}
        self.missing: list[NotReady] = []
        self.nobody: list[NotReady] = []

    def visits(self) -> Iterator[PassedVisit]:
        """In the order of the rows; those whose answers are not on this machine are left out."""
        for start in range(0, len(self._rows), _AT_ONCE):
            part = self._rows[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            sql = f"SELECT e.id, e.clock, b.content FROM envelope e JOIN body b USING (arrival) WHERE e.id IN ({marks})"
            bodies = {
                fact: (clock, content)
                for fact, clock, content in self._connection.execute(sql, [row.submission for row in part])
            }
            for row in part:
                if row.submission not in bodies or self._form(row.form) is None:
                    self.missing.append(NotReady(row.id, "elsewhere", row.people))
                    continue
                clock, content = bodies[row.submission]
                yield PassedVisit(row, clock, decoded(content)["xml"], self._reviewer(row))

    def people(self, visit: PassedVisit) -> tuple[Record, ...]:
        form = self._form(visit.row.form)
        assert form is not None
        try:
            found = form.people(visit)
        except RuhuError:  # no XML: what was handed in was checked then, so the disk is at fault
            self.missing.append(NotReady(visit.row.id, "unreadable", visit.row.people))
            return ()
        if not found:
            self.nobody.append(NotReady(visit.row.id, "nobody", visit.row.people))
        return found

    def choices(self) -> dict[str, tuple[tuple[str, str], ...]]:
        found: dict[str, dict[tuple[str, str], None]] = {}
        for form in self._forms.values():
            for name, told in (form.plan.choices if form is not None else {}).items():
                found.setdefault(name, {}).update(dict.fromkeys(told))
        return {name: tuple(told) for name, told in found.items()}

    def _form(self, form: str) -> OfForm | None:
        if form not in self._forms:
            try:
                definition = definition_of(self._book, form)
            except RuhuError:
                self._forms[form] = None
            else:
                self._forms[form] = OfForm(definition, plan_of(definition), self._lists, self._rulings)
        return self._forms[form]

    def _reviewer(self, row: VisitRow) -> str:
        """Who passed it in the county (县审)."""
        others = (row.submitted_by, row.reviewer)
        return next((author for author in self._reviewers.get(row.submission, ()) if author not in others), "")


def _reviewers(connection: Connection) -> dict[str, list[str]]:
    """Who passed each submission in the county, the first before those whose step did not count any more."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for submission, author in connection.execute(
        "SELECT submission, author FROM visit_step WHERE kind = 'review' AND step = 'pass' AND at = 'county' "
        "ORDER BY clock, fact"
    ):
        found[submission].append(author)
    return found
