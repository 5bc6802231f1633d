"""The rows of the current lists (名单的行), and what the audit run that counts says of their people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casebook.people.places import read_township, read_village
from casebook.store.erased_rows import erased_rows
from casebook.store.facts import Fact, fact_by_id, pieces
from casebook.store.lists import LISTED, current
from casebook.store.sources import ListSide, stored_list
from casebook.store.sqlite import Connection
from casebook.tables.table import Table, text_of

Cells = Mapping[str, str]
"""The filled cells of a row by field (casebook.tables.fields)."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A person's row of one list."""

    side: ListSide
    person: str
    cells: Cells

    @property
    def place(self) -> tuple[str, str]:
        return self.cells.get("township", ""), self.cells.get("village", "")


def list_rows(connection: Connection, side: ListSide) -> list[ListRow]:
    """The people's rows of the import of a list that counts; none without one."""
    fact = current(connection, side)
    if fact is None or fact.body is None:
        return []
    table, people = stored_list(connection, fact)
    erased = erased_rows(table)
    rows = enumerate(zip(_cells(table), people, strict=True))
    return [ListRow(side, person, cells) for at, (cells, person) in rows if person and at not in erased]


def _cells(table: Table) -> Iterator[Cells]:
    columns = [[(one.index, one.field) for one in block.columns if one.field] for block in table.blocks]
    for row in table.rows:
        yield {
            name: text
            for index, name in columns[row.block]
            if index < len(row.values) and (text := text_of(row.values[index]).strip())
        }


class RunTold:
    """What the audit run that counts says of people: who is who, second rows (重复), what the registry is a list of,
    villages by other names."""

    def __init__(self, connection: Connection) -> None:
        self.joined: defaultdict[str, list[str]] = defaultdict(list)
        for registry, roster in connection.execute(
            "SELECT registry, roster FROM joined WHERE state <> 'review' ORDER BY registry, roster"
        ):
            self.joined[registry].append(roster)
        self.second: frozenset[str] = frozenset()
        self.aliases: dict[tuple[str, str], tuple[str, str]] = {}
        self.patients = False
        run = _current_run(connection)
        if run is not None and run.body is not None:
            self.second = frozenset(_second_rows(connection, run.body))
            self.aliases = {
                plain_place(one["township"], one["registry"]): plain_place(one["township"], one["roster"])
                for one in run.body["aliases"]
            }
            self.patients = run.body["scopes"].get("registry") == "patients"


def _current_run(connection: Connection) -> Fact | None:
    row = connection.execute("SELECT run FROM run_joined").fetchone()
    return fact_by_id(connection, row[0]) if row else None


def _second_rows(connection: Connection, run: Mapping[str, Any]) -> Iterator[str]:
    """The people of rows that the run took for second ones of somebody else, in the lists that still count."""
    for side in LISTED:
        fact, letters = current(connection, side), run["rows"].get(side, "")
        if fact is None or fact.body is None or fact.id != run["sources"].get(side) or "2" not in letters:
            continue
        # a machine of some villages has their rows only
        people = [(values[3], letters[n]) for n, values in pieces(connection, fact.arrival, "row")]
        first = {person for person, letter in people if letter != "2"}
        yield from (person for person, letter in people if letter == "2" and person not in first)


def plain_place(township: str, village: str) -> tuple[str, str]:
    """A place in the form in which two spellings of it are one."""
    return read_township(township), read_village(village)
