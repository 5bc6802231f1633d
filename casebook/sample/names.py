"""Invented names of people: Han by sex and generation, and of Yi, Tibetan and Uyghur form with the dot (间隔点)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

PEOPLES = ("汉族", "彝族", "藏族", "维吾尔族")
DOT = "·"
_DATA = Path(__file__).with_name("data")


@lru_cache(maxsize=1)
def name_lists() -> dict[str, Any]:
    """The lists of `data/names.toml`."""
    return tomllib.loads((_DATA / "names.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def surnames() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """All surnames and their cumulative weights."""
    weighted = [
        (surname, float(weight)) for weight, texts in name_lists()["surnames"].items() for surname in texts.split()
    ]
    return tuple(name for name, _ in weighted), tuple(accumulate(weight for _, weight in weighted))


def generation(year: int) -> str:
    """Whose fashion of names a year of birth follows."""
    return "old" if year < 1960 else "middle" if year < 1985 else "young" if year < 2003 else "child"


_SINGLE = {"old": 0.12, "middle": 0.24, "young": 0.3, "child": 0.12}
"""The share of given names of one character."""


class Namer:
    """Makes up names, all from one random source."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._lists = name_lists()
        self._surnames, self._weights = surnames()
        self._rare: str = self._lists["given"]["rare"]["any"]

    def surname(self, people: str) -> str:
        """A family name; empty for peoples who bear none."""
        if people == "汉族":
            return self._rng.choices(self._surnames, cum_weights=self._weights)[0]
        if people == "彝族":
            return str(self._rng.choice(self._words("yi", "family")))
        return ""

    def shared_character(self, sex: str, year: int) -> str:
        """A character that siblings share (字辈)."""
        return self._rng.choice(self._characters(sex, year))

    def full(self, people: str, surname: str, sex: str, year: int, shared: str = "") -> str:
        """A whole name; `shared` is the generation's character, used where the name has two."""
        rng = self._rng
        if people == "汉族":
            return surname + self.given(sex, year, shared)
        kind = "men" if sex == "男" else "women"
        if people == "彝族":
            dot = DOT if rng.random() < 0.55 else ""
            return f"{surname}{dot}{rng.choice(self._words('yi', 'first'))}{rng.choice(self._words('yi', kind))}"
        if people == "藏族":
            first, second = rng.sample(self._words("tibetan", kind), 2)
            return first + (DOT if rng.random() < 0.2 else "") + second
        return f"{rng.choice(self._words('uyghur', kind))}{DOT}{rng.choice(self._words('uyghur', 'men'))}"

    def given(self, sex: str, year: int, shared: str = "") -> str:
        """A Han given name of one or two characters."""
        rng = self._rng
        characters = self._characters(sex, year)
        if shared:
            return shared + rng.choice(characters)
        last = rng.choice(self._rare) if rng.random() < 0.012 else rng.choice(characters)
        if rng.random() < _SINGLE[generation(year)]:
            return last
        if sex == "女" and year >= 1985 and rng.random() < 0.05:
            return last + last
        first = rng.choice(characters)
        return first + last if first != last else last

    def _characters(self, sex: str, year: int) -> str:
        return str(self._lists["given"][generation(year)]["men" if sex == "男" else "women"])

    @lru_cache(maxsize=16)  # noqa: B019 - a namer lives as long as its county is made
    def _words(self, people: str, kind: str) -> tuple[str, ...]:
        return tuple(self._lists[people][kind].split())
