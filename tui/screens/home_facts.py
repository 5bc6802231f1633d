"""What the home screen shows, read from the casebook in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.finding_view import current_run
from audit.province import KIND
from audit.queue import Filter, TownshipProgress, counts_by_status, progress_by_township, queue_ids, queue_rows
from audit.statuses import Status
from audit.stored_result import is_elsewhere
from casebook.store.accounts import Account, account_of
from casebook.store.backup import newest_backup
from casebook.store.casebook import Casebook
from casebook.store.devices import awaits_first_packet
from casebook.store.history import LogFilter, LogRow, log_ids, log_rows
from casebook.store.lists import LISTED, current
from casebook.store.sources import LIST_SIDES, ListSide
from casebook.store.sqlite import Connection
from exports.upload.batches import BatchRow, batches
from survey_forms.visits.duties import Duties, asks_on_their_way, duties

RECENT = 12


@dataclass(frozen=True)
class ListAtHand:
    """A list in the casebook: its rows, of somebody of some places those of theirs; the file it came from, when (wall
    time, UTC)."""

    side: ListSide
    rows: int
    file: str
    wall: str


@dataclass(frozen=True)
class HomeFacts:
    """`run_wall` is '' before the first audit run; `stale`: a list was imported since. `open_a`: 未定 of severity A,
    `sent_back` those of them that the province made (省退回).
    `unplanned`: asks (待问) that no visit takes along yet; `batch`: the newest batch (批次), revoked or not. `account`:
    the acting person's, None where they have none (in a plain casebook). `awaits`: this machine has joined and has not
    got its first packet; `elsewhere`: this machine has no findings of the run, they stayed at the office."""

    author: str
    lists: tuple[ListAtHand, ...]
    run_wall: str
    stale: bool
    counts: dict[Status, int]
    townships: tuple[TownshipProgress, ...]
    open_a: int
    sent_back: int
    visits: Duties
    unplanned: int
    batch: BatchRow | None
    backup: datetime | None
    recent: tuple[LogRow, ...]
    account: Account | None
    awaits: bool = False
    elsewhere: bool = False

    @property
    def findings(self) -> int:
        return sum(self.counts.values())

    @property
    def severe(self) -> int:
        return sum(township.severe for township in self.townships)

    def missing(self) -> list[ListSide]:
        """The two lists that a cross-check needs and that are not there."""
        there = {at_hand.side for at_hand in self.lists}
        return [side for side in ("roster", "registry") if side not in there]


def home_facts(book: Casebook) -> HomeFacts:
    """Everything the home screen shows. Called in a thread."""
    connection = book.connection
    lists, ids = [], {}
    for side in LIST_SIDES:
        fact = current(connection, side)
        if fact is not None and fact.body is not None:
            table = fact.body["table"]
            ids[side] = fact.id
            rows = table["rows"] if book.rights.everywhere or side not in LISTED else _seen(connection, side)
            lists.append(ListAtHand(side, rows, table["source"]["name"], fact.envelope.wall))
    counts = counts_by_status(book)
    run = current_run(connection)
    looked_at = dict(run.body["sources"]) if run is not None and run.body is not None else {}
    backup = newest_backup(book.folder)
    return HomeFacts(
        author=book.author,
        lists=tuple(lists),
        run_wall=run.envelope.wall if run is not None else "",
        stale=ids != looked_at,
        counts=counts,
        townships=tuple(progress_by_township(book)),
        open_a=len(queue_ids(book, Filter(statuses=("open",), severity="A"))),
        sent_back=len(queue_ids(book, Filter(statuses=("open",), kind=KIND))),
        visits=duties(book, book.author),
        unplanned=_unplanned(book) if counts["visit"] else 0,
        batch=next(iter(batches(book)), None),
        backup=backup.made if backup else None,
        account=account_of(connection, book.author),
        awaits=awaits_first_packet(book.whole),
        elsewhere=run is not None and not any(counts.values()) and is_elsewhere(connection, run),
        recent=tuple(log_rows(book, log_ids(book, LogFilter(), RECENT, fold=True), fold=True)),
    )


def _seen(connection: Connection, side: ListSide) -> int:
    return int(connection.execute("SELECT count(*) FROM listed WHERE side = ?", (side,)).fetchone()[0])


def _unplanned(book: Casebook) -> int:
    """How many asks behind findings that wait for a visit (待入户) are in no visit."""
    waiting = queue_rows(book, queue_ids(book, Filter(statuses=("visit",))))
    return len({row.decision for row in waiting if row.decision} - asks_on_their_way(book.connection))
