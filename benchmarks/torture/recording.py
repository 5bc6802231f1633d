"""What a process does to its files, call by call, as strace tells it: to be counted, or played again on a made-up disk.

`run` starts a command under strace. Its log becomes `Call`s: only those that change a file, make what was changed
durable, or tell something on stdout. A call that several threads did at a time counts when it ended.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CHANGING = (
    "openat", "open", "creat", "write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "truncate",
    "fallocate", "fsync", "fdatasync", "syncfs", "sync_file_range", "rename", "renameat", "renameat2", "link", "linkat",
    "symlink", "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "sendfile", "copy_file_range", "lseek",
)  # fmt: skip
"""System calls by which a file comes to be other than it was, or to stay as it is."""

_LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(\(| resumed>)(.*)$")
_UNFINISHED = " <unfinished ...>"
_ARGUMENTS = re.compile(
    r'(?P<text>"(?:\\x[0-9a-f]{2})*")(?P<cut>\.\.\.)?|(?P<number>-?\d+|AT_FDCWD)(?:<(?P<path>(?:[^>\\]|\\.)*)>(?P<gone>\(deleted\))?)?'
    r"|(?P<flags>[A-Z_]+(?:\|[A-Z_0-9]+)*)"
)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: a text (bytes), a number, or an open file with its path (`gone`: it has no name)."""

    text: bytes | None = None
    number: int = 0
    path: str = ""
    gone: bool = False
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that succeeded; `result` the number it gave back, `path` that of the file it opened."""

    name: str
    arguments: tuple[Argument, ...]
    result: int
    opened: Argument


def available() -> bool:
    """Whether this system lets strace watch a process."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True).returncode == 0


def command(operation: str, folder: Path, *arguments: object) -> list[str]:
    """A child of operations.py."""
    module = [sys.executable, "-m", "benchmarks.torture.operations", operation]
    return [*module, "--folder", str(folder), *map(str, arguments)]


def run(child: Sequence[str], log: Path) -> str:
    """Run a child to its end and record it; what it wrote to stdout. Raises ValueError when it failed."""
    traced = ["-f", "-y", "-xx", "-s", str(1 << 24), "--seccomp-bpf", "-e", f"trace={','.join(CHANGING)}"]
    done = subprocess.run(["strace", *traced, "-o", str(log), *child], cwd=ROOT, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise ValueError(done.stderr)
    return done.stdout


def calls(log: Path) -> Iterator[Call]:
    """The calls of a log that succeeded, in the order in which they ended."""
    begun: dict[str, str] = {}
    with log.open(encoding="ascii") as file:
        for line in file:
            found = _LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            process, name, how, rest = found.groups()
            if rest.endswith(_UNFINISHED):
                begun[process] = rest.removesuffix(_UNFINISHED)
                continue
            call = _call(name, rest if how == "(" else begun.pop(process, "") + rest)
            if call is not None:
                yield call


def _call(name: str, rest: str) -> Call | None:
    inside, equals, outcome = rest.rpartition(") ")
    outcome = outcome.strip().removeprefix("= ")
    if not equals or outcome.startswith(("-1", "?")):
        return None
    result = _argument(outcome)
    return Call(name, tuple(_arguments(inside)), result.number, result)


def _arguments(inside: str) -> Iterator[Argument]:
    for found in _ARGUMENTS.finditer(inside):
        if found["cut"]:
            raise ValueError("strace cut a text off")
        yield _made(found)


def _argument(text: str) -> Argument:
    found = _ARGUMENTS.match(text)
    if found is None:
        raise ValueError(text[:80])
    return _made(found)


def _made(found: re.Match[str]) -> Argument:
    if found["text"] is not None:
        return Argument(text=bytes.fromhex(found["text"][1:-1].replace("\\x", "")))
    if found["number"] is None:
        return Argument(flags=found["flags"])
    number = -100 if found["number"] == "AT_FDCWD" else int(found["number"])
    path = bytes.fromhex((found["path"] or "").replace("\\x", "")).decode("utf-8", "surrogateescape")
    return Argument(number=number, path=path, gone=found["gone"] is not None)


def lines_told(call: Call) -> bytes:
    """What a call wrote to stdout, b"" for another call."""
    if call.name == "write" and call.arguments[0].number == 1:
        return call.arguments[1].text or b""
    return b""
