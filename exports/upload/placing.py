"""Files put into a folder of the user's (放到文件夹里): looked at before, each whole or not at all, nothing lost."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.folder import refuse_inside_a_casebook
from casebook.store.platform import free_bytes, sync_folder, write_atomically

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

NamedFile = tuple[str, bytes]
_SPARE = 1 << 20
"""Bytes left free on the disk beside the files."""
_LONGEST = 60
"""Characters of a folder's name that are shown."""
_SURELY_LEFT = 60.0
"""Seconds after which a temporary file is nobody's: it has its name for the moment of a rename."""


def nobody(_path: Path) -> bool:
    """The `replaceable` of files that stand for ever."""
    return False


def place_files(folder: Path, files: Sequence[NamedFile], replaceable: Callable[[Path], bool] = nobody) -> list[Path]:
    """Write files into a folder, which is made where it is missing; one that is there with the same bytes stays.

    Raises RuhuError as `check_room` does, before anything is written, and (unusable) when the disk fails meanwhile.
    """
    check_room(folder, files, replaceable)
    try:
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)  # else a power cut takes the new folder and what lies in it
    except OSError as error:
        raise _not_writable(folder) from error
    _sweep(folder)
    for name, content in files:
        path = folder / name
        if not _same(path, content):
            write_atomically(path, content)
    return [folder / name for name, _content in files]


def hand_out(book: Casebook, batch: str, folder: Path) -> list[Path]:
    """The files of a batch, by its id, once more into a folder, as they were written.

    Raises RuhuError as `place_files`, and (unusable) for files that are damaged or on another machine.
    """
    from casebook.store.access import exported
    from exports.upload.batches import batch_files

    files = batch_files(book, batch)
    exported(book, "batch", [name for name, _content in files])
    return place_files(folder, files)


def _sweep(folder: Path) -> None:
    """Remove what a killed process of ours left; what is younger may be another's that is writing just now."""
    with contextlib.suppress(OSError):
        for left in folder.glob(".ruhu-*.tmp"):
            if left.stat().st_mtime < time.time() - _SURELY_LEFT:
                left.unlink()


def check_room(folder: Path, files: Sequence[NamedFile], replaceable: Callable[[Path], bool] = nobody) -> None:
    """Raise RuhuError where the files cannot be put: (usage) inside a casebook, on another file that is not
    `replaceable`; (unusable) nowhere to make the folder, no permission, not enough room on the disk."""
    _check_folder(folder)
    for name, content in files:
        path = folder / name
        taken = path.is_symlink() or path.exists()
        if taken and not _same(path, content) and not (path.is_file() and replaceable(path)):
            what = _("已有这个文件，内容不同，什么都没有写")
            remedy = _("请换一个文件夹，或把已有的文件移走")
            raise RuhuError("output_taken", what, remedy, Place(file=name), "usage")
    there = folder if folder.exists() else folder.parent
    _try_writing(there)
    free, wanted = free_bytes(there), sum(len(content) for _name, content in files)
    if free is not None and free < wanted + _SPARE:
        what = _("磁盘上只剩 {free} MB，要有 {wanted} MB 才写").format(
            free=_megabytes(free), wanted=_megabytes(wanted + _SPARE)
        )
        raise RuhuError("disk_full", what, _("请清理磁盘或换一个位置再试"), Place(file=folder.name))


def _check_folder(folder: Path) -> None:
    """Raise RuhuError where there is no such folder and none can be made."""
    refuse_inside_a_casebook(folder)
    place = Place(file=folder.name or str(folder))
    if folder.exists() and not folder.is_dir():
        what = _("这是一个文件，不是文件夹")
        raise RuhuError("output_folder", what, _("请给出一个文件夹，例：-o 上报"), place, "usage")
    if not folder.exists() and not folder.parent.is_dir():
        what, remedy = _("上一级文件夹不存在"), _("请先建好它，或换一个位置")
        raise RuhuError("no_folder", what, remedy, place)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[:_LONGEST] + "…"


def _try_writing(folder: Path) -> None:
    """A file made and gone again: permissions alone do not tell on every system."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".ruhu-", suffix=".tmp", dir=folder)
        os.close(descriptor)
        os.unlink(name)
    except OSError as error:
        raise _not_writable(folder) from error


def _not_writable(folder: Path) -> RuhuError:
    what = _("文件夹「{folder}」不让写").format(folder=folder.name)
    remedy = _("请检查文件夹的写入权限，或换一个位置")
    return RuhuError("not_writable", what, remedy, Place(file=folder.name))


def _same(path: Path, content: bytes) -> bool:
    """Whether a file is there with these bytes already."""
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f}"
