"""Working out what depends on what changed: relevance, calculations, choices, checks, the number of instances.

A list of (rule, node) to be run, the rules in their order; running one may put others on the list. Rules that are in
a circle (a total that reads the one before) are run together from a clean start until nothing changes any more, so
that the outcome depends on the answers alone and not on the way there.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

from survey_forms.filling.choosing import Choosing
from survey_forms.filling.places import below
from survey_forms.filling.sheet import MOST_INSTANCES, Sheet
from survey_forms.form.check_types import cast, fits
from survey_forms.form.graph import Rule
from survey_forms.form.reading import in_words
from survey_forms.tree import Node
from survey_forms.xpath.compile import Compiled
from survey_forms.xpath.context import Context, Surroundings
from survey_forms.xpath.syntax import ExpressionError
from survey_forms.xpath.values import stored

_MOST_RUNS = 200_000
"""Of rules in one go beyond the number of nodes; only a fault of the form comes near."""
_MOST_IN_CIRCLES = 20_000


class _Place(Node):
    """Where the first instance of a repeat would stand."""

    __slots__ = ()

    @property
    def position(self) -> int:
        return 1


class Calculating:
    """Works on a sheet. Of one go: `changed` are the nodes that look different now, `before` what the drafts set in it
    were (the answer itself not), `values` what the texts that changed were, `new` the instances that were made,
    `arrived` and `gone` the nodes that were put in and taken out, `regrown` whether any instance came or went."""

    def __init__(self, sheet: Sheet, choosing: Choosing, around: Surroundings) -> None:
        self.sheet = sheet
        self.definition = sheet.definition
        self.graph = self.definition.graph
        self.choosing = choosing
        self.around = around
        self.changed: dict[Node, None] = {}
        self.before: dict[Node, str] = {}
        self.values: dict[Node, str] = {}
        self.new: list[Node] = []
        self.arrived: set[Node] = set()
        self.gone: set[Node] = set()
        self.regrown = False
        self.protected: set[Node] = set()
        """Kept calculations that are only looked at in this go: something else has given their value."""
        self._gave: dict[Node, str] = {}
        """What a kept calculation that people may overwrite gave when it was run last."""
        self._waiting: dict[int, dict[Node, None]] = {}
        self._heap: list[int] = []
        self._settling: frozenset[int] = frozenset()
        self._circles: dict[int, list[Rule]] = {}
        for rule in self.graph.rules:
            if rule.cycle:
                self._circles.setdefault(rule.cycle, []).append(rule)
        self._run: dict[str, Callable[[Rule, Node], None]] = {
            "count": self._count,
            "relevant": self._relevant,
            "calculate": self._calculate,
            "itemset": self._itemset,
            "readonly": lambda rule, node: self._flag(rule, node, self.sheet.readonly),
            "required": lambda rule, node: self._flag(rule, node, self.sheet.required),
            "warning": lambda rule, node: self._flag(rule, node, self.sheet.warned),
            "constraint": lambda rule, node: self._flag(rule, node, self.sheet.violated, False),
        }

    def begin_go(self) -> None:
        self.changed, self.before, self.values, self.new = {}, {}, {}, []
        self.arrived, self.gone, self.protected = set(), set(), set()
        self.regrown = False

    # What is to be run

    def _mark(self, rule: int, node: Node) -> None:
        waiting = self._waiting.get(rule)
        if waiting is None:
            self._waiting[rule] = {node: None}
            heapq.heappush(self._heap, rule)
        else:
            waiting[node] = None

    def tell_readers(self, node: Node) -> None:
        """Whoever reads this node is to be run again."""
        for read in self.graph.readers.get(node.path, ()):
            if read.rule in self._settling:
                continue
            base: Node | None = node
            for _level in range(read.up):
                base = base.parent if base is not None else None
            if base is not None:
                for target in below(base, read.names):
                    self._mark(read.rule, target)

    def mark_counts(self) -> None:
        """How many instances there are is to be worked out everywhere."""
        for rule in self.graph.rules:
            if rule.attribute == "count":
                for parent in below(self.sheet.root, rule.path.split("/")[2:-1]):
                    self._mark(rule.index, parent)

    def mark_all(self, top: Node, *, counts: bool = True) -> None:
        """Everything in a subtree is to be run, without `counts` as many instances as there are stay."""
        at = self.graph.at
        questions = self.definition.questions
        for node in top.walk():
            for rule in at.get(node.path, ()):
                if counts or rule.attribute != "count":
                    self._mark(rule.index, node)
            if not node.children:
                if node.text and not fits(self.definition.types.get(node.path, "string"), node.text):
                    self.sheet.mistyped.add(node)
                question = questions.get(node.path)
                if question is not None and question.lists_alike:
                    self.refresh_choice(node)

    def mark_labels(self) -> None:
        """Whatever holds a text of the form is to be run: it is in another language now."""
        for node in self.sheet.root.walk():
            for rule in self.graph.at.get(node.path, ()):
                if in_words(rule.expression.expression):
                    self._mark(rule.index, node)

    # What people and actions set

    def set_raw(self, node: Node, text: str) -> None:
        """Set what was answered before anything is worked out."""
        self.sheet.drafts.pop(node, None)
        node.text = text

    def set_draft(self, node: Node, text: str, *, told: bool = True) -> None:
        """Set what was answered. `told`: remember what it was, it is not the answer itself."""
        sheet = self.sheet
        was = sheet.draft(node)
        if told and node not in self.before:
            self.before[node] = was
        question = self.definition.questions.get(node.path)
        if question is not None and question.chooses:
            sheet.drafts[node] = text
            self.refresh_choice(node)
        else:
            self._set_text(node, text)

    def refresh_choice(self, node: Node) -> None:
        """A choice counts as far as it is offered; of a node that is not relevant as it is."""
        sheet, question = self.sheet, self.definition.questions[node.path]
        draft = sheet.draft(node)
        text = draft
        if draft and node.relevant:
            text = self.choosing.standing(question, node, draft)
        self._set_text(node, text)
        if text == draft:
            sheet.drafts.pop(node, None)
        else:
            sheet.drafts[node] = draft

    def _set_text(self, node: Node, text: str) -> None:
        if node.text == text:
            return
        self.values.setdefault(node, node.text)
        node.text = text
        self.changed[node] = None
        if fits(self.definition.types.get(node.path, "string"), text):
            self.sheet.mistyped.discard(node)
        else:
            self.sheet.mistyped.add(node)
        self.tell_readers(node)

    # Structure

    def came(self, instance: Node, *, back: bool = False) -> None:
        """An instance was put in, new or `back`: everything in it is to be run, and whoever looks at its like."""
        self.regrown = True
        self.gone.difference_update(instance.walk())
        self.mark_all(instance)
        for node in instance.walk():
            if back:
                self.protected.add(node)
            self.arrived.add(node)
            self.changed[node] = None
            self.tell_readers(node)

    def going(self, instance: Node) -> None:
        """An instance is about to be taken out."""
        self.regrown = True
        for node in instance.walk():
            self.tell_readers(node)
            self.changed.pop(node, None)
            self.gone.add(node)

    # Running

    def run(self, *, kept: bool) -> None:
        """Run until nothing is left; `kept` calculations are set only when asked to."""
        budget = _MOST_RUNS + 20 * self.sheet.size
        while self._heap and budget > 0:
            index = heapq.heappop(self._heap)
            nodes = self._waiting.pop(index)
            rule = self.graph.rules[index]
            if rule.cycle:
                budget -= self._settle(rule.cycle)
                continue
            run = self._run[rule.attribute]
            for node in nodes:
                if node in self.gone:
                    continue
                if rule.kept:
                    self._calculate_kept(rule, node, setting=kept and node not in self.protected)
                else:
                    run(rule, node)
            budget -= len(nodes)
        self._heap.clear()
        self._waiting.clear()

    def _settle(self, cycle: int) -> int:
        """Run a circle from a clean start until it stands still; how many runs it took."""
        rules = self._circles[cycle]
        self._settling = frozenset(rule.index for rule in rules)
        pairs = self._pairs(self._settling)
        for rule, node in pairs:
            if rule.attribute == "relevant":
                self._set_relevant(node, True)
            elif rule.attribute == "calculate":
                self._set_text(node, "")
        runs = 0
        for _round in range(min(len(pairs), _MOST_IN_CIRCLES // max(len(pairs), 1)) + 2):
            before = [(node.text, node.relevant) for _rule, node in pairs]
            for rule, node in pairs:
                self._run[rule.attribute](rule, node)
            runs += len(pairs)
            if before == [(node.text, node.relevant) for _rule, node in pairs]:
                break
        self._settling = frozenset()
        for rule in rules:
            self._waiting.pop(rule.index, None)
        self._heap = [index for index in self._heap if index in self._waiting]
        heapq.heapify(self._heap)
        return runs

    def _pairs(self, rules: frozenset[int]) -> list[tuple[Rule, Node]]:
        """These rules with their nodes: one instance of a repeat after the other, in each the rules in their order."""
        by_instance: dict[Node, list[tuple[Rule, Node]]] = {}
        waiting = [(self.sheet.root, self.sheet.root)]
        while waiting:
            node, instance = waiting.pop()
            if node.repeat:
                instance = node
            for rule in self.graph.at.get(node.path, ()):
                if rule.index in rules:
                    by_instance.setdefault(instance, []).append((rule, node))
            waiting.extend((child, instance) for child in reversed(node.children))
        return [pair for pairs in by_instance.values() for pair in sorted(pairs, key=lambda one: one[0].index)]

    def _boolean(self, expression: Compiled, node: Node, otherwise: bool) -> bool:
        """What a condition gives; `otherwise` for one that can't be worked out, so that it stands in nobody's way."""
        try:
            return expression.boolean(Context(node, self.around))
        except ExpressionError:
            return otherwise

    def _flag(self, rule: Rule, node: Node, known: set[Node], when: bool = True) -> None:
        if (self._boolean(rule.expression, node, not when) is when) != (node in known):
            known.symmetric_difference_update((node,))
            self.changed[node] = None

    def _calculated(self, rule: Rule, node: Node) -> str:
        kind = self.definition.types.get(node.path, "string")
        try:
            return cast(kind, stored(rule.expression.value(Context(node, self.around)), kind))
        except ExpressionError:
            return ""

    def _calculate(self, rule: Rule, node: Node) -> None:
        if node.children:
            return
        question = self.definition.questions.get(node.path)
        if question is not None and question.chooses:
            self.set_draft(node, self._calculated(rule, node), told=False)
        else:
            self._set_text(node, self._calculated(rule, node))

    def _calculate_kept(self, rule: Rule, node: Node, *, setting: bool) -> None:
        """What people changed stays as long as the calculation gives the same; nothing is set before it is asked."""
        if node.children or (rule.volatile and not setting):
            return
        text = self._calculated(rule, node)
        if not rule.volatile:
            same = self._gave.get(node) == text
            self._gave[node] = text
            if same:
                return
        draft = self.sheet.draft(node)
        if setting and text != draft and (node.relevant or draft):
            self.set_draft(node, text)

    def _itemset(self, rule: Rule, node: Node) -> None:
        if self.sheet.draft(node):
            self.refresh_choice(node)

    def _relevant(self, rule: Rule, node: Node) -> None:
        self._set_relevant(node, self._boolean(rule.expression, node, True))

    def _set_relevant(self, node: Node, own: bool) -> None:
        if own:
            self.sheet.off.discard(node)
        else:
            self.sheet.off.add(node)
        self._inherit(node)

    def _inherit(self, node: Node) -> None:
        relevant = (node.parent is None or node.parent.relevant) and node not in self.sheet.off
        if relevant == node.relevant:
            return
        node.relevant = relevant
        self.changed[node] = None
        self.tell_readers(node)
        for rule in self.graph.at.get(node.path, ()):
            if rule.kept and relevant and not self.sheet.draft(node):
                self._gave.pop(node, None)
                self._mark(rule.index, node)
            elif rule.attribute != "relevant" and not rule.kept:
                self._mark(rule.index, node)
        if not node.children:
            question = self.definition.questions.get(node.path)
            if question is not None and question.chooses:
                self.refresh_choice(node)
        for child in node.children:
            self._inherit(child)

    def stand_in(self, parent: Node, name: str) -> Node:
        """The first instance of a range, or a node in its place."""
        same = parent.named(name)
        if same:
            return same[0]
        place = _Place(name)
        place.parent, place.path, place.relevant = parent, f"{parent.path}/{name}", parent.relevant
        return place

    def would_be_relevant(self, parent: Node, name: str) -> bool:
        """Whether an instance would be relevant, of a range that has none."""
        for rule in self.graph.at.get(f"{parent.path}/{name}", ()):
            if rule.attribute == "relevant":
                return self._boolean(rule.expression, self.stand_in(parent, name), True)
        return True

    def _count(self, rule: Rule, parent: Node) -> None:
        name = rule.path.rpartition("/")[2]
        sheet = self.sheet
        try:
            asked = rule.expression.number(Context(self.stand_in(parent, name), self.around))
        except ExpressionError:
            asked = 0.0
        number = int(max(0.0, min(asked, MOST_INSTANCES))) if asked == asked else 0
        (sheet.cut.add if asked == asked and asked > MOST_INSTANCES else sheet.cut.discard)((parent, name))
        same = parent.named(name)
        if number < len(same):
            for instance in same[number:]:
                self.going(instance)
            sheet.park(parent, name, number)
        elif number > len(same):
            parked = set(sheet.parked.get((parent, name), ()))
            for instance in sheet.grow(parent, name, number):
                if instance not in parked:
                    self.new.append(instance)
                self.came(instance, back=instance in parked)
        else:
            return
        self.changed[parent] = None
