"""Functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from math import inf, isinf, nan

from survey_forms.xpath.code import Code, number_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import WEBFORMS_ONLY, Function, nodes_of, of_numbers, spread
from survey_forms.xpath.syntax import Call
from survey_forms.xpath.values import Dialect

_MOST_PLACES = 30


def _safe(function: Callable[..., float]) -> Callable[..., float]:
    """NaN where Python raises, infinity where it overflows."""

    def call(*numbers: float) -> float:
        try:
            return float(function(*numbers))
        except (ValueError, ZeroDivisionError):
            return nan
        except OverflowError:
            return inf

    return call


def _log(number: float) -> float:
    return -inf if number == 0 else math.log(number)


def _log10(number: float) -> float:
    return -inf if number == 0 else math.log10(number)


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return inf
    if exponent != exponent or (abs(base) == 1 and isinf(exponent)):
        return nan  # C says 1
    return math.pow(base, exponent)


def whole(number: float) -> float:
    """The fraction cut off; the sign of zero, NaN and infinity stay."""
    if number != number or isinf(number):
        return number
    return math.copysign(float(int(number)), number)


def _floor(number: float) -> float:
    return number if number != number or isinf(number) else float(math.floor(number))


def _ceiling(number: float) -> float:
    return number if number != number or isinf(number) else float(math.ceil(number))


def java_rounded(number: float, places: float) -> float:
    """Half away from zero above it, towards zero below it; to tens and hundreds half goes up, cut off below zero."""
    if number != number or isinf(number):
        return number
    digits = int(places) if places == places and not isinf(places) else 0
    if abs(digits) > _MOST_PLACES:
        return nan
    if digits >= 0:
        way = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
        return _quantized(number, digits, way)
    scaled = float(Decimal(repr(number)).scaleb(digits))
    return float(Decimal(int(scaled + 0.5)).scaleb(-digits))


def _quantized(number: float, digits: int, way: str) -> float:
    try:
        return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), rounding=way))
    except InvalidOperation:  # more digits than 28 stay: nothing to round
        return number


def script_rounded(number: float, places: float) -> float:
    """Half away from zero."""
    if number != number or isinf(number):
        return number
    digits = int(places) if places == places and not isinf(places) else 0
    if abs(digits) > _MOST_PLACES:
        return nan
    if digits >= 0:
        return _quantized(number, digits, ROUND_HALF_UP)
    scaled = Decimal(repr(number)).scaleb(digits)
    steps = (abs(scaled) + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    return math.copysign(float(steps.scaleb(-digits)), number)


def _round(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    rounded = java_rounded if dialect.name == "collect" else script_rounded
    number = arguments[0].number
    if len(arguments) == 1:
        return number_code(lambda context: rounded(number(context), 0.0), dialect)
    places = arguments[1].number
    return number_code(lambda context: rounded(number(context), places(context)), dialect)


def _number(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    if arguments:
        return number_code(arguments[0].number, dialect)
    atom, to_number = dialect.atom, dialect.number
    return number_code(lambda context: to_number(atom(context.node, context), context), dialect)


def _extreme(largest: bool) -> Function:
    """`max` and `min`. Collect leaves out what is no number; to Web Forms one such makes the whole none. (JavaRosa's
    largest of negative numbers is 4.9E-324: a bug that is not repeated here.)"""
    choose = max if largest else min

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        values, number = spread(arguments, dialect), dialect.number
        strict = dialect.name == "webforms"

        def extreme(context: Context) -> float:
            numbers = [number(value, context) for value in values(context)]
            known = [one for one in numbers if one == one]
            return nan if not known or (strict and len(known) < len(numbers)) else choose(known)

        return number_code(extreme, dialect)

    return Function(1, None, build)


def _sum(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """Collect counts a blank as nothing; to Web Forms the sum then is none."""
    nodes, atom, number = nodes_of(call, arguments[0]), dialect.atom, dialect.number
    strict = dialect.name == "webforms"

    def total(context: Context) -> float:
        result = 0.0
        for node in nodes(context):
            one = number(atom(node, context), context)
            if one == one or strict:
                result += one
        return result

    return number_code(total, dialect)


NUMBER_FUNCTIONS: dict[str, Function] = {
    "number": Function(0, 1, _number, least_in_collect=1),
    "int": of_numbers(whole, 1),
    "round": Function(1, 2, _round),
    "floor": of_numbers(_floor, 1, WEBFORMS_ONLY),
    "ceiling": of_numbers(_ceiling, 1, WEBFORMS_ONLY),
    "sum": Function(1, 1, _sum),
    "max": _extreme(True),
    "min": _extreme(False),
    "abs": of_numbers(abs, 1),
    "pow": of_numbers(_safe(_power), 2),
    "sqrt": of_numbers(_safe(math.sqrt), 1),
    "exp": of_numbers(_safe(math.exp), 1),
    "exp10": of_numbers(_safe(lambda number: math.pow(10.0, number)), 1),
    "log": of_numbers(_safe(_log), 1),
    "log10": of_numbers(_safe(_log10), 1),
    "sin": of_numbers(_safe(math.sin), 1),
    "cos": of_numbers(_safe(math.cos), 1),
    "tan": of_numbers(_safe(math.tan), 1),
    "asin": of_numbers(_safe(math.asin), 1),
    "acos": of_numbers(_safe(math.acos), 1),
    "atan": of_numbers(_safe(math.atan), 1),
    "atan2": of_numbers(_safe(math.atan2), 2),
    "pi": of_numbers(lambda: math.pi, 0),
}
