"""Everything that differs between operating systems: limits of a process, permissions, durable file writes."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from casebook.errors import RuhuError

READER_MEMORY = 2 * 1024**3
"""Bytes of address space a process that reads a foreign file may take."""

NO_WINDOW = 0x08000000 if os.name == "nt" else 0
"""`creationflags` of a child process, so that no console window flashes up on Windows."""

Writer = Callable[[IO[bytes]], object]


def limit_memory(limit: int = READER_MEMORY) -> bool:
    """Limit this process's address space to `limit` bytes. False where the system has no such limit (Windows)."""
    try:
        import resource
    except ImportError:
        return False
    try:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (AttributeError, OSError, ValueError):
        return False
    return True


def forbid_core_dumps() -> bool:
    """No memory image of this process on disk when it dies. False where the system knows no such limit."""
    try:
        import resource
    except ImportError:
        return False
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (AttributeError, OSError, ValueError):
        return False
    return True


def private_files() -> None:
    """New files are readable by their owner alone (umask 077; Windows files inherit the rights of their folder)."""
    os.umask(0o077)


def peak_memory() -> int:
    """The most bytes of memory this process has held, 0 where the system does not say."""
    # Linux hands ru_maxrss of the process that started this one down; its own peak stands in /proc
    with (
        contextlib.suppress(OSError, ValueError),
        open("/proc/self/status", encoding="ascii", errors="replace") as file,
    ):
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, others kilobytes


def sync_folder(folder: Path) -> None:
    """Make new and renamed entries of a folder survive a power cut. Does nothing where folders cannot be opened."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes | Writer) -> None:
    """Write a whole file or none: a temporary file in the same folder, fsync, rename, fsync of the folder.

    `content` is the bytes, or a function that writes them to the open file it is given. The file is readable by its
    owner alone. Raises RuhuError when the disk is full, the folder is missing or may not be written, or another
    program holds the file; whatever else the writer raises passes through. The old file then stands unchanged and
    the temporary one is gone.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    name = ""
    try:
        descriptor, name = _temporary_file(target.parent)
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
            name = name or _named(file, target.parent)
        os.replace(name, target)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)  # only there when something failed
    sync_folder(target.parent)


def _temporary_file(folder: Path) -> tuple[int, str]:
    """A new file in `folder`: without a name (then "") where the system can, so that nothing of it stays when this
    process is killed; else with one."""
    import tempfile

    with contextlib.suppress(AttributeError, OSError):  # Linux alone knows such files, and not on every disk
        return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), ""
    return tempfile.mkstemp(prefix=".ruhu-", suffix=".tmp", dir=folder)


def _named(file: IO[bytes], folder: Path) -> str:
    """Give a file without a name one; where it cannot have one, its bytes go into a new file. Returns the name."""
    import secrets
    import shutil
    import tempfile

    name = str(folder / f".ruhu-{secrets.token_hex(8)}.tmp")
    with contextlib.suppress(OSError):
        there = os.open(folder, os.O_RDONLY)
        try:
            # with a folder's descriptor Python follows the link in /proc to the file itself
            os.link(f"/proc/self/fd/{file.fileno()}", name, src_dir_fd=there, follow_symlinks=True)
            return name
        finally:
            os.close(there)
    descriptor, name = tempfile.mkstemp(prefix=".ruhu-", suffix=".tmp", dir=folder)
    file.seek(0)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
    except OSError:
        os.unlink(name)
        raise
    return name


def _not_written(path: Path, error: OSError) -> RuhuError:
    from casebook.errors import Place, RuhuError
    from casebook.language import _

    place = Place(file=path.name)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG):
        return RuhuError("disk_full", _("磁盘已满，文件没有写出"), _("请清理磁盘或换一个位置再试"), place)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return RuhuError("no_folder", _("要写入的文件夹不存在"), _("请先建好文件夹，或换一个位置"), place)
    if error.errno == errno.EISDIR or path.is_dir():
        return RuhuError("is_folder", _("这是一个文件夹，不能当作文件写"), _("请给出文件名"), place)
    return RuhuError(
        "not_writable",
        _("文件写不进去"),
        _("请关掉正在打开它的程序，检查文件夹的写入权限，或换一个位置"),
        place,
    )
