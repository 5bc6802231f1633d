"""Random histories of two devices: lists that change, runs, decisions, second signatures, batches, what is taken back,
and facts that travel late and mixed. Whatever happens, views must not depend on the order in which facts arrived.

A history is a seed and steps (device, what is done, two numbers that choose among what there is); what can't be done
at that moment is left out. Ids and clocks come from the seed, so that a history is the same each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from unittest.mock import patch

from audit.batches import decide_batch, sample_batch
from audit.decisions import Ruling, countersign, decide, undo, undo_last
from audit.placing import heads_of, is_head
from audit.questions import SAFE_KINDS
from audit.run import run_audit
from audit.views import VIEWS
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from casebook.store.verify import verify
from tests.audit.casebooks import (
    acting,
    audited,
    carry,
    give,
    interleaved,
    live,
    new_book,
    rebuilt,
    second_device,
    sent_back,
)

Step = tuple[int, str, int, int]

DEVICES = 2
DOINGS = (
    *("import", "import", "run", "run", "run", "decide", "decide", "decide", "decide", "decide", "sign", "sign"),
    *("sign", "batch", "undo", "undo", "last", "withdraw", "carry", "carry", "carry", "clock", "province", "province"),
)

PEOPLE = """\
王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 3 | .
李桂芳 | 620303-2 | 女 | 云丰镇 | 青桥村 | H001 | P002 | 配偶 | 3 | .
王小山 | 880505-3 | 男 | 云丰镇 | 青桥村 | H001 | P003 | 之子 | 3 | .
赵铁柱 | 550707-1 | 男 | 云丰镇 | 白石村 | H002 | P004 | 户主 | 2 | .
孙二妹 | 590909-4 | 女 | 云丰镇 | 白石村 | H002 | P005 | 配偶 | 2 | .
周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | H003 | P006 | 户主 | 1 | .
吴春来 | 410202-5 | 男 | 河口乡 | 柳林村 | H004 | P007 | 户主 | 2 | .
吴小满 | 701010-2 | 女 | 河口乡 | 柳林村 | H004 | P008 | 之女 | 2 | .
"""

CHANGES = (
    ("李桂芳", "李桂方"),
    ("550707-1", "550707-1!"),
    ("590909-4", "590909-6"),
    ("880505-3 | 男", "880505-3 | 女"),
    ("配偶 | 3", "配偶 | 4"),
    ("王小山 | 880505-3", "王小川 | ."),
    ("周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | H003 | P006 | 户主 | 1 | .\n", ""),
    ("之女 | 2 | .\n", "之女 | 2 | .\n吴春来 | 410202-5 | 男 | 河口乡 | 柳林村 | H004 | P009 | 户主 | 2 | .\n"),
    ("吴小满 | 701010-2 | 女 | 河口乡 | 柳林村 | H004 | P008", "吴小曼 | 710909-4 | 女 | 河口乡 | 柳林村 | H004 | ."),
    ("周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | H003 | P006", "周老幺 | . | 男 | 云丰镇 | 青桥村 | . | ."),
    ("户主 | 1 | .", "户主 | 1 | 已死亡"),
    ("H002", "H022"),
)
"""What may be otherwise in a list; bit by bit of a number."""

MOST_WHICH, MOST_HOW = 2 ** len(CHANGES), 150


def changed(number: int) -> str:
    """The list in which the bits of `number` say what is changed."""
    text = PEOPLE
    for bit, (old, new) in enumerate(CHANGES):
        if number >> bit & 1:
            text = text.replace(old, new)
    return text


class Clock:
    """A wall clock that goes its own way, instead of the `datetime` that facts are stamped with."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.skew = timedelta(0)

    def now(self, zone: tzinfo) -> datetime:
        self.moment += timedelta(milliseconds=7)
        return (self.moment + self.skew).astimezone(zone)


@contextmanager
def by_seed(seed: int) -> Iterator[Clock]:
    """In the block ids, salts and clocks come from a seed."""
    rng, clock = random.Random(seed), Clock()
    with (
        patch("secrets.token_hex", lambda size: rng.randbytes(size).hex()),
        patch("secrets.token_bytes", rng.randbytes),
        patch("secrets.choice", rng.choice),
        patch("casebook.store.casebook.datetime", clock),
    ):
        yield clock


