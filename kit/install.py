"""Installs ruhu from the folder this file lies in, without a network: `install.py [FOLDER]`.

An environment of its own in FOLDER (by default the user's programs), every wheel checked against its digest, a
launcher beside it, then `ruhu doctor`. The launcher is replaced last: when something fails, the version that was there
stays. Runs on any Python from 3.11 with nothing but the standard library. Exit code 0 when ruhu runs, else 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
OLDEST, NEWEST = (3, 11), (3, 13)

_CMD = """@echo off
"%~dp0{app}\\Scripts\\python.exe" -I -m tui %*
set "ended=%errorlevel%"
if "%~1"=="" if not "%ended%"=="0" pause
exit /b %ended%
"""
_SH = """#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/{app}/bin/python" -I -m tui "$@"
"""


class Failed(Exception):
    """A step that did not work: what to tell."""


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    target = Path(arguments[0]).expanduser().absolute() if arguments else default_folder()
    try:
        launcher = install(target)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(f"装好了 Installed: {launcher}", flush=True)
    if not WINDOWS:
        _offer_on_path(launcher)
    checked = subprocess.run([str(launcher), "doctor", "--machine"], check=False)
    return 0 if checked.returncode == 0 else 1


def default_folder() -> Path:
    if WINDOWS:
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        return Path(base, "Programs", "ruhu")
    return Path(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "ruhu")


def install(target: Path) -> Path:
    """The launcher, over a new environment in `target`; older ones are removed. Raises Failed; then what was there
    before stands unchanged."""
    _check_python()
    try:
        target.mkdir(parents=True, exist_ok=True)
        app = _new_folder(target)
        try:
            _fill(app)
            print("3/3 写启动命令 Writing the launcher", flush=True)
            launcher = _write_launcher(target, app.name)
        except BaseException:
            shutil.rmtree(app, ignore_errors=True)
            raise
    except OSError as error:
        raise Failed(f"装不到这里 Can't install here: {target} ({error.strerror})") from error
    for old in target.glob("app-*"):
        if old != app:
            shutil.rmtree(old, ignore_errors=True)  # one in use stays until the next time
    return launcher


def _fill(app: Path) -> None:
    """The environment with everything in it, and proof that it runs. Raises Failed."""
    print(f"1/3 建环境 Making an environment: {app}", flush=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(app)], "建不了 Python 环境 No environment could be made")
    python = str(app / ("Scripts/python.exe" if WINDOWS else "bin/python"))
    print("2/3 安装 Installing …", flush=True)
    damaged = "安装包不完整或已损坏，请重新复制一份 The kit is incomplete or damaged, copy it again"
    pip = next((HERE / "wheels").glob("pip-*.whl"), None)
    if pip is None:
        raise Failed(damaged)
    asked = ["--isolated", "--disable-pip-version-check", "--no-cache-dir", "--quiet", "install", "--no-index"]
    asked += ["--require-hashes", f"--find-links={HERE / 'wheels'}", "-r", str(HERE / "requirements.txt")]
    _run([python, "-I", str(pip / "pip"), *asked], damaged)
    _run([python, "-I", "-m", "tui", "--version"], "装好的程序跑不起来 What was installed does not run")


def _check_python() -> None:
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST or sys.maxsize < 2**32:
        wanted = f"{OLDEST[0]}.{OLDEST[1]}–{NEWEST[0]}.{NEWEST[1]}"
        have = f"{version[0]}.{version[1]}"
        raise Failed(f"需要 64 位的 Python {wanted}，这里是 {have} Needs a 64-bit Python {wanted}, this is {have}")


def _new_folder(target: Path) -> Path:
    """A folder that is not there yet: the environment in use is not touched."""
    return next(path for number in range(1, 10_000) if not (path := target / f"app-{number}").exists())


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-6:]
        raise Failed("\n".join([what, *said]))


def _write_launcher(target: Path, app: str) -> Path:
    """`ruhu.cmd` or `ruhu`; it finds the environment by its own place, so that no path stands in it."""
    name, text = ("ruhu.cmd", _CMD.replace("\n", "\r\n")) if WINDOWS else ("ruhu", _SH)
    path, new = target / name, target / f"{name}.new"
    new.write_text(text.format(app=app), "ascii", newline="")
    new.chmod(0o755)
    os.replace(new, path)
    return path


def _offer_on_path(launcher: Path) -> None:
    """A link in ~/.local/bin, where that folder is there and has no other `ruhu`."""
    link = Path(os.path.expanduser("~/.local/bin/ruhu"))
    if link.parent.is_dir() and not os.path.lexists(link):
        link.symlink_to(launcher)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
