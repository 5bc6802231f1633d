"""A short sample of benchmarks/torture/leaks.py: where its secrets are looked for, and what docs make people type."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from benchmarks.torture.leaks import ILLNESS, Leaks, Secrets, break_in, examples, history, prepared, steps, walk
from casebook.errors import RuhuError
from tui.commands.inputs import personal

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def test_examples_in_docs_and_help_have_no_persons_number() -> None:
    leaks = Leaks()
    history(leaks)
    assert leaks.found == []
    assert len(list(examples())) > 300


@forks
def test_nothing_is_left_behind_by_a_check_and_by_faults_inside_it(tmp_path: Path) -> None:
    leaks, secrets = Leaks(), prepared(tmp_path, 40)
    check = steps()[:1]
    walk(leaks, tmp_path, secrets, check)
    break_in(leaks, tmp_path, secrets, check, faults=2, seed=2)
    assert leaks.found == []
    assert leaks.counts["commands, code 0"] == 1 and leaks.counts["faults, told"] == 2
    assert len(secrets.texts) > 40


def test_secrets_are_found_however_they_are_written() -> None:
    secrets = Secrets((ILLNESS, "13900001111"))
    assert secrets.within(ILLNESS.encode("gb18030")) and secrets.within(ILLNESS.encode("utf-16-le"))
    assert secrets.within(b"x 13900001111 y") and secrets.within(ascii(ILLNESS).encode())
    assert not secrets.within("别的病 1390000".encode())


def test_what_is_said_of_a_person_can_come_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("99010119870322001X\n\n"))
    assert personal("李") == "李"
    assert personal("-") == "99010119870322001X"
    with pytest.raises(RuhuError, match="usage_stdin"):
        personal("-")
