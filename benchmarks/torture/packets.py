"""Random histories of two to six machines that exchange packets.

    python -m benchmarks.torture.packets [--runs N] [--steps N] [--seed N] [--folder DIR]

Each history: answers, decisions, reviews, villages lent out, areas given, backups put back, folders copied, clocks that
are wrong; packets lost, doubled, out of order, damaged, handed to the wrong machine, taking them killed half way. After
it everybody exchanges with everybody, and then: nothing that was saved is lost, the trail is whole on every machine,
machines of the same areas show the same, views are what a rebuild gives, no machine of some areas holds what is not
for it, every clash is shown and no other. Prints counts; a history that fails is named by its seed, exit code 1. A
short sample runs in tests/casebook/packets/test_histories.py.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.casebook.packets.histories import drawn, play

_MEMORY_DISK = "/dev/shm"  # power cuts are another torture's matter: here fsync is only time


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=60, help="the most steps of a history")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(_MEMORY_DISK) if os.path.isdir(_MEMORY_DISK) else None)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    failed = []
    start = time.perf_counter()
    for seed in range(options.seed, options.seed + options.runs):
        rng = random.Random(seed)
        steps = drawn(rng, rng.randint(10, options.steps))
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            try:
                counts += play(Path(folder), seed, steps)
            except Exception as error:  # a refusal or a fault that nothing expects is a failure too
                failed.append(seed)
                where = traceback.extract_tb(error.__traceback__)[-1]
                told = f"{type(error).__name__} {str(error)[:300]} ({Path(where.filename).name}:{where.lineno})"
                print(f"seed {seed}, {len(steps)} steps: {told}", flush=True)
        if seed % 100 == 0:
            print(f"… {seed - options.seed + 1} histories, {len(failed)} failed", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - start
    print(f"{options.runs} histories, {len(failed)} failed, {seconds:.0f} s")
    print(", ".join(f"{count:,} {what}" for what, count in counts.most_common()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
