"""What is known of a person's illnesses before the visit (摸底疾病), out of the rows of the registry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PLACES = ("", "_2", "_3")
_NAMES = ("surveyed_disease", "disease")
_CODES = ("surveyed_disease_code", "disease_code")
_NAMED = {place: frozenset(name + place for name in _NAMES + _CODES) for place in _PLACES}
_SPLIT = re.compile(r"[、,，;；|/\n]+")
_NONE = frozenset(("无", "无病", "健康", "未患病", "-", "—", "/"))


@dataclass(frozen=True, slots=True)
class Disease:
    """An illness that a list names: code (ICD-10), name, class and the date of its diagnosis as written, '' where the
    list has none."""

    code: str
    name: str
    kind: str
    date: str


def diseases_of(rows: Sequence[Mapping[str, str]]) -> tuple[Disease, ...]:
    """The illnesses of a person's rows, each once. What was surveyed (摸底) stands before what was confirmed; one cell
    may name several."""
    found: dict[str, Disease] = {}
    for cells in rows:
        for place in _PLACES:
            if not _NAMED[place].isdisjoint(cells):
                for one in _of_columns(cells, place):
                    found.setdefault(one.name or one.code, one)
    return tuple(found.values())


def _of_columns(cells: Mapping[str, str], place: str) -> list[Disease]:
    def told(*names: str) -> str:
        return next((text for name in names if (text := cells.get(name + place, ""))), "")

    names = _parts(told(*_NAMES))
    codes = _parts(told(*_CODES))
    kind, date = told("disease_class"), told("diagnosed_date")
    if len(codes) != len(names):
        codes = codes if not names else [codes[0] if len(names) == 1 and codes else ""] * len(names)
    names = names or [""] * len(codes)
    return [Disease(code, name, kind, date) for code, name in zip(codes, names, strict=True)]


def _parts(text: str) -> list[str]:
    return [one for part in _SPLIT.split(text) if (one := part.strip()) and one not in _NONE]
