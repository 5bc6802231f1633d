"""Notes on what phones and web forms read differently."""

from __future__ import annotations

import pytest

from tests.survey_forms.forms import form

TABLE = """
    day date   日期
    a   text   甲
    r   repeat 表
      x int    值
    q   text   题 {rule}
"""


@pytest.mark.parametrize(
    ("rule", "instead"),
    [
        ("relevant={'2018-01-01' < today()}", "date('2018-01-01')"),
        ("relevant={${day} > '1980-01-01'}", "date('1980-01-01')"),
        ("relevant={number('2018-01-01') > 3}", "decimal-date-time(date('2018-01-01'))"),
        ("calculate={sum(${x})}", "sum(/data/r/x[. != ''])"),
        ("calculate={max(-4, -1)}", "-min(-…, -…)"),
        ("constraint={regex(., '[0-9]+')}", "'^[0-9]+$'"),
        ("calculate={if(${a}, 1, 2)}", "/data/a != ''"),
        ("relevant={not(${a})}", "/data/a = ''"),
        ("relevant={boolean(${a})}", "/data/a != ''"),
        ("relevant={${a}}", "/data/a != ''"),
        ("calculate={/data/r[1]/x}", "[position()=1]"),
        ("calculate={round(-1.5)}", "if(… < 0, -round(-…), round(…))"),
        ("calculate={string(${a} * 3)}", "string(round(…, 2))"),
    ],
)
def test_notes(rule: str, instead: str) -> None:
    (note,) = form(TABLE.replace("{rule}", rule)).notes
    assert note.path == "/data/q" and note.attribute == rule.partition("=")[0]
    assert str(note.instead) == f"写成 {instead}" and str(note.what)


@pytest.mark.parametrize(
    "rule",
    [
        "relevant={${day} > date('1980-01-01')}",
        "constraint={regex(., '^[0-9]+$')}",
        "relevant={${a} != '' and not(${a} = '1')}",
        "calculate={/data/r[position()=1]/x}",
        "calculate={count(${r}) + round(${a})}",
        "relevant={${a} = '2018-01-01'}",
    ],
)
def test_no_notes(rule: str) -> None:
    assert form(TABLE.replace("{rule}", rule)).notes == ()
