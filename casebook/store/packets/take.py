"""Taking a packet (收交换包): all of it in one transaction or nothing, in whatever order packets come, twice without
harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.clock import wall_text
from casebook.store.devices import Device, device_of, own_device
from casebook.store.packets.authority import Authority
from casebook.store.packets.brought import lines
from casebook.store.packets.framing import Manifest, damaged, facts_of, manifest_of
from casebook.store.packets.heads import believed, keep_heads
from casebook.store.packets.peers import await_contents, note_taken
from casebook.store.packets.policy import goes
from casebook.store.packets.storing import Storing
from casebook.store.sqlite import Connection

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

SKEW = 10 * 60 * 1000
"""Milliseconds that another machine's clock may be ahead before it is worth a word."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a packet brought. `already`: this very packet was taken before. `facts` are new ones, `kinds` counts them,
    `bodies` contents of facts that were here without. `words` says all of it in lines, `conflicts` what is in dispute
    since: (what, id), what being visit, finding or checkout. `notices` are lines about the sender's clock and the
    like; `renewed`: this machine goes on under a new device id."""

    id: str
    already: bool
    sender: str
    sender_name: str
    facts: int = 0
    bodies: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    renewed: bool = False


def take_packet(book: Casebook, content: bytes, name: str = "") -> Taken:
    """Take a packet; `name` is the file's, for errors.

    Raises RuhuError (unusable): damaged, for another machine or casebook, from an unknown or closed device, forged, of
    a newer ruhu; facts before it are missing (packet_gap), two machines write under one device id (packet_cloned), or
    it holds what its author's device may not write. Nothing is stored then.
    """
    from casebook.store.packets.sealing import unseal

    sealed = unseal(book.whole, content, name)
    manifest = manifest_of(sealed.payload, name)
    with book.writing() as writing:
        connection = writing.connection
        if (manifest.sender, manifest.receiver) != (sealed.sender.id, sealed.receiver):
            raise _refused("packet_damaged", _("交换包里外写的设备不一致"), _("请对方重做一个"), name)
        if connection.execute("SELECT 1 FROM packet WHERE id = ?", (manifest.id,)).fetchone():
            return Taken(manifest.id, True, sealed.sender.id, _called(connection, sealed.sender))
        before = set(_disputes(book, connection))
        storing = Storing(writing, manifest.since, name)
        storing.notice_set_back(manifest)
        for fact in facts_of(sealed.payload, manifest, name):
            storing.store(fact)
        storing.finish()
        # what the machines of these facts may write is in the packet itself, where it is a machine's first one
        _refuse_untrue(book, connection, sealed.sender, manifest, storing)
        wall = wall_text(datetime.now(UTC))
        note_taken(connection, manifest, wall)
        keep_heads(connection, {device: manifest.heads[device] for device in storing.newest})
        connection.execute("INSERT INTO packet VALUES (?, ?, ?)", (manifest.id, manifest.sender, wall))
        lacking = await_contents(connection, book.device, own_device(book).areas)
        storing.finish_views()
        conflicts = tuple(sorted(set(_disputes(book, connection)) - before))
        return Taken(
            id=manifest.id,
            already=False,
            sender=sealed.sender.id,
            sender_name=_called(connection, sealed.sender),
            facts=sum(storing.kinds.values()),
            bodies=sum(storing.late.values()),
            kinds=dict(storing.kinds),
            words=tuple(lines(storing.kinds, storing.late, conflicts)),
            conflicts=conflicts,
            notices=tuple(_notices(book, connection, manifest, storing, lacking)),
            renewed=storing.renewed,
        )


def _refuse_untrue(
    book: Casebook, connection: Connection, sender: Device, manifest: Manifest, storing: Storing
) -> None:
    """Raises RuhuError for facts that are not of the device they name, or that it may never write."""
    name, authority = storing.place.file, Authority(connection, plain=not book.encrypted)
    for device, newest in storing.newest.items():
        head = manifest.heads.get(device)
        if head is None or head[:2] != (newest.seq, newest.digest) or not believed(connection, sender, device, head):
            what = _("里面「{device}」的内容没有它自己的签名").format(device=_called_id(connection, device))
            raise _refused("packet_forged", what, _("不要收它；请当面向对方再要一个，并告诉办公室"), name)
    looked_at = [(device, storing.first[device], newest.seq) for device, newest in storing.newest.items()]
    looked_at += [(device, seq, seq) for device, seq in storing.completed]
    for device, first, last in looked_at:
        try:
            untrue = authority.untrue(device, first, last) or _held_back(connection, manifest, device, first, last)
        except LookupError as error:
            what = _("里面讲到的内容这里还没有")
            raise _refused("packet_gap", what, _("请先收别的交换包，再收这一个"), name) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise damaged(name) from error
        if untrue:
            what = _("里面有「{device}」无权写的内容").format(device=_called_id(connection, device))
            remedy = _("请告诉办公室；要让它写，先改这台设备的角色或管辖")
            raise _refused("packet_not_allowed", what, remedy, name)


def _held_back(connection: Connection, manifest: Manifest, device: str, first: int, last: int) -> bool:
    """Whether the sender told of facts of its own without their contents, which it has, and which are for the areas
    that it made the packet for; those that this machine got since it may not know of."""
    if device != manifest.sender:
        return False
    rows = connection.execute(
        "SELECT kind, area FROM envelope e WHERE device = ? AND seq BETWEEN ? AND ? "
        "AND NOT EXISTS (SELECT 1 FROM body b WHERE b.arrival = e.arrival)",
        (device, first, last),
    )
    return any(goes(kind, area, manifest.areas) == "whole" for kind, area in rows)


def _disputes(book: Casebook, connection: Connection) -> Iterable[tuple[str, str]]:
    return (dispute for view in book.views for dispute in view.disputes(connection))


def _notices(
    book: Casebook, connection: Connection, manifest: Manifest, storing: Storing, lacking: int
) -> Iterable[str]:
    ahead = manifest.clock - int(datetime.now(UTC).timestamp() * 1000)
    if ahead > SKEW:
        text = _("「{device}」的时钟比这台快 {minutes} 分钟，请对一下两台的时间")
        yield text.format(device=_called_id(connection, manifest.sender), minutes=f"{ahead // 60_000:,}")
    if storing.renewed:
        yield _("这台电脑上的案卷是旧的一份，已换新的设备号；缺的由对方的下一个交换包补上，请先给对方一个")
    for device, newest in storing.newest.items():
        closed = Authority(connection, plain=not book.encrypted).closed_after(device)
        if closed is not None and newest.seq > closed:
            text = _("其中有已停用设备「{device}」停用后写的 {count} 条，请核对")
            count = newest.seq - max(closed, storing.first[device] - 1)
            yield text.format(device=_called_id(connection, device), count=f"{count:,}")
    if lacking:
        text = _("有 {count} 条只知道有、内容还没有收到，下一个交换包会向对方要")
        yield text.format(count=f"{lacking:,}")
    if connection.execute("SELECT 1 FROM envelope WHERE kind = 'erase' LIMIT 1").fetchone() is None:
        return
    from casebook.store.erasure import came_later

    if late := len(came_later(connection, storing.writing.casebook.views)):
        yield _("又带来已删除人员的 {count} 条，请管理员再运行 ruhu erase").format(count=late)


def _called(connection: Connection, device: Device) -> str:
    return _called_id(connection, device.id) if device_of(connection, device.id) else device.name


def _called_id(connection: Connection, device: str) -> str:
    found = device_of(connection, device)
    return found.name if found is not None and found.name else device[:8]


def _refused(code: str, what: str, remedy: str, name: str) -> RuhuError:
    return RuhuError(code, what, remedy, Place(file=name))
