"""Cut the power at any moment, by chance lose what was not synced; then look whether everything promised is there.

    python -m benchmarks.torture.power_cuts [--cuts N] [--people N] [--keyed] [--only OPERATION] [--seed N]

A child does each operation of operations.py some times under strace, which records every write, sync and change of a
name. The record is played on a made-up disk (disk.py) up to a random call; what was not synced by then survives or not
by chance, torn at sectors. The folder that is left is looked at as after a kill (looking.py): it opens, is whole,
holds every step that was told of before the cut, and no half file. Then the controls, which must fail: the same saves
with `synchronous` NORMAL (the last saves are lost) and OFF (the database breaks), a file written without any of it.
Exit 1 when something was lost, or when a control was not. Needs strace. Samples in tests/test_torture.py.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.disk import Disk
from benchmarks.torture.looking import Line, Seen, look
from benchmarks.torture.operations import STEPS, facts
from benchmarks.torture.recording import Call, available, calls, command, lines_told, run
from benchmarks.torture.tortured import BOOK, LAPTOP, begin, opened

TIMES = {"answer": 25, "decide": 15, "new": 3, "restore": 3, "backup": 3, "take": 5, "make": 5}
"""Steps in one recording; two, where nothing is said."""


NAMING = ("rename", "link")


@dataclass(frozen=True)
class Recording:
    """A folder as it was before (`folder` keeps it), the calls since, and what it held."""

    folder: Path
    before: Path
    calls: list[Call]
    held: frozenset[str]
    laptop: frozenset[str]


def recorded(begun: Path, folder: Path, operation: str, seed: int, *more: object) -> Recording:
    """A child of one operation on a copy of a folder, in `folder`; the copy's last state is of no interest."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(begun, folder)
    with opened(folder) as book, opened(folder, LAPTOP) as laptop:
        held, laptops = frozenset(facts(book)), frozenset(facts(laptop))
    before = folder.with_name(folder.name + "-before")
    shutil.rmtree(before, ignore_errors=True)
    shutil.copytree(folder, before)
    log = folder.with_suffix(".strace")
    arguments = ("--seed", seed, "--steps", TIMES.get(operation, 2), *more)
    run(command(operation, folder, *arguments), log)
    made = list(calls(log))
    log.unlink()
    return Recording(folder, before, made, held, laptops)


def states(recording: Recording, cuts: int, rng: random.Random) -> Iterator[tuple[list[Line], int]]:
    """The folder of the recording as each of so many power cuts leaves it, and what had been told by then."""
    touching, naming = _touching(recording)
    moments = sorted(rng.choice(touching if rng.random() < 0.5 else naming or touching) for _ in range(cuts))
    disk, told = _disk(recording), b""
    for at, call in enumerate(recording.calls):
        disk.play(call)
        told += lines_told(call)
        while moments and moments[0] == at:
            moments.pop(0)
            _emptied(recording.folder)
            disk.survived(rng, recording.folder)
            yield [json.loads(line) for line in told.decode().splitlines(keepends=True) if line.endswith("\n")], at


def _disk(recording: Recording) -> Disk:
    """The made-up disk: the folder as it was before, under the path that the calls name."""
    disk = Disk(recording.before)
    disk.top = str(recording.folder)
    return disk


def _touching(recording: Recording) -> tuple[list[int], list[int]]:
    """The calls that do something to the folder: the power goes after one of them. Those of names are few and matter
    as much, so they are told apart."""
    disk = _disk(recording)
    touching = [at for at, call in enumerate(recording.calls) if disk.play(call)]
    return touching, [at for at in touching if recording.calls[at].name.startswith(NAMING)]


def _emptied(folder: Path) -> None:
    """The casebook's folder itself stays: another one would be taken for a copy."""
    for entry in folder.iterdir():
        if entry.name in (BOOK, LAPTOP):
            _emptied(entry)
        elif entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def cut(recording: Recording, operation: str, cuts: int, seed: int) -> list[list[str]]:
    """For each cut what is wrong then."""
    found = []
    for told, at in states(recording, cuts, random.Random(seed)):
        wrong = look(recording.folder, operation, told, Seen(set(recording.held), laptop=set(recording.laptop)))
        found.append([f"{operation}, after call {at}, {len(told) - 1} told: {one}" for one in wrong])
    return found


def saves(begun: Path, folder: Path, cuts: int, seed: int, only: Iterable[str]) -> list[str]:
    """Every operation; what went wrong."""
    wrong: list[str] = []
    for number, operation in enumerate(only):
        recording = recorded(begun, folder / operation, operation, seed + number)
        found = cut(recording, operation, cuts, seed)
        broken = [one for some in found for one in some]
        print(f"{operation}: {cuts} cuts in {len(recording.calls)} calls, {len(broken)} wrong", flush=True)
        wrong += broken
        shutil.rmtree(recording.folder)
        shutil.rmtree(recording.before)
    return wrong


def controls(begun: Path, folder: Path, cuts: int, seed: int) -> list[str]:
    """Saves that are not safe: how many cuts broke them; a complaint about each that no cut did."""
    harmless = []
    for unsafe in ("NORMAL", "OFF"):
        recording = recorded(begun, folder / unsafe, "answer", seed, "--synchronous", unsafe)
        broken = sum(1 for wrong in cut(recording, "answer", cuts, seed) if wrong)
        print(f"control, synchronous {unsafe}: {broken} of {cuts} cuts broke it")
        if not broken:
            harmless.append(f"the control with {unsafe} was never broken")
    return harmless


_SAVES = """
import json, os, sys
from pathlib import Path
from casebook.store.platform import write_atomically
path = Path(sys.argv[1], "file")
for n in range(12):
    content = bytes([65 + n]) * (3000 + 100 * n)
    write_atomically(path, content) if sys.argv[2] == "safe" else path.write_bytes(content)
    os.write(1, (json.dumps(["done", n]) + "\\n").encode())
"""


def files(folder: Path, cuts: int, seed: int) -> list[str]:
    """One file saved again and again, as all files of ours are and as they should not be; what is wrong with the
    first, and a complaint when nothing is with the second."""
    broken = dict.fromkeys(("safe", "careless"), 0)
    for how in broken:
        there, log = folder / how, folder / f"{how}.strace"
        before = folder / f"{how}-before"
        there.mkdir()
        before.mkdir()
        run([sys.executable, "-c", _SAVES, str(there), how], log)
        recording = Recording(there, before, list(calls(log)), frozenset(), frozenset())
        for told, _at in states(recording, cuts, random.Random(seed)):
            found = (there / "file").read_bytes() if (there / "file").exists() else b""
            n = found[0] - 65 if found else -1
            whole = found == bytes([65 + n]) * (3000 + 100 * n) if found else not (there / "file").exists()
            broken[how] += not whole or n < len(told) - 1
    print(f"files: {broken['safe']} of {cuts} cuts broke one, written carelessly {broken['careless']}", flush=True)
    wrong = [f"{broken['safe']} files were broken"] if broken["safe"] else []
    return wrong + ([] if broken["careless"] else ["the control without temporary files was never broken"])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=60, help="for each operation")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--only", choices=STEPS, action="append")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not available():
        print("strace is not here, or may not watch a process")
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        begun = folder / "begun"
        begun.mkdir()
        begin(begun, options.people, options.keyed)
        wrong = saves(begun, folder, options.cuts, options.seed, options.only or STEPS)
        wrong += controls(begun, folder, options.cuts, options.seed)
        wrong += files(folder, options.cuts, options.seed)
    print(*wrong[:40], f"{len(wrong)} wrong", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
