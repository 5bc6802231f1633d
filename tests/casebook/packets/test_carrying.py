"""Packets sealed, written to a folder, found there again: for whom, by whom, whole, in any order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.device_keys import introduce, keep_keys, new_keys, own_keys, public_keys
from casebook.store.devices import Device, body_of, device_named, lineage, own_device
from casebook.store.packets import carrying
from casebook.store.packets.carrying import hand_over, packets_in, take_all
from casebook.store.packets.known import known_devices
from casebook.store.packets.sealing import receiver_of, seal, unseal
from casebook.store.views import contents, rebuild
from tests.casebook.packets.joined import laptop_of, office_in

KEY = bytes(48)


@dataclass
class Three:
    """An office and two laptops, both with their first packet."""

    office: Casebook
    lap1: Casebook
    lap2: Casebook
    folder: Path

    def close(self) -> None:
        for book in (self.office, self.lap1, self.lap2):
            book.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Three:
    folder = tmp_path_factory.mktemp("three")
    office = office_in(folder)
    found = Three(office, laptop_of(office, folder, "lap1"), laptop_of(office, folder, "lap2", ("乙乡",)), folder)
    for laptop in (found.lap1, found.lap2):
        hand_over(office, own_device(laptop), folder / "first")
        took = take_all(laptop, [folder / "first"])
        assert not took.failed and took.tried[0].taken and took.tried[0].taken.facts
    found.close()
    return found


@pytest.fixture
def three(made: Three, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    def opened(book: Casebook) -> Casebook:
        return open_casebook(book.folder, author=book.author, views=(), key=book.key)

    found = Three(opened(made.office), opened(made.lap1), opened(made.lap2), made.folder)
    yield found
    found.close()


def note(book: Casebook, text: str) -> None:
    """A fact that everybody may write and every machine gets."""
    with book.writing() as writing:
        writing.append("notice", {"sha256": text, "version": "1"})


def noted(book: Casebook) -> int:
    return int(book.whole.execute("SELECT count(*) FROM envelope WHERE kind = 'notice'").fetchone()[0])


def refusal(connection: object, content: bytes) -> str:
    with pytest.raises(RuhuError) as caught:
        unseal(connection, content, "x.packet")  # type: ignore[arg-type]
    assert caught.value.place.file == "x.packet"
    return caught.value.code


def test_sealed_for_one_and_signed(three: Three) -> None:
    office, lap1, lap2 = three.office, three.lap1, three.lap2
    content = seal(office, own_device(lap1), b"payload")
    opened = unseal(lap1.whole, content)
    assert (opened.payload, opened.sender.id, opened.introduced) == (b"payload", office.device, False)
    assert receiver_of(content[:200]) == lap1.device and b"payload" not in content
    line, body = content.split(b"\n", 1)
    for at in (20, 60, len(content) - 1, len(content) // 2):
        broken = bytearray(content)
        broken[at] ^= 1
        assert refusal(lap1.whole, bytes(broken)) in ("packet_damaged", "packet_not_ours")
    assert refusal(lap1.whole, content[:-1]) == "packet_damaged"
    assert refusal(lap1.whole, b"PK\x03\x04") == refusal(lap1.whole, b"") == "not_a_packet"
    assert refusal(lap1.whole, line.replace(b" 1 ", b" 2 ") + b"\n" + body) == "newer_packet"
    assert refusal(lap2.whole, content) == "packet_not_ours"
    # one who rewrites the line for himself still has not the key
    claimed = line.replace(lap1.device.encode(), lap2.device.encode())
    assert refusal(lap2.whole, claimed + b"\n" + body) == "packet_not_ours"


def test_who_may_send(three: Three) -> None:
    office, lap1 = three.office, three.lap1
    own = own_device(lap1)
    content = seal(lap1, own_device(office), b"x")
    stranger = new_keys(lap1.device)
    with lap1.writing() as writing:  # another machine that says it is lap1
        kept = writing.connection.execute("SELECT value FROM meta WHERE key = ?", ("device_keys:" + lap1.device,))
        (value,) = kept.fetchone()
        keep_keys(writing.connection, stranger)
    forged = seal(lap1, own_device(office), b"x")
    with lap1.writing() as writing:
        writing.connection.execute("UPDATE meta SET value = ? WHERE key = ?", (value, "device_keys:" + lap1.device))
    assert refusal(office.whole, forged) == "packet_forged"
    assert unseal(office.whole, content).sender.name == "lap1"
    with pytest.raises(RuhuError) as caught:
        seal(office, Device("ff" * 8, "无"), b"")
    assert caught.value.code == "device_unknown"
    with office.writing() as writing:
        writing.append("device", body_of(replace(own, closed=True)))
    assert refusal(office.whole, content) == "sender_closed"
    with pytest.raises(RuhuError) as caught:
        seal(office, device_named(office.whole, "lap1"), b"")
    assert caught.value.code == "device_closed"
    with office.writing() as writing:
        writing.append("device", body_of(own))
    assert unseal(office.whole, content).sender.name == "lap1"


def test_a_folder_is_taken_in_any_order(three: Three, tmp_path: Path) -> None:
    office, lap1, lap2 = three.office, three.lap1, three.lap2
    stick = tmp_path / "U盘" / "交换"
    before = noted(office)
    note(lap1, "一")
    lost = hand_over(lap1, own_device(office), stick)
    assert lost.path.name.startswith("bangongshi-") and lost.path.name.isascii()
    lost.path.unlink()
    note(lap1, "二")
    first = hand_over(lap1, own_device(office), stick)
    hand_over(lap2, own_device(office), stick)
    hand_over(office, own_device(lap2), stick)
    (stick / "坏.packet").write_bytes(first.path.read_bytes()[:-9])
    (stick / "别的.txt").write_text("x")
    (stick / "._a.packet").write_text("x")
    took = take_all(office, [stick])
    assert len(took.tried) == 3 and took.foreign == 1
    assert [(one.path.name, one.error.code) for one in took.failed if one.error] == [("坏.packet", "packet_damaged")]
    assert noted(office) == before + 2, "what the lost packet had is in the next one"
    again = take_all(office, [stick])
    assert [one.taken.already for one in again.tried if one.taken] == [True, True]
    named = take_all(office, [packets_in(stick)[0], tmp_path / "没有.packet"])
    assert {one.error.code for one in named.failed if one.error} <= {"no_file", "packet_not_ours", "packet_damaged"}
    assert noted(office) == before + 2


def test_packets_that_need_one_another(three: Three, tmp_path: Path) -> None:
    """Through the office's last packet lap2 learns of a device whose own packet lies beside it."""
    office, lap2 = three.office, three.lap2
    hand_over(lap2, own_device(office), tmp_path)
    take_all(office, [tmp_path])
    lap3 = laptop_of(office, tmp_path, "lap3", account="吴娟")
    with lap3:
        hand_over(office, own_device(lap3), tmp_path / "to3")
        take_all(lap3, [tmp_path / "to3"])
        note(lap3, "三")
        told = device_named(lap3.whole, "lap2")
        own = hand_over(lap3, told, tmp_path / "to2")
        other = hand_over(office, told, tmp_path / "to2")
        own.path.rename(own.path.with_name("a.packet"))
        other.path.rename(other.path.with_name("b.packet"))
        took = take_all(lap2, [tmp_path / "to2"])
        assert [one.path.name for one in took.tried if one.taken] == ["a.packet", "b.packet"] and not took.failed
        lone = tmp_path / "alone"
        lone.mkdir()
        shutil.copy(tmp_path / "to2" / "a.packet", lone)
    with open_casebook(three.lap1.folder, author="陈静", views=(), key=KEY) as lap1:
        assert [one.error.code for one in take_all(lap1, [lone / "a.packet"]).failed if one.error] == [
            "packet_not_ours"
        ]


