"""`+ - * div mod`, `and or not`: IEEE numbers, nothing raised."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, fmod, inf, isinf, nan
from operator import add, mul, sub

from survey_forms.xpath.code import Code, boolean_code, number_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.values import Dialect


def divided(left: float, right: float) -> float:
    try:
        return left / right
    except ZeroDivisionError:
        if left == 0 or left != left:
            return nan
        return copysign(inf, left) * copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """With the sign of the dividend."""
    if right == 0 or isinf(left) or left != left or right != right:
        return nan
    return fmod(left, right)


_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "div": divided,
    "mod": remainder,
}


def arithmetic_code(first: Code, rest: list[tuple[str, Code]], dialect: Dialect) -> Code:
    begin = first.number
    if len(rest) == 1:
        operation, operand = _OPERATIONS[rest[0][0]], rest[0][1].number
        return number_code(lambda context: operation(begin(context), operand(context)), dialect)
    others = [(_OPERATIONS[operator], code.number) for operator, code in rest]

    def number(context: Context) -> float:
        result = begin(context)
        for operation, operand in others:
            result = operation(result, operand(context))
        return result

    return number_code(number, dialect)


def negation_code(operand: Code, dialect: Dialect) -> Code:
    number = operand.number
    return number_code(lambda context: -number(context), dialect)


def logical_code(operator: str, terms: list[Code]) -> Code:
    tests = [term.boolean for term in terms]
    if len(tests) == 2:
        one, other = tests
        if operator == "and":
            return boolean_code(lambda context: one(context) and other(context))
        return boolean_code(lambda context: one(context) or other(context))
    together = all if operator == "and" else any
    return boolean_code(lambda context: together(test(context) for test in tests))
