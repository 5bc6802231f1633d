"""A short sample of benchmarks/torture/hostile.py, and what it once found."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks.torture.forked import Ended
from benchmarks.torture.hostile import Found, try_attacks, try_mutants, wrong_with
from benchmarks.torture.hostile_attacks import ATTACKS
from benchmarks.torture.hostile_files import little_files
from tests.conftest import ruhu_in
from tui.commands.plain_stream import PlainStream

_ATTACKS = (
    "a cell at XFD1048576", "laughs in a questionnaire", "entity in a questionnaire", "a pipe for a questionnaire",
    "a pipe for an XLSForm", "a pipe for a format", "a name for a terminal",
)  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes pipes")
def test_hostile_files_are_taken_or_refused(tmp_path: Path, command_server: subprocess.Popen[str] | None) -> None:
    def run(arguments: Sequence[object], folder: Path, *, environment: Mapping[str, str], stdin: bytes) -> Ended:
        done = ruhu_in(folder, command_server)(*arguments, **environment)
        return Ended(done.returncode, done.stdout, done.stderr, 0.0, 0.0, 0)

    (tmp_path / "sound").mkdir()
    (tmp_path / "tried").mkdir()
    sound, found = little_files(tmp_path / "sound"), Found(run=run)
    try_attacks(found, sound, tmp_path / "tried", [one for one in ATTACKS if one.name in _ATTACKS])
    kinds = ("list xlsx", "list csv", "list html", "xform", "format")
    try_mutants(found, sound, tmp_path / "tried", 8, seed=5, only=kinds)
    assert found.wrong == []
    assert sum(found.counts.values()) == len(_ATTACKS) + 8
    assert found.counts["attack         refused"] >= 3


def test_what_counts_as_wrong() -> None:
    def told(code: int, out: str = "", err: str = "", seconds: float = 0.0, memory: int = 0) -> str:
        return wrong_with(Ended(code, out, err, seconds, 0.0, memory))

    assert not told(0, "好\n") and not told(3, "", "名单.xlsx：文件是空的。\n")
    assert told(-9) and told(3) and told(99, "", "x") and told(1, "", "Traceback (most recent call last)")
    assert told(0, "\x1b]0;x\x07") and told(0, "", "\u202e") and told(3, "", "99010119870322001X 不对")
    assert told(0, seconds=11.0) and told(0, memory=3 << 30)


def test_commands_to_a_terminal_become_spaces() -> None:
    under = io.TextIOWrapper(io.BytesIO(), "utf-8")
    told = PlainStream(under, "utf-8", allowed="\r")
    assert told.write("甲\x1b[2J\u202e乙\t丙\r\x9b\x7f\n") == 13
    data = PlainStream(under, "utf-8", data=True)
    told.flush()
    data.write("\x00\u202e\x9b丁\r\n")
    data.flush()
    assert under.buffer.getvalue().decode() == "甲 [2J 乙\t丙\r  \n \u202e\x9b丁 \n"
    for how in ("line_buffering", "write_through"):
        under = io.TextIOWrapper(io.BytesIO(), **{how: True})  # type: ignore[arg-type]
        told = PlainStream(under, "utf-8")
        print("a", file=told)  # at once, before what goes to the other stream
        assert under.buffer.getvalue() == b"a\n"


@pytest.mark.parametrize("name", ["f.csv.zip", "f.zip"])
def test_a_member_that_does_not_unpack_is_told(tmp_path: Path, name: str) -> None:
    from casebook.errors import RuhuError
    from survey_forms.submissions.csv_in import csv_names, is_csv_export, read_csv_export

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small.csv", "SubmissionDate,KEY\n" * 200)
    content = bytearray(out.getvalue())
    content[50:56] = b"\xff" * 6  # inside the packed bytes
    path = tmp_path / name
    path.write_bytes(bytes(content))
    assert is_csv_export(path) and csv_names(path) == ["small.csv"]
    with pytest.raises(RuhuError, match="zip_member"):
        list(read_csv_export(path, "<h:html/>", "small", lambda _error: None))
