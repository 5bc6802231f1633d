"""Which registry row and which roster row are one person: what people decided, the fast tier, then the three-class
model over all pairs that share a key, then one partner for each row (linkage.md, 5 to 12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audit import weights
from audit.assign import assign, assigned_state
from audit.candidates import worth_weighing
from audit.compare import Rates, measure, total, weigh
from audit.duplicates import SAME_NAME, second_rows
from audit.estimate import estimate
from audit.findings import VillageAlias
from audit.holders import holders
from audit.matches import Match, Pair, Ranked, Taken
from audit.places import Places, learn, written
from audit.records import Record
from audit.told import NOTHING_TOLD, Told
from casebook.language import _
from casebook.people.names import compare_names
from casebook.progress import Progress, report

WORTH_KEEPING = -16.0
"""Bits from which a weighed pair is kept, as a partner or as a runner-up."""


@dataclass(frozen=True, slots=True)
class Linking:
    """All pairs, what was learned on the way, and the losers: the next best roster row of each registry row, the next
    best registry row of each roster row, with their scores. `ambiguous` are the main pairs whose next best is as good
    as they are."""

    matches: tuple[Match, ...]
    rates: Rates
    aliases: tuple[VillageAlias, ...]
    next_roster: Mapping[int, tuple[int, float]]
    next_registry: Mapping[int, tuple[int, float]]
    ambiguous: frozenset[Pair]


def link(
    registry: Sequence[Record],
    roster: Sequence[Record],
    progress: Progress | None = None,
    told: Told = NOTHING_TOLD,
) -> Linking:
    """Link two lists of one county. A pure function of their rows and of what is told beforehand."""
    voters = told.allowed(_fast(registry, roster))
    places = learn(registry, roster, voters, written(registry, roster), told.aliases)
    sure = told.allowed(_fast(registry, roster, places))
    rates = measure(roster, places, holders(registry, roster))
    pairs = [pair for pair in _worth_weighing(registry, roster, rates, sure) if pair not in told.different]
    taken, _ranked = _assigned(registry, roster, rates, told, sure, pairs, progress)
    seen = (weigh(registry[m.registry], roster[m.roster], rates) for m in taken.matches if m.state != "review")
    rates = replace(rates, shifts=estimate(seen))
    taken, ranked = _assigned(registry, roster, rates, told, sure, pairs, progress)
    second = _confirmed(second_rows(registry, roster, rates, told.different, taken), told)
    main = _confirmed(taken.matches, told)
    next_roster, next_registry, ambiguous = _runners_up(ranked, main, second)
    return Linking(
        tuple(sorted([*main, *second], key=lambda m: (m.registry, m.roster))),
        rates,
        places.aliases,
        next_roster,
        next_registry,
        ambiguous,
    )


def _fast(registry: Sequence[Record], roster: Sequence[Record], places: Places | None = None) -> list[Pair]:
    """Rows whose valid number stands once on each side, under the same name (linkage.md, 5); with `places` known,
    also nothing about the place contradicting."""
    left = _once(registry)
    right = _once(roster)
    pairs = []
    for key, row in left.items():
        other = right.get(key)
        if other is None:
            continue
        a, b = registry[row], roster[other]
        same_name = a.name.text and compare_names(b.name, a.name) in SAME_NAME
        if same_name and (a.sex == b.sex or not a.sex or not b.sex) and _nothing_against(a, b, places):
            pairs.append((row, other))
    return pairs


def _nothing_against(a: Record, b: Record, places: Places | None) -> bool:
    """The same place, household, phone or code; a namesake's number is another's in another village."""
    if places is None or (a.person and a.person == b.person) or (a.household and a.household == b.household):
        return True
    if a.phone and a.phone == b.phone:
        return True
    return not a.village[1] or not b.village[1] or places.registry[a.village] == places.roster[b.village]


def _once(rows: Iterable[Record]) -> dict[str, int]:
    counts: Counter[str] = Counter(r.number.key for r in rows)
    return {
        r.number.key: r.index
        for r in rows
        if r.number.key and counts[r.number.key] == 1 and r.number.form in ("valid", "id20")
    }


def _worth_weighing(
    registry: Sequence[Record], roster: Sequence[Record], rates: Rates, sure: Sequence[Pair]
) -> list[Pair]:
    """The pairs that share a key and have at least one row without a sure partner."""
    lefts, rights = {left for left, _right in sure}, {right for _left, right in sure}
    here, there = rates.places.registry, rates.places.roster
    pairs: dict[Pair, None] = {}
    rest = [r for r in registry if r.index not in lefts]
    for record, others in worth_weighing(rest, here, roster, there):
        pairs.update(((record.index, other), None) for other in others)
    rest = [r for r in roster if r.index not in rights]
    for record, others in worth_weighing(rest, there, registry, here):
        pairs.update(((other, record.index), None) for other in others)
    return list(pairs)


def _assigned(
    registry: Sequence[Record],
    roster: Sequence[Record],
    rates: Rates,
    told: Told,
    sure: Sequence[Pair],
    pairs: Sequence[Pair],
    progress: Progress | None,
) -> tuple[Taken, list[Ranked]]:
    """Take the decided pairs, weigh the sure ones and those worth weighing, and give each row its partner; all pairs
    of the latter, best first."""
    prior = rates.prior
    taken = Taken()
    for left, right in told.pairs:
        score = total(weigh(registry[left], roster[right], rates), prior)
        state = assigned_state(score) if (left, right) in told.unsure else "decided"
        taken.take(Match(left, right, round(score, 1), state, "decided"))
    for left, right in sure:
        if taken.free(left, right):
            score = total(weigh(registry[left], roster[right], rates), prior)
            taken.take(Match(left, right, round(score, 1), "auto", "fast"))
    stage = _("核对")
    ranked: list[Ranked] = []
    for done, (left, right) in enumerate(pairs):
        score = total(weigh(registry[left], roster[right], rates), prior)
        if score > WORTH_KEEPING:
            ranked.append((score, (left, right)))
        if done % 2000 == 0:
            report(progress, stage, done, len(pairs))
    ranked.sort(key=lambda item: (-item[0], item[1]))
    assign(registry, roster, rates, told.different, ranked, taken)
    return taken, ranked


def _confirmed(matches: Sequence[Match], told: Told) -> list[Match]:
    """The matches; one that people said were two, before its values changed, is for a person to judge again."""
    again = told.unsure - told.same
    return [replace(m, state="review") if (m.registry, m.roster) in again else m for m in matches]


def _runners_up(
    ranked: Sequence[Ranked], main: Sequence[Match], second: Sequence[Match]
) -> tuple[dict[int, tuple[int, float]], dict[int, tuple[int, float]], frozenset[Pair]]:
    """The last three fields of `Linking`, from all weighed pairs, best first."""
    chosen = {(m.registry, m.roster) for m in (*main, *second)}
    next_roster: dict[int, tuple[int, float]] = {}
    next_registry: dict[int, tuple[int, float]] = {}
    for score, pair in ranked:
        if pair not in chosen:
            next_roster.setdefault(pair[0], (pair[1], round(score, 1)))
            next_registry.setdefault(pair[1], (pair[0], round(score, 1)))
    ambiguous = frozenset(
        (m.registry, m.roster)
        for m in main
        if m.how == "model"
        and any(
            n is not None and n[1] > m.score - weights.REVIEW_BAND and n[1] > -weights.REVIEW_BAND
            for n in (next_roster.get(m.registry), next_registry.get(m.roster))
        )
    )
    return next_roster, next_registry, ambiguous
