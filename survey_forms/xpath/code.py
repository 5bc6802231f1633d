"""What an expression is compiled to: a function for each kind of value that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from casebook.language import _
from survey_forms.tree import Node
from survey_forms.xpath.context import Context
from survey_forms.xpath.syntax import ExpressionError
from survey_forms.xpath.values import Atom, Dialect, Value

Numbers = Callable[[Context], float]
Strings = Callable[[Context], str]
Booleans = Callable[[Context], bool]
Nodes = Callable[[Context], list[Node]]
Atoms = Callable[[Context], Atom]


class Code:
    """`kind` is what the expression gives by itself: number, string, boolean, nodes, or `any` where only the answers
    decide (dates too). `atom` is the value with a set of nodes replaced by what its first node holds, `first` that
    node: within a repeat this instance, where `nodes` has them all."""

    __slots__ = ("atom", "boolean", "first", "kind", "nodes", "number", "string", "value")

    kind: str
    value: Callable[[Context], Value]
    atom: Atoms
    number: Numbers
    string: Strings
    boolean: Booleans
    nodes: Nodes
    first: Callable[[Context], Node | None]


def _first_of(nodes: Nodes) -> Callable[[Context], Node | None]:
    return lambda context: next(iter(nodes(context)), None)


def _no_nodes(context: Context) -> list[Node]:
    raise ExpressionError(_("这里应当是一组节点。"))


def number_code(number: Numbers, dialect: Dialect) -> Code:
    code = Code()
    to_string, to_boolean = dialect.string, dialect.boolean
    code.kind = "number"
    code.value = code.atom = code.number = number
    code.string = lambda context: to_string(number(context))
    code.boolean = lambda context: to_boolean(number(context))
    code.nodes = _no_nodes
    code.first = _first_of(_no_nodes)
    return code


def string_code(string: Strings, dialect: Dialect) -> Code:
    code = Code()
    to_number = dialect.number
    code.kind = "string"
    code.value = code.atom = code.string = string
    code.number = lambda context: to_number(string(context), context)
    code.boolean = lambda context: string(context) != ""
    code.nodes = _no_nodes
    code.first = _first_of(_no_nodes)
    return code


def boolean_code(boolean: Booleans) -> Code:
    code = Code()
    code.kind = "boolean"
    code.value = code.atom = code.boolean = boolean
    code.number = lambda context: 1.0 if boolean(context) else 0.0
    code.string = lambda context: "true" if boolean(context) else "false"
    code.nodes = _no_nodes
    code.first = _first_of(_no_nodes)
    return code


def atom_code(atom: Atoms, dialect: Dialect) -> Code:
    """A value of any kind except nodes."""
    code = Code()
    to_number, to_string, to_boolean = dialect.number, dialect.string, dialect.boolean
    code.kind = "any"
    code.value = code.atom = atom
    code.number = lambda context: to_number(atom(context), context)
    code.string = lambda context: to_string(atom(context))
    code.boolean = lambda context: to_boolean(atom(context))
    code.nodes = _no_nodes
    code.first = _first_of(_no_nodes)
    return code


def nodes_code(nodes: Nodes, dialect: Dialect, first: Callable[[Context], Node | None] | None = None) -> Code:
    """`first` is a quicker way to the first of the nodes."""
    code = Code()
    one = code.first = first or _first_of(nodes)
    to_number, to_string, node_atom, to_boolean = dialect.number, dialect.string, dialect.atom, dialect.nodes_boolean

    def atom(context: Context) -> Atom:
        node = one(context)
        return "" if node is None else node_atom(node, context)

    def number(context: Context) -> float:
        node = one(context)
        return nan if node is None else to_number(node_atom(node, context), context)

    def string(context: Context) -> str:
        node = one(context)
        if node is None:
            return ""
        value = node_atom(node, context)
        return value if type(value) is str else to_string(value)

    code.kind = "nodes"
    code.value = code.nodes = nodes
    code.atom, code.number, code.string = atom, number, string
    code.boolean = lambda context: to_boolean(nodes(context), context)
    return code


def either_code(choose: Callable[[Context], Code], dialect: Dialect) -> Code:
    """One of several expressions, chosen when it is asked."""
    code = Code()
    code.kind = "any"
    code.value = lambda context: choose(context).value(context)
    code.atom = lambda context: choose(context).atom(context)
    code.number = lambda context: choose(context).number(context)
    code.string = lambda context: choose(context).string(context)
    code.boolean = lambda context: choose(context).boolean(context)
    code.nodes = lambda context: choose(context).nodes(context)
    code.first = lambda context: choose(context).first(context)
    return code


def failing_code(error: ExpressionError) -> Code:
    """What cannot be evaluated, where it must not be evaluated either: `true() or nonsense()`."""

    def fail(context: Context) -> Value:
        raise error

    code = Code()
    code.kind = "any"
    code.value = code.atom = code.number = code.string = code.boolean = code.nodes = fail  # type: ignore[assignment]
    code.first = fail  # type: ignore[assignment]
    return code
