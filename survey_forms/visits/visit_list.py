"""The list of visits (入户清单): which, in what order, a page at a time; and the visit that a word on a command line
means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.people.names import read_name
from casebook.store.casebook import Casebook
from casebook.store.facts import area_of
from casebook.store.sqlite import Connection, literal, storable
from survey_forms.visits.states import OPEN, STATES, State

HANDLE, SHORTEST = 6, 4
"""Characters of an id that are shown, and the fewest that may be given; more tell apart those that begin alike."""

LONGEST = 60
"""Characters of a text to filter by that are looked at."""

PAGE = 500
"""Rows that are asked for at once; SQLite takes far more."""

NOBODY = "-"
"""An `assigned` that means: nobody yet."""


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits; '' means any. `text` begins a household code, a handle, or the name of somebody of the household or
    its pinyin initials. `returned`: only drafts that were sent back."""

    state: State | tuple[State, ...] | str = ""
    township: str = ""
    village: str = ""
    assigned: str = ""
    text: str = ""
    form: str = ""
    returned: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        return (self.state,) if isinstance(self.state, str) and self.state else tuple(self.state)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit. `id` is its fact's, `form` the fact of its form, `household` a code, '' where the list has none;
    `head` the name of its head (户主); `people`, `asks` and `answered` (questions with an answer) are counts; `updated`
    is wall time, ISO UTC.

    `submission` is the last one handed in, `submitted_by` its author, `reviewer` who passed it in the township (乡审);
    `returned`: a draft that was sent back, for `reason`; `conflict`: two machines handed it in or
    answered the same question, and did not know of each other.
    """

    id: str
    form: str
    round: str
    township: str
    village: str
    household: str
    head: str
    state: State
    assigned: str
    people: int
    asks: int
    answered: int
    submission: str
    submitted_by: str
    reviewer: str
    returned: bool
    reason: str
    conflict: bool
    updated: str

    @property
    def handle(self) -> str:
        """How a command line and a paper name the visit."""
        return self.id[:HANDLE]

    @property
    def area(self) -> str:
        return area_of(self.township, self.village)


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What there is to filter by, with the number of visits of each; villages are (township, village, number), and
    `assigned` has '' for those that are nobody's yet."""

    states: tuple[tuple[State, int], ...]
    townships: tuple[tuple[str, int], ...]
    villages: tuple[tuple[str, str, int], ...]
    assigned: tuple[tuple[str, int], ...]


_COLUMNS = (
    "id, form, round, township, village, household, head, state, assigned, people, asks, answered, submission, "
    "submitted_by, passed_by, returned <> '', reason, conflict, updated"
)
_ORDER = "township, village, household, clock, id"


def visit_ids(book: Casebook, filter: VisitFilter) -> list[str]:
    """The visits of a filter, by township, village and household."""
    where, values = _condition(filter)
    rows = book.connection.execute(f"SELECT id FROM visit WHERE {where} ORDER BY {_ORDER}", values)
    return [identity for (identity,) in rows]


def visit_rows(book: Casebook, ids: Sequence[str]) -> list[VisitRow]:
    """Rows of visits, in the order of `ids`; one that is gone since is left out."""
    return rows_of(book.connection, ids)


def rows_of(connection: Connection, ids: Sequence[str]) -> list[VisitRow]:
    """The same over a connection."""
    found: dict[str, VisitRow] = {}
    for start in range(0, len(ids), PAGE):
        part = list(ids[start : start + PAGE])
        marks = ", ".join("?" * len(part))
        rows = connection.execute(f"SELECT {_COLUMNS} FROM visit WHERE NOT gone AND id IN ({marks})", part)
        found |= {row[0]: _row(row) for row in rows}
    return [found[identity] for identity in ids if identity in found]


def _row(row: Sequence[Any]) -> VisitRow:
    values = [*row]
    values[-4], values[-2] = bool(values[-4]), bool(values[-2])
    return VisitRow(*values)


def visit_row(book: Casebook, identity: str) -> VisitRow:
    """One visit by its whole id. Raises RuhuError (usage) when there is none."""
    rows = visit_rows(book, [identity])
    if not rows:
        raise no_visit(identity[:HANDLE])
    return rows[0]


