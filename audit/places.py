"""Which village of the roster a village of the registry is (村名别名), learned from people whose numbers agree or known
from an earlier run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.findings import VillageAlias
from audit.records import Record
from casebook.people.places import read_township, read_village, same_place

Place = tuple[str, str]

FEWEST_VOTES = 4
SMALLEST_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Places:
    """From (township, village as written) to the place meant, for each list; what was learned or told stands in
    `aliases`."""

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
    registry: Sequence[Record],
    roster: Sequence[Record],
    sure: Iterable[tuple[int, int]],
    places: Places,
    told: Sequence[VillageAlias] = (),
) -> Places:
    """Add the aliases that sure pairs vote for, at least 4 people and 70 % of the village (linkage.md, 4), and those
    of `told` that no such vote stands against."""
    votes: defaultdict[Place, Counter[Place]] = defaultdict(Counter)
    for left, right in sure:
        votes[registry[left].village][roster[right].village] += 1
    homes = _told_homes(told, places)
    learned = dict(places.registry)
    aliases: Counter[tuple[str, str, str]] = Counter()
    for village in sorted({*votes, *homes}):
        counts = votes[village]
        home = _voted(counts) or homes.get(village)
        if home is None or not village[1] or places.roster[home] == learned[village]:
            continue
        learned[village] = places.roster[home]
        aliases[home[0], village[1], home[1]] += counts[home]
    return Places(learned, places.roster, tuple(VillageAlias(*names, count) for names, count in aliases.items()))


def _voted(counts: Counter[Place]) -> Place | None:
    """The roster's village that enough people of a village of the registry live in."""
    if not counts:
        return None
    home, count = counts.most_common(1)[0]
    return home if home[1] and count >= FEWEST_VOTES and count >= SMALLEST_SHARE * counts.total() else None


def _told_homes(told: Iterable[VillageAlias], places: Places) -> dict[Place, Place]:
    """The roster's village of each village of the registry that an alias told is about: in the alias's township, or,
    where the registry knows it in one other township only and the roster there not at all, in that one."""
    by_name: defaultdict[str, list[Place]] = defaultdict(list)
    for village in sorted(places.registry):
        by_name[village[1]].append(village)
    written_as = {place: village for village, place in sorted(places.roster.items(), reverse=True)}
    homes: dict[Place, Place] = {}
    for alias in told:
        township = read_township(alias.township)
        home = (township, alias.roster)
        if home not in places.roster:
            home = written_as.get((township, read_village(alias.roster)), home)
        if home not in places.roster or not home[1]:
            continue
        named = by_name.get(alias.registry, [])
        meant = [village for village in named if places.registry[village][0] == township]
        if not meant and len(named) == 1 and places.registry[named[0]] not in written_as:
            meant = named
        for village in meant:
            homes.setdefault(village, home)
    return homes
