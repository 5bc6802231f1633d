"""Households to visit (户): from the current roster, with the people of the registry whom it does not name, everyone
with what both lists say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casebook.people.asks import Ask
from casebook.people.codes import health, relation
from casebook.people.idnumber import read_id
from casebook.store.lists import LISTED
from casebook.store.sqlite import Connection
from survey_forms.visits.known_diseases import Disease, diseases_of
from survey_forms.visits.list_rows import Cells, ListRow, RunTold, list_rows, plain_place

_LARGEST = 12
"""Rows taken for one household where nobody wrote down a code or its size."""

_WHOLE_DATE = re.compile(r"\d{4}(?:\D\d{1,2}\D\d{1,2}|\d{4})")
"""A birth date; many lists have the month alone."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a household. `person` is the roster's id, else the registry's; `ids` has all that were joined.
    `roster` and `registry` are the cells of either row, empty where the list does not name this person."""

    person: str
    ids: frozenset[str]
    roster: Cells
    registry: Cells
    diseases: tuple[Disease, ...]
    ill: bool

    def told(self, name: str) -> str:
        """What the roster has under a field, else the registry, else what follows from the identity number."""
        found = self.roster.get(name) or self.registry.get(name, "")
        if name == "sex" and not found:
            return read_id(self.told("id_number")).sex
        if name == "birth_date" and not _WHOLE_DATE.match(found):
            return read_id(self.told("id_number")).birth or found
        return found

    @property
    def name(self) -> str:
        return self.told("name")


@dataclass(frozen=True, slots=True)
class Household:
    """`code` is '' where the list has none; `members` in the order of the list, those of the registry alone last."""

    township: str
    village: str
    code: str
    members: tuple[Member, ...]
    asks: tuple[Ask, ...] = ()

    @property
    def head(self) -> Member:
        """户主, else the first."""
        return next((one for one in self.members if relation(one.told("relation")).name == "户主"), self.members[0])

    @property
    def head_name(self) -> str:
        """The head's name; where no member is told to be the head, the one a list names."""
        head = self.head
        if relation(head.told("relation")).name == "户主":
            return head.name
        return next((told for one in self.members if (told := one.told("head_name"))), head.name)

    @property
    def size(self) -> str:
        """How many people the roster says there are (人数), else how many it names."""
        told = next((size for one in self.members if (size := one.roster.get("household_size", "")).isdecimal()), "")
        return told or str(sum(bool(one.roster) for one in self.members))

    @property
    def ill(self) -> bool:
        return any(one.ill for one in self.members)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(person for one in self.members for person in one.ids)


def households(connection: Connection) -> list[Household]:
    """Every household of the current lists, without asks; by township, village and code. Empty without any list."""
    lists = {side: list_rows(connection, side) for side in LISTED}
    told = RunTold(connection)
    partners: defaultdict[str, list[ListRow]] = defaultdict(list)
    alone: dict[str, ListRow] = {}
    known = {row.person for row in lists["roster"]}
    for row in lists["registry"]:
        joined = [person for person in told.joined.get(row.person, ()) if person in known]
        for person in joined or [row.person]:
            partners[person].append(row)
        if not joined and row.person not in told.second:
            alone.setdefault(row.person, row)
    homes = _by_household([row for row in lists["roster"] if row.person not in told.second])
    _add_alone(homes, list(alone.values()), told)
    found = [
        Household(home.township, home.village, home.code, tuple(_members(home.rows, partners, told)))
        for home in homes
    ]
    return sorted(found, key=lambda one: (one.township, one.village, one.code, one.head_name))


@dataclass(slots=True)
class _Home:
    township: str
    village: str
    code: str
    rows: list[ListRow] = field(default_factory=list)


def _by_household(rows: Sequence[ListRow]) -> list[_Home]:
    """Rows by code; rows without one join their neighbours of the same village, up to the size they tell and with one
    head (户主)."""
    by_code: dict[tuple[str, str, str], _Home] = {}
    homes: list[_Home] = []
    run: _Home | None = None
    for row in rows:
        (township, village), code = row.place, row.cells.get("household_code", "")
        if code:
            home = by_code.get((township, village, code))
            if home is None:
                home = by_code[township, village, code] = _Home(township, village, code)
                homes.append(home)
            run = None
        else:
            if run is None or not _continues(run, row):
                run = _Home(township, village, "")
                homes.append(run)
            home = run
        home.rows.append(row)
    return homes


def _continues(run: _Home, row: ListRow) -> bool:
    first = run.rows[0].cells
    size = first.get("household_size", "")
    if (run.township, run.village) != row.place or size != row.cells.get("household_size", ""):
        return False
    most = int(size) if size.isdecimal() else _LARGEST
    named = "relation" in row.cells or "household_size" in row.cells
    return named and len(run.rows) < most and relation(row.cells.get("relation", "")).name != "户主"


def _add_alone(homes: list[_Home], alone: Sequence[ListRow], told: RunTold) -> None:
    """Put the people of the registry alone into the household of their code, else into one of their own."""
    by_code: defaultdict[str, list[_Home]] = defaultdict(list)
    places: dict[tuple[str, str], tuple[str, str]] = {}
    for home in homes:
        places.setdefault(plain_place(home.township, home.village), (home.township, home.village))
        if home.code:
            by_code[home.code].append(home)
    for row in alone:
        (township, village), code = row.place, row.cells.get("household_code", "")
        plain = plain_place(township, village)
        township, village = places.get(told.aliases.get(plain, plain), (township, village))
        same = by_code.get(code, []) if code else []
        here = [home for home in same if (home.township, home.village) == (township, village)]
        if len(same) == 1 and (not village or not same[0].village):
            here = same
        if here:
            here[0].rows.append(row)
            continue
        home = _Home(township, village, code, [row])
        homes.append(home)
        if code:
            by_code[code].append(home)


def _members(rows: Sequence[ListRow], partners: Mapping[str, Sequence[ListRow]], told: RunTold) -> Iterator[Member]:
    """The people of a household, each once: rows that share a person of the registry are one person's, and the first
    one tells."""
    groups: list[list[ListRow]] = []
    place: dict[str, int] = {}
    for row in rows:
        people = [row.person, *(other.person for other in partners.get(row.person, ()))]
        known = next((place[person] for person in people if person in place), len(groups))
        if known == len(groups):
            groups.append([])
        groups[known].append(row)
        place |= dict.fromkeys(people, known)
    for group in groups:
        yield _member(group, [other for row in group for other in partners.get(row.person, ())], told)


def _member(rows: Sequence[ListRow], others: Sequence[ListRow], told: RunTold) -> Member:
    """A person of these rows in the household, with the registry's rows of the same person."""
    row = rows[0]
    roster = row.cells if row.side == "roster" else {}
    registry = others[0].cells if others else {}
    ids = frozenset(one.person for one in (*rows, *others))
    diseases = diseases_of([other.cells for other in others])
    states = (health(cells.get("health")).healthy for cells in (roster, registry))
    return Member(
        row.person,
        ids,
        roster,
        registry,
        diseases,
        ill=bool(diseases) or False in states or bool(others and told.patients),
    )
