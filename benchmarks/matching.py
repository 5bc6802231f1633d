"""How well rows are linked when a county is harder than usual: more errors, no codes, a list of patients, more people.

    python benchmarks/matching.py [--large]

Every county is invented, so the truth is known; the figures are about our own generator's damages, which are modelled
on what offices send. Exit 1 when a county with the usual errors falls below an F1 of 0.996.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

LEAST_F1 = 0.996


class Trial(NamedTuple):
    people: int
    scope: str
    codes: bool
    errors: float
    seed: int


USUAL = (
    Trial(3793, "patients", True, 1, 1),
    Trial(3793, "patients", False, 1, 2),
    Trial(3793, "people", True, 1, 3),
    Trial(3793, "people", False, 1, 4),
)
HARDER = (
    Trial(3793, "people", True, 2, 5),
    Trial(3793, "people", False, 2, 6),
    Trial(3793, "people", True, 4, 7),
    Trial(3793, "patients", False, 4, 8),
)
LARGE = (
    Trial(20_000, "people", True, 1, 9),
    Trial(50_000, "people", True, 1, 10),
    Trial(50_000, "people", True, 2, 11),
)


def run(trial: Trial) -> float:
    """Print a line of the table; the F1 of all links."""
    from audit.check import cross_check
    from casebook.sample.county import invent_county
    from casebook.sample.scoring import read_truth, score_links
    from casebook.sample.workbooks import write_county
    from casebook.tables.read import read_tables

    county = invent_county(trial.people, trial.seed, errors=trial.errors, scope=trial.scope, codes=trial.codes)
    with tempfile.TemporaryDirectory() as folder:
        files = write_county(county, Path(folder))
        roster, registry = read_tables([(files.roster, {}), (files.registry, {})])
        truth = read_truth(files.truth)
    start = time.perf_counter()
    result = cross_check(roster, registry)
    seconds = time.perf_counter() - start
    links = [
        (registry.rows[link.registry].number, roster.rows[link.roster].number, link.state, link.kinds)
        for link in result.links
    ]
    score = score_links(links, truth)
    rows = len(roster.rows) + len(registry.rows)
    print(
        f"| {trial.people:,} | {trial.scope} | {'yes' if trial.codes else 'no'} | x{trial.errors:g} | {score.f1:.5f} "
        f"| {score.wrong_auto} | {score.review} ({score.review / rows:.2%}) | {seconds:.1f} s |",
        flush=True,
    )
    return score.f1


def main(arguments: list[str]) -> int:
    print("| people | registry | codes | errors | F1 | wrong automatic links | for a person to judge | cross-check |")
    print("|---|---|---|---|---|---|---|---|")
    usual = [run(trial) for trial in USUAL]
    for trial in HARDER + (LARGE if "--large" in arguments else ()):
        run(trial)
    return 0 if min(usual) >= LEAST_F1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
