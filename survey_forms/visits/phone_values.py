"""What a phone answered (手机上填的), laid over a filling: people are found by id, number or name, not by position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from survey_forms.filling.filling import Filling
from survey_forms.filling.op import Op
from survey_forms.form.definition import FormDefinition
from survey_forms.visits.outcomes import instance_of

Pairs = Sequence[tuple[str, str]]

_SAME = ("person.id", "person.id_number", "person.name", "ask.id")
"""Fields by which an instance of the phone is one of the filling, the surest first."""

_LISTED = frozenset(("person.id", "ask.id"))
"""What the lists gave and a phone can't know better."""


def paths_of(definition: FormDefinition, field: str) -> tuple[str, ...]:
    """The generic paths of a field (`ruhu:field`)."""
    return tuple(bind.path for bind in definition.binds.values() if bind.extra.get("field") == field)


def generic(ref: str) -> str:
    return "/".join(part.partition("[")[0] for part in ref.split("/"))


def laid_over(filling: Filling, values: Pairs, instances: Sequence[str]) -> Op | None:
    """The one operation that gives a filling these values and the instances it lacks; None when it says nothing new.
    Instances that only the filling has stay."""
    draft = filling.values()
    moved = _moved(filling, draft, values, instances)
    known = {entry.ref for entry in filling.outline() if entry.kind == "instance"}
    calculated = {bind.path for bind in filling.definition.binds.values() if bind.calculate is not None}
    kept = {path for field in _LISTED for path in paths_of(filling.definition, field)}
    also: list[tuple[str, str]] = [(ref, "") for ref in _renamed(instances, moved) if ref not in known]
    for (ref, text), place in zip(values, _renamed([ref for ref, _text in values], moved), strict=True):
        path, there = generic(ref), instance_of(place)
        if path in calculated or (path in kept and there in known):
            continue
        if (there and there not in known) or draft.get(place, "") != text:
            also.append((place, text))
    anchor = next((one.ref for one in filling.outline() if one.kind == "question" and "[" not in one.ref), "")
    if not also or not anchor:
        return None
    told = dict(also)
    return Op("answer", anchor, told.pop(anchor, draft.get(anchor, "")), tuple(told.items()))


def says_all(filling: Filling, values: Pairs) -> bool:
    """Whether a phone's values, laid over a filling, are all that it hands in: the lists and whoever had begun it here
    gave nothing besides. What the form works out for itself does not count."""
    made = {bind.path for bind in filling.definition.binds.values() if bind.calculate is not None or bind.preload}
    ours = ((ref, filling.value(ref)) for ref in filling.values() if filling.relevant(ref))
    told, known = (
        Counter((path, text) for ref, text in pairs if text and (path := generic(ref)) not in made)
        for pairs in (values, ours)
    )
    return known <= told


def differing(filling: Filling, values: Pairs, instances: Sequence[str]) -> list[tuple[str, str, str]]:
    """Where what was handed in (`values`, `instances` as in `ReadValues`) is not what a filling says: (ref of the
    filling, its answer, what was handed in). Instances may stand at other places, as a phone has them. What the form
    works out for itself is left out: it may hang on the day."""
    made = {bind.path for bind in filling.definition.binds.values() if bind.calculate is not None or bind.preload}
    draft = filling.values()
    said = {ref: text for ref in draft if generic(ref) not in made and (text := filling.value(ref))}
    asked = [ref for ref in said if filling.relevant(ref)]
    refs = [ref for ref, _text in values]
    found = []
    for places in (refs, list(_renamed(refs, _moved(filling, draft, values, instances)))):
        told: dict[str, str] = {}
        for ref, (_ref, text) in zip(places, values, strict=True):
            if text and generic(ref) not in made:
                told[ref] = text if told.get(ref, text) == text else f"{told[ref]} / {text}"
        every = dict.fromkeys([*asked, *told])
        found.append([(ref, said.get(ref, ""), told.get(ref, "")) for ref in every if said.get(ref) != told.get(ref)])
    return min(found, key=len)


def _moved(
    filling: Filling, draft: Mapping[str, str], values: Pairs, instances: Sequence[str]
) -> dict[str, str]:
    """Where each instance of the phone goes, outer ones first."""
    phone, ours = _named(filling.definition, values), _named(filling.definition, list(draft.items()))
    here = [entry.ref for entry in filling.outline() if entry.kind == "instance"]
    moved: dict[str, str] = {}
    taken: set[str] = set()
    last: dict[str, int] = {}
    """The position that was given last behind those that are there, by range."""
    for instance in instances:
        range_, _bracket, position = instance.rpartition("[")
        above = instance_of(range_)
        to = moved.get(above, above) + range_[len(above) :]
        siblings = [one for one in here if one.startswith(to + "[") and one.rpartition("[")[0] == to]
        same = _same(phone.get(instance, {}), {one: ours.get(one, {}) for one in siblings if one not in taken})
        if not same and not phone.get(instance):
            same = f"{to}[{position}" if f"{to}[{position}" not in taken else ""
        if not same:
            number = max(last.get(to, 0), len(siblings)) + 1
            while (same := f"{to}[{number}]") in taken:
                number += 1
            last[to] = number
        moved[instance] = same
        taken.add(same)
    return moved


def _same(told: Mapping[str, str], others: Mapping[str, Mapping[str, str]]) -> str:
    for field in _SAME:
        if text := told.get(field, ""):
            found = [one for one, of_one in others.items() if of_one.get(field) == text]
            if len(found) == 1:
                return found[0]
    return ""


def _named(definition: FormDefinition, values: Pairs) -> dict[str, dict[str, str]]:
    """By instance, the values by which it is known."""
    fields = {path: field for field in _SAME for path in paths_of(definition, field)}
    found: dict[str, dict[str, str]] = {}
    for ref, text in values:
        if (field := fields.get(generic(ref))) and text and (instance := instance_of(ref)):
            found.setdefault(instance, {})[field] = text
    return found


def _renamed(refs: Sequence[str], moved: Mapping[str, str]) -> Iterator[str]:
    """Refs with the instance they stand in, or are, at its new place."""
    for ref in refs:
        instance = instance_of(ref)
        yield moved.get(instance, instance) + ref[len(instance) :]
