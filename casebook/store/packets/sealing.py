"""Sealing (封装): a packet signed by its sender and encrypted to its receiver, so that a stick tells a finder nothing.

A sealed packet is one line in the open (format, version, receiver's device id, digest of the rest) and an age file. The
line tells a packet for somebody else from a damaged one; what it says is proved only by what is inside: a line with
sender, receiver, casebook, digest of the payload and the signature, then the payload.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.device_keys import all_kept_keys, introduced, introductions, own_keys, signature, signed_by
from casebook.store.devices import Device, casebook_id, device_of, own_devices
from casebook.store.facts import encoded
from casebook.store.sqlite import Connection

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

MOST_BYTES = 1 << 30
"""A packet is held in memory whole; a larger file is none of ours."""

VERSION = 1
_MAGIC = "ruhu-packet"
_LONGEST_LINE = 200  # bytes of the line in the open
_LONGEST_HEADER = 1 << 20  # bytes of the line inside
_CONTEXT = b"ruhu packet 1\0"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a packet is known to be once it is open: who made it (`introduced`: a device that is not told of yet, but
    signed for by one that is), to which device of this machine, and what is in it."""

    sender: Device
    receiver: str
    introduced: bool
    payload: bytes


def seal(book: Casebook, receiver: Device, payload: bytes) -> bytes:
    """Sign the payload as this device and encrypt it to the receiver. Raises RuhuError where the receiver has no keys
    or is closed, or the payload is too large for one packet."""
    from pyrage import RecipientError, encrypt, x25519

    place = Place(file=receiver.name)
    if receiver.closed:
        what = _("这台设备已停用，不能再给它交换包")
        raise RuhuError("device_closed", what, _("要再用它，先 ruhu device change --open"), place)
    if not receiver.seal:
        what = _("还没有这台设备的密钥，不能给它交换包")
        raise RuhuError("device_unknown", what, _("请先邀请它：ruhu device invite"), place)
    if len(payload) > MOST_BYTES - (1 << 20):
        what = _("一个交换包装不下这么多")
        raise RuhuError("packet_too_large", what, _("请先缩小它的管辖，分几次给"), place)
    keys = own_keys(book)
    header: dict[str, Any] = {
        "sender": book.device,
        "receiver": receiver.id,
        "casebook": casebook_id(book.whole),
        "sha256": hashlib.sha256(payload).hexdigest(),
        "introduces": introductions(book.whole, book.device),
    }
    header["signature"] = signature(keys, _signed(header))
    try:
        recipient = x25519.Recipient.from_str(receiver.seal)
    except RecipientError as error:
        what = _("这台设备的密钥不对，不能给它交换包")
        raise RuhuError("device_unknown", what, _("请重新邀请它：ruhu device invite"), place) from error
    body: bytes = encrypt(encoded(header) + b"\n" + payload, [recipient])
    return f"{_MAGIC} {VERSION} {receiver.id} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def receiver_of(content: bytes, name: str = "") -> str:
    """The device id that a packet says it is for, without opening it. `content` may be its beginning alone. Raises
    RuhuError where it is no packet, or one of a newer ruhu."""
    return _line(content, name)[0]


def unseal(connection: Connection, content: bytes, name: str = "") -> Sealed:
    """Open a packet that is for this machine, and prove who made it. `name` is the file's, for errors.

    Raises RuhuError (unusable): no packet, of a newer ruhu, damaged, for another machine, of another casebook, its
    sender unknown or closed, its signature wrong.
    """
    place = Place(file=name)
    receiver, digest = _line(content, name)
    body = content[content.index(b"\n") + 1 :]
    if hashlib.sha256(body).hexdigest() != digest:
        raise _damaged(place)
    if receiver not in own_devices(connection):
        meant = device_of(connection, receiver)
        what = _("这个交换包不是给这台电脑的")
        if meant is not None:
            what = _("这个交换包是给「{name}」的，不是给这台电脑的").format(name=meant.name)
        raise RuhuError("packet_not_ours", what, _("请让对方给这台电脑做一个"), place)
    header, payload = _opened(connection, body, place)
    if header.get("receiver") != receiver or header.get("sha256") != hashlib.sha256(payload).hexdigest():
        raise _damaged(place)
    casebook = casebook_id(connection)
    if casebook and header.get("casebook") != casebook:
        what = _("这个交换包是另一个案卷的")
        raise RuhuError("packet_of_another", what, _("请用 -c 指出它的案卷"), place)
    return Sealed(*_sender(connection, header, payload, place), payload)


