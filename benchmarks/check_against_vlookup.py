"""`ruhu check` beside a cleaned VLOOKUP, on the same two lists, alternately in one run.

    python benchmarks/check_against_vlookup.py [--people N ...] [--folder DIR] [--rounds N]

The VLOOKUP is what a careful clerk does: numbers in half width, without spaces, in capitals, first 18 characters;
then, for rows left, name and village. Each side is a process of its own that reads both files and writes its links;
time is the best of the rounds, memory that of the largest process. DIR holds roster, registry and truth.csv.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LEAST_F1 = 0.996
NUMBERS = ("证件号码", "公民身份号码", "身份证号码", "证件号", "身份证号")
NAMES = ("姓名", "患者姓名")
VILLAGES = ("行政村", "村", "所在村")


@dataclass
class Side:
    """One of the two programs: seconds and MB of its rounds, and the F1 of its links."""

    name: str
    command: list[str]
    links: Path
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    f1: float = 0.0

    def run(self) -> None:
        start = time.perf_counter()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds.append(time.perf_counter() - start)
        self.megabytes.append(usage.ru_maxrss / 1024)
        if process.returncode:
            raise SystemExit(f"{self.name}: exit code {process.returncode}")


def cells(path: Path) -> Iterator[Sequence[object]]:
    """The rows of the first sheet, or of a csv in UTF-8 or GB18030."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        yield from csv.reader(text.splitlines())
        return
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    yield from book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def cleaned(value: object) -> str:
    """A cell as a clerk cleans it before looking it up."""
    text = str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("'").upper()


def village(text: str) -> str:
    return text.removesuffix("委会").removesuffix("村")


def people(path: Path) -> Iterator[tuple[int, str, str, str]]:
    """Sheet row, number, name and village of every row with a name, below the header."""
    columns: tuple[int, int, int] | None = None
    for row, line in enumerate(cells(path), start=1):
        texts = [cleaned(cell) for cell in line]
        found = [
            next((texts.index(word) for word in words if word in texts), -1) for words in (NUMBERS, NAMES, VILLAGES)
        ]
        if min(found) >= 0:
            columns = (found[0], found[1], found[2])
        elif columns and len(texts) > max(columns) and texts[columns[1]]:
            number, name, place = (texts[i] for i in columns)
            yield row, number[:18], name, village(place)


def vlookup(roster: Path, registry: Path, links: Path) -> None:
    """Link each row of the registry to the first row of the roster with its number, else with its name and village."""
    by_number: dict[str, int] = {}
    by_name: dict[tuple[str, str], int] = {}
    for row, number, name, place in people(roster):
        if len(number) >= 15:
            by_number.setdefault(number, row)
        by_name.setdefault((name, place), row)
    with links.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("registry_row", "roster_row", "score", "state", "kinds"))
        for row, number, name, place in people(registry):
            found = by_number.get(number) or by_name.get((name, place))
            if found:
                writer.writerow((row, found, "", "auto", ""))


def compare(title: str, roster: Path, registry: Path, truth_file: Path, rounds: int, folder: Path) -> tuple[str, bool]:
    """A line of the table, and whether our claim holds."""
    from casebook.sample.scoring import read_links, read_truth, score_links

    ours, theirs = folder / "links.csv", folder / "vlookup.csv"
    check = [
        "-m",
        "tui",
        "check",
        str(roster),
        str(registry),
        "-o",
        str(folder / "findings.xlsx"),
        "--links",
        str(ours),
    ]
    lookup = [__file__, "--vlookup", str(roster), str(registry), str(theirs)]
    sides = [
        Side("ruhu check", [sys.executable, *check], ours),
        Side("VLOOKUP", [sys.executable, *lookup], theirs),
    ]
    for _round in range(rounds):
        for side in sides:
            side.run()
    truth = read_truth(truth_file)
    for side in sides:
        side.f1 = score_links(read_links(side.links), truth).f1
    us, them = sides
    cells = [title]
    for side in sides:
        cells += [f"{min(side.seconds):.2f} s", f"{min(side.megabytes):.0f} MB", f"{side.f1:.5f}"]
    wrong = (1 - them.f1) / (1 - us.f1) if us.f1 < 1 else float("inf")
    cells += [
        f"{min(us.seconds) / min(them.seconds):.1f} ×",
        f"{min(us.megabytes) / min(them.megabytes):.1f} ×",
        f"1/{wrong:.0f}",
    ]
    return "| " + " | ".join(cells) + " |", us.f1 >= LEAST_F1 and us.f1 > them.f1


def lists(folder: Path) -> tuple[Path, Path, Path]:
    """Roster, registry and truth of a folder, whatever their formats."""
    found = [next(iter(sorted(folder.glob(f"{name}.*"))), None) for name in ("roster", "registry", "truth")]
    if None in found:
        raise SystemExit(f"{folder}: needs roster, registry and truth.csv")
    roster, registry, truth = (path for path in found if path)
    return roster, registry, truth


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--vlookup"]:
        roster, registry, links = map(Path, arguments[1:])
        vlookup(roster, registry, links)
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[4000], help="sizes of invented counties")
    parser.add_argument("--folder", type=Path, nargs="+", default=[], help="lists of your own instead, with truth.csv")
    parser.add_argument("--scope", choices=("patients", "people"), default="people", help="whom the registry lists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)

    from casebook.sample import invent_county, write_county

    print("| lists | ruhu check | memory | F1 | VLOOKUP | memory | F1 | time | memory | wrong or missed |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    holds = True
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        cases = [(folder.name, *lists(folder)) for folder in options.folder]
        for size in [] if cases else options.people:
            files = write_county(invent_county(size, options.seed, scope=options.scope), work / str(size))
            cases.append((f"{size:,} people", *files))
        for title, roster, registry, truth in cases:
            line, good = compare(title, roster, registry, truth, options.rounds, work)
            print(line, flush=True)
            holds = holds and good
    print(f"F1 ≥ {LEAST_F1} and above VLOOKUP's: " + ("kept" if holds else "missed"))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
