"""Killed while the log was brought into a file that had no room: what is torn there is whole in the log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from casebook.store.health import examine, whole
from casebook.store.sqlite import wal_is_safe
from tests.casebook.made_books import KEY_NAMES, KEYS, new_book, notes_in, open_book
from tests.conftest import ROOT

_TORN = """
import os, resource, sys
from pathlib import Path
from casebook.store.sqlite import DatabaseError
from tests.casebook.made_books import add_notes, open_book
book = open_book(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]) or None)
book.connection.execute("PRAGMA wal_autocheckpoint = 0")
add_notes(book, range(20, 60))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    book.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
except DatabaseError:
    print("torn", flush=True)
os.kill(os.getpid(), 9)
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL and RLIMIT_FSIZE")


@pytest.mark.skipif(not wal_is_safe(), reason="an older SQLite keeps no such log")
@pytest.mark.parametrize("key", KEYS, ids=KEY_NAMES)
def test_a_page_torn_in_the_file_and_whole_in_the_log_is_no_damage(tmp_path: Path, key: bytes | None) -> None:
    """The disk was full in the middle of a page, while the log was brought in, and then the process was killed."""
    folder = tmp_path / "a.ruhu"
    new_book(folder, key, notes=20).close()
    arguments = [str(folder), (key or b"").hex(), str((folder / "casebook.db").stat().st_size + 1000)]
    done = subprocess.run([sys.executable, "-c", _TORN, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-9, "torn\n"), done.stderr
    with open_book(folder, key) as book:
        assert len(notes_in(book)) == 60
        assert whole(examine(book)), examine(book)
