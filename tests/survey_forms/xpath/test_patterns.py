"""Regular expressions as Java has them, and none that goes on for ever. Each value was seen in JavaRosa."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_forms.xpath.pattern_machine import Machine
from survey_forms.xpath.pattern_syntax import parsed_pattern
from survey_forms.xpath.patterns import pattern

MATCHED = r"""
13800138000        ^1[3-9]\d{9}$
99010119900307123X (^\d{15}$)|(^\d{17}(\d|X|x)$)
a.b@c.de           ^[\w.+-]+@([\w-]+\.)+[\w-]{2,4}$
李木               [一-龥]{2,4}
李·木              [\u4e00-\u9fa5·]{2,}
中                 \p{IsHan}
中                 \p{script=Han}
é                  \p{L}
x                  \P{Lu}
Ab3x               (?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{4,8}
abab               (ab)\1
aab                (?:a+?)+b
a+b                \Qa+b\E
AB                 (?i:ab)
aB                 a(?i)b
cba                [a-c&&[^x]]+
x]                 []x]+
a-z                [a\-z]+
-a                 [-a]+
a}                 a}
ab                 (?<first>a)b
aaa                a++
"""
NOT_MATCHED = r"""
123456             [0-9]{3}
a.b@c              ^[\w.+-]+@([\w-]+\.)+[\w-]{2,4}$
５１               \d{2}
中文               \w+
é                  \w
Abxx               (?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{4,8}
aaa                a*+a
abc                a
"""


def _lines(table: str) -> list[tuple[str, str]]:
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "expression"), _lines(MATCHED))
def test_matches_from_end_to_end(text: str, expression: str) -> None:
    assert pattern(expression, True)(text)


@pytest.mark.parametrize(("text", "expression"), _lines(NOT_MATCHED))
def test_does_not_match(text: str, expression: str) -> None:
    assert not pattern(expression, True)(text)


def test_web_forms_searches() -> None:
    assert pattern("[0-9]{3}", False)("123456")
    assert pattern("(a+)+b$", False)("xxaab")
    assert not pattern("(a+)+b$", False)("aabx")


@pytest.mark.parametrize("expression", ["[", "(", "a)", "a**", "a{2", "{", r"\y", "[z-a]", r"\p{Nonsense}", "a{3,1}"])
def test_no_pattern(expression: str) -> None:
    with pytest.raises(ValueError):
        pattern(expression, True)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("(a+)+c", "a" * 60),
        ("(x+x+)+y", "x" * 5000),
        ("(a|aa)+c", "a" * 5000),
        ("(a?){30}a{30}b", "a" * 60),
        (".*.*=.*", "x" * 5000),
        ("([a-z]{0,20}){0,20}X", "a" * 300),
    ],
)
def test_nothing_goes_on_for_ever(expression: str, text: str) -> None:
    assert not pattern(expression, True)(text)


@pytest.mark.parametrize("expression", [r"(a*)*\1b", "((a?){900}){900}", "(" * 500])
def test_what_cannot_be_bounded_is_refused(expression: str) -> None:
    with pytest.raises(ValueError):
        pattern(expression, True)


_part = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "a*", "b+", "a?", "(?:ab|b)", "(?:a|b)*", "a{1,2}", "^", "$"])


@given(st.lists(_part, max_size=6).map("".join), st.text("abc", max_size=8), st.booleans())
def test_both_matchers_agree(expression: str, text: str, whole: bool) -> None:
    machine = Machine(parsed_pattern(expression))
    found = re.compile(expression)
    python = found.fullmatch(text) if whole else found.search(text)
    assert machine.matches(text, whole) == (python is not None)
    assert pattern(expression, whole)(text) == (python is not None)
