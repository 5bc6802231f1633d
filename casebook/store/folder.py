"""The folder of a casebook on disk, `NAME.ruhu/`: made, recognised, its temporary folder kept clean.

`casebook.db` facts and views, `keys/` (the key file of an encrypted one), `backups/`, `tmp/` (private, wiped at
start), `lock` (shared while the casebook is open, exclusive while it is restored or given a new key). Files are their
owner's alone.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.platform import file_lock, on_network_drive, on_read_only_medium, sync_folder

SUFFIX = ".ruhu"
DATABASE = "casebook.db"
BACKUPS = "backups"
KEYS = "keys"
KEY_ENDING = ".keys"
TEMPORARY = "tmp"
LOCK = "lock"

_FOLDERS = (BACKUPS, TEMPORARY)
_WAIT = 5.0  # seconds until a wipe of the temporary folder by another process has ended


def folder_named(name: Path) -> Path:
    """The folder a user means: with `.ruhu` where the name lacks it, itself where it already is a casebook."""
    if name.suffix == SUFFIX or (name / DATABASE).exists():
        return name
    return name.parent / f"{name.name}{SUFFIX}"


def make_folder(path: Path) -> None:
    """Make an empty casebook folder; one whose making was broken off is taken over.

    Raises RuhuError (usage) when something else is there, (unusable) for a network drive, a read-only medium, a folder
    above that is missing or may not be written.
    """
    place = Place(file=path.name)
    refuse_drive(path)
    refuse_taken(path)
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
        for name in _FOLDERS:
            (path / name).mkdir(mode=0o700, exist_ok=True)
        private_file(path / DATABASE)  # SQLite gives its log files the same permissions
    except FileNotFoundError:
        what, remedy = _("上一级文件夹不存在"), _("请先建好它，或换一个位置")
        raise RuhuError("no_folder", what, remedy, place) from None
    except OSError as error:
        raise no_permission(path) from error
    sync_folder(path)
    sync_folder(path.parent)


def refuse_taken(path: Path) -> None:
    """Raises RuhuError (usage) when something is there that is no casebook whose making was broken off."""
    if path.exists() and not _unfinished(path):
        what, remedy = _("这里已经有一个案卷或别的东西了"), _("请换一个名字；要打开已有的案卷，用 ruhu open")
        raise RuhuError("folder_taken", what, remedy, Place(file=path.name), category="usage")


def refuse_inside_a_casebook(path: Path) -> None:
    """A casebook's folder is not for other files: they would be taken for part of it. Raises RuhuError (usage)."""
    whole = path.resolve()
    if any((folder / DATABASE).is_file() for folder in (whole, *whole.parents)):
        what, place = _("这是案卷的文件夹，不能往里写"), Place(file=path.name or str(path))
        raise RuhuError("output_in_casebook", what, _("请换一个位置"), place, "usage")


def check_folder(path: Path) -> None:
    """Is this a casebook that can be opened here? Raises RuhuError saying why not; the database itself is not read."""
    try:
        _check_folder(path)
    except PermissionError as error:
        raise no_permission(path) from error


def _check_folder(path: Path) -> None:
    place = Place(file=path.name or str(path))
    if not path.exists():
        what, remedy = _("没有这个案卷"), _("请检查路径；新建案卷用 ruhu new")
        raise RuhuError("no_casebook", what, remedy, place)
    if path.is_file():
        what = _("这是一个文件，案卷是一个以 .ruhu 结尾的文件夹")
        raise RuhuError("not_a_casebook", what, _("请给出那个文件夹；备份文件用 ruhu restore 恢复"), place)
    check_place(path)
    database = path / DATABASE
    if not database.exists():
        what = _("这个文件夹不是案卷")
        raise RuhuError("not_a_casebook", what, _("案卷文件夹里应有 casebook.db"), place)
    if database.stat().st_size == 0:
        what = _("这个案卷没有建成，里面是空的")
        raise RuhuError("not_finished", what, _("请用 ruhu new 再建一次，名字可以不变"), place)
    if not os.access(database, os.R_OK | os.W_OK):
        raise no_permission(path)
    for name in _FOLDERS:
        with contextlib.suppress(FileExistsError):
            (path / name).mkdir(mode=0o700)


def check_place(path: Path) -> None:
    """Raises RuhuError (unusable) for a folder whose disk is no place for a casebook, or that may not be written."""
    refuse_drive(path)
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise no_permission(path)


def refuse_drive(path: Path) -> None:
    """Raises RuhuError (unusable) for a network drive and for a disk that takes no writing, like a CD."""
    place = Place(file=path.name or str(path))
    if on_network_drive(path):
        what = _("案卷不能放在网络盘上：那里锁不住文件，会丢数据")
        raise RuhuError("network_drive", what, _("请拷到本机硬盘上再开"), place)
    if on_read_only_medium(path if path.exists() else path.parent):
        what = _("这个盘是只读的，案卷打不开")
        raise RuhuError("read_only_medium", what, _("请把整个案卷文件夹拷到本机硬盘上再开"), place)


def wipe_temporary(path: Path) -> bool:
    """Remove what killed processes left in `tmp/`. False, and nothing removed, while another process works in it."""
    folder = path / TEMPORARY
    try:
        with file_lock(folder / LOCK, timeout=0):
            for entry in folder.iterdir():
                if entry.name == LOCK:
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry, ignore_errors=True)
                else:
                    with contextlib.suppress(OSError):
                        entry.unlink()
    except RuhuError:
        return False
    return True


@contextlib.contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """A private folder inside the casebook's own disk, for files on their way; gone at the end of the block, or, after
    a kill, when the casebook is next opened."""
    with file_lock(path / TEMPORARY / LOCK, shared=True, timeout=_WAIT):
        folder = path / TEMPORARY / secrets.token_hex(4)
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise no_permission(path) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def leftovers(path: Path) -> list[str]:
    """Names of what lies in `tmp/`."""
    with contextlib.suppress(OSError):
        return sorted(entry.name for entry in (path / TEMPORARY).iterdir() if entry.name != LOCK)
    return []


def private_file(path: Path) -> Path:
    """Make an empty file, where there is none, that only its owner can read."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return path


def no_permission(path: Path) -> RuhuError:
    """The refusal of a folder that this account may not use."""
    what, remedy = _("没有权限读写这个案卷文件夹"), _("请检查文件夹的权限，或换一个位置")
    return RuhuError("no_permission", what, remedy, Place(file=path.name or str(path)))


def _unfinished(path: Path) -> bool:
    """Whether a folder holds nothing, or what `make_folder` makes and nothing in it but keys to nothing."""
    if not path.is_dir():
        return False
    try:
        for entry in path.iterdir():
            if entry.name in (*_FOLDERS, KEYS):
                if any(inner.name != LOCK and inner.suffix != KEY_ENDING for inner in entry.iterdir()):
                    return False
            elif entry.name not in (DATABASE, LOCK) or entry.stat().st_size:
                return False
    except OSError:
        return False
    return True
