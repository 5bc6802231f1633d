"""The rooms: which may import which, and that nothing below `tui` loads a screen or a command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOMS, ROOT

_PROOF = """
import importlib, pkgutil, sys
room = importlib.import_module(sys.argv[1])
names = [m.name for m in pkgutil.walk_packages(room.__path__, room.__name__ + ".")]
for name in names:
    importlib.import_module(name)
print(len(names), *sorted({"textual", "typer", "click", "rich"} & {name.partition(".")[0] for name in sys.modules}))
"""


def test_import_contracts_hold() -> None:
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "tui"])
def test_no_room_below_tui_loads_a_front_end(room: str) -> None:
    done = subprocess.run([sys.executable, "-c", _PROOF, room], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count, *front_ends = done.stdout.split()
    assert front_ends == []
    assert int(count) == len(
        [p for p in (ROOT / room).rglob("*.py") if p != ROOT / room / "__init__.py" and _is_module(p)]
    )


def _is_module(path: Path) -> bool:
    """Whether walk_packages can see the file: every folder above it, up to the room, is a package."""
    folder = path.parent if path.name != "__init__.py" else path.parent.parent
    while folder.parent != ROOT:
        if not (folder / "__init__.py").exists():
            return False
        folder = folder.parent
    return True


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_ours(room: str) -> None:
    """Common names: in a shared environment another distribution's `audit/` would silently win."""
    done = subprocess.run(
        [sys.executable, "-c", f"import {room}; print({room}.__file__)"],
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
    )
    assert Path(done.stdout.strip()) == ROOT / room / "__init__.py", done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is(room: str) -> None:
    assert (ROOT / room / "__init__.py").read_text("utf-8").startswith('"""')


def test_no_file_holds_more_than_one_idea() -> None:
    files = [path for room in (*ROOMS, "benchmarks", "tests") for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 20
    long = {str(path.relative_to(ROOT)): n for path in files if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_no_vague_file_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [p for room in ROOMS for p in (ROOT / room).rglob("*") if p.stem in vague] == []
