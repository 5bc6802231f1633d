"""Random histories of machines that exchange packets: what `benchmarks/torture/packets.py` does two thousand times."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.casebook.packets.comparing import check
from tests.casebook.packets.histories import DOINGS, MOST, World, drawn, play

numbers = st.integers(0, MOST - 1)


class Machines(RuleBasedStateMachine):
    """Machines of one casebook; every step is one that a history may have, the end of it compares them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world: World | None = None

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.world = World(Path(self.folder.name), seed)

    @rule(doing=st.sampled_from(DOINGS), at=numbers, which=numbers, how=numbers)
    def step(self, doing: str, at: int, which: int, how: int) -> None:
        assert self.world is not None
        self.world.do((doing, at, which, how))

    def teardown(self) -> None:
        if self.world is not None:
            try:
                check(self.world)
            finally:
                self.world.close()
                self.folder.cleanup()


def test_machines_come_to_the_same_whatever_happens_to_packets() -> None:
    checks = (HealthCheck.too_slow, HealthCheck.data_too_large)
    told = settings(
        derandomize=True, max_examples=4, stateful_step_count=20, deadline=None, suppress_health_check=checks
    )
    run_state_machine_as_test(Machines, settings=told)


@settings(derandomize=True, max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**16))
def test_long_histories(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        counts: Counter[str] = play(Path(folder), seed, drawn(random.Random(seed), 50))
    assert counts["answer"] and counts["make"] and counts["meet"]


def test_contents_for_the_original_handed_to_a_copy_of_it(tmp_path: Path) -> None:
    """They are of facts that the original has said it has, and the copy has not: a gap."""
    rng = random.Random(896)
    counts = play(tmp_path, 896, drawn(rng, rng.randint(10, 60)))
    assert counts["copy"] and counts["packet_gap"]
