"""Actions of a form (setvalue) and preloads: what happens once at an event instead of being worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import uuid4

from survey_forms.filling.calculating import Calculating
from survey_forms.filling.places import leaves, nodes_for
from survey_forms.form.check_types import cast
from survey_forms.form.definition import Action
from survey_forms.tree import Node
from survey_forms.xpath.context import Context
from survey_forms.xpath.syntax import ExpressionError
from survey_forms.xpath.values import stored

_MOST_ROUNDS = 100
"""Of actions that set off others."""


class Acting:
    def __init__(self, calculating: Calculating) -> None:
        self.calculating = calculating
        self.sheet = calculating.sheet
        self.definition = self.sheet.definition
        self.by_source: dict[str, list[Action]] = {}
        self.by_repeat: dict[str, list[Action]] = {}
        for action in self.definition.actions:
            if "xforms-value-changed" in action.events and action.source:
                self.by_source.setdefault(action.source, []).append(action)
            if "odk-new-repeat" in action.events:
                self.by_repeat.setdefault(action.repeat or self._repeat_of(action.path), []).append(action)

    def _repeat_of(self, path: str) -> str:
        while path and path not in self.definition.repeats:
            path = path.rpartition("/")[0]
        return path

    def load(self, events: Iterable[str], given: set[Node]) -> None:
        """What happens when a form is begun; what was given already stays."""
        for action in self.definition.actions:
            if any(event in action.events for event in events):
                for target in list(self._targets(action, self.sheet.root)):
                    if target not in given:
                        self._do(action, target)
                self.settle()

    def settle(self) -> None:
        """Work out everything, and do what changes and new instances set off, until nothing is left."""
        calculating = self.calculating
        done: set[Node] = set()
        for _round in range(_MOST_ROUNDS):
            calculating.run(kept=True)
            new, calculating.new = _outermost(calculating.new), []
            sources = [
                node
                for node, was in calculating.values.items()
                if node.path in self.by_source
                and node not in done
                and node.text != was
                and _rooted(node, self.sheet.root)
            ]
            if not new and not sources:
                return
            for instance in new:
                self._greet(instance)
            for node in sources:
                done.add(node)
                for action in self.by_source[node.path]:
                    targets = list(self._targets(action, node))
                    if len(targets) == 1:  # of several none is meant
                        self._do(action, targets[0])

    def _greet(self, instance: Node) -> None:
        for inner in list(instance.walk()):
            if inner.repeat:
                for action in self.by_repeat.get(inner.path, ()):
                    for target in self._targets(action, inner):
                        if target.path.startswith(f"{inner.path}/"):
                            self._do(action, target)

    def _targets(self, action: Action, context: Node) -> Iterator[Node]:
        if action.by_predicate is None:
            yield from nodes_for(action.path, context)
            return
        try:
            yield from action.by_predicate.nodes(Context(context, self.calculating.around))
        except ExpressionError:
            return

    def _do(self, action: Action, target: Node) -> None:
        if target.children:
            return
        kind = self.definition.types.get(target.path, "string")
        text = action.literal
        if action.value is not None:
            try:
                text = stored(action.value.value(Context(target, self.calculating.around)), kind)
            except ExpressionError:
                text = ""
        if action.attribute:
            target.attributes[action.attribute] = text
        else:
            self.calculating.set_draft(target, cast(kind, text))

    def preload(self) -> None:
        """What the form wants to know about this filling (jr:preload)."""
        around = self.calculating.around
        for node in list(leaves(self.sheet.root)):
            bind = self.definition.binds.get(node.path)
            if bind is None or not bind.preload:
                continue
            text = ""
            if bind.preload == "uid":
                text = f"uuid:{uuid4()}"
            elif bind.preload == "date":
                text = stored(around.now(), "date")
            elif bind.preload == "timestamp" and bind.preload_params == "start":
                text = stored(around.now(), bind.type if bind.type in ("date", "time") else "dateTime")
            elif bind.preload == "property":
                text = around.property(bind.preload_params)
            if text:
                self.calculating.set_draft(node, text)


def _outermost(instances: list[Node]) -> list[Node]:
    """Without those that stand in another one."""
    found = set(instances)

    def inside(node: Node) -> bool:
        above = node.parent
        while above is not None and above not in found:
            above = above.parent
        return above is not None

    return [node for node in instances if not inside(node)]


def _rooted(node: Node, root: Node) -> bool:
    at: Node | None = node
    while at is not None and at is not root:
        at = at.parent
    return at is root
