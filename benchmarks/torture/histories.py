"""Random histories of two devices, long and many: views must not depend on the order in which facts arrive.

    python -m benchmarks.torture.histories [--histories N] [--steps N] [--seed N]

Each history: lists that change, runs, decisions, second signatures, batches, what is taken back, clocks that are wrong,
facts that travel late and mixed. After it, views as they were kept live are compared with views made anew from the
facts in the order of arrival and in random orders, on both devices, before and after they have exchanged everything;
the trail is verified. Prints counts; a history that fails is named by its seed, exit code 1. A short sample runs in
tests/audit/test_histories.py.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.audit.histories import check, drawn, play


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=60, help="the most steps of a history")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    failed = []
    start = time.perf_counter()
    for seed in range(options.seed, options.seed + options.histories):
        rng = random.Random(seed)
        steps = drawn(rng, rng.randint(5, options.steps))
        with tempfile.TemporaryDirectory() as folder:
            books = play(Path(folder), seed, steps)
            try:
                check(books, seed)
            except AssertionError as error:
                failed.append(seed)
                print(f"seed {seed}, {len(steps)} steps: {error}", flush=True)
            kinds = "SELECT kind, count(*) FROM envelope GROUP BY kind"
            counts.update(dict(books[0].connection.execute(kinds).fetchall()))
            for book in books:
                book.close()
    seconds = time.perf_counter() - start
    print(f"{options.histories} histories, {len(failed)} failed, {seconds:.0f} s")
    print("facts: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
