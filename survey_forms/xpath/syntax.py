"""Expressions as trees: what the parser makes, what the compiler and the dependency graph read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


class ExpressionError(Exception):
    """An expression that cannot be used. `what` says why in the user's language, `at` is the 0-based place in it."""

    def __init__(self, what: str, at: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class Negation:
    """`-x`"""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operator` is one of `= != < <= > >=`."""

    operator: str
    left: Expression
    right: Expression
    at: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`first` and then, from left to right, (`+ - * div mod`, operand): one level of precedence."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Logical:
    """All terms joined by `and`, or all by `or`."""

    operator: str
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """`a | b | c`"""

    terms: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its name, prefix and all."""

    name: str
    arguments: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Step:
    """`test` is a name (`*` and `prefix:*` too), or a kind of node: `node() text() comment()
    processing-instruction()`, the last with `target` ('' any)."""

    axis: str
    test: str
    target: str
    predicates: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """`start` is '/' (the document), '.' (the context node) or an expression that gives nodes."""

    start: str | Expression
    steps: tuple[Step, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression in brackets or a call, with predicates."""

    primary: Expression
    predicates: tuple[Expression, ...]
    at: int


Expression: TypeAlias = (
    Number | Literal | Negation | Comparison | Arithmetic | Logical | Union | Call | Path | Filter
)
KINDS = frozenset({"node()", "text()", "comment()", "processing-instruction()"})


def everything(expression: Expression) -> Iterator[Expression]:
    """The expression and all within it, predicates too."""
    yield expression
    for part in _parts(expression):
        yield from everything(part)


def _parts(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Negation(operand):
            return (operand,)
        case Comparison(_operator, left, right):
            return (left, right)
        case Arithmetic(first, rest):
            return (first, *(operand for _operator, operand in rest))
        case Logical(_operator, terms) | Union(terms, _operator):
            return terms
        case Call(_name, arguments):
            return arguments
        case Filter(primary, predicates):
            return (primary, *predicates)
        case Path(start, steps):
            inner = tuple(predicate for step in steps for predicate in step.predicates)
            return inner if isinstance(start, str) else (start, *inner)
    return ()


def parse(text: str) -> Expression:
    """Raises ExpressionError."""
    from survey_forms.xpath.parsing import parsed

    return parsed(text)
