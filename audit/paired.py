"""Findings (疑点) of linked pairs: one for a pair and kind, or for all pairs that one decision covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from audit.case import Case, finding_key
from audit.classify import Kinds
from audit.findings import Finding, Line, Wrong
from audit.kinds import KINDS, in_order, office_of
from audit.matches import Match
from audit.words import (
    might_be,
    no_name_sentence,
    owner_sentence,
    proposal,
    runner_up,
    sentence,
    why_not,
)
from casebook.texts import Text, together


def pair_findings(case: Case, kinds_of: Sequence[Kinds]) -> list[Finding]:
    """One finding for each pair and kind; kinds of a household, a duplicate and a swap are gathered into one.

    `kinds_of` goes with `case.linking.matches`. A pair in doubt with nothing wrong is told as ambiguous.
    """
    found: list[Finding] = []
    gathered: defaultdict[tuple[str, object], list[tuple[Match, Wrong]]] = defaultdict(list)
    swapped = _swaps(case, kinds_of)
    people = _people(case.linking.matches)
    main = [m for m in case.linking.matches if m.main]
    first_rows = ({m.registry for m in main}, {m.roster for m in main})
    for match, kinds in zip(case.linking.matches, kinds_of, strict=True):
        if match.state == "review" and not kinds:
            found.append(_finding(case, "ambiguous", "unknown", [match]))
        for kind in in_order(_of_this_pair(match, kinds, first_rows)):
            if KINDS[kind].unit == "household":
                home = case.holders.roster_households[match.roster]
                gathered[kind, home].append((match, kinds[kind]))
            elif kind == "dup":
                gathered[kind, people[match]].append((match, kinds[kind]))
            elif kind == "id_swapped":
                gathered[kind, swapped[match.registry]].append((match, kinds[kind]))
            else:
                found.append(_finding(case, kind, kinds[kind], [match]))
    for (kind, _unit), pairs in gathered.items():
        sides = {wrong for _match, wrong in pairs}
        found.append(_finding(case, kind, sides.pop() if len(sides) == 1 else "unknown", [m for m, _w in pairs]))
    return found


def _of_this_pair(match: Match, kinds: Kinds, first_rows: tuple[set[int], set[int]]) -> set[str]:
    """The kinds to tell of a pair: of a second row only what is wrong with that row itself, since the rest is told of
    the person's main pair."""
    if match.main:
        return set(kinds)
    second: set[Wrong] = {"both"}
    if match.registry not in first_rows[0]:
        second.add("registry")
    if match.roster not in first_rows[1]:
        second.add("roster")
    return {kind for kind, wrong in kinds.items() if kind == "dup" or (wrong in second and len(second) == 2)}


def _people(matches: Sequence[Match]) -> dict[Match, int]:
    """One number for all pairs of a person: the place of the first pair that shares a row with them."""
    of_registry: dict[int, int] = {}
    of_roster: dict[int, int] = {}
    people = {}
    for place, match in enumerate(matches):
        person = of_registry.get(match.registry, of_roster.get(match.roster, place))
        of_registry[match.registry] = of_roster[match.roster] = people[match] = person
    return people


def _swaps(case: Case, kinds_of: Sequence[Kinds]) -> dict[int, frozenset[str]]:
    """Both numbers of a swap, by registry row: the same for the two people concerned."""
    return {
        m.registry: frozenset((case.registry.records[m.registry].number.key, case.roster.records[m.roster].number.key))
        for m, kinds in zip(case.linking.matches, kinds_of, strict=True)
        if "id_swapped" in kinds
    }


def _finding(case: Case, kind: str, wrong: Wrong, matches: Sequence[Match]) -> Finding:
    first = matches[0]
    left, right = first.registry, first.roster
    field = KINDS[kind].field
    lines = case.lines(left, right)
    registry_rows = tuple(dict.fromkeys(m.registry for m in matches))
    roster_rows = tuple(dict.fromkeys(m.roster for m in matches))
    return Finding(
        key=finding_key(kind, map(case.roster.digest, roster_rows), map(case.registry.digest, registry_rows)),
        kind=kind,
        severity=KINDS[kind].severity,
        field=field,
        wrong=wrong,
        township=case.roster.text(right, "township") or case.registry.text(left, "township"),
        village=case.roster.text(right, "village") or case.registry.text(left, "village"),
        household=case.roster.text(right, "household_code") or case.registry.text(left, "household_code"),
        name=case.roster.text(right, "name") or case.registry.text(left, "name"),
        roster=case.roster.cell(right, field),
        registry=case.registry.cell(left, field),
        roster_rows=roster_rows,
        registry_rows=registry_rows,
        score=first.score,
        state="review" if any(m.state == "review" for m in matches) else "auto",
        sentence=_told(case, kind, wrong, left, right),
        lines=tuple(lines),
        runner_up=_runner_up(case, first, lines),
        action=proposal(kind, wrong),
        office=office_of(kind, wrong),
    )


def _told(case: Case, kind: str, wrong: Wrong, left: int, right: int) -> Text:
    """What is wrong; of a borrowed number also whose it is, of two damaged ones what each might have been."""
    said = sentence(kind, wrong)
    rows = (case.registry.records[left], case.roster.records[right])
    if kind in ("id_of_member", "id_of_namesake"):
        return together(said, _owner(case, left, right))
    if kind == "name_missing" and not all(row.name.text for row in rows):
        return no_name_sentence(wrong)
    if KINDS[kind].field != "id_number" or any(row.number.key for row in rows):
        return said
    return together(said, *(might_be(row.number) for row in rows))


def _runner_up(case: Case, match: Match, lines: Sequence[Line]) -> Text:
    """The better of the two losers: another roster row for this registry row, or another registry row for this roster
    row."""
    there = case.linking.next_roster.get(match.registry)
    here = case.linking.next_registry.get(match.roster)
    if there is not None and (here is None or there[1] >= here[1]):
        reason = why_not(lines, case.lines(match.registry, there[0]))
        return runner_up("roster", case.roster.row_names[there[0]], there[1], reason)
    if here is not None:
        reason = why_not(lines, case.lines(here[0], match.roster))
        return runner_up("registry", case.registry.row_names[here[0]], here[1], reason)
    return Text()


def _owner(case: Case, left: int, right: int) -> Text:
    """Where the person stands whose number one of the two rows carries."""
    borrowed = case.holders.borrowed(case.registry.records[left], case.roster.records[right])
    if borrowed is None:
        return Text()
    return owner_sentence(borrowed.owner_side, case.listed(borrowed.owner_side).row_names[borrowed.owner_row])
