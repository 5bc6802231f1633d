"""The trail: whatever is touched behind our back is found, and the first fact that was touched is named.

Who touches it goes past the triggers, by SQL of his own. Bits that flip anywhere: test_altered.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from casebook.progress import Stopped
from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection
from casebook.store.verify import Broken, verify
from tests.audit.casebooks import KEY_NAMES, KEYS, acting, audited, carry, new_book, ruled, second_device
from tests.audit.histories import PEOPLE, changed

OTHER_JSON = ("{}", "5", "[1]", '"a"', "null", "[1,2,{},4]")


@pytest.fixture(scope="module", params=KEYS, ids=KEY_NAMES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    """A casebook of two devices with lists, a run and decisions, its triggers gone."""
    folder = tmp_path_factory.mktemp("verify")
    with new_book(folder / "a.ruhu", key=request.param) as book:
        audited(book, PEOPLE, changed(0b100_0000_1111))
        with second_device(book, folder / "b.ruhu", "张伟") as other:
            ruled(other, "name_homophone", 1)
            ruled(other, "sex_wrong", 2)
            carry(other, book)
        ruled(book, "id_checkdigit", 1)
        with acting(book, "陈静"):
            ruled(book, "deceased", 6)
        connection = book.connection
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("PRAGMA foreign_keys = OFF")
        yield book


@pytest.fixture
def touched(written: Casebook) -> Iterator[Connection]:
    """Its connection in the middle of a step that never ends; every test finds the casebook whole."""
    connection = written.connection
    assert verify(connection).broken == ()
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.execute("ROLLBACK")


def seq_of(connection: Connection, arrival: int) -> tuple[str, int]:
    row: tuple[str, int] = connection.execute(
        "SELECT device, seq FROM envelope WHERE arrival = ?", (arrival,)
    ).fetchone()
    return row


def places(found: tuple[Broken, ...]) -> set[tuple[str, int]]:
    return {(broken.device, broken.seq) for broken in found}


@pytest.mark.parametrize("column", ["arrival", "device", "seq", "version", "clock"])
def test_numbers_and_devices_too(touched: Connection, column: str) -> None:
    arrival, device, seq = touched.execute("SELECT arrival, device, seq FROM envelope WHERE kind = 'run'").fetchone()
    value: Any = "zz" if column == "device" else 4096
    touched.execute(f"UPDATE envelope SET {column} = ? WHERE arrival = ?", (value, arrival))
    assert (device, seq) in places(verify(touched).broken)


def test_a_deleted_fact_is_a_gap(touched: Connection) -> None:
    device, seq = seq_of(touched, 4)
    for table in ("envelope", "body", "piece"):
        touched.execute(f"DELETE FROM {table} WHERE arrival = 4")
    assert verify(touched).broken[0] == Broken("gap", device, seq, "")


def test_a_deleted_body(touched: Connection) -> None:
    identity, device, seq = touched.execute("SELECT id, device, seq FROM envelope WHERE kind = 'decision'").fetchone()
    touched.execute("DELETE FROM body WHERE arrival = (SELECT arrival FROM envelope WHERE id = ?)", (identity,))
    assert verify(touched).broken == (Broken("body", device, seq, identity),)


@pytest.mark.parametrize("kind", ["source", "run"])
def test_a_deleted_an_added_and_a_swapped_piece(touched: Connection, kind: str) -> None:
    identity, arrival, device, seq = touched.execute(
        "SELECT id, arrival, device, seq FROM envelope WHERE kind = ?", (kind,)
    ).fetchone()
    part, n = touched.execute("SELECT part, max(n) FROM piece WHERE arrival = ?", (arrival,)).fetchone()
    expected = (Broken("pieces", device, seq, identity),)
    of_part = f"arrival = {arrival} AND part = '{part}'"
    for change in (
        f"DELETE FROM piece WHERE {of_part} AND n = {n}",
        f"DELETE FROM piece WHERE {of_part}",
        f"INSERT INTO piece SELECT arrival, part, {n + 1}, content FROM piece WHERE {of_part} AND n = {n}",
        f"INSERT INTO piece VALUES ({arrival}, 'more', 0, x'31')",
        f"UPDATE piece SET n = n + 1000 WHERE {of_part}",
        *(f"UPDATE piece SET content = CAST('{json}' AS BLOB) WHERE {of_part} AND n = {n}" for json in OTHER_JSON),
    ):
        touched.execute("SAVEPOINT one")
        assert touched.execute(change).rowcount
        assert verify(touched).broken == expected, change
        touched.execute("ROLLBACK TO one")


def test_swapped_facts(touched: Connection) -> None:
    """Two neighbours of one device change their numbers, or only their bodies."""
    device, seq = seq_of(touched, 3)
    touched.execute("SAVEPOINT one")
    for old, new in ((seq, -1), (seq + 1, seq), (-1, seq + 1)):
        touched.execute("UPDATE envelope SET seq = ? WHERE device = ? AND seq = ?", (new, device, old))
    assert (verify(touched).broken[0].device, verify(touched).broken[0].seq) == (device, seq)
    touched.execute("ROLLBACK TO one")
    for old, new in ((3, -1), (4, 3), (-1, 4)):
        touched.execute("UPDATE body SET arrival = ? WHERE arrival = ?", (new, old))
    assert {(broken.what, broken.seq) for broken in verify(touched).broken} == {("body", seq), ("body", seq + 1)}


def test_a_truncated_tail(touched: Connection) -> None:
    """The chain that is left is whole; the head that was kept beside it is not its end."""
    device, seq = touched.execute("SELECT device, seq FROM head ORDER BY seq DESC").fetchone()
    of_tail = "SELECT arrival FROM envelope WHERE device = ? AND seq >= ?"
    for (arrival,) in touched.execute(of_tail, (device, seq - 1)).fetchall():
        for table in ("envelope", "body", "piece"):
            touched.execute(f"DELETE FROM {table} WHERE arrival = {arrival}")
    assert verify(touched).broken == (Broken("head", device, seq, ""),)


def test_a_whole_device_taken_away(touched: Connection) -> None:
    device, seq = touched.execute("SELECT device, seq FROM head ORDER BY seq").fetchone()
    touched.execute("DELETE FROM envelope WHERE device = ?", (device,))
    assert verify(touched).broken == (Broken("head", device, seq, ""),)


@pytest.mark.parametrize("change", ["seq = seq - 1", "digest = 'x'", "device = 'zz'", "digest = CAST(x'ff' AS TEXT)"])
def test_a_changed_head(touched: Connection, change: str) -> None:
    (device,) = touched.execute("SELECT device FROM head ORDER BY seq DESC").fetchone()
    touched.execute(f"UPDATE head SET {change} WHERE device = ?", (device,))
    found = verify(touched).broken
    assert {broken.what for broken in found} == {"head"} and device in {broken.device for broken in found}


def test_a_rewritten_fact_with_a_digest_of_its_own(touched: Connection) -> None:
    """Whoever computes the digest anew breaks the next link; whoever rewrites the last fact differs from the head."""
    from casebook.store.facts import Envelope, envelope_of

    columns = ", ".join(Envelope.__slots__)
    for back, what in ((1, "chain"), (0, "head")):
        touched.execute("SAVEPOINT one")
        device, last = touched.execute("SELECT device, seq FROM head ORDER BY seq DESC").fetchone()
        where = (device, last - back)
        touched.execute("UPDATE envelope SET author = '无名' WHERE device = ? AND seq = ?", where)
        envelope = envelope_of(
            touched.execute(f"SELECT {columns} FROM envelope WHERE device = ? AND seq = ?", where).fetchone()
        )
        touched.execute("UPDATE envelope SET digest = ? WHERE device = ? AND seq = ?", (envelope.digest, *where))
        assert [(broken.what, broken.seq) for broken in verify(touched).broken] == [(what, last)]
        touched.execute("ROLLBACK TO one")


def test_what_is_whole_names_its_heads(written: Casebook) -> None:
    found = verify(written.connection)
    assert found.facts == written.connection.execute("SELECT count(*) FROM envelope").fetchone()[0]
    assert set(found.heads) == set(written.connection.execute("SELECT device, seq, digest FROM head"))
    assert len(found.heads) == 2


def test_it_tells_of_itself_and_can_be_stopped(written: Casebook) -> None:
    told: list[tuple[int, int]] = []

    def progress(_stage: str, done: int, total: int) -> None:
        told.append((done, total))
        raise Stopped

    with pytest.raises(Stopped):
        verify(written.connection, progress)
    assert told and not written.connection.in_transaction
    assert verify(written.connection).broken == ()
