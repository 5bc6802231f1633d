"""The answers so far as a tree (答卷), with what was worked out for each node, and how its repeats grow and shrink."""

from __future__ import annotations

from collections.abc import Iterator

from survey_forms.filling.places import clone, steps
from survey_forms.form.definition import FormDefinition
from survey_forms.tree import Node, document

MOST_INSTANCES = 300
"""Of one repeat in one place; a count beyond it is cut, so that a slip of the finger can't stop the machine."""
MOST_NODES = 50_000
"""Of the whole tree."""


class Sheet:
    """`root` is the root element. A node's text is what counts; `drafts` has what was answered where that differs (a
    choice that is not offered now). `off` are the nodes whose own relevance is false; `required`, `readonly`,
    `violated`, `warned`, `mistyped` are what their names say, `bad` the kind of problem of each node that has one.
    `parked` holds the instances beyond the count of a repeat by (parent, name), so that a count corrected back brings
    their answers back; `cut` the repeats whose count is beyond all bounds.
    """

    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        self.root = clone(definition.template)
        self.document = document(self.root)
        self.drafts: dict[Node, str] = {}
        self.off: set[Node] = set()
        self.required: set[Node] = set()
        self.readonly: set[Node] = set()
        self.violated: set[Node] = set()
        self.warned: set[Node] = set()
        self.mistyped: set[Node] = set()
        self.bad: dict[Node, str] = {}
        self.parked: dict[tuple[Node, str], list[Node]] = {}
        self.grown: list[Node] = []
        """Instances that `reach` and `resize` put in, for whoever asks next."""
        self.cut: set[tuple[Node, str]] = set()
        self.size = sum(1 for _node in self.root.walk())
        self.sizes = {path: sum(1 for _node in one.walk()) for path, one in definition.repeat_templates.items()}

    def draft(self, node: Node) -> str:
        """What was answered, whether it counts now or not."""
        return self.drafts.get(node, node.text)

    # Repeats

    def repeat_path(self, parent: Node, name: str) -> str:
        return f"{parent.path}/{name}"

    def room(self, parent: Node, name: str) -> bool:
        """Whether another instance is within bounds."""
        size = self.sizes[self.repeat_path(parent, name)]
        return len(parent.named(name)) < MOST_INSTANCES and self.size + size <= MOST_NODES

    def new_instance(self, parent: Node, name: str) -> Node:
        """An instance as the form has it, not yet in the tree."""
        instance = clone(self.definition.repeat_templates[self.repeat_path(parent, name)])
        instance.repeat = True
        return instance

    def put_in(self, parent: Node, instance: Node, position: int | None = None) -> None:
        """Put an instance into the tree, at the end or at a 1-based position among its like."""
        same = parent.named(instance.name)
        if position is not None and position <= len(same):
            at = parent.children.index(same[position - 1])
        elif same:
            at = parent.children.index(same[-1]) + 1
        else:
            at = self._first_place(parent, instance.name)
        parent.insert(at, instance)
        for node in instance.walk():
            node.relevant = parent.relevant
            self.size += 1

    def _first_place(self, parent: Node, name: str) -> int:
        order = self.definition.order.get(parent.path, ())
        before = set(order[: order.index(name)]) if name in order else set(order)
        return max((i + 1 for i, child in enumerate(parent.children) if child.name in before), default=0)

    def take_out(self, instance: Node) -> None:
        parent = instance.parent
        assert parent is not None
        parent.remove(instance)
        for node in instance.walk():
            self.size -= 1
            self.bad.pop(node, None)
            for known in (self.off, self.required, self.readonly, self.violated, self.warned, self.mistyped):
                known.discard(node)

    # Raw changes: what is answered, nothing worked out

    def reach(self, ref: str) -> Node | None:
        """The node of a ref; instances of repeats that are missing on the way are made. None for a wrong ref."""
        way = steps(ref)
        if way is None or way[0][0] != self.root.name:
            return None
        node = self.root
        for name, position in way[1:]:
            same = node.named(name)
            wanted = max(position, 1)
            if len(same) < wanted:
                if self.repeat_path(node, name) not in self.definition.repeats or wanted > MOST_INSTANCES:
                    return None
                self.grown += self.grow(node, name, wanted)
                same = node.named(name)
                if len(same) < wanted:
                    return None
            node = same[wanted - 1]
        return node

    def grow(self, parent: Node, name: str, number: int) -> list[Node]:
        """As many instances as asked for, parked ones first; those put in."""
        made: list[Node] = []
        parked = self.parked.get((parent, name), [])
        while len(parent.named(name)) < number and self.room(parent, name):
            instance = parked.pop(0) if parked else self.new_instance(parent, name)
            self.put_in(parent, instance)
            made.append(instance)
        return made

    def park(self, parent: Node, name: str, number: int) -> list[Node]:
        """No more instances than this; those taken out, in order."""
        taken = list(parent.named(name)[number:])
        for instance in taken:
            self.take_out(instance)
        if taken:
            self.parked[(parent, name)] = taken + self.parked.get((parent, name), [])
        return taken

    def entries(self, instance: Node) -> Iterator[tuple[str, str]]:
        """What it takes to make this subtree anew with its drafts: (ref, text), a range of instances with their number.

        Calculations that are worked out anyway are left out.
        """
        waiting = [(instance, instance.ref)]
        while waiting:
            node, ref = waiting.pop(0)
            numbers: dict[str, int] = {}
            below: list[tuple[Node, str]] = []
            for child in node.children:
                if child.repeat:
                    numbers[child.name] = numbers.get(child.name, 0) + 1
                    below.append((child, f"{ref}/{child.name}[{numbers[child.name]}]"))
                else:
                    below.append((child, f"{ref}/{child.name}"))
            for name in self.definition.order.get(node.path, ()):
                path = f"{node.path}/{name}"
                if path in self.definition.repeats:
                    beyond = self.parked.get((node, name), [])
                    shown = numbers.get(name, 0)
                    if self.definition.repeats[path].count is None or shown or beyond:
                        yield f"{ref}/{name}", str(shown + len(beyond))
                    below.extend((one, f"{ref}/{name}[{shown + i}]") for i, one in enumerate(beyond, 1))
            for child, child_ref in below:
                if child.children or child.path in self.definition.order:
                    waiting.append((child, child_ref))
                elif self._own(child):
                    yield child_ref, self.draft(child)

    def _own(self, leaf: Node) -> bool:
        rules = self.definition.graph.at.get(leaf.path, ())
        if any(rule.attribute == "calculate" and not rule.kept for rule in rules):
            return False
        return bool(self.draft(leaf)) or leaf.path in self.definition.defaulted
