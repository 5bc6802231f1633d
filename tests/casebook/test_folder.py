"""The casebook's folder: made, refused, its temporary folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store import folder as folders
from casebook.store.folder import check_folder, folder_named, leftovers, make_folder, temporary_folder, wipe_temporary
from tests.casebook.made_books import new_book, open_book

not_as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")


def refusal(path: Path, make: bool = False) -> RuhuError:
    with pytest.raises(RuhuError) as caught:
        (make_folder if make else check_folder)(path)
    assert caught.value.what
    assert caught.value.remedy
    assert caught.value.place.file == path.name
    return caught.value


def test_a_casebook_is_private_from_the_start(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        book = new_book(tmp_path / "试验.ruhu", notes=1)
    finally:
        os.umask(before)
    for path in (book.folder, *book.folder.iterdir(), *(book.folder / "tmp").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert {path.name for path in book.folder.iterdir()} >= {"casebook.db", "backups", "tmp", "lock"}
    book.close()


def test_what_is_no_casebook_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path / "无.ruhu").code == "no_casebook"
    (tmp_path / "x.ruhu").mkdir()
    assert refusal(tmp_path / "x.ruhu").code == "not_a_casebook"
    (tmp_path / "文件.ruhu").write_bytes(b"x")
    assert refusal(tmp_path / "文件.ruhu").code == "not_a_casebook"
    (tmp_path / "x.ruhu" / "casebook.db").write_bytes(b"")
    assert refusal(tmp_path / "x.ruhu").code == "not_finished"
    assert all(refusal(tmp_path / name).category == "unusable" for name in ("无.ruhu", "x.ruhu", "文件.ruhu"))


def test_a_taken_name_is_refused_and_a_broken_off_making_is_not(tmp_path: Path) -> None:
    make_folder(tmp_path / "a.ruhu")
    make_folder(tmp_path / "a.ruhu")
    (tmp_path / "a.ruhu" / "casebook.db").write_bytes(b"x")
    error = refusal(tmp_path / "a.ruhu", make=True)
    assert (error.code, error.category) == ("folder_taken", "usage")
    (tmp_path / "b.ruhu").mkdir()
    (tmp_path / "b.ruhu" / "照片.jpg").write_bytes(b"x")
    assert refusal(tmp_path / "b.ruhu", make=True).code == "folder_taken"
    assert refusal(tmp_path / "none" / "c.ruhu", make=True).code == "no_folder"


@pytest.mark.parametrize("make", [True, False])
def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: bool) -> None:
    path = tmp_path / "试验.ruhu"
    if not make:
        new_book(path).close()
    monkeypatch.setattr(folders, "on_network_drive", lambda where: where == path)
    assert refusal(path, make).code == "network_drive"
    assert path.exists() is not make


def test_a_read_only_medium_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "试验.ruhu"
    new_book(path).close()
    monkeypatch.setattr(folders, "on_read_only_medium", lambda where: where == path)
    assert refusal(path).code == "read_only_medium"


@not_as_root
def test_a_folder_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "试验.ruhu"
    new_book(path).close()
    path.chmod(0o500)
    try:
        assert refusal(path).code == "no_permission"
    finally:
        path.chmod(0o700)


def test_names_without_the_ending(tmp_path: Path) -> None:
    assert folder_named(Path("x/金口河")) == Path("x/金口河.ruhu")
    assert folder_named(Path("金口河.ruhu")) == Path("金口河.ruhu")
    assert folder_named(Path("v1.2")) == Path("v1.2.ruhu")
    new_book(tmp_path / "旧名").close()
    assert folder_named(tmp_path / "旧名") == tmp_path / "旧名"


def test_what_a_killed_process_left_is_wiped_at_start(tmp_path: Path) -> None:
    path = tmp_path / "试验.ruhu"
    new_book(path).close()
    (path / "tmp" / "ab12").mkdir()
    (path / "tmp" / "ab12" / "疑点.xlsx").write_bytes(b"x")
    (path / "tmp" / "left").write_bytes(b"x")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"x")
    (path / "tmp" / "link").symlink_to(outside)
    assert leftovers(path) == ["ab12", "left", "link"]
    open_book(path).close()
    assert leftovers(path) == []
    assert (outside / "kept").exists()


def test_a_folder_in_use_is_not_wiped(tmp_path: Path) -> None:
    path = tmp_path / "试验.ruhu"
    new_book(path).close()
    with temporary_folder(path) as work:
        (work / "half").write_bytes(b"x")
        assert not wipe_temporary(path)
        with open_book(path), temporary_folder(path) as other:
            assert other != work
        assert (work / "half").exists()
    assert leftovers(path) == []
    assert wipe_temporary(path)
