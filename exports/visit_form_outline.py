"""The outline of a form being filled as a tree, and the blank instances that paper needs and a screen adds by a key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_forms.filling.filling import Op

if TYPE_CHECKING:
    from survey_forms.filling.filling import Entry, Filling
    from survey_forms.form.definition import FormDefinition, Repeat


@dataclass(slots=True)
class Item:
    """An entry of the outline with those below it."""

    entry: Entry
    below: list[Item] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.entry.kind

    @property
    def ref(self) -> str:
        return self.entry.ref


def items_of(filling: Filling) -> list[Item]:
    """The outline as a tree."""
    top: list[Item] = []
    above: list[Item] = []
    for entry in filling.outline():
        item = Item(entry)
        while above and above[-1].entry.depth >= entry.depth:
            above.pop()
        (above[-1].below if above else top).append(item)
        above.append(item)
    return top


def inside(instance: Item) -> Iterator[Item]:
    """What stands in an instance, in groups or not; of nested repeats only the repeats themselves."""
    for item in instance.below:
        yield item
        if item.kind == "group":
            yield from inside(item)


def nested_repeats(instances: Iterable[Item]) -> list[list[Item]]:
    """The repeats in these instances, those of one path together."""
    found: dict[str, list[Item]] = {}
    for instance in instances:
        for item in inside(instance):
            if item.kind == "repeat":
                found.setdefault(item.entry.path, []).append(item)
    return list(found.values())


def add_spares(filling: Filling, definition: FormDefinition, people: int = 1) -> frozenset[str]:
    """Put blank instances into the repeats that people add to (not into asks); the refs of the new ones.

    A prefilled repeat within a repeat (illnesses of people) gets one in a blank instance alone: healthy people have no
    column for an illness. One that is never prefilled gets one wherever it has none (treatments), and `people` of
    them where it stands in no other: nobody knows how many there are. A question that says how many is answered so.
    """
    spares: set[str] = set()
    for path, repeat in definition.repeats.items():  # the outer stand before the inner
        if _holds(definition, path, ("ask.",)):
            continue
        if repeat.count is not None or repeat.fixed:
            spares.update(_counted(filling, definition, repeat, people))
            continue
        prefilled = _holds(definition, path, ("person.id", "suspected."))
        for item in _ranges(filling, path):
            inner, have = "]" in item.ref, len(item.below)
            wanted = 1 if inner else people
            if prefilled:
                wanted = int(_in_any(item.ref, spares)) if inner else have + 1
            for number in range(have + 1, wanted + 1):
                filling.apply(Op("add", f"{item.ref}[{number}]", ""))
                spares.add(f"{item.ref}[{number}]")
            if _in_any(item.ref, spares):
                spares.update(one.ref for one in item.below)
    return frozenset(spares)


def _counted(filling: Filling, definition: FormDefinition, repeat: Repeat, people: int) -> list[str]:
    """The instances of a repeat whose number a question tells, which is answered when it is not."""
    ranges = _ranges(filling, repeat.path)
    if repeat.count is None or any(one.below for one in ranges):
        return []
    paths = [path for path in repeat.count.references(repeat.path) if path in definition.questions]
    refs = [entry.ref for entry in filling.outline() if entry.path in paths]
    if len(paths) != 1 or len(refs) != 1 or filling.value(refs[0]):
        return []
    filling.apply(Op("answer", refs[0], str(people)))
    return [one.ref for item in _ranges(filling, repeat.path) for one in item.below]


def _ranges(filling: Filling, path: str) -> list[Item]:
    """The repeats at a generic path, with their instances."""
    return [one for one in _walk(items_of(filling)) if one.kind == "repeat" and one.entry.path == path]


def prefilled_within(definition: FormDefinition, repeat: str) -> bool:
    """Whether a repeat is filled once for each of something known: blank instances of it stand for nothing."""
    return _holds(definition, repeat, ("person.id", "suspected.", "ask."))


def _walk(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _walk(item.below)


def _in_any(ref: str, instances: Iterable[str]) -> bool:
    return any(ref.startswith(f"{one}/") for one in instances)


def _holds(definition: FormDefinition, repeat: str, fields: tuple[str, ...]) -> bool:
    """Whether a repeat itself, not one within it, has a node with one of these fields (`ruhu:field`)."""
    inner = tuple(f"{other}/" for other in definition.repeats if other.startswith(f"{repeat}/"))
    return any(
        bind.extra.get("field", "").startswith(fields) and path.startswith(f"{repeat}/") and not path.startswith(inner)
        for path, bind in definition.binds.items()
    )
