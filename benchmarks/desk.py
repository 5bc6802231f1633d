"""The cross-check desk over a long queue: `python benchmarks/desk.py [FINDINGS]`, 100,000 by default.

An invented county is cross-checked, and its findings are repeated as those of other households in one run. Then the
desk is opened in the app, without a terminal but with everything that is painted, and keys are pressed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audit.finding_view import current_run
from audit.imports import import_list
from audit.queue import Filter, queue_ids
from audit.run import run_audit
from audit.views import VIEWS
from casebook.sample import invent_county, write_county
from casebook.store.casebook import Casebook, create_casebook
from casebook.store.facts import encoded, pieces
from casebook.tables.read import read_table
from tui.screens.app import RuhuApp
from tui.screens.desk import DeskPage
from tui.screens.desk_finding import FindingPanel

PEOPLE = 3_000
READY, MEMORY, KEY, FIRST = 0.3, 10.0, 0.030, 0.400  # seconds, MB, seconds, seconds on a quiet machine
PACE = 0.0027
"""Seconds that `work` takes on the machine that the limits of time are for. A slower one gets more, and one that others
keep busy gets more by what that does to `work`, run between the keys: in the 95th percentile as the keys are."""

DOWN, DECIDE = 200, 60


def make(folder: Path, findings: int) -> Casebook:
    """A casebook whose current run has that many findings."""
    lists = write_county(invent_county(PEOPLE), folder)
    book = create_casebook(folder / "long.ruhu", name="long", author="auditor", views=VIEWS)
    import_list(book, read_table(lists.roster), "roster", {})
    import_list(book, read_table(lists.registry), "registry", {})
    run_audit(book)
    run = current_run(book.connection)
    assert run is not None and run.body is not None
    few = [told for _n, told in pieces(book.connection, run.arrival, "finding")]
    links = [encoded(told) for _n, told in pieces(book.connection, run.arrival, "link")]
    parts = {"finding": _repeated(few, findings), "link": iter(links), "evidence": iter(())}
    with book.writing() as writing:
        writing.append("run", run.body, parents=[run.id], pieces=parts)
    return book


def _repeated(few: list[dict[str, Any]], findings: int) -> Iterator[bytes]:
    """The findings over and over, each time of other people and another household."""
    for number in range(findings):
        told = few[number % len(few)]
        text = json.dumps(told, ensure_ascii=False)
        mark = f"{number // len(few):04}"
        for people in told["people"].values():
            for person in people:
                text = text.replace(person, person + mark)
        copy = json.loads(text)
        copy |= {"key": told["key"] + mark, "subject": told["subject"] + mark}
        copy["household"] = told.get("household", "") and told["household"] + mark
        yield encoded(copy)


def work() -> float:
    """Seconds that a fixed piece of plain Python takes here and now."""
    start = time.perf_counter()
    sum(number % 7 for number in range(100_000))
    return time.perf_counter() - start


async def painted(app: RuhuApp, started: float) -> float:
    """Seconds until everything asked for so far is on the screen."""
    done = asyncio.Event()
    app.screen.call_after_refresh(done.set)
    await done.wait()
    return time.perf_counter() - started


async def until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.001)


async def times(book: Casebook, findings: int) -> dict[str, float]:
    """Seconds: the first screen, from F3 to a queue with its first finding open, and from keys to what they show."""
    app = RuhuApp(book)
    app.lasting = True
    found: dict[str, float] = {}
    start = time.perf_counter()
    async with app.run_test(size=(120, 36)) as pilot:
        found["first screen"] = await painted(app, start)
        await app.workers.wait_for_complete()
        page = await _desk(app, found)
        assert len(page.queue.ids) == findings
        found |= _of("cursor", [await _key(pilot, page, "down") for _turn in range(DOWN)])
        found |= _of("finding", [await _key(pilot, page, "down", shown=True) for _turn in range(DOWN)])
        keys = itertools.cycle("67")
        found |= _of("verdict", [await _key(pilot, page, next(keys)) for _turn in range(DECIDE)])
        await app.workers.wait_for_complete()
    return found


async def memory(book: Casebook) -> float:
    """MB of Python objects that the desk adds over the home screen, its pages of rows included."""
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await app.workers.wait_for_complete()
        tracemalloc.start()
        before, _peak = tracemalloc.get_traced_memory()
        page = await _desk(app, {})
        for _turn in range(60):
            await _key(pilot, page, "pagedown")
        after, _peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await app.workers.wait_for_complete()
    return (after - before) / 1e6


async def _desk(app: RuhuApp, found: dict[str, float]) -> DeskPage:
    start = time.perf_counter()
    app.go("desk")
    page = app.page("desk")
    assert isinstance(page, DeskPage)
    await until(lambda: bool(page.query(FindingPanel)) and page.panel.detail is not None)
    found["ready"] = await painted(app, start)
    await app.workers.wait_for_complete()
    return page


async def _key(pilot: Any, page: DeskPage, key: str, shown: bool = False) -> float:
    """Seconds from a key to its cursor on the screen, or (`shown`) to the finding with all its values, which is read,
    put on record and painted after that."""
    app, before = page.app, page.queue.row_id
    _works.append(work())
    start = time.perf_counter()
    app.simulate_key(key)
    await until(lambda: page.queue.row_id != before)
    if shown:
        await until(lambda: page.panel.detail is not None and page.panel.detail.row.id == page.queue.row_id)
    seconds = await painted(app, start)
    await until(lambda: page.in_order.idle)
    await pilot.pause()
    return seconds


_works: list[float] = []


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[18]


def _of(name: str, seconds: list[float]) -> dict[str, float]:
    return {f"{name} median": statistics.median(seconds), f"{name} p95": _p95(seconds)}


def main(findings: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        book = make(Path(folder), findings)
        start = time.perf_counter()
        held = len(queue_ids(book, Filter()))
        print(f"{held:,} findings in the queue; their numbers read in {time.perf_counter() - start:.3f} s")
        found = asyncio.run(times(book, held))
        slow = max(1.0, statistics.median(_works) / PACE)
        busy = max(1.0, _p95(_works) / PACE)
        found["memory"] = asyncio.run(memory(book))
        book.close()
    limits = {"ready": READY * slow, "memory": MEMORY, "first screen": FIRST * slow}
    limits |= {f"{name} p95": KEY * busy for name in ("cursor", "verdict")}
    for name, value in found.items():
        limit = limits.get(name)
        unit, factor = ("MB", 1) if name == "memory" else ("ms", 1000)
        said = f"   limit {limit * factor:6.1f} {unit}" if limit is not None else ""
        print(f"{name:<16}{value * factor:8.1f} {unit}{said}")
    missed = [name for name, limit in limits.items() if found[name] > limit]
    verdict = "missed by " + ", ".join(missed) if missed else "kept"
    print(f"this machine takes {slow:.1f} times as long, {busy:.1f} times at its busiest: {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
