"""Kill each operation at any moment, or let the disk be full; then look whether anything promised is lost.

    python -m benchmarks.torture.everything [--kills N] [--full N] [--people N] [--keyed] [--only OPERATION] [--seed N]

A child does the steps of one operation (operations.py), telling of each on a pipe once it is done. It is killed
(SIGKILL) at a random moment, three of ten times at a call by which it changes a file or makes it safe (strace counts
them; without strace always by the clock). Then the folder is looked at (looking.py): it opens and is whole; everything
told of is there, at most one step more; no half file, no temporary one after the next start; an upload that was cut
off is handed out whole by the next. The next child goes on where this one was killed.

Full disks: a file may have so many bytes and no more (RLIMIT_FSIZE), or, where this account may mount, a small disk in
memory is filled up. The child is told that a step failed, gets room, and must go on as if nothing had been.

Prints counts; exit 1 when something was lost. Samples in tests/test_torture.py.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from benchmarks.torture import operations
from benchmarks.torture.looking import Line, Seen, look
from benchmarks.torture.operations import STEPS, facts
from benchmarks.torture.recording import CHANGING, ROOT, available, calls, command, lines_told, run
from benchmarks.torture.tortured import LAPTOP, begin, opened

STEPS_OF_A_CHILD = {"answer": 40, "decide": 30, "backup": 8, "restore": 4}
"""Six, where nothing is said; a child that the clock kills has no end of its own."""
LONGEST = 0.6
"""Seconds after the first call at which a child is killed at the latest, when the clock says."""
AT_A_CALL = 0.3
"""Of so many kills a call is the moment, of the others the clock says."""
RENEWED = 10
"""After so many kills the folder is made anew: it grows, and a look at it takes longer."""
FULL_AFTER = (2.0, 6.0)
"""The disk is full when a file has ten to the power of this many bytes."""
_DISK = 64 << 20
"""Bytes of the disk in memory; of these are free, when it is filled up, ten to the power of so many."""
_LEFT = (3.0, 7.2)


def counted(begun: Path, folder: Path, operation: str) -> list[tuple[str, int]]:
    """The calls of a child after it is ready, each by its name and the how-manieth of that name it is in all."""
    shutil.copytree(begun, folder)
    log = folder.with_suffix(".strace")
    run(command(operation, folder, "--steps", _steps(operation)), log)
    number: Counter[str] = Counter()
    found, ready = [], False
    for call in calls(log):
        number[call.name] += 1
        if ready and call.name not in ("openat", "lseek") and not lines_told(call):
            found.append((call.name, number[call.name]))
        ready = ready or b'"ready"' in lines_told(call)
    log.unlink()
    shutil.rmtree(folder)
    return found


def killed(operation: str, work: Path, seed: int, rng: random.Random, moment: tuple[str, int] | None) -> list[Line]:
    """What a child had told of before it was killed, at a call or by the clock."""
    if moment is None:
        with forked(operation, work, "--seed", seed) as (child, out):
            told = [json.loads(out.readline())]
            time.sleep(rng.uniform(0.0, LONGEST))
            os.kill(child, signal.SIGKILL)
            return told + [json.loads(line) for line in out if line.endswith("\n")]
    traced = struck(command(operation, work, "--seed", seed), moment, "signal=KILL")
    done = subprocess.run(traced, cwd=ROOT, capture_output=True, encoding="utf-8")
    return [json.loads(line) for line in done.stdout.splitlines(keepends=True) if line.endswith("\n")]


@contextlib.contextmanager
def forked(operation: str, work: Path, *arguments: object) -> Iterator[tuple[int, IO[str]]]:
    """A child of operations.py that need not load the program first: its number, and what it tells. Waited for."""
    out, into = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(into, 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.close(out)
            os.close(into)
            sys.argv = ["", operation, "--folder", str(work), *map(str, arguments)]
            operations.main()
            code = 0
        finally:
            os._exit(code)
    os.close(into)
    with open(out, encoding="utf-8") as file:
        try:
            yield child, file
        finally:
            os.waitpid(child, 0)


def struck(child: list[str], moment: tuple[str, int], how: str) -> list[str]:
    """A command to which something happens at a call: the name, and the how-manieth of that name."""
    name, number = moment
    traced = ["-f", "-o", os.devnull, "-e", f"trace={','.join(CHANGING)}", "-e", f"inject={name}:{how}:when={number}"]
    return ["strace", *traced, *child]


def _steps(operation: str) -> int:
    return STEPS_OF_A_CHILD.get(operation, 6)


def kills(
    begun: Path, folder: Path, count: int, seed: int, only: Iterable[str] = STEPS, strace: bool = True
) -> list[str]:
    """Kill `count` children of each operation; what went wrong."""
    wrong: list[str] = []
    all_counts: Counter[str] = Counter()
    for operation in only:
        rng = random.Random(f"{operation} {seed}")
        moments = counted(begun, folder / "counted", operation) if strace else []
        counts: Counter[str] = Counter()
        for number in range(count):
            if number % RENEWED == 0:
                work, seen = renewed(begun, folder / operation)
            moment = rng.choice(moments) if moments and rng.random() < AT_A_CALL else None
            told = killed(operation, work, rng.randrange(2**30), rng, moment)
            before = len(seen.facts)
            found = look(work, operation, told, seen)
            done = [what for word, what in told if word == "done"]
            promised = sum(len(what["facts"]) for what in done)
            counts.update({"kills": 1, "steps told of": len(done), "facts told of": promised})
            counts["facts not yet told of"] += max(len(seen.facts) - before - promised, 0)
            counts["temporary files beside an output"] += seen.temporary
            counts["wrong"] += len(found)
            wrong += [f"kill {number} in {operation}, {len(done)} steps told of: {one}" for one in found]
        print(f"{operation}: " + ", ".join(f"{value} {name}" for name, value in counts.items()), flush=True)
        all_counts += counts
        shutil.rmtree(folder / operation)
    print("all kills: " + ", ".join(f"{value} {name}" for name, value in all_counts.items()), f"{len(wrong)} wrong")
    return wrong


def renewed(begun: Path, folder: Path) -> tuple[Path, Seen]:
    """A copy of the folder to torture, opened once: from then on it is where it belongs."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(begun, folder)
    with opened(folder) as book, opened(folder, LAPTOP) as laptop:
        return folder, Seen(set(facts(book)), laptop=set(facts(laptop)))


