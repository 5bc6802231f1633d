"""`= != < <= > >=`. Several nodes against something: true when it is true of one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import ge, gt, le, lt

from survey_forms.xpath.code import Booleans, Code, boolean_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.values import Atom, Dialect, plain_number, same_number

_ORDERS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
Equal = Callable[[Atom, Atom, Context], bool]


def comparison_code(operator: str, left: Code, right: Code, dialect: Dialect) -> Code:
    if operator in _ORDERS:
        return boolean_code(_ordered(_ORDERS[operator], left, right, dialect))
    return boolean_code(_equal(operator == "=", left, right, dialect))


def _ordered(order: Callable[[float, float], bool], left: Code, right: Code, dialect: Dialect) -> Booleans:
    if left.kind != "nodes" and right.kind != "nodes":
        one, other = left.number, right.number
        return lambda context: order(one(context), other(context))
    lefts, rights, number = atoms(left, dialect), atoms(right, dialect), dialect.number

    def compare(context: Context) -> bool:
        numbers = [number(atom, context) for atom in rights(context)]
        return any(order(number(atom, context), one) for atom in lefts(context) for one in numbers)

    return compare


def _equal(equal: bool, left: Code, right: Code, dialect: Dialect) -> Booleans:
    if left.kind == right.kind == "string":
        one, other = left.string, right.string
        return lambda context: (one(context) == other(context)) is equal
    if left.kind == right.kind == "number":
        first, second = left.number, right.number
        return lambda context: same_number(first(context), second(context)) is equal
    if dialect.name == "webforms" and "boolean" in (left.kind, right.kind):
        yes, no = left.boolean, right.boolean
        return lambda context: (yes(context) == no(context)) is equal
    same = _collect_equal(dialect) if dialect.name == "collect" else _webforms_equal(dialect)
    if left.kind != "nodes" and right.kind != "nodes":
        here, there = left.atom, right.atom
        return lambda context: same(here(context), there(context), context) is equal
    lefts, rights = atoms(left, dialect), atoms(right, dialect)

    def compare(context: Context) -> bool:
        others = rights(context)
        return any(same(atom, other, context) is equal for atom in lefts(context) for other in others)

    return compare


def atoms(code: Code, dialect: Dialect) -> Callable[[Context], list[Atom]]:
    """What each node holds, or the one value. To JavaRosa no node is a blank one, to XPath nothing to compare with."""
    if code.kind != "nodes":
        atom = code.atom
        return lambda context: [atom(context)]
    nodes, node_atom = code.nodes, dialect.atom
    nothing: list[Atom] = [""] if dialect.name == "collect" else []
    return lambda context: [node_atom(node, context) for node in nodes(context)] or nothing


def _collect_equal(dialect: Dialect) -> Equal:
    number, string, boolean = dialect.number, dialect.string, dialect.boolean

    def same(left: Atom, right: Atom, context: Context) -> bool:
        if type(left) is str and type(right) is str:
            return left == right
        if isinstance(left, bool) or isinstance(right, bool):
            return boolean(left) == boolean(right)
        if isinstance(left, float) or isinstance(right, float):
            return same_number(number(left, context), number(right, context))
        return string(left) == string(right)

    return same


def _webforms_equal(dialect: Dialect) -> Equal:
    number, string, boolean = dialect.number, dialect.string, dialect.boolean

    def same(left: Atom, right: Atom, context: Context) -> bool:
        if isinstance(left, bool) or isinstance(right, bool):
            return boolean(left) == boolean(right)
        if isinstance(left, (float, date)) or isinstance(right, (float, date)):
            return same_number(number(left, context), number(right, context))
        if left == right:
            return True
        return _both_moments(string(left), string(right)) and same_number(number(left, context), number(right, context))

    return same


def _both_moments(left: str, right: str) -> bool:
    """Two texts with a date and a time are the same when they mean the same moment."""
    return "T" in left and "T" in right and plain_number(left) != plain_number(left)
