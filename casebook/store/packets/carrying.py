"""Packets on their way: a file on a stick, read back after it is written; a folder in which several lie.

A folder is read as it is: packets for other machines are passed over, ours are taken in whatever order they fit, until
nothing moves.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.access import exported
from casebook.store.backup import rolling_backup
from casebook.store.cleaning import clean
from casebook.store.devices import Device, awaits_first_packet, own_devices
from casebook.store.folder import refuse_inside_a_casebook
from casebook.store.invitations import ascii_word
from casebook.store.packets.sealing import MOST_BYTES, receiver_of
from casebook.store.platform import free_bytes, read_back, write_atomically

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.packets.take import Taken

ENDING = ".packet"

BIG = 1 << 20
"""Bytes of packets before which the casebook is backed up; what is less is taken back by hand if need be."""

_LINE = 200  # bytes of a packet that name its receiver
_AGAIN = frozenset(("packet_gap", "sender_unknown"))


@dataclass(frozen=True, slots=True)
class Written:
    """A packet that lies on a disk: `size` in bytes, `sha256` as it read back."""

    path: Path
    device: Device
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One file: what taking it brought, or why it was not taken."""

    path: Path
    taken: Taken | None
    error: RuhuError | None


@dataclass(frozen=True, slots=True)
class TakenAll:
    """All files that were for this machine, in the order in which they were settled; `foreign` counts packets for
    others, that stay where they are."""

    tried: tuple[Tried, ...]
    foreign: int

    @property
    def failed(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if one.error is not None)


def hand_over(
    book: Casebook,
    device: Device,
    folder: Path,
    *,
    full: bool = False,
    checkout: Sequence[str] = (),
    checkin: bool = False,
    now: datetime | None = None,
) -> Written:
    """Make a packet for a device and write it into a folder, which is made where it is missing. `checkout` lends areas
    to it, `checkin` gives back what was lent to this machine.

    Raises RuhuError, and leaves no file: as `make_packet`, and where the disk is full, gone, or gives back other bytes
    than were written.
    """
    from casebook.store.packets.make import make_packet

    refuse_inside_a_casebook(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what, remedy = _("这个文件夹建不了"), _("请检查 U 盘还在不在、能不能写，或换一个文件夹")
        raise RuhuError("not_writable", what, remedy, Place(file=folder.name or str(folder))) from error
    path = folder / packet_name(device, now or datetime.now())
    content = make_packet(book, device.id, full=full, checkout=checkout, checkin=("",) if checkin else ())
    _refuse_full(folder, len(content))
    exported(book, "packet", [path.name])
    write_atomically(path, content)
    written = hashlib.sha256(content).hexdigest()
    if _back(path) != (len(content), written):
        with contextlib.suppress(OSError):
            path.unlink()
        what = _("交换包写下后读回的内容不对，已删除")
        raise RuhuError("packet_differs", what, _("这个盘可能有坏处，请换一个盘再写"), Place(file=path.name))
    return Written(path, device, len(content), written)


def packet_name(device: Device, now: datetime) -> str:
    """`lap3-20261123-3f9a.packet`: short, ASCII, another each time."""
    return f"{ascii_word(device.name) or device.id[:6]}-{now:%Y%m%d}-{secrets.token_hex(2)}{ENDING}"


def packets_in(folder: Path) -> list[Path]:
    """The files of a folder that are called like packets, in the order of their names. Raises RuhuError (unusable)
    where the folder can't be read."""
    try:
        files = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() == ENDING and not path.name.startswith(".") and path.is_file()
        )
    except OSError as error:
        what, remedy = _("这个文件夹读不了"), _("请检查 U 盘还在不在")
        raise RuhuError("unreadable_folder", what, remedy, Place(file=folder.name or str(folder))) from error
    return files


def take_all(book: Casebook, places: Sequence[Path], progress: Progress | None = None) -> TakenAll:
    """Take the packets of these files and folders. A file that fails stops no other; one that lacks what another brings
    is tried again. Raises RuhuError only where nothing can be read or the casebook takes no writing."""
    named = [path for path in places if not path.is_dir()]
    inside = [path for folder in places if folder.is_dir() for path in packets_in(folder)]
    found = list(dict.fromkeys([*named, *inside]))
    ours = own_devices(book.whole)
    waiting: list[Path] = []
    tried: list[Tried] = []
    foreign = 0
    for path in found:
        try:
            if receiver_of(content_of(path, _LINE), path.name) in ours:
                waiting.append(path)
            elif path in named:
                waiting.append(path)  # asked for by name: told why not
            else:
                foreign += 1
        except RuhuError as error:
            tried.append(Tried(path, None, error))
    if not awaits_first_packet(book.whole) and sum(_size(path) for path in waiting) >= BIG:
        report(progress, _("收之前先备份"), 0, 0)
        rolling_backup(book, "packet")
    total, moved = len(waiting), True
    held: dict[Path, RuhuError] = {}
    while waiting and moved:
        moved, again = False, []
        for path in waiting:
            report(progress, _("收交换包"), total - len(waiting), total)
            one = _taken(book, path)
            if one.error is not None and one.error.code in _AGAIN:
                held[path] = one.error
                again.append(path)
                continue
            tried.append(one)
            moved = moved or one.error is None
        waiting = again
    tried += [Tried(path, None, held[path]) for path in waiting]
    clean(book)  # of what an erasure among them took out
    return TakenAll(tuple(tried), foreign)


def _taken(book: Casebook, path: Path) -> Tried:
    from casebook.store.packets.take import take_packet

    try:
        return Tried(path, take_packet(book, content_of(path), path.name), None)
    except RuhuError as error:
        if error.category == "locked" or error.code in ("disk_full", "not_writable", "disk_error"):
            raise
        return Tried(path, None, error)


def content_of(path: Path, most: int = MOST_BYTES + 1) -> bytes:
    """The bytes of a file that was carried, at most so many. Raises RuhuError (unusable) where it can't be read."""
    try:
        if path.exists() and not path.is_file():
            raise OSError  # a pipe would never end
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError as error:
        raise RuhuError("no_file", _("没有这个文件"), _("请检查路径和 U 盘"), Place(file=path.name)) from error
    except OSError as error:
        what, remedy = _("文件读不了"), _("请检查 U 盘还在不在，或再拷一次")
        raise RuhuError("unreadable_file", what, remedy, Place(file=path.name)) from error


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def _back(path: Path) -> tuple[int, str]:
    with contextlib.suppress(OSError):
        return read_back(path)
    return 0, ""


def _refuse_full(folder: Path, size: int) -> None:
    free = free_bytes(folder)
    if free is not None and free < size:
        what, remedy = _("这个盘空间不够，交换包没有写"), _("请清理这个盘，或换一个")
        raise RuhuError("disk_full", what, remedy, Place(file=folder.name or str(folder)))
