"""Finding one's way in the tree: refs with positions, generic paths, copies of templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from survey_forms.tree import Node

_STEP = re.compile(r"([^\[\]]+)(?:\[(\d+)\])?$")


def steps(ref: str) -> list[tuple[str, int]] | None:
    """The names of a ref with their positions, 0 where it has none; None for what is no ref."""
    found: list[tuple[str, int]] = []
    if not ref.startswith("/"):
        return None
    for part in ref[1:].split("/"):
        match = _STEP.match(part)
        if match is None:
            return None
        found.append((match[1], int(match[2] or 0)))
    return found


def generic(ref: str) -> str:
    """A ref without its positions."""
    return re.sub(r"\[\d+\]", "", ref)


def node_at(root: Node, ref: str) -> Node | None:
    """The node of a ref; `root` is the root element. A missing position means the first."""
    way = steps(ref)
    if way is None or way[0][0] != root.name:
        return None
    node = root
    for name, position in way[1:]:
        same = node.named(name)
        if len(same) < max(position, 1):
            return None
        node = same[max(position, 1) - 1]
    return node


def below(node: Node, names: Iterable[str]) -> list[Node]:
    """The nodes under a node by names, through all instances of repeats."""
    found = [node]
    for name in names:
        found = [child for above in found for child in above.named(name)]
    return found


def nodes_for(path: str, context: Node) -> list[Node]:
    """The nodes of a generic path that are in the same instances of repeats as the context, as far as both go."""
    names = path.split("/")[1:]
    chain: list[Node] = []
    node: Node | None = context
    while node is not None and node.name:
        chain.append(node)
        node = node.parent
    chain.reverse()
    if not chain or chain[0].name != names[0]:
        return []
    depth = 1
    while depth < min(len(chain), len(names)) and chain[depth].name == names[depth]:
        depth += 1
    return below(chain[depth - 1], names[depth:])


def clone(node: Node) -> Node:
    """A copy with all below it, paths and all, without a parent."""
    other = Node(node.name, node.text, dict(node.attributes) if node.attributes else None)
    other.relevant, other.repeat, other.path = node.relevant, node.repeat, node.path
    other.children = [clone(child) for child in node.children]
    for child in other.children:
        child.parent = other
    return other


def leaves(node: Node) -> Iterator[Node]:
    return (one for one in node.walk() if not one.children)


def renumbered(ref: str, instance: str, by: int) -> str:
    """A ref as it is called after an instance was put in before (`by` 1) or taken out (-1) at the place `instance`."""
    head, _bracket, position = instance[:-1].rpartition("[")
    if not ref.startswith(f"{head}["):
        return ref
    number, bracket, rest = ref[len(head) + 1 :].partition("]")
    if not bracket or int(number) < int(position):
        return ref
    return f"{head}[{int(number) + by}]{rest}"
