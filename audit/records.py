"""The rows of a list as the matcher sees them: every value normalised once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from casebook.people.codes import Health, Relation, cause, health, relation, sex
from casebook.people.idnumber import IdNumber, birth_of, read_id
from casebook.people.names import Name, read_name
from casebook.people.places import read_township
from casebook.tables.table import Table, Value, lost_digits, text_of

_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's dates, which an unformatted cell shows as a number of days."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row. `index` counts `Table.rows`; texts are canonical, '' where unknown; `sex` is 1 or 2; `size` 0 unknown.

    `birth` is ISO, from its own column, else from the number. `village` is (township in canonical form, village as
    written): 新建村 and 新建村委会 may be two places, which `places.py` learns.
    """

    index: int
    number: IdNumber
    name: Name
    sex: str
    birth: str
    village: tuple[str, str]
    household: str
    person: str
    phone: str
    relation: Relation
    size: int
    health: Health
    cause: tuple[str, ...]
    disease: str
    remark: str

    @property
    def township(self) -> str:
        return self.village[0]


@lru_cache(maxsize=65536)
def _code(value: Value) -> str:
    """A household or person code; '' for one that lost digits, which no longer names anyone."""
    if lost_digits(value):
        return ""
    text = text_of(value).strip().strip("'").replace(" ", "").upper()
    return text if len(text) >= 3 and text not in ("无", "不详", "NULL") else ""


@lru_cache(maxsize=65536)
def _phone(value: Value) -> str:
    digits = "".join(c for c in text_of(value) if c.isdigit())
    return digits if 7 <= len(digits) <= 13 and len(set(digits)) > 2 else ""


@lru_cache(maxsize=4096)
def _size(value: Value) -> int:
    text = "".join(c for c in text_of(value) if c.isdigit())
    return int(text) if 0 < len(text) <= 2 else 0


@lru_cache(maxsize=65536)
def _birth(value: Value) -> str:
    if isinstance(value, int) and 4000 < value < 60000:
        return (_SERIAL_ZERO + timedelta(days=value)).isoformat()
    digits = "".join(c for c in text_of(value)[:10] if c.isdigit())
    if len(digits) != 8:
        parts = [p for p in "".join(c if c.isdigit() else " " for c in text_of(value)).split() if p]
        digits = f"{parts[0]:>04}{parts[1]:>02}{parts[2]:>02}" if len(parts) >= 3 else ""
    return birth_of(digits) if len(digits) == 8 else ""


@lru_cache(maxsize=16384)
def _village(township: str, village: str) -> tuple[str, str]:
    return read_township(township), "".join(unicodedata.normalize("NFKC", village).split())


def _text(value: Value) -> str:
    return text_of(value).strip()


def records(table: Table) -> list[Record]:
    """All rows of a list, in order, every value as it stands."""

    def column(name: str, read: Callable[[Value], Any]) -> Iterator[Any]:
        return map(read, table.values(name))

    return [
        Record(
            index,
            number,
            name,
            own_sex,
            birth or number.birth,
            _village(township, village),
            *rest,
        )
        for index, (number, name, own_sex, birth, township, village, *rest) in enumerate(
            zip(
                column("id_number", read_id),
                column("name", read_name),
                column("sex", sex),
                column("birth_date", _birth),
                column("township", _text),
                column("village", _text),
                column("household_code", _code),
                column("person_code", _code),
                column("phone", _phone),
                column("relation", relation),
                column("household_size", _size),
                column("health", health),
                column("cause", cause),
                column("disease", _text),
                column("remark", _text),
                strict=True,
            )
        )
    ]
