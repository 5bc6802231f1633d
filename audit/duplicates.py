"""Second rows (重复登记) of people already linked, judged by their own table (linkage.md, 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from audit.compare import Rates, total, weigh
from audit.findings import LinkState, Side
from audit.matches import Match, Pair, Taken
from audit.numbers import relate
from audit.records import Record
from casebook.people.names import compare_names

SAME_NAME = ("same", "dot", "format")
_ALIKE = (*SAME_NAME, "variant", "homophone", "near", "rare")

_ONE_NUMBER = ("same", "same_text", "near", "partial")

_RowOf = tuple[Side, int]


class _People:
    """Rows of both lists joined into people; a row stands alone until it is joined.

    `different` are pairs told to be two people: whoever would bring such two together is not joined.
    """

    def __init__(self, different: Collection[Pair]) -> None:
        self._leader: dict[_RowOf, _RowOf] = {}
        self._rows: dict[_RowOf, list[_RowOf]] = {}
        self._others: defaultdict[_RowOf, set[_RowOf]] = defaultdict(set)
        for left, right in different:
            self._others["registry", left].add(("roster", right))
            self._others["roster", right].add(("registry", left))

    def leader(self, row: _RowOf) -> _RowOf:
        return self._leader.get(row, row)

    def join(self, a: _RowOf, b: _RowOf) -> None:
        low, high = sorted((self.leader(a), self.leader(b)))
        if low == high:
            return
        mine, joining = self._rows.get(low, [low]), self._rows.get(high, [high])
        if self._others and not all(self._others[row].isdisjoint(joining) for row in mine):
            return
        self._leader.update(dict.fromkeys(joining, low))
        self._rows[low] = [*mine, *joining]
        self._rows.pop(high, None)

    def groups(self) -> Iterator[tuple[list[int], list[int]]]:
        """Registry rows and roster rows of each person who has more than one row."""
        for rows in self._rows.values():
            yield (
                sorted(index for side, index in rows if side == "registry"),
                sorted(index for side, index in rows if side == "roster"),
            )


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


def second_rows(
    registry: Sequence[Record], roster: Sequence[Record], rates: Rates, different: Collection[Pair], taken: Taken
) -> list[Match]:
    """All pairs of a person beside the main one: somebody listed k times here and m times there has k x m.

    `different` are pairs told to be two people.
    """
    people = _People(different)
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
