"""Expressions that phones (ODK Collect) and web forms (ODK Web Forms) read differently: notes, never refusals.

We read them as phones do. Each note says what differs and what to write so that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from casebook.language import N_
from casebook.texts import Text, text
from survey_forms.form.definition import Note
from survey_forms.form.reading import of_form, walk
from survey_forms.xpath.compile import Compiled
from survey_forms.xpath.syntax import Arithmetic, Call, Comparison, Expression, Literal, Negation, Number, Path

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")
_CONDITIONS = ("relevant", "required", "readonly", "constraint", "warning")
_ORDER = ("<", "<=", ">", ">=")
_DIGITS_KEPT = 1e7
"""From here on JavaRosa writes a number with an exponent (`1.23456789123E8`)."""

_Remark = tuple[Text, Text]


def notes_of(expressions: Iterable[tuple[str, str, Compiled]]) -> tuple[Note, ...]:
    """The notes on expressions, given as (generic path, attribute, expression); each once."""
    found: dict[Note, None] = {}
    for path, attribute, expression in expressions:
        whole = expression.expression
        if attribute in _CONDITIONS and isinstance(whole, Path):
            what = text(N_("条件里只写一道题，没有回答时手机当“否”，网页表单当“是”"))
            better = text(N_("写成 {better}"), better=f"{_told(whole)} != ''")
            found[Note(path, attribute, expression.text, what, better)] = None
        for part, elsewhere in walk(expression.expression):
            for what, instead in _remarks(part, elsewhere):
                found[Note(path, attribute, expression.text, what, instead)] = None
    return tuple(found)


def _remarks(part: Expression, elsewhere: bool) -> Iterator[_Remark]:
    if isinstance(part, Comparison) and part.operator in _ORDER:
        for side, other in ((part.left, part.right), (part.right, part.left)):
            if isinstance(side, Literal) and _DATE.fullmatch(side.text) and not isinstance(other, Literal):
                yield (
                    text(N_("手机不把引号里的 {date} 当日期比较，网页表单会"), date=side.text),
                    text(N_("写成 {better}"), better=f"date('{side.text}')"),
                )
    elif isinstance(part, Path) and of_form(part, elsewhere):
        if any(isinstance(predicate, Number) for step in part.steps for predicate in step.predicates):
            yield (
                text(N_("方括号里只写数字，手机上取不到任何一份，网页表单取第几份")),
                text(N_("写成 {better}"), better="[position()=1]"),
            )
    elif isinstance(part, Call):
        yield from _call_remarks(part)


def _call_remarks(call: Call) -> Iterator[_Remark]:
    first = call.arguments[0] if call.arguments else None
    match call.name:
        case "number" if isinstance(first, Literal) and _DATE.fullmatch(first.text):
            yield (
                text(N_("number() 里写日期文字，手机得不到数，网页表单得到天数")),
                text(N_("写成 {better}"), better=f"decimal-date-time(date('{first.text}'))"),
            )
        case "sum" if isinstance(first, Path):
            yield (
                text(N_("sum() 里有空白的，手机当 0 加，网页表单结果是空白")),
                text(N_("写成 {better}"), better=f"sum({_told(first)}[. != ''])"),
            )
        case "max" if any(_may_be_negative(argument) for argument in call.arguments):
            yield (
                text(N_("max() 的数全是负数时，旧版手机程序给出的不是最大的数")),
                text(N_("写成 {better}"), better="-min(-…, -…)"),
            )
        case "regex" if len(call.arguments) == 2 and isinstance(call.arguments[1], Literal):
            pattern = call.arguments[1].text
            if not (pattern.startswith("^") and pattern.endswith("$")):
                bare = pattern.removeprefix("^").removesuffix("$")
                yield (
                    text(N_("regex() 在手机上要整段相符，在网页表单里含有就算")),
                    text(N_("写成 {better}"), better=f"'^{bare}$'"),
                )
        case "boolean" | "not" | "if" if isinstance(first, Path):
            better = f"{_told(first)} = ''" if call.name == "not" else f"{_told(first)} != ''"
            yield (
                text(N_("{name}() 里直接写一道题，没有回答时手机当“否”，网页表单当“是”"), name=call.name),
                text(N_("写成 {better}"), better=better),
            )
        case "round" if first is not None and _may_be_negative(first):
            yield (
                text(N_("round() 遇到负的 .5，手机向上取，网页表单离零取")),
                text(N_("写成 {better}"), better="if(… < 0, -round(-…), round(…))"),
            )
        case "string" if isinstance(first, Arithmetic) or (
            isinstance(first, Number) and abs(first.value) >= _DIGITS_KEPT
        ):
            yield (
                text(N_("string() 里的大数或小数，手机写成 1.23E8 的样子")),
                text(N_("写成 {better}"), better="string(round(…, 2))"),
            )


def _may_be_negative(expression: Expression) -> bool:
    match expression:
        case Negation():
            return True
        case Number(value):
            return value < 0
        case Arithmetic(rest=rest):
            return any(operator == "-" for operator, _term in rest)
    return False


def _told(path: Path) -> str:
    """A path as it may be written again, without predicates."""
    steps = ["." if s.axis == "self" else ".." if s.axis == "parent" else s.test for s in path.steps]
    if path.start == "/":
        return "/" + "/".join(steps)
    return "/".join(steps) if isinstance(path.start, str) and steps else "…"
