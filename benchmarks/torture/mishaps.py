"""What else happens to a casebook: two programs at once, a medium that takes no writing, a stick pulled out, a copy
made while it is open.

    python -m benchmarks.torture.mishaps [--times N] [--people N] [--keyed] [--seed N]

- Two writers, a laptop's packets and backups at the same time on one casebook, a reader beside them: every step of
  each is there, none waited in vain; a restore or a new key meanwhile is refused (exit 4) and changes nothing.
- On a read-only medium a casebook is refused in a line; a backup and a packet that lie there are read; nothing is
  written to it, and nothing that was promised is missing then.
- A stick (a file system of its own) is pulled out while a backup, an upload or a packet is written to it: the program
  says so and goes on when it is back; what was told to be on it is there to the byte, nothing half; the casebook whole.
- A folder copied file by file while answers are saved: the copy opens and is whole up to some moment, or `doctor` or
  opening it says that it is not. Which of these is counted.

The middle two need an account that may mount (root); without it they say so. Exit 1 when something was wrong. Samples
in tests/test_torture.py.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from benchmarks.torture.everything import renewed, small_disk
from benchmarks.torture.looking import Line, look
from benchmarks.torture.operations import facts
from benchmarks.torture.recording import ROOT, command
from benchmarks.torture.tortured import BOOK, LAPTOP, OUT, begin, carried, key_of, opened
from casebook.errors import RuhuError
from casebook.store.backup import back_up
from casebook.store.devices import device_named
from casebook.store.folder import DATABASE
from casebook.store.health import examine, whole
from casebook.store.keys.rekey import rekey
from casebook.store.keys.slots import new_key
from casebook.store.packets.carrying import hand_over
from casebook.store.restore import restore
from tui.all_views import VIEWS

_TOGETHER = {"decide": 40, "answer": 40, "take": 4, "backup": 6}
"""The operations that run at the same time, and how many steps of each."""
_STICK = 24 << 20
_SHUTDOWN = 0x8004587D  # ext4: nothing is written any more from now on
_AT_ONCE = struct.pack("I", 2)


def together(
    begun: Path, folder: Path, rng: random.Random, steps: Mapping[str, int] = MappingProxyType(_TOGETHER)
) -> list[str]:
    """Programs that work on one casebook at the same time; what went wrong."""
    work, seen = renewed(begun, folder / "together")
    seeded = [command(one, work, "--seed", rng.randrange(2**30), "--steps", n) for one, n in steps.items()]
    processes = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in seeded]
    wrong = [*_refused_while_open(work), *_read_meanwhile(work, processes)]
    told: list[Line] = []
    for operation, process in zip(steps, processes, strict=True):
        out, _none = process.communicate(timeout=300)
        lines = [json.loads(line) for line in out.splitlines()]
        told += lines
        if process.returncode or sum(1 for word, _what in lines if word == "done") != steps[operation]:
            wrong.append(f"{operation} did not do all its steps: {process.returncode}, {lines[-1:]}")
        wrong += [f"{operation} waited in vain: {what}" for word, what in lines if word == "failed"]
    answers = [line for line in told if line[0] != "done" or "filling" not in line[1]]
    for line in told:  # each counts what was written meanwhile as its own
        if line[0] == "done":
            seen.facts |= set(line[1]["facts"])
    wrong += look(work, "take", answers, seen)
    shutil.rmtree(work)
    return wrong


def _refused_while_open(work: Path) -> Iterator[str]:
    """What wants a casebook for itself is refused while others have it open."""
    with opened(work) as book:
        made, key, before = back_up(book), book.key, len(facts(book))
        tries: dict[str, Callable[[], object]] = {
            "restore": lambda: restore(work / BOOK, made.path, author="甲", views=VIEWS, key=key)
        }
        if key is not None:
            tries["rekey"] = lambda: rekey(work / BOOK, key, new_key(), author="甲", views=VIEWS)
        for name, attempt in tries.items():
            try:
                attempt()
                yield f"{name} went on while the casebook was open"
            except RuhuError as error:
                if error.category != "locked":
                    yield f"{name} while the casebook was open: {error.code}"
        if len(facts(book)) < before:
            yield "what was refused changed something"


def _read_meanwhile(work: Path, processes: list[subprocess.Popen[str]]) -> Iterator[str]:
    """A reader sees the number of facts grow, never shrink, and is never shut out."""
    most = 0
    with opened(work) as book:
        while any(process.poll() is None for process in processes):
            try:
                with book.reading() as connection:
                    ids = connection.execute("SELECT count(*), max(arrival) FROM envelope").fetchone()
                    time.sleep(0.002)
                    if connection.execute("SELECT count(*), max(arrival) FROM envelope").fetchone() != ids:
                        yield "a reader saw two moments at once"
            except RuhuError as error:
                yield f"a reader was shut out: {error.code}"
            if ids[0] < most:
                yield "facts went away under a reader"
            most = max(most, ids[0])


def read_only(begun: Path, folder: Path) -> list[str]:
    """A casebook, a backup, a packet on a medium that takes no writing; what went wrong."""
    with small_disk(folder / "medium") as medium:
        if medium is None:
            print("no disk may be mounted here: read-only media not tried")
            return []
        there, _seen = renewed(begun, medium / "work")
        work, seen = renewed(begun, folder / "works")
        with opened(work) as book:
            backup = back_up(book, medium / "kept.db").path
        with opened(there, LAPTOP) as laptop:
            packet = hand_over(laptop, device_named(laptop.whole, "办公室"), medium).path
        subprocess.run(["mount", "-o", "remount,ro", str(medium)], check=True)
        wrong = list(_on_read_only(there, work, medium, backup, packet))
        wrong += look(work, "take", [], seen)
    shutil.rmtree(work)
    (folder / "medium").rmdir()
    return wrong


def _on_read_only(there: Path, work: Path, medium: Path, backup: Path, packet: Path) -> Iterator[str]:
    yield from _refused("opening on a read-only medium", "read_only_medium", lambda: opened(there))
    with opened(work) as book:
        laptop = device_named(book.whole, "lap")
        for what, attempt in {
            "backup": lambda: back_up(book, medium / "another.db"),
            "packet": lambda: hand_over(book, laptop, medium),
        }.items():
            yield from _refused(f"{what} to a read-only medium", "not_writable", attempt)
        with contextlib.suppress(OSError):
            carried(book, packet)
    again = work.parent / "again.ruhu"
    try:
        restore(again, backup, author="甲", views=VIEWS, key=key_of(backup))
    except RuhuError as error:
        yield f"a backup on a read-only medium is not restored: {error.code}"
    else:
        with opened(again.parent, again.name) as book:
            if not whole(examine(book)):
                yield "restored from a read-only medium it is not whole"
        shutil.rmtree(again)


def _refused(what: str, code: str, attempt: Callable[[], object]) -> Iterator[str]:
    try:
        attempt()
        yield f"{what} went on"
    except RuhuError as error:
        if error.code != code:
            yield f"{what}: {error.code}"


def pulled_out(begun: Path, folder: Path, times: int, rng: random.Random) -> list[str]:
    """Sticks pulled out in the middle of something; what went wrong."""
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    for number in range(times):
        operation = ("backup", "export", "make")[number % 3]
        work, seen = renewed(begun, folder / "pulled")
        with stick(folder / "stick.img", work / OUT) as there:
            if not there:
                print("no disk may be mounted here: sticks not tried")
                return wrong
            told, code = _pulling(work, folder / "stick.img", operation, rng)
            codes.update(what for word, what in told if word == "failed")
            found = look(work, operation, told, seen)
            if code or told[-1][0] != "done":
                found.append(f"the child did not go on: {code}, {told[-1]}")
            wrong += [f"stick {number}, {operation}: {one}" for one in found]
        shutil.rmtree(work)
    print(f"{times} sticks pulled out, told of as {dict(codes)}: {len(wrong)} wrong", flush=True)
    return wrong


@contextlib.contextmanager
def stick(image: Path, mounted: Path) -> Iterator[bool]:
    """A small disk of its own in a file; False where this account may not mount one."""
    with image.open("wb") as file:
        file.truncate(_STICK)
    made = subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], capture_output=True).returncode == 0
    there = made and _mounted(image, mounted)
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", "-l", str(mounted)], check=True)


def _mounted(image: Path, place: Path) -> bool:
    return subprocess.run(["mount", "-o", "loop", str(image), str(place)], capture_output=True).returncode == 0


def _pulling(work: Path, image: Path, operation: str, rng: random.Random) -> tuple[list[Line], int]:
    """Three steps, the stick pulled out in the first or second; put back when one has failed."""
    pipe = subprocess.PIPE
    child = command(operation, work, "--seed", rng.randrange(2**30), "--steps", 3, "--wait")
    pull_at, out = rng.randrange(2), False
    with subprocess.Popen(child, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        assert process.stdin and process.stdout
        told: list[Line] = [json.loads(process.stdout.readline())]
        while len([1 for word, _what in told if word == "done"]) < 3:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write("go\n")
                process.stdin.flush()
            if not out and sum(1 for word, _what in told if word == "done") == pull_at:
                time.sleep(rng.uniform(0.0, 0.3 if operation == "export" else 0.1))
                _pull(work / OUT)
                out = True
            line = process.stdout.readline()
            if not line:
                break
            told.append(json.loads(line))
            if out and told[-1][0] == "failed":
                subprocess.run(["umount", "-l", str(work / OUT)], check=True)
                _mounted(image, work / OUT)
                out = False
                pull_at = 3
        process.stdin.close()
        process.wait()
    if out:
        subprocess.run(["umount", "-l", str(work / OUT)], check=True)
        _mounted(image, work / OUT)
    return told, process.returncode


def _pull(place: Path) -> None:
    folder = os.open(place, os.O_RDONLY)
    try:
        fcntl.ioctl(folder, _SHUTDOWN, _AT_ONCE)
    finally:
        os.close(folder)


def copied_while_open(begun: Path, folder: Path, times: int, rng: random.Random) -> list[str]:
    """Folders copied file by file while a program saves answers, whole or the database alone; what went wrong."""
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    for number in range(times):
        alone = number % 3 == 2
        work, _seen = renewed(begun, folder / "copied")
        child = command("answer", work, "--seed", rng.randrange(2**30))
        with subprocess.Popen(child, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout
            for _line in range(rng.randrange(1, 30)):
                process.stdout.readline()
            copy = folder / "copy" / BOOK
            shutil.rmtree(copy.parent, ignore_errors=True)
            if alone:
                copy.mkdir(parents=True)
                _slowly(work / BOOK / DATABASE, copy / DATABASE)
                for key_file in work.glob(f"{BOOK}/*/*.keys"):
                    (copy / key_file.parent.name).mkdir(exist_ok=True)
                    shutil.copy(key_file, copy / key_file.parent.name)
            else:
                with contextlib.suppress(shutil.Error):  # a file that went away meanwhile
                    shutil.copytree(work / BOOK, copy, copy_function=_slowly)
            process.kill()
        with opened(work) as book:
            order = facts(book, but="restored")
        outcome = _of_copy(copy, order)
        counts[("database alone: " if alone else "folder: ") + outcome] += 1
        if outcome.startswith("wrong"):
            wrong.append(f"copy {number}: {outcome}")
        shutil.rmtree(work)
    print(f"{times} copies made while open: {dict(counts)}", flush=True)
    return wrong


def _slowly(source: str | Path, target: str | Path) -> None:
    """A file copied piece by piece, as onto a slow stick."""
    with open(source, "rb") as file, open(target, "wb") as copy:
        while piece := file.read(1 << 17):
            copy.write(piece)
            time.sleep(0.01)


def _of_copy(copy: Path, order: list[str]) -> str:
    try:
        with opened(copy.parent) as book:
            if not whole(checks := examine(book)):
                return "doctor says that it is damaged: " + ", ".join(one.name for one in checks if one.state == "bad")
            there = facts(book, but="restored")
            if there != order[: len(there)]:
                return "wrong: opened and taken for whole, and facts are missing in the middle"
            return "whole, and all was there" if len(there) == len(order) else "whole, up to an earlier moment"
    except RuhuError as error:
        return f"refused: {error.code}"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder, begun = Path(name), Path(name, "begun")
        begun.mkdir()
        begin(begun, options.people, options.keyed)
        wrong = []
        for _ in range(max(options.times // 10, 1)):
            wrong += together(begun, folder, rng)
        print(f"{max(options.times // 10, 1)} times together: {len(wrong)} wrong", flush=True)
        wrong += read_only(begun, folder)
        wrong += pulled_out(begun, folder, options.times, rng)
        wrong += copied_while_open(begun, folder, options.times, rng)
    print(*wrong[:40], f"{len(wrong)} wrong", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
