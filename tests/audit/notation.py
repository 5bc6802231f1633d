"""Lists written as in the office: a line of headers, a line a person, cells between bars.

A number is written `980101-1`: born 1998-01-01, sequence 001, area 990101 (assigned to nobody), check digit
computed; `980101-1!` has a wrong check digit. Anything else stands in the cell as written, `5.1e17` and other
floats as numbers.
"""

from __future__ import annotations

import re
from hashlib import sha256

from audit.check import cross_check
from audit.findings import CrossCheck
from casebook.people.idnumber import check_digit
from casebook.tables.table import Block, Column, Row, Source, Table, Value

FIELDS = {
    "姓名": "name",
    "证件号": "id_number",
    "性别": "sex",
    "生日": "birth_date",
    "乡": "township",
    "村": "village",
    "户": "household_code",
    "人": "person_code",
    "关系": "relation",
    "人数": "household_size",
    "电话": "phone",
    "健康": "health",
    "致贫": "cause",
    "疾病": "disease",
    "备注": "remark",
}
_NUMBER = re.compile(r"(\d\d)?(\d{6})-(\d{1,3})(!?)")
_FLOAT = re.compile(r"\d+\.\d+e\d+")


def number(text: str) -> str:
    """`980101-1` as an identity number of 18 characters."""
    match = _NUMBER.fullmatch(text)
    assert match, text
    century = match[1] or "19"
    first = f"990101{century}{match[2]}{int(match[3]):03}"
    digit = check_digit(first)
    if match[4]:
        digit = "0" if digit != "0" else "1"
    return first + digit


def _cell(text: str) -> Value:
    if not text or text == ".":
        return None
    if _NUMBER.fullmatch(text):
        return number(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def table(text: str, title: str = "", name: str = "名单.xlsx") -> Table:
    """A table from its notation; data rows start at sheet row 2."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    headers = [cell.strip() for cell in lines[0].split("|")]
    rows = tuple(
        Row(0, place, tuple(_cell(cell.strip()) for cell in line.split("|"))) for place, line in enumerate(lines[1:], 2)
    )
    columns = tuple(Column(i, header, FIELDS.get(header)) for i, header in enumerate(headers))
    block = Block("Sheet1", title, (1, 1), columns)
    source = Source(name, "xlsx", sha256((title + text).encode()).hexdigest(), 1)
    return Table(source, (block,), rows, (), (), len(rows))


def check(roster: str, registry: str, *, registry_title: str = "全部人口台账", **options: object) -> CrossCheck:
    return cross_check(table(roster), table(registry, registry_title), **options)  # type: ignore[arg-type]


def links(result: CrossCheck) -> dict[tuple[int, int], str]:
    """(registry sheet row, roster sheet row) to the kinds of the pair, joined by blanks."""
    return {
        (
            result.registry.table.rows[link.registry].number,
            result.roster.table.rows[link.roster].number,
        ): " ".join(link.kinds)
        for link in result.links
    }


def kinds_of(roster: str, registry: str) -> set[str]:
    """The kinds of the one pair in two lists."""
    found = links(check(roster, registry))
    assert len(found) == 1, found
    return set(next(iter(found.values())).split())
