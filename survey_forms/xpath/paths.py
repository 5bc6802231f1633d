"""Location paths as functions. From within a repeat an absolute path means this instance (本份), as in JavaRosa: as
long as its names are those of the node it is evaluated at, and have no predicate, it takes that node's ancestors. Only
a path that ends at a repeat means all its instances, so that `count(/data/member)` counts (JavaRosa says 1 within)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casebook.language import _
from survey_forms.tree import Node
from survey_forms.xpath.axes import AXES, attribute_node, in_document_order, is_element
from survey_forms.xpath.code import Code, Nodes, nodes_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.syntax import KINDS, ExpressionError, Step
from survey_forms.xpath.values import Dialect

Onward = Callable[[list[Node], Context], list[Node]]
Test = Callable[[Context], bool]
_COLLECT_STEPS = frozenset({"child", "attribute", "self", "parent"})
_IN_ORDER = frozenset({"child", "attribute", "self"})


def path_code(start: Nodes | str, steps: tuple[Step, ...], predicates: list[list[Code]], dialect: Dialect) -> Code:
    """`start` is '/', '.' or what gives the nodes to start from; `predicates` are those of the steps, compiled."""
    names = _leading_names(steps)
    if start == "/" and dialect.name == "collect":
        rest = onward(steps[len(names) :], predicates[len(names) :], dialect)
        return _absolute(names, rest, dialect)
    if start == "." and dialect.name == "collect":
        ups, names = _ups_and_names(steps)
        if ups + len(names) == len(steps):
            return _relative(ups, names, dialect)
    walk = onward(steps, predicates, dialect) or (lambda nodes, context: nodes)
    if start == "/":
        return nodes_code(lambda context: _relevant(walk([context.surroundings.root], context)), dialect)
    if start == ".":
        return nodes_code(lambda context: _relevant(walk([context.node], context)), dialect)
    assert not isinstance(start, str)
    begin = start
    return nodes_code(lambda context: _relevant(walk(begin(context), context)), dialect)


def _leading_names(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The names of the child steps at the beginning that have no predicate."""
    names: list[str] = []
    for step in steps:
        if step.axis != "child" or step.predicates or step.test in KINDS or step.test.endswith("*"):
            break
        names.append(step.test)
    return tuple(names)


def _ups_and_names(steps: tuple[Step, ...]) -> tuple[int, tuple[str, ...]]:
    """How many `..` (a `.` among them counts for nothing and is not taken) and then which names."""
    ups = 0
    while ups < len(steps) and _is_up(steps[ups]):
        ups += 1
    return ups, _leading_names(steps[ups:])


def _is_up(step: Step) -> bool:
    return step.axis == "parent" and step.test == "node()" and not step.predicates


def _relevant(nodes: list[Node]) -> list[Node]:
    for node in nodes:
        if not node.relevant:
            return [one for one in nodes if one.relevant]
    return nodes


def _absolute(names: tuple[str, ...], rest: Onward | None, dialect: Dialect) -> Code:
    def nodes(context: Context) -> list[Node]:
        node, used = here(names, context)
        if node.repeat and used == len(names) and rest is None and node.parent is not None:
            return _relevant(node.parent.named(node.name))
        found = [node]
        for name in names[used:]:
            found = _children(found, name)
        return _relevant(found if rest is None else rest(found, context))

    def first(context: Context) -> Node | None:
        node, used = here(names, context)
        return _first_below(node, names[used:])

    return nodes_code(nodes, dialect, first if rest is None else None)


def here(names: tuple[str, ...], context: Context) -> tuple[Node, int]:
    """The document, or the ancestor of the context node that the names lead to first, and how many names it uses."""
    root = context.surroundings.root
    chain = _chain(context.node, root)
    if chain is None:  # within a secondary instance: the node the expression belongs to
        chain = _chain(context.current, root) or []
    node, used = root, 0
    for name in names:
        if used == len(chain) or chain[-1 - used].name != name:
            break
        node = chain[-1 - used]
        used += 1
    return node, used


def _chain(node: Node, root: Node) -> list[Node] | None:
    """The node and its ancestors below the root; None where the root is not above it."""
    chain: list[Node] = []
    one: Node | None = node
    while one is not None:
        if one is root:
            return chain
        chain.append(one)
        one = one.parent
    return None


