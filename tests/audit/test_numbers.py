"""Two identity numbers side by side: what kind of slip, and which side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.numbers import relate
from casebook.people.idnumber import birth_of, check_digit, read_id

SOUND = "990101198001010011"
SOUND = SOUND[:17] + check_digit(SOUND[:17])


def swap(text: str, i: int) -> str:
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


@pytest.mark.parametrize(
    ("damaged", "level", "kind"),
    [
        (SOUND, "same", ""),
        (SOUND + "41", "same", ""),
        ("990101800101001", "same", ""),
        (SOUND[:14] + "9" + SOUND[15:], "near", "id_typo1"),
        (SOUND[:11] + "2" + SOUND[12:], "near", "id_date"),
        (SOUND[:17] + ("0" if SOUND[17] != "0" else "1"), "near", "id_checkdigit"),
        (swap(SOUND, 7), "near", "id_transpose"),
        (SOUND[:6] + "19810204" + SOUND[14:], "near", "id_date"),
        (SOUND[:9] + SOUND[10:], "near", "id_missing_digit"),
        (SOUND[:9] + "7" + SOUND[9:], "near", "id_extra_digit"),
        (SOUND[:15] + "000", "partial", "id_precision"),
        (float(SOUND[:15] + "000"), "partial", "id_precision"),
        ("9.90101E+17", "area", "id_sci"),
        (SOUND[:6] + "********" + SOUND[14:], "partial", "id_masked"),
        ("", "unknown", ""),
        ("未办理", "unknown", ""),
        ("9" * 18, "unknown", ""),
    ],
)
def test_damaged_against_sound(damaged: str | float, level: str, kind: str) -> None:
    sound, other = read_id(SOUND), read_id(damaged)
    assert relate(other, sound).level == level
    assert relate(sound, other).level == level
    assert relate(other, sound).kind == kind
    if kind:
        assert relate(other, sound).wrong == "left"
        assert relate(sound, other).wrong == "right"


def test_two_sound_numbers_are_never_near() -> None:
    other = "99010119800101002"
    assert relate(read_id(SOUND), read_id(other + check_digit(other))).level == "valid_other"


def test_a_lost_tail_that_passes_the_check_digit_by_luck() -> None:
    """One in eleven: the first 15 are equal and one ends in 000."""
    for middle in range(100, 999):
        cut = f"990101198001{middle:03}000"
        if birth_of(cut[6:14]) and check_digit(cut[:17]) == cut[17]:
            break
    whole = cut[:15] + "12"
    relation = relate(read_id(cut), read_id(whole + check_digit(whole)))
    assert (relation.level, relation.kind, relation.wrong) == ("partial", "id_precision", "left")


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_slip_is_seen(place: int, by: int) -> None:
    slipped = SOUND[:place] + str((int(SOUND[place]) + by) % 10) + SOUND[place + 1 :]
    relation = relate(read_id(slipped), read_id(SOUND))
    assert relation.level == "near"
    assert relation.kind in ("id_typo1", "id_date")


@given(st.text(max_size=24), st.text(max_size=24))
def test_any_two_texts_are_compared(a: str, b: str) -> None:
    forth, back = relate(read_id(a), read_id(b)), relate(read_id(b), read_id(a))
    assert forth.level == back.level


@given(st.text("0123456789X*", min_size=12, max_size=22), st.text("0123456789X*", min_size=12, max_size=22))
def test_any_two_numbers_are_compared_alike_both_ways(a: str, b: str) -> None:
    forth, back = relate(read_id(a), read_id(b)), relate(read_id(b), read_id(a))
    assert (forth.level, forth.kind) == (back.level, back.kind)
