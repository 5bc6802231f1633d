"""Answers that did not know of each other (同时填的): what two machines entered into one visit, and where it clashes.

Every answer names the newest ones that were known when it was given; a machine knows what it wrote before. So it can be
told of any two whether one came after the other, whatever the clocks say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Sort = Literal["values", "instances", "unsubmitted"]
"""Two answers to one question; people or diseases added or taken out on both machines, or on one while the other filled
them in; answers that are not in what was handed in."""

_VALUES = ("answer", "remark", "reason")
_INSTANCES = ("add", "remove", "put")
_POSITION = re.compile(r"\[\d+\]$")


@dataclass(frozen=True, slots=True)
class Entered:
    """One operation of a visit: its fact, the machine, the facts it names as known; `also` what a phone answered
    besides."""

    fact: str
    device: str
    known: tuple[str, ...]
    op: str
    ref: str
    value: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def repeat(self) -> str:
        """The repeat of which an instance comes or goes, '' for another operation."""
        return _POSITION.sub("", self.ref) if self.op in _INSTANCES else ""


@dataclass(frozen=True, slots=True)
class Clash:
    """A question or repeat, and the facts that differ about it, oldest first."""

    sort: Sort
    ref: str
    facts: tuple[str, ...]


def knowledge(entered: Sequence[Entered]) -> list[int]:
    """For each operation, in the order of clocks, those it knows of and itself, as the bits of a number."""
    places: dict[str, int] = {}
    of_device: dict[str, int] = {}
    masks: list[int] = []
    for at, one in enumerate(entered):
        mask = 1 << at | of_device.get(one.device, 0)
        for fact in one.known:
            if fact in places:
                mask |= masks[places[fact]]
        places[one.fact] = at
        of_device[one.device] = mask
        masks.append(mask)
    return masks


def newest(entered: Sequence[Entered], masks: Sequence[int]) -> list[str]:
    """The operations that no other one knows of: one where nothing was entered at the same time."""
    known = 0
    for at, mask in enumerate(masks):
        known |= mask & ~(1 << at)
    return [one.fact for at, one in enumerate(entered) if not known >> at & 1]


def in_a_row(masks: Sequence[int]) -> bool:
    """Whether each operation knows all before it."""
    return all(mask == (1 << at + 1) - 1 for at, mask in enumerate(masks))


def clashes(entered: Sequence[Entered], masks: Sequence[int]) -> list[Clash]:
    """Everything that two machines entered differently and nobody settled since, by ref."""
    found = {(clash.sort, clash.ref): clash for clash in (*_values(entered, masks), *_instances(entered, masks))}
    return sorted(found.values(), key=lambda clash: (clash.ref, clash.sort))


def not_handed_in(entered: Sequence[Entered], masks: Sequence[int], handed_in: Sequence[str]) -> list[Clash]:
    """What was entered without knowing that the visit was handed in with what these operations know."""
    known = 0
    for at, one in enumerate(entered):
        if one.fact in handed_in:
            known |= masks[at]
    late: defaultdict[str, list[str]] = defaultdict(list)
    for at, one in enumerate(entered):
        if not known >> at & 1 and one.op in (*_VALUES, *_INSTANCES):
            late[one.ref].append(one.fact)
    return [Clash("unsubmitted", ref, tuple(facts)) for ref, facts in sorted(late.items())]


def _values(entered: Sequence[Entered], masks: Sequence[int]) -> Iterator[Clash]:
    written: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for at, one in enumerate(entered):
        if one.op in _VALUES:
            written[one.op, one.ref].append((at, one.value))
            for ref, value in one.also:
                written[one.op, ref].append((at, value))
    for (_op, ref), values in written.items():
        last = _not_known_to_others([at for at, _value in values], masks)
        standing = [(at, value) for at, value in values if at in last]
        if len({value for _at, value in standing}) > 1:
            yield Clash("values", ref, tuple(entered[at].fact for at, _value in standing))


def _not_known_to_others(places: Sequence[int], masks: Sequence[int]) -> set[int]:
    return {at for at in places if not any(masks[other] >> at & 1 for other in places if other != at)}


def _instances(entered: Sequence[Entered], masks: Sequence[int]) -> Iterator[Clash]:
    """Positions name instances: where one came or went, what the other machine entered behind it may be somebody
    else's."""
    for at, one in enumerate(entered):
        if not (repeat := one.repeat):
            continue
        for other_at, other in enumerate(entered):
            apart = not (masks[at] >> other_at & 1 or masks[other_at] >> at & 1)
            added_only = one.op == "add" and other.repeat != repeat  # behind all others
            if apart and not added_only and _within(other, repeat) and not _settled(entered, masks, at, other_at):
                first, last = sorted((at, other_at))
                yield Clash("instances", repeat, (entered[first].fact, entered[last].fact))


def _within(one: Entered, repeat: str) -> bool:
    refs = (one.ref, *(ref for ref, _value in one.also))
    return one.repeat == repeat or any(ref.startswith(f"{repeat}[") for ref in refs)


def _settled(entered: Sequence[Entered], masks: Sequence[int], one: int, other: int) -> bool:
    """Whether somebody who knew of both has entered something there since."""
    repeat = entered[one].repeat
    both = 1 << one | 1 << other
    return any(
        mask & both == both and at not in (one, other) and _within(entered[at], repeat)
        for at, mask in enumerate(masks)
    )


def told(rows: Sequence[tuple[str, str, Sequence[str], Mapping[str, object], bool]]) -> list[Entered]:
    """Operations from (fact, device, parents, body of the answer, whether it came from a phone)."""
    found = []
    for fact, device, parents, body, phone in rows:
        also = body.get("also", ()) if phone else ()
        pairs = tuple((str(ref), str(text)) for ref, text in also) if isinstance(also, list) else ()
        op, ref, value = (str(body.get(name, "")) for name in ("op", "ref", "value"))
        found.append(Entered(fact, device, tuple(parents[1:]), op, ref, value, pairs))
    return found
