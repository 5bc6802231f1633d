"""`ruhu` in a fork that is watched: what it opens for writing, what files it takes away again, and, when asked for, a
fault at a certain call inside our own code, with data in its message and in the frames it passes. POSIX alone."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_ROOMS = tuple(str(ROOT / room) for room in ("casebook", "audit", "survey_forms", "exports", "tui"))
PATIENCE = 60.0
"""Seconds after which a command hangs."""

_SPARED = (
    "/tui/commands/exits.py",
    "/tui/commands/fault_log.py",
    "/tui/commands/main.py",
    "/tui/commands/plain_stream.py",
)
"""What tells of faults itself: a fault in there has nobody left to tell of it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """`raised`: the fault was; `written` what was opened for writing; `core_limit` that of the process at its end."""

    code: int
    out: str
    err: str
    raised: bool
    written: tuple[Path, ...]
    core_limit: int


def watched(
    arguments: Sequence[str], folder: Path, *, fault_at: int = 0, data: str = "", kill_after: float = 0.0
) -> Watched:
    """Run a command in `folder`, with a fault at the so many-eth call, or killed after so many seconds."""
    home = _home(folder)
    child = os.fork()
    if child == 0:
        streams = [os.open(home / name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600) for name in ("in", "out", "err")]
        _become(arguments, folder, home, streams, fault_at, data)
    if kill_after:
        time.sleep(kill_after)
        os.killpg(child, signal.SIGKILL) if os.getpgid(child) == child else os.kill(child, signal.SIGKILL)
    status = _ended(child)
    out, err = (_taken(home / name).decode("utf-8", "replace") for name in ("out", "err"))
    _taken(home / "in")
    return _told(os.waitstatus_to_exitcode(status), out, err, home)


def on_a_terminal(
    arguments: Sequence[str], folder: Path, keys: Sequence[bytes], *, fault_at: int = 0, data: str = ""
) -> tuple[Watched, bytes]:
    """The same on a terminal of 100 × 30, with keys one after the other, then F10; and all that was drawn."""
    import fcntl
    import pty
    import struct
    import termios

    home = _home(folder)
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        os.environ["TERM"] = "xterm-256color"
        _become(arguments, folder, home, [0, 1, 2], fault_at, data)
    drawn = bytearray()
    waiting = [*keys, b"\x1b[21~", b"\x1b[21~"]
    ends = time.monotonic() + PATIENCE
    code: int | None = None
    while code is None and time.monotonic() < ends:
        quiet = not select.select([terminal], [], [], 0.4)[0]
        if not quiet:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                part = b""
            drawn += part
            if b"\x1b[6n" in part:
                os.write(terminal, b"\x1b[1;5R")
            quiet = not part
        elif waiting and b"\x1b[?1049h" in drawn:
            os.write(terminal, waiting.pop(0))
        if quiet:
            pid, status = os.waitpid(child, os.WNOHANG)
            code = os.waitstatus_to_exitcode(status) if pid else None
    if code is None:
        os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return _told(code, "", "", home), bytes(drawn)


def _ended(child: int) -> int:
    """The status of a child, which is killed when it does not end."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _home(folder: Path) -> Path:
    home = folder / "home"
    for path in (home, home / "tmp", home / "removed"):
        path.mkdir(exist_ok=True, mode=0o700)
    return home


def _told(code: int, out: str, err: str, home: Path) -> Watched:
    raised, core, *written = [*_taken(home / "watched").decode("utf-8", "replace").splitlines(), "", ""][:100_000]
    paths = tuple(Path(line) for line in written if line)
    return Watched(code, out, err, raised == "raised", paths, int(core or 0))


def _taken(path: Path) -> bytes:
    """A file's content; the file is gone."""
    try:
        content = path.read_bytes()
        path.unlink()
    except OSError:
        return b""
    return content


def _become(
    arguments: Sequence[str], folder: Path, home: Path, streams: Sequence[int], fault_at: int, data: str
) -> None:
    """The command, as a new process would run it; never returns."""
    written: list[str] = []
    raised: list[bool] = []
    code = 99
    try:
        if streams != [0, 1, 2]:
            os.setpgid(0, 0)
            for number, descriptor in enumerate(streams):
                os.dup2(descriptor, number)
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        os.chdir(folder)
        kept = {name: os.environ[name] for name in ("TERM",) if name in os.environ}
        os.environ.clear()
        os.environ.update(kept | {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "LANG": "C.UTF-8"})
        os.environ.update({"TMPDIR": str(home / "tmp"), "RUHU_USER": "甲", "PATH": os.defpath})
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # for the whole process
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
        sys.argv = ["ruhu", *arguments]
        from tui.commands.main import main

        tempfile.tempdir = None  # found out before the fork
        sys.addaudithook(_watch(written, str(home / "tmp"), home / "removed"))
        if fault_at:
            _plant(fault_at, data, raised)
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.setprofile(None)
        core = resource.getrlimit(resource.RLIMIT_CORE)[0]
        lines = ["raised" if raised else "", str(0 if core == 0 else 1), *written]
        (home / "watched").write_text("\n".join(lines), "utf-8", "replace")
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _watch(written: list[str], there: str, kept: Path) -> Any:
    """Note every path that Python opens for writing; keep what it removes from the folder for temporary files."""

    def hook(event: str, values: tuple[Any, ...]) -> None:
        if event == "os.remove" and str(values[0]).startswith(there):
            with contextlib.suppress(OSError):
                os.link(values[0], f"{kept}/{len(os.listdir(kept))}")
        if event == "open" and isinstance(values[0], str | bytes | os.PathLike):
            mode, flags = values[1], values[2]
            writes = (
                any(one in mode for one in "wax+") if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR))
            )
            if writes:
                written.append(os.path.abspath(os.fsdecode(values[0])).replace("\n", "?"))

    return hook


def _plant(fault_at: int, data: str, raised: list[bool]) -> None:
    """Raise ValueError at the so many-eth call of a function of ours, on any thread; once."""
    left, guarded = fault_at, False

    def look(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal left, guarded
        file = frame.f_code.co_filename
        guarded = guarded or frame.f_code.co_name == "guarded"  # before, there is no data yet
        if event != "call" or not guarded or not file.startswith(_ROOMS) or file.endswith(_SPARED):
            return
        left -= 1
        if left == 0:
            raised.append(True)
            sys.setprofile(None)
            threading.setprofile(None)
            raise ValueError(f"invalid literal for int() with base 10: {data!r}")

    threading.setprofile(look)
    sys.setprofile(look)
