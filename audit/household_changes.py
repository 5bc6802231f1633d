"""Households (户) that changed as a whole between the two lists: another head, or split in the roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from audit.case import Case

_HEAD, _SPOUSE = "01", "02"  # codes of 与户主关系


def head_changed(case: Case, members: Mapping[int, Sequence[int]], partner: Mapping[int, int]) -> frozenset[int]:
    """Roster households whose registry members stand in relation to another head (户主不一致).

    `members` are the roster rows of each household, `partner` the registry row of each linked roster row.
    """
    roster, registry = case.roster.records, case.registry.records
    return frozenset(
        home
        for home, rows in members.items()
        if _another_head(
            [(roster[row].relation.code, registry[partner[row]].relation.code) for row in rows if row in partner],
            len(rows),
        )
    )


def _another_head(pairs: Sequence[tuple[str, str]], size: int) -> bool:
    """Whether relations, roster first, of the linked members of a household of `size` rows tell of two heads.

    One member alone differing is a slip of the pen, unless head and spouse changed places or a member is head in the
    registry while the roster's head is not.
    """
    differing = [(ours, theirs) for ours, theirs in pairs if ours and theirs and ours != theirs]
    if not differing or (_HEAD, _HEAD) in pairs:
        return False
    if len(differing) > 1:
        return True
    new_head = differing[0][1] == _HEAD
    old_head_gone = differing[0][0] == _HEAD
    head_listed = any(ours == _HEAD for ours, _theirs in pairs)
    return (new_head and (old_head_gone or not head_listed)) or (differing == [(_HEAD, _SPOUSE)] and len(pairs) < size)


def split(case: Case, members: Mapping[int, Sequence[int]]) -> frozenset[int]:
    """Roster households that stand as one in the registry (分户): two in one village, under one phone or as one
    household of the registry, and their sizes add up to its size."""
    roster, registry = case.roster.records, case.registry.records
    homes, registry_homes = case.holders.roster_households, case.holders.registry_households
    sizes = {home: roster[rows[0]].size for home, rows in members.items() if roster[rows[0]].household}
    together: defaultdict[object, set[int]] = defaultdict(set)
    for record in roster:
        if record.phone and record.household:
            together[record.village, record.phone].add(homes[record.index])
    main = [m for m in case.linking.matches if m.main]
    for match in main:
        together[roster[match.roster].village, registry_homes[match.registry]].add(homes[match.roster])
    sums: defaultdict[int, set[int]] = defaultdict(set)
    for parts in together.values():
        if len(parts) == 2 and all(sizes.get(home) for home in parts):
            for home in parts:
                sums[home].add(sum(sizes[part] for part in parts))
    return frozenset(homes[m.roster] for m in main if registry[m.registry].size in sums.get(homes[m.roster], ()))
