"""Drives, locks and the program's own folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import platform, recent
from casebook.store.platform import file_lock, on_network_drive
from tests.conftest import ROOT

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's table of mounts")


def mounts(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text("22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n" + "".join(f"{line}\n" for line in lines))
    return path


@linux_only
@pytest.mark.parametrize(
    ("kind", "network"),
    [
        ("nfs4", True),
        ("cifs", True),
        ("smb3", True),
        ("fuse.sshfs", True),
        ("fuse.davfs2", True),
        ("afs", True),
        ("9p", False),
        ("ext4", False),
        ("vfat", False),
        ("fuseblk", False),
        ("overlay", False),
    ],
)
def test_network_drives_are_told_by_their_filesystem(tmp_path: Path, kind: str, network: bool) -> None:
    table = mounts(tmp_path, f"90 22 0:50 / /mnt/share rw,noatime master:1 - {kind} server:/x rw,vers=4.2")
    assert on_network_drive(Path("/mnt/share/金口河.ruhu"), table) is network
    assert on_network_drive(Path("/mnt/share"), table) is network
    assert on_network_drive(Path("/mnt/shared/金口河.ruhu"), table) is False
    assert on_network_drive(tmp_path, table) is False


@linux_only
def test_the_longest_mount_point_counts_and_of_two_the_later(tmp_path: Path) -> None:
    table = mounts(
        tmp_path,
        r"90 22 0:50 / /mnt/a\040b rw - nfs server:/x rw",
        r"91 90 8:1 / /mnt/a\040b/disk rw - ext4 /dev/sdb rw",
        "92 22 8:2 / /mnt/c rw - ext4 /dev/sdc rw",
        "93 22 0:51 / /mnt/c rw - cifs //server/x rw",
        "a line of another kernel",
    )
    assert on_network_drive(Path("/mnt/a b/x.ruhu"), table)
    assert not on_network_drive(Path("/mnt/a b/disk/x.ruhu"), table)
    assert on_network_drive(Path("/mnt/c/x.ruhu"), table)


@linux_only
def test_a_link_to_a_network_drive_and_a_root_on_one(tmp_path: Path) -> None:
    table = mounts(tmp_path, f"90 22 0:50 / {tmp_path}/far rw - nfs server:/x rw")
    (tmp_path / "near").symlink_to(tmp_path / "far")
    assert on_network_drive(tmp_path / "near" / "x.ruhu", table)
    table.write_text("22 1 0:9 / / rw - nfs server:/root rw\n")
    assert on_network_drive(tmp_path, table)
    assert not on_network_drive(tmp_path, tmp_path / "no such table")


def test_free_space_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    free = platform.free_bytes(tmp_path)
    assert free is not None
    assert free > 0
    assert platform.free_bytes(tmp_path / "none") is None


def test_reading_back_gives_size_and_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert platform.read_back(tmp_path / "a") == (3, digest)


def test_locks_are_shared_or_alone(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with file_lock(lock, shared=True), file_lock(lock, shared=True, timeout=0):
        with pytest.raises(RuhuError) as caught, file_lock(lock, timeout=0):
            pass
        assert (caught.value.code, caught.value.category) == ("casebook_locked", "locked")
    with file_lock(lock, timeout=0), pytest.raises(RuhuError), file_lock(lock, shared=True, timeout=0):
        pass
    with file_lock(lock, timeout=0):
        pass


def test_a_lock_is_waited_for_and_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom casebook.store.platform import file_lock\n"
        "with file_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        began = time.monotonic()
        with pytest.raises(RuhuError), file_lock(tmp_path / "lock", timeout=0.2):
            pass
        assert time.monotonic() - began >= 0.2
        holder.kill()
        with file_lock(tmp_path / "lock", timeout=5):
            pass


def test_a_lock_where_no_file_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(RuhuError) as caught, file_lock(tmp_path / "none" / "lock"):
        pass
    assert caught.value.category == "unusable"


def test_an_error_inside_the_lock_passes_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), file_lock(tmp_path / "lock"):
        (tmp_path / "none").read_bytes()
    with file_lock(tmp_path / "lock", timeout=0):
        pass


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    return tmp_path / "state" / "ruhu"


def test_the_casebook_opened_last(tmp_path: Path, state: Path) -> None:
    assert recent.last_opened() is None
    recent.remember(tmp_path / "甲县.ruhu")
    recent.remember(tmp_path / "乙县.ruhu")
    assert recent.last_opened() == tmp_path / "乙县.ruhu"
    assert os.listdir(state) == ["recent.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"casebook": 3}', b'{"casebook": ""}', b"\xff\xfe", b"null"])
def test_a_broken_note_is_no_note(state: Path, content: bytes) -> None:
    state.mkdir(parents=True)
    (state / "recent.json").write_bytes(content)
    assert recent.last_opened() is None


def test_a_machine_that_cannot_keep_the_note_works_on(tmp_path: Path, state: Path) -> None:
    state.parent.mkdir()
    state.write_text("a file where the folder should be")
    recent.remember(tmp_path)
    assert recent.last_opened() is None
