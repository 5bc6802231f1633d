"""Pairs taken for one person, while they are being found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from audit.findings import LinkState

Pair = tuple[int, int]
Ranked = tuple[float, Pair]
How = Literal["decided", "fast", "model", "household", "leftover", "duplicate"]


@dataclass(frozen=True, slots=True)
class Match:
    """One pair taken for one person. `main` is False for second rows (重复登记)."""

    registry: int
    roster: int
    score: float
    state: LinkState
    how: How
    main: bool = True


@dataclass(slots=True)
class Taken:
    """The one-to-one pairs so far, from both ends; second rows with the row on the other side that they belong to."""

    roster_of: dict[int, int] = field(default_factory=dict)
    registry_of: dict[int, int] = field(default_factory=dict)
    second_registry: dict[int, int] = field(default_factory=dict)
    second_roster: dict[int, int] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)

    def registry_free(self, left: int) -> bool:
        return left not in self.roster_of and left not in self.second_registry

    def roster_free(self, right: int) -> bool:
        return right not in self.registry_of and right not in self.second_roster

    def free(self, left: int, right: int) -> bool:
        return self.registry_free(left) and self.roster_free(right)

    def take(self, match: Match) -> None:
        self.roster_of[match.registry] = match.roster
        self.registry_of[match.roster] = match.registry
        self.matches.append(match)
