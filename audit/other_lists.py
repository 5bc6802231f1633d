"""Who of the roster and the registry stands on another office's list (死亡、残疾、低保、参保名单): evidence beside a
finding, never a finding of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log2
from typing import NamedTuple

from audit import weights
from audit.fillers import without_fillers
from audit.findings import Side
from audit.link import link
from audit.matches import Match
from audit.records import Record
from casebook.collection import no_garbage_collection


class Found(NamedTuple):
    """A row of another list that names the person of a row of `side`; score in bits."""

    other: int
    side: Side
    row: int
    score: float


def found_in(other: Sequence[Record], lists: Mapping[Side, Sequence[Record]]) -> list[Found]:
    """The rows of `other` that surely name somebody of `lists`, in its order, then roster before registry.

    A list may hold no more than names and numbers, or names and villages. Whoever could be two people is not in it.
    """
    sides: tuple[Side, ...] = ("roster", "registry")
    with no_garbage_collection():
        rows = without_fillers(other)[0]
        found = [
            Found(match.registry, side, match.roster, match.score)
            for side in sides
            if lists.get(side)
            for match in _sure(rows, without_fillers(lists[side])[0])
        ]
    return sorted(found, key=lambda one: (one.other, sides.index(one.side), one.row))


def _sure(other: Sequence[Record], people: Sequence[Record]) -> Iterator[Match]:
    linking = link(other, people)
    # The matcher expects everybody to have a partner; of a list longer than ours most people have none.
    crowd = log2(max(len(other) / len(people), 1.0))
    people_of: defaultdict[int, set[int]] = defaultdict(set)
    others_of: defaultdict[int, set[int]] = defaultdict(set)
    for match in linking.matches:
        people_of[match.registry].add(match.roster)
        others_of[match.roster].add(match.registry)
    for match in linking.matches:
        pair = (match.registry, match.roster)
        if match.state != "auto" or match.score < weights.REVIEW_BAND + crowd or pair in linking.ambiguous:
            continue
        if _one_person(people, people_of[match.registry]) and _one_person(other, others_of[match.roster]):
            yield match


def _one_person(rows: Sequence[Record], indexes: set[int]) -> bool:
    """Whether the rows are one, or bear one sound number: two of one name alone may be two people."""
    numbers = {rows[index].number.key for index in indexes}
    return len(indexes) == 1 or (len(numbers) == 1 and "" not in numbers)
