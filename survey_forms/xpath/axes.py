"""The axes of XPath over the tree. Collect has child, attribute, parent and self; the others are for Web Forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from survey_forms.tree import Node

Axis = Callable[[Node], Iterable[Node]]


def is_attribute(node: Node) -> bool:
    return node.name.startswith("@")


def is_element(node: Node) -> bool:
    return bool(node.name) and node.name[0] not in "#@"


def attribute_node(owner: Node, name: str) -> Node:
    """An attribute as a node, made anew each time it is asked for; its parent does not hold it as a child."""
    node = Node(f"@{name}", owner.attributes[name])
    node.parent = owner
    node.relevant = owner.relevant
    node.path = f"{owner.path}/@{name}"
    return node


def attributes(node: Node) -> list[Node]:
    return [attribute_node(node, name) for name in node.attributes if not _declares_namespace(name)]


def namespaces(node: Node) -> list[Node]:
    return [attribute_node(node, name) for name in node.attributes if _declares_namespace(name)]


def _declares_namespace(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def children(node: Node) -> list[Node]:
    return node.children


def parent(node: Node) -> list[Node]:
    return [] if node.parent is None else [node.parent]


def itself(node: Node) -> list[Node]:
    return [node]


def ancestors(node: Node) -> Iterator[Node]:
    """From the parent up."""
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def ancestors_and_self(node: Node) -> Iterator[Node]:
    yield node
    yield from ancestors(node)


def descendants(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield from child.walk()


def descendants_and_self(node: Node) -> Iterator[Node]:
    return node.walk()


def following_siblings(node: Node) -> list[Node]:
    if node.parent is None or is_attribute(node):
        return []
    siblings = node.parent.children
    return siblings[siblings.index(node) + 1 :]


def preceding_siblings(node: Node) -> list[Node]:
    """The nearest first."""
    if node.parent is None or is_attribute(node):
        return []
    siblings = node.parent.children
    return siblings[: siblings.index(node)][::-1]


def following(node: Node) -> Iterator[Node]:
    """All behind the node in the document, its descendants left out."""
    if is_attribute(node) and node.parent is not None:
        yield from descendants(node.parent)
        node = node.parent
    for one in ancestors_and_self(node):
        for sibling in following_siblings(one):
            yield from sibling.walk()


def preceding(node: Node) -> Iterator[Node]:
    """All before the node in the document, its ancestors left out; the nearest first."""
    if is_attribute(node) and node.parent is not None:
        node = node.parent
    for one in ancestors_and_self(node):
        for sibling in preceding_siblings(one):
            yield from reversed(list(sibling.walk()))


AXES: dict[str, Axis] = {
    "ancestor": ancestors,
    "ancestor-or-self": ancestors_and_self,
    "attribute": attributes,
    "child": children,
    "descendant": descendants,
    "descendant-or-self": descendants_and_self,
    "following": following,
    "following-sibling": following_siblings,
    "namespace": namespaces,
    "parent": parent,
    "preceding": preceding,
    "preceding-sibling": preceding_siblings,
    "self": itself,
}


def in_document_order(nodes: Iterable[Node]) -> list[Node]:
    """Each node once, in document order; attributes right behind their element."""
    unique: dict[tuple[int, str], Node] = {}
    for node in nodes:
        owner = node.parent if is_attribute(node) and node.parent is not None else node
        unique[(id(owner), node.name if owner is not node else "")] = node
    if len(unique) < 2:
        return list(unique.values())
    places: dict[int, int] = {}
    for node in unique.values():
        top = _top(node)
        if id(top) not in places:
            places.update((id(one), len(places) + at) for at, one in enumerate(top.walk()))
    return sorted(unique.values(), key=lambda node: _place(node, places))


def _top(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _place(node: Node, places: dict[int, int]) -> tuple[int, int]:
    if is_attribute(node) and node.parent is not None:
        return places[id(node.parent)], 1 + list(node.parent.attributes).index(node.name[1:])
    return places[id(node)], 0
