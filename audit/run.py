"""An audit run (核对): the cross-check of the current lists as a fact, with its links and findings as pieces."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audit.check import cross_check
from audit.finding_basis import People, cell_text, finding_piece
from audit.finding_view import current_run
from audit.findings import CrossCheck, Finding, Scope, Side, VillageAlias
from audit.matches import Pair
from audit.other_lists import found_in
from audit.placing import judged_pairs
from audit.questions import LINK, SAME
from audit.records import Record, records
from audit.told import Told
from casebook.errors import RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.store.facts import Fact, encoded, pieces_digest
from casebook.store.lists import current
from casebook.store.rights import refuse
from casebook.store.sources import LIST_NAMES, ListSide, stored_list, stored_table
from casebook.tables.table import Table
from casebook.texts import to_json
from casebook.version import program_version

OTHER_LISTS: tuple[ListSide, ...] = ("deaths", "disabled", "dibao", "insured")
STATE_LETTERS = {
    "agrees": "=", "differs": "!", "review": "?", "roster_only": "r", "registry_only": "g", "duplicate": "2",
    "out_of_scope": "o",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run: its fact, how many links and findings it told, and what became of earlier decisions."""

    run: str
    links: int
    findings: int
    states: Mapping[Side, Mapping[str, int]]
    result: CrossCheck


def run_audit(
    book: Casebook,
    progress: Progress | None = None,
    roster_scope: Scope | None = None,
    registry_scope: Scope | None = None,
) -> RunSummary:
    """Cross-check the current lists and store the result, all of it or nothing. A scope not given is the one that was
    given last time, else guessed.

    Raises RuhuError (check) while a list is missing, (usage) for somebody who may not, and what `progress` raises.
    """
    refuse(book.rights, "run", {}, "")
    connection = book.connection
    roster, registry = (_needed(book, side) for side in ("roster", "registry"))
    lists = [stored_list(connection, fact) for fact in (roster, registry)]
    tables, people = [table for table, _people in lists], People(*(of_list for _table, of_list in lists))
    before = current_run(connection)
    given = _given_scopes(before, roster_scope, registry_scope)
    told = _told(book, people, {"roster": tables[0], "registry": tables[1]}, before)
    result = cross_check(
        *tables, roster_scope=given["roster"], registry_scope=given["registry"], progress=progress, told=told
    )
    others = {side: fact for side in OTHER_LISTS if (fact := current(connection, side)) is not None}
    evidence = list(_evidence(book, result, people, others, progress))
    findings = [encoded(finding_piece(finding, result, people)) for finding in in_queue_order(result.findings)]
    links = [
        encoded([people.registry[link.registry], people.roster[link.roster], link.score, link.state, list(link.kinds)])
        for link in result.links
    ]
    report(progress, _("写入案卷"), 0, 1)
    parts = {"link": links, "finding": findings, "evidence": [encoded(found) for found in evidence]}
    states = {side.side: _counted(side.states) for side in (result.roster, result.registry)}
    body = {
        "program": program_version(),
        "sources": {"roster": roster.id, "registry": registry.id} | {side: fact.id for side, fact in others.items()},
        "given_scopes": given,
        "scopes": {side.side: side.scope for side in (result.roster, result.registry)},
        "states": states,
        "rows": {
            side.side: "".join(map(STATE_LETTERS.__getitem__, side.states)) for side in (result.roster, result.registry)
        },
        "scope_reasons": {side.side: to_json(side.scope_reason) for side in (result.roster, result.registry)},
        "notes": [to_json(note) for note in result.notes],
        "aliases": [asdict(alias) for alias in _remembered(told.aliases, result.aliases)],
        "digests": {part: pieces_digest(enumerate(rows)) for part, rows in parts.items()},
    }
    with book.writing() as writing:
        if any(_needed(book, used.body["side"]).id != used.id for used in (roster, registry) if used.body):
            what = _("核对的时候有人导入或撤销了名单")
            raise RuhuError("imported_meanwhile", what, _("请再核对一次"), category="locked")
        fact = writing.append("run", body, parents=[before.id] if before else [], pieces=parts)
        report(progress, _("写入案卷"), 1, 1)  # the last moment to stop
    return RunSummary(fact.id, len(links), len(findings), states, result)