def _went_on(child: Sequence[str], work: Path, operation: str, seen: Seen, codes: Counter[str]) -> list[str]:
    """Let a child meet its disk; what went wrong. It must say its failures, counted in `codes`, and go on."""
    done = subprocess.run(child, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    codes.update(what for word, what in told if word == "failed")
    found = look(work, operation, told, seen)
    if done.returncode or not told or told[-1][0] != "done":
        found.append(f"the child did not go on: {done.returncode}, {told[-1:]} {done.stderr[-600:]}")
    return found


def full_disks(begun: Path, folder: Path, count: int, seed: int, only: Iterable[str] = STEPS) -> list[str]:
    """Let the disk of `count` children of each operation be full; what went wrong."""
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    for operation in only:
        rng = random.Random(f"disk {operation} {seed}")
        for number in range(count):
            if number % RENEWED == 0:
                work, seen = renewed(begun, folder / operation)
            arguments = ("--seed", rng.randrange(2**30), "--steps", 1)
            room = int(10 ** rng.uniform(*FULL_AFTER))
            child = command(operation, work, *arguments, "--room", room)
            found = _went_on(child, work, operation, seen, codes)
            wrong += [f"full disk {number} in {operation}, {room} bytes: {one}" for one in found]
        shutil.rmtree(folder / operation)
    print(f"full disks: {count} of each operation, failures {dict(codes)}: {len(wrong)} wrong", flush=True)
    return wrong


def failing_disks(begun: Path, folder: Path, count: int, seed: int, only: Iterable[str] = STEPS) -> list[str]:
    """Let one call of a child fail, as on a disk that is worn out or was pulled out for a moment; what went wrong."""
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    for operation in only:
        rng = random.Random(f"failing {operation} {seed}")
        moments = counted(begun, folder / "counted", operation)
        for number in range(count):
            if number % RENEWED == 0:
                work, seen = renewed(begun, folder / operation)
            child = command(operation, work, "--steps", _steps(operation))
            name, at = rng.choice(moments)
            error = rng.choice(("EIO", "ENOSPC"))
            child = struck(child, (name, at), f"error={error}")
            found = _went_on(child, work, operation, seen, codes)
            wrong += [f"{error} {number} in {operation}, {name} {at}: {one}" for one in found]
        shutil.rmtree(folder / operation)
    print(f"failing disks: {count} of each operation, failures {dict(codes)}: {len(wrong)} wrong", flush=True)
    return wrong


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk in memory; None where this account may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "none", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def filled_disks(begun: Path, folder: Path, count: int, seed: int, only: Iterable[str] = STEPS) -> list[str]:
    """The same on a disk of its own that something else fills up until a step has failed; what went wrong."""
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    for operation in only:
        rng = random.Random(f"filled {operation} {seed}")
        for number in range(count):
            with small_disk(folder / f"disk-{operation}-{number}") as disk:
                if disk is None:
                    print("no disk may be mounted here: not tried")
                    return wrong
                work, seen = renewed(begun, disk / "work")
                arguments = ("--seed", rng.randrange(2**30), "--steps", 1)
                left = int(10 ** rng.uniform(*_LEFT))
                told, code = _filled(command(operation, work, *arguments, "--wait"), disk / "filling", left)
                codes.update(what for word, what in told if word == "failed")
                found = look(work, operation, told, seen)
                if code or told[-1][0] != "done":
                    found.append(f"the child did not go on: {code}, {told[-1]}")
                wrong += [f"filled disk {number} in {operation}, {left} bytes left: {one}" for one in found]
            (folder / f"disk-{operation}-{number}").rmdir()
    print(f"filled disks: {count} of each operation, failures {dict(codes)}: {len(wrong)} wrong", flush=True)
    return wrong


def _filled(child: list[str], filling: Path, left: int) -> tuple[list[Line], int]:
    """What a child told, on a disk filled up but for so many bytes before its steps, emptied when one has failed; and
    how it ended."""
    pipe = subprocess.PIPE
    with subprocess.Popen(child, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        assert process.stdout and process.stdin
        told = [json.loads(process.stdout.readline())]
        free = shutil.disk_usage(filling.parent).free
        with filling.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(free - left, 1))
        process.stdin.write("go\n")
        process.stdin.flush()
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1][0] == "failed":
                filling.unlink(missing_ok=True)
            process.stdin.write("go\n")
            with contextlib.suppress(BrokenPipeError):
                process.stdin.flush()
        process.wait()
    filling.unlink(missing_ok=True)
    return told, process.returncode


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50, help="of each operation")
    parser.add_argument("--full", type=int, default=10, help="full disks of each operation, of each kind")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--only", choices=STEPS, action="append")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    only = options.only or tuple(STEPS)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder, begun = Path(name), Path(name, "begun")
        begun.mkdir()
        begin(begun, options.people, options.keyed)
        wrong = kills(begun, folder, options.kills, options.seed, only, available()) if options.kills else []
        if options.full and available():
            wrong += failing_disks(begun, folder, options.full, options.seed, only)
        if options.full:
            wrong += full_disks(begun, folder, options.full, options.seed, only)
            wrong += filled_disks(begun, folder, options.full, options.seed, only)
    print(*wrong[:40], "nothing lost, nothing half-written" if not wrong else f"{len(wrong)} wrong", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
