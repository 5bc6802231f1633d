"""How a casebook bears a whole county: `python benchmarks/casebook_size.py [--people N] [--keyed] [--folder DIR]`.

An invented county, both lists imported, cross-checked, imported again with changes; then what an auditor does all day.
Prints seconds, megabytes on disk and the most memory of this process so far. Exit 1 when an answer that somebody waits
for takes longer than its limit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from audit.batches import decide_batch, sample_batch
from audit.decisions import Ruling, decide, undo
from audit.detail import finding_detail
from audit.imports import import_list
from audit.queue import Filter, counts_by_status, filter_choices, progress_by_township, queue_ids, queue_rows
from audit.run import run_audit
from audit.views import VIEWS
from casebook.people.lookup import hits, look_up
from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.platform import peak_memory
from casebook.store.verify import verify
from casebook.store.views import rebuild
from casebook.tables.read import read_tables

KEY = bytes(range(32))
AT_ONCE, SOON = 0.1, 1.0
"""Seconds: an answer to a key, an answer to a choice."""

slow: list[str] = []


def timed(name: str, work: Callable[[], Any], limit: float | None = None, times: int = 1) -> Any:
    """What `work` returns, with a line of the table; the median of several times."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    taken = median(seconds)
    late = limit is not None and taken > limit
    if late:
        slow.append(name)
    told = f"{taken:.2f} s" if taken >= 1 else f"{taken * 1000:.1f} ms"
    print(f"| {name} | {told}{' TOO SLOW' if late else ''} | {peak_memory() / 1e6:,.0f} MB |", flush=True)
    return found


def tables(book: Casebook) -> None:
    """The largest tables and indexes, in MB."""
    try:
        rows = book.connection.execute(
            "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8"
        ).fetchall()
    except Exception:  # a SQLite without dbstat
        return
    print("largest: " + ", ".join(f"{name} {size / 1e6:.0f}" for name, size in rows))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        measure(Path(name), options.people, KEY if options.keyed else None)
    if slow:
        print("too slow: " + ", ".join(slow))
    return 1 if slow else 0


def measure(folder: Path, people: int, key: bytes | None) -> None:
    files = write_county(invent_county(people, 3, scope="people"), folder)
    print(f"| {people:,} people{', encrypted' if key else ''} | time | peak memory |\n|---|---|---|")
    roster, registry = timed("read both workbooks", lambda: read_tables([(files.roster, {}), (files.registry, {})]))
    book = create_casebook(folder / "a.ruhu", name="县", author="甲", views=VIEWS, key=key)
    timed(f"import the roster, {len(roster.rows):,} rows", lambda: import_list(book, roster, "roster", {}))
    timed(f"import the registry, {len(registry.rows):,} rows", lambda: import_list(book, registry, "registry", {}))
    summary = timed("cross-check and store", lambda: run_audit(book))
    print(f"findings: {summary.findings:,}; links: {summary.links:,}")
    desk(book)
    keep(book, registry)
    size = sum(path.stat().st_size for path in (folder / "a.ruhu").iterdir() if path.is_file())
    print(f"on disk: {size / 1e6:,.0f} MB after two runs and three imports; the workbooks: "
          f"{(files.roster.stat().st_size + files.registry.stat().st_size) / 1e6:.1f} MB")
    tables(book)
    book.close()

    def again() -> None:
        open_casebook(folder / "a.ruhu", author="甲", views=VIEWS, key=key).close()

    timed("open", again, SOON, 5)


def desk(book: Casebook) -> None:
    """What an auditor waits for."""
    ids = timed("the queue, all", lambda: queue_ids(book, Filter()), SOON, 5)
    timed("the queue of one township", lambda: queue_ids(book, Filter(township=_township(book))), SOON, 5)
    timed("the queue by initials", lambda: queue_ids(book, Filter(text="wx")), SOON, 5)
    timed("a page of 40 rows", lambda: queue_rows(book, ids[1000:1040]), AT_ONCE, 20)
    timed("a finding", lambda: finding_detail(book, ids[len(ids) // 2]), AT_ONCE, 20)
    timed("progress by township", lambda: progress_by_township(book), SOON, 5)
    timed("counts by status", lambda: counts_by_status(book), AT_ONCE, 5)
    timed("choices of the filter", lambda: filter_choices(book), SOON, 5)
    someone = "SELECT name_key, number FROM listed WHERE number <> '' LIMIT 1"
    name, number = book.connection.execute(someone).fetchone()
    for what, text in (("name", name), ("initials", "wxm"), ("number", number), ("end of a number", number[-4:])):
        timed(f"look up by {what}", partial(_looked_up, book, text), SOON, 5)
    queue = iter(ids)
    timed("decide one", lambda: decide(book, [next(queue)], Ruling(6, "查过")), AT_ONCE, 20)


def keep(book: Casebook, registry: Any) -> None:
    """What the office waits for."""
    kind, count = book.connection.execute(
        "SELECT kind, count(*) FROM finding WHERE kind IN ('id_format', 'id_checkdigit', 'id_typo1', 'id_blank') "
        "AND wrong = 'registry' GROUP BY kind ORDER BY 2 DESC"
    ).fetchone()
    sample = timed(f"sample a batch of {count:,} {kind}", lambda: sample_batch(book, kind, 1))
    batch = timed(f"decide a batch of {len(sample.ids):,}", lambda: decide_batch(book, sample, sample.code))
    timed("take it back", lambda: undo(book, batch))
    sample = sample_batch(book, kind, 1)
    decide_batch(book, sample, sample.code)
    lists = replace(registry, source=replace(registry.source, sha256="0" * 64), rows=registry.rows[5:])
    timed("import the registry of next month", lambda: import_list(book, lists, "registry", {}))
    timed("cross-check again", lambda: run_audit(book))
    timed("verify the trail", lambda: verify(book.connection))

    def anew() -> None:
        with book.writing() as writing:
            rebuild(writing.connection, VIEWS)

    timed("rebuild all views", anew)


def _looked_up(book: Casebook, text: str) -> list[Any]:
    return hits(book, look_up(book, text)[:40])


def _township(book: Casebook) -> str:
    return str(book.connection.execute("SELECT township FROM finding LIMIT 1").fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
