"""What a packet brings, what it is refused for, what stays at the office."""

from __future__ import annotations

import json
import random
import shutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from casebook.errors import RuhuError
from casebook.store.backup import back_up
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.clock import LAST_CLOCK
from casebook.store.devices import Device, device_of, devices, tell_device
from casebook.store.facts import encoded
from casebook.store.packets import framing
from casebook.store.packets.framing import Carried, Manifest, facts_of, framed, manifest_of, new_packet_id
from casebook.store.packets.make import make_packet
from casebook.store.packets.peers import waiting
from casebook.store.packets.sealing import seal
from casebook.store.packets.take import take_packet
from casebook.store.restore import restore
from casebook.store.verify import verify
from casebook.store.views import rebuild
from tests.casebook.made_books import VIEWS
from tests.casebook.packets.machines import (
    A1,
    A2,
    B1,
    Change,
    changed,
    joined,
    note,
    notes,
    office,
    refused,
    seen,
    send,
    tell,
)  # fmt: skip

# What goes where


def test_envelopes_go_everywhere_and_bodies_to_their_area(head: Casebook, lap: Casebook, tmp_path: Path) -> None:
    assert notes(lap) == [f"office {A1}"]
    verified = verify(lap.whole)
    assert (verified.broken, verified.absent, verified.awaited) == ((), 3, 0)
    assert [row[0] for row in lap.whole.execute("SELECT seq FROM envelope ORDER BY seq")] == list(range(1, 10))[:-1]
    with joined(head, tmp_path / "second.ruhu", "office2") as second:
        send(head, second)
        assert seen(second) == seen(head) and notes(second) == notes(head)
        assert verify(second.whole).absent == 0


def test_back_to_the_office_goes_only_what_is_new(head: Casebook, lap: Casebook) -> None:
    note(lap, "lap", A1)
    assert waiting(lap.whole, head.device) == 1
    taken = send(lap, head)
    assert (taken.facts, taken.kinds, taken.sender_name, taken.words) == (1, {"note": 1}, "lap1", ("新收：其他 1 条",))
    assert "lap" in notes(head)
    assert send(head, lap).words == ("没有新的",)
    assert waiting(lap.whole, head.device) == 0
    assert len(make_packet(head, lap.device)) < len(make_packet(head, lap.device, full=True))


def test_a_packet_taken_twice_and_one_that_was_lost(head: Casebook, lap: Casebook) -> None:
    note(lap, "lap", A1)
    packet = make_packet(lap, head.device)  # lost
    note(lap, "lap 2", A1)
    again = make_packet(lap, head.device)
    assert take_packet(head, again).facts == 2
    before = seen(head)
    assert take_packet(head, again).already
    late = take_packet(head, packet)  # found behind the cupboard
    assert (late.already, late.facts, seen(head)) == (False, 0, before)


def test_what_its_areas_grow_by_comes_later(head: Casebook, lap: Casebook) -> None:
    send(lap, head)
    own = device_of(head.whole, lap.device)
    assert own is not None
    tell_device(head, replace(own, areas=("甲镇",)))
    taken = send(head, lap)
    assert (taken.facts, taken.bodies) == (1, 1)
    assert notes(lap) == [f"office {A1}", f"office {A2}"]
    assert verify(lap.whole).broken == ()
    now = seen(lap)
    with lap.writing() as writing:
        rebuild(writing.connection, lap.views)
    assert seen(lap) == now


def test_contents_that_somebody_else_did_not_send_are_asked_for(head: Casebook, lap: Casebook, tmp_path: Path) -> None:
    with joined(head, tmp_path / "second.ruhu", "office2") as second:
        send(head, second)
        send(head, lap)
        send(lap, second)
        own = device_of(head.whole, lap.device)
        assert own is not None
        tell_device(head, replace(own, areas=("甲镇",)))
        note(second, "second", A2)
        send(second, lap)  # who knows nothing of the new area yet
        send(head, lap)
        assert verify(lap.whole).awaited == 1 and verify(lap.whole).broken == ()
        send(lap, second)
        send(second, lap)
        assert verify(lap.whole).awaited == 0 and "second" in notes(lap)


# What is refused


