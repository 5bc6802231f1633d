"""Findings without a pair: rows that only one list has, second rows among them, villages under two names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from audit.case import Case, Listed, finding_key
from audit.classify import remark_kinds
from audit.compare import total
from audit.findings import Finding, Side
from audit.kinds import KINDS, in_order, office_of
from audit.places import Place
from audit.words import named, nearest, number_remark, proposal, sentence, village_sentence
from casebook.language import N_
from casebook.texts import Text, together

_NOBODY = Text()


def absent(case: Case, side: Side, index: int) -> Finding:
    """A row in the other list's scope without a partner there; a remark of death or marriage names its reason."""
    listed = case.listed(side)
    record = listed.records[index]
    told = in_order(remark_kinds(record))
    missing = "missing_in_roster" if side == "registry" else "missing_in_registry"
    reason = sentence(told[0], "unknown") if told else Text()
    said = together(sentence(missing, "unknown"), reason, number_remark(record.number))
    return _one_sided(listed, told[0] if told else missing, [index], said, _nearest(case, side, index))


def second_rows_alone(case: Case, side: Side, pairs: Sequence[tuple[int, int]]) -> list[Finding]:
    """People whom only one list has, twice: first row and second row."""
    return [_one_sided(case.listed(side), "dup", pair, sentence("dup", "unknown")) for pair in pairs]


def _one_sided(listed: Listed, kind: str, rows: Sequence[int], sentence: Text, runner_up: Text = _NOBODY) -> Finding:
    """A finding about rows of one list alone; its cells are those of the first row."""
    first, on_roster = rows[0], listed.side == "roster"
    digests = [listed.digest(row) for row in rows]
    cell = listed.cell(first, KINDS[kind].field)
    return Finding(
        key=finding_key(kind, digests if on_roster else (), () if on_roster else digests),
        kind=kind,
        severity=KINDS[kind].severity,
        field=KINDS[kind].field,
        wrong="unknown",
        township=listed.text(first, "township"),
        village=listed.text(first, "village"),
        household=listed.text(first, "household_code"),
        name=listed.text(first, "name"),
        roster=cell if on_roster else None,
        registry=None if on_roster else cell,
        roster_rows=tuple(rows) if on_roster else (),
        registry_rows=() if on_roster else tuple(rows),
        score=None,
        state="auto",
        sentence=sentence,
        lines=(),
        runner_up=runner_up,
        action=proposal(kind, "unknown"),
        office=office_of(kind, "unknown"),
    )


def _nearest(case: Case, side: Side, index: int) -> Text:
    """The next best row of the other list, its score and what speaks most against it."""
    near = (case.linking.next_roster if side == "registry" else case.linking.next_registry).get(index)
    if near is None:
        return Text(N_("没有相近的人"))
    other, _score = near
    lines = case.lines(*((index, other) if side == "registry" else (other, index)))
    weakest = sorted(lines, key=lambda line: min(line[2], line[3]))[:2]
    there = case.listed("roster" if side == "registry" else "registry")
    return nearest(there.row_names[other], round(total(lines, case.linking.rates.prior), 1), named(weakest))


def village_findings(case: Case) -> list[Finding]:
    """One finding for each village that the registry calls by another name."""
    if not case.linking.aliases:
        return []
    places = case.linking.rates.places
    in_roster: defaultdict[Place, list[int]] = defaultdict(list)
    for record in case.roster.records:
        in_roster[places.roster[record.village]].append(record.index)
    in_registry: defaultdict[tuple[str, Place], list[int]] = defaultdict(list)
    for record in case.registry.records:
        in_registry[record.village[1], places.registry[record.village]].append(record.index)
    found = []
    for alias in case.linking.aliases:
        home = places.roster[alias.township, alias.roster]
        roster_rows = tuple(in_roster[home])
        registry_rows = tuple(in_registry[alias.registry, home])
        found.append(
            Finding(
                key=finding_key("village_alias", ["/".join(home).encode()], [alias.registry.encode()]),
                kind="village_alias",
                severity=KINDS["village_alias"].severity,
                field="village",
                wrong="unknown",
                township=case.roster.text(roster_rows[0], "township"),
                village=alias.roster,
                household="",
                name="",
                roster=case.roster.cell(roster_rows[0], "village"),
                registry=case.registry.cell(registry_rows[0], "village"),
                roster_rows=roster_rows,
                registry_rows=registry_rows,
                score=None,
                state="auto",
                sentence=village_sentence(alias.registry, alias.roster, alias.votes),
                lines=(),
                runner_up=_NOBODY,
                action=proposal("village_alias", "unknown"),
                office=office_of("village_alias", "unknown"),
            )
        )
    return found
