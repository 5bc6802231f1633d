"""Where to go in the auditor's queue (待办队列): the next finding to do, the next household, how much is done."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from audit.queue import PAGE, Filter, condition, queue_rows
from audit.statuses import EVERY, Status
from casebook.store.casebook import Casebook

_FIRST = -(2**62)
"""Before every finding: those of the province have numbers below zero."""


@dataclass(frozen=True, slots=True)
class Done:
    """Of the findings of a filter, whatever their status: how many are settled (已定), how many there are."""

    settled: int
    total: int


def done_of(book: Casebook, filter: Filter) -> Done:
    where, values = condition(replace(filter, statuses=EVERY))
    row = book.connection.execute(f"SELECT total(status = 'settled'), count(*) FROM finding WHERE {where}", values)
    settled, total = row.fetchone()
    return Done(int(settled), total)


def waits_for(status: Status, wanted: Sequence[Status]) -> bool:
    """Whether a finding in this status is still to be acted on by who works through findings of the `wanted` ones.

    What was put off (待查) or waits for another signer (待复签) is passed by, unless just that is being worked through.
    """
    if status in ("open", "returned", "conflict"):
        return True
    return status in ("unsigned", "pending") and "open" not in wanted and status in wanted


def next_to_do(book: Casebook, filter: Filter, after: int) -> int | None:
    """The next finding of a filter that waits to be acted on, behind `after` or else from the beginning."""
    statuses = tuple(status for status in filter.statuses if waits_for(status, filter.statuses))
    where, values = condition(replace(filter, statuses=statuses))
    for behind in (after, _FIRST):
        sql = f"SELECT min(id) FROM finding WHERE id > ? AND id <> ? AND {where}"
        (found,) = book.connection.execute(sql, (behind, after, *values)).fetchone()
        if found is not None:
            return int(found)
    return None


def household_from(book: Casebook, ids: Sequence[int], place: int, step: int) -> int:
    """The place of the next household's first finding (`step` 1) or that of the one before (`step` -1); `place` where
    there is none. `ids` are the queue's, in order."""
    if step > 0:
        start = _end_of_household(book, ids, place)
        return start if start < len(ids) else place
    start = _start_of_household(book, ids, place)
    return _start_of_household(book, ids, start - 1) if start > 0 else start


def _end_of_household(book: Casebook, ids: Sequence[int], place: int) -> int:
    for first in range(place + 1, len(ids), PAGE):
        rows = queue_rows(book, [ids[first - 1], *ids[first : first + PAGE]])[1:]
        for row in rows:
            if row.head:
                return bisect_left(ids, row.id)
    return len(ids)


def _start_of_household(book: Casebook, ids: Sequence[int], place: int) -> int:
    """The place where the household of `place` begins."""
    while place > 0:
        first = max(0, place - PAGE)
        rows = queue_rows(book, ids[first : place + 1])
        heads = [row.id for row in rows[1:] if row.head]
        if heads:
            return bisect_left(ids, heads[-1])
        place = first
    return 0


def villages_of(book: Casebook, township: str) -> list[tuple[str, int]]:
    """The villages of a township ('' for all) with the number of findings of each."""
    rows = book.connection.execute(
        "SELECT village, count(*) FROM finding WHERE ? IN ('', township) GROUP BY village ORDER BY village", (township,)
    )
    return [(village, count) for village, count in rows]
