"""Identity numbers as offices write them. 990101 is an area code of nowhere."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.people.idnumber import check_digit, read_id, suggestions

SOUND = "99010119491001002" + check_digit("99010119491001002")


@pytest.mark.parametrize(
    ("written", "form", "text"),
    [
        (SOUND, "valid", SOUND),
        (SOUND[:17] + ("1" if SOUND[17] != "1" else "2"), "check_fails", None),
        (SOUND + "31", "id20", SOUND + "31"),
        (SOUND + "31B2", "id20", SOUND + "31B2"),
        ("990101491001002", "id15", "990101491001002"),
        (990101491001002, "id15", "990101491001002"),
        (9.90101194910010e17, "precision", "990101194910010000"),
        (SOUND[:15] + "000", "precision", SOUND[:15] + "000"),
        ("9.90101E+17", "scientific", "990101"),
        ("9.90101194910010E+17", "scientific", "990101194910010"),
        (SOUND[:6] + "********" + SOUND[14:], "masked", SOUND[:6] + "********" + SOUND[14:]),
        (SOUND[:17], "short", SOUND[:17]),
        (SOUND + "1", "long", SOUND + "1"),
        ("", "blank", ""),
        (None, "blank", ""),
        ("无", "blank", ""),
        ("未办理", "blank", ""),
        ("不详", "blank", ""),
        ("/", "blank", ""),
        ("9" * 18, "placeholder", None),
        ("0" * 18, "placeholder", None),
        ("护照E12345678", "other", None),
    ],
)
def test_form(written: str | float | None, form: str, text: str | None) -> None:
    number = read_id(written)
    assert number.form == form
    if text is not None:
        assert number.text == text


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (" " + SOUND, "space"),
        (SOUND + "\t", "space"),
        (SOUND + "\u00a0", "space"),
        (SOUND[:6] + " " + SOUND[6:], "space"),
        (SOUND[:6] + "-" + SOUND[6:14] + "-" + SOUND[14:], "separator"),
        ("'" + SOUND, "apostrophe"),
        ("\u200b" + SOUND, "zero_width"),
        ("".join(chr(ord(c) + 0xFEE0) for c in SOUND), "width"),
        ("G" + SOUND, "prefix"),
        (SOUND.replace("0", "O", 1), "letters"),
        (SOUND.replace("1", "l", 1), "letters"),
    ],
)
def test_what_is_cleaned_away_is_named(written: str, fault: str) -> None:
    number = read_id(written)
    assert number.form == "valid"
    assert number.key == SOUND
    assert fault in number.faults


def test_lower_case_x() -> None:
    first = next(f"99010119491001{n:03}" for n in range(100, 999) if check_digit(f"99010119491001{n:03}") == "X")
    assert read_id(first + "x").key == first + "X"
    assert read_id(first + "x").faults == ("lower_x",)
    assert read_id(first + "*").key == first + "X"


def test_birth_and_sex_are_told_by_the_number() -> None:
    number = read_id(SOUND)
    assert (number.birth, number.sex) == ("1949-10-01", "2")
    assert read_id("990101491001002").birth == "1949-10-01"


def test_the_modern_form_of_15_digits_is_a_key_and_the_text_stays() -> None:
    number = read_id("990101491001002")
    assert number.key == SOUND
    assert number.text == "990101491001002"


def test_a_repair_is_only_ever_suggested() -> None:
    swapped = SOUND[:9] + SOUND[10] + SOUND[9] + SOUND[11:]
    assert read_id(swapped).key == ""
    assert SOUND in suggestions(read_id(swapped))
    assert suggestions(read_id(SOUND)) == ()


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_every_single_slip_fails_the_check(born: date, sequence: int, place: int, by: int) -> None:
    first = f"990101{born:%Y%m%d}{sequence:03}"
    sound = first + check_digit(first)
    slipped = sound[:place] + str((int(sound[place]) + by) % 10) + sound[place + 1 :]
    assert read_id(sound).form == "valid"
    assert read_id(slipped).form != "valid"


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()))
def test_any_cell_is_read(value: str | float | None) -> None:
    number = read_id(value)
    assert bool(number.key) == (number.form in ("valid", "id20", "id15"))