def _line(content: bytes, name: str) -> tuple[str, str]:
    """Receiver and digest from the line in the open."""
    place = Place(file=name)
    line, newline, _body = content[:_LONGEST_LINE].partition(b"\n")
    words = line.decode("ascii", "replace").split(" ")
    if not newline or words[0] != _MAGIC:
        what = _("这不是交换包，或者文件开头损坏了")
        raise RuhuError("not_a_packet", what, _("交换包用 ruhu packet make 做；坏了的请对方重做一个"), place)
    if len(words) > 1 and words[1].isdigit() and int(words[1]) > VERSION:
        raise RuhuError("newer_packet", _("这个交换包是新版 ruhu 做的"), _("请先升级 ruhu"), place)
    if len(words) != 4 or words[1] != str(VERSION) or len(content) > MOST_BYTES:
        raise _damaged(place)
    return words[2], words[3]


def _opened(connection: Connection, body: bytes, place: Place) -> tuple[Mapping[str, Any], bytes]:
    from pyrage import DecryptError, decrypt, x25519

    identities = [x25519.Identity.from_str(keys.seal) for keys in all_kept_keys(connection)]
    if not identities:
        what = _("这台电脑没有能打开它的密钥")
        raise RuhuError("packet_not_ours", what, _("请让对方重新邀请这台电脑"), place)
    try:
        inside = decrypt(body, identities)
    except DecryptError as error:
        if str(error) != "No matching keys found":  # its digest was right: it was made so
            raise _damaged(place) from error
        what = _("这个交换包是用这台电脑以前的密钥做的，打不开")
        raise RuhuError("packet_not_ours", what, _("请让对方重新邀请这台电脑，再做一个"), place) from error
    line, newline, _payload = inside[:_LONGEST_HEADER].partition(b"\n")
    try:
        header = json.loads(line) if newline else None
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise _damaged(place)
    return header, inside[len(line) + 1 :]


def _sender(
    connection: Connection, header: Mapping[str, Any], payload: bytes, place: Place
) -> tuple[Device, str, bool]:
    identity, steps = str(header.get("sender", "")), header.get("introduces", [])
    known = device_of(connection, identity)
    met = known is not None and bool(known.sign)
    sender = known if met else introduced(connection, identity, _steps(steps))
    if sender is None:
        from casebook.store.packets.testimony import told_inside

        sender = told_inside(connection, payload, identity, place.file)
    if sender is None:
        what = _("不认得做这个交换包的设备")
        raise RuhuError("sender_unknown", what, _("请先邀请它，或先收办公室的交换包"), place)
    if sender.closed:
        what = _("做这个交换包的设备「{name}」已停用").format(name=sender.name)
        raise RuhuError("sender_closed", what, _("确实要收，请管理员先 ruhu device change --open"), place)
    if not signed_by(sender.sign, _signed(header), str(header.get("signature", ""))):
        what = _("这个交换包的签名不对，不是「{name}」做的，或被改过").format(name=sender.name)
        raise RuhuError("packet_forged", what, _("不要收它；请当面向对方再要一个，并告诉办公室"), place)
    return sender, str(header["receiver"]), not met


def _steps(told: object) -> list[Mapping[str, Any]]:
    return [step for step in told if isinstance(step, dict)] if isinstance(told, list) else []


def _signed(header: Mapping[str, Any]) -> bytes:
    """What the signature covers: the line inside without the signature itself."""
    return _CONTEXT + encoded({name: value for name, value in header.items() if name != "signature"})


def _damaged(place: Place) -> RuhuError:
    what = _("交换包损坏了，一条也没有收")
    return RuhuError("packet_damaged", what, _("请再拷一次；还不行，请对方重做一个"), place)
