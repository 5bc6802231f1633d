"""A short sample of benchmarks/torture/visits.py: killed at any answer, everything shown as saved is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.torture.visits import KEY, begin, try_kills


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "keyed"])
def test_killed_at_any_answer_everything_shown_as_saved_is_there(tmp_path: Path, key: bytes | None) -> None:
    begin(tmp_path, key)
    counts, wrong = try_kills(tmp_path, 3, key, seed=5)
    assert wrong == [] and counts["saved"] > 0
