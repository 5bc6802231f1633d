"""Damages the two lists of an invented county, at the rates of lists from offices, and notes each damage on its row.

A person's number, and a person's name, is damaged in one list only, so that one kind names what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from casebook.sample.household_slips import damage_households, duplicate
from casebook.sample.name_slips import NAME_SLIPS
from casebook.sample.number_slips import NUMBER_SLIPS, digits_lost, one_digit, written_badly
from casebook.sample.people import County, Listed, Person
from casebook.sample.rates import RATES, quota

_RELATIONS = ("之子", "之女", "之孙子", "之孙女", "之父", "之母", "之兄弟姐妹", "之儿媳", "其他")
_VAGUE = ("之兄弟姐妹", "其他")
"""A sister is 其他 where a code list has no word for her, so one for the other is no slip."""
_TRIES = 200


def damage(county: County, rng: Random, errors: float) -> None:
    """Damage both lists; `errors` multiplies the rates."""
    damage_households(county, rng, errors)
    work = _Damage(county, rng, errors)
    for side in ("reg", "ros"):
        work.duplicates(side)
    for side in ("reg", "ros"):
        work.numbers_of_others(side)
        work.cells(side, NUMBER_SLIPS, work.numbered)
        work.cells(side, NAME_SLIPS, work.named)
        work.names_of_others(side)
    work.registry_columns()


class _Damage:
    """The rows still whole, and what is known of the people to damage them with."""

    def __init__(self, county: County, rng: Random, errors: float) -> None:
        self._county = county
        self._rng = rng
        self._errors = errors
        self.numbered: set[int] = set()
        self.named: set[int] = set()
        self._exchanged: set[int] = set()
        registry = {row.person.uid for row in county.registry}
        self._linked = registry & {row.person.uid for row in county.roster}
        self._new_heads = {row.person.household for row in county.registry if "head_swapped" in row.kinds}
        self._namesakes: dict[str, list[Person]] = {}
        for person in county.people:
            self._namesakes.setdefault(person.name, []).append(person)

    def _groups(self, side: str) -> list[tuple[list[Listed], bool]]:
        """The rows of a side: the linked ones, and the roster's others (none of their damages is a pair's)."""
        if side == "reg":
            return [([row for row in self._county.registry if row.person.uid in self._linked], True)]
        linked = [row for row in self._county.roster if row.person.uid in self._linked]
        return [(linked, False), ([row for row in self._county.roster if row.person.uid not in self._linked], False)]

    def _count(self, kind: str, side: str, rows: int, sure: bool) -> int:
        return quota(RATES[kind][side != "reg"], rows, self._errors, self._rng, sure)

    def cells(
        self, side: str, slips: Mapping[str, Callable[[Random, str], str | float | None]], touched: set[int]
    ) -> None:
        """Plant the kinds of `slips` in numbers or names; `touched` are the people who have one already."""
        field = "number" if slips is NUMBER_SLIPS else "name"
        for rows, sure in self._groups(side):
            for kind in slips:
                fitting = [row for row in rows if row.person.uid not in touched and self._fits(kind, row)]
                for _ in range(min(self._count(kind, side, len(rows), sure), len(fitting))):
                    self._plant(kind, side, field, slips[kind], fitting, touched)

    def _fits(self, kind: str, row: Listed) -> bool:
        """A certificate is a disabled person's; who bears another's number keeps the name, which tells who it is."""
        if kind == "id_20":
            return row.person.health == "残疾"
        return kind != "name_different" or row.person.uid not in self._exchanged

    def _plant(
        self,
        kind: str,
        side: str,
        field: str,
        slip: Callable[[Random, str], str | float | None],
        rows: list[Listed],
        touched: set[int],
    ) -> None:
        for _ in range(_TRIES):
            row = self._rng.choice(rows)
            if row.person.uid in touched:
                continue
            value = slip(self._rng, getattr(row, field))
            if value is None or value == getattr(row, field) or (field == "name" and not self._free(row, value)):
                continue
            setattr(row, field, value)
            row.kinds.append(f"{kind}@{side}")
            touched.add(row.person.uid)
            return

    def _kin(self, person: Person) -> list[Person]:
        members = self._county.households[person.household].members
        return [self._county.people[i] for i in members if i != person.uid]

    def _free(self, row: Listed, name: str | float) -> bool:
        """Whether a damaged name is no other's in the household."""
        return all(name != other.name for other in self._kin(row.person))

    def duplicates(self, side: str) -> None:
        """Second rows of linked people, some with a damaged number of their own."""
        rows = [row for row in self._groups(side)[0][0] if not row.copied]
        chosen = self._rng.sample(rows, min(self._count("dup", side, len(rows), True), len(rows)))
        for copy in duplicate(self._county, chosen, side, self._rng):
            if side == "reg" and self._rng.random() < 0.45:
                kind, slip = self._rng.choice(
                    (("id_typo1", one_digit), ("id_typo1", one_digit), ("id_precision", digits_lost),
                     ("id_format", written_badly))
                )  # fmt: skip
                self._plant(kind, side, "number", slip, [copy], self.numbered)

    def numbers_of_others(self, side: str) -> None:
        """id_swapped, id_of_member, id_of_namesake: the number is another's, and a sound one.

        Not where the heads are exchanged too: two numbers and two relations exchanged are two names exchanged.
        """
        rng, (rows, sure) = self._rng, self._groups(side)[0]
        households: dict[int, list[Listed]] = {}
        seen: set[int] = set()
        rows = [row for row in rows if row.person.household not in self._new_heads]
        for row in rows:
            uid = row.person.uid
            if uid in self.numbered or uid in self.named or uid in seen or "dup" in "".join(row.kinds):
                continue
            households.setdefault(row.person.household, []).append(row)
            seen.add(uid)
        several = [members for members in households.values() if len(members) > 1]
        pairs = min((self._count("id_swapped", side, len(rows), sure) + 1) // 2, len(several))
        for members in rng.sample(several, pairs):
            first, second = rng.sample(members, 2)
            first.number, second.number = second.number, first.number
            for row in (first, second):
                self._note(row, "id_swapped", side)
        for kind, others in (("id_of_member", self._unlike_kin), ("id_of_namesake", self._namesakes_of)):
            taken = self.numbered | self.named
            fitting = [row for row in rows if row.person.uid not in taken and others(row.person)]
            for row in rng.sample(fitting, min(self._count(kind, side, len(rows), sure), len(fitting))):
                if possible := others(row.person):
                    row.number = rng.choice(possible).number
                    self._note(row, kind, side)

    def _note(self, row: Listed, kind: str, side: str) -> None:
        row.kinds.append(f"{kind}@{side}")
        self.numbered.add(row.person.uid)
        self._exchanged.add(row.person.uid)

    def _listed_kin(self, person: Person) -> list[Person]:
        """Members of the household who stand in the roster, or nobody could tell whose a number or name is."""
        gone = self._county.absent
        return [other for other in self._kin(person) if gone.get(other.uid, "") in ("", "missing_in_registry")]

    def _unlike_kin(self, person: Person) -> list[Person]:
        """Members of the household whose rows can be told apart: another relation or sex, their own numbers whole."""
        return [
            other
            for other in self._listed_kin(person)
            if other.uid not in self.numbered
            and (other.relation != person.relation or other.sex != person.sex)
            and other.name != person.name
        ]

    def _namesakes_of(self, person: Person) -> list[Person]:
        return [other for other in self._namesakes[person.name] if other.household != person.household]

    def names_of_others(self, side: str) -> None:
        """name_of_member: the line above or below was read."""
        rows, sure = self._groups(side)[0]
        touched = self.named | self.numbered
        fitting = [row for row in rows if row.person.uid not in touched and self._of_other_sex(row.person)]
        for row in self._rng.sample(fitting, min(self._count("name_of_member", side, len(rows), sure), len(fitting))):
            row.name = self._rng.choice(self._of_other_sex(row.person)).name
            row.kinds.append(f"name_of_member@{side}")
            self.named.add(row.person.uid)

    def _of_other_sex(self, person: Person) -> list[Person]:
        return [other for other in self._listed_kin(person) if other.sex != person.sex]

    def registry_columns(self) -> None:
        """sex_wrong, relation_typo, pid_stale, code_of_member; not where the number or name is another's."""
        rng = self._rng
        rows = [
            row
            for row in self._groups("reg")[0][0]
            if not row.copied and row.person.uid not in self._exchanged and "name_of_member" not in "".join(row.kinds)
        ]
        for row in self._some("sex_wrong", rows, lambda row: True):
            row.sex = "女" if row.sex == "男" else "男"
            row.kinds.append("sex_wrong@reg")
        for row in self._some("relation_typo", rows, self._plain_relation):
            own = row.person.relation
            vague = own in _VAGUE
            row.relation = rng.choice([r for r in _RELATIONS if r != own and not (vague and r in _VAGUE)])
            row.kinds.append("relation_typo@reg")
        for row in self._some("pid_stale", rows, lambda row: bool(row.person_code)):
            row.person_code = "99" + "".join(rng.choices("0123456789", k=14))
            row.kinds.append("pid_stale")
        for row in self._some("code_of_member", rows, self._has_code_and_kin):
            row.person_code = rng.choice(self._listed_kin(row.person)).code
            row.kinds.append("code_of_member@reg")

    def _some(self, kind: str, rows: list[Listed], fits: Callable[[Listed], bool]) -> list[Listed]:
        fitting = [row for row in rows if fits(row)]
        return self._rng.sample(fitting, min(self._count(kind, "reg", len(rows), True), len(fitting)))

    def _plain_relation(self, row: Listed) -> bool:
        return row.person.relation not in ("户主", "配偶") and "head_swapped" not in row.kinds

    def _has_code_and_kin(self, row: Listed) -> bool:
        return bool(row.person_code) and "pid_stale" not in row.kinds and bool(self._listed_kin(row.person))
