"""Views: all that is computed from facts and may be thrown away. One `apply(fact)` each, live and in a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casebook.store.facts import Fact, facts
from casebook.store.sqlite import Connection

Apply = Callable[[Connection, Fact], None]
Finish = Callable[[Connection], None]
Disputes = Callable[[Connection], Iterable[tuple[str, str]]]
About = Callable[[Connection, frozenset[str]], Iterable[str]]


def nothing_more(_connection: Connection) -> None:
    """The `finish` of a view that has none."""


def no_disputes(_connection: Connection) -> Iterable[tuple[str, str]]:
    """The `disputes` of a view in which there can be none."""
    return ()


def about_nobody(_connection: Connection, _people: frozenset[str]) -> Iterable[str]:
    """The `about` of a view whose facts tell of nobody."""
    return ()


@dataclass(frozen=True, slots=True)
class View:
    """`schema` makes `tables`. `apply` reads facts and its own tables, nothing else, and must come to the same tables
    in whatever order facts of different devices arrive. `finish` fills what depends on the newest of some kind of fact:
    at the end of each transaction, in a rebuild once. A changed version rebuilds the view when a casebook is opened.
    `areas` says for each table of people or households where a row's area stands (an SQL expression over its columns,
    that names other tables as `main.…`): somebody whose areas are some places sees no other rows of it
    (casebook.store.scope). NULL is nobody's. `pieces` says the same of the parts of facts over `piece`, '' where
    everybody may see them. `disputes` gives what machines that did not know of each other left in conflict: what it is
    (visit, finding, checkout) and its id. `about` gives the facts that tell something of people by these ids.
    """

    name: str
    version: int
    tables: tuple[str, ...]
    schema: str
    apply: Apply
    finish: Finish = nothing_more
    areas: Mapping[str, str] = field(default_factory=dict, hash=False)
    pieces: Mapping[str, str] = field(default_factory=dict, hash=False)
    disputes: Disputes = no_disputes
    about: About = about_nobody


def behind(connection: Connection, views: Sequence[View]) -> list[View]:
    """The views that lack facts or have another version."""
    newest = _newest(connection)
    known = {name: (version, through) for name, version, through in connection.execute("SELECT * FROM view_state")}
    return [view for view in views if known.get(view.name) != (view.version, newest)]


def catch_up(connection: Connection, views: Iterable[View]) -> None:
    """Bring views to the newest fact; one of another version is made anew. Inside a transaction of the caller's."""
    for view in views:
        row = connection.execute("SELECT version, through FROM view_state WHERE view = ?", (view.name,)).fetchone()
        through = row[1] if row and row[0] == view.version else 0
        if row is None or row[0] != view.version:
            make_tables(connection, view)
        for fact in facts(connection, "e.arrival > ?", (through,)):
            view.apply(connection, fact)
        view.finish(connection)
        note_through(connection, [view], _newest(connection))


def make_tables(connection: Connection, view: View) -> None:
    """The view's tables, empty."""
    for table in view.tables:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in view.schema.split(";"):
        if statement.strip():
            connection.execute(statement)


def note_through(connection: Connection, views: Iterable[View], arrival: int) -> None:
    connection.executemany(
        "INSERT INTO view_state VALUES (?, ?, ?) "
        "ON CONFLICT (view) DO UPDATE SET version = excluded.version, through = excluded.through",
        [(view.name, view.version, arrival) for view in views],
    )


def rebuild(connection: Connection, views: Sequence[View], arrivals: Sequence[int] | None = None) -> None:
    """Every view made anew from all facts, in the order of their arrival or in that of the numbers given."""
    for view in views:
        make_tables(connection, view)
    if arrivals is None:
        arrivals = [row[0] for row in connection.execute("SELECT arrival FROM envelope ORDER BY arrival")]
    for arrival in arrivals:
        for fact in facts(connection, "e.arrival = ?", (arrival,)):
            for view in views:
                view.apply(connection, fact)
    for view in views:
        view.finish(connection)
    note_through(connection, views, _newest(connection))


def contents(connection: Connection, views: Iterable[View]) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of the views, sorted, to compare two builds."""
    return {
        table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        for view in views
        for table in view.tables
    }


def _newest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(arrival), 0) FROM envelope").fetchone()[0])
