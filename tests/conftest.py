"""What all tests share: the command in a process of its own, and the sample workbooks where they lie beside us."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cheap_keys import make_keys_cheap

make_keys_cheap()

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("casebook", "audit", "survey_forms", "care", "exports", "tui")

RunRuhu = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_finish() -> None:
    """What was loaded by now stays to the end: looking through it for garbage again and again takes a quarter of the
    time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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


@pytest.fixture(scope="session")
def command_server() -> Iterator[subprocess.Popen[str] | None]:
    """tests/command_server.py; None where the system has no fork."""
    if not hasattr(os, "fork"):
        yield None
        return
    command = [sys.executable, "-m", "tests.command_server"]
    settings = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as server:
        yield server
        assert server.stdin is not None
        server.stdin.close()


@pytest.fixture
def run_ruhu(tmp_path: Path, command_server: subprocess.Popen[str] | None) -> RunRuhu:
    """`run_ruhu("check", a, b)`: the command in a process of its own, in an empty folder, with an empty home."""
    return ruhu_in(tmp_path, command_server)


def ruhu_in(folder: Path, command_server: subprocess.Popen[str] | None) -> RunRuhu:
    """The same in a folder. Python is started anew only where the environment says more than RUHU_…: it may speak of
    what Python does when it starts."""

    def run(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        home = folder / "home"
        home.mkdir(exist_ok=True)
        settings = {key: value for key, value in os.environ.items() if not key.startswith("RUHU_")}
        settings |= {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tui", *map(str, arguments)]
        if command_server is not None and all(key.startswith("RUHU_") for key in environment):
            return served(command_server, command, cwd or folder, settings | environment)
        return subprocess.run(
            command,
            cwd=cwd or folder,
            env=settings | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run


def served(
    server: subprocess.Popen[str], command: list[str], cwd: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """A command (`python -m tui …`) run by the server."""
    assert server.stdin is not None and server.stdout is not None
    with tempfile.TemporaryDirectory(prefix="ruhu-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        job = {"arguments": command[3:], "cwd": str(cwd), "environment": environment, "out": str(out), "err": str(err)}
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(command, code, out.read_text("utf-8"), err.read_text("utf-8"))
