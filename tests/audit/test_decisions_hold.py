"""Two hundred decisions on an invented county outlive the next import: those whose values stand hold, the others come
back with what changed, or are told mended or gone. What changed is known from the copies that were made, by sheet row;
person ids and stored values have no part in what is expected here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest

from audit.decisions import Ruling, decide
from audit.earlier import Earlier, earlier_decisions
from audit.findings import CrossCheck, Finding, Side
from audit.imports import import_list
from audit.kinds import KINDS
from audit.questions import DIFFERENT, LINK, SAME, basis_fields, question_of
from audit.run import run_audit
from audit.stored_result import stored_result
from casebook.sample.county import invent_county
from casebook.sample.later_copy import FIELDS, LaterCopy, later_copy
from casebook.sample.workbooks import write_county
from casebook.store.casebook import Casebook
from casebook.tables.read import read_tables
from casebook.tables.table import Table, text_of
from tests.audit.casebooks import new_book

SIDES: tuple[Side, ...] = ("roster", "registry")
Rows = dict[Side, frozenset[int]]
"""Sheet rows; both lists have one sheet."""


@dataclass(frozen=True)
class Decided:
    finding: Finding
    verdict: int
    question: str


@dataclass(frozen=True)
class Story:
    decided: dict[str, Decided]
    copies: dict[Side, LaterCopy]
    before: CrossCheck
    after: CrossCheck
    outcomes: dict[str, Earlier]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    seed = 2016
    folder = tmp_path_factory.mktemp("county")
    files = write_county(invent_county(2000, seed), folder)
    roster, registry = read_tables([(files.roster, {}), (files.registry, {})])
    lists: dict[Side, Table] = {"roster": roster, "registry": registry}
    with new_book(folder / "案卷.ruhu") as book:
        for side, table in lists.items():
            import_list(book, table, side, {})
        run_audit(book)
        before = stored_result(book)
        decided = _decide(book, before, Random(seed))
        copies = _copies(lists, before, seed)
        for side, copy in copies.items():
            import_list(book, copy.table, side, {})
        run_audit(book)
        outcomes = {one.decision: one for one in earlier_decisions(book)}
        yield Story(decided, copies, before, stored_result(book), outcomes)


def _decide(book: Casebook, result: CrossCheck, rng: Random) -> dict[str, Decided]:
    """Two hundred findings, the pairs in doubt among them, each with a verdict that it may have."""
    doubtful = [n for n, finding in enumerate(result.findings, 1) if finding.state == "review"][:12]
    others = sorted(set(range(1, len(result.findings) + 1)) - set(doubtful))
    decided: dict[str, Decided] = {}
    asked = set()
    for number in [*doubtful, *rng.sample(others, len(others))]:
        finding = result.findings[number - 1]
        verdict = rng.choice((SAME, DIFFERENT)) if finding.state == "review" else rng.randint(1, 7)
        question = LINK if verdict in (SAME, DIFFERENT) else question_of(finding.kind)
        rows = _rows(finding, result, first=question == LINK)
        if (question, *rows.values()) in asked:
            continue  # a second answer to one question would stand in the place of the first
        asked.add((question, *rows.values()))
        for fact in decide(book, [number], Ruling(verdict, "看过户口本")):
            decided[fact] = Decided(finding, verdict, question)
        if len(decided) == 200:
            return decided
    raise AssertionError("too few findings")


def _copies(lists: dict[Side, Table], result: CrossCheck, seed: int) -> dict[Side, LaterCopy]:
    """Five in a hundred values changed, some of them to what the other list has; one row in a hundred gone."""
    rng = Random(seed)
    corrections: dict[Side, dict[tuple[int, str], str]] = {"roster": {}, "registry": {}}
    values = {side: {field: list(table.values(field)) for field in FIELDS} for side, table in lists.items()}
    for link in result.links:
        for field in FIELDS:
            ours = text_of(values["roster"][field][link.roster])
            theirs = text_of(values["registry"][field][link.registry])
            if ours and theirs and ours != theirs and rng.random() < 0.5:
                corrections["roster"][link.roster, field] = theirs
                corrections["registry"][link.registry, field] = ours
    return {
        side: later_copy(table, seed + n, gone=0.01, corrections=corrections[side])
        for n, (side, table) in enumerate(lists.items())
    }


def _rows(finding: Finding, result: CrossCheck, *, first: bool = False) -> Rows:
    def of(table: Table, rows: tuple[int, ...]) -> frozenset[int]:
        return frozenset(table.rows[row].number for row in (rows[:1] if first else rows))

    return {
        "roster": of(result.roster.table, finding.roster_rows),
        "registry": of(result.registry.table, finding.registry_rows),
    }


def _links(result: CrossCheck) -> set[tuple[int, int]]:
    roster, registry = result.roster.table.rows, result.registry.table.rows
    return {(registry[link.registry].number, roster[link.roster].number) for link in result.links}


def _differs(copy: LaterCopy, row: int, field: str, one: Decided) -> bool:
    """Whether a value changed; spaces around it matter only where the way of writing is the question."""
    before, after = copy.changed.get((row, field), ("", ""))
    return before != after if KINDS[one.finding.kind].severity == "C" else before.strip() != after.strip()


def _expected(story: Story, one: Decided) -> str:
    """The outcome that follows from which cells were changed and what the second run found, by sheet rows alone."""
    link = one.question == LINK
    mine = _rows(one.finding, story.before, first=link)
    there: dict[Side, dict[int, int]] = {
        "roster": {row.number: n for n, row in enumerate(story.before.roster.table.rows)},
        "registry": {row.number: n for n, row in enumerate(story.before.registry.table.rows)},
    }
    gone = {side: {r for r in mine[side] if there[side][r] in story.copies[side].gone} for side in SIDES}
    changed: Rows = {
        side: frozenset(
            row
            for row in mine[side]
            if any(_differs(story.copies[side], there[side][row], field, one) for field in basis_fields(one.question))
        )
        for side in SIDES
    }
    findings = [(finding, _rows(finding, story.after, first=link)) for finding in story.after.findings]
    linked = _links(story.after)
    if link:
        doubted = [f for f, rows in findings if f.state == "review" and rows == mine]
        if doubted:
            return "returned" if any(changed.values()) else "holds"
        if any(gone.values()):
            return "gone"
        pair = (next(iter(mine["registry"])), next(iter(mine["roster"])))
        assert (pair in linked) == (one.verdict == SAME)
        return "mended" if any(changed.values()) else "holds"
    same = [(f, rows) for f, rows in findings if question_of(f.kind) == one.question]
    touching = [(f, rows) for f, rows in same if any(rows[side] & mine[side] for side in SIDES)]
    exact = [(f, rows) for f, rows in touching if rows == mine]
    if KINDS[one.finding.kind].unit == "household":
        back = [
            not all(rows[side] & mine[side] for side in SIDES) or any(rows[side] & changed[side] for side in SIDES)
            for _finding, rows in exact or touching
        ]
        if back:
            return "returned" if any(back) else "holds"
    elif exact:
        return "returned" if any(changed.values()) else "holds"
    elif touching:
        return "returned"
    whole = KINDS[one.finding.kind].unit == "household"
    if any(gone[side] and (not whole or gone[side] == mine[side]) for side in SIDES):
        return "mended" if one.question == "dup" else "gone"
    if any(changed[side] - gone[side] for side in SIDES):
        return "mended"
    if one.question == "absent":
        (row,) = mine["roster"] | mine["registry"]
        place = 1 if mine["roster"] else 0
        return "mended" if any(pair[place] == row for pair in linked) else "over"
    return "over"


def test_every_decision_ends_in_one_outcome(story: Story) -> None:
    assert story.outcomes.keys() == story.decided.keys()
    assert len(story.outcomes) == 200


def test_outcomes_follow_from_the_values_that_changed(story: Story) -> None:
    persons = {fact: one for fact, one in story.decided.items() if one.question != "village"}
    wrong = [
        (one.finding.kind, one.verdict, expected, outcome.outcome, outcome.reason)
        for fact, one in persons.items()
        if (expected := _expected(story, one)) != (outcome := story.outcomes[fact]).outcome
    ]
    assert wrong == []


def test_every_decision_whose_values_and_people_stand_holds(story: Story) -> None:
    """The claim itself: nothing that stands is lost or asked again."""
    for outcome in story.outcomes.values():
        if outcome.outcome in ("mended", "returned") and not outcome.changed:
            # its people changed, or the row that was missing is there
            assert outcome.reason in ("涉及的人变了", "对方名单里现在有此人", "重复的行已去掉"), outcome
        assert outcome.outcome != "over" or not outcome.changed
        assert (outcome.outcome == "holds") == (outcome.reason == "")


def test_what_came_back_says_why(story: Story) -> None:
    for outcome in story.outcomes.values():
        if outcome.outcome == "returned":
            assert outcome.finding is not None
            assert outcome.reason == "涉及的人变了" or ("由「" in outcome.reason and outcome.changed)


def test_enough_of_each_was_seen(story: Story) -> None:
    counts = Counter(one.outcome for one in story.outcomes.values())
    assert counts["holds"] > 150 and counts["returned"] >= 8 and counts["mended"] >= 3 and counts["conflict"] == 0