def no_visit(given: str) -> RuhuError:
    what = _("没有编号为「{handle}」的入户").format(handle=given[:24])
    return RuhuError("no_visit", what, _("用 ruhu survey list 看现有入户的编号"), category="usage")


def visit_named(book: Casebook, text: str) -> VisitRow:
    """The visit whose id begins with a text, else the one of the household with that code: the open one, or the newest.

    Raises RuhuError (usage) for none, or when several are meant.
    """
    plain, connection = storable(text).strip(), book.connection
    low = plain.lower()
    ids: list[str] = []
    if len(low) >= SHORTEST and low.isalnum():
        rows = connection.execute(
            "SELECT id FROM visit WHERE NOT gone AND id >= ? AND id < ? ORDER BY id", (low, low + "g")
        )
        ids = [identity for (identity,) in rows]
    if not ids and plain:
        ids = _of_household(connection, plain)
    if not ids:
        raise no_visit(plain)
    if len(ids) > 1:
        what = _("编号「{handle}」不止一次入户").format(handle=plain[:24])
        raise RuhuError("several_visits", what, _("请把编号写长一些"), category="usage")
    return visit_row(book, ids[0])


def _of_household(connection: Connection, code: str) -> list[str]:
    """The visits meant by a household code: of one household one; of several, which bear the same code, one each."""
    rows = connection.execute(
        "SELECT township, village, state, id FROM visit WHERE NOT gone AND household = ? ORDER BY clock, id", (code,)
    ).fetchall()
    meant: dict[tuple[str, str], str] = {}
    for is_open in (False, True):  # an open one takes the place of the newest
        meant |= {(place, village): id for place, village, state, id in rows if (state in OPEN) == is_open}
    return list(meant.values())


def counts(book: Casebook, filter: VisitFilter | None = None) -> dict[State, int]:
    """How many visits have each state; every state is named."""
    where, values = _condition(filter or VisitFilter())
    rows = book.connection.execute(f"SELECT state, count(*) FROM visit WHERE {where} GROUP BY state", values)
    found = dict(rows.fetchall())
    return {state: found.get(state, 0) for state in STATES}


def filter_choices(book: Casebook) -> FilterChoices:
    """The states, townships, villages and people that visits have."""
    connection = book.connection
    villages = connection.execute(
        "SELECT township, village, count(*) FROM visit WHERE NOT gone GROUP BY township, village ORDER BY 1, 2"
    )
    return FilterChoices(
        states=tuple(counts(book).items()),
        townships=tuple(_counted(connection, "township")),
        villages=tuple(villages.fetchall()),
        assigned=tuple(_counted(connection, "assigned")),
    )


def _counted(connection: Connection, column: str) -> list[tuple[str, int]]:
    sql = f"SELECT {column}, count(*) FROM visit WHERE NOT gone GROUP BY {column} ORDER BY {column}"
    return connection.execute(sql).fetchall()


def _condition(filter: VisitFilter) -> tuple[str, list[Any]]:
    """The condition on `visit` and its values."""
    conditions, values = ["NOT gone"], list[Any]()
    if filter.states:
        conditions.append(f"state IN ({', '.join('?' * len(filter.states))})")
        values += filter.states
    named: Mapping[str, str] = {
        "township": filter.township, "village": filter.village, "form": filter.form, "assigned": filter.assigned
    }  # fmt: skip
    for column, wanted in named.items():
        if wanted:
            conditions.append(f"{column} = ?")
            values.append("" if column == "assigned" and wanted == NOBODY else wanted)
    if filter.returned:
        conditions.append("returned <> '' AND state = 'draft'")
    if text := storable(filter.text).strip()[:LONGEST]:
        key = read_name(text).text or text  # as names are written in the column
        conditions.append(
            "(household LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\' OR id IN (SELECT visit FROM visit_person "
            "WHERE name_key LIKE ? ESCAPE '\\' OR initials LIKE ? ESCAPE '\\'))"
        )
        values += [literal(one) + "%" for one in (text, text.lower(), key, text.lower())]
    return " AND ".join(conditions), values
