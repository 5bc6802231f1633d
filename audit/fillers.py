"""Values that tell nobody apart: one number, code or phone that a list gives to a crowd of people (填充值).

A village's code in the household column, the secretary's phone on every row, one number for all who have none: read as
they stand, they would make one household or one person of a whole village.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from operator import attrgetter

from audit.records import Record
from casebook.people.idnumber import IdNumber

MOST_PEOPLE = 30
"""So many people share no household, no phone and no number. Rows of one person count once."""


def without_fillers(rows: Sequence[Record]) -> tuple[list[Record], list[str]]:
    """The rows with shared codes and phones blank, and shared numbers told as placeholders (占位号); the fields that
    had such values."""
    numbers = _shared(rows, attrgetter("number.key"))
    households = _shared(rows, attrgetter("household"))
    persons = _shared(rows, attrgetter("person"))
    phones = _shared(rows, attrgetter("phone"))
    found = {"id_number": numbers, "household_code": households, "person_code": persons, "phone": phones}
    fields = [field for field, values in found.items() if values]
    if not fields:
        return list(rows), []
    kept = [
        replace(
            row,
            number=IdNumber(row.number.text, "", "placeholder") if row.number.key in numbers else row.number,
            birth="" if row.number.key in numbers and row.birth == row.number.birth else row.birth,
            household="" if row.household in households else row.household,
            person="" if row.person in persons else row.person,
            phone="" if row.phone in phones else row.phone,
        )
        for row in rows
    ]
    return kept, fields


def _shared(rows: Sequence[Record], read: Callable[[Record], str]) -> set[str]:
    """The values that more than `MOST_PEOPLE` people bear."""
    counts = Counter(map(read, rows))
    often = {value for value, count in counts.items() if value and count > MOST_PEOPLE}
    if not often:
        return often
    people: defaultdict[str, set[Hashable]] = defaultdict(set)
    for row in rows:
        if (value := read(row)) in often:
            people[value].add((row.name.text, row.number.text, row.birth, row.household, row.person))
    return {value for value, bearers in people.items() if len(bearers) > MOST_PEOPLE}
