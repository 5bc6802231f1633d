"""The same list a month later: who is who, on invented counties whose truth is known and on rows in notation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from audit.carry_over import carried
from audit.case import Listed
from audit.records import records
from casebook.sample import invent_county
from casebook.sample.name_slips import NAME_SLIPS
from casebook.sample.number_slips import NUMBER_SLIPS
from casebook.sample.numbers import last_digit, phone
from casebook.tables.table import Block, Column, Row, Source, Table, Value
from tests.audit.notation import table
from tests.audit.test_link import FAMILY, OTHERS

FIELDS = (
    "township", "village", "household_code", "person_code", "name", "sex", "id_number", "relation", "household_size",
    "phone",
)  # fmt: skip
NAME, NUMBER, HOUSEHOLD = FIELDS.index("name"), FIELDS.index("id_number"), FIELDS.index("household_code")

Cells = list[Value]
Person = tuple[int, Cells]
"""The person's own key, which the lists do not have, and the row."""


def carry(new: Table, old: Table) -> dict[int, int]:
    sides = [Listed("roster", one, records(one)) for one in (new, old)]
    digests = [[side.digest(i) for i in range(len(side.records))] for side in sides]
    return carried(sides[0].records, sides[1].records, *digests)


def listed(people: list[Person]) -> Table:
    columns = tuple(Column(i, name, name) for i, name in enumerate(("serial", *FIELDS)))
    rows = tuple(Row(0, i + 2, (i + 1, *cells)) for i, (_uid, cells) in enumerate(people))
    return Table(Source("名单.xlsx", "xlsx", "", 1), (Block("", "", (1, 1), columns),), rows, (), (), len(rows))


def roster(people: int, seed: int) -> list[Person]:
    return [
        (r.person.uid, [r.township, r.village, r.household_code, r.person_code, r.name, r.sex, r.number, r.relation,
                        r.size, r.phone])
        for r in invent_county(people, seed).roster
    ]  # fmt: skip


def slipped(rng: Random, slips: dict[str, Callable[[Random, str], Value]], value: Value) -> Value:
    text = str(value)
    if slips is NUMBER_SLIPS and not (len(text) == 18 and text[:17].isdigit() and text[17] in "0123456789X"):
        return None
    return rng.choice(list(slips.values()))(rng, text)


def changed(rng: Random, place: int, value: Value, people: list[Person]) -> Value:
    """Another value of the field: slips of the pen mostly, names and numbers of the sound kind too."""
    field, other = FIELDS[place], rng.choice(people)[1][place]
    if field == "name":
        return slipped(rng, NAME_SLIPS, value) if rng.random() < 0.8 else other
    if field == "id_number":
        if rng.random() < 0.8 or not (isinstance(other, str) and other[:17].isdigit()):
            return slipped(rng, NUMBER_SLIPS, value)
        first = f"{other[:14]}{rng.randrange(1000):03}"
        return first + last_digit(first)
    if field == "sex":
        return "男" if value == "女" else "女"
    if field in ("household_code", "person_code"):
        return "".join(rng.choice("0123456789") for _ in range(14)) if rng.random() < 0.7 else ""
    if field == "phone":
        return phone(rng)
    if field == "household_size":
        return int(str(value)) + 1
    return other


