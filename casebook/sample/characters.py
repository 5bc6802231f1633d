"""What a clerk may take a character for: by sound, by looks, by form. An own small table, not the matcher's."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path


def fold(syllable: str) -> str:
    """A syllable with the sounds that dialects mix made one (zh/z, ch/c, sh/s, n/l, hu/f, ng/n)."""
    syllable = re.sub(r"^([zcs])h", r"\1", syllable)
    syllable = re.sub(r"^n", "l", syllable)
    syllable = re.sub(r"^hu(?=[aeio])", "f", syllable)
    return re.sub(r"ng$", "n", "fu" if syllable == "hu" else syllable)


class Characters:
    """The table: for a character the ones a slip of one kind may put in its place."""

    def __init__(self, text: str) -> None:
        data = tomllib.loads(text)
        self.readings = {
            char: tuple(readings.split()) for readings, chars in data["readings"].items() for char in chars
        }
        self._usual: dict[str, list[str]] = defaultdict(list)
        self._folded: dict[str, list[str]] = defaultdict(list)
        for char, readings in self.readings.items():
            self._usual[readings[0]].append(char)
            self._folded[fold(readings[0])].append(char)
        self._looks = _both_ways(data["pairs"]["lookalikes"]["list"])
        self._variants = _both_ways(data["pairs"]["variants"]["list"])

    def homophones(self, char: str) -> list[str]:
        """Characters that sound the same (同音)."""
        others = self._usual[self.readings[char][0]] if char in self.readings else []
        return [other for other in others if other != char and other not in self._variants[char]]

    def near(self, char: str) -> list[str]:
        """Characters that a dialect sounds the same (近音)."""
        if char not in self.readings:
            return []
        own = set(self.readings[char])
        return [
            other
            for other in self._folded[fold(self.readings[char][0])]
            if other not in self._variants[char] and own.isdisjoint(self.readings[other])
        ]

    def lookalikes(self, char: str) -> list[str]:
        """Characters that look alike and sound apart (形近)."""
        return self._looks[char]

    def variants(self, char: str) -> list[str]:
        """Other forms of the same character (异体)."""
        return self._variants[char]

    def unrelated(self, char: str, other: str) -> bool:
        """Whether a character is taken for another by none of these (错字)."""
        if char == other or char not in self.readings or other not in self.readings:
            return False
        if other in self._looks[char] or other in self._variants[char]:
            return False
        return {fold(r) for r in self.readings[char]}.isdisjoint(fold(r) for r in self.readings[other])


def _both_ways(pairs: str) -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for pair in pairs.split():
        first, second = pair[0], pair[1]
        table[first].append(second)
        table[second].append(first)
    return table


@lru_cache(maxsize=1)
def characters() -> Characters:
    return Characters(Path(__file__).with_name("data").joinpath("characters.toml").read_text(encoding="utf-8"))
