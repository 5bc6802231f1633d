"""What a cross-check hands out: links, findings (疑点), the state of every row, counts that add up.

Left is always the roster (花名册), right the registry (卫健), on screens and in workbooks. Inside the matcher a pair is
(registry row, roster row), since the registry's rows look for their partners. Row indexes count `Table.rows` from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casebook.language import N_
from casebook.tables.table import Table
from casebook.texts import Text

Side = Literal["roster", "registry"]
LinkState = Literal["auto", "review", "decided"]
RowState = Literal["agrees", "differs", "review", "roster_only", "registry_only", "duplicate", "out_of_scope"]
Scope = Literal["people", "households", "patients"]
Wrong = Literal["roster", "registry", "both", "unknown"]
Severity = Literal["A", "B", "C"]
Line = tuple[str, str, float, float]
"""A line of evidence: field, level, bits against a stranger, bits against another family member."""

SIDE_NAMES: dict[Side, str] = {"roster": N_("花名册"), "registry": N_("卫健名单")}
SCOPE_NAMES: dict[Scope, str] = {"people": N_("全部人口"), "households": N_("因病户"), "patients": N_("患者")}


@dataclass(frozen=True, slots=True)
class Link:
    """A registry row and a roster row that name one person; score in bits, kinds of the pair in order of severity."""

    registry: int
    roster: int
    score: float
    state: LinkState
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of one side: sheet, 1-based row, column letter (empty when the list has no such column), its text."""

    row: int
    sheet: str
    number: int
    column: str
    header: str
    text: str

    @property
    def address(self) -> str:
        return f"{self.column}{self.number}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One mismatch. `key` is the digest of the kind and both rows' values, so that an answer can be read back later.

    `roster` and `registry` are the compared cells (of a household kind: of its first linked member); None on the side
    that has no row. `rows` hold the indexes of all rows meant. `score` is in bits, None without a pair.
    `lines` are its evidence, best read by `words.evidence_lines`. `runner_up` is empty without one. `office` decides.
    """

    key: str
    kind: str
    severity: Severity
    field: str
    wrong: Wrong
    township: str
    village: str
    household: str
    name: str
    roster: Cell | None
    registry: Cell | None
    roster_rows: tuple[int, ...]
    registry_rows: tuple[int, ...]
    score: float | None
    state: LinkState
    sentence: Text
    lines: tuple[Line, ...]
    runner_up: Text
    action: Text
    office: str


def row_names(table: Table) -> list[str]:
    """Each row by its 1-based sheet row, `Sheet!row` where the list has more than one sheet."""
    if len(table.sheets) == 1:
        return [str(row.number) for row in table.rows]
    return [f"{table.blocks[row.block].sheet}!{row.number}" for row in table.rows]


@dataclass(frozen=True, slots=True)
class VillageAlias:
    """A village named differently in the two lists, learned from `votes` people with equal numbers."""

    township: str
    registry: str
    roster: str
    votes: int


@dataclass(frozen=True, slots=True)
class ListResult:
    """One list: its table, its scope with the reason in words, and the state of each row of `table.rows`."""

    side: Side
    table: Table
    scope: Scope
    scope_reason: Text
    states: tuple[RowState, ...]


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The whole result. `counts` of a list plus its skipped rows are the rows of its sheets."""

    roster: ListResult
    registry: ListResult
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]
    aliases: tuple[VillageAlias, ...]
    notes: tuple[Text, ...] = ()
