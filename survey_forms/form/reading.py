"""What an expression reads, as far as the order of calculation needs to know it."""

from __future__ import annotations

from collections.abc import Iterator

from survey_forms.xpath.syntax import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Filter,
    Logical,
    Negation,
    Path,
    Union,
)

VOLATILE = frozenset({"now", "today", "random", "uuid", "once"})
"""Functions whose value is not told by the form's values: what they gave is kept, not worked out again."""

_OF_MANY = frozenset(
    {"count", "count-non-empty", "sum", "max", "min", "join", "concat", "position", "area", "distance", "randomize"}
    | {"checklist", "weighted-checklist", "coalesce"}
)
_IN_WORDS = frozenset({"jr:choice-name", "jr:itext"})
_STRAIGHT = frozenset({"child", "parent", "self", "attribute"})


def walk(expression: Expression, elsewhere: bool = False) -> Iterator[tuple[Expression, bool]]:
    """Every part of an expression, and whether `.` in it stands for a node of another instance."""
    yield expression, elsewhere
    match expression:
        case Negation(operand):
            yield from walk(operand, elsewhere)
        case Comparison(left=left, right=right):
            yield from walk(left, elsewhere)
            yield from walk(right, elsewhere)
        case Arithmetic(first, rest):
            yield from walk(first, elsewhere)
            for _operator, term in rest:
                yield from walk(term, elsewhere)
        case Logical(terms=terms) | Union(terms=terms):
            for term in terms:
                yield from walk(term, elsewhere)
        case Call(arguments=arguments):
            for argument in arguments:
                yield from walk(argument, elsewhere)
        case Filter(primary, predicates):
            yield from walk(primary, elsewhere)
            for predicate in predicates:
                yield from walk(predicate, elsewhere or _of_instance(primary))
        case Path(start, steps):
            inside = elsewhere
            if not isinstance(start, str):
                yield from walk(start, elsewhere)
                inside = _of_instance(start) or (elsewhere and not _is_current(start))
            elif start == "/":
                inside = False
            for step in steps:
                for predicate in step.predicates:
                    yield from walk(predicate, inside)


def volatile(expression: Expression) -> bool:
    return any(isinstance(part, Call) and part.name in VOLATILE for part, _elsewhere in walk(expression))


def in_words(expression: Expression) -> bool:
    """Whether it gives a text of the form, which is another one in another language."""
    return any(isinstance(part, Call) and part.name in _IN_WORDS for part, _elsewhere in walk(expression))


def by_predicate(expression: Expression) -> bool:
    """Whether it picks nodes of the form by a condition, so that it may read another instance of its own repeat."""
    for part, elsewhere in walk(expression):
        if isinstance(part, Call) and part.name == "indexed-repeat":
            return True
        if isinstance(part, Filter) and not elsewhere and not _of_instance(part.primary):
            return True
        if isinstance(part, Path) and of_form(part, elsewhere) and any(step.predicates for step in part.steps):
            return True
    return False


def crosses(expression: Expression) -> bool:
    """Whether it may read instances of a repeat other than the one it stands in."""
    if by_predicate(expression):
        return True
    for part, elsewhere in walk(expression):
        if isinstance(part, Path) and of_form(part, elsewhere) and any(s.axis not in _STRAIGHT for s in part.steps):
            return True
        if isinstance(part, Call) and part.name in _OF_MANY and any(
            isinstance(inner, Path) and inner.start == "/" for argument in part.arguments for inner, _ in walk(argument)
        ):
            return True
    return False


def of_form(path: Path, elsewhere: bool) -> bool:
    """Whether a path is of the form being filled in, not of a list beside it."""
    if isinstance(path.start, str):
        return path.start == "/" or not elsewhere
    return _is_current(path.start) or (not _of_instance(path.start) and not elsewhere)


def _is_current(start: Expression) -> bool:
    return isinstance(start, Call) and start.name == "current"


def _of_instance(start: Expression) -> bool:
    """Whether these nodes are of a secondary instance."""
    if isinstance(start, Path) and not isinstance(start.start, str):
        return _of_instance(start.start)
    if isinstance(start, Filter):
        return _of_instance(start.primary)
    if isinstance(start, Call) and start.name == "randomize" and start.arguments:
        return _of_instance(start.arguments[0])
    return isinstance(start, Call) and start.name == "instance"
