"""kill -9 at any moment of a backup or a restore: what stands is whole, the old or the new."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from casebook.store.backup import back_up, examined, kept_backups
from casebook.store.casebook import Casebook
from casebook.store.folder import leftovers
from casebook.store.sqlite import connect
from casebook.store.verify import verify
from tests.casebook.made_books import KEYS, VIEWS, add_notes, new_book, notes_in, open_book
from tests.conftest import ROOT

KILLS = 4
BULK = "x" * 20_000
OLD = (109, list(range(6)))
"""Facts and notes of the book: two that make it, a hundred bulky ones, six notes, and one because its folder is a copy.
"""
NEW = (106, list(range(3)))
"""Those of its backup, and the restoring itself."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")

_BEGIN = (
    "import sys\nfrom pathlib import Path\nfrom casebook.store.backup import back_up\n"
    "from casebook.store.restore import restore\nfrom tests.casebook.made_books import VIEWS, open_book\n"
    "folder, backup, key = Path(sys.argv[1]), Path(sys.argv[2]), bytes.fromhex(sys.argv[3]) or None\n"
)
_BACK_UP = _BEGIN + "book = open_book(folder, key)\nprint('go', flush=True)\nwhile True: back_up(book)\n"
_RESTORE = _BEGIN + (
    "print('go', flush=True)\nrestore(folder, backup, author='甲', views=VIEWS, key=key)\n"
    "print('done', flush=True)\nsys.stdin.read()\n"
)


def begun(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    """The program, at the point where the work begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"go\n"
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.kill()


def big_book(folder: Path, key: bytes | None) -> Path:
    """A casebook of two megabytes with a backup of notes 0 to 2 outside, and notes 3 to 5 after it."""
    with new_book(folder, key, notes=3) as book:
        with book.writing() as writing:
            for _n in range(100):
                writing.append("bulk", {"text": BULK})
        backup = back_up(book, folder.with_suffix(".db")).path
        add_notes(book, range(3, 6))
    return backup


def test_in_the_middle_of_backups(tmp_path: Path) -> None:
    seed = random.Random(1)
    key = KEYS[1]
    folder = tmp_path / "a.ruhu"
    backup = big_book(folder, key)
    seen = 0
    for n in range(KILLS):
        process = begun(_BACK_UP, folder, backup, (key or b"").hex())
        while not kept_backups(folder) and process.poll() is None:
            time.sleep(0.005)
        time.sleep(seed.uniform(0, 0.1))  # into one of the next
        kill(process)
        for kept in kept_backups(folder):
            work = tmp_path / f"work{n}-{kept.path.stem}"
            work.mkdir()
            shutil.copyfile(kept.path, work / "casebook.db")
            with Casebook(work, "甲", VIEWS, key) as copy:
                assert examined(copy.whole, "").broken == ()
                assert notes_in(copy) == list(range(6))
            shutil.rmtree(work)
            kept.path.unlink()
            seen += 1
        assert list((folder / "backups").iterdir()) == []  # and nothing that is not a backup
        with open_book(folder, key) as book:
            assert verify(book.connection).broken == ()
            assert leftovers(folder) == []
    assert seen >= KILLS


@pytest.mark.parametrize("key", KEYS, ids=("plain", "keyed"))
def test_in_the_middle_of_restores(tmp_path: Path, key: bytes | None) -> None:
    seed = random.Random(2)
    pristine = tmp_path / "a.ruhu"
    backup = big_book(pristine, key)
    folder = tmp_path / "b.ruhu"
    shutil.copytree(pristine, folder)
    process = begun(_RESTORE, folder, backup, (key or b"").hex())
    began = time.monotonic()
    assert process.stdout is not None
    assert process.stdout.readline() == b"done\n"
    whole = time.monotonic() - began
    kill(process)
    for _n in range(KILLS):
        shutil.rmtree(folder)
        shutil.copytree(pristine, folder)
        process = begun(_RESTORE, folder, backup, (key or b"").hex())
        time.sleep(seed.uniform(0, whole))
        kill(process)
        with closing(connect(folder / "casebook.db", key)) as connection:
            assert examined(connection, "").broken == ()
        with open_book(folder, key) as book:
            (facts,) = book.connection.execute("SELECT count(*) FROM envelope").fetchone()
            assert (facts, notes_in(book)) in (OLD, NEW)
            assert leftovers(folder) == []
            add_notes(book, range(10, 11))
        if facts == NEW[0]:  # the old book lay in backups/ before the new one stood
            assert [kept.why for kept in kept_backups(folder)] == ["replaced"]
