"""Rows that stand together as a household, with codes and without."""

from __future__ import annotations

from audit.households import households, members
from audit.records import records
from tests.audit.notation import table

HEAD = "姓名 | 村 | 户 | 关系 | 人数\n"


def of(*rows: str) -> list[int]:
    return households(records(table(HEAD + "\n".join(f"某 | {row}" for row in rows))))


def test_a_code_joins_rows_that_are_torn_apart() -> None:
    found = of("青桥村 | H001 | 户主 | 2", "青桥村 | H002 | 户主 | 1", "青桥村 | H001 | 配偶 | 2")
    assert found == [0, 1, 0]
    assert members(found) == {0: [0, 2], 1: [1]}


def test_without_a_code_neighbours_of_one_village_and_size_up_to_that_size() -> None:
    couple = ("青桥村 | . | 户主 | 2", "青桥村 | . | 配偶 | 2")
    assert of(*couple, "青桥村 | . | 之母 | 2") == [0, 0, 1]
    assert of(*couple, "白石村 | . | 之子 | 2") == [0, 0, 1]
    assert of(*couple[:1], "青桥村 | . | 之子 | 3") == [0, 1]


def test_a_second_head_begins_a_household() -> None:
    assert of("青桥村 | . | 户主 | 4", "青桥村 | . | 之子 | 4", "青桥村 | . | 户主 | 4") == [0, 0, 1]


def test_a_village_that_tells_neither_size_nor_relation_is_no_household() -> None:
    assert max(map(len, members(of(*["青桥村 | . | . | ."] * 100)).values())) == 12
