"""Tries a made folder of this system: installed with each Python that is here, then run, all without a network.

Linux gives a process a network of its own with nothing in it (`unshare`); where that is not allowed, only pip's
`--no-index` stands for it, which is said.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

_PEOPLE = "300"


def try_folder(folders: Iterable[Path], pythons: Sequence[str]) -> int:
    """Install and run; prints a line for each Python. 0 when all that could be tried works, else 1."""
    name = f"{platform.system().lower()}-{platform.machine().lower()}"
    folder = next((folder for folder in folders if folder.name.endswith(name)), None)
    if folder is None:
        print(f"not tried: no kit for {name}")
        return 0
    cut_off = _without_network()
    if not cut_off:
        print("no network of its own here: tried with the network there")
    failed = 0
    for version in pythons:
        python = _python(version)
        if python is None:
            print(f"Python {version}: not here, not tried")
            continue
        with tempfile.TemporaryDirectory(prefix="ruhu-kit-") as home:
            said = _tried(cut_off, folder, python, Path(home))
        failed += bool(said)
        print(f"Python {version}: {said or 'installed, doctor, demo: all well'}")
    return 1 if failed else 0


def _tried(cut_off: list[str], folder: Path, python: str, home: Path) -> str:
    """What went wrong; empty when nothing did. Nothing of this process's surroundings is handed on."""
    bare = {"HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8"}
    (home / "bin").mkdir()
    (home / "bin" / "python3").symlink_to(python)  # install.sh finds this one alone
    bare["PATH"] = str(home / "bin") + os.pathsep + "/usr/sbin:/sbin"
    tools = [shutil.which(tool) for tool in ("sh", "dirname", "readlink")]
    for tool in filter(None, tools):
        (home / "bin" / Path(tool).name).symlink_to(tool)
    ruhu = str(home / "programs" / "ruhu")
    steps: list[list[str]] = [
        [str(home / "bin" / "sh"), str(folder / "install.sh"), str(home / "programs")],
        [ruhu, "doctor", "--machine"],
        [ruhu, "demo", "--people", _PEOPLE, "--no-tui", "--keep", str(home / "kept")],
        [ruhu, "doctor", "-c", str(home / "kept" / "demo.ruhu")],
    ]
    for step in steps:
        done = subprocess.run([*cut_off, *step], env=bare, cwd=home, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            return f"{' '.join(step[:2])} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}"
    return ""


def _without_network() -> list[str]:
    """The command in front of another that takes the network away; empty where there is none."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    command = [unshare, "--net", "--map-root-user"]
    done = subprocess.run([*command, sys.executable, "-c", ""], capture_output=True, check=False)
    return command if done.returncode == 0 else []


def _python(version: str) -> str | None:
    """The interpreter of a version itself, past what only finds one."""
    found = shutil.which(f"python{version}")
    for candidate in (found, *sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))):
        if candidate is None:
            continue
        asked = [candidate, "-c", "import sys; print(sys.version_info[:2] == TOLD, sys.base_prefix)"]
        asked[2] = asked[2].replace("TOLD", repr(tuple(map(int, version.split(".")))))
        done = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
        told, _space, prefix = done.stdout.strip().partition(" ")
        if done.returncode == 0 and told == "True":
            return str(Path(prefix, "bin", f"python{version}"))
    return None
