"""Stored texts and their types."""

from __future__ import annotations

import pytest

from survey_forms.form.check_types import cast, fits


@pytest.mark.parametrize(
    ("kind", "text", "want"),
    [
        ("int", "2.9", "2"), ("int", "-2.9", "-2"), ("int", "x", ""), ("int", "1e3", "1000"), ("decimal", "x", ""),
        ("decimal", " 1.50 ", "1.50"), ("string", " x ", " x "), ("geopoint", "91 0 0 0", ""),
        ("geopoint", "29.2 103.1", "29.2 103.1"), ("geoshape", "1 1;2 2", ""), ("int", "", ""),
    ],
)  # fmt: skip
def test_cast(kind: str, text: str, want: str) -> None:
    assert cast(kind, text) == want


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", ("0", "-12", "2147483647"), ("1.5", "x", "2147483648", "１")),
        ("decimal", ("1.5", "-0.1", "3"), ("1,5", "Infinity", "NaN", "1.2.3")),
        ("date", ("2026-11-22", "2024-02-29"), ("2026-02-29", "26-11-22", "2026/11/22", "2026-1-2")),
        ("time", ("22:02:00", "22:02:00.000+07:00", "00:00:00Z"), ("24:00:00", "22:60:00", "22:02", "22:02:00+0700")),
        ("dateTime", ("2026-11-22T09:30:00", "2026-11-22T09:30:00.123Z"), ("2026-11-22", "2026-11-22 09:30:00", "x")),
        ("geopoint", ("29.2 103.1 0 0", "29.2 103.1"), ("29.2", "a b", "91 1", "1 2 3 4 5")),
        ("geotrace", ("1 1;2 2", "1 1 0 0; 2 2 0 0;"), ("1 1",)),
        ("geoshape", ("1 1;2 2;3 3;1 1",), ("1 1;2 2;1 1", "1 1;2 2;3 3;4 4")),
        ("string", ("anything",), ()),
        ("select1", ("anything",), ()),
    ],
)
def test_fits(kind: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert fits(kind, "") and all(fits(kind, text) for text in good)
    assert [text for text in bad if fits(kind, text)] == []
