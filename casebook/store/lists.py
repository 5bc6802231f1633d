"""The view of the current lists: which import of each list counts, and its people with what they are searched by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from casebook.people.codes import sex as sex_of
from casebook.people.idnumber import read_id
from casebook.people.names import read_name
from casebook.people.readings import readings
from casebook.store.areas import placed
from casebook.store.erased_rows import erased_rows
from casebook.store.facts import Fact, encoded, fact_by_id
from casebook.store.sources import ListSide, numbered_list, sources, undone_targets
from casebook.store.sqlite import Connection, database
from casebook.store.views import View
from casebook.tables.table import Table, text_of

LISTED: tuple[ListSide, ...] = ("roster", "registry")
"""The lists whose rows are people of the casebook; the others are evidence about them."""

_SCHEMA = """
CREATE TABLE source (
    id TEXT PRIMARY KEY, arrival INTEGER NOT NULL, side TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
    rows INTEGER NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL, author TEXT NOT NULL, blocks BLOB NOT NULL
) STRICT;
CREATE TABLE source_withdrawn (target TEXT PRIMARY KEY) STRICT;
CREATE TABLE source_listed (side TEXT PRIMARY KEY, source TEXT NOT NULL) STRICT;
CREATE TABLE listed (
    source TEXT NOT NULL, side TEXT NOT NULL, row INTEGER NOT NULL, sheet TEXT NOT NULL, sheet_row INTEGER NOT NULL,
    person TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, initials TEXT NOT NULL, number TEXT NOT NULL,
    birth TEXT NOT NULL, sex TEXT NOT NULL, township TEXT NOT NULL, village TEXT NOT NULL, household TEXT NOT NULL,
    phone TEXT NOT NULL, PRIMARY KEY (side, row)
) STRICT;
CREATE INDEX listed_person ON listed (person);
CREATE INDEX listed_name ON listed (name_key);
CREATE INDEX listed_number ON listed (number);
CREATE INDEX listed_initials ON listed (initials);
CREATE INDEX listed_household ON listed (household)
"""


def current(connection: Connection, side: ListSide) -> Fact | None:
    """The import of a list that counts: the newest that was not withdrawn."""
    found = sources(connection, side)
    return fact_by_id(connection, found[0][0]) if found else None


def areas_in(connection: Connection) -> set[str]:
    """The areas of the people of the current lists: every village, and every township."""
    rows = connection.execute(f"SELECT DISTINCT township, {placed()} FROM listed").fetchall()
    return {area for row in rows for area in row if area}


def initials_of(name: str) -> str:
    """The first letters of a name's main readings: 李希楷 is lxk; other letters stand as they are."""
    return "".join((found[0][0] if (found := readings(char)) else char) for char in name).lower()


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind == "source" and fact.body is not None:
        told, envelope = fact.body["table"], fact.envelope
        values: tuple[Any, ...] = (
            fact.id, fact.arrival, fact.body["side"], told["source"]["name"], told["source"]["sha256"],
            told["rows"], envelope.wall, envelope.clock, envelope.author, encoded(told["blocks"]),
        )  # fmt: skip
        connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    elif targets := undone_targets(fact):
        connection.executemany("INSERT OR IGNORE INTO source_withdrawn VALUES (?)", [(target,) for target in targets])


def _finish(connection: Connection) -> None:
    for side in LISTED:
        _list_anew(connection, side)


def _list_anew(connection: Connection, side: ListSide) -> None:
    """Fill `listed` with the rows of the current import of a list, if that is another one than before."""
    found = sources(connection, side)
    now = found[0][0] if found else ""
    row = connection.execute("SELECT source FROM source_listed WHERE side = ?", (side,)).fetchone()
    if now == (row[0] if row else ""):
        return
    connection.execute("DELETE FROM listed WHERE side = ?", (side,))
    connection.execute("DELETE FROM source_listed WHERE side = ?", (side,))
    fact = fact_by_id(connection, now) if now else None
    if fact is None:
        return
    connection.execute("INSERT INTO source_listed VALUES (?, ?)", (side, now))
    rows = _listed_rows(*numbered_list(connection, fact), now, side)
    database(connection)["listed"].insert_all(rows, batch_size=1000)


def _listed_rows(
    table: Table, people: list[str | None], numbers: list[int], source: str, side: str
) -> Iterator[dict[str, Any]]:
    """One row of `listed` for each person's row, normalised once, here; on a machine of some areas rows are missing,
    and the others keep their numbers."""
    fields = ("name", "id_number", "birth_date", "sex", "township", "village", "household_code", "phone")
    columns = zip(*(table.values(field) for field in fields), strict=True)
    erased = erased_rows(table)
    for at, (row, person, index, cells) in enumerate(zip(table.rows, people, numbers, columns, strict=True)):
        if at in erased:
            continue
        name, number = read_name(cells[0]), read_id(cells[1])
        birth, sex, township, village, household, phone = (text_of(cell).strip() for cell in cells[2:])
        sex = sex_of(sex) or number.sex
        yield {
            "source": source,
            "side": side,
            "row": index,
            "sheet": table.blocks[row.block].sheet,
            "sheet_row": row.number,
            "person": person or "",
            "name": text_of(cells[0]).strip(),
            "name_key": name.text,
            "initials": initials_of(name.text),
            "number": number.text,
            "birth": birth or number.birth,
            "sex": sex,
            "township": township,
            "village": village,
            "household": household,
            "phone": phone,
        }


LISTS = View(
    name="lists",
    version=1,
    tables=("source", "source_withdrawn", "source_listed", "listed"),
    schema=_SCHEMA,
    apply=_apply,
    finish=_finish,
    areas={"listed": placed()},
    pieces={
        "row": f"(SELECT {placed('l')} FROM main.source s CROSS JOIN main.listed l ON l.source = s.id "
        "AND l.side = s.side AND l.row = piece.n WHERE s.arrival = piece.arrival)",
    },
)
