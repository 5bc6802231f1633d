"""Rows of one person listed twice, one of which is changed at the next import: each stays itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.store.lists import current
from casebook.store.sources import stored_people
from tests.audit.casebooks import give, new_book

BEFORE = "孙二妹 | 590909-4 | 女 | 云丰镇 | 白石村 | H002 | P005 | 配偶 | 2 | ."
TWIN = "刘勇星 | 020519-3 | 男 | 云丰镇 | 青桥村 | . | . | 儿子 | . | ."
AFTER = "周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | H003 | P006 | 户主 | 1 | ."
LAST = "吴春来 | 410202-5 | 男 | 河口乡 | 柳林村 | H004 | P007 | 户主 | 2 | ."


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ([BEFORE, TWIN, AFTER, TWIN, LAST], [BEFORE, TWIN.replace("儿子", "之子"), AFTER, TWIN, LAST], [0, 1, 2, 3, 4]),
        ([BEFORE, TWIN, AFTER, TWIN, LAST], [BEFORE, TWIN, AFTER, TWIN.replace("儿子", "之子"), LAST], [0, 1, 2, 3, 4]),
        ([BEFORE, TWIN, TWIN, AFTER], [BEFORE, TWIN.replace("020519-3", "020591-3"), TWIN, AFTER], [0, 1, 2, 3]),
        ([BEFORE, TWIN, AFTER, TWIN, LAST], [BEFORE, AFTER, TWIN, LAST], [0, 2, 3, 4]),
        ([BEFORE, AFTER, LAST], [LAST, BEFORE, AFTER], [2, 0, 1]),
    ],
)
def test_each_stays_itself(tmp_path: Path, old: list[str], new: list[str], same: list[int]) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        people = []
        for rows in (old, new):
            give(book, "registry", "\n".join(rows))
            fact = current(book.connection, "registry")
            assert fact is not None
            people.append(stored_people(book.connection, fact))
    assert [people[0].index(person) for person in people[1]] == same


def test_a_neighbour_of_another_name_is_not_taken_for_the_one_that_left(tmp_path: Path) -> None:
    """The one below bore the number of the one that left: by a slip of the pen, not as one person."""
    left = "王啸宇 | 110519-7 | 男 | 云丰镇 | 青桥村 | H009 | . | 孙子 | 3 | ."
    stays = "刘竹英 | 110519-7 | 女 | 云丰镇 | 青桥村 | H009 | . | 配偶 | 3 | ."
    with new_book(tmp_path / "a.ruhu") as book:
        give(book, "registry", "\n".join([BEFORE, left, stays, AFTER]))
        told = give(book, "registry", "\n".join([BEFORE, stays.replace("配偶", "配偶安"), AFTER]))
        assert told.changes is not None
        fact = current(book.connection, "registry")
        assert fact is not None
        assert (told.changes.gone, told.changes.added, told.changes.changed) == (1, 0, 1)
        row = book.connection.execute("SELECT person FROM listed WHERE name = '刘竹英'").fetchone()
        assert row == (stored_people(book.connection, fact)[1],)
