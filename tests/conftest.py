"""What all tests share: the command in a process of its own, and the sample workbooks where they lie beside us."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("casebook", "audit", "survey_forms", "care", "exports", "tui")

RunRuhu = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample workbooks beside the repository; the test is skipped where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "samples").is_dir():
        pytest.skip("needs the sample workbooks in ../shared")
    return folder


@pytest.fixture
def run_ruhu(tmp_path: Path) -> RunRuhu:
    """`run_ruhu("check", a, b)`: the command in a process of its own, in an empty folder, with an empty home."""

    def run(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        settings = {key: value for key, value in os.environ.items() if not key.startswith("RUHU_")}
        settings |= {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-m", "tui", *map(str, arguments)],
            cwd=cwd or tmp_path,
            env=settings | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run