def play(folder: Path, seed: int, steps: Sequence[Step]) -> list[Casebook]:
    """The casebooks of both devices after the history."""
    rng = random.Random(seed)
    with by_seed(seed) as clock:
        first = new_book(folder / "a.ruhu", "刘敏")
        audited(first, PEOPLE, changed(0b0001_0010_1111))
        books = [first, second_device(first, folder / "b.ruhu", "张伟")]
        skews = [timedelta(0)] * DEVICES
        for device, doing, which, how in steps:
            clock.skew = skews[device]
            if doing == "clock":
                skews[device] = timedelta(seconds=which % 7200 - 3600)
            elif doing == "carry":
                carry(books[1 - device], books[device], rng.choice, limit=which % 20 + 1)
            else:
                with acting(books[device], ("刘敏", "张伟", "陈静")[(device + how // 50) % 3]):
                    _do(books[device], doing, which, how)
    return books


def _do(book: Casebook, doing: str, which: int, how: int) -> None:
    try:
        _DO[doing](book, which, how)
    except RuhuError as error:
        assert error.category in ("usage", "check"), error.code


def _import(book: Casebook, which: int, how: int) -> None:
    give(book, ("roster", "registry")[how % 2], changed(which))  # type: ignore[arg-type]


def _run(book: Casebook, which: int, how: int) -> None:
    run_audit(book, roster_scope="people", registry_scope="people")


def _decide(book: Casebook, which: int, how: int) -> None:
    verdict = how % 9 + 1
    where = "pair <> ''" if verdict in (8, 9) else "1"
    if found := _ids(book, f"SELECT id FROM finding WHERE {where} ORDER BY id"):
        decide(book, [found[which % len(found)]], Ruling(verdict, "查过", "身份证", str(how % 2)))


def _sign(book: Casebook, which: int, how: int) -> None:
    if found := _ids(book, "SELECT id FROM finding WHERE status = 'unsigned' ORDER BY id"):
        countersign(book, [found[which % len(found)]])


def _batch(book: Casebook, which: int, how: int) -> None:
    found = [kind for kind in _ids(book, "SELECT DISTINCT kind FROM finding ORDER BY kind") if kind in SAFE_KINDS]
    if found:
        sample = sample_batch(book, found[which % len(found)], how % 2 + 1)
        decide_batch(book, sample, sample.code)


def _undo(book: Casebook, which: int, how: int) -> None:
    found = _ids(book, "SELECT id FROM envelope WHERE kind IN ('decision', 'countersign') ORDER BY id")
    found += _ids(book, "SELECT DISTINCT batch FROM decision WHERE batch <> '' ORDER BY batch")
    if found:
        undo(book, found[which % len(found)])


def _last(book: Casebook, which: int, how: int) -> None:
    undo_last(book)


def _withdraw(book: Casebook, which: int, how: int) -> None:
    found = _ids(book, "SELECT id FROM envelope WHERE kind IN ('run', 'source') ORDER BY id")
    undo(book, found[which % len(found)])


def _province(book: Casebook, which: int, how: int) -> None:
    """What came back about one or two people; two devices may read the same file, and not alike."""
    found = _ids(book, "SELECT name FROM listed WHERE side = 'roster' ORDER BY row")
    if found:
        names = [found[which % len(found)], "外来人"][: how % 2 + 1]
        sent_back(book, *names, file=f"{how % 3}" * 64, message=f"第 {which % 5} 项不对")


_DO = {
    "import": _import, "run": _run, "decide": _decide, "sign": _sign, "batch": _batch, "undo": _undo, "last": _last,
    "withdraw": _withdraw, "province": _province,
}  # fmt: skip


def _ids(book: Casebook, sql: str) -> list[Any]:
    return [row[0] for row in book.connection.execute(sql).fetchall()]


def check(books: Sequence[Casebook], seed: int) -> None:
    """Raises AssertionError where views are other than facts say, whatever the order; then brings both together."""
    rng = random.Random(seed)
    for book in books:
        _check_one(book, rng)
    left, right = books
    carry(left, right, rng.choice)
    carry(right, left, rng.choice)
    for book in books:
        _check_one(book, rng)
    assert _without_arrival(left) == _without_arrival(right), "two devices with the same facts show different views"


def _check_one(book: Casebook, rng: random.Random) -> None:
    now = live(book)
    assert rebuilt(book) == now, _differing(now, rebuilt(book))
    for _ in range(2):
        other = rebuilt(book, interleaved(book, rng.choice))
        assert other == now, _differing(now, other)
    assert verify(book.connection).broken == ()
    _check_meaning(book)


def _differing(one: dict[str, list[tuple[Any, ...]]], other: dict[str, list[tuple[Any, ...]]]) -> str:
    return ", ".join(table for table in one if one[table] != other[table]) + " depend on the order of arrival"


def _check_meaning(book: Casebook) -> None:
    """What a finding shows is a decision that stands; one that is open has none to itself."""
    connection = book.connection
    rows = connection.execute("SELECT id, status, verdict, decision, pair FROM finding").fetchall()
    for identity, status, verdict, decision, pair in rows:
        heads = heads_of(connection, identity)
        if status == "conflict":
            assert len(heads) > 1 and decision is None and verdict is None
        elif status == "open":
            assert decision is None and (not heads or pair)
        else:
            assert decision in heads and is_head(connection, decision)


def _without_arrival(book: Casebook) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all views but the numbers that mean nothing elsewhere."""
    connection, found = book.connection, {}
    for table in (table for view in VIEWS for table in view.tables):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "arrival"]
        found[table] = sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
    return found


def drawn(rng: random.Random, length: int) -> list[Step]:
    """A history of that many steps."""
    return [
        (rng.randrange(DEVICES), rng.choice(DOINGS), rng.randrange(MOST_WHICH), rng.randrange(MOST_HOW))
        for _ in range(length)
    ]
