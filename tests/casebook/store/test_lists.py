"""Lists in the casebook: rows as they stood, which import counts, and what its people are searched by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.facts import Fact
from casebook.store.lists import LISTS, current, initials_of
from casebook.store.sources import (
    LIST_NAMES,
    LIST_SIDES,
    ListSide,
    append_source,
    new_person_id,
    sources,
    stored_people,
    stored_table,
)
from casebook.store.verify import verify
from casebook.tables.table import Block, Column, Notice, Row, Skipped, Source, Table
from tests.audit.notation import number, table
from tests.casebook.made_books import KEY_NAMES, KEYS

ROSTER = """
姓名   | 证件号   | 性别 | 生日       | 乡     | 村     | 户   | 电话
王大山 | 600101-1 | .    | .          | 云丰镇 | 青桥村 | H001 | 13900000001
李 桂芳 | 620303-2 | 女  | 1962-03-04 | 云丰镇 | 青桥村 | H001 | .
周老幺 | .        | 男   | .          | 云丰镇 | 白石村 | .    | .
"""


@pytest.fixture(params=KEYS, ids=KEY_NAMES)
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Casebook]:
    with create_casebook(tmp_path / "a.ruhu", name="县", author="甲", views=(LISTS,), key=request.param) as made:
        yield made


def give(book: Casebook, side: ListSide, told: Table, people: list[str | None] | None = None) -> Fact:
    with book.writing() as writing:
        rows = people or [f"P{n}" for n in range(len(told.rows))]
        return append_source(writing, told, side, {"某列": "name"}, rows, {"previous": None})


def take_back(book: Casebook, *facts: Fact) -> None:
    with book.writing() as writing:
        writing.append("undo", {"targets": [fact.id for fact in facts]})


def listed(book: Casebook, columns: str = "person, name") -> list[tuple[Any, ...]]:
    return book.connection.execute(f"SELECT {columns} FROM listed ORDER BY side, row").fetchall()


def test_a_table_comes_back_as_it_was_read(book: Casebook) -> None:
    columns = (Column(0, "姓名", "name"), Column(1, "证件号码", "id_number"), Column(3, "别的", None))
    told = Table(
        source=Source("名单.csv", "csv", "ab" * 32, 99, "gb18030"),
        blocks=(Block("甲", "花名册", (2, 3), columns), Block("乙", "", (1, 1), columns[:1])),
        rows=(
            Row(0, 4, ("王大𠮷山", 9.90105194108173e17, None, True)),
            Row(0, 5, ("", 12345678901234567, -1.5, False)),
            Row(1, 2, ("李桂芳",)),
        ),
        skipped=(Skipped("甲", 1, 1, "title", "花名册"),),
        notices=(Notice("hidden_rows", "有隐藏的行", "甲", 7),),
        total_rows=9,
        other_sheets=(("丙", "empty"),),
        unknown_headers=("别的",),
    )
    fact = give(book, "deaths", told, [None, None, None])
    assert stored_table(book.connection, fact) == told
    assert stored_people(book.connection, fact) == [None, None, None]
    assert fact.body and fact.body["mapping"] == {"某列": "name"}
    assert verify(book.connection).broken == ()


def test_people_are_listed_with_what_they_are_searched_by(book: Casebook) -> None:
    fact = give(book, "roster", table(ROSTER))
    """Sex is a code: 1 男, 2 女."""
    columns = "source, side, row, sheet, sheet_row, person, name, name_key, initials, number, birth, sex, township, "
    assert listed(book, columns + "village, household, phone") == [
        (
            fact.id, "roster", 0, "Sheet1", 2, "P0", "王大山", "王大山", "wds", number("600101-1"), "1960-01-01", "1",
            "云丰镇", "青桥村", "H001", "13900000001",
        ),
        (
            fact.id, "roster", 1, "Sheet1", 3, "P1", "李 桂芳", "李桂芳", "lgf", number("620303-2"), "1962-03-04", "2",
            "云丰镇", "青桥村", "H001", "",
        ),
        (fact.id, "roster", 2, "Sheet1", 4, "P2", "周老幺", "周老幺", "zly", "", "", "1", "云丰镇", "白石村", "", ""),
    ]  # fmt: skip


def test_the_newest_import_counts_and_the_one_before_comes_back(book: Casebook) -> None:
    first = give(book, "roster", table(ROSTER))
    other = give(book, "registry", table("姓名\n钱多多"), ["Q0"])
    second = give(book, "roster", table(ROSTER.replace("王大山", "王大川")))
    assert listed(book) == [("Q0", "钱多多"), ("P0", "王大川"), ("P1", "李 桂芳"), ("P2", "周老幺")]
    assert current(book.connection, "roster") == second
    assert [identity for identity, _arrival, _side in sources(book.connection)] == [second.id, other.id, first.id]

    take_back(book, second)
    assert current(book.connection, "roster") == first
    assert listed(book)[1] == ("P0", "王大山")
    take_back(book, first)
    assert current(book.connection, "roster") is None
    assert listed(book) == [("Q0", "钱多多")]


def test_taking_back_an_older_import_changes_nothing_now(book: Casebook) -> None:
    first = give(book, "roster", table(ROSTER))
    give(book, "roster", table(ROSTER.replace("王大山", "王大川")))
    before = listed(book)
    take_back(book, first, first)
    assert listed(book) == before


def test_other_offices_lists_are_no_people(book: Casebook) -> None:
    for side in LIST_SIDES[2:]:
        give(book, side, table(ROSTER), [None] * 3)
    assert listed(book) == []
    assert {side for _id, _arrival, side in sources(book.connection)} == set(LIST_SIDES[2:])
    assert set(LIST_NAMES) == set(LIST_SIDES)


def test_a_list_without_its_body_is_only_known_of(tmp_path: Path) -> None:
    """A machine that is not of the area gets envelopes alone."""
    with create_casebook(tmp_path / "a.ruhu", name="县", author="甲", views=(LISTS,)) as one:
        fact = give(one, "roster", table(ROSTER))
    with create_casebook(tmp_path / "b.ruhu", name="县", author="乙", views=(LISTS,)) as two:
        with two.writing() as writing:
            taken = writing.take(fact.envelope, b"", None, {})
        assert taken.body is None
        assert listed(two) == [] and current(two.connection, "roster") is None
        with pytest.raises(LookupError):
            stored_table(two.connection, taken)


def test_rows_of_each_household_are_proved_apart(book: Casebook) -> None:
    fact = give(book, "roster", table(ROSTER))
    assert fact.body is not None
    assert len(fact.body["digests"]["row"]) == 2
    other = give(book, "roster", table(ROSTER.replace("周老幺", "周老么")))
    assert other.body is not None and set(other.body["digests"]["row"]).isdisjoint(fact.body["digests"]["row"])


def test_a_list_is_there_after_opening_anew(tmp_path: Path) -> None:
    with create_casebook(tmp_path / "a.ruhu", name="县", author="甲", views=()) as book:
        fact = give(book, "roster", table(ROSTER))
    with open_casebook(tmp_path / "a.ruhu", author="甲", views=(LISTS,)) as book:
        assert [person for person, _name in listed(book)] == ["P0", "P1", "P2"]
        assert current(book.connection, "roster") == fact


@pytest.mark.parametrize(
    ("name", "initials"), [("李希楷", "lxk"), ("欧阳娜", "oyn"), ("阿依·古丽", "ay·gl"), ("Anna", "anna"), ("", "")]
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_person_ids_are_read_aloud_and_never_twice() -> None:
    ids = {new_person_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert {len(one) for one in ids} == {13}
    assert not set("".join(one[1:] for one in ids)) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
