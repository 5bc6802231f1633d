"""Do decisions outlive the next import: 200 findings decided, changed copies of both lists imported, all told again.

    python benchmarks/decisions_hold.py [FOLDER with roster.xlsx and registry.xlsx] [--seeds N]

Without a folder an invented county of the usual size. Five in a hundred values are changed, half of the differing ones
among them to what the other list has; one row in a hundred is left out. A decision's values stand when none of the
cells it rests on was changed, and its people when all its rows are there; that is known from the copies, by sheet row.
Exit 1 when a decision ends in no outcome or in several, when one whose values changed holds, or when one whose values
and people stand comes back without a word about other people.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

DECIDED, SHARE, GONE = 200, 0.05, 0.01
OTHER_PEOPLE = ("涉及的人变了", "涉及的人变了，后来另有结论")


def lists_of(folder: Path | None, seed: int, work: Path) -> dict[Any, Any]:
    from casebook.sample.county import invent_county
    from casebook.sample.workbooks import write_county
    from casebook.tables.read import read_tables

    if folder is None:
        folder = write_county(invent_county(seed=seed), work).roster.parent
    files = [next(iter(sorted(folder.glob(f"{side}.*")))) for side in ("roster", "registry")]
    roster, registry = read_tables([(path, {}) for path in files])
    return {"roster": roster, "registry": registry}


def run(folder: Path | None, seed: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Outcomes by what happened to the values; what should not be."""
    from audit.decisions import Ruling, decide
    from audit.earlier import earlier_decisions
    from audit.imports import import_list
    from audit.run import run_audit
    from audit.stored_result import stored_result
    from audit.views import VIEWS
    from casebook.store.casebook import create_casebook

    rng = Random(seed)
    with tempfile.TemporaryDirectory() as work:
        lists = lists_of(folder, seed, Path(work))
        with create_casebook(Path(work) / "book.ruhu", name="县", author="甲", views=VIEWS) as book:
            for side, table in lists.items():
                import_list(book, table, side, {})
            run_audit(book)
            result = stored_result(book)
            told: dict[str, tuple[Any, int]] = {}
            for number in rng.sample(range(1, len(result.findings) + 1), len(result.findings)):
                finding = result.findings[number - 1]
                verdict = rng.choice((8, 9)) if finding.state == "review" else rng.randint(1, 7)
                if len(told) < DECIDED:
                    told |= dict.fromkeys(decide(book, [number], Ruling(verdict, "看过户口本")), (finding, verdict))
            copies = later_copies(lists, result, rng, seed)
            for side, copy in copies.items():
                import_list(book, copy.table, side, {})
            run_audit(book)
            start = time.perf_counter()
            earlier = earlier_decisions(book)
            seconds = time.perf_counter() - start
    superseded = len(told) - len(earlier)
    found: Counter[tuple[str, str]] = Counter()
    wrong = []
    for one in earlier:
        finding, verdict = told[one.decision]
        happened = what_happened(finding, one.question, copies)
        found[happened, one.outcome] += 1
        if happened == "stand" and one.outcome == "returned" and one.reason not in OTHER_PEOPLE:
            wrong.append(f"{finding.kind}: values stand, came back")
        if happened == "changed" and one.outcome == "holds" and not whole_household(finding):
            wrong.append(f"{finding.kind}: values changed, holds")
    if superseded < 0 or len({one.decision for one in earlier}) != len(earlier):
        wrong.append("outcomes do not add up")
    print(f"seed {seed}: {len(earlier)} decisions stand ({superseded} answered anew), told in {seconds * 1000:.0f} ms")
    return found, wrong


def whole_household(finding: Any) -> bool:
    """Its decision holds while the members stand whom both runs speak of."""
    from audit.kinds import KINDS

    return KINDS[finding.kind].unit == "household"


def later_copies(lists: dict[Any, Any], result: Any, rng: Random, seed: int) -> dict[Any, Any]:
    from casebook.sample.later_copy import FIELDS, later_copy
    from casebook.tables.table import text_of

    values = {side: {field: list(table.values(field)) for field in FIELDS} for side, table in lists.items()}
    corrections: dict[Any, dict[tuple[int, str], str]] = {"roster": {}, "registry": {}}
    for link in result.links:
        for field in FIELDS:
            ours = text_of(values["roster"][field][link.roster]).strip()
            theirs = text_of(values["registry"][field][link.registry]).strip()
            if ours and theirs and ours != theirs and rng.random() < 0.5:
                corrections["roster"][link.roster, field] = theirs
                corrections["registry"][link.registry, field] = ours
    return {
        side: later_copy(table, seed + n, share=SHARE, gone=GONE, corrections=corrections[side])
        for n, (side, table) in enumerate(lists.items())
    }


def what_happened(finding: Any, question: str, copies: dict[Any, Any]) -> str:
    """Whether the rows of a finding are all there, and the values that its question rests on as they were."""
    from audit.questions import FORM_QUESTIONS, LINK, basis_fields

    if question == "village":
        return "a village"
    happened = "stand"
    for side, rows in (("roster", finding.roster_rows), ("registry", finding.registry_rows)):
        for row in rows[:1] if question == LINK else rows:
            if row in copies[side].gone:
                return "a row left"
            for field in basis_fields(question):
                before, after = copies[side].changed.get((row, field), ("", ""))
                if before != after if question in FORM_QUESTIONS else before.strip() != after.strip():
                    happened = "changed"
    return happened


def main(arguments: list[str]) -> int:
    from audit.earlier import OUTCOME_NAMES

    seeds = int(arguments[arguments.index("--seeds") + 1]) if "--seeds" in arguments else 3
    folders = [Path(one) for one in arguments if not one.startswith("--") and not one.isdecimal()]
    found: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for seed in range(1, seeds + 1):
        counts, faults = run(folders[0] if folders else None, seed)
        found += counts
        wrong += faults
    happenings = ("stand", "changed", "a row left", "a village")
    print("| values | " + " | ".join(OUTCOME_NAMES) + " | all |")
    print("|---" * (len(OUTCOME_NAMES) + 2) + "|")
    for happened in happenings:
        counted = [found[happened, outcome] for outcome in OUTCOME_NAMES]
        print(f"| {happened} | " + " | ".join(map(str, counted)) + f" | {sum(counted)} |")
    print("\n".join(wrong) if wrong else "every decision ended in one outcome, none lost, none held on other values")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
