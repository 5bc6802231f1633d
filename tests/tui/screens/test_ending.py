"""The interface ended from outside: it closes as with F10, and a terminal that is gone is no fault of the program."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui.screens.ending import EnduringStream, terminal_is_gone

pty = pytest.importorskip("pty")

PATIENCE = 30.0
"""Seconds; what takes longer hangs."""


class _Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "gone")


def test_a_stream_without_its_terminal_takes_everything() -> None:
    stream = EnduringStream(_Gone())
    assert [stream.write("text") for _turn in range(3)] == [4, 4, 4]
    stream.flush()


def test_what_a_closed_terminal_says() -> None:
    import termios

    assert terminal_is_gone(OSError(errno.EIO, "")) and terminal_is_gone(termios.error())
    assert not terminal_is_gone(OSError(errno.ENOSPC, "")) and not terminal_is_gone(ValueError())


@pytest.mark.parametrize("end", ["window", "SIGTERM", "SIGHUP", "SIGINT"])
def test_no_fault_is_written_down(end: str, audited: Path, tmp_path: Path) -> None:
    folder = tmp_path / "甲县.ruhu"
    shutil.copytree(audited, folder)
    state = tmp_path / "state"
    environment = os.environ | {"XDG_STATE_HOME": str(state), "TERM": "xterm-256color", "RUHU_LANG": "zh"}
    controller, terminal = pty.openpty()
    program = "from tui.commands.main import main; main()"
    started = subprocess.Popen(
        [sys.executable, "-c", program, "open", str(folder), "--user", "甲"],
        stdin=terminal, stdout=terminal, stderr=terminal, env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    try:
        _read_until("待办", controller)
        if end == "window":
            os.close(controller)
        else:
            started.send_signal(getattr(signal, end))
            _read_until("已中断", controller)
        assert started.wait(PATIENCE) == 130
        assert list(state.rglob("fault-*")) == []
    finally:
        started.kill()
        started.wait()
        if end != "window":
            os.close(controller)


def _read_until(text: str, descriptor: int) -> None:
    end = time.monotonic() + PATIENCE
    seen = b""
    while text.encode() not in seen:
        assert time.monotonic() < end, f"{text} never comes"
        part = os.read(descriptor, 65536)
        if b"\x1b[6n" in part:
            os.write(descriptor, b"\x1b[1;5R")
        seen += part
