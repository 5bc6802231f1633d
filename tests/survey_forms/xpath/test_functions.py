"""Functions, as JavaRosa has them."""

from __future__ import annotations

from survey_forms.xpath.compile import compiled
from survey_forms.xpath.context import Context
from tests.survey_forms.xpath.notation import form, holds, node_at

FORM = form(
    """
    data
      chosen: heart lungs
      kept: 7
      n:: int: 3
      r*
        q:: int: 1
      r*
        q:: int: 2
      r*
        q:: int:
      r*
        q:: int: 4
      fence: 0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0
    instance drugs
      root
        item
          code: a
          price: 5
          kind: x
        item
          code: b
          price: 7
          kind: x
        item
          code: 03
          price: 9
          kind: y
    """
)


def test_of_choices() -> None:
    holds(
        FORM,
        """
        selected(/data/chosen, 'lungs')     -> true
        selected(/data/chosen, 'lung')      -> false
        selected('', '')                    -> true
        selected-at(/data/chosen, 0)        -> heart
        selected-at(/data/chosen, 2)        ->
        selected-at('a  b', 1)              -> b
        count-selected(/data/chosen)        -> 2
        count-selected('')                  -> 0
        """,
    )


def test_of_numbers() -> None:
    holds(
        FORM,
        """
        round(2.5)                  -> 3
        round(-2.5)                 -> -2
        round(-1.5)                 -> -1
        round(1.005, 2)             -> 1.01
        round('-1.475', 2)          -> -1.47
        round(1250, -2)             -> 1300
        int(-0.5)                   -> 0
        int('3.9')                  -> 3
        pow(-8, 0.5)                -> NaN
        pow(10, 400)                -> Infinity
        log(0)                      -> -Infinity
        sqrt(-1)                    -> NaN
        exp10(-2)                   -> 0.01
        abs('x')                    -> NaN
        max(-4, -1, -3)             -> -1
        max(1, 'x', 3)              -> 3
        max('')                     -> NaN
        min(/data/r/q)              -> 1
        sum(/data/r/q)              -> 7
        sum(/data/nothing)          -> 0
        count(/data/r)              -> 4
        count-non-empty(/data/r/q)  -> 3
        """,
    )


def test_of_texts() -> None:
    holds(
        FORM,
        """
        concat(1.0, true(), 'x', 2 div 4)   -> 1truex0.5
        concat(/data/r/q)                   -> 124
        join('、', /data/r/q)               -> 1、2、、4
        join('-', 'a', 'b')                 -> a-b
        substr('hello', 1, 3)               -> el
        substr('hello', -2)                 -> lo
        substr('hello', 'x')                -> hello
        substring-before('a,b,c', ',')      -> a
        substring-after('a,b,c', ',')       -> b,c
        translate('2026年', '年', '-')      -> 2026-
        translate('aa', 'aa', 'bc')         -> bb
        contains('上石村', '石')            -> true
        starts-with('abc', '')              -> true
        ends-with('abc', 'bc')              -> true
        string-length('李木')               -> 2
        string-length('𠮷')                 -> 2
        normalize-space('  a   b ')         -> a b
        boolean-from-string('TRUE')         -> true
        boolean-from-string('yes')          -> false
        digest('abc', 'SHA-256', 'hex')     -> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        digest('a', 'MD5')                  -> DMF1ucDxtqgxw5niaXcmYQ==
        base64-decode('SGVsbG8=')           -> Hello
        base64-decode('!!!')                ->
        """,
    )


def test_of_choosing() -> None:
    holds(
        FORM,
        """
        if(true(), 5, 'abc')                        -> 5
        if(0, 1 div 0, 'no')                        -> no
        coalesce('', 3)                             -> 3
        coalesce(1 div '', 0)                       -> 0
        checklist(-1, 2, 1=1, 2=2, 3=3)             -> false
        checklist(1, -1, true(), false())           -> true
        weighted-checklist(1, 3, true(), 2, false(), 5) -> true
        @/data/kept
        once('new')                                 -> 7
        """,
    )


