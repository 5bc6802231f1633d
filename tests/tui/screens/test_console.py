"""The console before the interface starts: whether there is one, how wide it draws."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")

_PROBE = "from tui.widgets.console import draws_ambiguous_wide; print(draws_ambiguous_wide())"


@pytest.mark.parametrize(("answer", "wide"), [(b"\x1b[1;5R", "False"), (b"\x1b[3;7R", "True"), (b"", "False")])
def test_the_probe_reads_where_the_cursor_went(answer: bytes, wide: str, root: Path) -> None:
    console, terminal = pty.openpty()
    try:
        child = subprocess.Popen(
            [sys.executable, "-c", _PROBE], cwd=root, stdin=terminal, stderr=terminal, stdout=subprocess.PIPE
        )
        written = b""
        while b"\x1b[6n" not in written:
            written += os.read(console, 1024)
        os.write(console, answer)
        output, _ = child.communicate(timeout=60)
    finally:
        os.close(console)
        os.close(terminal)
    assert output.decode().strip() == wide
    assert "─●中".encode() in written


@pytest.mark.parametrize(
    ("environment", "count", "drawn"),
    [
        ({"TERM": "xterm-256color"}, 256, True),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, 1 << 24, True),
        ({"TERM": "linux"}, 16, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, 0, True),
        ({"TERM": "dumb"}, 0, False),
    ],
)
def test_what_the_terminal_says_of_itself(
    environment: dict[str, str], count: int, drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.widgets.console import colours, understands_escapes

    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (colours(), understands_escapes()) == (count, drawn)


def test_without_a_terminal_it_says_so(root: Path) -> None:
    code = "import sys; from tui.commands.exits import guarded; from tui.screens.app import run_app; "
    code += "sys.exit(guarded(lambda: run_app(None)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 3
    assert "终端" in done.stderr.decode() and done.stdout == b""


@pytest.mark.parametrize("name", ["TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT", "TEXTUAL_PRESS"])
def test_nothing_of_the_surroundings_records_the_screen(name: str, root: Path, tmp_path: Path) -> None:
    code = "import tui.screens.app; from textual import constants as c; import os; "
    code += "print(c.LOG_FILE, c.SCREENSHOT_DELAY, c.PRESS, os.environ.get('TEXTUAL'))"
    values = {"TEXTUAL": "devtools", "TEXTUAL_LOG": str(tmp_path / "log")}
    values |= {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_PRESS": "q"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=os.environ | {name: values[name]}, capture_output=True, check=True
    )
    assert done.stdout.decode().split() == ["None", "-1", "None"]
