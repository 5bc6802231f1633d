"""Random histories of two devices: the order in which facts arrive changes nothing that is seen."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audit.casebooks import carry, live, rebuilt
from tests.audit.histories import DEVICES, DOINGS, MOST_HOW, MOST_WHICH, Step, check, play

numbers = (st.integers(0, MOST_WHICH - 1), st.integers(0, MOST_HOW - 1))
steps = st.lists(
    st.tuples(st.integers(0, DEVICES - 1), st.sampled_from(DOINGS), *numbers), min_size=4, max_size=24
)  # fmt: skip


@settings(derandomize=True, max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**16), steps=steps)
def test_views_do_not_depend_on_the_order_of_arrival(seed: int, steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = play(Path(folder), seed, steps)
        try:
            check(books, seed)
        finally:
            for book in books:
                book.close()


def test_a_history_is_the_same_each_time(tmp_path: Path) -> None:
    story: list[Step] = [(0, "decide", 3, 1), (1, "decide", 3, 2), (1, "run", 0, 0), (0, "carry", 9, 0)]
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        books = play(tmp_path / name, 5, story)
        check(books, 5)
        found.append([live(book) for book in books])
        for book in books:
            book.close()
    assert found[0] == found[1]
    assert any(row[-4] == "conflict" for row in found[0][0]["finding"])


def test_facts_that_came_twice_or_late_are_taken_once(tmp_path: Path) -> None:
    books = play(tmp_path, 7, [(1, "decide", 1, 0), (1, "decide", 2, 6)])
    assert carry(books[1], books[0]) == 4
    assert carry(books[1], books[0]) == carry(books[0], books[1]) == 0
    assert live(books[0]) == rebuilt(books[0])
    for book in books:
        book.close()
