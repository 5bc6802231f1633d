"""What a user sees when something goes wrong: an exit code and one line, never a traceback."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from casebook.errors import Category, Place, RuhuError
from casebook.language import use_language
from casebook.progress import Stopped
from tests.conftest import ROOT
from tui.commands.exits import guarded, line_of

PLACE = Place(file="花名册.xlsx", sheet="名单", row=12, column="证件号")


def _raise(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(("category", "code"), [("check", 1), ("usage", 2), ("unusable", 3), ("locked", 4)])
def test_each_category_has_its_exit_code(category: Category, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    error = RuhuError("some_code", "文件是空的", "请重新导出", PLACE, category)
    assert guarded(lambda: _raise(error)) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "花名册.xlsx › 名单 › 第 12 行 › 「证件号」列：文件是空的。请重新导出。\n"


def test_a_line_without_a_place_or_a_remedy() -> None:
    assert line_of(RuhuError("c", "文件\n是空的。")) == "文件 是空的。"
    try:
        use_language("en")
        assert line_of(RuhuError("c", "the file is empty", "export it again", Place("a.csv"))) == (
            "a.csv: the file is empty. Export it again."
        )
    finally:
        use_language("zh")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "已中断"),
        (Stopped(), 130, "已中断"),
        (MemoryError(), 3, "内存"),
        (OSError(errno.ENOSPC, "No space left on device"), 3, "磁盘已满"),
        (PermissionError(errno.EACCES, "denied", "/somewhere/疑点.xlsx"), 3, "疑点.xlsx：没有权限"),
    ],
)
def test_what_machines_and_users_do(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: _raise(error)) == code
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_a_fault_is_logged_without_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))

    def fail() -> int:
        name_in_a_frame = "张三丰"
        try:
            return int(name_in_a_frame)
        except ValueError as error:
            raise KeyError(name_in_a_frame) from error

    assert guarded(fail) == 3
    err = capsys.readouterr().err
    (log,) = (tmp_path / "ruhu/log").iterdir()
    text = log.read_text("utf-8")
    assert str(log) in err
    assert err.count("\n") == 1
    assert "张三丰" not in err + text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "test_exits.py" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(log).st_mode) == 0o600


def test_a_fault_that_cannot_be_logged_is_still_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ruhu").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert guarded(lambda: _raise(RuntimeError("x"))) == 3
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_closed_window_is_an_interruption(tmp_path: Path, name: str) -> None:
    code = (
        "import os, signal, sys\n"
        "from tui.commands import main\n"
        f"main.run = lambda arguments: os.kill(os.getpid(), signal.{name}) or 0\n"
        "main.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "已中断，没有留下写了一半的文件。\n")


def test_a_full_disk_said_by_lxml(capsys: pytest.CaptureFixture[str]) -> None:
    class SerialisationError(Exception):
        """As lxml.etree raises it from a workbook being written."""

    def run() -> int:
        raise SerialisationError("IO_ENOSPC")

    assert guarded(run) == 3
    assert "磁盘已满" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("database is locked", 4, "另一个程序占用"),
        ("database or disk is full", 3, "磁盘已满"),
        ("database disk image is malformed", 3, "已损坏"),
        ("no such column: 李希楷", 3, "程序内部出错"),
    ],
)
def test_what_the_casebook_says_in_reading(
    said: str,
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from casebook.store.sqlite import OperationalError

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert guarded(lambda: _raise(OperationalError(said))) == code
    err = capsys.readouterr().err
    assert words in err
    assert said not in err
    assert not any("李希楷" in path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.log"))