def in_queue_order(findings: Sequence[Finding]) -> list[Finding]:
    """Findings household by household: those with the gravest finding first, then the least certain; so inside too."""
    homes: defaultdict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.household:
            home: tuple[str, ...] = (finding.township, finding.village, finding.household)
        else:
            home = (finding.township, finding.village, "", finding.key)
        homes[home].append(finding)
    groups = [sorted(group, key=_weight) for group in homes.values()]
    order = sorted(zip(homes, groups, strict=True), key=lambda item: (_weight(item[1][0])[:2], item[0]))
    return [finding for _home, group in order for finding in group]


def _weight(finding: Finding) -> tuple[str, float, str, str]:
    uncertain = abs(finding.score) if finding.score is not None else 99.0
    return finding.severity, uncertain, finding.kind, finding.key


def _needed(book: Casebook, side: ListSide) -> Fact:
    fact = current(book.connection, side)
    if fact is None:
        what = _("案卷里还没有{list}").format(list=_(LIST_NAMES[side]))
        remedy = _("请先导入，例：ruhu import {side} 名单.xlsx").format(side=side)
        raise RuhuError("no_list", what, remedy, category="check")
    return fact


def _given_scopes(before: Fact | None, roster: Scope | None, registry: Scope | None) -> dict[str, Scope | None]:
    last = before.body["given_scopes"] if before is not None and before.body is not None else {}
    return {"roster": roster or last.get("roster"), "registry": registry or last.get("registry")}


def _told(book: Casebook, people: People, tables: Mapping[Side, Table], before: Fact | None) -> Told:
    """What was decided about pairs, as rows of the lists at hand, and the village names of the run before.

    What does not count yet forces nothing and forbids nothing: the pair is shown again, so that it can be settled.
    """
    same: set[Pair] = set()
    different: set[Pair] = set()
    unsure: set[Pair] = set()
    for judged in judged_pairs(book.connection):
        lefts, rights = people.rows("registry", judged.registry), people.rows("roster", judged.roster)
        pairs = [(left, right) for left in lefts for right in rights]
        stands = judged.verdict is not None and all(
            cell_text(tables[side], row, field, LINK) == text
            for (side, _person, field), text in judged.basis.items()
            for row in (lefts if side == "registry" else rights)
        )
        if not stands:
            unsure.update(pairs)
        if judged.verdict == SAME:
            same.update(pairs)
        elif stands:
            different.update(pairs)
    told = before.body["aliases"] if before is not None and before.body is not None else []
    aliases = tuple(VillageAlias(**alias) for alias in told)
    return Told(frozenset(same), frozenset(different), aliases, frozenset(unsure))


def _remembered(before: Sequence[VillageAlias], now: Sequence[VillageAlias]) -> list[VillageAlias]:
    """The village names of this run, and those of earlier ones whose village neither list names this time."""
    known = {(alias.township, alias.registry) for alias in now}
    return [*now, *(alias for alias in before if (alias.township, alias.registry) not in known)]


def _evidence(
    book: Casebook,
    result: CrossCheck,
    people: People,
    others: Mapping[ListSide, Fact],
    progress: Progress | None,
) -> Iterator[list[Any]]:
    """People of either list whom another office's list names for sure: person, which list, its fact, row, score."""
    lists: dict[Side, list[Record]] = {of.side: records(of.table) for of in (result.roster, result.registry)}
    for side, fact in others.items():
        report(progress, _("查{list}").format(list=_(LIST_NAMES[side])), 0, 1)
        table = stored_table(book.connection, fact)
        for row, of_list, index, score in found_in(records(table), lists):
            where = table.rows[row]
            person = people.of(of_list)[index]
            yield [person, side, fact.id, table.blocks[where.block].sheet, where.number, score]


def _counted(states: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(states).items()))
