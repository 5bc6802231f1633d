"""Numbers, texts, yes and no, and how they become each other, as JavaRosa has it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from survey_forms.xpath.values import Value, script_number, stored
from tests.survey_forms.xpath.notation import NOW, form, holds

HOUSEHOLD = form(
    """
    data
      n:: int: 5
      zero:: int: 0
      blank:: int:
      amount:: decimal: 123456789.123
      s:: string: 05
      born:: date: 1980-03-01
      seen:: dateTime: 2026-01-02T10:00:00.000+08:00
      known:: boolean: 1
      group
        inner: x
    """
)


def test_arithmetic() -> None:
    holds(
        HOUSEHOLD,
        """
        1 + 2 * 3                   -> 7
        (1 + 2) * 3                 -> 9
        8 div 2 div 2               -> 2
        3 - 1 - 1                   -> 1
        5 mod -3                    -> 2
        -5 mod 3                    -> -2
        5.5 mod 2                   -> 1.5
        -(-(3))                     -> 3
        1 div 0                     -> Infinity
        -1 div 0                    -> -Infinity
        0 div 0                     -> NaN
        0.1 + 0.2                   -> 0.3
        1 div 3                     -> 0.3333333333333333
        '5' + '6'                   -> 11
        'a' + 1                     -> NaN
        1and 1                      -> true
        2div1                       -> 2
        1 + 2 = 3 and 2 < 3 or 0    -> true
        1 = 1 = true()              -> true
        2 > 1 > 0                   -> true
        """,
    )


def test_texts_of_numbers() -> None:
    holds(
        HOUSEHOLD,
        """
        string(1000000)             -> 1000000
        string(2147483647)          -> 2147483647
        string(2147483648)          -> 2.147483648E9
        string(/data/amount)        -> 1.23456789123E8
        string(10000000.5)          -> 1.00000005E7
        string(0.001)               -> 0.001
        string(0.0001)              -> 1.0E-4
        string(-0.00025)            -> -2.5E-4
        string(-1 * 0)              -> 0
        string(round(123456789.123, 2)) -> 1.2345678912E8
        """,
    )
    assert [script_number(n) for n in (1e21, 1.5e-7, 0.00001, 123456789.123, -0.0)] == [
        "1e+21",
        "1.5e-7",
        "0.00001",
        "123456789.123",
        "0",
    ]


def test_numbers_of_texts() -> None:
    holds(
        HOUSEHOLD,
        """
        number('1,5')               -> 1.5
        number(' 7 ')               -> 7
        number('')                  -> NaN
        number('1e3')               -> NaN
        number('+1')                -> NaN
        number('1_000')             -> NaN
        number('１２')              -> NaN
        number('inf')               -> NaN
        number(true())              -> 1
        number('2018-01-01')        -> NaN
        number(/data/born)          -> 3712
        """,
    )


def test_comparing() -> None:
    holds(
        HOUSEHOLD,
        """
        '10' > '9'                  -> true
        'a' < 'b'                   -> false
        '05' = 5                    -> true
        '05' = '5'                  -> false
        '' = 0                      -> false
        true() = 'x'                -> true
        true() = 2                  -> true
        0.1 + 0.2 = 0.3             -> true
        /data/n = '05'              -> true
        /data/s = 5                 -> true
        /data/s = '5'               -> false
        /data/blank = ''            -> true
        /data/blank < 1             -> false
        /data/nothing = ''          -> true
        /data/nothing != ''         -> false
        """,
    )


def test_yes_and_no() -> None:
    holds(
        HOUSEHOLD,
        """
        boolean('false')            -> true
        boolean('')                 -> false
        boolean(0)                  -> false
        boolean(number('x'))        -> false
        boolean(/data/zero)         -> false
        boolean(/data/blank)        -> false
        boolean(/data/s)            -> true
        boolean(/data/group)        -> false
        not(/data/nothing)          -> true
        if(/data/zero, 'yes', 'no') -> no
        if(/data/blank, 'yes', 'no') -> no
        /data/known                 -> true
        true() and /data/n > 4      -> true
        """,
    )


def test_dates_compare_as_dates_only_when_they_are_dates() -> None:
    holds(
        HOUSEHOLD,
        """
        /data/born < today()        -> true
        /data/born > '1970-01-01'   -> false
        /data/born > date('1970-01-01') -> true
        /data/born = '1980-03-01'   -> true
        '2018-01-01' < today()      -> false
        today() > date('2026-11-21') -> true
        /data/born + 1              -> 3713
        date(/data/born + 1)        -> 1980-03-02
        string(/data/seen)          -> 2026-01-02
        int((today() - /data/born) div 365.25) -> 46
        """,
    )


@pytest.mark.parametrize(
    ("value", "bind_type", "text"),
    [
        (float("nan"), "decimal", ""),
        ("", "boolean", ""),
        (0.1 + 0.2, "decimal", "0.3"),
        (5.0, "decimal", "5"),
        (2.7, "int", "2"),
        (-2.7, "int", "-2"),
        (12345678.9, "decimal", "12345678.9"),
        (0.00001, "decimal", "0.00001"),
        (13800138000.0, "string", "13800138000"),
        (True, "string", "1"),
        (False, "", "0"),
        ("no", "boolean", "1"),
        (NOW, "date", "2026-11-22"),
        (NOW, "time", "09:30:00.000+08:00"),
        (NOW, "dateTime", "2026-11-22T09:30:00.000+08:00"),
        (NOW, "string", "2026-11-22T09:30:00.000+08:00"),
        (datetime(2026, 1, 2, tzinfo=UTC), "", "2026-01-02T00:00:00.000+00:00"),
        ([], "string", ""),
    ],
)
def test_what_a_calculation_leaves(value: Value, bind_type: str, text: str) -> None:
    assert stored(value, bind_type) == text
