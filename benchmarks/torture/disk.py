"""A disk that forgets: the files of a folder through a recorded series of calls, and what a power cut leaves of them.

Only what was synced is sure. Of the rest each change survives or not by chance, on its own: a write as a whole, not at
all, or torn at sectors of 512 bytes; a change of a file's length; a new, renamed or removed name until the folder that
holds it is synced. Names are worse off here than on the file systems that keep them in order (ext4, NTFS): what stands
this stands those. A name never points to nothing: a rename between folders may leave the file under both names, not
under none.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.torture.recording import Argument, Call, lines_told

SECTOR = 512
_TOGETHER = (0.0, 0.1, 0.5, 0.9, 1.0)
"""How likely a change survives: one of these for a whole cut, so that all and nothing come often enough."""


@dataclass
class File:
    """`content` as processes see it; `sure` as it was synced last; since then `changes`: (where, bytes) written, or
    (length, None) cut or stretched."""

    content: bytearray = field(default_factory=bytearray)
    sure: bytes = b""
    changes: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, at: int, written: bytes) -> None:
        if len(self.content) < at:
            self.content.extend(bytes(at - len(self.content)))
        self.content[at : at + len(written)] = written
        self.changes.append((at, written))

    def cut(self, length: int) -> None:
        _set_length(self.content, length)
        self.changes.append((length, None))

    def sync(self) -> None:
        self.sure, self.changes = bytes(self.content), []

    def survived(self, rng: random.Random, likely: float) -> bytes:
        left = bytearray(self.sure)
        for at, written in self.changes:
            if written is None:
                if rng.random() < likely:
                    _set_length(left, at)
                continue
            torn = rng.random() < 0.5
            whole = rng.random() < likely
            for start, end in _sectors(at, len(written)):
                if (rng.random() < likely) if torn else whole:
                    if len(left) < start:
                        left.extend(bytes(start - len(left)))
                    left[start:end] = written[start - at : end - at]
        return bytes(left)


def _set_length(content: bytearray, length: int) -> None:
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def _sectors(at: int, length: int) -> Iterator[tuple[int, int]]:
    """The parts of a write that reach the disk as a whole each."""
    start = at
    while start < at + length:
        end = min((start // SECTOR + 1) * SECTOR, at + length)
        yield start, end
        start = end


@dataclass
class Folder:
    """Names as processes see them, and as they were synced last."""

    names: dict[str, File | Folder] = field(default_factory=dict)
    sure: dict[str, File | Folder] = field(default_factory=dict)


Node = File | Folder


@dataclass
class Renamed:
    """A change of names not synced yet: in each folder, name → what it points to now (None: nothing). Those that point
    to something come first, and must be there for the others to be."""

    parts: list[tuple[Folder, str, Node | None]]


class Disk:
    """A folder of the real disk as it is, then every call that is played on it."""

    def __init__(self, top: Path) -> None:
        self.top = str(top)
        self.root = _read(top)
        self.pending: list[Renamed] = []
        self._nameless: dict[str, File] = {}
        self._by_number: dict[int, File] = {}
        self._offsets: dict[str, int] = {}

    def play(self, call: Call) -> bool:
        """Play one call; whether it changed or synced something here."""
        if lines_told(call):
            return False
        played = getattr(self, f"_{call.name}", None)
        return bool(played(call)) if played is not None else self._unknown(call)

    def survived(self, rng: random.Random, into: Path) -> None:
        """Write what a power cut at this moment leaves into an empty folder."""
        likely = rng.choice(_TOGETHER)
        names: dict[int, dict[str, Node]] = {}
        for change in self.pending:
            there = rng.random() < likely
            for folder, name, node in change.parts:
                if node is None and len(change.parts) > 1:
                    there = there and (folder is change.parts[0][0] or rng.random() < likely)
                if there:
                    left = names.setdefault(id(folder), dict(folder.sure))
                    left.pop(name, None)
                    if node is not None:
                        left[name] = node
        self._put(self.root, into, names, rng, likely)

    def _put(
        self, folder: Folder, into: Path, names: dict[int, dict[str, Node]], rng: random.Random, likely: float
    ) -> None:
        for name, node in names.get(id(folder), folder.sure).items():
            path = into / name
            if isinstance(node, Folder):
                path.mkdir(mode=0o700, exist_ok=True)
                self._put(node, path, names, rng, likely)
            else:
                path.write_bytes(node.survived(rng, likely))
                path.chmod(0o600)

    # -- the calls

    def _openat(self, call: Call) -> bool:
        flags, path = call.arguments[-1].flags or call.arguments[-2].flags, self._inside(call.opened)
        self._offsets[_handle(call.opened)] = 0
        if call.opened.gone and "O_TMPFILE" in flags:
            self._nameless[call.opened.path] = self._by_number[call.opened.number] = File()
            return False
        if path is None or ("O_CREAT" not in flags and "O_TRUNC" not in flags):
            return False
        folder, name = self._parent(path)
        if name not in folder.names:
            self._change((folder, name, File()))
            return True
        node = folder.names[name]
        if "O_TRUNC" in flags and isinstance(node, File) and node.content:
            node.cut(0)
            return True
        return False

    _open = _creat = _openat

    def _lseek(self, call: Call) -> bool:
        self._offsets[_handle(call.arguments[0])] = call.result
        return False

    def _pwrite64(self, call: Call) -> bool:
        file, (content, _length, at) = self._file(call.arguments[0]), call.arguments[1:4]
        if file is not None:
            file.write(at.number, (content.text or b"")[: call.result])
        return file is not None

    def _write(self, call: Call) -> bool:
        file, handle = self._file(call.arguments[0]), _handle(call.arguments[0])
        if file is not None:
            at = self._offsets.get(handle, 0)
            file.write(at, (call.arguments[1].text or b"")[: call.result])
            self._offsets[handle] = at + call.result
        return file is not None

    def _sendfile(self, call: Call) -> bool:
        out, source = self._file(call.arguments[0]), self._file(call.arguments[1])
        if out is None or not call.result:
            return False
        if source is None:
            raise ValueError("a file copied in from outside of the folder")
        at, handle = call.arguments[2].number, _handle(call.arguments[0])
        start = self._offsets.get(handle, 0)
        out.write(start, bytes(source.content[at : at + call.result]))
        self._offsets[handle] = start + call.result
        return True

    def _ftruncate(self, call: Call) -> bool:
        file = self._file(call.arguments[0])
        if file is not None:
            file.cut(call.arguments[1].number)
        return file is not None

    def _fsync(self, call: Call) -> bool:
        path = self._inside(call.arguments[0])
        node = self._file(call.arguments[0]) or (self._node(path) if path is not None else None)
        if isinstance(node, File):
            node.sync()
        elif isinstance(node, Folder):
            self._sync_names(node)
        return node is not None

    _fdatasync = _fsync

    def _sync_names(self, folder: Folder) -> None:
        for change in self.pending:
            if any(part[0] is folder and part[2] is None for part in change.parts):
                for target, name, node in change.parts:
                    if node is not None:
                        target.sure[name] = node
                change.parts = [part for part in change.parts if part[2] is None]
            change.parts = [part for part in change.parts if part[0] is not folder]
        self.pending = [change for change in self.pending if change.parts]
        folder.sure = dict(folder.names)

    def _rename(self, call: Call) -> bool:
        old, new = self._paths(call)
        if old is None or new is None:
            return self._across(old, new)
        (source, before), (target, after) = self._parent(old), self._parent(new)
        node = source.names[before]
        self._change((target, after, node), (source, before, None))
        return True

    _renameat = _renameat2 = _rename

    def _link(self, call: Call) -> bool:
        """The calls give a name, most of them to a file that has none."""
        texts = [one.text or b"" for one in call.arguments if one.text is not None]
        old, new = (os.fsdecode(text) for text in texts)
        path = self._below(new)
        if path is None:
            return False
        if old.startswith("/proc/self/fd/"):
            file = self._by_number[int(old.rpartition("/")[2])]
        else:
            source = self._below(old)
            node = self._node(source) if source is not None else None
            if not isinstance(node, File):
                raise ValueError("a link to what is not here")
            file = node
        self._change((*self._parent(path), file))
        return True

    _linkat = _link

    def _unlink(self, call: Call) -> bool:
        (path,) = self._paths(call)
        if path is None:
            return False
        self._change((*self._parent(path), None))
        return True

    _unlinkat = _rmdir = _unlink

    def _mkdir(self, call: Call) -> bool:
        (path,) = self._paths(call)
        if path is None:
            return False
        self._change((*self._parent(path), Folder()))
        return True

    _mkdirat = _mkdir

    def _unknown(self, call: Call) -> bool:
        if any(self._inside(one) is not None for one in call.arguments):
            raise ValueError(f"{call.name} is not played")
        return False

    def _across(self, old: str | None, new: str | None) -> bool:
        if old is not None or new is not None:
            raise ValueError("a rename across the edge of the folder")
        return False

    # -- names

    def _change(self, *parts: tuple[Folder, str, Node | None]) -> None:
        for folder, name, node in parts:
            folder.names.pop(name, None)
            if node is not None:
                folder.names[name] = node
        self.pending.append(Renamed(list(parts)))

    def _paths(self, call: Call) -> list[str | None]:
        """The paths a call names, each by itself or below the folder before it."""
        found: list[str | None] = []
        base = ""
        for argument in call.arguments:
            if argument.text is not None:
                found.append(self._below(os.path.join(base, os.fsdecode(argument.text))))
            elif argument.path:
                base = argument.path
        return found

    def _below(self, path: str) -> str | None:
        """A path inside of the folder, relative to it; None for one outside."""
        if path == self.top:
            return ""
        return path[len(self.top) + 1 :] if path.startswith(self.top + "/") else None

    def _inside(self, argument: Argument) -> str | None:
        return self._below(argument.path) if argument.path and not argument.gone else None

    def _file(self, argument: Argument) -> File | None:
        if argument.gone:
            return self._nameless.get(argument.path)
        path = self._inside(argument)
        node = self._node(path) if path else None
        return node if isinstance(node, File) else None

    def _node(self, path: str) -> Node | None:
        node: Node | None = self.root
        for part in path.split("/") if path else ():
            node = node.names.get(part) if isinstance(node, Folder) else None
        return node

    def _parent(self, path: str) -> tuple[Folder, str]:
        above, _slash, name = path.rpartition("/")
        folder = self._node(above)
        if not isinstance(folder, Folder):
            raise ValueError("a name in a folder that is not here")
        return folder, name


def _handle(argument: Argument) -> str:
    """An open file, for its offset: two that are open at once on one path are not told apart."""
    return f"{argument.number} {argument.path}"


def _read(path: Path) -> Folder:
    """A folder of the real disk, all of it synced."""
    names: dict[str, Node] = {}
    for entry in sorted(path.iterdir()):
        if entry.is_dir():
            names[entry.name] = _read(entry)
        else:
            content = entry.read_bytes()
            names[entry.name] = File(bytearray(content), content)
    return Folder(dict(names), dict(names))
