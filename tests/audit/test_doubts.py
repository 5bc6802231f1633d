"""Lists given in the wrong order, twice, or without a name: said, not refused."""

from __future__ import annotations

from audit.doubts import doubts
from casebook.tables.table import Block, Column, Source, Table

ROSTER = ("name", "id_number", "poverty_status", "cause", "income")
REGISTRY = ("name", "id_number", "disease", "confirmation")


def _list(name: str, fields: tuple[str, ...]) -> Table:
    columns = tuple(Column(index, field, field) for index, field in enumerate(fields))
    block = Block("名单", "", (1, 1), columns)
    return Table(Source(name, "xlsx", name, 1), (block,), (), (), (), 1)


def test_lists_in_their_order_raise_no_doubt() -> None:
    assert doubts(_list("a.xlsx", ROSTER), _list("b.xlsx", REGISTRY)) == []
    assert doubts(_list("a.xlsx", ("name", "id_number")), _list("b.xlsx", ("name", "id_number"))) == []


def test_swapped_lists_are_told() -> None:
    assert ["反了" in str(doubt) for doubt in doubts(_list("b.xlsx", REGISTRY), _list("a.xlsx", ROSTER))] == [True]


def test_a_registry_that_repeats_facts_of_the_roster_is_not_swapped() -> None:
    both = tuple(dict.fromkeys(REGISTRY + ROSTER))
    assert doubts(_list("a.xlsx", ROSTER), _list("b.xlsx", both)) == []
    assert doubts(_list("b.xlsx", both), _list("a.xlsx", ROSTER)) == []


def test_one_file_twice_is_told() -> None:
    told = doubts(_list("a.xlsx", ROSTER), _list("a.xlsx", ROSTER))
    assert list(map(str, told)) == ["两边给的是同一个文件，只能查出名单内部的问题。"]


def test_a_list_without_names_or_numbers_is_told() -> None:
    told = doubts(_list("a.xlsx", ("id_number", "cause")), _list("b.xlsx", ("name", "disease")))
    assert list(map(str, told)) == [
        "a.xlsx：没有姓名列，只能靠证件号和其他各项来认人。",
        "b.xlsx：没有证件号码列，只能靠姓名和其他各项来认人。",
    ]
