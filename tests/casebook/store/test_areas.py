"""What lies inside what: the same in Python and in SQL."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from casebook.store.areas import condition, inside, normal, placed
from casebook.store.facts import area_of

_NAMES = st.sampled_from(["", "永和镇", "永和", "三溪村", "O'Brien", "a%", "a_", "a", "A"])
_AREAS = st.builds(area_of, _NAMES, _NAMES)
_SQL = sqlite3.connect(":memory:")


@given(_AREAS, st.lists(_AREAS, max_size=3))
def test_sql_says_the_same(area: str, areas: list[str]) -> None:
    (found,) = _SQL.execute(f"SELECT {condition('?1', areas)} WHERE ?1 IS NOT NULL", (area,)).fetchone()
    assert bool(found) == inside(area, areas)
    assert inside(area, normal(areas)) == inside(area, areas)


@given(_NAMES, _NAMES)
def test_a_place_in_sql(township: str, village: str) -> None:
    sql = f"SELECT {placed('p')} FROM (SELECT ? AS township, ? AS village) AS p"
    assert _SQL.execute(sql, (township, village)).fetchone() == (area_of(township, village),)


def test_what_lies_inside() -> None:
    assert inside("永和镇/三溪村", ["永和镇"]) and inside("永和镇", ["永和镇"]) and inside("永和镇", [""])
    assert not inside("永和镇", ["永和"]) and not inside("永和镇", ["永和镇/三溪村"]) and not inside("", ["永和镇"])
    assert not inside("/三溪村", ["永和镇"]) and not inside("永和镇", [])
    assert normal(["永和镇/三溪村", " 永和镇/ ", "甲镇", "永和镇"]) == ("永和镇", "甲镇")
    assert normal(["甲镇", ""]) == ("",)
    (unknown,) = _SQL.execute(f"SELECT {condition('NULL', ['永和镇'])}").fetchone()
    assert not unknown
