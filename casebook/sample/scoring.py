"""What a cross-check found against what is true: pairs (precision, recall, F1) and kinds.

F1 counts pairs: a person listed k times here and m there has k times m true pairs. The truth is a table of
`registry_row,roster_row,kinds,tags,uid,hid`: 1-based sheet rows, blank where the person is absent on that side, kinds
joined by `;`, each KIND or KIND@side.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Link = tuple[int | None, int | None, str, tuple[str, ...]]
"""Registry row, roster row, state (`auto`, `review`, `decided`), kinds: a line of `links.csv`."""

TRUTH_COLUMNS = ("registry_row", "roster_row", "kinds", "tags", "uid", "hid")
NO_KINDS = frozenset(("out_of_scope", "village_alias"))
"""Words in the truth that no link carries."""

IMPLIED: dict[str, frozenset[str]] = {
    "hh_split": frozenset(("head_swapped", "relation_typo", "hh_code_stale", "hh_size")),
    "dup": frozenset(
        ("hh_moved", "hh_size", "hh_split", "hh_code_stale", "pid_stale", "head_swapped", "relation_typo")
    ),
    "deceased": frozenset(("missing_in_roster", "missing_in_registry")),
    "married_out": frozenset(("missing_in_roster", "missing_in_registry")),
}
"""Kinds that follow from a planted one: neither asked for nor held false."""


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One person's rows in the two lists, or the one row of a person whom one list lacks."""

    registry_row: int | None
    roster_row: int | None
    kinds: tuple[str, ...]
    tags: tuple[str, ...] = ()
    uid: str = ""
    hid: str = ""

    @property
    def plain_kinds(self) -> frozenset[str]:
        """Kinds without their side, those that links can carry."""
        return frozenset(kind.partition("@")[0] for kind in self.kinds) - NO_KINDS


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of pairs. `wrong_auto` are links in state `auto` that join two people; `review` links wait for a
    person."""

    pairs: int
    found: int
    right: int
    wrong_auto: int
    review: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.pairs if self.pairs else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean, 2·right / (found + pairs)."""
        return 2 * self.right / (self.found + self.pairs) if self.found + self.pairs else 1.0


@dataclass(frozen=True, slots=True)
class KindScore:
    """A kind: rows of the truth that bear it, how many of them were found, and how often it was said wrongly."""

    kind: str
    planted: int
    found: int
    false: int


def read_truth(path: Path) -> list[TruthRow]:
    """The rows of a `truth.csv` (UTF-8)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            TruthRow(
                _number(row["registry_row"]),
                _number(row["roster_row"]),
                _words(row["kinds"]),
                _words(row["tags"]),
                row["uid"],
                row["hid"],
            )
            for row in csv.DictReader(file)
        ]


def read_links(path: Path) -> list[Link]:
    """The rows of a `links.csv` (UTF-8)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (_number(row["registry_row"]), _number(row["roster_row"]), row["state"], _words(row["kinds"]))
            for row in csv.DictReader(file)
        ]


def _number(text: str) -> int | None:
    return int(text) if text else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(";") if word)


def score_links(links: Iterable[Link], truth: Iterable[TruthRow]) -> Score:
    """Links with both rows against the true pairs."""
    pairs = {(row.registry_row, row.roster_row) for row in truth if row.registry_row and row.roster_row}
    states = {(registry, roster): state for registry, roster, state, _ in links if registry and roster}
    right = {pair for pair in states if pair in pairs}
    return Score(
        pairs=len(pairs),
        found=len(states),
        right=len(right),
        wrong_auto=sum(state == "auto" for pair, state in states.items() if pair not in pairs),
        review=sum(state == "review" for state in states.values()),
    )


def score_kinds(links: Iterable[Link], truth: Iterable[TruthRow]) -> list[KindScore]:
    """Every kind planted or found, by name: row by row, on pairs and on rows without a partner."""
    planted: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for expected, said in _matched(links, truth):
        allowed = expected.union(*(IMPLIED.get(kind, frozenset()) for kind in expected))
        planted.update(expected)
        hits.update(expected & said)
        false.update(said - allowed)
    kinds = sorted(planted.keys() | false.keys())
    return [KindScore(kind, planted[kind], hits[kind], false[kind]) for kind in kinds]


def _matched(links: Iterable[Link], truth: Iterable[TruthRow]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """The planted and the found kinds of every row of the truth, then those of links the truth does not have."""
    found: dict[tuple[int | None, int | None], frozenset[str]] = {}
    for registry, roster, _, kinds in links:
        found[registry, roster] = frozenset(kind.partition("@")[0] for kind in kinds) - NO_KINDS
    for row in truth:
        yield row.plain_kinds, found.pop((row.registry_row, row.roster_row), frozenset())
    for said in found.values():
        yield frozenset(), said
