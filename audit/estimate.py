"""One re-estimation from the lists at hand (linkage.md, 7): where a county slips more often than the tables say, a
slip speaks less against a pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log2

from audit import weights
from audit.findings import Line

Shifts = dict[tuple[str, str], float]

PSEUDO_COUNTS = 60
"""How many pairs the tables count for against what is seen."""

_SAME_AS = {"dot": "same", "format": "same", "extra": "missing"}
"""Levels of a name that are counted as another."""
_EXPECTED: dict[str, dict[str, float]] = {
    "name": {
        "same": weights.NAME_SAME[0],
        **{level: by[3][0] for level, by in weights.NAME_BY_LENGTH.items() if level not in _SAME_AS},
        "other": 0.01,
        "different": 0.009,
    },
    "sex": {level: shares[0] for level, shares in weights.SEX.items()},
    "relation": {"same": 0.95, "different": 0.03, "head_spouse": 0.01},
    "household_code": {"same": 0.95, "different": 0.05},
    "household_size": {level: shares[0] for level, shares in weights.SIZE.items()},
    "person_code": {level: shares[0] for level, shares in weights.PERSON_CODE.items()},
    "village": {"same": 0.97, "same_township": 0.012, "different": 0.014},
}
"""How often a level is seen in pairs of the same person, by the tables; those in several parts are summed up here."""


def estimate(pairs: Iterable[Sequence[Line]]) -> Shifts:
    """Bits to add to each field and level, from the evidence of pairs taken for sure; a field unseen has none."""
    seen: Counter[tuple[str, str]] = Counter()
    for lines in pairs:
        seen.update((field, _SAME_AS.get(level, level)) for field, level, _x, _f in lines)
    shifts: Shifts = {}
    for field, expected in _EXPECTED.items():
        total = sum(seen[field, level] for level in expected)
        if not total:
            continue
        for level, share in expected.items():
            found = (seen[field, level] + PSEUDO_COUNTS * share) / (total + PSEUDO_COUNTS)
            shifts[field, level] = log2(found / share)
    for level, like in _SAME_AS.items():
        if ("name", like) in shifts:
            shifts["name", level] = shifts["name", like]
    return shifts