def test_a_gap_is_named_and_nothing_is_stored(head: Casebook, lap: Casebook) -> None:
    note(lap, "1", A1)
    first = make_packet(lap, head.device)
    note(lap, "2", A1)
    send(head, lap)

    def without_first(manifest: Manifest, facts: list[Carried]) -> tuple[Manifest, list[Carried]]:
        return manifest, facts[1:]

    before = seen(head)
    error = refused(lambda: changed(lap, head, without_first))
    assert error.code == "packet_gap" and "lap1 第 1 条" in error.what and "--full" in error.remedy
    assert seen(head) == before and "1" not in notes(head)
    take_packet(head, first)
    assert changed(lap, head, without_first).facts == 1


def test_a_machine_under_whose_id_another_writes(head: Casebook, lap: Casebook) -> None:
    folder = lap.folder
    lap.close()
    shutil.copyfile(folder / "casebook.db", folder.parent / "cloned.db")
    with open_casebook(folder, author="乙", views=VIEWS) as book:
        note(book, "1", A1)
        send(book, head)
    shutil.copyfile(folder.parent / "cloned.db", folder / "casebook.db")
    before = seen(head)
    with open_casebook(folder, author="乙", views=VIEWS) as cloned:
        note(cloned, "another", A1)
        error = refused(lambda: send(cloned, head))
    assert seen(head) == before
    assert error.code == "packet_cloned" and "lap1" in error.what and "ruhu restore" in error.remedy


def test_an_older_file_in_the_place_of_a_newer_one(head: Casebook, lap: Casebook) -> None:
    """What was sent comes back, and the machine goes on under another id."""
    folder, device = lap.folder, lap.device
    lap.close()
    shutil.copyfile(folder / "casebook.db", folder.parent / "old.db")
    with open_casebook(folder, author="乙", views=VIEWS) as book:
        note(book, "1", A1)
        send(book, head)
    shutil.copyfile(folder.parent / "old.db", folder / "casebook.db")
    with open_casebook(folder, author="乙", views=VIEWS) as book:
        assert notes(book) == [f"office {A1}"] and book.device == device
        taken = send(head, book)
        assert taken.renewed and taken.notices and book.device != device
        note(book, "2", A1)
        assert send(book, head).facts == 2
        assert send(head, book).facts == 1 and "1" in notes(book)
        assert verify(book.whole).broken == verify(head.whole).broken == ()


def _body(text: str) -> Change:
    return lambda manifest, facts: (manifest, [replace(facts[0], content=encoded({"text": text})), *facts[1:]])


def _clock(manifest: Manifest, facts: list[Carried]) -> tuple[Manifest, list[Carried]]:
    envelope = replace(facts[0].envelope, clock=LAST_CLOCK + 1)
    return manifest, [replace(facts[0], envelope=envelope), *facts[1:]]


def _author(manifest: Manifest, facts: list[Carried]) -> tuple[Manifest, list[Carried]]:
    return manifest, [replace(facts[0], envelope=replace(facts[0].envelope, author="甲\x1b]0;")), *facts[1:]]


@pytest.mark.parametrize("change", [_body("other"), _clock, _author], ids=("body", "clock", "author"))
def test_contents_that_are_not_what_the_envelope_says(head: Casebook, lap: Casebook, change: Change) -> None:
    note(lap, "1", A1)
    assert refused(lambda: changed(lap, head, change)).code == "packet_damaged"


def test_what_only_a_newer_ruhu_knows(head: Casebook, lap: Casebook) -> None:
    """More in the manifest and the lines is passed over, unknown kinds are kept; another format is refused."""
    tell(lap, "tomorrow", {"x": 1}, A1)

    def newer(more: dict[str, object]) -> Callable[..., bytes]:
        def altered(source: Casebook, receiver: Device, payload: bytes) -> bytes:
            start = len(framing._MAGIC) + framing._SIZE
            length = int.from_bytes(payload[len(framing._MAGIC) : start], "big")
            told = json.loads(payload[start : start + length]) | more
            lines = zlib.decompress(payload[start + length :]).splitlines()
            lines = [encoded(json.loads(line) | {"more": [1]}) for line in lines] + [b'{"q":[1,2]}']
            inside = b"".join(line + b"\n" for line in lines)
            told |= {"size": len(inside), "sha256": __import__("hashlib").sha256(inside).hexdigest()}
            head = encoded(told)
            return seal(source, receiver, framing._MAGIC + len(head).to_bytes(8, "big") + head + zlib.compress(inside))

        return altered

    with patch("casebook.store.packets.sealing.seal", newer({"weather": "fine", "format": 2})):
        packet = make_packet(lap, head.device)
    assert refused(lambda: take_packet(head, packet)).code == "newer_packet"
    with patch("casebook.store.packets.sealing.seal", newer({"weather": "fine"})):
        packet = make_packet(lap, head.device)
    assert take_packet(head, packet).kinds == {"tomorrow": 1}
    assert verify(head.whole).broken == ()


