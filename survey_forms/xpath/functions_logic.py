"""Functions that choose and count what is true."""

from __future__ import annotations

from survey_forms.xpath.code import Code, atom_code, boolean_code, either_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import Function, test_of_strings
from survey_forms.xpath.syntax import Call
from survey_forms.xpath.values import Atom, Dialect


def _true(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return boolean_code(lambda context: True)


def _false(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return boolean_code(lambda context: False)


def _boolean(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return boolean_code(arguments[0].boolean)


def _not(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    yes = arguments[0].boolean
    return boolean_code(lambda context: not yes(context))


def _if(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """Only the branch that is taken is evaluated."""
    condition, yes, no = arguments[0].boolean, arguments[1], arguments[2]
    return either_code(lambda context: yes if condition(context) else no, dialect)


def _coalesce(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """The first that is neither blank nor NaN, else the last."""
    atoms, last = [argument.atom for argument in arguments[:-1]], arguments[-1].atom

    def first(context: Context) -> Atom:
        for atom in atoms:
            value = atom(context)
            if value != "" and value == value:
                return value
        return last(context)

    return atom_code(first, dialect)


def _checklist(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """Whether at least and at most so many are true; -1 sets no limit."""
    least, most = arguments[0].number, arguments[1].number
    factors = arguments[2:]

    def enough(context: Context) -> bool:
        count = _true_count(factors, context, dialect)
        low, high = least(context), most(context)
        return (low < 0 or count >= low) and (high < 0 or count <= high)

    return boolean_code(enough)


def _true_count(factors: list[Code], context: Context, dialect: Dialect) -> int:
    count = 0
    for factor in factors:
        if factor.kind == "nodes" and len(factors) == 1:
            values = [dialect.atom(node, context) for node in factor.nodes(context)]
            count += sum(map(dialect.boolean, values))
        else:
            count += factor.boolean(context)
    return count


def _weighted_checklist(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """Whether the weights of what is true add up to something between the two; to Web Forms -1 sets no limit."""
    least, most = arguments[0].number, arguments[1].number
    flags, weights = arguments[2::2], arguments[3::2]
    limitless = dialect.name == "webforms"

    def enough(context: Context) -> bool:
        total = sum(
            weight.number(context) for flag, weight in zip(flags, weights, strict=True) if flag.boolean(context)
        )
        low, high = least(context), most(context)
        return (total >= low or (limitless and low == -1)) and (total <= high or (limitless and high == -1))

    return boolean_code(enough)


LOGIC_FUNCTIONS: dict[str, Function] = {
    "true": Function(0, 0, _true),
    "false": Function(0, 0, _false),
    "boolean": Function(1, 1, _boolean),
    "not": Function(1, 1, _not),
    "boolean-from-string": test_of_strings(lambda text: text == "1" or text.lower() == "true", 1),
    "if": Function(3, 3, _if),
    "coalesce": Function(2, 2, _coalesce),
    "checklist": Function(2, None, _checklist),
    "weighted-checklist": Function(2, None, _weighted_checklist, counts=lambda count: count % 2 == 0),
}
