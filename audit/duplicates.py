"""Second rows (重复登记) of people already linked, judged by their own table (linkage.md, 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from audit.compare import Rates, total, weigh
from audit.findings import LinkState, Side
from audit.matches import Match, Taken
from audit.numbers import relate
from audit.records import Record
from casebook.people.names import compare_names

SAME_NAME = ("same", "dot", "format")
_ALIKE = (*SAME_NAME, "variant", "homophone", "near", "rare")

_ONE_NUMBER = ("same", "same_text", "near", "partial")

_RowOf = tuple[Side, int]


class _People:
    """Rows of both lists joined into people; a row stands alone until it is joined."""

    def __init__(self) -> None:
        self._leader: dict[_RowOf, _RowOf] = {}

    def leader(self, row: _RowOf) -> _RowOf:
        while (above := self._leader.get(row, row)) != row:
            row = above
        return row

    def join(self, a: _RowOf, b: _RowOf) -> None:
        low, high = sorted((self.leader(a), self.leader(b)))
        if low != high:
            self._leader[high] = low

    def groups(self) -> Iterator[tuple[list[int], list[int]]]:
        """Registry rows and roster rows of each person who has more than one row."""
        found: defaultdict[_RowOf, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, index in sorted({*self._leader, *self._leader.values()}):
            found[self.leader((side, index))][side == "roster"].append(index)
        return iter(found.values())


def may_be_second(row: Record, first: Record) -> bool:
    """Whether two rows of one list may name one person: not two numbers that nothing explains, unless the names are
    one and the home too, nor names with little in common."""
    level = compare_names(row.name, first.name)
    relation = relate(row.number, first.number).level
    if relation in ("valid_other", "different"):
        return level in SAME_NAME and _one_home(row, first)
    return level != "different" if relation in _ONE_NUMBER else level in _ALIKE


def _one_home(a: Record, b: Record) -> bool:
    """One household code or phone: no family calls two members by one name."""
    return bool(a.household and a.household == b.household) or bool(a.phone and a.phone == b.phone)


def second_rows(registry: Sequence[Record], roster: Sequence[Record], rates: Rates, taken: Taken) -> list[Match]:
    """All pairs of a person beside the main one: somebody listed k times here and m times there has k x m."""
    people = _People()
    for match in taken.matches:
        people.join(("registry", match.registry), ("roster", match.roster))
    for left, right in taken.second_registry.items():
        people.join(("registry", left), ("roster", right))
    for right, left in taken.second_roster.items():
        people.join(("registry", left), ("roster", right))
    _join_by_number(people, "registry", registry, roster, taken.roster_of)
    _join_by_number(people, "roster", roster, registry, taken.registry_of)
    main = {(m.registry, m.roster): m for m in taken.matches}
    found = []
    for lefts, rights in people.groups():
        states = {main[pair].state for left in lefts for right in rights if (pair := (left, right)) in main}
        for left in lefts:
            for right in rights:
                if (left, right) not in main:
                    score = round(total(weigh(registry[left], roster[right], rates), rates.prior), 1)
                    state: LinkState = "review" if "review" in states else "auto"
                    found.append(Match(left, right, score, state, "duplicate", main=False))
    return found


def _join_by_number(
    people: _People, side: Side, rows: Sequence[Record], others: Sequence[Record], partner: Mapping[int, int]
) -> None:
    """Rows of one list with one sound number and names alike name one person, unless each has a partner of its own and
    the partners are two people: then one of the rows bears a namesake's number."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for record in rows:
        if record.number.key:
            groups[record.number.key].append(record.index)
    for group in groups.values():
        linked = [row for row in group if row in partner]
        if len(group) < 2 or not linked:
            continue
        first = linked[0]
        for row in group:
            if row == first or compare_names(rows[first].name, rows[row].name) not in _ALIKE:
                continue
            if row in partner and not may_be_second(others[partner[first]], others[partner[row]]):
                continue
            people.join((side, first), (side, row))
