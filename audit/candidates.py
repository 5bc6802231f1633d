"""Which pairs are worth weighing: rows that share a number, a code, a phone, a name, or a half of a damaged number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from audit.places import Place
from audit.records import Record
from casebook.people.names import folded_key

Key = tuple[str, ...]
MOST_IN_A_BLOCK = 60
"""A key that more roster rows share says too little to be worth weighing them all."""


def keys(record: Record, place: Place) -> Iterator[Key]:
    """The keys of one row; `place` is its village under the roster's name."""
    number, name = record.number, record.name
    text = name.text
    surname, given = name.surname or text[:1], name.given or text[1:]
    township, village = place
    if number.key:
        yield ("n", number.key)
    if record.person:
        yield ("p", record.person)
    if record.household:
        yield ("h", record.household)
    if record.phone:
        yield ("t", record.phone)
    if text:
        yield ("name", text)
        for folded in folded_key(name):
            yield ("sound", folded, township)
        yield ("surname", surname, village, record.relation.code)
        if len(text) > 1:
            yield ("given", given, village)
        if record.birth:
            yield ("born", record.birth, surname)
        for i in range(len(text) if 3 <= len(text) <= 8 else 0):
            yield ("but_one", text[:i] + text[i + 1 :], village)
    if record.birth:
        yield ("born_here", record.birth, village)
    yield from _halves(record, surname)


def _halves(record: Record, surname: str) -> Iterator[Key]:
    """Parts of a number that survive a slip; read off sound numbers too, since they are the other side."""
    number = record.number
    digits = number.key or number.text
    if number.form in ("blank", "other", "placeholder", "scientific") or len(digits) < 12:
        return
    if number.form == "masked":
        yield ("tail", digits[:6], digits[-4:], surname)
        return
    yield ("first15", digits[:15])
    yield ("first14", digits[:14])
    yield ("first9", digits[:9], surname, digits[-3:])
    if number.form != "precision":
        yield ("last12", digits[-12:])
        yield ("last9", digits[-9:], surname)
        yield ("tail", digits[:6], digits[-4:], surname)


def worth_weighing(
    rows: Sequence[Record], places: Mapping[Place, Place], others: Sequence[Record], other_places: Mapping[Place, Place]
) -> Iterator[tuple[Record, set[int]]]:
    """For each of `rows` the indexes among `others` that share a key with it."""
    keys_of = [(record, list(keys(record, places[record.village]))) for record in rows]
    wanted = {key for _record, its_keys in keys_of for key in its_keys}
    blocks: defaultdict[Key, list[int]] = defaultdict(list)
    for other in others:
        for key in keys(other, other_places[other.village]):
            if key in wanted:
                blocks[key].append(other.index)
    for record, its_keys in keys_of:
        found: set[int] = set()
        for key in its_keys:
            block = blocks.get(key)
            if block and len(block) <= MOST_IN_A_BLOCK:
                found.update(block)
        yield record, found
