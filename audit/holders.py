"""Who else holds a number: of two sound numbers that differ, one may be a family member's or a namesake's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audit.findings import Side, Wrong
from audit.households import households
from audit.records import Record

Whose = Literal["of_member", "of_namesake"]


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Whose number was taken, the side whose row carries it wrongly ('unknown' when both do, as in a swap), and a row
    of the person it belongs to."""

    whose: Whose
    wrong: Wrong
    owner_side: Side
    owner_row: int


@dataclass(frozen=True, slots=True)
class Holders:
    """For each list: its rows, the rows under each sound number, each row's household, and how often each household
    has a name."""

    registry: Sequence[Record]
    roster: Sequence[Record]
    registry_by_number: Mapping[str, Sequence[int]]
    roster_by_number: Mapping[str, Sequence[int]]
    registry_households: Sequence[int]
    roster_households: Sequence[int]
    registry_names: Mapping[tuple[int, str], int]
    roster_names: Mapping[tuple[int, str], int]

    def misnamed(self, left: Record, right: Record) -> Side | None:
        """Of two rows with unlike names, the side whose row bears the very name of another member of the household:
        one named so on the other side, or twice on its own."""
        home, there = self.registry_households[left.index], self.roster_households[right.index]
        a, b = left.name.text, right.name.text
        if (there, a) in self.roster_names or self.registry_names.get((home, a), 0) > 1:
            return "registry"
        if (home, b) in self.registry_names or self.roster_names.get((there, b), 0) > 1:
            return "roster"
        return None

    def borrowed(self, left: Record, right: Record) -> Borrowed | None:
        """Whose number one of two rows with sound and different numbers carries: a member's of the other's household,
        as either list has it, or a namesake's elsewhere. None when nobody is known to hold it."""
        same_name = bool(left.name.text) and left.name.text == right.name.text
        found: list[Borrowed] = []
        carriers: tuple[tuple[Record, Side], ...] = ((left, "registry"), (right, "roster"))
        for carrier, wrong in carriers:
            for me, owner in reversed(carriers):
                rows, by_number, homes = self._list_of(owner)
                for row in by_number.get(carrier.number.key, ()):
                    its_name = rows[row].name.text
                    if row == me.index:
                        continue
                    if homes[row] == homes[me.index]:
                        if its_name != me.name.text:
                            found.append(Borrowed("of_member", wrong, owner, row))
                    elif carrier is not me and same_name and its_name == me.name.text:
                        found.append(Borrowed("of_namesake", wrong, owner, row))
        if not found:
            return None
        first = next((one for one in found if one.whose == "of_member"), found[0])
        sides = {one.wrong for one in found if one.whose == first.whose}
        return first if len(sides) == 1 else replace(first, wrong="unknown")

    def _list_of(self, side: Side) -> tuple[Sequence[Record], Mapping[str, Sequence[int]], Sequence[int]]:
        if side == "roster":
            return self.roster, self.roster_by_number, self.roster_households
        return self.registry, self.registry_by_number, self.registry_households


def holders(registry: Sequence[Record], roster: Sequence[Record]) -> Holders:
    left, right = households(registry), households(roster)
    return Holders(
        registry,
        roster,
        _by_number(registry),
        _by_number(roster),
        left,
        right,
        Counter((left[r.index], r.name.text) for r in registry if r.name.text),
        Counter((right[r.index], r.name.text) for r in roster if r.name.text),
    )


def _by_number(rows: Sequence[Record]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for record in rows:
        if record.number.key:
            found[record.number.key].append(record.index)
    return dict(found)
