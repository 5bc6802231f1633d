"""Whatever leaves a casebook, as a file or on the screen, stands in the access log first; and an anchor is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casebook.store.access import newest, way_and_name
from casebook.store.anchor import check_anchor, read_anchor
from casebook.store.casebook import open_casebook
from casebook.store.device_keys import new_keys, public_keys
from casebook.store.devices import Device, tell_device
from exports.formats.write import format_text
from tests.conftest import RunRuhu
from tests.exports.upload.made_passed import WAITING, passed_book, small_format
from tui.all_views import VIEWS
from tui.commands.app import command

PERSON = "王大山的编号"
FILES: dict[str, tuple[tuple[str, ...], list[tuple[str, str]]]] = {
    "export": (
        ("小表.toml", "-o", "上报"),
        [("exported", "batch"), ("exported", "batch"), ("exported", "left_out")],
    ),
    "batch show": (("1", "-o", "又"), [("exported", "batch")] * 3),
    "audit findings": (("-o", "疑点.xlsx"), [("exported", "findings")]),
    "audit links": (("-o", "对应.csv"), [("exported", "links")]),
    "survey print": ((WAITING, "-o", "表.xlsx"), [("exported", "forms")]),
    "survey export": (("-o", "答卷.zip", "--format", "odk-csv"), [("exported", "submissions")]),
    "log export": (("-o", "日志.xlsx"), [("exported", "log")]),
    "backup": (("-o", "备份.db"), [("exported", "backup")]),
    "packet make": (("--to", "lap3"), [("exported", "packet")]),
    "held": ((PERSON, "-o", "本人.xlsx"), [("looked_up", ""), ("exported", "held")]),
}
"""Commands that write files: what they are called with, and what the access log holds of it."""

SHOWN: tuple[tuple[tuple[str, ...], list[tuple[str, str]]], ...] = (
    (("audit", "links"), [("exported", "links")]),
    (("survey", "fill", WAITING, "--answers", "空.jsonl"), [("opened", "")]),
    (("survey", "review", "H001"), [("opened", "")]),
    (("audit", "findings", "--status", "all", "--json"), []),
    (("survey", "list", "--json"), []),
    (("batch", "show", "1", "--json"), []),
    (("export", "小表.toml", "--dry-run", "--json"), []),
    (("log", "list", "-n", "1000", "--json"), []),
)
"""Commands that print; those that leave no entry print nobody's number."""

NOBODYS = ("formats list", "device invite", "device join")
"""Commands that write files of nobody's data: columns of a format; public keys."""

_WRITES = {"-o", "--output", "--save", "--keep"}
_NUMBER = re.compile(r"(?<!\w)\d{17}[\dXx](?!\w)")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that opens a casebook, with its name."""

    def inner(group: Any, before: str) -> Iterator[tuple[str, Any]]:
        for name, one in group.commands.items():
            if hasattr(one, "commands"):
                yield from inner(one, f"{before}{name} ")
            elif any(param.name == "casebook" for param in one.params):
                yield before + name, one

    return inner(command(), "")


def test_every_command_that_writes_files_is_known() -> None:
    writing = {name for name, one in commands() if _WRITES & {opt for param in one.params for opt in param.opts}}
    assert writing == {*FILES, *NOBODYS}


@pytest.fixture
def called(tmp_path: Path, run_ruhu: RunRuhu) -> Callable[..., tuple[str, str, list[tuple[str, str]]]]:
    """`called("held", …)`: stdout, stderr and what it left in the access log."""
    passed_book(tmp_path)
    (tmp_path / "小表.toml").write_text(format_text(small_format()), "utf-8")
    (tmp_path / "空.jsonl").write_text("")
    seen = 0
    with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
        sign, seal = public_keys(new_keys("f" * 16))
        tell_device(book, Device("f" * 16, "lap3", sign=sign, seal=seal))
        (person,) = book.connection.execute("SELECT DISTINCT person FROM listed WHERE name = '王大山'").fetchone()

    def run(*arguments: str) -> tuple[str, str, list[tuple[str, str]]]:
        nonlocal seen
        told = [person if one == PERSON else one for one in arguments]
        done = run_ruhu(*told, "-c", tmp_path / "县.ruhu", "--user", "刘敏")
        assert done.returncode <= 1, done.stderr
        with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
            new = [one for one in reversed(newest(book.connection)) if one.n > seen]
            seen = new[-1].n if new else seen
            for line in re.findall("^锚：(.*)$", done.stderr, re.MULTILINE):
                assert check_anchor(book.connection, read_anchor(line)).standing == "holds"
        return done.stdout, done.stderr, [(one.what, way_and_name(one.subject)[0]) for one in new]

    return run


def test_nothing_leaves_unseen(called: Callable[..., tuple[str, str, list[tuple[str, str]]]]) -> None:
    for name, (arguments, expected) in FILES.items():
        _out, err, found = called(*name.split(), *arguments)
        assert found == expected, name
        assert "\n锚：" in f"\n{err}", name
    for told, expected in SHOWN:
        out, _err, found = called(*told)
        assert found == expected, told
        assert found or not _NUMBER.search(out), told
