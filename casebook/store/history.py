"""Reading the log (日志): facts as they came, newest first, and who looked at whom; a page at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from casebook.store.access import Access
from casebook.store.casebook import Casebook
from casebook.store.clock import wall_text
from casebook.store.facts import Fact, facts
from casebook.store.folding import facts_of_entry, folded
from casebook.store.sqlite import Connection, storable

SILENT = ("persons", "anchor")
"""Kinds that only go along with another fact, and are not shown."""

_SEARCHED = ("$.reason", "$.document", "$.value", "$.name", "$.file", "$.table.source.name")
"""Where in a body a text is looked for: what people wrote and what files are called, not the people's values. Answers
(填答) hold nothing else than these, and are not looked into."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """'' means any. `kind` is a fact's kind (in the access log: what was done), `day` an ISO date here, `text` a part
    of a reason, a document, a value or a file name, or the beginning of a fact's id; `first` and `last` are days too,
    both counted in. `silent`: kinds that only go along with another are there too."""

    kind: str = ""
    author: str = ""
    day: str = ""
    text: str = ""
    first: str = ""
    last: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class LogRow:
    """A fact in the log; of an audit run the number of its findings, of any other 0. `undone`: taken back since.
    `facts`: how many facts it stands for, those that are one piece of work with it (casebook.store.folding)."""

    fact: Fact
    findings: int
    undone: bool
    facts: int = 1


@dataclass(frozen=True, slots=True)
class LogChoices:
    """What there is to filter by, with the number of entries of each; days newest first."""

    kinds: tuple[tuple[str, int], ...]
    authors: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, int], ...]


def log_ids(book: Casebook, filter: LogFilter, limit: int = -1, *, fold: bool = False) -> array[int]:
    """The arrival numbers of the facts of a filter, newest first, at most `limit`. `fold`: what is one piece of work
    has one entry, its newest fact; where its kind or a text is asked for, every fact has its own."""
    where, values = _of_filter(filter, "kind")
    if fold and not filter.text.strip():
        where.append(f"NOT ({folded(filter.kind)})")
    if not filter.silent:
        where.append(f"kind NOT IN ({', '.join('?' * len(SILENT))})")
        values += SILENT
    if text := storable(filter.text).strip():
        marks = " OR ".join("instr(lower(told ->> ?), ?) > 0" for _path in _SEARCHED)
        where.append(
            "(substr(id, 1, ?) = ? OR kind <> 'answer' AND EXISTS (SELECT 1 FROM "
            "(SELECT CAST(content AS TEXT) AS told FROM body b "
            f"WHERE b.arrival = envelope.arrival) WHERE json_valid(told) AND ({marks})))"
        )
        values += [len(text), text.lower()]
        for path in _SEARCHED:
            values += [path, text.lower()]
    rows = book.connection.execute(
        f"SELECT arrival FROM envelope WHERE {_all(where)} ORDER BY arrival DESC LIMIT ?", [*values, limit]
    )
    return array("q", (arrival for (arrival,) in rows))


def log_rows(book: Casebook, ids: Sequence[int], *, fold: bool = False) -> list[LogRow]:
    """The facts of these arrival numbers, in their order; `fold` counts those that an entry stands for."""
    connection = book.connection
    marks = ", ".join("?" * len(ids))
    found = {fact.arrival: fact for fact in facts(connection, f"e.arrival IN ({marks})", list(ids))}
    undone = _undone(connection)
    return [
        LogRow(
            fact, _findings(connection, fact), fact.id in undone,
            facts_of_entry(connection, i, fact.envelope) if fold else 1,
        )
        for i in ids
        if (fact := found.get(i)) is not None
    ]  # fmt: skip


def log_choices(book: Casebook) -> LogChoices:
    """The kinds, authors and days of all facts that are shown."""
    where = f"kind NOT IN ({', '.join(repr(kind) for kind in SILENT)})"
    return _choices(book.connection, "envelope", "kind", where)


def access_ids(book: Casebook, filter: LogFilter) -> array[int]:
    """The numbers of the access log's entries, newest first; `text` is a part of a subject."""
    where, values = _of_filter(filter, "what")
    if text := storable(filter.text).strip():
        where.append("instr(lower(subject), ?) > 0")
        values.append(text.lower())
    rows = book.connection.execute(f"SELECT n FROM access WHERE {_all(where)} ORDER BY n DESC", values)
    return array("q", (n for (n,) in rows))


def access_rows(book: Casebook, ids: Sequence[int]) -> list[Access]:
    """The entries of these numbers, in their order."""
    marks = ", ".join("?" * len(ids))
    rows = book.connection.execute(
        f"SELECT n, wall, author, what, subject FROM access WHERE n IN ({marks})", list(ids)
    )
    found = {row[0]: Access(*row) for row in rows}
    return [found[n] for n in ids if n in found]


def access_choices(book: Casebook) -> LogChoices:
    return _choices(book.connection, "access", "what", "1")


def _of_filter(wanted: LogFilter, kind: str) -> tuple[list[str], list[Any]]:
    """The conditions of kind, author and day. A day is one of this machine's, wall times are stored in UTC."""
    where: list[str] = []
    values: list[Any] = []
    for column, value in ((kind, wanted.kind), ("author", wanted.author)):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    for day in filter(None, (wanted.day, wanted.first)):
        where.append("wall >= ?")
        values.append(_midnight(day, 0))
    for day in filter(None, (wanted.day, wanted.last)):
        where.append("wall < ?")
        values.append(_midnight(day, 1))
    return where, values


def _midnight(day: str, days: int) -> str:
    """The wall time at which a day begins here, or one some days later."""
    begin = datetime.combine(date.fromisoformat(day), time.min) + timedelta(days=days)
    return wall_text(begin.astimezone())


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "1"


def _findings(connection: Connection, fact: Fact) -> int:
    if fact.kind != "run":
        return 0
    row = connection.execute("SELECT count(*) FROM piece WHERE arrival = ? AND part = 'finding'", (fact.arrival,))
    return int(row.fetchone()[0])


def _undone(connection: Connection) -> set[str]:
    undos = facts(connection, "e.kind = 'undo'")
    return {target for undo in undos if undo.body is not None for target in undo.body["targets"]}


def _choices(connection: Connection, table: str, kind: str, where: str) -> LogChoices:
    def counted(what: str, order: str) -> tuple[tuple[str, int], ...]:
        sql = f"SELECT {what} AS it, count(*) FROM {table} WHERE {where} GROUP BY it ORDER BY {order}"
        return tuple(connection.execute(sql).fetchall())

    return LogChoices(counted(kind, "2 DESC"), counted("author", "it"), counted("date(wall, 'localtime')", "it DESC"))
