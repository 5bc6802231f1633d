"""Alter a casebook behind its back, in every way there is, and count what `ruhu log verify` and a printed anchor find.

    python -m benchmarks.torture.altered [--tries N] [--seed N] [--keyed] [--folder DIR]

1. columns: one bit changed in any stored column of the facts (envelope, body, piece), the heads, the access log, this
   machine's id, name and keys. `verify` must find each, and name the fact.
2. anchors: somebody who knows how it is made alters, cuts off or takes out facts or entries of the access log and makes
   all digests anew, the heads and the anchors' facts too, so that `verify` finds nothing. A line printed before must
   show it each time. What is done after the line must leave it standing.
3. file: one bit changed anywhere in the file, plain or encrypted. Opening, `verify` or `doctor` must find it, or no row
   of any table may differ.

N tries of each. Prints counts; exit 1 when something was missed. Samples in tests/casebook/store/test_altered.py.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audit.views import VIEWS
from casebook.errors import RuhuError
from casebook.store import access
from casebook.store.anchor import Anchor, anchor_line, check_anchor, read_anchor
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.device_keys import own_keys
from casebook.store.facts import FIRST, Envelope, body_digest, decoded, encoded, envelope_of
from casebook.store.health import examine, whole
from casebook.store.sqlite import Connection, DatabaseError, IntegrityError
from casebook.store.verify import verify
from tests.audit.casebooks import acting, audited, carry, new_book, ruled, second_device
from tests.audit.histories import PEOPLE, changed

KEY = bytes(range(32))
_ENVELOPE = ", ".join(Envelope.__slots__)
_COLUMNS = {
    "envelope": ("rowid", (*Envelope.__slots__, "digest", "arrival")),
    "body": ("rowid", ("arrival", "salt", "content")),
    "piece": ("rowid", ("arrival", "part", "n", "content")),
    "head": ("rowid", ("device", "seq", "digest")),
    "access": ("rowid", ("n", "wall", "author", "what", "subject", "digest")),
    "meta": ("rowid", ("key", "value")),
}
_UNPROVED = ("place",)
"""Rows of `meta` that nothing rests on: where the folder lies; another place makes a new device, and says so."""


def made(folder: Path, key: bytes | None) -> tuple[Casebook, list[Anchor]]:
    """A casebook of two devices with lists, a run, decisions, keys and looks, and the anchors printed along the way."""
    anchors = []
    book = new_book(folder / "a.ruhu", key=key)
    own_keys(book)
    audited(book, PEOPLE, changed(0b100_0000_1111))
    anchors.append(anchor_line(book))
    ruled(book, "id_checkdigit", 1)
    access.record(book, "opened", ["P1", "P2"])
    anchors.append(anchor_line(book))
    with second_device(book, folder / "b.ruhu", "张伟") as other:
        ruled(other, "name_homophone", 1)
        carry(other, book)
        anchors.append(anchor_line(book))
        ruled(other, "sex_wrong", 2)
        access.exported(book, "findings", ["疑点.xlsx"])
        carry(other, book)
        anchors.append(anchor_line(book))
    with acting(book, "陈静"):
        ruled(book, "deceased", 6)
    access.record(book, "revealed", ["P3"])
    anchors.append(anchor_line(book))
    return book, [read_anchor(str(anchor)) for anchor in anchors]


def unlock(connection: Connection) -> None:
    """Let anybody change everything."""
    for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute("PRAGMA foreign_keys = OFF")


@contextmanager
def taken_back(connection: Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


# One bit in a column


def flip_columns(connection: Connection, rng: random.Random, tries: int) -> tuple[Counter[str], list[str]]:
    """How many bits were changed in each column, and what was missed or not named."""
    counts: Counter[str] = Counter()
    missed = []
    while counts.total() < tries:
        table = rng.choice(sorted(_COLUMNS))
        key, columns = _COLUMNS[table]
        column = rng.choice(columns)
        rows = connection.execute(
            f"SELECT {key}, typeof({column}), CAST({column} AS BLOB), {column} FROM {table}"
            + (f" WHERE key NOT IN ({', '.join(map(repr, _UNPROVED))})" if table == "meta" else "")
        ).fetchall()
        place, kind, raw, value = rng.choice(rows)
        with taken_back(connection):
            named = _named(connection, table, place)
            if kind == "integer":
                other: Any = value ^ 1 << rng.randrange(62)
            elif not raw:
                continue
            else:
                bit = rng.randrange(len(raw) * 8)
                other = raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]
            cast = "CAST(? AS TEXT)" if kind == "text" else "?"
            try:
                connection.execute(f"UPDATE {table} SET {column} = {cast} WHERE {key} = ?", (other, place))
            except IntegrityError:  # the table takes no such row: it was there already
                continue
            counts[f"{table}.{column}"] += 1
            found = verify(connection).broken
            if not found or (named and named not in {(one.device, one.seq) for one in found}):
                missed.append(f"{table}.{column} at {place}")
    return counts, missed


def _named(connection: Connection, table: str, place: int) -> tuple[str, int] | None:
    """Of which fact a row is."""
    if table not in ("envelope", "body", "piece"):
        return None
    arrival = "arrival" if table == "envelope" else f"(SELECT arrival FROM {table} WHERE rowid = {place})"
    where = f"rowid = {place}" if table == "envelope" else f"arrival = {arrival}"
    device, seq = connection.execute(f"SELECT device, seq FROM envelope WHERE {where}").fetchone()
    return str(device), int(seq)


# Everything made anew


def forge(connection: Connection, rng: random.Random, anchor: Anchor, *, before: bool) -> str:
    """Alter something that an anchor covers (`before`), or something written after it, and make every digest anew;
    what was done in a word, '' where there is nothing to alter."""
    own = anchor.device
    rows = connection.execute("SELECT arrival, device, seq FROM envelope ORDER BY arrival").fetchall()
    heads, entry = _covered(connection, anchor)
    old = [row for row in rows if row[2] <= (anchor.seq if row[1].startswith(own) else heads.get(row[1], 0))]
    new = [row for row in rows if row not in old]
    what = rng.choice(("altered", "cut", "taken out", "looks"))
    if what == "looks":
        (count,) = connection.execute("SELECT count(*) FROM access").fetchone()
        first, last = (1, entry) if before else (entry + 1, count)
        if first > last:
            return ""
        n = rng.randint(first, last)
        if rng.random() < 0.5:
            connection.execute("DELETE FROM access WHERE n >= ?", (n,))
            what = "looks cut"
        else:
            connection.execute("UPDATE access SET author = author || '?' WHERE n = ?", (n,))
        _looks_anew(connection)
    else:
        chosen = [row for row in (old if before else new) if row[2] > 1]
        if not chosen:
            return ""
        arrival, device, seq = rng.choice(chosen)
        if what == "altered":
            connection.execute("UPDATE envelope SET author = author || '?' WHERE arrival = ?", (arrival,))
        elif what == "cut":
            _delete(connection, "device = ? AND seq >= ?", (device, seq))
        else:
            _delete(connection, "device = ? AND seq = ?", (device, seq))
            connection.execute("UPDATE envelope SET seq = -(seq - 1) WHERE device = ? AND seq > ?", (device, seq))
            connection.execute("UPDATE envelope SET seq = -seq WHERE seq < 0")
    _chains_anew(connection)
    return what


def _covered(connection: Connection, anchor: Anchor) -> tuple[dict[str, int], int]:
    """How far an anchor covers the other chains and the access log: as the newest anchor's fact before it says."""
    row = connection.execute(
        "SELECT content FROM body JOIN envelope USING (arrival) WHERE kind = 'anchor' AND seq <= ? "
        "AND substr(device, 1, 8) = ? ORDER BY seq DESC LIMIT 1",
        (anchor.seq, anchor.device),
    ).fetchone()
    if row is None:
        return {}, 0
    told = decoded(row[0])
    return {device: seq for device, seq, _digest in told["heads"]}, told["access"][0]


