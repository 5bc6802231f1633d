"""Everything that differs between operating systems: limits of a process, permissions, durable file writes, locks,
drives."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from casebook.errors import RuhuError

READER_MEMORY = 2 * 1024**3
"""Bytes of address space a process that reads a foreign file may take."""

NO_WINDOW = 0x08000000 if os.name == "nt" else 0
"""`creationflags` of a child process, so that no console window flashes up on Windows."""

Writer = Callable[[IO[bytes]], object]

NETWORK_FILESYSTEMS = frozenset(
    name
    for names in (
        "nfs nfs4 cifs smb3 smbfs smb2 afs ncpfs ncp afpfs webdav davfs davfs2 ceph glusterfs lustre beegfs ocfs2 gfs2",
        "fuse.sshfs fuse.davfs fuse.davfs2 fuse.smbnetfs fuse.rclone fuse.curlftpfs fuse.gvfsd-fuse fuse.s3fs",
        "fuse.glusterfs fuse.ceph fuse.nfs fuse.gcsfuse fuse.mfs fuse.juicefs",
    )
    for name in names.split()
)
"""Names Linux gives to filesystems that live on another machine: SQLite's locks do not hold there."""

_WAIT_BETWEEN = 0.05  # seconds between two tries for a lock
_OCTAL = re.compile(r"\\([0-7]{3})")


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
            placed = not name and _linked(file, target)
            if not placed:
                name = name or _named(file, target.parent)
        if not placed:
            os.replace(name, target)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)  # only there when something failed
    sync_folder(target.parent)


def move_file(source: Path, target: Path) -> None:
    """Give a file another name on the same disk, in the place of any that has it, so that it survives a power cut.

    Raises RuhuError as `write_atomically` does.
    """
    try:
        os.replace(source, target)
    except OSError as error:
        raise _not_written(target, error) from error
    sync_folder(target.parent)


def _temporary_file(folder: Path) -> tuple[int, str]:
    """A new file in `folder`: without a name (then "") where the system can, so that nothing of it stays when this
    process is killed; else with one."""
    import tempfile

    with contextlib.suppress(AttributeError, OSError):  # Linux alone knows such files, and not on every disk
        return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), ""
    return tempfile.mkstemp(prefix=".ruhu-", suffix=".tmp", dir=folder)


def _linked(file: IO[bytes], path: Path) -> bool:
    """Give a file without a name this one, if nothing has it: no other name is left behind by a process that is killed
    meanwhile. False where that can't be done."""
    with contextlib.suppress(OSError):
        there = os.open(path.parent, os.O_RDONLY)
        try:
            # with a folder's descriptor Python follows the link in /proc to the file itself
            os.link(f"/proc/self/fd/{file.fileno()}", path, src_dir_fd=there, follow_symlinks=True)
            return True
        finally:
            os.close(there)
    return False


def _named(file: IO[bytes], folder: Path) -> str:
    """Give a file without a name one; where it cannot have one, its bytes go into a new file. Returns the name."""
    import secrets
    import shutil
    import tempfile

    name = str(folder / f".ruhu-{secrets.token_hex(8)}.tmp")
    if _linked(file, Path(name)):
        return name
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
    if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO):
        what, remedy = _("磁盘读写出错，文件没有写出"), _("请检查 U 盘还在不在，或换一个盘再试")
        return RuhuError("disk_error", what, remedy, place)
    if error.errno == errno.EISDIR or path.is_dir():
        return RuhuError("is_folder", _("这是一个文件夹，不能当作文件写"), _("请给出文件名"), place)
    return RuhuError(
        "not_writable",
        _("文件写不进去"),
        _("请关掉正在打开它的程序，检查文件夹的写入权限，或换一个位置"),
        place,
    )


