"""What is visited already (已排的入户): the visits that a household has, and the asks that none of them takes along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casebook.people.asks import Ask, answers_to, open_asks
from casebook.store.sqlite import Connection
from survey_forms.visits.households import Household
from survey_forms.visits.states import OPEN, State


@dataclass(frozen=True, slots=True)
class Known:
    """A visit that was not taken back."""

    id: str
    round: str
    state: State
    assigned: str
    people: frozenset[str]


class KnownVisits:
    """All visits of a casebook at one moment, found by household."""

    def __init__(self, connection: Connection) -> None:
        people: defaultdict[str, set[str]] = defaultdict(set)
        for visit, person in connection.execute("SELECT visit, person FROM visit_person"):
            people[visit].add(person)
        self._by_code: defaultdict[tuple[str, str, str], list[Known]] = defaultdict(list)
        self._by_person: defaultdict[str, list[Known]] = defaultdict(list)
        for township, village, household, identity, round, state, assigned in connection.execute(
            "SELECT township, village, household, id, round, state, assigned FROM visit WHERE NOT gone "
            "ORDER BY clock, id"
        ):
            one = Known(identity, round, state, assigned, frozenset(people[identity]))
            if household:
                self._by_code[township, village, household].append(one)
            for person in one.people:
                self._by_person[person].append(one)
        self._asks: defaultdict[str, list[Ask]] = defaultdict(list)
        carried: defaultdict[str, list[str]] = defaultdict(list)
        for ask, visit, state in connection.execute(
            "SELECT a.ask, a.visit, v.state FROM visit_ask a JOIN visit v ON v.id = a.visit WHERE NOT v.gone"
        ):
            if state in OPEN:
                carried[ask].append(visit)
        self.left: list[Ask] = []
        for ask in open_asks(connection):
            for visit in carried.get(ask.id, ()):
                self._asks[visit].append(ask)
            if ask.id not in carried and not answers_to(connection, ask.id):
                self.left.append(ask)

    def of(self, household: Household) -> list[Known]:
        """The visits of a household, oldest first: under its code, else with half of its people and more."""
        if household.code and (found := self._by_code.get((household.township, household.village, household.code))):
            return found
        ids = household.ids
        near = {one.id: one for person in ids for one in self._by_person.get(person, ())}
        members = len(household.members)
        return [
            one for one in near.values() if 2 * (shared := len(ids & one.people)) >= members
            and 2 * shared >= len(one.people)
        ]  # fmt: skip

    def open_asks_of(self, visit: str) -> list[Ask]:
        """The asks that a visit takes along and that still stand."""
        return self._asks.get(visit, [])


def with_asks(
    connection: Connection, everyone: Sequence[Household], visits: KnownVisits
) -> tuple[list[Household], int]:
    """The households with the asks that no visit takes along, and how many of these are about nobody in any list."""
    by_person = {person: place for place, one in enumerate(everyone) for person in one.ids}
    by_code = {(one.township, one.village, one.code): place for place, one in enumerate(everyone) if one.code}
    asks: defaultdict[int, list[Ask]] = defaultdict(list)
    homeless = 0
    for ask in visits.left:
        places = [by_person[person] for _side, person in ask.people if person in by_person]
        place = places[0] if places else by_code.get((ask.township, ask.village, ask.household))
        if place is None:
            homeless += 1
        else:
            asks[place].append(ask)
    found = [replace(one, asks=tuple(asks[place])) if place in asks else one for place, one in enumerate(everyone)]
    return found, homeless
