"""What lists and the look-up show of a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.people.masking import mask_number, mask_phone, mask_place, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("350000190001011234", "35*************234"),
        ("35000019000101123X", "35*************23X"),
        ("350000000101123", "35**********123"),
        ("35000019000101123411", "35***************411"),
        ("5.1E+17", "*******"),
        ("", ""),
    ],
)
def test_a_number_keeps_its_ends(text: str, shown: str) -> None:
    assert mask_number(text) == shown


def test_a_phone_keeps_three_and_four() -> None:
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("8321234") == "*******"
    assert mask_phone("") == ""


def test_an_address_ends_at_the_township() -> None:
    assert masked("township", "某处") == "某处"
    assert {masked(field, "某处") for field in ("village", "hamlet", "address", "registered_address")} == {"**"}
    assert mask_place("") == ""


def test_cells_by_their_meaning() -> None:
    assert masked("name", "张三") == "张三"
    assert masked("phone_2", "13800001234") == "138****1234"
    assert masked("head_id_number", "350000190001011234") == "35*************234"
    assert masked("bank_account", "6222020000000001234") == "62**************234"
    assert masked(None, "不认识的列") == "**"


@given(st.text(alphabet="0123456789X", max_size=24))
def test_no_more_than_the_ends_are_told(text: str) -> None:
    for mask, most in ((mask_number, 5), (mask_phone, 7)):
        hidden = mask(text)
        assert len(hidden) == len(text)
        assert len(hidden.replace("*", "")) <= most