def _delete(connection: Connection, where: str, values: tuple[Any, ...]) -> None:
    for table in ("piece", "body"):
        connection.execute(f"DELETE FROM {table} WHERE arrival IN (SELECT arrival FROM envelope WHERE {where})", values)
    connection.execute(f"DELETE FROM envelope WHERE {where}", values)


def _looks_anew(connection: Connection) -> None:
    digest = ""
    for row in connection.execute("SELECT n, wall, author, what, subject FROM access ORDER BY n").fetchall():
        entry = access.Access(*row)
        digest = access._digest(digest, entry)
        connection.execute("UPDATE access SET digest = ? WHERE n = ?", (digest, entry.n))
    connection.execute("DELETE FROM meta WHERE key = 'access'")
    access.note_head(connection)


def _chains_anew(connection: Connection) -> None:
    """Every digest as if the facts that are there had been written like this; what anchors' facts name too."""
    heads: dict[str, tuple[int, str]] = {}
    digests: dict[tuple[str, int], str] = {}
    for arrival, *columns in connection.execute(
        f"SELECT arrival, {_ENVELOPE} FROM envelope ORDER BY arrival"
    ).fetchall():
        device, seq, kind = columns[1], columns[2], columns[4]
        columns[3] = heads.get(device, (0, FIRST))[1]
        if kind == "anchor":
            salt, content = connection.execute(
                "SELECT salt, content FROM body WHERE arrival = ?", (arrival,)
            ).fetchone()
            told = decoded(content)
            told["heads"] = [
                [of, min(n, heads[of][0]), digests[of, min(n, heads[of][0])]]
                for of, n, _digest in told["heads"]
                if of in heads
            ]
            look = connection.execute(
                "SELECT n, digest FROM access WHERE n <= ? ORDER BY n DESC LIMIT 1", (told["access"][0],)
            ).fetchone()
            told["access"] = list(look or (0, ""))
            content = encoded(told)
            columns[11] = body_digest(salt, content)
            connection.execute("UPDATE body SET content = ? WHERE arrival = ?", (content, arrival))
        envelope = envelope_of(columns)
        heads[device] = seq, envelope.digest
        digests[device, seq] = envelope.digest
        connection.execute(
            "UPDATE envelope SET prev = ?, body_digest = ?, digest = ? WHERE arrival = ?",
            (envelope.prev, envelope.body_digest, envelope.digest, arrival),
        )
    connection.execute("DELETE FROM head")
    connection.executemany("INSERT INTO head VALUES (?, ?, ?)", [(one, *head) for one, head in heads.items()])


