"""Which paths of the primary instance an expression reads: the edges of the dependency graph."""

from __future__ import annotations

from collections.abc import Iterator

from survey_forms.xpath import syntax
from survey_forms.xpath.generic_paths import generic_path
from survey_forms.xpath.syntax import Expression, Path

NOW, RANDOM = "now()", "random()"
_PSEUDO = {"now": NOW, "today": NOW, "random": RANDOM, "uuid": RANDOM}


def references(expression: Expression, at: str) -> tuple[str, ...]:
    """Generic absolute paths, each once, in the order of their appearance; evaluated at the generic path `at`. A path
    that ends in `/*` means any child, '//*' anything; 'now()' and 'random()' stand for the clock and for chance."""
    return tuple(dict.fromkeys(_read(expression, at, at)))


def secondary_instances(expression: Expression) -> tuple[str, ...]:
    """The secondary instances it names, each once."""
    names: dict[str, None] = {}
    for one in syntax.everything(expression):
        if not isinstance(one, syntax.Call) or one.name not in ("instance", "pulldata"):
            continue
        if one.arguments and isinstance(one.arguments[0], syntax.Literal):
            names[one.arguments[0].text] = None
    return tuple(names)


def _read(expression: Expression, at: str | None, current: str) -> Iterator[str]:
    match expression:
        case syntax.Path():
            yield from _path(expression, at, current)
        case syntax.Call(name, arguments):
            yield from _call(name, arguments, at, current)
        case syntax.Comparison(_operator, left, right):
            yield from _read(left, at, current)
            yield from _read(right, at, current)
        case syntax.Arithmetic(first, rest):
            yield from _read(first, at, current)
            for _operator, operand in rest:
                yield from _read(operand, at, current)
        case syntax.Logical(_operator, terms) | syntax.Union(terms, _operator):
            for term in terms:
                yield from _read(term, at, current)
        case syntax.Negation(operand):
            yield from _read(operand, at, current)
        case syntax.Filter(primary, predicates):
            yield from _read(primary, at, current)
            inside = generic_path(primary, at, current) if isinstance(primary, Path) else None
            for predicate in predicates:
                yield from _read(predicate, inside, current)


def _call(name: str, arguments: tuple[Expression, ...], at: str | None, current: str) -> Iterator[str]:
    if name in _PSEUDO:
        yield _PSEUDO[name]
    if name == "randomize" and len(arguments) == 1:
        yield RANDOM
    if name == "current" and not arguments:
        yield current
    for argument in arguments:
        yield from _read(argument, at, current)


def _path(path: Path, at: str | None, current: str) -> Iterator[str]:
    if not isinstance(path.start, str) and not (isinstance(path.start, syntax.Call) and path.start.name == "current"):
        yield from _read(path.start, at, current)
    for count, step in enumerate(path.steps, 1):
        if not step.predicates:
            continue
        inside = generic_path(Path(path.start, path.steps[:count], path.at), at, current)
        for predicate in step.predicates:
            yield from _read(predicate, inside, current)
    found = generic_path(path, at, current)
    if found is not None:
        yield found
