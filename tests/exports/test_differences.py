from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exports.differences import marked
from exports.shared_strings import Rich


def _brackets(value: str | Rich) -> str:
    if isinstance(value, str):
        return value
    return "".join(f"[{text}]" if mark else text for text, mark in value.runs)


def test_equal_lengths_place_by_place() -> None:
    assert [_brackets(one) for one in marked("990000198001010011", "990000198010010011")] == [
        "9900001980[01]010011",
        "9900001980[10]010011",
    ]
    assert [_brackets(one) for one in marked("李希楷", "李希凯")] == ["李希[楷]", "李希[凯]"]


def test_other_lengths_by_common_parts() -> None:
    assert [_brackets(one) for one in marked("李希楷", "李楷")] == ["李[希]楷", "李楷"]
    assert [_brackets(one) for one in marked("阿依·古丽", "阿依古丽")] == ["阿依[·]古丽", "阿依古丽"]


def test_equal_and_blank_stay_plain() -> None:
    assert marked("李希楷", "李希楷") == ("李希楷", "李希楷")
    assert marked("李希楷", "") == ("李希楷", "")


@given(st.text(max_size=12), st.text(max_size=12))
def test_runs_add_up_to_the_text_and_what_is_unmarked_is_common(left: str, right: str) -> None:
    both = marked(left, right)
    assert [one if isinstance(one, str) else one.text for one in both] == [left, right]
    plain = ["".join(t for t, mark in one.runs if not mark) if isinstance(one, Rich) else one for one in both]
    if left and right:
        assert plain[0] == plain[1]
