"""Who depends on whom: the rules of a form in the order of calculation, and for every path the rules that read it.

Paths are generic. A rule is one attribute of one bind (or the count of a repeat, or the filter of a choice list); a
read says how to get from the node that changed to the nodes to work out again: up to the repeat instance that both
share, then down by names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_forms.form.reading import by_predicate, crosses, volatile
from survey_forms.xpath.compile import Compiled

OUTPUTS = ("count", "relevant", "calculate", "itemset")
"""The attributes that others depend on, in the order in which they are worked out."""

_BEFORE = {
    "count": (),
    "relevant": (),
    "calculate": (),
    "itemset": ("count", "relevant", "calculate"),
    "readonly": OUTPUTS,
    "required": OUTPUTS,
    "constraint": OUTPUTS,
    "warning": OUTPUTS,
}
"""What is worked out for a node (and above it) before each of its attributes."""
_ORDER = tuple(_BEFORE)


@dataclass(frozen=True, slots=True)
class Rule:
    """`kept` is a calculation whose result is kept with the answers and not worked out again by itself: it asks the
    clock or chance (`volatile`), or people may overwrite it. `cycle` numbers the circle it is in, 0 for none."""

    index: int
    path: str
    attribute: str
    expression: Compiled
    kept: bool = False
    volatile: bool = False
    cycle: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A rule that reads a path: `up` levels from there, then down by `names`, are the nodes it is to be run for."""

    rule: int
    up: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """`rules` in the order of calculation, `at` the rules to run for a node of a path, `readers` who reads a path."""

    rules: tuple[Rule, ...]
    at: Mapping[str, tuple[Rule, ...]]
    readers: Mapping[str, tuple[Read, ...]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule before it has its place. `overwritable`: people may answer what it calculates."""

    path: str
    attribute: str
    expression: Compiled
    overwritable: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """Calculations that depend on themselves: their paths, the first first."""

    paths: tuple[str, ...]
    attribute: str


def built(drafts: Iterable[Draft], paths: Iterable[str], repeats: Iterable[str]) -> tuple[Graph, tuple[Circle, ...]]:
    """The graph of these rules over all generic paths of the instance, and the circles that make it unusable."""
    return _Building(tuple(drafts), tuple(paths), frozenset(repeats)).built()


def _place(rule: Rule | Draft) -> str:
    """The path of the nodes that a rule is run for: how many instances there are is a matter of what holds them."""
    return rule.path.rpartition("/")[0] if rule.attribute == "count" else rule.path


class _Building:
    def __init__(self, drafts: tuple[Draft, ...], paths: tuple[str, ...], repeats: frozenset[str]) -> None:
        self.drafts = drafts
        self.paths = paths
        self.known = frozenset(paths)
        self.repeats = repeats
        self.reads = [self._reads(draft) for draft in drafts]
        self.by_path: dict[str, list[int]] = {}
        for number, draft in enumerate(drafts):
            self.by_path.setdefault(draft.path, []).append(number)

    def built(self) -> tuple[Graph, tuple[Circle, ...]]:
        before = self._before()
        asks = [d.attribute == "calculate" and volatile(d.expression.expression) for d in self.drafts]
        kept = [asked or draft.overwritable for asked, draft in zip(asks, self.drafts, strict=True)]
        rules: list[Rule] = []
        place: dict[int, int] = {}
        cycle = 0
        for group in _ordered(before):
            # What is kept is run when it is its turn, not until it stands still.
            circling = self._circling([number for number in group if not kept[number]], before)
            cycle += bool(circling)
            for number in self._within(group):
                draft = self.drafts[number]
                place[number] = len(rules)
                turns = cycle if number in circling else 0
                rules.append(
                    Rule(len(rules), draft.path, draft.attribute, draft.expression, kept[number], asks[number], turns)
                )
        at: dict[str, list[Rule]] = {}
        for rule in rules:
            at.setdefault(_place(rule), []).append(rule)
        readers: dict[str, dict[Read, None]] = {}
        for number, draft in enumerate(self.drafts):
            wide = crosses(draft.expression.expression)
            for path in self.reads[number]:
                up, names = self._way(path, _place(draft), wide)
                readers.setdefault(path, {})[Read(place[number], up, names)] = None
        graph = Graph(
            tuple(rules),
            {path: tuple(found) for path, found in at.items()},
            {path: tuple(found) for path, found in readers.items()},
        )
        return graph, tuple(self._circles())

    def _circling(self, group: list[int], before: list[set[int]]) -> set[int]:
        """Those of a group that are in a circle among themselves."""
        places = {number: i for i, number in enumerate(group)}
        among = [{places[other] for other in before[number] if other in places} for number in group]
        return {group[i] for some in _ordered(among) for i in some if len(some) > 1 or i in among[i]}

    def _within(self, group: list[int]) -> list[int]:
        """The order in a circle: what reads straight after what it reads, so that one round goes a long way."""
        inside = sorted(group, key=lambda n: (_ORDER.index(self.drafts[n].attribute), n))
        makers = {self.drafts[n].path: i for i, n in enumerate(inside) if self.drafts[n].attribute == "calculate"}
        straight = [
            {makers[path] for path in self.reads[n] if path in makers}
            if not by_predicate(self.drafts[n].expression.expression)
            else set()
            for n in inside
        ]
        return [inside[i] for some in _ordered(straight) for i in some]

    def _reads(self, draft: Draft) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for path in draft.expression.references(draft.path):
            if path.endswith(")"):
                continue
            if path == "//*":
                found.update(dict.fromkeys(self.paths))
            elif path.endswith("/*"):
                above = path[:-1]
                found.update(dict.fromkeys(p for p in self.paths if p.startswith(above) and "/" not in p[len(above) :]))
            else:
                found[path] = None
        return tuple(found)

    def _before(self) -> list[set[int]]:
        """For each rule those that are to be worked out before it."""
        outputs: dict[str, list[int]] = {}
        for number, draft in enumerate(self.drafts):
            if draft.attribute in OUTPUTS:
                outputs.setdefault(draft.path, []).append(number)
        before: list[set[int]] = []
        for number, draft in enumerate(self.drafts):
            found: set[int] = set()
            for path in self.reads[number]:
                found.update(self._making(path, outputs))
            own = {n for n in self._making(draft.path, outputs) if self.drafts[n].attribute in _BEFORE[draft.attribute]}
            found |= own - {number}
            before.append(found)
        return before

    def _making(self, path: str, outputs: Mapping[str, list[int]]) -> Iterable[int]:
        """The rules that make what is to be seen at a path: its value, and the relevance and number of all above."""
        yield from outputs.get(path, ())
        above = path
        while above := above.rpartition("/")[0]:
            for number in outputs.get(above, ()):
                if self.drafts[number].attribute in ("relevant", "count"):
                    yield number

    def _way(self, read: str, at: str, wide: bool) -> tuple[int, tuple[str, ...]]:
        """From a node at `read` to the nodes at `at` that are to be worked out again."""
        steps_read, steps_at = read.split("/")[1:], at.split("/")[1:]
        shared = 1
        if not wide:
            path = "/" + steps_at[0]
            limit = min(len(steps_at), len(steps_read) - 1)
            for depth in range(1, limit):
                if steps_read[depth] != steps_at[depth]:
                    break
                path += "/" + steps_at[depth]
                if path in self.repeats:
                    shared = depth + 1
        return len(steps_read) - shared, tuple(steps_at[shared:])

    def _leaf(self, path: str) -> bool:
        return not any(other.startswith(f"{path}/") for other in self.paths)

    def _circles(self) -> Iterable[Circle]:
        """Calculations that read themselves, straight or through others, within one instance of a repeat."""
        makers = {d.path: n for n, d in enumerate(self.drafts) if d.attribute == "calculate"}
        straight: list[set[int]] = [set() for _draft in self.drafts]
        for number, draft in enumerate(self.drafts):
            if draft.attribute == "calculate" and not by_predicate(draft.expression.expression):
                straight[number] = {makers[path] for path in self.reads[number] if path in makers}
            elif draft.attribute == "relevant" and draft.path in self.reads[number] and self._leaf(draft.path):
                yield Circle((draft.path,), "relevant")
        for group in _ordered(straight):
            if len(group) > 1 or group[0] in straight[group[0]]:
                yield Circle(tuple(self.drafts[number].path for number in sorted(group)), "calculate")


def _ordered(before: list[set[int]]) -> list[list[int]]:
    """Groups of numbers so that what is before stands before; a group of more than one is a circle (Tarjan)."""
    order: list[list[int]] = []
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    for root in range(len(before)):
        if root in index:
            continue
        waiting: list[tuple[int, list[int]]] = [(root, sorted(before[root], reverse=True))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while waiting:
            number, rest = waiting[-1]
            if rest:
                other = rest.pop()
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    waiting.append((other, sorted(before[other], reverse=True)))
                elif other in on_stack:
                    low[number] = min(low[number], index[other])
                continue
            waiting.pop()
            if waiting:
                above = waiting[-1][0]
                low[above] = min(low[above], low[number])
            if low[number] == index[number]:
                group: list[int] = []
                while not group or group[-1] != number:
                    group.append(stack.pop())
                    on_stack.discard(group[-1])
                order.append(sorted(group))
    return order
