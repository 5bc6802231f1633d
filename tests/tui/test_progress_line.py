"""Progress on a terminal: one line, rewritten, gone at the end; nowhere else."""

from __future__ import annotations

import io

import pytest

from tui.commands.progress_line import progress_line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _screen(written: str) -> str:
    """What stands on the line after all carriage returns, by columns of ASCII text."""
    line: list[str] = []
    column = 0
    for char in written:
        if char == "\r":
            column = 0
            continue
        line[column : column + 1] = [char]
        column += 1
    return "".join(line)


def test_one_line_rewritten_and_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress_line() as progress:
        assert progress is not None
        progress("reading a long name", 5, 1000)
        progress("matching", 1, 0)
        assert _screen(terminal.getvalue()).rstrip() == "matching"
    assert _screen(terminal.getvalue()).strip() == ""
    assert "\n" not in terminal.getvalue()


def test_erased_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with pytest.raises(KeyboardInterrupt), progress_line() as progress:
        assert progress is not None
        progress("reading", 5, 10)
        raise KeyboardInterrupt
    assert _screen(terminal.getvalue()).strip() == ""


def test_not_drawn_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress_line() as progress:
        assert progress is not None
        for done in range(10_000):
            progress("reading", done, 10_000)
    assert terminal.getvalue().count("\r") < 200


def test_no_terminal_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress_line() as progress:
        assert progress is None
