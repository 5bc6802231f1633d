"""Kill a process that writes a casebook, at any moment; then look whether it is whole and nothing promised is lost.

    python -m benchmarks.torture.kills [--kills N] [--people N] [--keyed] [--folder DIR] [--seed N]

A child imports lists, cross-checks them and decides findings, telling each step on a pipe after it is committed. It is
killed (SIGKILL) at a random moment, a third of the times in an import, a third in a run, a third while deciding. Then
the casebook is opened: no half import, every acknowledged step is there, at most one more is, the trail verifies,
`doctor` finds it whole. After the kills the same with a disk that is full when a file has a random number of bytes
(RLIMIT_FSIZE): the child must go on as if nothing had been, once there is room. Prints counts; exit 1 when something
was lost. A sample of a few runs in tests/casebook/store/test_killed.py. Power cuts are not tried here.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from audit.decisions import Ruling, decide
from audit.imports import import_list
from audit.run import run_audit
from audit.views import VIEWS
from casebook.errors import RuhuError
from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.health import examine, whole
from casebook.store.lists import current
from casebook.store.sources import stored_table
from casebook.store.verify import verify
from casebook.tables.read import read_tables
from casebook.tables.table import Table

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
STAGES = ("import", "run", "decide")
FULL_AFTER = (2.0, 6.0)
"""The disk is full when a file has ten to the power of this many bytes."""


def opened(folder: Path, key: bytes | None) -> Casebook:
    return open_casebook(folder / "a.ruhu", author="甲", views=VIEWS, key=key)


def begin(folder: Path, people: int, key: bytes | None) -> None:
    """A county's lists and a casebook in which they were cross-checked once."""
    files = write_county(invent_county(people, 11, scope="people"), folder)
    tables = read_tables([(files.roster, {}), (files.registry, {})])
    with create_casebook(folder / "a.ruhu", name="县", author="甲", views=VIEWS, key=key) as book:
        for side, table in zip(("roster", "registry"), tables, strict=True):
            import_list(book, table, side, {})  # type: ignore[arg-type]
        run_audit(book)


def without_some(table: Table, rng: random.Random) -> Table:
    """The list of another day: some rows fewer, another file."""
    rows = tuple(row for row in table.rows if rng.random() > 0.02)
    return replace(table, source=replace(table.source, sha256=rng.randbytes(32).hex()), rows=rows)


def work(folder: Path, key: bytes | None, seed: int, stage: str, room: int | None) -> None:
    """The child: steps of one stage until it is killed, each told after it is committed. With `room` no file may be
    written beyond so many bytes; after a step that fails there is room again, and the first that does not is the last.
    """
    rng = random.Random(seed)
    book = opened(folder, key)
    listed = current(book.connection, "registry")
    assert listed
    table = stored_table(book.connection, listed)
    book.connection.execute("PRAGMA cache_size = -200")  # small, so that pages go to the disk early
    print(json.dumps(["ready"]), flush=True)
    if room is not None:
        limit(room)
    for step in steps(book, table, rng, stage):
        print(json.dumps(step), flush=True)
        if step[0] == "failed":
            limit(None)
        if room is not None and step[0] == "done":
            return


def limit(room: int | None) -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if room is None else room, hard))


def steps(book: Casebook, table: Table, rng: random.Random, stage: str) -> Iterator[list[Any]]:
    while True:
        try:
            made = one_step(book, table, rng, stage)
        except RuhuError as error:
            yield ["failed", error.code]
        else:
            yield ["done", stage, made]


def one_step(book: Casebook, table: Table, rng: random.Random, stage: str) -> list[str]:
    """The ids of the facts that were made."""
    if stage == "import":
        return [import_list(book, without_some(table, rng), "registry", {}).source]
    if stage == "run":
        return [run_audit(book).run]
    (count,) = book.connection.execute("SELECT count(*) FROM finding").fetchone()
    return list(decide(book, [rng.randint(1, count) for _ in range(3)], Ruling(rng.choice((1, 2, 5, 6, 7)), "查过")))


