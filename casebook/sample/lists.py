"""Two offices list the people of an invented county: the roster everyone, the registry its patients, each with gaps."""

from __future__ import annotations

from random import Random

from casebook.sample.lives import word_lists
from casebook.sample.numbers import phone
from casebook.sample.people import County, Household, Listed, Person

ABSENT = {"missing_in_roster": 0.03, "deceased": 0.008, "married_out": 0.006}
"""Rates of people on the registry whom the roster does not have."""
LEFT_OUT = 0.06
"""Rate of people whom a registry of all people does not have."""

_SPOKEN = {
    "之孙子": ("之孙子", "孙子"),
    "之孙女": ("之孙女", "孙女"),
    "之父": ("之父", "父亲"),
    "之母": ("之母", "母亲"),
    "之儿媳": ("之儿媳", "儿媳"),
    "之兄弟姐妹": ("之兄弟姐妹", "兄弟姐妹"),
}
_SONS = ("长子", "次子", "三子", "四子")
_DAUGHTERS = ("长女", "次女", "三女", "四女")


def list_people(county: County, rng: Random, errors: float) -> None:
    """Fill `county.roster` and `county.registry` with clean rows, and `county.absent`."""
    listed = set(county.patients)
    if county.scope == "people":
        everyone = range(len(county.people))
        left_out = rng.sample(everyone, min(round(LEFT_OUT * len(everyone) * errors), len(everyone) // 2))
        county.absent = dict.fromkeys(sorted(left_out), "missing_in_registry")
        listed = set(everyone) - county.absent.keys()
    candidates = rng.sample(sorted(listed), len(listed))
    for kind, rate in ABSENT.items():
        for _ in range(round(min(rate * errors, 0.2) * len(listed))):
            county.absent[candidates.pop()] = kind
    roster_gone = {uid for uid, kind in county.absent.items() if kind != "missing_in_registry"}
    county.roster = [row for household in county.households for row in _roster_rows(county, household, roster_gone)]
    habits = _Habits(county, rng)
    for household in county.households:
        county.registry += habits.rows(household, [county.people[i] for i in household.members if i in listed])


def _roster_rows(county: County, household: Household, gone: set[int]) -> list[Listed]:
    village = county.villages[household.village]
    members = [county.people[i] for i in household.members if i not in gone]
    return [
        Listed(
            person,
            village.county,
            village.township,
            village.name,
            household.code,
            person.code,
            person.name,
            person.sex,
            person.number,
            person.relation,
            len(members),
            household.phone,
        )
        for person in members
    ]


class _Habits:
    """How the registry's clerks write: some townships fill in codes, relations in spoken words, phones as they come."""

    def __init__(self, county: County, rng: Random) -> None:
        self._county = county
        self._rng = rng
        filled = rng.sample(county.townships, max(1, round(len(county.townships) * 0.67)))
        self._coded = set(filled) if county.codes else set()

    def rows(self, household: Household, members: list[Person]) -> list[Listed]:
        """The registry's rows of a household, in no order."""
        county, rng = self._county, self._rng
        village = county.villages[household.village]
        coded = village.township in self._coded and rng.random() < 0.97
        numbers = _birth_order([county.people[i] for i in household.members])
        rows = []
        for person in members:
            kind = county.absent.get(person.uid, "")
            row = Listed(
                person,
                village.county,
                village.township,
                village.written,
                household.code if coded else "",
                person.code if coded and rng.random() < 0.97 else "",
                person.name,
                person.sex,
                person.number,
                self._spoken(person, numbers),
                len(household.members),
                self._phone(household.phone),
                self._remark(kind),
            )
            rows.append(row)
        if rng.random() < 0.4:
            rng.shuffle(rows)
        return rows

    def _phone(self, known: str) -> str:
        draw = self._rng.random()
        return "" if draw < 0.3 else phone(self._rng) if draw < 0.42 else known

    def _remark(self, kind: str) -> str:
        words = word_lists()
        if kind == "deceased":
            return str(self._rng.choice(words["remarks_dead"]))
        if kind == "married_out":
            return str(self._rng.choice(words["remarks_married"]))
        return str(self._rng.choice(words["remarks_other"])) if self._rng.random() < 0.03 else ""

    def _spoken(self, person: Person, numbers: dict[int, int]) -> str:
        rng, relation = self._rng, person.relation
        if relation == "户主":
            return "本人" if rng.random() < 0.3 else "户主"
        if relation == "配偶":
            return rng.choice(("配偶", "配偶", "妻子", "妻") if person.sex == "女" else ("配偶", "配偶", "丈夫", "夫"))
        if relation in ("之子", "之女"):
            place = numbers.get(person.uid, 9)
            plain, ordinals = ("儿子", _SONS) if relation == "之子" else ("女儿", _DAUGHTERS)
            ordinal = ordinals[place] if place < len(ordinals) else plain
            return rng.choice((relation, plain, ordinal))
        return rng.choice(_SPOKEN.get(relation, (relation,)))


def _birth_order(members: list[Person]) -> dict[int, int]:
    """The place of each son among the sons, of each daughter among the daughters, from 0."""
    order: dict[int, int] = {}
    for relation in ("之子", "之女"):
        children = sorted((m for m in members if m.relation == relation), key=lambda person: person.birth)
        order |= {child.uid: place for place, child in enumerate(children)}
    return order
