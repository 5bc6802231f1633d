"""The words that reading a header needs beside those of fields and groups (认列用的词): `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KnownWords:
    """As the file explains them; `codes` are (code, name) by field."""

    values: frozenset[str]
    latin: frozenset[str]
    generic: frozenset[str]
    meaningful: frozenset[str]
    of_person: tuple[str, ...]
    personal: frozenset[str]
    telling: frozenset[str]
    aside: tuple[str, ...]
    codes: Mapping[str, tuple[tuple[str, str], ...]]

    def without_person(self, key: str) -> str:
        """A key without a word for the person of the row before it; '' when it has none."""
        for word in self.of_person:
            if key.startswith(word) and len(key) >= len(word) + 2:
                return key[len(word) :].removeprefix("的")
        return ""


@cache
def known_words() -> KnownWords:
    data = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    codes = {
        name: tuple((code, word) for code, _blank, word in (one.partition(" ") for one in listed))
        for name, listed in data["codes"].items()
    }
    return KnownWords(
        values=frozenset(data["values"]),
        latin=frozenset(data["latin"]),
        generic=frozenset(data["generic"]),
        meaningful=frozenset(data["meaningful"]),
        of_person=tuple(sorted(data["of_person"], key=len, reverse=True)),
        personal=frozenset(data["personal"]),
        telling=frozenset(data["telling"]),
        aside=tuple(data["aside"]),
        codes=codes,
    )
