"""One partner for each row: the best pair first, second rows in their turn, then households, doubts and leftovers."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from math import log2

from audit import weights
from audit.compare import Rates, total, weigh
from audit.duplicates import may_be_second
from audit.findings import LinkState
from audit.households import members
from audit.matches import Match, Pair, Ranked, Taken
from audit.records import Record


def assign(
    registry: Sequence[Record],
    roster: Sequence[Record],
    rates: Rates,
    different: Collection[Pair],
    ranked: Sequence[Ranked],
    taken: Taken,
) -> None:
    """Fill `taken`; `different` are pairs told to be two people, none of them in `ranked`.

    Once the family class is weighed, an exact assignment would add almost nothing to the greedy.
    """
    _best_first(registry, roster, ranked, taken, weights.REVIEW_BAND)
    _by_household(registry, roster, rates, different, taken)
    _best_first(registry, roster, ranked, taken, -weights.REVIEW_BAND)
    _leftovers(registry, rates, different, ranked, taken)


def assigned_state(score: float) -> LinkState:
    return "auto" if score >= weights.REVIEW_BAND else "review"


def _best_first(
    registry: Sequence[Record], roster: Sequence[Record], ranked: Sequence[Ranked], taken: Taken, floor: float
) -> None:
    """Pairs from the best down to `floor`. A row whose partner is taken by a row of its own list that may name the
    same person queues as a second row, behind the pairs that are better than it less the prior of second rows."""
    waiting: deque[Ranked] = deque()
    for score, (left, right) in ranked:
        while waiting and waiting[0][0] >= score:
            _take_second(waiting.popleft()[1], taken)
        if score < floor:
            break
        if taken.free(left, right):
            taken.take(Match(left, right, round(score, 1), assigned_state(score), "model"))
        elif score + weights.DUPLICATE_PRIOR >= 0 and _may_be_second(registry, roster, left, right, taken):
            waiting.append((score + weights.DUPLICATE_PRIOR, (left, right)))
    for _score, pair in waiting:
        _take_second(pair, taken)


def _may_be_second(registry: Sequence[Record], roster: Sequence[Record], left: int, right: int, taken: Taken) -> bool:
    if taken.registry_free(left) and right in taken.registry_of:
        return may_be_second(registry[left], registry[taken.registry_of[right]])
    if taken.roster_free(right) and left in taken.roster_of:
        return may_be_second(roster[right], roster[taken.roster_of[left]])
    return False


def _take_second(pair: Pair, taken: Taken) -> None:
    left, right = pair
    if taken.registry_free(left) and right in taken.registry_of:
        taken.second_registry[left] = right
    elif taken.roster_free(right) and left in taken.roster_of:
        taken.second_roster[right] = left


_PLACED_PRIOR = -2.0
"""Among the few rows of one household that are still without a partner."""
_OTHERS_IN_HOUSEHOLD = 0.3
"""How many members a household has that neither list names."""


def _by_household(
    registry: Sequence[Record], roster: Sequence[Record], rates: Rates, different: Collection[Pair], taken: Taken
) -> None:
    """Linked members place the registry's household; its other members meet the unlinked there (linkage.md, 10).

    The fewer are left there, the less can the row be another member.
    """
    homes = [(rates.places.roster[r.village], r.household) if r.household else None for r in roster]
    unlinked: defaultdict[object, list[int]] = defaultdict(list)
    for record in roster:
        if taken.roster_free(record.index) and homes[record.index] is not None:
            unlinked[homes[record.index]].append(record.index)
    found: list[Ranked] = []
    for rows in members(rates.holders.registry_households).values():
        placed = {homes[taken.roster_of[row]] for row in rows if row in taken.roster_of} - {None}
        for left in rows:
            if not taken.registry_free(left):
                continue
            for home in placed:
                rest = [right for right in unlinked.get(home, ()) if (left, right) not in different]
                for right in rest:
                    family = -log2(len(rest) - 1 + _OTHERS_IN_HOUSEHOLD)
                    score = total(weigh(registry[left], roster[right], rates), _PLACED_PRIOR, family)
                    found.append((score, (left, right)))
    for score, (left, right) in sorted(found, key=lambda item: (-item[0], item[1])):
        if score <= 0:
            break
        if taken.free(left, right):
            taken.take(Match(left, right, round(score, 1), assigned_state(score), "household"))


def _leftovers(
    registry: Sequence[Record], rates: Rates, different: Collection[Pair], ranked: Sequence[Ranked], taken: Taken
) -> None:
    """An equal sound number that both sides have left over is a proposal for a person, whatever the rest says, unless
    another row that is left over fits better."""
    proposed = {
        record.index
        for record in registry
        if record.number.key and taken.registry_free(record.index)
        for right in rates.holders.roster_by_number.get(record.number.key, ())
        if taken.roster_free(right) and (record.index, right) not in different
    }
    for score, (left, right) in ranked:
        if left in proposed and taken.free(left, right):
            taken.take(Match(left, right, round(score, 1), "review", "leftover"))
