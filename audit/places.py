"""Which village of the roster a village of the registry is, learned from people whose numbers agree (村名别名)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.findings import VillageAlias
from audit.records import Record
from casebook.people.places import read_village, same_place

Place = tuple[str, str]

FEWEST_VOTES = 4
SMALLEST_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Places:
    """From (township, village as written) to the place meant, for each list; what was learned stands in `aliases`."""

    registry: Mapping[Place, Place]
    roster: Mapping[Place, Place]
    aliases: tuple[VillageAlias, ...] = ()


def written(registry: Sequence[Record], roster: Sequence[Record]) -> Places:
    """Places by their written names alone; a township that leaves out or adds 彝族 and the like is still the same."""
    here, there = {r.village for r in registry}, {r.village for r in roster}
    townships = _townships({town for town, _village in here}, {town for town, _village in there})
    return Places(
        {(town, village): (townships[town], read_village(village)) for town, village in here},
        {(town, village): (town, read_village(village)) for town, village in there},
    )


def _townships(registry: Iterable[str], roster: Collection[str]) -> dict[str, str]:
    """The roster's name of each township of the registry, where one of them alone can be meant: two names of one
    township differ in their end."""
    longer: defaultdict[str, set[str]] = defaultdict(set)
    for town in roster:
        for end in range(2, len(town)):
            longer[town[:end]].add(town)
    named = {}
    for town in registry:
        shorter = {town[:end] for end in range(2, len(town))}.intersection(roster)
        like = [other for other in longer[town] | shorter if same_place(town, other)] if town not in roster else []
        named[town] = like[0] if len(like) == 1 else town
    return named


def learn(
    registry: Sequence[Record], roster: Sequence[Record], sure: Iterable[tuple[int, int]], places: Places
) -> Places:
    """Add the aliases that sure pairs vote for: at least 4 people and 70 % of the village (linkage.md, 4)."""
    votes: defaultdict[Place, Counter[Place]] = defaultdict(Counter)
    for left, right in sure:
        votes[registry[left].village][roster[right].village] += 1
    learned = dict(places.registry)
    aliases = []
    for village, counts in sorted(votes.items()):
        home, count = counts.most_common(1)[0]
        place = places.roster[home]
        if place == learned[village] or not village[1] or not home[1]:
            continue
        if count >= FEWEST_VOTES and count >= SMALLEST_SHARE * counts.total():
            learned[village] = place
            aliases.append(VillageAlias(home[0], village[1], home[1], count))
    return Places(learned, places.roster, tuple(aliases))
