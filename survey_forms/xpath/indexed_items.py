"""`instance('villages')/root/item[township = …]` without trying thousands of items: they are looked up by that child,
in an index made once for each instance and column."""

from __future__ import annotations

from collections.abc import Callable

from survey_forms.tree import Node
from survey_forms.xpath import syntax
from survey_forms.xpath.code import Code, nodes_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.paths import as_test, filtered, onward
from survey_forms.xpath.syntax import KINDS, Call, Expression, Literal, Path, Step, everything
from survey_forms.xpath.values import Dialect, plain_number

Compile = Callable[[Expression], Code]
Index = dict[object, list[Node]]


def indexed_items(path: Path, predicates: list[list[Code]], compile_one: Compile, dialect: Dialect) -> Code | None:
    """The code of such a path; None where it is not of that shape."""
    start = path.start
    if dialect.name != "collect" or not isinstance(start, Call) or start.name != "instance":
        return None
    if len(start.arguments) != 1 or not isinstance(start.arguments[0], Literal):
        return None
    at = next((place for place, step in enumerate(path.steps) if step.predicates), None)
    if at is None or not all(_by_name(step) for step in path.steps[: at + 1]):
        return None
    split = _split(path.steps[at].predicates[0])
    if split is None:
        return None
    column, wanted, others = split
    value = compile_one(wanted).atom
    instance, names = start.arguments[0].text, [step.test for step in path.steps[: at + 1]]
    tests = [as_test(compile_one(other), dialect) for other in others]
    tests += [as_test(code, dialect) for code in predicates[at][1:]]
    rest = onward(path.steps[at + 1 :], predicates[at + 1 :], dialect)

    def nodes(context: Context) -> list[Node]:
        index = _index_of(instance, names, column, context)
        if index is None:
            return []
        found = _looked_up(index, value(context))
        for test in tests:
            found = filtered(found, test, context)
        return found if rest is None else rest(found, context)

    return nodes_code(nodes, dialect)


def _by_name(step: Step) -> bool:
    return step.axis == "child" and step.test not in KINDS and "*" not in step.test


def _split(predicate: Expression) -> tuple[str, Expression, tuple[Expression, ...]] | None:
    """`a = x and b = y`: the column of the first part that can be looked up, what it must be, the other parts."""
    terms = predicate.terms if isinstance(predicate, syntax.Logical) and predicate.operator == "and" else (predicate,)
    for at, term in enumerate(terms):
        if not isinstance(term, syntax.Comparison) or term.operator != "=":
            continue
        for column, wanted in ((term.left, term.right), (term.right, term.left)):
            name = _child_name(column)
            if name and _apart_from_item(wanted):
                others = terms[:at] + terms[at + 1 :]
                return None if any(map(_counts_items, others)) else (name, wanted, others)
    return None


def _child_name(expression: Expression) -> str:
    if isinstance(expression, Path) and expression.start == "." and len(expression.steps) == 1:
        step = expression.steps[0]
        return step.test if _by_name(step) and not step.predicates else ""
    return ""


def _apart_from_item(expression: Expression) -> bool:
    """Whether its value is the same for every item."""
    match expression:
        case syntax.Literal() | syntax.Number():
            return True
        case syntax.Path(start):
            if any(step.predicates for step in expression.steps):
                return False
            return start == "/" or (isinstance(start, Call) and start.name in ("current", "instance"))
        case syntax.Call(name, arguments):
            return name not in ("position", "last", "once", "random", "uuid") and all(map(_apart_from_item, arguments))
        case _:
            return False


def _counts_items(expression: Expression) -> bool:
    """Whether the place of an item among those tried matters."""
    return any(isinstance(one, Call) and one.name in ("position", "last") for one in everything(expression))


def _index_of(instance: str, names: list[str], column: str, context: Context) -> Index | None:
    surroundings = context.surroundings
    document = surroundings.instance(instance)
    if document is None:
        return None
    key = (id(document), *names, column)
    index: Index | None = surroundings.indexes.get(key)
    if index is None:
        index = surroundings.indexes[key] = _indexed(document, names, column)
    return index


def _indexed(document: Node, names: list[str], column: str) -> Index:
    """The items by the text of this child, and by its number where it is one; blank where it is missing."""
    items = [document]
    for name in names:
        items = [child for node in items for child in node.named(name)]
    index: Index = {}
    for item in items:
        texts = [child.value() for child in item.named(column)] or [""]
        keys: dict[object, None] = {}
        for text in texts:
            keys[text] = None
            number = plain_number(text)
            if number == number:
                keys[number] = None
        for key in keys:
            index.setdefault(key, []).append(item)
    return index


def _looked_up(index: Index, value: object) -> list[Node]:
    if isinstance(value, bool):
        return [item for key, items in index.items() if isinstance(key, str) and bool(key) is value for item in items]
    if isinstance(value, (str, float)):
        return index.get(value, [])
    from survey_forms.xpath.dates import date_text

    return index.get(date_text(value), [])  # type: ignore[arg-type]
