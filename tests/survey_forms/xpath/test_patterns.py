"""Regular expressions as Java has them, and none that goes on for ever. Each value was seen in JavaRosa or in
java.util.regex of Java 17."""

from __future__ import annotations

import pytest

from survey_forms.xpath import patterns
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
中文               [\p{IsHan}&&[^一]]+
中                 [\u4E00-\u9FA5&&\p{L}]
中                 \p{InCJK_UNIFIED_IDEOGRAPHS}
𠮷田               ..
𠮷田               \uD842\uDFB7田
中a                [\P{ASCII}\p{javaLowerCase}]+
（一）             \p{Ps}[一二三]\p{IsPunctuation}
川A12345           [京川渝][A-Z][A-Z\d]{5}
中文               (?U)\w+
中                 \b中\b
É                  (?iu)é
aB-                [a-c&&[^b]][\Q[B]\E][+--]
b                  [a-z&&[^a]&&[b-c]]
&                  [&]
[x                 [\[\]x]+
aaaaaaaaaaa1       (a){11}1
aa1                (a)\11
aB                 (?i)(?:A)(?-i)B
abab               (?<two>ab)\k<two>
\E                 \\E
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
b                  [a-z&&[^b]]
é                  [^\p{L}\d]
É                  (?i)é
ſ                  (?i)[a-z]
中                 \P{IsHan}
五                 \p{Nd}
中文               \p{Alpha}+
、                 \p{Punct}
x中                x\b中
aaab               (?>a+)ab
"""


def test_line_ends_and_spaces() -> None:
    assert pattern("a$", False)("a\r\n")
    assert not pattern("a.b", True)("a\rb")
    assert pattern("(?s)a.b", True)("a\rb")
    assert pattern("(?m)^b$", False)("a\nb\nc")
    assert pattern(r"a\Rb", True)("a\r\nb")
    assert pattern(r"张\h三", True)("张\u3000三")
    assert not pattern(r"张\s三", True)("张\u3000三")
    assert pattern(r"a\Z", False)("a\n")
    assert not pattern(r"a\z", False)("a\n")



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


@pytest.mark.parametrize(
    "expression",
    ["[", "(", "a)", "a**", "a{2", "{", r"\y", "[z-a]", "[a--b]", r"\p{Nonsense}", "a{3,1}"],
)
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
        (r"(a*)*\1b", "a" * 60),
    ],
)
def test_nothing_goes_on_for_ever(monkeypatch: pytest.MonkeyPatch, expression: str, text: str) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.05)
    try:
        assert not pattern(expression, True)(text)
    except ValueError as error:
        assert str(error) == "time"


def test_out_of_time_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.02)
    with pytest.raises(ValueError, match="time"):
        pattern("(a|b|ab)*c", True)("ab" * 5000 + "d" + "c")


@pytest.mark.parametrize("expression", ["((a?){900}){900}", "(" * 15 + "a" + ")+" * 15, "(" * 500, "a" * 10_001])
def test_what_would_be_too_large_is_refused(expression: str) -> None:
    with pytest.raises(ValueError):
        pattern(expression, True)


@pytest.mark.parametrize(
    "expression",
    ["(?#x)a", "(?R)", "(?1)a", "(?|a|b)", "(?P<n>a)", "(*FAIL)", "a{e}", "a{,2}", r"\L<x>", "(?e)a", "(?i)*"],
)
def test_what_java_does_not_know_is_refused(expression: str) -> None:
    with pytest.raises(ValueError):
        pattern(expression, True)