def month_later(people: list[Person], rng: Random) -> list[Person]:
    """5 % of the values changed, numbers swapped in every fiftieth household, every hundredth row twice, all rows in
    another order."""
    new = [
        (uid, [changed(rng, i, v, people) if rng.random() < 0.05 else v for i, v in enumerate(cells)])
        for uid, cells in people
    ]
    homes: dict[Value, list[Cells]] = {}
    for _uid, cells in new:
        homes.setdefault(cells[HOUSEHOLD], []).append(cells)
    several = [home for home in homes.values() if len(home) > 1]
    for home in rng.sample(several, len(several) // 50):
        a, b = rng.sample(home, 2)
        a[NUMBER], b[NUMBER] = b[NUMBER], a[NUMBER]
    new += [(uid, list(cells)) for uid, cells in rng.sample(new, len(new) // 100)]
    rng.shuffle(new)
    return new


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_county_a_month_later(seed: int) -> None:
    """Of 2,000 people 3 % are gone, 3 % are new, most of them of households that stayed."""
    rng = Random(seed)
    everyone = roster(2000, seed)
    old = [person for person in everyone if rng.random() > 0.03]
    new = month_later([person for person in everyone if rng.random() > 0.03], rng)
    found = carry(listed(new), listed(old))

    here, there = Counter(uid for uid, _cells in new), Counter(uid for uid, _cells in old)
    expected = sum(min(count, there[uid]) for uid, count in here.items())
    right = sum(new[left][0] == old[right][0] for left, right in found.items())
    assert expected > 1800 and len(set(found.values())) == len(found)
    assert len(found) - right == 0
    assert right >= 0.995 * expected


def test_the_order_of_rows_and_their_running_numbers_say_nothing() -> None:
    people = roster(300, 5)
    mixed = Random(5).sample(people, len(people))
    found = carry(listed(mixed), listed(people))
    assert all(mixed[left] == people[right] for left, right in found.items()) and len(found) == len(people)


HEAD = "姓名 | 证件号 | 性别 | 村 | 户 | 关系 | 电话\n"
FATHER = "王大山 | 600101-1 | 男 | 青桥村 | H001 | 户主 | 13900000001\n"
MOTHER = "李桂芳 | 620303-2 | 女 | 青桥村 | H001 | 配偶 | 13900000001\n"
SON = "王小山 | 880505-3 | 男 | 青桥村 | H001 | 之子 | 13900000001\n"
OTHER = "赵铁柱 | 550707-1 | 男 | 白石村 | H002 | 户主 | 13900000002\n"


COLUMNS = "姓名 | 证件号 | 性别 | 乡 | 村 | 户 | 人 | 关系 | 人数 | 电话\n"


def test_codes_alone_make_nobody_one_person() -> None:
    """A code, a place in the household and a number of the household may pass to another person."""
    old = COLUMNS + FAMILY + OTHERS
    assert set(carry(table(old.replace("王小兰", "钱多多").replace("900606-2", ".")), table(old))) == set(range(8))
    other = old.replace("王小兰", "钱多多").replace("900606-2", "950606-2")
    assert set(carry(table(other), table(old))) == set(range(8)) - {3}


def test_in_doubt_a_row_is_carried_over() -> None:
    """The number lost, the name half another, codes and phone gone: in a check, a person would judge."""
    old = COLUMNS + FAMILY + OTHERS
    new = COLUMNS + FAMILY.replace("王小兰 | 900606-2", "王春兰 | .").replace("P004", ".").replace("H001", "H777")
    assert carry(table(new.replace("| 13900000001", "| .")), table(old)) == {0: 0, 1: 1, 2: 2, 3: 3}


def kept(new: str, old: str) -> set[tuple[int, int]]:
    return set(carry(table(HEAD + new), table(HEAD + old)).items())


@pytest.mark.parametrize(
    ("new", "old", "pairs"),
    [
        (FATHER + FATHER, FATHER + FATHER, {(0, 0), (1, 1)}),  # equal rows in their order
        (FATHER, FATHER + FATHER, {(0, 0)}),
        (FATHER + FATHER.replace("01-1", "01-1!"), FATHER + FATHER.replace("王大山", "王大三"), {(0, 0), (1, 1)}),
        (SON + FATHER, FATHER + OTHER, {(1, 0)}),  # one came, one went
        (FATHER.replace("01-1", "01-9"), FATHER, {(0, 0)}),  # another number
        (FATHER.replace("600101-1", "750101-1").replace("男", "女").replace("户主", "之父"), FATHER, {(0, 0)}),
        (FATHER.replace("王大山", "钱多多"), FATHER, {(0, 0)}),  # another name
        (FATHER.replace("王大山", "钱多多").replace("600101-1", "750101-1"), FATHER, set()),  # another person
        (  # numbers put right within the household
            FATHER.replace("600101-1", "880505-3") + SON.replace("880505-3", "600101-1"),
            FATHER + SON,
            {(0, 0), (1, 1)},
        ),
        # one gone, and the number of that one on another's row, under a new name: nobody, rather than the one gone
        (SON.replace("王小山", "周启明").replace("880505-3", "600101-1"), FATHER + OTHER, set()),
        ("王大山 | . | . | 青桥村 | . | . | .\n", "王大山 | . | 男 | 青桥村 | . | 之父 | .\n", {(0, 0)}),
        ("王大山 | 600101-1 | . | 青桥村 | . | . | .\n", "王大山 | 750101-1 | . | 青桥村 | . | . | .\n", set()),
        ("", FATHER, set()),
        (FATHER, "", set()),
    ],
)
def test_rows_side_by_side(new: str, old: str, pairs: set[tuple[int, int]]) -> None:
    assert kept(new, old) == pairs
