"""What a function is to the compiler, and short ways to write one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casebook.language import _
from survey_forms.tree import Node
from survey_forms.xpath.code import Code, boolean_code, number_code, string_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.syntax import Call, ExpressionError
from survey_forms.xpath.values import Atom, Dialect

Build = Callable[[Call, list[Code], Dialect], Code]
BOTH = ("collect", "webforms")
WEBFORMS_ONLY = ("webforms",)


def _any_count(count: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Function:
    """`most` is None for any number of arguments; `counts` says which numbers between them are right. JavaRosa wants
    an argument (`least_in_collect`) where XPath takes the context node."""

    least: int
    most: int | None
    build: Build
    dialects: tuple[str, ...] = BOTH
    counts: Callable[[int], bool] = _any_count
    least_in_collect: int = 0


def of_numbers(function: Callable[..., float], count: int, dialects: tuple[str, ...] = BOTH) -> Function:
    """A function of so many numbers that gives a number."""

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        if count == 0:
            return number_code(lambda context: function(), dialect)
        one = arguments[0].number
        if count == 1:
            return number_code(lambda context: function(one(context)), dialect)
        other = arguments[1].number
        return number_code(lambda context: function(one(context), other(context)), dialect)

    return Function(count, count, build, dialects)


def of_strings(function: Callable[..., str], count: int) -> Function:
    """A function of so many texts that gives a text."""

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        texts = [argument.string for argument in arguments]
        return string_code(lambda context: function(*[text(context) for text in texts]), dialect)

    return Function(count, count, build)


def test_of_strings(function: Callable[..., bool], count: int) -> Function:
    """A function of so many texts that gives yes or no."""

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        texts = [argument.string for argument in arguments]
        return boolean_code(lambda context: function(*[text(context) for text in texts]))

    return Function(count, count, build)


def spread(arguments: list[Code], dialect: Dialect) -> Callable[[Context], list[Atom]]:
    """The values of all arguments, a set of nodes standing for what each of its nodes holds."""
    node_atom = dialect.atom
    if len(arguments) == 1 and arguments[0].kind == "nodes":
        nodes = arguments[0].nodes
        return lambda context: [node_atom(node, context) for node in nodes(context)]

    def values(context: Context) -> list[Atom]:
        found: list[Atom] = []
        for argument in arguments:
            value = argument.value(context)
            if isinstance(value, list):
                found.extend(node_atom(node, context) for node in value)
            else:
                found.append(value)
        return found

    return values


def nodes_of(call: Call, argument: Code) -> Callable[[Context], list[Node]]:
    """The nodes an argument gives. Raises ExpressionError where it can give none."""
    if argument.kind not in ("nodes", "any"):
        raise ExpressionError(_("函数「{name}」要的是一组节点。").format(name=call.name), call.at)
    return argument.nodes