def forge_all(
    connection: Connection, anchors: list[Anchor], rng: random.Random, tries: int
) -> tuple[Counter[str], list[str]]:
    """How many forgeries of each kind, and those that went wrong: seen by `verify` (then the forger was clumsy and
    nothing is shown), not seen by the anchor, or an anchor that fell though all it covers stands."""
    counts: Counter[str] = Counter()
    wrong = []
    while counts.total() < tries:
        anchor, before = rng.choice(anchors), rng.random() < 0.8
        with taken_back(connection):
            what = forge(connection, rng, anchor, before=before)
            if not what:
                continue
            name = f"{what} {'before' if before else 'after'} the line"
            counts[name] += 1
            if broken := verify(connection).broken:
                wrong.append(f"{name}: {broken[0]}")
            elif (check_anchor(connection, anchor).standing == "holds") == before:
                wrong.append(f"{name}: {check_anchor(connection, anchor)}")
    return counts, wrong


# One bit of the file


def flip_file(folder: Path, key: bytes | None, rng: random.Random, tries: int) -> tuple[Counter[str], list[str]]:
    """Which of opening, `verify` and `doctor` found how many bits of a closed casebook's file; those that none did."""
    counts: Counter[str] = Counter()
    missed = []
    database = folder / "casebook.db"
    expected, content = _rows(folder, key), database.read_bytes()
    for _try in range(tries):
        bit = rng.randrange(len(content) * 8)
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        database.write_bytes(flipped)
        try:
            found = _looked_at(folder, key)
            if not found and _rows(folder, key) == expected:
                found = "no row differs"
        except Exception as error:  # a fault of ours, whatever it is
            found = ""
            missed.append(f"bit {bit}: {type(error).__name__}: {_where(error)}")
        else:
            if not found:
                missed.append(f"bit {bit}")
        counts[found or "MISSED"] += 1
        for left in folder.glob("casebook.db-*"):
            left.unlink()
    database.write_bytes(content)
    return counts, missed


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{Path(one.filename).stem}.{one.name}:{one.lineno}" for one in frames[:-5:-1])


def _looked_at(folder: Path, key: bytes | None) -> str:
    """Who says that something is wrong, '' for nobody."""
    try:
        book = open_casebook(folder, author="刘敏", views=VIEWS, key=key)
    except RuhuError:
        return "opening"
    with book:
        try:
            if verify(book.whole).broken:
                return "log verify"
        except DatabaseError:
            return "log verify"
        return "" if whole(examine(book)) else "doctor"


def _rows(folder: Path, key: bytes | None) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with open_casebook(folder, author="刘敏", views=VIEWS, key=key) as book:
        tables = book.whole.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        return {
            name: sorted(book.whole.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for (name,) in tables.fetchall()
        }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    key = KEY if options.keyed else None
    bad = 0
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = Path(place)
        book, anchors = made(folder, key)
        book.close()
        bad += _told("file", lambda: flip_file(book.folder, key, rng, options.tries))
        with open_casebook(book.folder, author="刘敏", views=VIEWS, key=key) as book:
            unlock(book.connection)
            for title, run in (
                ("columns", lambda: flip_columns(book.connection, rng, options.tries)),
                ("anchors", lambda: forge_all(book.connection, anchors, rng, options.tries)),
            ):
                bad += _told(title, run)
    return 1 if bad else 0


def _told(title: str, run: Any) -> int:
    start = time.perf_counter()
    counts, missed = run()
    print(f"{title}: {counts.total()} tries, {len(missed)} missed, {time.perf_counter() - start:.0f} s")
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")
    for one in missed[:20]:
        print(f"  MISSED {one}", file=sys.stderr)
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
