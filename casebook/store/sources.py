"""A list (名单) as a fact: the table as it was read, its rows as pieces, every row with its person's id.

Rows are never corrected in place. Their digests are kept household by household, so that a machine that holds only
some villages can still prove its rows.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from casebook.language import N_
from casebook.store.facts import Fact, area_of, decoded, encoded, pieces, pieces_digest
from casebook.store.sqlite import Connection
from casebook.tables.table import Block, Column, Notice, Row, Skipped, Source, Table, text_of

if TYPE_CHECKING:
    from casebook.store.casebook import Writing

ListSide = Literal["roster", "registry", "deaths", "disabled", "dibao", "insured"]
LIST_SIDES: tuple[ListSide, ...] = get_args(ListSide)
LIST_NAMES: dict[ListSide, str] = {
    "roster": N_("花名册"),
    "registry": N_("卫健名单"),
    "deaths": N_("死亡名单"),
    "disabled": N_("残疾人名单"),
    "dibao": N_("低保名单"),
    "insured": N_("参保名单"),
}

SKIPPED = "skipped"
"""The part that holds the texts of skipped rows: titles, but also signatures and people's rows that nobody could
read. They never leave the machines of the whole county."""

_DIGEST_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_person_id() -> str:
    """`P` and 12 characters of Crockford's base 32: 60 random bits, readable aloud."""
    return "P" + "".join(secrets.choice(_ALPHABET) for _ in range(12))


def append_source(
    writing: Writing,
    table: Table,
    side: ListSide,
    mapping: Mapping[str, str],
    people: Sequence[str | None],
    about: Mapping[str, Any],
) -> Fact:
    """Store a list. `people` holds each row's person, None in lists that are evidence only; `about` is what else the
    fact should say (how it differs from the list before)."""
    households = _households(table)
    rows = [
        encoded([row.block, row.number, home, person, list(row.values)])
        for row, home, person in zip(table.rows, households, people, strict=True)
    ]
    skipped = [encoded(one.text) for one in table.skipped]
    plain = replace(table, rows=(), skipped=tuple(replace(one, text="") for one in table.skipped))
    salt = secrets.token_bytes(16)
    body = {
        **about,
        "side": side,
        "mapping": dict(mapping),
        "table": {**asdict(plain), "rows": len(rows)},
        "salt": salt.hex(),
        "digests": {"row": household_digests(salt, enumerate(rows)), SKIPPED: pieces_digest(enumerate(skipped))},
    }
    return writing.append("source", body, pieces={"row": rows, SKIPPED: skipped})


def stored_list(connection: Connection, fact: Fact) -> tuple[Table, list[str | None]]:
    """The table of a list as it was read, and each row's person; on a machine of some areas their rows only. Raises
    LookupError when its body is not on this machine."""
    table, people, _numbers = numbered_list(connection, fact)
    return table, people


def numbered_list(connection: Connection, fact: Fact) -> tuple[Table, list[str | None], list[int]]:
    """The same, and which row of the whole list each is, counted from 0."""
    if fact.body is None:
        raise LookupError(fact.id)
    told = fact.body["table"]
    rows: list[Row] = []
    people: list[str | None] = []
    numbers: list[int] = []
    for n, (block, number, _home, person, values) in pieces(connection, fact.arrival, "row"):
        rows.append(Row(block, number, tuple(values)))
        people.append(person)
        numbers.append(n)
    table = Table(
        source=Source(**told["source"]),
        blocks=tuple(_block(block) for block in told["blocks"]),
        rows=tuple(rows),
        skipped=_skipped(connection, fact),
        notices=tuple(Notice(**notice) for notice in told["notices"]),
        total_rows=told["total_rows"],
        other_sheets=tuple((sheet, reason) for sheet, reason in told["other_sheets"]),
        unknown_headers=tuple(told["unknown_headers"]),
    )
    return table, people, numbers


def _skipped(connection: Connection, fact: Fact) -> tuple[Skipped, ...]:
    """The rows that name no person, with their texts where those are here; earlier releases kept them in the body."""
    assert fact.body is not None
    texts = dict(pieces(connection, fact.arrival, SKIPPED))
    told = enumerate(fact.body["table"]["skipped"])
    return tuple(Skipped(**{**one, "text": texts.get(n, one.get("text", ""))}) for n, one in told)


def row_areas(body: Mapping[str, Any]) -> Callable[[Sequence[Any]], str]:
    """A function that says the area of a stored row, as the list spells it; `body` is the list's."""
    columns = [
        tuple(_block(block).index_of(name) for name in ("township", "village")) for block in body["table"]["blocks"]
    ]

    def area(row: Sequence[Any]) -> str:
        values = row[4]
        township, village = (
            text_of(values[index]).strip() if index is not None and index < len(values) else ""
            for index in columns[row[0]]
        )
        return area_of(township, village)

    return area


def stored_table(connection: Connection, fact: Fact) -> Table:
    """The table alone."""
    return stored_list(connection, fact)[0]


def stored_people(connection: Connection, fact: Fact) -> list[str | None]:
    """Each row's person alone."""
    return [person for _n, (_block, _number, _home, person, _values) in pieces(connection, fact.arrival, "row")]


def household_digests(salt: bytes, rows: Iterable[tuple[int, bytes]]) -> list[str]:
    """The salted digest of each household's rows, households in the order of their numbers."""
    digests = digests_of_households(salt, rows)
    return [digests[home] for home in sorted(digests)]


def digests_of_households(salt: bytes, rows: Iterable[tuple[int, bytes]]) -> dict[int, str]:
    """The same by the numbers of those households that are here. Raises ValueError, TypeError or LookupError for what
    is no row."""
    digests: dict[int, Any] = {}
    for n, content in rows:
        home = decoded(content)[2]
        digest = digests.setdefault(home, None) or hashlib.sha256(salt)
        digest.update(b"%d %d " % (n, len(content)))
        digest.update(content)
        digests[home] = digest
    return {home: digest.hexdigest()[: 2 * _DIGEST_BYTES] for home, digest in digests.items()}


def _block(told: Mapping[str, Any]) -> Block:
    first, last = told["header_rows"]
    columns = tuple(Column(**column) for column in told["columns"])
    return Block(told["sheet"], told["title"], (first, last), columns)


def _households(table: Table) -> list[int]:
    """Each row's household, counted from 0: township, village and household code as they stand; rows without a code
    go by village."""
    numbers: dict[tuple[str, ...], int] = {}
    places = zip(*(map(text_of, table.values(f)) for f in ("township", "village", "household_code")), strict=True)
    return [numbers.setdefault(place, len(numbers)) for place in places]


def sources(connection: Connection, side: ListSide | None = None) -> list[tuple[str, int, str]]:
    """The lists that were not withdrawn: id, arrival and side, newest first; the first of a side is the current one."""
    rows = connection.execute(
        "SELECT id, arrival, side FROM source WHERE id NOT IN (SELECT target FROM source_withdrawn) "
        "AND (?1 IS NULL OR side = ?1) ORDER BY clock DESC, id DESC",
        (side,),
    )
    return [(identity, arrival, of_side) for identity, arrival, of_side in rows]


def all_sources(connection: Connection, side: ListSide) -> list[str]:
    """Every import of a list, those withdrawn too, newest first: ids."""
    rows = connection.execute("SELECT id FROM source WHERE side = ? ORDER BY clock DESC, id DESC", (side,))
    return [identity for (identity,) in rows]


def undone_targets(fact: Fact) -> list[str]:
    """The facts that an undo takes back; none for another fact."""
    if fact.kind != "undo" or fact.body is None:
        return []
    return list(fact.body["targets"])
