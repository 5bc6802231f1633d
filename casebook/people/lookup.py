"""Look-up (查人): people of the current lists by name, pinyin initials, number or household code.

Whoever stands in both lists, joined by the audit run, is one hit.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casebook.people.idnumber import read_id
from casebook.people.names import read_name
from casebook.store.casebook import Casebook
from casebook.store.facts import decoded, piece
from casebook.store.lists import LISTED
from casebook.store.sources import ListSide, sources
from casebook.store.sqlite import Connection, literal, storable
from casebook.tables.fields import known_fields
from casebook.tables.table import text_of

MOST = 2_000
"""Hits of one look-up: whoever has more types another letter."""

LEAST_DIGITS = 4
"""Digits of the end of a number that are looked for; fewer would name half the county."""

MOST_WORDS, LONGEST = 8, 60
"""Words and characters of a word that are looked for; of a text pasted by mistake the rest is passed over."""

_DIGITS = re.compile(r"\d+X?")
_LETTERS = re.compile(r"[A-Za-z]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found. `id` names the row for `hits` as long as the lists stay the same; `sides` are the lists that
    have this person. Values are whole: whoever shows them masks them."""

    id: int
    person: str
    name: str
    sex: str
    birth: str
    number: str
    phone: str
    township: str
    village: str
    household: str
    sides: tuple[ListSide, ...]


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A person's row in one list: which list, file, sheet and 1-based row, and its filled cells as (header, field or
    None, text)."""

    side: ListSide
    file: str
    sheet: str
    row: int
    cells: tuple[tuple[str, str | None, str], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A person with all rows and everyone under the same household code in the same list."""

    hit: Hit
    rows: tuple[ListedRow, ...]
    household: tuple[Hit, ...]


def look_up(book: Casebook, text: str) -> array[int]:
    """The ids of the people that a text means, the best first, at most `MOST`.

    The text: (part of) a name, the initials of one, a whole number or its last four digits or more, a phone number
    or its end, a household code or its beginning; several words must all fit, and may also name a township or
    village. Nothing for an empty text.
    """
    words = [word[:LONGEST] for word in unicodedata.normalize("NFKC", storable(text)).split()[:MOST_WORDS]]
    if not words:
        return array("q")
    wheres, ranks, values, rank_values = [], [], list[Any](), list[Any]()
    for word in words:
        conditions = _conditions(word, places=len(words) > 1)
        if not conditions:
            return array("q")
        wheres.append("(" + " OR ".join(sql for sql, _value in conditions) + ")")
        values += [value for _sql, value in conditions]
        ranks.append(f"CASE {' '.join(f'WHEN {sql} THEN {n}' for n, (sql, _value) in enumerate(conditions))} END")
        rank_values += [value for _sql, value in conditions]
    rows = book.connection.execute(
        f"SELECT {_ID}, {_WHO} FROM listed l WHERE {' AND '.join(wheres)} "
        f"ORDER BY {' + '.join(ranks)}, initials, name_key, side DESC, row",
        [*values, *rank_values],
    )
    found: dict[str, int] = {}
    for identity, who in rows:
        found.setdefault(who, identity)
        if len(found) == MOST:
            break
    return array("q", found.values())


_WHO = (
    "coalesce((SELECT min(j.roster) FROM joined j WHERE l.side = 'registry' AND j.registry = l.person "
    "AND j.state <> 'review'), l.person)"
)
"""The roster's person where the row is a registry's row joined to one, else the row's own."""


def _conditions(word: str, places: bool) -> list[tuple[str, str]]:
    """What a word may mean, the likeliest first: SQL with one value each. Nothing for too few digits."""
    upper = word.upper()
    if _DIGITS.fullmatch(upper):
        number = read_id(upper)
        found = [("number = ?", number.key or upper), ("household = ?", upper)]
        if len(upper) < LEAST_DIGITS:
            return found[1:]
        begin, end = _like(upper, after=True), _like(upper, before=True)
        likes = (("number", end), ("phone", end), ("household", begin), ("number", begin))
        return [*found, *((f"{column} LIKE ? ESCAPE '\\'", pattern) for column, pattern in likes)]
    if _LETTERS.fullmatch(word):
        return [
            ("initials = ?", word.lower()),
            ("initials LIKE ? ESCAPE '\\'", _like(word.lower(), after=True)),
            ("name_key LIKE ? ESCAPE '\\'", _like(upper, after=True)),
        ]
    if not _HAN.search(word):
        return [("household LIKE ? ESCAPE '\\'", _like(upper, before=True, after=True))]
    key = read_name(word).text or word
    names = [
        ("name_key = ?", key),
        ("name_key LIKE ? ESCAPE '\\'", _like(key, after=True)),
        ("name_key LIKE ? ESCAPE '\\'", _like(key, before=True, after=True)),
    ]
    if not places:
        return names
    return [*names, *((f"{place} LIKE ? ESCAPE '\\'", _like(word, after=True)) for place in ("township", "village"))]


