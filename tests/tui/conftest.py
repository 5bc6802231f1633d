"""What tests of several commands share: the demonstration's county, which takes seconds to make."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from casebook.store.platform import file_lock
from tests.conftest import ruhu_in


@pytest.fixture(scope="session")
def kept(
    tmp_path_factory: pytest.TempPathFactory, command_server: subprocess.Popen[str] | None
) -> tuple[Path, list[str]]:
    """The default county, kept: the folder, and what was printed. Not to be written to; made once, by whichever of the
    processes that share the tests needs it first."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, printed = base / "demo" / "演示", base / "demo" / "printed"
    folder.parent.mkdir(exist_ok=True)
    with file_lock(base / "demo.lock", timeout=120):
        if not printed.exists():
            done = ruhu_in(folder.parent, command_server)("demo", "--no-tui", "--keep", folder)
            assert done.returncode == 0, done.stderr
            printed.write_text(done.stdout, encoding="utf-8")
    return folder, printed.read_text("utf-8").splitlines()
