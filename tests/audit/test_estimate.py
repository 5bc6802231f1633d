"""One re-estimation: what a county does more often speaks less against a pair."""

from __future__ import annotations

from dataclasses import replace
from math import isclose, log2

import pytest

from audit.compare import weigh
from audit.estimate import PSEUDO_COUNTS, estimate
from audit.findings import Line
from audit.link import link
from audit.records import records
from tests.audit.notation import table


def seen(field: str, **levels: int) -> list[list[Line]]:
    return [[(field, level, 0.0, 0.0)] for level, count in levels.items() for _ in range(count)]


def test_a_field_that_is_never_seen_is_not_shifted() -> None:
    assert estimate([]) == {}
    assert {field for field, _level in estimate(seen("sex", same=10))} == {"sex"}


def test_a_county_as_the_tables_say_shifts_nothing() -> None:
    shifts = estimate(seen("sex", same=990, different=10))
    assert all(abs(by) < 1e-9 for by in shifts.values())


def test_the_tables_count_for_sixty_pairs() -> None:
    shifts = estimate(seen("sex", same=30, different=30))
    share = (30 + PSEUDO_COUNTS * 0.01) / (60 + PSEUDO_COUNTS)
    assert isclose(shifts["sex", "different"], log2(share / 0.01))
    assert shifts["sex", "same"] < 0 < shifts["sex", "different"]


@pytest.mark.parametrize(("level", "like"), [("dot", "same"), ("format", "same"), ("extra", "missing")])
def test_forms_of_a_name_are_counted_together(level: str, like: str) -> None:
    mixed = estimate([*seen("name", different=50), *seen("name", **{level: 40})])
    plain = estimate([*seen("name", different=50), *seen("name", **{like: 40})])
    assert mixed == plain
    assert mixed["name", level] == mixed["name", like]


def test_shifts_reach_the_evidence() -> None:
    """A stale household code says less against a stranger; for the person against the family it says nothing still."""
    rows = records(table("姓名 | 证件号 | 户\n王大山 | 600101-1 | H001\n李桂芳 | 620303-2 | H002"))
    rates = replace(link(rows, rows).rates, shifts={("household_code", "different"): 3.0})
    (before,) = (line for line in weigh(rows[0], rows[1], replace(rates, shifts={})) if line[0] == "household_code")
    (after,) = (line for line in weigh(rows[0], rows[1], rates) if line[0] == "household_code")
    assert (after[2] - before[2], after[3] - before[3]) == (3.0, 0.0)
