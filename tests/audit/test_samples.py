"""The matcher against lists that nobody here made: bars of the sample counties beside the repository."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from audit.check import cross_check
from casebook.tables.read import read_tables

Pair = tuple[int, int]


def truth_of(folder: Path) -> dict[Pair, set[str]]:
    with (folder / "truth.csv").open(encoding="utf-8-sig") as file:
        return {
            (int(row["registry_row"]), int(row["roster_row"])): {
                kind.split("@")[0] for kind in row["kinds"].split(";") if kind
            }
            for row in csv.DictReader(file)
            if row["registry_row"] and row["roster_row"]
        }


@pytest.mark.parametrize(("county", "least_f1"), [("a", 0.999), ("b", 0.996)])
def test_links_kinds_and_scope(shared: Path, county: str, least_f1: float) -> None:
    folder = shared / "samples" / f"county-{county}"
    roster, registry = read_tables([(folder / "roster.xlsx", {}), (folder / "registry.xlsx", {})])
    result = cross_check(roster, registry)
    truth = truth_of(folder)
    found = {(registry.rows[link.registry].number, roster.rows[link.roster].number): link for link in result.links}

    right = len(truth.keys() & found.keys())
    precision, recall = right / len(found), right / len(truth)
    assert 2 * precision * recall / (precision + recall) >= least_f1
    assert sum(link.state == "auto" for pair, link in found.items() if pair not in truth) <= 1
    assert sum(link.state == "review" for link in found.values()) <= 0.005 * (len(roster.rows) + len(registry.rows))

    planted = sum(map(len, truth.values()))
    shown = sum(len(kinds & set(found[pair].kinds)) for pair, kinds in truth.items() if pair in found)
    false = sum(len(set(link.kinds) - truth.get(pair, set())) for pair, link in found.items())
    assert shown >= 0.95 * planted
    assert false <= 0.05 * (shown + false)

    for side in (result.roster, result.registry):
        table = side.table
        assert len(side.states) + sum(s.count for s in table.skipped) == table.total_rows
    if county == "b":
        assert result.registry.scope == "patients"
        health = list(roster.values("health"))
        assert all(health[i] != "健康" for i, state in enumerate(result.roster.states) if state == "roster_only")
