"""The cross-check (核对) of two lists: link, classify, tell. A pure function of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audit.alone import absent, second_rows_alone, village_findings
from audit.case import Case, Listed
from audit.classify import Kinds, kinds_of_pairs
from audit.doubts import doubts, filler_doubts
from audit.duplicates import SAME_NAME
from audit.fillers import without_fillers
from audit.findings import CrossCheck, Finding, Link, ListResult, RowState, Scope, Side, VillageAlias
from audit.kinds import in_order
from audit.link import link
from audit.paired import pair_findings
from audit.records import Record, records
from audit.scope import guess_scope, inside, unknowable
from audit.told import NOTHING_TOLD, Told
from casebook.collection import no_garbage_collection
from casebook.language import N_, _
from casebook.people.names import compare_names
from casebook.progress import Progress, report
from casebook.store.erased_rows import erased_rows
from casebook.tables.table import Table
from casebook.texts import Text

_ONLY: dict[Side, RowState] = {"roster": "roster_only", "registry": "registry_only"}


def cross_check(
    roster: Table,
    registry: Table,
    *,
    roster_scope: Scope | None = None,
    registry_scope: Scope | None = None,
    progress: Progress | None = None,
    told: Told = NOTHING_TOLD,
) -> CrossCheck:
    """Compare the roster (花名册) with the registry (卫健名单).

    A scope that is not given is guessed from title and content; `told` counts the rows of both tables. Every row of
    both ends in exactly one state.
    """
    with no_garbage_collection():
        report(progress, _("整理"), 0, 2)
        ours_rows, ours_fillers = without_fillers(records(roster))
        report(progress, _("整理"), 1, 2)
        theirs_rows, theirs_fillers = without_fillers(records(registry))
        ours, theirs = Listed("roster", roster, ours_rows), Listed("registry", registry, theirs_rows)
        linking = link(theirs.records, ours.records, progress, told)
        case = Case(ours, theirs, linking)
        kinds_of = kinds_of_pairs(case)
        scopes = _scopes(case, roster_scope, registry_scope)
        roster_result, roster_twice = _result(case, ours, scopes, kinds_of)
        registry_result, registry_twice = _result(case, theirs, scopes, kinds_of)
        report(progress, _("写疑点"), 0, 1)
        found = [
            *pair_findings(case, kinds_of),
            *village_findings(case),
            *second_rows_alone(case, "registry", registry_twice),
            *second_rows_alone(case, "roster", roster_twice),
            *(absent(case, "registry", i) for i, s in enumerate(registry_result.states) if s == "registry_only"),
            *(absent(case, "roster", i) for i, s in enumerate(roster_result.states) if s == "roster_only"),
        ]
        unknown = (unknowable(registry_result.scope, roster), unknowable(roster_result.scope, registry))
        return CrossCheck(
            roster=roster_result,
            registry=registry_result,
            links=tuple(
                Link(m.registry, m.roster, m.score, m.state, in_order(kinds))
                for m, kinds in zip(linking.matches, kinds_of, strict=True)
            ),
            findings=tuple(sorted(found, key=_worst_first)),
            aliases=_shown(ours, linking.aliases),
            notes=(
                *doubts(roster, registry),
                *filler_doubts(roster, ours_fillers),
                *filler_doubts(registry, theirs_fillers),
                *filter(None, unknown),
            ),
        )


def _shown(roster: Listed, aliases: Sequence[VillageAlias]) -> tuple[VillageAlias, ...]:
    """Aliases with their townships as the roster writes them."""
    row_of = {record.village: record.index for record in reversed(roster.records)}
    return tuple(
        replace(alias, township=roster.text(row_of[alias.township, alias.roster], "township")) for alias in aliases
    )


def _worst_first(finding: Finding) -> tuple[str, float, str, str, str]:
    uncertain = abs(finding.score) if finding.score is not None else 99.0
    return finding.severity, uncertain, finding.township, finding.village, finding.key


def _scopes(case: Case, roster: Scope | None, registry: Scope | None) -> dict[Side, tuple[Scope, Text]]:
    """Each list's scope, given or guessed, with the reason in words."""
    scopes: dict[Side, tuple[Scope, Text]] = {}
    for mine, other, given in ((case.roster, case.registry, roster), (case.registry, case.roster, registry)):
        linked = {m.roster if mine is case.registry else m.registry for m in case.linking.matches}
        partners = [other.records[row] for row in sorted(linked)]
        scopes[mine.side] = (given, Text(N_("由你指定"))) if given else guess_scope(mine.table, mine.records, partners)
    return scopes


def _result(
    case: Case, mine: Listed, scopes: dict[Side, tuple[Scope, Text]], kinds_of: Sequence[Kinds]
) -> tuple[ListResult, list[tuple[int, int]]]:
    """One list's result, and the people whom it names twice and the other list never: first row, second row."""
    other_scope, _why = scopes["registry" if mine.side == "roster" else "roster"]
    states = _linked_states(case, mine.side, len(mine.records), kinds_of)
    twice = _second_rows(mine.records, states)
    for _first, second in twice:
        states[second] = "duplicate"
    erased = erased_rows(mine.table)
    whole = tuple(
        state or (_ONLY[mine.side] if inside(other_scope, record) and record.index not in erased else "out_of_scope")
        for state, record in zip(states, mine.records, strict=True)
    )
    return ListResult(mine.side, mine.table, *scopes[mine.side], whole), twice


def _linked_states(case: Case, side: Side, size: int, kinds_of: Sequence[Kinds]) -> list[RowState | None]:
    """The state of each row that has a partner: by its main pair; a second row is 重复."""
    states: list[RowState | None] = [None] * size
    for match, kinds in zip(case.linking.matches, kinds_of, strict=True):
        row = match.registry if side == "registry" else match.roster
        if match.main:
            states[row] = "review" if match.state == "review" else "differs" if kinds else "agrees"
        elif states[row] is None:
            states[row] = "duplicate"
    return states


def _second_rows(rows: Sequence[Record], states: Sequence[RowState | None]) -> list[tuple[int, int]]:
    """People without a partner who stand twice in their own list, under one sound number and one name."""
    first: dict[str, Record] = {}
    found = []
    for record in rows:
        if states[record.index] is not None or not record.number.key:
            continue
        before = first.setdefault(record.number.key, record)
        if before is not record and compare_names(before.name, record.name) in (*SAME_NAME, "variant"):
            found.append((before.index, record.index))
    return found