def _like(text: str, *, before: bool = False, after: bool = False) -> str:
    return "%" * before + literal(text) + "%" * after


_PAGE = 500
_SIDES: tuple[ListSide, ...] = ("roster", "registry")
_ID = "row * 2 + (side = 'registry')"
"""The id of a row: the same on every machine and for everybody. By `_place` it is list and row again."""
_COLUMNS = f"{_ID}, person, name, sex, birth, number, phone, township, village, household, side"


def hits(book: Casebook, ids: Sequence[int]) -> list[Hit]:
    """The people of these ids, in their order; one that is gone since is left out."""
    connection = book.connection
    found: dict[int, Hit] = {}
    for start in range(0, len(ids), _PAGE):
        part = list(ids[start : start + _PAGE])
        marks = ", ".join(["(?, ?)"] * len(part))
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM listed WHERE (side, row) IN (VALUES {marks})",
            [value for identity in part for value in _place(identity)],
        ).fetchall()
        found |= {row[0]: _hit(connection, row) for row in rows}
    return [found[identity] for identity in ids if identity in found]


def _place(identity: int) -> tuple[ListSide, int]:
    return _SIDES[identity % 2], identity // 2


def _hit(connection: Connection, row: tuple[Any, ...]) -> Hit:
    side = row[-1]
    here = {side, *(of_side for of_side, _person in _partners(connection, side, row[1]))}
    values = (*row[:-1], tuple(one for one in LISTED if one in here))
    return Hit(*values)


def _partners(connection: Connection, side: str, person: str) -> list[tuple[ListSide, str]]:
    """The people of the other list that the audit run takes for this one."""
    other: ListSide = "registry" if side == "roster" else "roster"
    rows = connection.execute(
        f"SELECT {other} FROM joined WHERE {side} = ? AND state <> 'review' ORDER BY 1", (person,)
    )
    return [(other, partner) for (partner,) in rows]


def person_of(book: Casebook, identity: int) -> Person | None:
    """Everything the lists say of a person found; None when the row is gone since."""
    connection = book.connection
    found = hits(book, [identity])
    if not found:
        return None
    hit = found[0]
    side, _row = _place(identity)
    people = [(side, hit.person), *_partners(connection, side, hit.person)]
    rows = [row for of_side, person in sorted(people, reverse=True) for row in _rows(connection, of_side, person)]
    members = []
    if hit.household:
        ids = connection.execute(
            f"SELECT {_ID} FROM listed WHERE side = ? AND household = ? ORDER BY row", (side, hit.household)
        )
        members = hits(book, [one for (one,) in ids])
    return Person(hit, tuple(rows), tuple(members))


def _rows(connection: Connection, side: ListSide, person: str) -> list[ListedRow]:
    """All rows of a person in one list, as they stand in the file."""
    arrival = next(arrival for _id, arrival, _side in sources(connection, side))
    titles = known_fields().titles
    found = []
    for row, sheet, number, name, blocks in connection.execute(
        "SELECT l.row, l.sheet, l.sheet_row, s.name, s.blocks FROM listed l JOIN source s ON s.id = l.source "
        "WHERE l.side = ? AND l.person = ? ORDER BY l.row",
        (side, person),
    ).fetchall():
        block, _number, _home, _person, values = piece(connection, arrival, "row", row)
        columns = decoded(blocks)[block]["columns"]
        cells = tuple(
            (titles.get(column["field"], column["header"]), column["field"], text)
            for column in columns
            if column["index"] < len(values) and (text := text_of(values[column["index"]]).strip())
        )
        found.append(ListedRow(side, name, sheet, number, cells))
    return found


