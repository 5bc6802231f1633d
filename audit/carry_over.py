"""Two imports of one list: which row of the new one is the same person as which row of the old one.

A wrong answer makes an old decision come back for confirmation, a missing one loses it: in doubt a row is carried over.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from audit.fillers import without_fillers
from audit.link import Linking, link
from audit.matches import Pair
from audit.numbers import relate
from audit.records import Record
from audit.told import Told
from casebook.collection import no_garbage_collection
from casebook.people.names import compare_names
from casebook.progress import Progress

NO_ROWS: Mapping[int, int] = {}


def carried(
    new: Sequence[Record],
    old: Sequence[Record],
    new_digests: Sequence[bytes],
    old_digests: Sequence[bytes],
    progress: Progress | None = None,
) -> dict[int, int]:
    """Rows of the new import to rows of the old one, one to one; a row without a partner is not in it.

    Rows equal in every value (`Listed.digest`) pair up, then rows that follow or precede such a pair in both lists,
    the rest by the matcher. Two rows that differ in name and in number are never one.
    """
    found = _equal(new_digests, old_digests, once=True)
    with no_garbage_collection():
        new, old = without_fillers(new)[0], without_fillers(old)[0]
        _beside(found, new, old, step=1)
        _beside(found, new, old, step=-1)
        found |= _equal(new_digests, old_digests, found)
        gone = set(found.values())
        if len(found) == len(new) or len(gone) == len(old):
            return found
        linking = link(new, old, progress, Told(same=frozenset(found.items())))
        for left, right in (*_linked(linking), *_left_over(new, old, found)):
            if left not in found and right not in gone and not _two_people(new[left], old[right]):
                found[left] = right
                gone.add(right)
    return found


def _equal(
    new: Sequence[bytes], old: Sequence[bytes], found: Mapping[int, int] = NO_ROWS, *, once: bool = False
) -> dict[int, int]:
    """Rows not yet found that are equal in every value, in their order; with `once` only those that have no equal in
    their own list."""
    taken = set(found.values())
    waiting: defaultdict[bytes, deque[int]] = defaultdict(deque)
    for row, digest in enumerate(old):
        if row not in taken:
            waiting[digest].append(row)
    counts = Counter(new)
    return {
        row: waiting[digest].popleft()
        for row, digest in enumerate(new)
        if row not in found and waiting[digest] and (not once or (len(waiting[digest]) == 1 and counts[digest] == 1))
    }


def _beside(found: dict[int, int], new: Sequence[Record], old: Sequence[Record], step: int) -> None:
    """Rows that stand in both lists beside a pair found already and name one person: of two rows of a person, listed
    twice, each stays itself when one of them is changed. Further rows go along, in the direction of `step`."""
    gone = set(found.values())
    for row in range(len(new)) if step > 0 else range(len(new) - 1, -1, -1):
        other = found.get(row - step, -step - 1) + step
        if row in found or other in gone or not 0 <= other < len(old):
            continue
        if _plainly_one(new[row], old[other]):
            found[row] = other
            gone.add(other)


def _plainly_one(a: Record, b: Record) -> bool:
    """One name and no other number, or one number and a name that may be a slip of the pen."""
    if a.name.text and a.name.text == b.name.text:
        return not _other_number(a, b)
    return bool(a.number.text) and a.number.text == b.number.text and compare_names(a.name, b.name) != "different"


def _linked(linking: Linking) -> Iterator[Pair]:
    """Pairs of the matcher that are likelier right than wrong; second rows last, the best of them first."""
    likely = (m for m in linking.matches if m.state == "auto" or m.score > 0)
    for match in sorted(likely, key=lambda m: (not m.main, -m.score, m.registry, m.roster)):
        yield match.registry, match.roster


def _left_over(new: Sequence[Record], old: Sequence[Record], found: Mapping[int, int]) -> Iterator[Pair]:
    """Pairs of rows not yet `found` that the matcher may have thought too little of: one name in one household or under
    one phone; one name that stands once in the village, unless the numbers differ; one number, unless a member of
    another name and relation may bear it by mistake."""
    gone = set(found.values())
    here = [record for record in new if record.index not in found]
    there = [record for record in old if record.index not in gone]
    yield from _sharing(_in_household, here, there)
    yield from _sharing(_under_phone, here, there)
    alone = {record.index for record in _once(new)}, {record.index for record in _once(old)}
    for left, right in _sharing(_in_village, here, there):
        if left in alone[0] and right in alone[1] and not _other_number(new[left], old[right]):
            yield left, right
    for left, right in _sharing(_number, here, there):
        if compare_names(new[left].name, old[right].name) != "different" or _one_relation(new[left], old[right]):
            yield left, right


def _sharing(
    key_of: Callable[[Record], tuple[str, ...]], new: Iterable[Record], old: Iterable[Record]
) -> Iterator[Pair]:
    """All pairs with one key that has no blank part."""
    rows: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for record in old:
        rows[key_of(record)].append(record.index)
    for record in new:
        key = key_of(record)
        if all(key):
            yield from ((record.index, other) for other in rows.get(key, ()))


def _in_household(record: Record) -> tuple[str, ...]:
    return record.name.text, record.household


def _under_phone(record: Record) -> tuple[str, ...]:
    return record.name.text, record.phone


def _in_village(record: Record) -> tuple[str, ...]:
    return record.name.text, record.village[1] and "/".join(record.village)


def _number(record: Record) -> tuple[str, ...]:
    return (record.number.key,)


def _once(rows: Sequence[Record]) -> list[Record]:
    """The rows whose name stands once in their village."""
    counts = Counter(map(_in_village, rows))
    return [record for record in rows if counts[_in_village(record)] == 1]


def _one_relation(a: Record, b: Record) -> bool:
    return a.relation.code == b.relation.code or not a.relation.code or not b.relation.code


def _two_people(a: Record, b: Record) -> bool:
    """Whether name and number both differ, by more than a slip of the pen; a blank or unreadable one does not."""
    return compare_names(a.name, b.name) in ("other", "different") and _other_number(a, b)


def _other_number(a: Record, b: Record) -> bool:
    return relate(a.number, b.number).level in ("valid_other", "different")
