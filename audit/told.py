"""What people have decided before a run, and village names that earlier runs learned: they steer the matcher."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from audit.findings import VillageAlias
from audit.matches import Pair


@dataclass(frozen=True)
class Told:
    """`same` (同一人) are pairs of registry row and roster row that are one person, `different` (不是同一人) those that
    are not; `aliases` are village names of earlier runs, the first of two about one village standing.

    `unsure` are pairs decided on values that changed since: those of `same` are linked all the same, but count as
    decided no more; of the others none is linked without a person's word.
    """

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()
    aliases: tuple[VillageAlias, ...] = ()
    unsure: frozenset[Pair] = frozenset()

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs to be linked, in order: of two that share a row the first, none that is told different too."""
        lefts: set[int] = set()
        rights: set[int] = set()
        found = []
        for left, right in sorted(self.same - self.different):
            if left not in lefts and right not in rights:
                lefts.add(left)
                rights.add(right)
                found.append((left, right))
        return tuple(found)

    def allowed(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Those of `pairs` that nothing told stands against: neither told different nor a row told to be another's."""
        roster_of = dict(self.pairs)
        registry_of = {right: left for left, right in self.pairs}
        return [
            (left, right)
            for left, right in pairs
            if (left, right) not in self.different
            and roster_of.get(left, right) == right
            and registry_of.get(right, left) == left
        ]


NOTHING_TOLD = Told()
