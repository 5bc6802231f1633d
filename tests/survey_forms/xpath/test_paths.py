"""Paths: this instance of a repeat, its neighbours, what is not relevant, predicates. As seen in JavaRosa."""

from __future__ import annotations

import pytest

from survey_forms.xpath.compile import compiled
from survey_forms.xpath.syntax import ExpressionError
from tests.survey_forms.xpath.notation import form, holds

FAMILY = form(
    """
    data
      n:: int: 5
      m*
        x:: int: 1
        y: p
        k*
          z:: int: 11
        k*
          z:: int: 12
      m*
        x:: int: 2
        y: q
        k*
          z:: int: 21
      m*
        x:: int: 3
        y:
        k*
          z:: int: 31
    instance v
      root
        item
          name: p
          label: PP
        item
          name: q
          label: QQ
    """
)


def test_from_outside_a_path_means_all_instances() -> None:
    holds(
        FAMILY,
        """
        @/data/n
        count(/data/m)                      -> 3
        sum(/data/m/x)                      -> 6
        sum(/data/m/k/z)                    -> 75
        /data/m/x                           -> [1, 2, 3]
        join('、', ../m/y)                  -> p、q、
        /data/m[position() = 2]/y           -> q
        /data/m[y = 'p']/x                  -> 1
        sum(/data/m[x > 1]/x)               -> 5
        count(/data/m[x > 1][x < 3])        -> 1
        /data/m[1]/x                        -> []
        /data/m/nothing                     -> []
        current()/../n                      -> 5
        ./../n                              -> 5
        """,
    )


def test_from_within_an_absolute_path_means_this_instance() -> None:
    holds(
        FAMILY,
        """
        @/data/m[2]/x
        /data/m/x                           -> 2
        count(/data/m)                      -> 3
        position(/data/m)                   -> 2
        sum(/data/m/x)                      -> 2
        count(/data/m/k)                    -> 1
        /data/m[position() = 1]/x           -> 1
        sum(/data/m[position() < 3]/x)      -> 3
        count(../../m)                      -> 3
        sum(../../m/x)                      -> 6
        position(..)                        -> 2
        count(/data/m[x < current()/../x])  -> 1
        ../../m[position() = position(current()/..) - 1]/y -> p
        @/data/m[1]/k[2]/z
        ../../x                             -> 1
        position(..)                        -> 2
        position(../..)                     -> 1
        sum(../../k/z)                      -> 23
        sum(/data/m/k/z)                    -> 12
        """,
    )


def test_tables_see_the_instance_the_question_is_in() -> None:
    holds(
        FAMILY,
        """
        @/data/m[2]/x
        instance('v')/root/item[name = current()/../y]/label    -> QQ
        instance('v')/root/item[name = /data/m/y]/label         -> QQ
        instance('v')/root/item[selected(current()/../y, name)]/label -> QQ
        """,
    )


def test_indexed_repeat() -> None:
    holds(
        FAMILY,
        """
        @/data/m[2]/x
        indexed-repeat(/data/m/x, /data/m, 3)               -> 3
        indexed-repeat(../x, .., 3)                         -> 3
        indexed-repeat(/data/m/y, /data/m, position(..) - 1) -> p
        indexed-repeat(/data/m/x, /data/m, 0)               -> 1
        indexed-repeat(/data/m/x, /data/m, 9)               ->
        indexed-repeat(/data/m/k/z, /data/m, 1, /data/m/k, 2) -> 12
        indexed-repeat(/data/m/k/z, /data/m/k, 1)           -> 21
        indexed-repeat(/data/n, /data/m, 1)                 -> !
        """,
    )


def test_what_is_not_relevant_is_not_there() -> None:
    around = form(
        """
        data
          a: 1
          b~: 2
          m*
            x: 3
          m*~
            x: 4
        """
    )
    holds(
        around,
        """
        /data/b              -> []
        /data/b = ''         -> true
        sum(/data/m/x)       -> 3
        count(/data/m)       -> 1
        count(/data/*)       -> 2
        @/data/m[2]/x
        ../x                 -> []
        """,
    )


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        ("floor(1)", 0),
        ("1 + nonsense(2)", 4),
        ("if(1, 2)", 0),
        ("true(1)", 0),
        ("round(1, 2, 3)", 0),
        ("weighted-checklist(1, 2, 3)", 0),
        ("number()", 0),
        ("last()", 0),
        ("//x", 0),
        ("/data/preceding-sibling::x", 6),
        ("nonsense::x", 0),
        ("/data/text()", 6),
        ("/a | /b", 3),
        ("$x", 0),
        ("count(3)", 0),
        ("sum('a')", 0),
        ("1 +", 3),
        ("", 0),
        ("'abc", 0),
        ("a/b/", 4),
        ("(1", 2),
        ("1 2", 2),
        ("#", 0),
        ("1.5.2", 3),
        ("regex(., '[')", 0),
        ("regex(., '(a)(')", 0),
        ("format-date(today(), '%Q')", 0),
        ("indexed-repeat(1, 2, 3)", 0),
        ("(" * 5000 + "1" + ")" * 5000, 100),
    ],
)
def test_refused_when_it_is_compiled_with_the_place(expression: str, at: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        compiled(expression)
    assert refused.value.what
    assert refused.value.at == at


def test_lenient_only_what_is_evaluated_is_refused() -> None:
    from survey_forms.xpath.context import Context

    context = Context(FAMILY.root, FAMILY)
    assert compiled("true() or nonsense()", lenient=True).boolean(context)
    with pytest.raises(ExpressionError):
        compiled("false() or nonsense()", lenient=True).boolean(context)


def test_a_long_chain_is_not_deep() -> None:
    from survey_forms.xpath.context import Context

    context = Context(FAMILY.root, FAMILY)
    assert compiled(" or ".join(["/data/n = 9"] * 3000) + " or /data/n = 5").boolean(context)
    assert compiled(" + ".join(["1"] * 5000)).number(context) == 5000


def test_web_forms_knows_all_of_xpath() -> None:
    holds(
        FAMILY,
        """
        count(//k)                              -> 4
        /data/m[1]/x                            -> 1
        floor(2.5)                              -> 2
        string(123456789.123)                   -> 123456789.123
        count(/data/m[last()]/k)                -> 1
        /data/n | /data/m[1]/x                  -> [5, 1]
        '2018-01-01' < today()                  -> true
        regex('123456', '[0-9]{3}')             -> true
        round(-1.5)                             -> -2
        boolean(/data/m[3]/y)                   -> true
        count(/data/m[2]/following-sibling::m)  -> 1
        name(/data/*[2])                        -> m
        """,
        "webforms",
    )
