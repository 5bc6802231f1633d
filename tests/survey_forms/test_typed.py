"""What is typed at the door, and what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from casebook.errors import RuhuError
from survey_forms.typed import stored_text

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("date", "20261122", "2026-11-22"),
        ("date", "261122", "2026-11-22"),
        ("date", "580301", "1958-03-01"),
        ("date", "200313", "2020-03-13"),
        ("date", "191205", "2019-12-05"),
        ("date", "1122", "2026-11-22"),
        ("date", "t", "2026-11-22"),
        ("date", "T-3", "2026-11-19"),
        ("date", "t+1", "2026-11-23"),
        ("date", "２０２６年１１月２日", "2026-11-02"),
        ("date", "2026/1/2", "2026-01-02"),
        ("date", "26.1.2", "2026-01-02"),
        ("int", "０12", "12"),
        ("int", "1,200", "1200"),
        ("int", "-3", "-3"),
        ("decimal", "1，200.50", "1200.50"),
        ("decimal", ".5", "0.5"),
        ("decimal", "007", "7"),
        ("decimal", "-0.25", "-0.25"),
        ("time", "1430", "14:30:00.000"),
        ("time", "9:05", "09:05:00.000"),
        ("datetime", "20261122 1430", "2026-11-22T14:30:00.000"),
        ("text", "  李希楷，本人 ", "李希楷，本人"),
        ("text", "证\x00明\x1b\r\n在\ufffe家\ud83d", "证明\n在家"),
        ("select1", "0１", "01"),
        ("select", "１　3", "1 3"),
        ("date", "   ", ""),
        ("int", "", ""),
    ],
)
def test_what_is_typed_is_stored_as(kind: str, typed: str, stored: str) -> None:
    assert stored_text(kind, typed, TODAY) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "20260230"), ("date", "1332"), ("date", "昨天"), ("date", "t-99999"), ("date", "123"),
        ("date", "201305"), ("date", "200305"), ("date", "198712"),
        ("int", "3.5"), ("int", "三"), ("int", "1" * 16), ("decimal", "1.2.3"), ("decimal", "12元"), ("decimal", "."),
        ("time", "2460"), ("time", "25:00"), ("datetime", "t 2561"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_can(kind: str, typed: str) -> None:
    with pytest.raises(RuhuError) as refused:
        stored_text(kind, typed, TODAY)
    assert refused.value.category == "check" and refused.value.remedy
    assert typed not in refused.value.what

