"""Samples of benchmarks/torture/{everything,power_cuts,mishaps}.py: whatever happens, nothing promised is lost."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.torture.everything import full_disks, kills
from benchmarks.torture.mishaps import together
from benchmarks.torture.power_cuts import cut, files, recorded
from benchmarks.torture.recording import available
from benchmarks.torture.tortured import BOOK, begin
from casebook.errors import RuhuError
from casebook.store.folder import DATABASE
from casebook.store.health import examine, whole
from tests.casebook.made_books import add_notes, new_book, notes_in, open_book

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL and RLIMIT_FSIZE")
recording = pytest.mark.skipif(not available(), reason="needs strace")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted casebook with everything in it; each test works on copies."""
    folder = tmp_path_factory.mktemp("begun")
    begin(folder, 60, keyed=True)
    return folder


def test_killed_at_any_moment_nothing_promised_is_lost(begun: Path, tmp_path: Path) -> None:
    assert kills(begun, tmp_path, 1, 7, ("import", "answer", "export", "take"), strace=False) == []


def test_without_room_nothing_promised_is_lost(begun: Path, tmp_path: Path) -> None:
    assert full_disks(begun, tmp_path, 1, 7, ("import", "export")) == []


@recording
def test_a_power_cut_takes_nothing_that_was_saved(begun: Path, tmp_path: Path) -> None:
    safe = recorded(begun, tmp_path / "safe", "answer", 7)
    assert [wrong for wrong in cut(safe, "answer", 10, 7) if wrong] == []
    unsafe = recorded(begun, tmp_path / "unsafe", "answer", 7, "--synchronous", "OFF")
    assert [wrong for wrong in cut(unsafe, "answer", 6, 7) if wrong] != []


@recording
def test_a_power_cut_breaks_no_file(tmp_path: Path) -> None:
    assert files(tmp_path, 60, 7) == []


def test_several_programs_at_once_keep_out_of_each_others_way(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casebook.store.restore.WAIT", 0.1)
    monkeypatch.setattr("casebook.store.keys.rekey.WAIT", 0.1)
    assert together(begun, tmp_path, random.Random(7), {"decide": 5, "answer": 5, "take": 1, "backup": 1}) == []


def test_a_copy_made_while_it_was_open_is_refused_or_doctor_tells(tmp_path: Path) -> None:
    """One page of an earlier moment in a file of a later one, each page in turn."""
    folder, copy = tmp_path / BOOK, tmp_path / "copy" / BOOK
    with new_book(folder, notes=10) as book:
        moments = []
        for more in (range(0), range(10, 60)):
            add_notes(book, more)
            book.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            moments.append((folder / DATABASE).read_bytes())
    early, late = moments
    outcomes: Counter[str] = Counter()
    for at in range(0, len(early), 4096):
        if early[at : at + 4096] == late[at : at + 4096]:
            continue
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        (copy / DATABASE).write_bytes(late[:at] + early[at : at + 4096] + late[at + 4096 :])
        try:
            with open_book(copy) as found:
                outcomes["whole" if whole(examine(found)) else "told by doctor"] += 1
                assert notes_in(found) == list(range(60)) or not whole(examine(found))
        except RuhuError as error:
            outcomes[error.code] += 1
    assert outcomes["copied_while_open"] > outcomes["told by doctor"], outcomes
