"""Casebooks for tests, filled from lists in the notation, and a second device whose facts arrive later.

A finding is named by its kind and, where several are of that kind, by the name that it stands under.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audit.decisions import Ruling, decide
from audit.finding_view import current_run
from audit.imports import Imported, import_list
from audit.run import RunSummary, run_audit
from audit.views import VIEWS
from casebook.store.accounts import account_of, change_account
from casebook.store.casebook import Casebook, create_casebook
from casebook.store.facts import FIRST, Envelope, decoded, encoded, envelope_of, pieces_digest
from casebook.store.rights import ADMINISTRATOR
from casebook.store.sources import ListSide
from casebook.store.views import contents, rebuild
from tests.audit.notation import table

HEAD = "姓名 | 证件号 | 性别 | 乡 | 村 | 户 | 人 | 关系 | 人数 | 备注\n"
KEYS: tuple[bytes | None, ...] = (None, bytes(range(32)))
KEY_NAMES = ("plain", "keyed")

_TITLES = {"roster": "花名册", "registry": "全部人口台账"}
_ENVELOPE = ", ".join(Envelope.__slots__)

Ids = tuple[str, ...]


def new_book(folder: Path, author: str = "刘敏", key: bytes | None = None) -> Casebook:
    return create_casebook(folder, name="测试县", author=author, views=VIEWS, key=key)


def give(book: Casebook, side: ListSide, people: str, name: str = "名单.xlsx") -> Imported:
    """Import a list; `people` are its lines without the headers, or with their own."""
    text = people if people.lstrip().startswith("姓名") else HEAD + people
    return import_list(book, table(text, _TITLES.get(side, ""), name), side, {})


def audited(book: Casebook, roster: str = "", registry: str = "") -> RunSummary:
    """Import what is given and cross-check, both lists as lists of everybody."""
    if roster:
        give(book, "roster", roster)
    if registry:
        give(book, "registry", registry)
    return run_audit(book, roster_scope="people", registry_scope="people")


def finding(book: Casebook, kind: str, name: str = "") -> int:
    """The number of the one finding of this kind and name."""
    rows = book.connection.execute(
        "SELECT id FROM finding WHERE kind = ? AND (? = '' OR name = ?)", (kind, name, name)
    ).fetchall()
    assert len(rows) == 1, (kind, name, kinds(book))
    return int(rows[0][0])


def kinds(book: Casebook) -> list[tuple[str, str]]:
    """Kind and name of every finding, sorted."""
    return sorted(book.connection.execute("SELECT kind, name FROM finding").fetchall())


def status(book: Casebook, kind: str, name: str = "") -> tuple[str, int | None]:
    """Status and verdict of a finding."""
    row = book.connection.execute(
        "SELECT status, verdict FROM finding WHERE id = ?", (finding(book, kind, name),)
    ).fetchone()
    return row[0], row[1]


def ruled(book: Casebook, kind: str, verdict: int, name: str = "", *, by: str = "", **told: str) -> Ids:
    """Decide a finding, the reason being `查过` unless told."""
    with acting(book, by or book.author):
        return decide(book, [finding(book, kind, name)], Ruling(verdict, **({"reason": "查过"} | told)))


def sent_back(
    book: Casebook, *names: str, file: str = "0" * 64, batch: str = "b" * 32, message: str = "姓名与公安信息不一致"
) -> str:
    """The province's feedback about people of the roster, or of neither list (`visit:1`), as the upload keeps it: the
    id of the fact."""
    rows = []
    for name in names:
        found = book.connection.execute(
            "SELECT person, township, village, household FROM listed WHERE side = 'roster' AND name = ?", (name,)
        ).fetchone()
        person, township, village, household = found or ("", "", "", "")
        rows.append(
            encoded(
                {
                    "key": person or f"{'v' * 32}:1", "people": [["roster", person]] if person else [],
                    "visit": "v" * 32, "submission": "s" * 32, "name": name, "township": township,
                    "village": village, "household": household,
                    "messages": [[message, "name", "姓名", name], ["缺电话。", "", "联系电话", ""]],
                }
            )
        )  # fmt: skip
    body = {
        "batch": batch, "number": 3, "file": "错误.xlsx", "sha256": file, "shape": "errors", "accepted": 0,
        "unmatched": 0, "rejected": [decoded(row)["key"] for row in rows],
        "digests": {"row": pieces_digest(enumerate(rows))},
    }  # fmt: skip
    with book.writing() as writing:
        return writing.append("feedback", body, parents=[batch], pieces={"row": rows}).id


@contextmanager
def acting(book: Casebook, author: str) -> Iterator[None]:
    """The block is done by another user of the same device."""
    if book.encrypted and account_of(book.whole, author) is None:
        change_account(book, author, ADMINISTRATOR)
    before, book.author = book.author, author
    try:
        yield
    finally:
        book.author = before


def second_device(book: Casebook, folder: Path, author: str) -> Casebook:
    """A casebook of its own device that has every fact of `book` so far."""
    other = new_book(folder, author)
    carry(book, other)
    return other


def carry(
    source: Casebook, target: Casebook, choose: Callable[[Sequence[str]], str] = min, limit: int | None = None
) -> int:
    """Bring over what `target` lacks, or the first `limit` of it, each device's facts in their order; `choose` says
    whose fact comes next. The number of facts."""
    waiting: dict[str, list[tuple[Any, ...]]] = {}
    for row in source.connection.execute(f"SELECT arrival, {_ENVELOPE} FROM envelope ORDER BY device, seq").fetchall():
        head = target.connection.execute("SELECT seq FROM head WHERE device = ?", (row[2],)).fetchone()
        if row[3] > (head[0] if head else 0):
            waiting.setdefault(row[2], []).append(row)
    done = 0
    with target.writing() as writing:
        while waiting and done != limit:
            device = choose(sorted(waiting))
            arrival, *columns = waiting[device].pop(0)
            if not waiting[device]:
                del waiting[device]
            salt, content = source.connection.execute(
                "SELECT salt, content FROM body WHERE arrival = ?", (arrival,)
            ).fetchone()
            writing.take(envelope_of(columns), salt, content, _pieces(source, arrival))
            done += 1
    return done


def _pieces(book: Casebook, arrival: int) -> dict[str, list[tuple[int, bytes]]]:
    found: dict[str, list[tuple[int, bytes]]] = {}
    for part, n, content in book.connection.execute(
        "SELECT part, n, content FROM piece WHERE arrival = ? ORDER BY part, n", (arrival,)
    ):
        found.setdefault(part, []).append((n, content))
    return found


def live(book: Casebook) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all views as they stand."""
    return contents(book.connection, VIEWS)


def rebuilt(book: Casebook, arrivals: Sequence[int] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """The same after a rebuild in the order of `arrivals`; the views stay as they were."""
    connection = book.connection
    connection.execute("BEGIN IMMEDIATE")
    try:
        rebuild(connection, VIEWS, arrivals)
        return contents(connection, VIEWS)
    finally:
        connection.execute("ROLLBACK")


def interleaved(book: Casebook, choose: Callable[[Sequence[str]], str]) -> list[int]:
    """The arrival numbers of all facts in another order that keeps that of each device."""
    waiting: dict[str, list[int]] = {}
    for device, arrival in book.connection.execute("SELECT device, arrival FROM envelope ORDER BY device, seq"):
        waiting.setdefault(device, []).append(arrival)
    order = []
    while waiting:
        device = choose(sorted(waiting))
        order.append(waiting[device].pop(0))
        if not waiting[device]:
            del waiting[device]
    return order


def run_of(book: Casebook) -> str:
    """The id of the run that counts, '' for none."""
    run = current_run(book.connection)
    return run.id if run else FIRST
