"""A short sample of benchmarks/torture/export_kills.py: killed at any moment, folder and casebook tell the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from benchmarks.torture.export_kills import try_kills
from exports.formats.write import format_text
from tests.exports.upload.made_passed import small_format

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")


def test_killed_at_any_moment_no_half_file_stands(passed_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(passed_folder / "县.ruhu", tmp_path / "县.ruhu")
    (tmp_path / "small.toml").write_text(format_text(small_format()), encoding="utf-8")
    torture = try_kills(tmp_path / "县.ruhu", tmp_path, 2, seed=7, formats=(str(tmp_path / "small.toml"),))
    assert torture.wrong == []
    assert torture.counts["batch stored"] + torture.counts["no batch"] == 2
