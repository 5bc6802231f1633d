"""Platform calls: whole files or none, limits where the system has them, and none needed where it has not."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from casebook.errors import RuhuError
from casebook.store import platform
from tests.casebook.made_tables import LIST, make_xlsx

posix_only = pytest.mark.skipif(os.name != "posix", reason="limits and permissions of POSIX systems")


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    root = Path(platform.__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{code}", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_writes_bytes_and_by_a_function(tmp_path: Path) -> None:
    path = tmp_path / "结果.xlsx"
    platform.write_atomically(path, b"old")
    platform.write_atomically(path, lambda file: file.write(b"new"))
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["结果.xlsx"]


def test_a_failing_writer_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def half(file: IO[bytes]) -> None:
        file.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        platform.write_atomically(path, half)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full to be a full disk")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def fill(file: IO[bytes]) -> None:
        file.write(b"half")
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")  # the system's own ENOSPC

    with pytest.raises(RuhuError) as caught:
        platform.write_atomically(path, fill)
    assert (caught.value.code, caught.value.category) == ("disk_full", "unusable")
    assert caught.value.place.file == "a"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@posix_only
def test_a_file_too_large_for_the_limit_leaves_nothing(tmp_path: Path) -> None:
    done = run(
        "import resource, signal; from pathlib import Path\n"
        "from casebook.errors import RuhuError; from casebook.store.platform import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomically(Path(sys.argv[1]), bytes(5000))\n"
        "except RuhuError as error: print(error.code)",
        tmp_path / "a",
    )
    assert (done.stdout, done.stderr) == ("disk_full\n", "")
    assert os.listdir(tmp_path) == []


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path, code in ((tmp_path / "none" / "a", "no_folder"), (tmp_path / "folder", "is_folder")):
        with pytest.raises(RuhuError) as caught:
            platform.write_atomically(path, b"")
        assert caught.value.code == code
        assert caught.value.remedy
    assert os.listdir(tmp_path) == ["folder"]


@posix_only
def test_files_are_private_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    platform.write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o600


@posix_only
def test_limits_hold_in_a_child() -> None:
    done = run(
        "import os; from casebook.store import platform\n"
        "print(platform.limit_memory(300 * 1024**2), platform.forbid_core_dumps())\n"
        "import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "platform.private_files(); print(oct(os.umask(0)))\n"
        "try: bytearray(400 * 1024**2)\n"
        "except MemoryError: print('MemoryError')"
    )
    expected = ["True True", "0", "0o77"] + (["MemoryError"] if sys.platform == "linux" else [])
    assert done.stdout.splitlines()[: len(expected)] == expected


def test_peak_memory_grows() -> None:
    done = run("from casebook.store.platform import peak_memory as p\na = p(); b = bytearray(10**8); print(a, p())")
    before, after = map(int, done.stdout.split())
    assert 0 < before < after
    assert after - before > 8 * 10**7


def test_reading_where_the_modules_of_posix_are_missing(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "名单.xlsx", {"名单": LIST})
    block = "for name in ('resource', 'fcntl', 'pwd', 'grp', 'termios'): sys.modules[name] = None\n"
    done = run(
        block + "from casebook.tables import process\n"
        "hide = \"; [sys.modules.__setitem__(n, None) for n in ('resource', 'fcntl')]; from\"\n"
        "process._START = process._START.replace('; from', hide, 1)\n"
        "from pathlib import Path; from casebook.store import platform; from casebook.tables.read import read_table\n"
        "platform.write_atomically(Path(sys.argv[2]), b'x')\n"
        "print(platform.limit_memory(), platform.forbid_core_dumps())\n"
        "print(len(read_table(sys.argv[1]).rows))",
        path,
        tmp_path / "a",
    )
    assert (done.stdout, done.stderr) == ("False False\n3\n", "")


def test_importing_the_reader_is_quick() -> None:
    done = run(
        "import casebook.tables.read\n"
        "heavy = ('openpyxl', 'lxml', 'msoffcrypto', 'python_calamine', 'multiprocessing')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="Linux alone has files without a name")
def test_a_killed_writer_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from casebook.store.platform import write_atomically\n"
        "def write(file):\n    file.write(bytes(5000))\n    file.flush()\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_atomically(Path(sys.argv[1]), write)\n"
    )
    (tmp_path / "a.xlsx").write_bytes(b"old")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "a.xlsx"], cwd=root)
    assert done.returncode == -signal.SIGKILL
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.xlsx": b"old"}


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="Linux alone has files without a name")
def test_a_new_file_never_has_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "replace")
    platform.write_atomically(tmp_path / "a.xlsx", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.xlsx": b"new"}


def test_without_nameless_files_the_result_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    platform.write_atomically(tmp_path / "a.xlsx", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.xlsx": b"new"}


def test_where_a_nameless_file_cannot_be_named_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    platform.write_atomically(tmp_path / "a.xlsx", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.xlsx": b"new"}
