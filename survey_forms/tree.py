"""The tree that a form is filled in and that XPath runs over: elements with a name, attributes, text or children."""

from __future__ import annotations

from collections.abc import Iterator


class Node:
    """An element. `name` is as written, prefix and all; a document has the name '' and holds the root element. A leaf
    has `text`, any other node the text of its leaves; a stretch of text between elements is a child named `#text`.

    `relevant` counts the ancestors in, `repeat` marks an instance of a repeat (重复组的一份). `path` is the generic
    one, without positions.
    """

    __slots__ = ("_by_name", "attributes", "children", "name", "parent", "path", "relevant", "repeat", "text")

    def __init__(self, name: str, text: str = "", attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.text = text
        self.attributes = attributes or {}
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.relevant = True
        self.repeat = False
        self.path = f"/{name}" if name else ""
        self._by_name: dict[str, list[Node]] | None = None

    def append(self, child: Node) -> Node:
        """Put a child behind the others; the child."""
        return self.insert(len(self.children), child)

    def insert(self, at: int, child: Node) -> Node:
        """Put a child before the one at this index; the child, its own descendants given their paths."""
        child.parent = self
        self.children.insert(at, child)
        self._by_name = None
        child.set_path(self.path)
        return child

    def set_path(self, above: str) -> None:
        self.path = f"{above}/{self.name}"
        for child in self.children:
            child.set_path(self.path)

    def remove(self, child: Node) -> int:
        """Take a child out; the index it had."""
        at = self.children.index(child)
        del self.children[at]
        child.parent = None
        self._by_name = None
        return at

    def named(self, name: str) -> list[Node]:
        """The children of this name, in order; not to be changed."""
        if self._by_name is None:
            found: dict[str, list[Node]] = {}
            for child in self.children:
                found.setdefault(child.name, []).append(child)
            self._by_name = found
        return self._by_name.get(name, [])

    @property
    def position(self) -> int:
        """1-based, among the siblings of the same name."""
        return 1 if self.parent is None else self.parent.named(self.name).index(self) + 1

    @property
    def ref(self) -> str:
        """The node's own path: `/data/member[2]/code`, a position on each repeat instance."""
        above = self.parent.ref if self.parent is not None else ""
        if not self.name:
            return above
        return f"{above}/{self.name}[{self.position}]" if self.repeat else f"{above}/{self.name}"

    def value(self) -> str:
        """The text of a leaf, of any other node that of all its leaves in order."""
        return "".join(child.value() for child in self.children) if self.children else self.text

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def copy(self) -> Node:
        """The same node and all below it, without a parent."""
        other = Node(self.name, self.text, dict(self.attributes))
        other.relevant, other.repeat, other.path = self.relevant, self.repeat, self.path
        for child in self.children:
            other.append(child.copy())
        return other


def document(root: Node) -> Node:
    """The document of a root element."""
    top = Node("")
    top.append(root)
    return top