def test_a_bad_stick_is_noticed(three: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office, lap1 = three.office, own_device(three.lap1)
    real = carrying.write_atomically

    def bad(path: Path, content: bytes) -> None:
        real(path, content)
        path.write_bytes(content[:-1] + b"?")

    monkeypatch.setattr(carrying, "write_atomically", bad)
    with pytest.raises(RuhuError) as caught:
        hand_over(office, lap1, tmp_path)
    assert caught.value.code == "packet_differs" and not packets_in(tmp_path)
    monkeypatch.setattr(carrying, "free_bytes", lambda _folder: 10)
    with pytest.raises(RuhuError) as caught:
        hand_over(office, lap1, tmp_path)
    assert caught.value.code == "disk_full"
    for place, expected in ((office.folder / "tmp", "output_in_casebook"), (tmp_path / "a" / "b", "not_writable")):
        (tmp_path / "a").write_text("")
        with pytest.raises(RuhuError) as caught:
            hand_over(office, lap1, place)
        assert caught.value.code == expected
    with pytest.raises(RuhuError) as caught:
        packets_in(tmp_path / "weg")
    assert caught.value.code == "unreadable_folder"
    made: list[str] = []
    monkeypatch.setattr(carrying, "BIG", 1)
    monkeypatch.setattr(carrying, "rolling_backup", lambda _book, why: made.append(why))
    monkeypatch.setattr(carrying, "write_atomically", real)
    monkeypatch.setattr(carrying, "free_bytes", lambda _folder: None)
    hand_over(office, lap1, tmp_path / "big")
    take_all(three.lap1, [tmp_path / "big"])
    assert made == ["packet"]


def test_a_device_that_goes_on_is_known_by_the_old_ones_word(three: Three, tmp_path: Path) -> None:
    office, lap1 = three.office, three.lap1
    on_its_way = seal(office, own_device(lap1), b"y")
    old, new = lap1.device, "cd" * 8
    with lap1.writing() as writing:
        told = introduce(writing.connection, old, new)
        writing.connection.execute("UPDATE meta SET value = ? WHERE key = 'device'", (new,))
        writing.append("restored", {"device_before": old, "lost": None} | told)
    assert lap1.device == new and lineage(lap1.whole, new) == (new, old)
    found = own_device(lap1)
    assert (found.name, found.areas, found.before) == ("lap1-2", ("甲乡",), old)
    assert unseal(lap1.whole, on_its_way).payload == b"y", "what was sealed for the old one is still for it"
    opened = unseal(office.whole, seal(lap1, own_device(office), b"z"))
    assert opened.introduced and opened.sender.id == new and opened.sender.areas == ("甲乡",)
    hand_over(lap1, own_device(office), tmp_path)
    assert not take_all(office, [tmp_path]).failed
    names = {row.device.name: row.followed_by for row in known_devices(office)}
    assert names["lap1"] == "lap1-2" and names["lap1-2"] == ""
    for change in ({"closed": True}, {"closed": False}):
        changed = replace(device_named(office.whole, "lap1"), **change)
        with office.writing() as writing:
            writing.append("device", body_of(changed))
        assert device_named(office.whole, "lap1-2").closed is changed.closed, "it is closed with the one before"
        with office.writing() as writing:  # said of itself
            writing.append("device", body_of(replace(device_named(office.whole, "lap1-2"), closed=False)))
        assert not device_named(office.whole, "lap1-2").closed
        assert device_named(office.whole, "lap1").closed is changed.closed
    assert not unseal(office.whole, seal(lap1, own_device(office), b"z")).introduced
    with lap1.writing() as writing:  # somebody who has not the old key
        other = introduce(writing.connection, new, "ef" * 8)
        sign, seal_key = public_keys(new_keys("00" * 8))
        writing.append("restored", {"device_before": old, "lost": 0} | other | {"sign": sign, "seal": seal_key})
        assert own_device(lap1).sign == "", "keys that the device before did not sign are none"
        writing.connection.execute("DELETE FROM device_told WHERE device = ?", (new,))
    views = [view for view in office.views if view.name == "devices"]
    with office.writing() as writing:
        own_keys(office)
        before = contents(writing.connection, views)
        arrivals = [row[0] for row in writing.connection.execute("SELECT arrival FROM envelope ORDER BY arrival DESC")]
        rebuild(writing.connection, office.views, arrivals)
        assert contents(writing.connection, views) == before, "in whatever order facts arrive"
