"""Facts: one canonical text, digests that tell every difference, rows that nobody changes."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.store.facts import (
    Envelope,
    area_of,
    body_digest,
    decoded,
    encoded,
    envelope_of,
    fact_by_id,
    facts,
    piece,
    pieces,
    pieces_digest,
)
from casebook.store.sqlite import IntegrityError
from tests.casebook.made_books import new_book

ENVELOPE = Envelope(
    id="a1", device="d1", seq=3, prev="p", kind="note", version=1, area="云丰镇/青桥村", parents=("b1", "b2"),
    wall="2026-11-22T08:00:00.000Z", clock=7, author="刘敏", body_digest="x",
)  # fmt: skip

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def test_canonical_text_has_one_form() -> None:
    assert encoded({"乙": [1, 2.5, None], "a": "x"}) == '{"a":"x","乙":[1,2.5,null]}'.encode()
    assert encoded({"a": 1, "b": 2}) == encoded({"b": 2, "a": 1})


def test_half_a_surrogate_pair_is_no_text() -> None:
    """Views keep their texts in SQLite, which would refuse it, and with it the whole import."""
    assert decoded(encoded({"name": "王\ud83d大"})) == {"name": "王?大"}


def test_areas_keep_township_and_village_apart() -> None:
    areas = [area_of(*place) for place in (("云丰镇", "青桥村"), ("云丰镇", ""), ("", "青桥村"), ("", ""))]
    assert areas == ["云丰镇/青桥村", "云丰镇", "/青桥村", ""]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(anything)
def test_what_is_encoded_comes_back(value: Any) -> None:
    assert decoded(encoded(value)) == value
    assert encoded(decoded(encoded(value))) == encoded(value)


@pytest.mark.parametrize("field", [field.name for field in fields(Envelope)])
def test_a_digest_covers_every_field(field: str) -> None:
    now = getattr(ENVELOPE, field)
    other = now + 1 if isinstance(now, int) else (*now, "b3") if isinstance(now, tuple) else now + "x"
    assert replace(ENVELOPE, **{field: other}).digest != ENVELOPE.digest


def test_a_digest_does_not_run_fields_together() -> None:
    moved = replace(ENVELOPE, kind="not", area="e云丰镇/青桥村")
    assert moved.digest != ENVELOPE.digest
    assert replace(ENVELOPE, parents=("b1b2",)).digest != ENVELOPE.digest


def test_the_digest_can_be_computed_by_anyone() -> None:
    told = ["a1", "d1", 3, "p", "note", 1, "云丰镇/青桥村", ["b1", "b2"], "2026-11-22T08:00:00.000Z", 7, "刘敏", "x"]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    assert ENVELOPE.digest == sha256(text.encode()).hexdigest()


def test_a_body_that_can_be_guessed_is_not_told_by_its_digest() -> None:
    assert body_digest(b"1" * 16, b"{}") != body_digest(b"2" * 16, b"{}")
    assert body_digest(b"1" * 16, b"{}") == sha256(b"1" * 16 + b"{}").hexdigest()


def test_pieces_are_told_with_their_numbers_and_borders() -> None:
    whole = pieces_digest(enumerate([b"ab", b"c"]))
    others = ([(0, b"a"), (1, b"bc")], [(0, b"c"), (1, b"ab")], [(0, b"ab")], [(1, b"ab"), (2, b"c")])
    assert whole not in [pieces_digest(other) for other in others]


def test_an_envelope_comes_back_from_its_row() -> None:
    row = [getattr(ENVELOPE, field.name) for field in fields(Envelope)]
    row[7] = json.dumps(row[7])
    assert envelope_of(row) == ENVELOPE


def test_facts_are_read_in_the_order_of_arrival(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu", notes=3) as book:
        found = list(facts(book.connection))
        assert [fact.kind for fact in found] == ["casebook", "account", "note", "note", "note"]
        assert [fact.arrival for fact in found] == [1, 2, 3, 4, 5]
        assert [fact.body["text"] for fact in facts(book.connection, "e.kind = ?", ("note",)) if fact.body] == [
            "0", "1", "2",
        ]  # fmt: skip
        assert fact_by_id(book.connection, found[3].id) == found[3]
        assert fact_by_id(book.connection, "none") is None


def test_pieces_are_found_by_number(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        with book.writing() as writing:
            rows = [encoded([n, "王大山"]) for n in range(3)]
            body = {"digests": {"row": pieces_digest(enumerate(rows))}}
            fact = writing.append("list", body, pieces={"row": rows})
        assert list(pieces(book.connection, fact.arrival, "row")) == [(n, [n, "王大山"]) for n in range(3)]
        assert piece(book.connection, fact.arrival, "row", 2) == [2, "王大山"]
        with pytest.raises(LookupError):
            piece(book.connection, fact.arrival, "row", 3)


@pytest.mark.parametrize("table", ["envelope", "body", "piece", "access"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_a_fact_is_never_changed(tmp_path: Path, table: str, change: str) -> None:
    from casebook.store.access import record

    with new_book(tmp_path / "a.ruhu") as book:
        with book.writing() as writing:
            writing.append("list", {"digests": {"row": pieces_digest([(0, b"1")])}}, pieces={"row": [b"1"]})
        record(book, "opened", ["P1"])
        column = "author" if table in ("envelope", "access") else "content"
        with pytest.raises(IntegrityError, match="never changed"):
            book.connection.execute(change.format(table, column))


def test_pieces_of_a_thousand_bytes_do_not_take_a_page_each(tmp_path: Path) -> None:
    """In a table without rowids SQLite puts whatever is over a quarter of a page on pages of its own."""
    with new_book(tmp_path / "a.ruhu") as book:
        size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        (before,) = book.connection.execute(size).fetchone()
        rows = [encoded("x" * 1200)] * 500
        with book.writing() as writing:
            writing.append("list", {"digests": {"row": pieces_digest(enumerate(rows))}}, pieces={"row": rows})
        (after,) = book.connection.execute(size).fetchone()
        assert after - before < 1.5 * sum(map(len, rows))
