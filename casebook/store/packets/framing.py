"""What is inside a packet, before it is sealed: one manifest, then facts as lines, compressed.

A newer ruhu may put more into the manifest and into a line; what is not known is passed over. Only another format
version is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.clock import LAST_CLOCK
from casebook.store.facts import Envelope, encoded

FORMAT = 1

_MAGIC = b"ruhu-facts\n"
_SIZE = 8  # bytes that say how long the manifest is
_MOST_MANIFEST = 16 * 1024**2
_MOST_LINE = 64 * 1024**2
_MOST_FACTS = 4 * 1024**3
_RATIO, _SLACK = 200, 16 * 1024**2
"""Text shrinks to a tenth or a thirtieth; what grows more than this is no text. So many bytes may come before that
counts."""
_BLOCK = 1 << 18
_MOST_SEQ = 2**53
_MOST_TEXT = 4096  # characters of an envelope's texts

Vector = Mapping[str, int]
"""By device the number of its newest fact."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sender`, `receiver` are device ids, `casebook` the id of the first fact, `id` a UUID of version 7, `made` wall
    time (ISO UTC), `clock` the sender's milliseconds since 1970.

    The facts begin after `since`; `has` is what the sender has afterwards. `heads` are (number, digest, signature) of
    the newest fact of each device in it; `areas` those that contents were chosen for; `lacks` ranges (device, first,
    last) whose contents the sender should have and does not.
    """

    casebook: str
    sender: str
    receiver: str
    id: str
    made: str
    clock: int
    program: str
    since: Vector
    has: Vector
    heads: Mapping[str, tuple[int, str, str]]
    areas: tuple[str, ...]
    lacks: tuple[tuple[str, int, int], ...] = ()
    facts: int = 0
    sha256: str = ""
    size: int = 0
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Carried:
    """A fact on its way. `content` None: the body does not travel to this machine. `areas`: of a fact that goes partly,
    those whose pieces it brings; None for all of them. `pieces` are (part, number, content)."""

    envelope: Envelope
    salt: bytes = b""
    content: bytes | None = None
    pieces: list[tuple[str, int, bytes]] = field(default_factory=list)
    areas: tuple[str, ...] | None = None


def new_packet_id() -> str:
    """A UUID of version 7: its first 48 bits are the milliseconds, so that ids sort by time."""
    value = int.from_bytes(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def framed(manifest: Manifest, facts: Iterable[Carried]) -> bytes:
    """Manifest and facts as bytes; number, size and digest of the facts are filled in."""
    packer, digest, blocks, count, size = zlib.compressobj(6), hashlib.sha256(), list[bytes](), 0, 0
    for fact in facts:
        count += 1
        for line in _lines(fact):
            digest.update(line)
            size += len(line)
            if block := packer.compress(line):
                blocks.append(block)
    blocks.append(packer.flush())
    told = asdict(manifest) | {"facts": count, "size": size, "sha256": digest.hexdigest()}
    head = encoded(told)
    return b"".join((_MAGIC, len(head).to_bytes(_SIZE, "big"), head, *blocks))


def _lines(fact: Carried) -> Iterator[bytes]:
    envelope = fact.envelope
    told: dict[str, Any] = {"e": [getattr(envelope, name) for name in Envelope.__slots__]}
    if fact.content is not None:
        told |= {"s": fact.salt.hex(), "b": fact.content.decode("utf-8")}
    if fact.areas is not None:
        told["a"] = list(fact.areas)
    yield encoded(told) + b"\n"
    for part, n, content in fact.pieces:
        yield encoded({"p": [part, n, content.decode("utf-8")]}) + b"\n"


def manifest_of(payload: bytes, name: str = "") -> Manifest:
    """The manifest. `name` is the file's, for errors. Raises RuhuError (unusable): damaged, or of a newer ruhu."""
    start = len(_MAGIC) + _SIZE
    length = int.from_bytes(payload[len(_MAGIC) : start], "big")
    if not payload.startswith(_MAGIC) or length > _MOST_MANIFEST or len(payload) < start + length:
        raise damaged(name)
    try:
        told = json.loads(payload[start : start + length])
        if told["format"] > FORMAT:
            raise _newer(name)
        told = {one.name: told[one.name] for one in fields(Manifest) if one.name in told}
        return _checked(Manifest(**told))
    except (ValueError, TypeError, LookupError, RecursionError, AttributeError) as error:
        raise damaged(name) from error


