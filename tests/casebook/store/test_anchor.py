"""Anchors: a line that is printed, copied by hand, and holds a casebook to what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casebook.errors import RuhuError
from casebook.store import access
from casebook.store.anchor import Anchor, anchor_line, check_anchor, read_anchor
from casebook.store.casebook import Casebook
from casebook.store.devices import Device, tell_device
from casebook.store.facts import facts
from casebook.store.verify import Broken, verify
from tests.audit.casebooks import carry
from tests.casebook.made_books import add_notes, new_book

NOW = datetime(2026, 11, 23, 12)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu", notes=3) as made:
        yield made


def anchors(book: Casebook) -> list[dict[str, Any]]:
    return [dict(fact.body or {}) for fact in facts(book.connection, "e.kind = 'anchor'")]


def standing(book: Casebook, anchor: Anchor) -> tuple[str, int]:
    checked = check_anchor(book.connection, anchor)
    return checked.standing, checked.meant


def test_the_line_tells_the_newest_fact(book: Casebook) -> None:
    seq, digest = book.connection.execute("SELECT seq, digest FROM head").fetchone()
    made = anchor_line(book, NOW)
    assert (made.device, made.seq, made.digest) == (book.device[:8], seq, digest[:20])
    groups = "-".join(digest[at : at + 5] for at in range(0, 20, 5))
    assert str(made) == f"试验县 2026-11-23 {book.device[:8]}-{seq} {groups}"
    assert standing(book, read_anchor(str(made))) == ("holds", 0)
    assert anchors(book) == [], "one machine at which nobody looked at anybody needs no more than its chain"


def test_a_line_is_read_however_it_was_copied() -> None:
    line = "金口河 2号 2026-11-23 1a2b3c0d-57 3c9e1-a2b4d-5f607-182ab"
    wanted = Anchor("金口河 2号", NOW.date(), "1a2b3c0d", 57, "3c9e1a2b4d5f607182ab")
    for text, name in (
        (line, wanted.casebook),
        (f"第 3 批\n锚 {line}\n", "第 3 批\n锚 金口河 2号"),
        (line.replace("-", "－").replace(" ", "　"), wanted.casebook),
        (line.replace("-182ab", "–I82AB").replace("3c0d-57", "3cOd - 57").replace("5f607-", "5f6O7 "), wanted.casebook),
        (line.removeprefix("金口河 2号 "), ""),
    ):
        assert read_anchor(text) == replace(wanted, casebook=name), text
    for text in ("", line[:-1], line + "0", line.replace("-11-", "-13-"), line.replace("57", ""), "锚 " * 1000):
        with pytest.raises(RuhuError) as raised:
            read_anchor(text)
        assert (raised.value.code, raised.value.category) == ("usage_anchor", "usage")


def test_slips_of_the_hand_are_told_from_forgeries(book: Casebook) -> None:
    made = anchor_line(book, NOW)
    add_notes(book, range(3, 6))
    slip = "0" if made.digest[3] != "0" else "1"
    assert standing(book, replace(made, digest=made.digest[:3] + slip + made.digest[4:])) == ("miscopied", made.seq)
    assert standing(book, replace(made, seq=2)) == ("miscopied", made.seq)
    assert standing(book, replace(made, digest="0" * 20)) == ("altered", 0)
    assert standing(book, replace(made, digest="0" * 20, seq=9)) == ("cut", 0)
    assert standing(book, replace(made, device="00000000")) == ("unknown", 0)


def test_what_others_wrote_and_who_looked_is_held_by_a_fact(book: Casebook, tmp_path: Path) -> None:
    with new_book(tmp_path / "b.ruhu") as other:
        add_notes(other, range(10, 12))
        carry(other, book)
        first = anchor_line(book, NOW)
        (told,) = anchors(book)
        head = other.connection.execute("SELECT seq, digest FROM head WHERE device = ?", (other.device,)).fetchone()
        assert told == {"heads": [[other.device, *head]], "access": [0, ""]}
        assert anchor_line(book, NOW) == first, "nothing moved on"
        carry(book, other)
        anchor_line(other, NOW)
        carry(other, book)
        assert anchor_line(book, NOW) == first, "two machines do not write anchors for each other's anchors"
        access.record(book, "opened", ["P1"])
        second = anchor_line(book, NOW)
        entry = book.connection.execute("SELECT n, digest FROM access").fetchone()
        assert second.seq == first.seq + 1 and anchors(book)[-1]["access"] == list(entry)
    connection = book.connection
    connection.execute("DROP TRIGGER access_delete")
    connection.execute("DELETE FROM access")
    connection.execute("DELETE FROM meta WHERE key = 'access'")
    assert verify(connection).broken == (Broken("access", "", 1, ""),)


@pytest.mark.parametrize(("role", "areas", "believed"), [("调查员", ("甲镇",), False), ("", ("",), True)])
def test_only_an_office_s_anchor_says_that_something_is_missing(
    book: Casebook, tmp_path: Path, role: str, areas: tuple[str, ...], believed: bool
) -> None:
    with new_book(tmp_path / "b.ruhu") as other:
        tell_device(book, Device(other.device, "另一台", areas, role))
        with other.writing() as writing:
            writing.append("anchor", {"heads": [[book.device, 1, "0" * 64]], "access": [0, ""]})
        carry(other, book)
    assert [broken.what for broken in verify(book.connection).broken] == ["anchor"] * believed


def test_this_machine_and_the_name_are_looked_at_too(book: Casebook) -> None:
    for key, what in (("device", "device"), ("name", "name")):
        book.connection.execute("BEGIN IMMEDIATE")
        book.connection.execute("UPDATE meta SET value = value || 'x' WHERE key = ?", (key,))
        assert [one.what for one in verify(book.connection).broken] == [what]
        book.connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        assert [one.what for one in verify(book.connection).broken] == [what]
        book.connection.execute("ROLLBACK")
