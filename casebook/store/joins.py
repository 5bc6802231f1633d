"""The view of who is who across lists: the people of the two lists that the current audit run takes for one person."""

from __future__ import annotations

from casebook.store.areas import placed
from casebook.store.facts import Fact, pieces
from casebook.store.sources import undone_targets
from casebook.store.sqlite import Connection
from casebook.store.views import View

_SCHEMA = """
CREATE TABLE run (id TEXT PRIMARY KEY, arrival INTEGER NOT NULL, clock INTEGER NOT NULL) STRICT;
CREATE TABLE run_withdrawn (target TEXT PRIMARY KEY) STRICT;
CREATE TABLE run_joined (run TEXT PRIMARY KEY) STRICT;
CREATE TABLE joined (
    registry TEXT NOT NULL, roster TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (registry, roster)
) WITHOUT ROWID, STRICT;
CREATE INDEX joined_roster ON joined (roster)
"""


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind == "run":
        connection.execute("INSERT INTO run VALUES (?, ?, ?)", (fact.id, fact.arrival, fact.envelope.clock))
    elif targets := undone_targets(fact):
        connection.executemany("INSERT OR IGNORE INTO run_withdrawn VALUES (?)", [(target,) for target in targets])


def _finish(connection: Connection) -> None:
    """Fill `joined` with the links of the current run, if that is another one than before."""
    now = connection.execute(
        "SELECT id, arrival FROM run WHERE id NOT IN (SELECT target FROM run_withdrawn) ORDER BY clock DESC, id DESC"
    ).fetchone()
    before = connection.execute("SELECT run FROM run_joined").fetchone()
    if (now and now[0]) == (before and before[0]):
        return
    connection.execute("DELETE FROM joined")
    connection.execute("DELETE FROM run_joined")
    if now is None:
        return
    connection.execute("INSERT INTO run_joined VALUES (?)", (now[0],))
    told = pieces(connection, now[1], "link")
    links = ((registry, roster, state) for _n, (registry, roster, _score, state, _kinds) in told)
    connection.executemany("INSERT OR IGNORE INTO joined VALUES (?, ?, ?)", links)


JOINS = View(
    name="joins",
    version=1,
    tables=("run", "run_withdrawn", "run_joined", "joined"),
    schema=_SCHEMA,
    apply=_apply,
    finish=_finish,
    areas={
        "joined": f"(SELECT {placed('l')} FROM main.listed l WHERE l.person = joined.roster AND l.side = 'roster')",
    },
)
