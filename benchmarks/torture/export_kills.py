"""Kill `ruhu export` at any moment; then look whether the casebook and the folder tell the same story.

    python -m benchmarks.torture.export_kills [--kills N] [--people N] [--folder DIR] [--seed N]

An invented county is surveyed and passed by script. `ruhu export` writes all of it, by each shipped format in turn, and
is killed (SIGKILL) at a random moment, many while it puts the files into their folder. Then:

- every file in the folder is one of the batch's, whole, to the byte; without a batch there is none;
- the casebook is whole, the trail verifies, at most one batch is new, its rows and files are all there, and the numbers
  of the batches have no holes;
- the next start finishes what was begun, by `ruhu batch show N -o` or by exporting anew, and no temporary file is left,
  neither in the folder nor in the casebook.

Prints counts; exit 1 when something was wrong. A short sample in tests/exports/upload/test_export_killed.py.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.folder import leftovers
from casebook.store.health import examine, whole
from casebook.store.verify import verify
from exports.upload.batches import BatchRow, batch_files, batch_rows, batches
from tui.all_views import VIEWS

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("sichuan_2016", "fujian_health_check")
PLACING = 0.4
"""Of so many exports the moment is the one at which files are placed: as soon as their folder is made."""
LONG_AGO = 3600.0
"""By so many seconds what a killed process left is aged: one that is young may be another's that is writing."""


@dataclass
class Torture:
    """A casebook with passed visits, and how long an export takes that nobody kills."""

    casebook: Path
    rng: random.Random
    seconds: float = 0.0
    known: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def begin(folder: Path, people: int) -> Path:
    """An invented county through its survey; the casebook."""
    from casebook.sample.county import invent_county
    from casebook.sample.workbooks import write_county
    from tui.commands.check import cross_checked
    from tui.commands.demo_casebook import fill_casebook, make_visits

    files = write_county(invent_county(people, 7), folder)
    result = cross_checked([(files.roster, {}), (files.registry, {})])
    path = folder / "a.ruhu"
    with create_casebook(path, name="县", author="甲", views=VIEWS) as book:
        fill_casebook(book, result, None)
        make_visits(book, folder / "phones", date.today())
    return path


def opened(path: Path) -> Casebook:
    return open_casebook(path, author="甲", views=VIEWS)


def ruhu(casebook: Path, *arguments: object) -> subprocess.Popen[bytes]:
    settings = {key: value for key, value in os.environ.items() if not key.startswith("RUHU_")}
    home = casebook.parent / "home"
    home.mkdir(exist_ok=True)
    settings |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_STATE_HOME": str(home)}
    settings |= {"RUHU_CASEBOOK": str(casebook), "RUHU_USER": "甲"}
    command = [sys.executable, "-m", "tui", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def run(casebook: Path, *arguments: object) -> str:
    """What is wrong with a command that should do its work, '' for nothing; 1 says that rows had to stay out."""
    process = ruhu(casebook, *arguments)
    _out, told = process.communicate(timeout=120)
    if process.returncode in (0, 1):
        return ""
    return f"`ruhu {' '.join(map(str, arguments[:2]))}` ended with {process.returncode}: {told.decode()}"


def killed(torture: Torture, form: str, out: Path) -> None:
    """Export into `out` and kill it on the way."""
    rng, most = torture.rng, torture.seconds
    process = ruhu(torture.casebook, "export", form, "-o", out, "--all")
    if rng.random() < PLACING:
        while process.poll() is None and not out.exists():
            time.sleep(0.0002)
        time.sleep(rng.uniform(0.0, 0.01))
    else:
        time.sleep(rng.uniform(0.3 * most, 1.1 * most))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    torture.counts["ended before" if process.returncode in (0, 1) else "killed"] += 1


def one_kill(torture: Torture, form: str, out: Path) -> list[str]:
    """Kill one export, look, and start again; what was wrong."""
    killed(torture, form, out)
    batch, wrong = looked_at(torture, out)
    torture.counts["batch stored" if batch else "no batch"] += 1
    if batch:
        torture.counts["all files placed" if len(_names(out)) == len(batch.files) else "files missing"] += 1
    for left in out.glob(".*.tmp") if out.is_dir() else ():
        torture.counts["temporary files left by the kill"] += 1
        os.utime(left, (left.stat().st_mtime - LONG_AGO,) * 2)
    if batch:
        wrong.append(run(torture.casebook, "batch", "show", batch.number, "-o", out))
    else:
        wrong.append(run(torture.casebook, "export", form, "-o", out, "--all"))
    again, found = looked_at(torture, out, batch)
    if again is None or _names(out) != {file.name for file in again.files}:
        found.append("the next start did not place the files")
    if left_over := [path.name for path in out.iterdir() if path.name.startswith(".")] + leftovers(torture.casebook):
        found.append(f"{len(left_over)} temporary files after the next start")
    return [one for one in wrong + found if one]


def _names(out: Path) -> set[str]:
    return {path.name for path in out.iterdir() if not path.name.startswith(".")} if out.is_dir() else set()


def looked_at(torture: Torture, out: Path, known: BatchRow | None = None) -> tuple[BatchRow | None, list[str]]:
    """The batch that was made since the last look (or `known`), and what is wrong with it, its files, the casebook."""
    wrong = []
    with opened(torture.casebook) as book:
        rows = batches(book)
        new = [one for one in rows if one.id not in torture.known]
        torture.known |= {one.id for one in rows}
        if len(new) > 1 or (known and new):
            wrong.append(f"{len(new)} new batches")
        if sorted(one.number for one in rows) != list(range(1, len(rows) + 1)):
            wrong.append("the numbers of the batches have holes")
        batch = known or (new[0] if new else None)
        held = dict(batch_files(book, batch.id)) if batch else {}
        if batch and len(list(batch_rows(book, batch.id))) != batch.rows:
            wrong.append("rows of the batch are missing")
        if batch and [(one.name, one.sha256) for one in batch.files] != [
            (name, hashlib.sha256(content).hexdigest()) for name, content in held.items()
        ]:
            wrong.append("the batch does not hold its files")
        for name in _names(out):
            if (out / name).read_bytes() != held.get(name):
                wrong.append(f"{Path(name).suffix} in the folder is not as the casebook has it")
        if verify(book.connection).broken:
            wrong.append("the trail does not verify")
        if not whole(examine(book)):
            wrong.append("the casebook is not whole")
    return batch, wrong


def try_kills(casebook: Path, folder: Path, kills: int, seed: int, formats: Sequence[str] = FORMATS) -> Torture:
    """Kill `kills` exports of the formats in turn, each into a folder of its own; `wrong` has what was found."""
    torture = Torture(casebook, random.Random(seed))
    start = time.perf_counter()
    if found := run(casebook, "export", formats[0], "-o", folder / "whole", "--all"):
        raise SystemExit(found)
    torture.seconds = time.perf_counter() - start
    with opened(casebook) as book:
        torture.known = {one.id for one in batches(book)}
    for number in range(kills):
        found_wrong = one_kill(torture, formats[number % len(formats)], folder / f"out{number}")
        torture.wrong += [f"kill {number}: {one}" for one in found_wrong]
    return torture


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        torture = try_kills(begin(folder, options.people), folder, options.kills, options.seed)
    print(", ".join(f"{count} {what}" for what, count in sorted(torture.counts.items())))
    print(*torture.wrong[:20], f"{options.kills} kills, {len(torture.wrong)} wrong", sep="\n")
    return 1 if torture.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
