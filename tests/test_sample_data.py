"""Nobody of the sample workbooks beside the repository stands in a file of it."""

from __future__ import annotations

import csv
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from casebook.people.names import read_name
from casebook.tables.read import read_tables
from casebook.tables.table import Table, text_of
from tests.conftest import ROOT

LISTS = ("roster", "registry")
NUMBERED = ("id_number", "household_code", "person_code", "phone")
LEAST_DIGITS = 11
LEAST_NAME = 4
"""Characters from which a name is nobody's by chance; shorter ones count in pairs only."""

_DIGITS = re.compile(rf"\d{{{LEAST_DIGITS},}}")
_QUOTED = re.compile(r"""(["'])([^"'\n]{2,20})\1""")
_DOTS = str.maketrans("", "", "·・．•‧")


@dataclass(frozen=True)
class People:
    """Who stands in the sample lists. `born` is date and sequence of identity numbers, whatever their area code;
    `pairs` are two ways to write one person's name, which the answers join."""

    numbers: frozenset[str]
    born: frozenset[str]
    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]


@pytest.fixture(scope="module")
def people(shared: Path) -> People:
    folders = sorted((shared / "samples").glob("county-*"))
    paths = [next(folder.glob(f"{name}.*")) for folder in folders for name in LISTS]
    tables = read_tables([(path, {}) for path in paths])
    cells = {text_of(value) for table in tables for field in NUMBERED for value in table.values(field)}
    names = {text_of(value) for table in tables for value in table.values("name")}
    read = [read_name(name) for name in names if len(name) >= LEAST_NAME]
    pairs = [
        pair
        for folder, roster, registry in zip(folders, tables[::2], tables[1::2], strict=True)
        if (folder / "truth.csv").exists()
        for pair in pairs_of(folder / "truth.csv", roster, registry)
    ]
    digits = (cell if cell.isdecimal() else re.sub(r"\D", "", cell) for cell in cells)
    numbers = [number for number in digits if len(number) >= LEAST_DIGITS]
    return People(
        frozenset(numbers),
        frozenset(number[6:17] for number in numbers if len(number) >= 17),
        frozenset(text for name in read for text in (name.text, name.plain) if len(text) >= LEAST_NAME),
        frozenset(pairs),
    )


def pairs_of(truth: Path, roster: Table, registry: Table) -> list[tuple[str, str]]:
    left, right = (
        dict(zip((str(row.number) for row in table.rows), map(text_of, table.values("name")), strict=True))
        for table in (roster, registry)
    )
    with truth.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["roster_row"], row["registry_row"]) for row in csv.DictReader(file)]
    found = [(left[a], right[b]) for a, b in rows if a and b]
    return [(a, b) for a, b in found if a != b and len(a) > 1 and len(b) > 1]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file that is committed or could be, by its path."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs git to tell which files belong to the repository")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    paths = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    found = {}
    for path in filter(None, paths):
        file = ROOT / path
        content = file.read_bytes() if file.is_file() else b"\0"
        if b"\0" not in content:
            found[path] = content.decode("utf-8", errors="replace")
    return found


def test_no_number_of_theirs(people: People, texts: dict[str, str]) -> None:
    """Places only are told: what was found is not to stand in a log."""
    assert len(people.numbers) > 10_000
    assert [path for path, text in texts.items() if any(is_theirs(run, people) for run in _DIGITS.findall(text))] == []


def is_theirs(run: str, people: People) -> bool:
    old = "19" + run[6:] if len(run) == 15 else ""
    return run in people.numbers or run[6:17] in people.born or old in people.born


def test_no_long_name_of_theirs(people: People, texts: dict[str, str]) -> None:
    assert len(people.names) > 1_000
    beginnings = {name[:LEAST_NAME] for name in people.names}
    found = []
    for path, text in texts.items():
        plain = text.translate(_DOTS)
        fours = map("".join, zip(plain, plain[1:], plain[2:], plain[3:], strict=False))
        here = beginnings.intersection(fours)
        if here and any(name[:LEAST_NAME] in here and name in plain for name in people.names):
            found.append(path)
    assert found == []


def test_no_two_spellings_of_one_of_them(people: People, texts: dict[str, str]) -> None:
    assert len(people.pairs) > 100
    quoted = {path: {text for _, text in _QUOTED.findall(content)} for path, content in texts.items()}
    assert [path for path, here in quoted.items() if any(a in here and b in here for a, b in people.pairs)] == []
