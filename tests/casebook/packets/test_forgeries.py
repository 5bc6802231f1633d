"""What a machine writes that passes the program by: its packets are refused, and nothing of them is stored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from casebook.store import facts as store_facts
from casebook.store.casebook import Casebook, create_casebook
from casebook.store.devices import device_of, lineage, tell_device
from casebook.store.facts import Envelope, encoded
from casebook.store.packets.framing import Carried, Manifest
from casebook.store.verify import verify
from tests.casebook.made_books import KEYS, VIEWS
from tests.casebook.packets.machines import (
    A1,
    A2,
    B1,
    changed,
    joined,
    note,
    notes,
    refused,
    seen,
    send,
    tell,
)  # fmt: skip


def test_facts_that_others_are_said_to_have_written(head: Casebook, lap: Casebook) -> None:
    send(lap, head)

    def invented(manifest: Manifest, facts: list[Carried]) -> tuple[Manifest, list[Carried]]:
        seq, digest = lap.whole.execute("SELECT seq, digest FROM head WHERE device = ?", (head.device,)).fetchone()
        content = encoded({"text": "forged"})
        envelope = Envelope("f" * 32, head.device, seq + 1, digest, "note", 1, A1, (), "2026-01-01T00:00:00.000Z",
                            2**57, "甲", store_facts.body_digest(b"", content))  # fmt: skip
        heads = {**manifest.heads, head.device: (envelope.seq, envelope.digest, "00" * 64)}
        return replace(manifest, heads=heads), [*facts, Carried(envelope, b"", content)]

    with joined(head, head.folder.parent / "third.ruhu", "lap3") as third:
        send(head, third)
        send(head, lap)
        error = refused(lambda: changed(lap, third, invented))
        assert error.code == "packet_forged" and "办公室" in error.what
        assert "forged" not in notes(third)


def unhindered(book: Casebook, kind: str, body: dict[str, object], area: str = "", **more: object) -> str:
    """A fact as somebody writes it who passes the program by."""
    with patch("casebook.store.casebook.refuse_outside"):
        return tell(book, kind, body, area, **more)


FORGERIES: dict[str, tuple[str, dict[str, object], str, str]] = {
    "account": ("account", {"name": "乙", "role": "管理员", "areas": [""]}, "", "packet_not_allowed"),
    "casebook": ("casebook", {"name": "试验县"}, "", "packet_not_allowed"),
    "form": ("form", {}, "", "packet_not_allowed"),
    "elsewhere": ("answer", {}, B1, "packet_not_allowed"),
    "other visit": ("answer", {"visit": "{visit}"}, A1, "packet_not_allowed"),
    "undo": ("undo", {"targets": ["{first}"]}, "", "packet_not_allowed"),
    "visit elsewhere": ("visit", {"household": {"township": "甲镇", "village": "二村"}}, A1, "packet_not_allowed"),
    "unknown undo": ("undo", {"targets": ["0" * 32]}, "", "packet_gap"),
    "checkin": ("checkin", {"device": "x", "areas": [A2], "of": [["{checkout}", A2]]}, "", "packet_not_allowed"),
    "nothing in it": ("checkin", {}, "", "packet_damaged"),
    "of another shape": ("undo", {"targets": 7}, "", "packet_damaged"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_a_device_may_not_write(head: Casebook, tmp_path: Path, what: str) -> None:
    kind, body, area, code = FORGERIES[what]
    with joined(head, tmp_path / "survey.ruhu", "survey1", [A1], role="调查员") as book:
        lent = tell(head, "checkout", {"device": "0" * 16, "areas": [A2]})
        visit = tell(head, "visit", {}, A2)
        send(head, book)
        tell(book, "answer", {}, A1)
        assert send(book, head).facts == 1
        assert refused(lambda: tell(book, "run", {})).code == "office_only"
        (first,) = head.whole.execute("SELECT id FROM envelope WHERE kind = 'casebook'").fetchone()
        text = json.dumps(body).replace("{visit}", visit).replace("{first}", first).replace("{checkout}", lent)
        told = json.loads(text)
        write_anyhow(book, kind, told, area)
        before = seen(head)
        error = refused(lambda: send(book, head))
        assert error.code == code and seen(head) == before


def write_anyhow(book: Casebook, kind: str, body: dict[str, object], area: str) -> None:
    """A fact that no view of this machine has looked at."""
    views, book.views = book.views, ()
    try:
        unhindered(book, kind, body, area)
    finally:
        book.views = views
    book.whole.execute("UPDATE view_state SET through = (SELECT max(arrival) FROM envelope)")


def test_a_clock_that_leaves_no_room(head: Casebook, lap: Casebook) -> None:
    far = datetime(2900, 1, 1, tzinfo=UTC)
    with patch("casebook.store.casebook.datetime") as clock:
        clock.now.return_value = far
        note(lap, "far", A1)
    assert refused(lambda: send(lap, head)).code == "packet_clock"
    assert "far" not in notes(head)


def test_nobody_is_set_back_by_a_word(head: Casebook, lap: Casebook) -> None:
    send(lap, head)
    device = head.device

    def boasting(manifest: Manifest, facts: list[Carried]) -> tuple[Manifest, list[Carried]]:
        heads = {**manifest.heads, device: (10**6, "0" * 64, "00" * 64)}
        return replace(manifest, has={**manifest.has, device: 10**6}, heads=heads), facts

    assert not changed(lap, head, boasting).renewed and head.device == device


def test_nobody_goes_on_as_another_by_saying_so(head: Casebook, lap: Casebook, tmp_path: Path) -> None:
    with joined(head, tmp_path / "second.ruhu", "lap2", [A1]) as second:
        send(head, lap)
        tell(lap, "restored", {"device_before": second.device, "lost": None})
        send(lap, head)
        assert lineage(head.whole, lap.device) == (lap.device,)


def test_laptops_that_meet_before_the_office_has_told_of_both(head: Casebook, lap: Casebook, tmp_path: Path) -> None:
    with joined(head, tmp_path / "second.ruhu", "lap2", [A1]) as second:
        send(head, second)
        note(second, "second", A1)
        assert device_of(lap.whole, second.device) is None
        assert send(second, lap).sender_name == "lap2" and "second" in notes(lap)
        with (
            patch("casebook.store.casebook.refuse_outside"),
            joined(second, tmp_path / "third.ruhu", "guest", [A1]) as third,  # a laptop has no say in this
        ):
            send(second, third)  # to the guest the laptop is who invited it
            assert refused(lambda: send(second, lap)).code == "packet_not_allowed"
            assert refused(lambda: send(second, head)).code == "packet_not_allowed"


def test_a_laptop_gives_itself_nothing(head: Casebook, lap: Casebook) -> None:
    own = device_of(lap.whole, lap.device)
    assert own is not None
    assert refused(lambda: tell_device(lap, replace(own, areas=("",)))).code == "office_only"
    with patch("casebook.store.casebook.refuse_outside"):
        tell_device(lap, replace(own, areas=("",)))
    before = seen(head)
    assert refused(lambda: send(lap, head)).code == "packet_not_allowed"
    assert seen(head) == before


def test_a_closed_machine_by_way_of_one_that_has_not_heard(head: Casebook, lap: Casebook, tmp_path: Path) -> None:
    with joined(head, tmp_path / "second.ruhu", "office2") as second:
        send(head, second)
        send(head, lap)
        tell(second, "account", {"name": "丙", "role": "调查员", "areas": [""]})
        send(second, head)
        own = device_of(head.whole, second.device)
        assert own is not None
        tell_device(head, replace(own, closed=True))
        tell(second, "account", {"name": "贼", "role": "管理员", "areas": [""]})
        assert refused(lambda: send(second, head)).code == "sender_closed"
        send(second, lap)
        assert refused(lambda: send(lap, head)).code == "packet_not_allowed"
        with joined(head, tmp_path / "third.ruhu", "lap3", [A1]) as third:  # what came before it was closed is right
            assert send(head, third).facts > 5


def test_nobody_writes_into_a_past_that_was_looked_at(head: Casebook, lap: Casebook) -> None:
    early = note(lap, "early", A1)
    (clock,) = lap.whole.execute("SELECT clock FROM envelope WHERE id = ?", (early,)).fetchone()
    note(lap, "late", A1)
    send(lap, head)
    with patch("casebook.store.casebook.next_clock", lambda _last, _now: clock + 1):
        note(lap, "between", A1)
    assert refused(lambda: send(lap, head)).code == "packet_damaged"
    assert [one.what for one in verify(lap.whole).broken] == ["chain"]


def test_contents_that_are_held_back(head: Casebook, lap: Casebook) -> None:
    note(lap, "1", A1)

    def without(manifest: Manifest, facts: list[Carried]) -> tuple[Manifest, list[Carried]]:
        return manifest, [replace(one, content=None, pieces=[]) for one in facts]

    assert refused(lambda: changed(lap, head, without)).code == "packet_not_allowed"


def test_contents_that_come_later_are_looked_at_too(head: Casebook, lap: Casebook, tmp_path: Path) -> None:
    """The envelope by way of somebody who has not its contents, then the contents."""
    (first,) = head.whole.execute("SELECT id FROM envelope WHERE kind = 'casebook'").fetchone()
    with joined(head, tmp_path / "second.ruhu", "lap2", [B1]) as second:
        send(head, second)
        send(head, lap)
        write_anyhow(lap, "undo", {"targets": [first]}, A1)
        send(lap, second)
        assert send(second, head).notices
        assert refused(lambda: send(lap, head)).code == "packet_not_allowed"


@pytest.mark.parametrize("author", ["甲", "乙", "谁"])
def test_in_whose_name_something_is_written(tmp_path: Path, author: str) -> None:
    with create_casebook(tmp_path / "o.ruhu", name="县", author="甲", views=VIEWS, key=KEYS[1]) as head:
        tell(head, "account", {"name": "乙", "role": "调查员", "areas": [A1]})
        with joined(head, tmp_path / "l.ruhu", "lap1", [A1], author="乙") as lap:
            send(head, lap)
            tell(lap.acted_by("甲"), "answer", {}, A1)
            assert send(lap, head).facts == 1  # an administrator at a laptop
            with patch("casebook.store.casebook.refuse"):
                tell(lap.acted_by(author), "assignment" if author == "乙" else "answer", {}, A1)
            assert send(lap, head).facts == 1 if author != "谁" else refused(lambda: send(lap, head))
