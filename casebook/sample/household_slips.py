"""What happens to whole households between two lists: sizes, heads, codes, moves, splits, and people listed twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from casebook.sample.people import County, Listed, Village
from casebook.sample.rates import RATES, quota

_COUPLE = ("户主", "配偶")
_SIMPLE = (*_COUPLE, "之子", "之女", "之孙子", "之孙女")
_IN_NEW_HOUSEHOLD = {"之儿媳": "配偶", "之孙子": "之子", "之孙女": "之女"}


def damage_households(county: County, rng: Random, errors: float) -> None:
    """Plant the kinds of households; a kind stands on each of its rows. Both lists stay in the order of villages."""
    registry = _by_household(county.registry)
    roster = _by_household(county.roster)
    both = sorted(registry.keys() & roster.keys())
    slips: tuple[tuple[str, Callable[[County, list[Listed], list[Listed], Random], bool]], ...] = (
        ("hh_split", _split),
        ("hh_moved", _move),
        ("head_swapped", _swap_heads),
        ("hh_code_stale", _old_code),
        ("hh_size", _other_size),
    )
    for kind, slip in slips:
        left = quota(max(RATES[kind]), len(both), errors, rng, True)
        for hid in rng.sample(both, len(both)):
            if left == 0:
                break
            left -= slip(county, registry[hid], roster[hid], rng)
    county.roster = [row for hid in sorted(roster) for row in roster[hid]]
    order = {(v.county, v.township, v.written): i for i, v in enumerate(county.villages)}
    county.registry.sort(key=lambda row: order[row.county, row.township, row.village])


def _by_household(rows: list[Listed]) -> dict[int, list[Listed]]:
    groups: dict[int, list[Listed]] = {}
    for row in rows:
        groups.setdefault(row.person.household, []).append(row)
    return groups


def _linked(rows: list[Listed], others: list[Listed]) -> set[int]:
    return {row.person.uid for row in rows} & {row.person.uid for row in others}


def _split(county: County, registry: list[Listed], roster: list[Listed], rng: Random) -> bool:
    """hh_split (分户): a grown son has a household of his own in the roster, with wife and children."""
    son = next((row for row in roster if row.relation == "之子" and row.person.age() >= 23), None)
    head = roster[0].relation == "户主"
    if son is None or not head or len(roster) < 3 or not _linked(registry, roster):
        return False
    wife = any(row.relation == "之儿媳" for row in roster)
    leaving = [row for row in roster if row is son or (wife and row.relation in _IN_NEW_HOUSEHOLD)]
    leaving.sort(key=lambda row: (row is not son, row.relation != "之儿媳"))
    staying = [row for row in roster if all(row is not other for other in leaving)]
    code = "99" + "".join(rng.choices("0123456789", k=12))
    for row in leaving:
        row.household_code = code
        row.relation = "户主" if row is son else _IN_NEW_HOUSEHOLD[row.relation]
        row.size = len(leaving)
    for row in staying:
        row.size = len(staying)
    roster[:] = staying + leaving
    for row in roster:
        row.kinds.append("hh_split")
    return True


def _move(county: County, registry: list[Listed], roster: list[Listed], rng: Random) -> bool:
    """hh_moved (迁移): the registry still has the household in another village."""
    here = county.villages[county.households[roster[0].person.household].village]
    there = _elsewhere(county, here, rng)
    if there is None or here.alias or not _linked(registry, roster) or "hh_split" in roster[0].kinds:
        return False
    for row in registry:
        row.township, row.village = there.township, there.written
        row.kinds.append("hh_moved")
    return True


def _elsewhere(county: County, here: Village, rng: Random) -> Village | None:
    """Another village of the same county, one whose name both lists know."""
    others = [v for v in county.villages if v.county == here.county and v is not here and not v.alias]
    return rng.choice(others) if others else None


def _swap_heads(county: County, registry: list[Listed], roster: list[Listed], rng: Random) -> bool:
    """head_swapped: the registry names the other of the couple as head (户主)."""
    relations = [row.person.relation for row in roster]
    seen = [row for row in registry if row.person.uid in _linked(registry, roster)]
    if "配偶" not in relations or any(relation not in _SIMPLE for relation in relations):
        return False
    if not any(row.person.relation in _COUPLE for row in seen) or "hh_split" in roster[0].kinds:
        return False
    for row in registry:
        if row.person.relation == "户主":
            row.relation = rng.choice(("配偶", "丈夫" if row.sex == "男" else "妻子"))
        elif row.person.relation == "配偶":
            row.relation = "户主"
        row.kinds.append("head_swapped")
    return True


def _old_code(county: County, registry: list[Listed], roster: list[Listed], rng: Random) -> bool:
    """hh_code_stale: an old household code (户编号) in the registry."""
    coded = [row for row in registry if row.household_code]
    if not coded or not _linked(coded, roster) or "hh_split" in roster[0].kinds:
        return False
    code = "99" + "".join(rng.choices("0123456789", k=12))
    for row in coded:
        row.household_code = code
        row.kinds.append("hh_code_stale")
    return True


def _other_size(county: County, registry: list[Listed], roster: list[Listed], rng: Random) -> bool:
    """hh_size: the registry counts another number of people; noted where the sizes of a pair are compared."""
    if not _linked(registry, roster):
        return False
    size = max(1, registry[0].size + rng.choice((-1, 1, 1, 2)))
    if size == roster[0].size:
        size += 1
    for row in registry:
        row.size = size
    return True


def duplicate(county: County, chosen: list[Listed], side: str, rng: Random) -> list[Listed]:
    """Add a second row of each person chosen to the list and note it on both rows; return the new rows.

    In the registry mostly a line or two below, else in another village; in the roster in another household.
    """
    rows = county.registry if side == "reg" else county.roster
    place = {id(row): i for i, row in enumerate(rows)}
    first_of_village = {(row.township, row.village): i for i, row in reversed(list(enumerate(rows)))}
    last_of_household = {row.person.household: i for i, row in enumerate(rows)}
    insertions: list[tuple[int, Listed]] = []
    for row in chosen:
        row.kinds.append(f"dup@{side}")
        copy = replace(row, kinds=list(row.kinds))
        at = place[id(row)] + rng.randint(1, 3)
        if side == "ros":
            target = _other_household(rows, row, rng)
            _join(copy, target, rng)
            at = last_of_household[target.person.household] + 1
        elif rng.random() < 0.2:
            _visit_elsewhere(county, copy, rng)
            at = first_of_village.get((copy.township, copy.village), at)
        insertions.append((at, copy))
    insertions.sort(key=lambda insertion: insertion[0])
    _insert(rows, insertions)
    return [copy for _, copy in insertions]


def _insert(rows: list[Listed], insertions: list[tuple[int, Listed]]) -> None:
    """Put each row before the row that stood at its place; `insertions` are in order."""
    merged: list[Listed] = []
    done = 0
    for at, row in insertions:
        merged += rows[done:at]
        merged.append(row)
        done = max(done, at)
    rows[:] = merged + rows[done:]


def _other_household(rows: list[Listed], row: Listed, rng: Random) -> Listed:
    for _ in range(100):
        other = rng.choice(rows)
        if other.person.household != row.person.household:
            return other
    return row


def _join(copy: Listed, target: Listed, rng: Random) -> None:
    """Make a copied row one of the household of `target`."""
    copy.copied, copy.relation = True, "其他"
    moved = (copy.township, copy.village) != (target.township, target.village)
    copy.county, copy.township, copy.village = target.county, target.township, target.village
    copy.household_code, copy.size, copy.phone = target.household_code, target.size, target.phone
    copy.person_code = "99" + "".join(rng.choices("0123456789", k=14))
    if moved and "hh_moved" not in copy.kinds:
        copy.kinds.append("hh_moved")


def _visit_elsewhere(county: County, copy: Listed, rng: Random) -> None:
    copy.copied, copy.relation = True, "其他"
    here = county.villages[county.households[copy.person.household].village]
    there = _elsewhere(county, here, rng)
    if there is not None:
        copy.township, copy.village = there.township, there.written
        copy.household_code = ""
        if "hh_moved" not in copy.kinds:
            copy.kinds.append("hh_moved")