def test_a_packet_that_grows_beyond_all_measure() -> None:
    bomb = b'{"e":["' + b"0" * 60_000_000 + b'"]}\n'
    told = Manifest("c", "s", "r", new_packet_id(), "", 0, "", {}, {}, {}, (), facts=1, size=len(bomb))
    payload = framed(told, [])
    start = payload.index(b"x\x9c") if b"x\x9c" in payload else len(payload)
    head = encoded({**json.loads(payload[19:start]), "facts": 1, "size": len(bomb)})
    payload = payload[:11] + len(head).to_bytes(8, "big") + head + zlib.compress(bomb)
    assert len(payload) < 100_000
    assert refused(lambda: list(facts_of(payload, manifest_of(payload)))).code == "packet_damaged"


def test_payloads_with_any_byte_changed(head: Casebook, lap: Casebook) -> None:
    """Without the seal, which finds all of it, nothing worse than a line comes of it."""
    note(lap, "1", A1)
    kept: list[bytes] = []

    def keep(_book: Casebook, _receiver: Device, payload: bytes) -> bytes:
        kept.append(payload)
        return b""

    with patch("casebook.store.packets.sealing.seal", keep):
        make_packet(lap, head.device, full=True)
    rng, codes = random.Random(1), set()
    for _ in range(300):
        payload = bytearray(kept[0])
        payload[rng.randrange(len(payload))] ^= 1 << rng.randrange(8)
        cut = bytes(payload[: rng.randrange(len(payload))]) if rng.random() < 0.2 else bytes(payload)
        try:
            list(facts_of(cut, manifest_of(cut)))
        except RuhuError as error:
            codes.add(error.code)
    assert codes <= {"packet_damaged", "newer_packet"} and codes


# Clocks


def test_a_clock_far_ahead_is_told_and_orders_nothing_wrong(head: Casebook, lap: Casebook) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, zone: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=4000)

    with patch("casebook.store.casebook.datetime", Ahead), patch("casebook.store.packets.make.datetime", Ahead):
        note(lap, "ahead", A1)
        packet = make_packet(lap, head.device)
    (told,) = take_packet(head, packet).notices
    assert "lap1" in told and ("5,759,999" in told or "5,760,000" in told)
    before = head.whole.execute("SELECT max(clock) FROM envelope").fetchone()[0]
    mine = [note(head, str(n), A1) for n in range(5)]
    clocks = [head.whole.execute("SELECT clock FROM envelope WHERE id = ?", (one,)).fetchone()[0] for one in mine]
    assert clocks == sorted(clocks) and clocks[0] > before
    send(head, lap)
    note(lap, "after", A1)
    assert lap.whole.execute("SELECT max(clock) FROM envelope WHERE id <> ''").fetchone()[0] > clocks[-1]


def test_the_last_clock_leaves_room() -> None:
    assert LAST_CLOCK * 4 < 2**63 - 1


# Machines that were set back


def test_an_office_set_back_to_before_the_invitation(tmp_path: Path) -> None:
    """It gets from the laptop what that has, the office's own word about the laptop first of all."""
    views = VIEWS
    with office(tmp_path / "office.ruhu") as head:
        backup = back_up(head, tmp_path / "old.db").path
        note(head, "at the office", B1)
        with joined(head, tmp_path / "lap.ruhu", "lap1", [A1]) as lap:
            note(head, "planned", A1)
            send(head, lap)
            head.close()
            restore(tmp_path / "office.ruhu", backup, author="甲", views=views)
            with open_casebook(tmp_path / "office.ruhu", author="甲", views=views) as back:
                assert notes(back) == [] and device_of(back.whole, lap.device) is None
                note(lap, "filled in", A1)
                (old,) = (one.id for one in devices(lap.whole) if one.whole_county)
                taken = take_packet(back, make_packet(lap, old, full=True))
                assert taken.sender_name == "lap1" and notes(back) == ["filled in", "planned"]
                verified = verify(back.whole)
                assert (verified.broken, verified.awaited) == ((), 1)  # what only the office had is gone
                assert len(taken.notices) == 1 and "1 条" in taken.notices[0]
                note(back, "again", A1)
                assert send(back, lap).facts == 2 and notes(lap) == ["again", "filled in", "planned"]
