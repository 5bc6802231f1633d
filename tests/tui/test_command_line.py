"""The command line itself: help, language, wrong usage. In processes of their own, as users start it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, RunRuhu
from tui.commands.cells import cell_width

COMMANDS = ("", "check", "demo", "new", "open", "doctor", "log", "log verify", "log list", "backup", "restore")
PAGES = [(*command.split(), "--help") for command in COMMANDS]


@pytest.mark.parametrize("page", PAGES)
def test_help_is_chinese_and_has_an_example(run_ruhu: RunRuhu, page: tuple[str, ...]) -> None:
    done = run_ruhu(*page)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("用法：ruhu")
    example = done.stdout.split("例：\n")[1].splitlines()
    assert all(line.startswith("  ruhu ") for line in example)
    text = done.stdout.split("例：\n")[0]
    assert [line for line in text.splitlines() if cell_width(line) > 80] == []
    assert "Usage" not in text
    assert "Show this" not in text


@pytest.mark.parametrize("page", PAGES)
def test_help_in_english(run_ruhu: RunRuhu, page: tuple[str, ...]) -> None:
    by_option = run_ruhu(*page, "--lang", "en")
    by_environment = run_ruhu(*page, RUHU_LANG="en_GB.UTF-8")
    assert by_option.stdout == by_environment.stdout
    assert by_option.stdout.startswith("Usage: ruhu")
    assert not any("一" <= char <= "鿿" for char in by_option.stdout)


def test_no_command_shows_help(run_ruhu: RunRuhu) -> None:
    assert run_ruhu().stdout == run_ruhu("--help").stdout


def test_version(run_ruhu: RunRuhu) -> None:
    assert run_ruhu("--version").stdout.startswith("ruhu 0.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "是不是想写 check"),
        (["check"], "缺少 ROSTER"),
        (["check", "a.xlsx"], "缺少 REGISTRY"),
        (["check", "a", "b", "c"], "多余的"),
        (["check", "a", "b", "--foo"], "没有选项 --foo"),
        (["check", "a", "b", "--roster-scope", "all"], "people、households、patients"),
        (["check", "a", "b", "--map", "家庭编码"], "--map"),
        (["check", "a", "b", "--file-password-fd", "three"], "应是整数"),
        (["check", "a", "b", "-o"], "-o"),
        (["demo", "--people", "x"], "--people"),
        (["--lang", "fr"], "--lang"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(run_ruhu: RunRuhu, arguments: list[str], words: str) -> None:
    done = run_ruhu(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`ruhu check --help | head -c 0`."""
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "check", "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_break_while_the_program_loads_is_no_traceback() -> None:
    code = (
        "import sys\n"
        "from tui.commands.main import main\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('casebook', 'audit')]\n"
        "class Breaking:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'casebook.errors': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Breaking())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_help_loads_nothing_heavy() -> None:
    heavy = {"rich", "textual", "openpyxl", "sqlite_utils", "multiprocessing", "lxml", "pydantic", "asyncio", "sqlite3"}
    code = (
        "import sys; from tui.commands.main import run\n"
        "run(['check', '--help'])\n"
        f"print(*sorted({heavy!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.split() == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_under_stdout_is_said_in_one_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "--help"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, encoding="utf-8"
        )
    assert done.returncode == 3
    assert "磁盘已满" in done.stderr
    assert done.stderr.count("\n") == 1
