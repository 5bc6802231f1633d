"""Machines that exchange packets, for tests: an office, laptops that have joined it, what one sends the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, create_casebook
from casebook.store.device_keys import keep_keys, new_keys, own_keys, public_keys
from casebook.store.devices import Device, body_of, casebook_id, note_joining, own_device
from casebook.store.facts import encoded
from casebook.store.packets.framing import Carried, Manifest, facts_of, framed, manifest_of
from casebook.store.packets.make import make_packet
from casebook.store.packets.sealing import seal
from casebook.store.packets.take import Taken, take_packet
from casebook.store.sqlite import Connection
from casebook.store.views import View, contents
from tests.casebook.made_books import VIEWS

WHOLE = ("",)
A1, A2, B1 = "甲镇/一村", "甲镇/二村", "乙镇/三村"


def office(folder: Path, views: Sequence[View] = VIEWS) -> Casebook:
    return create_casebook(folder, name="试验县", author="甲", views=views)


def joined(
    book: Casebook, folder: Path, name: str, areas: Sequence[str] = WHOLE, role: str = "", author: str = "乙"
) -> Casebook:
    """A laptop that the office `book` has invited; nothing is in it before its first packet."""
    own_keys(book)
    made: list[Device] = []

    def joining(connection: Connection, device: str) -> None:
        keys = new_keys(device)
        keep_keys(connection, keys)
        sign, seal = public_keys(keys)
        made.append(Device(device, name, tuple(areas), role, sign, seal))
        told = {"casebook": casebook_id(book.whole), "office": body_of(own_device(book)), "own": body_of(made[0])}
        note_joining(connection, told)

    views = list(book.views)
    laptop = create_casebook(folder, name="试验县", author=author, views=views, joining=joining)
    tell(book, "device", body_of(made[0]))
    return laptop


def tell(book: Casebook, kind: str, body: dict[str, Any], area: str = "", **more: Any) -> str:
    """One fact in a transaction of its own; its id."""
    with book.writing() as writing:
        return writing.append(kind, body, area=area, **more).id


def note(book: Casebook, text: str, area: str = "") -> str:
    return tell(book, "note", {"text": text}, area)


def send(source: Casebook, target: Casebook, **how: Any) -> Taken:
    return take_packet(target, make_packet(source, target.device, **how))


def notes(book: Casebook) -> list[str]:
    return sorted(row[0] for row in book.whole.execute("SELECT text FROM note"))


def seen(book: Casebook) -> bytes:
    """All views without the numbers that mean nothing elsewhere, to compare two machines."""
    connection, found = book.whole, {}
    for view in book.views:
        for table, rows in contents(connection, [view]).items():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            kept = [at for at, column in enumerate(columns) if column != "arrival"]
            found[table] = sorted([[str(row[at]) for at in kept] for row in rows])
    return encoded(found)


def refused(do: Callable[[], object]) -> RuhuError:
    with pytest.raises(RuhuError) as raised:
        do()
    return raised.value


Change = Callable[[Manifest, list[Carried]], tuple[Manifest, list[Carried]]]


def changed(book: Casebook, other: Casebook, change: Change) -> Taken:
    """What `other` takes of a packet of `book` whose inside was changed before it was sealed."""

    def altered(source: Casebook, receiver: Device, payload: bytes) -> bytes:
        manifest = manifest_of(payload)
        return seal(source, receiver, framed(*change(manifest, list(facts_of(payload, manifest)))))

    with patch("casebook.store.packets.sealing.seal", altered):
        packet = make_packet(book, other.device)
    return take_packet(other, packet)
