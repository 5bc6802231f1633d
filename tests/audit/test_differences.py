from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from audit.differences import Runs, differing


def _brackets(runs: Runs) -> str:
    return "".join(f"[{text}]" if differs else text for text, differs in runs)


def test_equal_lengths_show_transposed_digits() -> None:
    left, right = differing("990000198001010011", "990000198010010011")
    assert (_brackets(left), _brackets(right)) == ("9900001980[01]010011", "9900001980[10]010011")


def test_other_lengths_by_common_parts() -> None:
    left, right = differing("阿依·古丽", "阿依古丽")
    assert (_brackets(left), _brackets(right)) == ("阿依[·]古丽", "阿依古丽")


@given(st.text(max_size=12), st.text(max_size=12))
def test_runs_are_the_texts_and_touch_where_they_change(left: str, right: str) -> None:
    for text, runs in zip((left, right), differing(left, right), strict=True):
        assert "".join(part for part, _differs in runs) == text
        assert all(part for part, _differs in runs)
        assert all(one[1] != other[1] for one, other in pairwise(runs))
