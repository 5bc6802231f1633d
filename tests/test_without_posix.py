"""The core where `resource` and `fcntl` do not exist, as on Windows; child processes are blocked alike."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

ABSENT = ("resource", "fcntl", "pwd", "grp", "termios")
_BLOCK = f"import sys\nfor name in {ABSENT!r}:\n    sys.modules[name] = None\n"


def test_the_whole_way_without_posix_modules(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_BLOCK, "utf-8")
    for name in ABSENT:  # for the processes that read files: they take over the path, but no site
        (tmp_path / f"{name}.py").write_text("raise ImportError", "utf-8")
    environment = os.environ | {
        "XDG_STATE_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
        )

    assert "ModuleNotFoundError" in run("-c", "import fcntl").stderr
    demo = run("-m", "tui", "demo", "--people", "60", "--no-tui", "--keep", "kept")
    assert (demo.returncode, demo.stderr) == (0, "")
    assert demo.stdout.splitlines()[-1].startswith("每一行都在一种状态里：是")
    assert (tmp_path / "kept" / "findings.xlsx").read_bytes()[:2] == b"PK"
    assert len((tmp_path / "kept" / "links.csv").read_text("utf-8").splitlines()) > 15
    assert (tmp_path / "kept" / "demo.ruhu" / "casebook.db").is_file()
