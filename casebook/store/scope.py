"""Scoped reading: what somebody of some places sees of the database. One place for every query of every room.

On the connection that such a person's queries run on, TEMP VIEWs stand in front of the tables, under the same names;
SQLite looks there first. Envelopes are seen whole, they say nothing of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from casebook.store.areas import condition, quoted
from casebook.store.sqlite import Connection
from casebook.store.views import View

_OPEN_BODIES = (
    "account", "anchor", "casebook", "checkin", "checkout", "device", "erase", "form", "format", "notice", "passphrase",
    "rekey", "restored", "run", "source", "undo",
)  # fmt: skip
"""Kinds whose bodies are of the whole county and hold nothing about people; of a list or a run pieces do."""


def restrict(connection: Connection, views: Iterable[View], areas: Sequence[str], name: str) -> None:
    """From now on this connection shows only rows of these areas, and of the access log only this person's entries.
    It is for reading: what is written must see everything."""
    for statement in statements(views, areas, name):
        connection.execute(statement)
    connection.execute("PRAGMA query_only = ON")


def statements(views: Iterable[View], areas: Sequence[str], name: str) -> Iterator[str]:
    """The views to make, in SQL."""
    views = tuple(views)
    for view in views:
        for table, area in view.areas.items():
            yield _shadow(table, condition(area, areas))
    bodies = condition("e.area", areas)
    kinds = ", ".join(quoted(kind) for kind in _OPEN_BODIES)
    yield (
        f"CREATE TEMP VIEW body AS SELECT * FROM main.body WHERE EXISTS (SELECT 1 FROM main.envelope e "
        f"WHERE e.arrival = body.arrival AND (e.kind IN ({kinds}) OR {bodies}))"
    )
    yield _shadow("piece", _pieces({part: area for view in views for part, area in view.pieces.items()}, areas))
    yield _shadow("access", f"author = {quoted(name)}")


def _shadow(table: str, where: str) -> str:
    return f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE {where}"


def _pieces(parts: Mapping[str, str], areas: Sequence[str]) -> str:
    """Pieces of a part that nobody says the area of are seen by nobody; '' as an area is what everybody may see."""
    tests = [
        f"WHEN {quoted(part)} THEN {condition(area, areas) if area else '1'}" for part, area in sorted(parts.items())
    ]
    return f"CASE part {' '.join(tests)} ELSE 0 END" if tests else "0"