def _children(nodes: list[Node], name: str) -> list[Node]:
    if len(nodes) == 1:
        return nodes[0].named(name)
    return [child for node in nodes for child in node.named(name)]


def _first_below(node: Node, names: tuple[str, ...]) -> Node | None:
    for at, name in enumerate(names):
        found = node.named(name)
        if len(found) != 1:
            for child in found:
                below = _first_below(child, names[at + 1 :])
                if below is not None:
                    return below
            return None
        node = found[0]
    return node if node.relevant else None


def _relative(ups: int, names: tuple[str, ...], dialect: Dialect) -> Code:
    def begin(context: Context) -> Node | None:
        node: Node | None = context.node
        for _up in range(ups):
            if node is None:
                break
            node = node.parent
        return node

    def nodes(context: Context) -> list[Node]:
        node = begin(context)
        if node is None:
            return []
        found = [node]
        for name in names:
            found = _children(found, name)
        return _relevant(found)

    def first(context: Context) -> Node | None:
        node = begin(context)
        return None if node is None else _first_below(node, names)

    return nodes_code(nodes, dialect, first)


# --- steps -------------------------------------------------------------------------------------------------------


def onward(steps: tuple[Step, ...], predicates: list[list[Code]], dialect: Dialect) -> Onward | None:
    """All these steps one after the other; None for no step."""
    walks = [_step(step, tests, dialect) for step, tests in zip(steps, predicates, strict=True)]
    if not walks:
        return None
    if len(walks) == 1:
        return walks[0]

    def walk(nodes: list[Node], context: Context) -> list[Node]:
        for one in walks:
            nodes = one(nodes, context)
        return nodes

    return walk


def _step(step: Step, predicates: list[Code], dialect: Dialect) -> Onward:
    if dialect.name == "collect":
        _refuse_in_collect(step)
    plain = step.axis == "child" and step.test not in KINDS and not step.test.endswith("*")
    if plain and not predicates and dialect.name == "collect":
        name = step.test
        return lambda nodes, context: _children(nodes, name)
    reach = _reach(step, dialect)
    tests = [as_test(code, dialect) for code in predicates]

    def walk(nodes: list[Node], context: Context) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            reached = reach(node, context)
            for test in tests:
                reached = filtered(reached, test, context)
            found.extend(reached)
        return found

    if step.axis in _IN_ORDER:
        return walk
    return lambda nodes, context: in_document_order(walk(nodes, context))


def _refuse_in_collect(step: Step) -> None:
    known = step.axis in _COLLECT_STEPS
    if step.axis in ("self", "parent"):
        known = step.test == "node()"
    elif step.test in KINDS or step.test.endswith(":*"):
        known = False
    if not known:
        raise ExpressionError(_("ODK Collect 不认识路径里的这一步，请只用名称、「.」「..」「*」「@」。"), step.at)


def _reach(step: Step, dialect: Dialect) -> Callable[[Node, Context], list[Node]]:
    """What one step reaches from a node, before predicates."""
    name = step.test
    if step.axis == "attribute" and name not in KINDS and "*" not in name and ":" not in name:
        return lambda node, context: [attribute_node(node, name)] if name in node.attributes else []
    if step.axis == "child" and dialect.name == "collect":
        if name == "*":
            return lambda node, context: [child for child in node.children if is_element(child)]
        return lambda node, context: node.named(name)
    axis = AXES[step.axis]
    from survey_forms.xpath.node_tests import node_test

    matches = node_test(step)
    return lambda node, context: [one for one in axis(node) if matches(one)]


def as_test(code: Code, dialect: Dialect) -> Callable[[Context], bool]:
    """A predicate. In Collect only a boolean lets a node through; in XPath a number means a position."""
    if code.kind == "boolean":
        return code.boolean
    value = code.value
    if dialect.name == "collect":
        return lambda context: value(context) is True

    def test(context: Context) -> bool:
        found = value(context)
        return found == context.position if type(found) is float else code.boolean(context)

    return test


def filtered(nodes: Iterable[Node], test: Test, context: Context) -> list[Node]:
    """The nodes that a predicate lets through."""
    tried = list(nodes)
    inner = Context(context.node, context.surroundings, 0, len(tried), context.current)
    passed: list[Node] = []
    for at, node in enumerate(tried):
        inner.node = node
        inner.position = at + 1
        if test(inner):
            passed.append(node)
    return passed