def child(folder: Path, key: bytes | None, seed: int, stage: str, room: int | None = None) -> subprocess.Popen[str]:
    command = [
        *(sys.executable, "-m", "benchmarks.torture.kills", "--child", stage, "--folder", str(folder)),
        *("--seed", str(seed), *(["--keyed"] if key else []), *(["--room", str(room)] if room is not None else [])),
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def killed(folder: Path, key: bytes | None, rng: random.Random, stage: str) -> tuple[list[list[Any]], float]:
    """What a child had told of before it was killed, and after how many seconds."""
    process = child(folder, key, rng.randrange(2**30), stage)
    assert process.stdout
    assert json.loads(process.stdout.readline()) == ["ready"]
    moment = rng.uniform(0.0, {"import": 0.6, "run": 0.8, "decide": 0.25}[stage])
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    told = [json.loads(line) for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    return told, moment


def looked_at(folder: Path, key: bytes | None, before: int, told: list[list[Any]]) -> tuple[list[str], int]:
    """What is wrong with the casebook after a kill, and how many facts it has."""
    wrong = []
    with opened(folder, key) as book:
        connection = book.connection
        known = {identity for (identity,) in connection.execute("SELECT id FROM envelope")}
        promised = [identity for step in told if step[0] == "done" for identity in step[2]]
        if lost := [identity for identity in promised if identity not in known]:
            wrong.append(f"{len(lost)} acknowledged facts are lost")
        kinds = "SELECT count(*) FROM envelope WHERE arrival > ? AND kind IN ('decision', 'source', 'run')"
        (new,) = connection.execute(kinds, (before,)).fetchone()
        if not len(promised) <= new <= len(promised) + 3:
            wrong.append(f"{new} new facts, {len(promised)} acknowledged")
        halves = connection.execute(
            "SELECT count(*) FROM source s JOIN envelope e USING (arrival) WHERE s.rows <> "
            "(SELECT count(*) FROM piece p WHERE p.arrival = s.arrival AND p.part = 'row')"
        ).fetchone()[0]
        if halves:
            wrong.append(f"{halves} half imports")
        if broken := verify(connection).broken:
            wrong.append(f"the trail is broken: {broken[0].what} {broken[0].seq}")
        checks = examine(book)
        if not whole(checks):
            wrong.append("doctor: " + ", ".join(check.name for check in checks if check.state == "bad"))
        (arrival,) = connection.execute("SELECT max(arrival) FROM envelope").fetchone()
    return wrong, arrival


def kills(folder: Path, key: bytes | None, count: int, seed: int) -> list[str]:
    """Kill `count` children; what went wrong."""
    rng = random.Random(seed)
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    _none, arrival = looked_at(folder, key, 0, [])
    for n in range(count):
        stage = STAGES[n % len(STAGES)]
        told, moment = killed(folder, key, rng, stage)
        found, after = looked_at(folder, key, arrival, told)
        acknowledged = sum(len(step[2]) for step in told if step[0] == "done")
        counts.update({stage: 1, "steps acknowledged": len(told), "facts acknowledged": acknowledged})
        counts["facts committed and not yet told of"] += _new_facts(folder, key, arrival) - acknowledged
        wrong += [f"kill {n}, in {stage} after {moment:.3f} s: {one}" for one in found]
        arrival = after
    told_of = ", ".join(f"{value} {name}" for name, value in counts.items())
    print(f"{count} kills ({told_of}): {len(wrong)} wrong", flush=True)
    return wrong


def _new_facts(folder: Path, key: bytes | None, before: int) -> int:
    with opened(folder, key) as book:
        kinds = "SELECT count(*) FROM envelope WHERE arrival > ? AND kind IN ('decision', 'source', 'run')"
        return int(book.connection.execute(kinds, (before,)).fetchone()[0])


def full_disks(folder: Path, key: bytes | None, count: int, seed: int) -> list[str]:
    """Let the disk of `count` children be full after a random number of bytes; what went wrong."""
    rng = random.Random(f"disk {seed}")
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    _none, arrival = looked_at(folder, key, 0, [])
    for n in range(count):
        stage = STAGES[n % len(STAGES)]
        process = child(folder, key, rng.randrange(2**30), stage, int(10 ** rng.uniform(*FULL_AFTER)))
        out, _err = process.communicate(timeout=120)
        told = [json.loads(line) for line in out.splitlines()][1:]
        codes.update(step[1] for step in told if step[0] == "failed")
        found, after = looked_at(folder, key, arrival, told)
        if process.returncode or not told or told[-1][0] != "done":
            found.append(f"the child did not go on: {process.returncode}, {told}")
        wrong += [f"full disk {n}, in {stage}: {one}" for one in found]
        arrival = after
    print(f"{count} full disks ({dict(codes)}): {len(wrong)} wrong", flush=True)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", choices=STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--room", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    key = KEY if options.keyed else None
    if options.child:
        work(options.folder, key, options.seed, options.child, options.room)
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        begin(folder, options.people, key)
        wrong = kills(folder, key, options.kills, options.seed)
        if os.name == "posix":
            wrong += full_disks(folder, key, max(options.kills // 4, 3), options.seed)
    print("\n".join(wrong) or "nothing lost, nothing half-written")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
