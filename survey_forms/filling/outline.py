"""The form as a list of lines, in the order in which it is filled in."""

from __future__ import annotations

from survey_forms.filling.changes import Entry
from survey_forms.filling.places import below, nodes_for
from survey_forms.form.definition import BodyElement, FormDefinition, Group, Question, Repeat
from survey_forms.tree import Node


class Outline:
    """`entries` in order; `at` finds one by ref, `node` its node, `place` its index."""

    def __init__(self, definition: FormDefinition, root: Node) -> None:
        self.entries: list[Entry] = []
        self.at: dict[str, Entry] = {}
        self.nodes: dict[str, Node] = {}
        self.place: dict[Node, int] = {}
        self._walk(definition.body, root, root.path, root.path, 0, "")
        self.listed = tuple(self.entries)

    def _add(self, entry: Entry, node: Node | None) -> None:
        if entry.ref in self.at and entry.kind == "group":
            return
        self.at.setdefault(entry.ref, entry)
        if node is not None:
            self.nodes.setdefault(entry.ref, node)
            self.place.setdefault(node, len(self.entries))
        self.entries.append(entry)

    def _walk(
        self, elements: tuple[BodyElement, ...], context: Node, path: str, ref: str, depth: int, number: str
    ) -> None:
        """`context` is the nearest instance of a repeat (or the root), `path` and `ref` its names."""
        running = 0
        for element in elements:
            running += 1
            code = element.code or (f"{number}.{running}" if number else str(running))
            if isinstance(element, Repeat):
                self._repeat(element, context, path, ref, depth, code)
                continue
            at_ref, node = self._at(element.path, context, path, ref) if element.path else (ref, None)
            if element.path and node is None:
                continue
            if isinstance(element, Question):
                self._add(Entry(at_ref, element.path, "question", depth, element, code), node)
            else:
                self._group(element, at_ref, node, depth, code)
                self._walk(element.children, context, path, ref, depth + 1, code)

    def _group(self, group: Group, ref: str, node: Node | None, depth: int, code: str) -> None:
        if group.path:
            self._add(Entry(ref, group.path, "group", depth, None, code), node)

    def _repeat(self, repeat: Repeat, context: Node, path: str, ref: str, depth: int, code: str) -> None:
        names = _names(repeat.path, path)
        if names is None:
            return
        holder = next(iter(below(context, names[:-1])), None)
        if holder is None:
            return
        holder_ref = "/".join((ref, *names[:-1]))
        range_ref = f"{holder_ref}/{names[-1]}"
        self._add(Entry(range_ref, repeat.path, "repeat", depth, None, code), None)
        for position, instance in enumerate(holder.named(names[-1]), 1):
            instance_ref = f"{range_ref}[{position}]"
            self._add(Entry(instance_ref, repeat.path, "instance", depth + 1, None, f"{code}.{position}"), instance)
            self._walk(repeat.children, instance, repeat.path, instance_ref, depth + 2, f"{code}.{position}")

    def _at(self, path: str, context: Node, context_path: str, ref: str) -> tuple[str, Node | None]:
        names = _names(path, context_path)
        if names is None:  # a question of the body that stands elsewhere in the data
            node = next(iter(nodes_for(path, context)), None)
            return (node.ref if node is not None else "", node)
        node = context
        for name in names:
            same = node.named(name)
            if not same:
                return "", None
            node = same[0]
        return "/".join((ref, *names)), node


def _names(path: str, above: str) -> list[str] | None:
    return path[len(above) + 1 :].split("/") if path.startswith(f"{above}/") else None
