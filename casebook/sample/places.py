"""Invented counties, townships and villages, and how the registry's clerks spell the villages."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from casebook.sample.people import Village


@lru_cache(maxsize=1)
def place_lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("data").joinpath("places.toml").read_text(encoding="utf-8"))


class Places:
    """Makes up place names; within one county no two are the same."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._lists = place_lists()

    def name(self, kind: str, taken: set[str]) -> str:
        """A name of a `county`, `township` or `village` whose stem is not in `taken`; the stem is added there."""
        first, second = self._lists["first"][kind], self._lists["second"][kind]
        for attempt in range(10_000):
            stem = self._rng.choice(first) + self._rng.choice(second)
            if attempt > 200:
                stem += self._rng.choice(second)
            if stem not in taken:
                taken.add(stem)
                suffix: str = self._rng.choice(self._lists["suffix"][kind])
                return f"{stem}{suffix}"
        raise ValueError(f"no more {kind} names")

    def county(self, townships: int, villages: int, taken: set[str]) -> tuple[str, list[str], list[Village]]:
        """A county's name, its townships and its villages, every township with about as many as the next."""
        name = self.name("county", taken)
        used: set[str] = set()
        towns = [self.name("township", used) for _ in range(townships)]
        rooms = [
            Village(name, towns[i * townships // villages], village, village)
            for i, village in enumerate(self.name("village", used) for _ in range(villages))
        ]
        self._spell(rooms, used)
        return name, towns, rooms

    def _spell(self, villages: list[Village], used: set[str]) -> None:
        """The registry drops 村 here, adds 委会 there, and keeps the old name of a merged village (one in 20)."""
        rng = self._rng
        renamed = set(rng.sample(range(len(villages)), max(1, len(villages) // 20))) if len(villages) > 1 else set()
        for i, village in enumerate(villages):
            draw = rng.random()
            if i in renamed:
                village.written, village.alias = self.name("village", used), True
            elif draw < 0.3:
                village.written = village.name.removesuffix("村")
            elif draw < 0.37:
                village.written = village.name + "委会"