def _checked(told: Manifest) -> Manifest:
    """The manifest with its values in their types. Raises ValueError and TypeError."""
    texts = (told.casebook, told.sender, told.receiver, told.id, told.made, told.program, told.sha256)
    if not all(isinstance(text, str) and len(text) <= _MOST_TEXT for text in texts):
        raise TypeError
    clock = _number(told.clock, LAST_CLOCK)
    values = asdict(told) | {
        "clock": clock,
        "since": {str(device): _number(seq) for device, seq in told.since.items()},
        "has": {str(device): _number(seq) for device, seq in told.has.items()},
        "heads": {str(one): (_number(seq), str(digest), str(by)) for one, (seq, digest, by) in told.heads.items()},
        "areas": tuple(str(area) for area in told.areas),
        "lacks": tuple((str(device), _number(first), _number(last)) for device, first, last in told.lacks),
        "facts": _number(told.facts),
        "size": _number(told.size, _MOST_FACTS),
    }
    return Manifest(**values)


def facts_of(payload: bytes, manifest: Manifest, name: str = "") -> Iterator[Carried]:
    """The facts, one after the other; that all of them are there and as they were is known after the last one.

    Raises RuhuError (unusable): damaged, or growing beyond all measure.
    """
    count, fact = 0, None
    try:
        for line in _inflated(payload, manifest, name):
            told = json.loads(line)
            if "e" in told:
                if fact is not None:
                    yield fact
                fact, count = _carried(told), count + 1
            elif "p" in told and fact is not None:
                part, n, content = told["p"]
                fact.pieces.append((_text(part), _number(n), _text(content, _MOST_LINE).encode()))
    except (ValueError, TypeError, LookupError, RecursionError, AttributeError, zlib.error) as error:
        raise damaged(name) from error
    if fact is not None:
        yield fact
    if count != manifest.facts:
        raise damaged(name)


def _inflated(payload: bytes, manifest: Manifest, name: str) -> Iterator[bytes]:
    """The lines, with never more than one line and one block in memory."""
    start = len(_MAGIC) + _SIZE
    start += int.from_bytes(payload[len(_MAGIC) : start], "big")
    unpacker, digest, size, begun = zlib.decompressobj(), hashlib.sha256(), 0, list[bytes]()
    most = min(manifest.size, _SLACK + _RATIO * (len(payload) - start))
    waiting: bytes | memoryview = memoryview(payload)[start:]
    while not unpacker.eof:
        block = unpacker.decompress(waiting, _BLOCK)
        waiting = unpacker.unconsumed_tail
        if not block and not waiting:
            break
        digest.update(block)
        size += len(block)
        first, *others = block.split(b"\n")
        begun.append(first)
        if size > most or (not others and sum(map(len, begun)) > _MOST_LINE):
            raise damaged(name)
        if others:
            yield b"".join(begun)
            yield from others[:-1]
            begun = [others[-1]]
    if any(begun) or not unpacker.eof or size != manifest.size or digest.hexdigest() != manifest.sha256:
        raise damaged(name)


def _carried(told: Mapping[str, Any]) -> Carried:
    values = dict(zip(Envelope.__slots__, told["e"], strict=True))
    for column, value in values.items():
        if column == "parents":
            values[column] = tuple(_text(parent) for parent in value)
        elif column in ("seq", "version", "clock"):
            values[column] = _number(value, LAST_CLOCK if column == "clock" else _MOST_SEQ)
        else:
            _text(value)
    if values["seq"] < 1 or not f"{values['author']}{values['kind']}".isprintable():  # a terminal obeys some signs
        raise ValueError
    content = _text(told["b"], _MOST_LINE).encode() if "b" in told else None
    if content is not None and not isinstance(json.loads(content), dict):
        raise ValueError
    areas = tuple(_text(area) for area in told["a"]) if "a" in told else None
    return Carried(Envelope(**values), bytes.fromhex(told["s"]) if "s" in told else b"", content, [], areas)


def _number(value: Any, most: int = _MOST_SEQ) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError
    return value


def _text(value: Any, most: int = _MOST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError
    return value


def damaged(name: str) -> RuhuError:
    """The refusal of a packet that is not as it was made."""
    what = _("交换包损坏了，一条也没有收")
    return RuhuError("packet_damaged", what, _("请再拷一次；还不行，请对方重做一个"), Place(file=name))


def _newer(name: str) -> RuhuError:
    return RuhuError("newer_packet", _("这个交换包是新版 ruhu 做的"), _("请先升级 ruhu"), Place(file=name))