def test_of_dates() -> None:
    holds(
        FORM,
        """
        today()                                     -> 2026-11-22
        string(now())                               -> 2026-11-22
        today() + 1                                 -> 20780
        date(today() + 1)                           -> 2026-11-23
        date('2026-1-2')                            -> 2026-01-02
        date('2026-02-30')                          -> NaN
        date('')                                    ->
        date(-1.5)                                  -> 1969-12-31
        date-time('2026-01-02T23:30:00.000Z')       -> 2026-01-03
        decimal-date-time('1970-01-02T00:00:00Z')   -> 1
        decimal-date-time('1970-01-02')             -> 0.6666666666666666
        decimal-time('2026-01-02T06:00:00')         -> 0.25
        format-date('2026-11-05', '%Y年%n月%e日')   -> 2026年11月5日
        format-date-time('2026-01-05T03:04:05.678', '%y|%m|%d|%h|%H|%M|%S|%3|%a|%b') -> 26|01|05|3|03|04|05|678|Mon|Jan
        format-date('', '%Y')                       ->
        format-date(20000, '%Y-%m-%d')              -> 2024-10-04
        int((date('2026-03-01') - date('2026-02-01'))) -> 28
        """,
    )


def test_of_tables() -> None:
    holds(
        FORM,
        """
        pulldata('drugs', 'price', 'code', 'b')             -> 7
        pulldata('drugs', 'price', 'code', 'z')             ->
        instance('drugs')/root/item[code = 'b']/price       -> 7
        instance('drugs')/root/item[code = 3]/price         -> 9
        instance('drugs')/root/item[code = '3']/price       ->
        instance('drugs')/root/item['b' = code]/price       -> 7
        instance('drugs')/root/item[kind = 'x']/code        -> [a, b]
        instance('drugs')/root/item[kind = 'x' and price > 5]/code -> [b]
        instance('drugs')/root/item[price > 5 and kind = 'x']/code -> [b]
        instance('drugs')/root/item[kind = 'x'][position() = 2]/code -> [b]
        instance('drugs')/root/item[missing = '']/code      -> [a, b, 03]
        instance('drugs')/root/item[price = /data/n + 2]/code -> [a]
        instance('drugs')/root/item[not(selected('a b', code))]/code -> [03]
        count(instance('drugs')/root/item)                  -> 3
        count(instance('none')/root/item)                   -> 0
        """,
    )


def test_randomize_keeps_its_order_for_a_seed() -> None:
    holds(
        form("data\n  a: 1\n  a: 2\n  a: 3\n  a: 4\n  a: 5\n  a: 6"),
        """
        randomize(/data/a, 42)      -> [1, 6, 3, 2, 4, 5]
        randomize(/data/a, -42)     -> [5, 4, 1, 6, 2, 3]
        randomize(/data/a, 0)       -> [3, 2, 5, 1, 6, 4]
        randomize(/data/a, '12')    -> [3, 5, 4, 6, 2, 1]
        """,
    )


def test_of_places() -> None:
    holds(
        FORM,
        """
        geofence('0.5 0.5 0 0', /data/fence)    -> true
        geofence('0.5 1.5 0 0', /data/fence)    -> false
        round(distance('0 0;0 1') div 1000)     -> 111
        area('0 0;0 1')                         -> 0
        distance('x y')                         -> NaN
        """,
    )


def test_chance_is_drawn_from_the_form() -> None:
    context = Context(node_at(FORM, "/data/n"), FORM)
    assert len(compiled("uuid()").string(context)) == 36
    assert len(compiled("uuid(8)").string(context)) == 8
    assert 0 <= compiled("random()").number(context) < 1


def test_the_form_is_asked_for_words() -> None:
    asked: list[tuple[str, str, str]] = []

    class Asked(type(FORM)):  # type: ignore[misc]
        def choice_name(self, question: str, value: str, node: object) -> str:
            asked.append((question, value, getattr(node, "path", "")))
            return "有"

    around = Asked(FORM.root, FORM.clock, texts={"hello": "您好"}, version="7")
    context = Context(node_at(FORM, "/data/n"), around)
    assert compiled("jr:choice-name(/data/kept, ' /data/kept ')").string(context) == "有"
    assert asked == [("/data/kept", "7", "/data/n")]
    assert compiled("jr:itext('hello')").string(context) == "您好"
    assert compiled("version()").string(context) == "7"