def read_back(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file as the disk gives it back: what the system still holds in memory is let go first,
    where it knows how."""
    import hashlib

    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        with contextlib.suppress(AttributeError, OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def sync_file(path: Path) -> None:
    """Make a file that another library wrote survive a power cut."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def state_folder() -> Path:
    """Where the program keeps what belongs to no casebook: `%LOCALAPPDATA%\\ruhu`, or `ruhu` under `XDG_STATE_HOME`
    (else `~/.local/state`)."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
    else:
        base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return Path(base) / "ruhu"


def free_bytes(path: Path) -> int | None:
    """Bytes a file in this folder may still take, None where the system does not say."""
    import shutil

    try:
        return shutil.disk_usage(path).free
    except OSError:
        return None


def on_read_only_medium(path: Path) -> bool:
    """Whether the disk that holds `path` takes no writing at all. False where the system does not say (Windows)."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):
        return False


def on_network_drive(path: Path, mountinfo: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether a path, there already or not, lies on another machine's disk. False where the system does not say.

    Windows: a UNC path or a mapped drive (not tried on a real one); Linux: the kind of filesystem in `mountinfo`;
    macOS: a mount that is not local (not tried either).
    """
    if sys.platform == "win32":
        return _windows_network_drive(path)
    if sys.platform == "darwin":
        return _remote_mount(path)
    return _filesystem(path, mountinfo) in NETWORK_FILESYSTEMS


def filesystem(path: Path) -> str:
    """The kind of filesystem a path lies on (`ext4`), '' where the system does not say."""
    return _filesystem(path, Path("/proc/self/mountinfo")) if sys.platform == "linux" else ""


def _filesystem(path: Path, mountinfo: Path) -> str:
    """The kind of filesystem of the longest mount point above `path`; of two on one the later counts."""
    target = os.path.realpath(path)
    best, kind = 0, ""
    try:
        lines = mountinfo.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    for line in lines:
        # 36 35 98:0 /root /mount\040point rw,noatime master:1 - nfs4 server:/share rw
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[4]).rstrip("/")
        if len(point) + 1 >= best and (target == point or target.startswith(point + "/")):
            best, kind = len(point) + 1, after.split(" ")[0]
    return kind


def _windows_network_drive(path: Path) -> bool:
    import ctypes

    remote = 4
    text = os.path.abspath(path)
    if text.startswith("\\\\"):
        return not text.startswith(("\\\\?\\", "\\\\.\\")) or text[4:8].upper() == "UNC\\"
    try:
        kind = ctypes.windll.kernel32.GetDriveTypeW(os.path.splitdrive(text)[0] + "\\")  # type: ignore[attr-defined]
    except (AttributeError, OSError):
        return False
    return bool(kind == remote)


def _remote_mount(path: Path) -> bool:
    """macOS: `statfs` of the nearest folder that is there, without the flag MNT_LOCAL."""
    import ctypes

    local, flags_at, room = 0x1000, 64, 4096  # f_flags of the 64-bit struct statfs
    target = Path(os.path.realpath(path))
    while not target.exists() and target != target.parent:
        target = target.parent
    buffer = ctypes.create_string_buffer(room)
    try:
        if ctypes.CDLL(None, use_errno=True).statfs(os.fsencode(target), buffer) != 0:
            return False
    except (AttributeError, OSError):
        return False
    return not int.from_bytes(buffer.raw[flags_at : flags_at + 4], sys.byteorder) & local


@contextlib.contextmanager
def file_lock(path: Path, shared: bool = False, timeout: float = 5.0) -> Iterator[None]:
    """Hold a lock file, with others who share it or alone, for the time of the block; it ends with the process too.

    Raises RuhuError (locked) when it is still held by another after `timeout` seconds, and (unusable) where the file
    cannot be made or the disk knows no locks.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        _wait_for_lock(descriptor, path, shared, timeout)
        yield
    finally:
        os.close(descriptor)  # gives the lock back


def _wait_for_lock(descriptor: int, path: Path, shared: bool, timeout: float) -> None:
    from casebook.errors import Place, RuhuError
    from casebook.language import _

    place = Place(file=path.parent.name)
    deadline = time.monotonic() + timeout
    try:
        while not _try_lock(descriptor, shared):
            if time.monotonic() >= deadline:
                what, remedy = _("案卷正被另一个程序占用"), _("请等它做完，或关掉正打开它的窗口再试")
                raise RuhuError("casebook_locked", what, remedy, place, category="locked")
            time.sleep(_WAIT_BETWEEN)
    except OSError as error:
        what, remedy = _("这个磁盘不支持加锁，不能放案卷"), _("请把案卷放到本机硬盘上")
        raise RuhuError("no_locks", what, remedy, place) from error


def _try_lock(descriptor: int, shared: bool) -> bool:
    """Take the lock now or not at all."""
    try:
        import fcntl
    except ImportError:
        return _try_windows_lock(descriptor, shared)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_windows_lock(descriptor: int, shared: bool) -> bool:
    """LockFileEx over the first byte; not tried on a real Windows. True where there are no locks at all."""
    try:
        import ctypes
        import msvcrt

        handle = msvcrt.get_osfhandle(descriptor)  # type: ignore[attr-defined]
        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    except (ImportError, AttributeError, OSError):
        return True
    immediately, alone = 0x1, 0x2
    overlapped = ctypes.create_string_buffer(32)  # an OVERLAPPED of zeros: from the beginning of the file
    flags = immediately if shared else immediately | alone
    return bool(kernel.LockFileEx(ctypes.c_void_p(handle), flags, 0, 1, 0, overlapped))
