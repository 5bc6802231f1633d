"""What the console is like: whether there is one, whether it can be drawn on and in how many colours, how wide it draws
the characters Unicode leaves open."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

_PROBE = "─●中"
_PLAIN_WIDTH = 4  # cells, where the first two take one each
_PATIENCE = 0.5  # seconds; a console that knows the question answers at once
_WINDOWS_OUTPUT = -11  # STD_OUTPUT_HANDLE
_OBEYS_ESCAPES = 0x4  # ENABLE_VIRTUAL_TERMINAL_PROCESSING
_TRUE_COLOUR_BUILD = 14931
_REPORT = re.compile(rb"\x1b\[(\d+);(\d+)R")


def drawing_stream() -> TextIO | None:
    """Where the interface draws: Textual takes stderr, on Windows stdout."""
    return sys.__stdout__ if sys.platform == "win32" else sys.__stderr__


def has_terminal() -> bool:
    """Whether the interface can be drawn and keys be read."""
    streams = (sys.__stdin__, drawing_stream())
    return all(stream is not None and not stream.closed and stream.isatty() for stream in streams)


def understands_escapes() -> bool:
    """Whether the console takes escape sequences as such. A dumb terminal does not, nor the consoles before Windows 10
    or those set to be like them: they would show them as text."""
    if sys.platform != "win32":
        return os.environ.get("TERM") != "dumb"
    import ctypes
    from ctypes import wintypes

    kernel, mode = ctypes.windll.kernel32, wintypes.DWORD()
    handle = kernel.GetStdHandle(_WINDOWS_OUTPUT)
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    if not kernel.SetConsoleMode(handle, mode.value | _OBEYS_ESCAPES):
        return False
    kernel.SetConsoleMode(handle, mode.value)
    return True


def colours() -> int:
    """How many colours the interface is drawn in here, 0 for none; as Rich, which draws it, finds out."""
    if os.environ.get("NO_COLOR"):
        return 0
    if sys.platform == "win32":
        return 1 << 24 if sys.getwindowsversion().build >= _TRUE_COLOUR_BUILD else 16
    if os.environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return 1 << 24
    ending = os.environ.get("TERM", "").strip().lower().rpartition("-")[2]
    return {"256color": 256, "kitty": 256, "dumb": 0, "unknown": 0, "": 0}.get(ending, 16)


def draws_ambiguous_wide() -> bool:
    """Print a probe at the start of a line, ask the console where its cursor went, wipe the line.

    False where the console does not answer.
    """
    stream = drawing_stream()
    if stream is None:
        return False
    try:
        column = _windows_column(stream) if sys.platform == "win32" else _reported_column(stream)
    except (OSError, ValueError):
        return False
    finally:
        stream.write("\r" + " " * (2 * len(_PROBE)) + "\r")
        stream.flush()
    return column > _PLAIN_WIDTH


def _reported_column(stream: TextIO) -> int:
    """The column after the probe, from 0, by the console's own report (ESC[6n); 0 without one."""
    import select
    import termios
    import tty

    descriptor = sys.__stdin__.fileno() if sys.__stdin__ else 0
    before = termios.tcgetattr(descriptor)
    answer = b""
    try:
        tty.setcbreak(descriptor, termios.TCSANOW)
        stream.write(f"\r{_PROBE}\x1b[6n")
        stream.flush()
        while not _REPORT.search(answer) and select.select([descriptor], [], [], _PATIENCE)[0]:
            answer += os.read(descriptor, 64)
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
    found = _REPORT.search(answer)
    return int(found[2]) - 1 if found else 0


def _windows_column(stream: TextIO) -> int:
    """The same by the console's own call: the oldest consoles answer no escape sequence."""
    if sys.platform != "win32":
        return 0
    import ctypes
    from ctypes import wintypes

    class Buffer(ctypes.Structure):
        _fields_ = (
            ("size", wintypes._COORD),
            ("cursor", wintypes._COORD),
            ("attributes", wintypes.WORD),
            ("window", wintypes.SMALL_RECT),
            ("largest", wintypes._COORD),
        )

    stream.write("\r" + _PROBE)
    stream.flush()
    state = Buffer()
    kernel = ctypes.windll.kernel32
    handle = kernel.GetStdHandle(_WINDOWS_OUTPUT)
    return int(state.cursor.X) if kernel.GetConsoleScreenBufferInfo(handle, ctypes.byref(state)) else 0
