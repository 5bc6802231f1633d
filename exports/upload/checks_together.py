"""Checks of rows against each other (行与行之间): nobody twice, what a household shares is the same in all its rows.

A household in contradiction with itself is not kept back whole, for most of its rows are right: an error stands on the
rows that differ from the head's (户主), or where no row is the head's from the majority, and the others get a notice.
A blank beside a value is a notice only: many lists write what is of a household in the head's row alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from casebook.language import N_
from casebook.people.idnumber import read_id
from casebook.texts import Text, text
from exports.upload.checks_cells import ASK_AGAIN, MEND_LIST
from exports.upload.checks_row import Reading
from exports.upload.person import is_head
from exports.upload.problem import Grade, Problem
from exports.upload.record import Record

_GONE, _DEAD = "2", "3"
_TO_DESK = Text(N_("看证件，到核对（F3）定谁用这个号，或退回这次入户改"))
_COUNT_THEM = Text(N_("数清户内人口，到核对（F3）定，或退回入户改"))


def repeated(readings: Sequence[Reading]) -> Iterator[Problem]:
    """Somebody twice: the same number, or the same name and birth in one village, under two people."""
    firsts = _first_rows(readings)
    numbers: defaultdict[str, dict[str, Reading]] = defaultdict(dict)
    names: defaultdict[tuple[str, str, str, str], dict[str, Reading]] = defaultdict(dict)
    for reading in firsts:
        record = reading.record
        number = read_id(reading.text("person.id_number")).key
        if number:
            numbers[number][record.key] = reading
        birth = reading.text("person.birth_date")
        if record.name and birth:
            names[record.name, birth, record.township, record.village][record.key] = reading
    told: set[str] = set()
    for twice in _several(numbers.values()):
        what = Text(N_("和另一人的证件号相同"))
        for one in twice:
            told.add(one.record.key)
            column = one.columns.sheet_column("person.id_number")
            yield one.problem("same_number", what, _TO_DESK, column=column)
    for twice in _several(names.values()):
        if not told.issuperset(one.record.key for one in twice):
            what, remedy = Text(N_("和同村另一人同名、同出生日期")), Text(N_("核对是不是同一个人写了两遍"))
            column = firsts[0].columns.sheet_column("person.name")
            yield from (one.problem("same_name", what, remedy, column=column, grade="notice") for one in twice)


def _first_rows(readings: Iterable[Reading]) -> list[Reading]:
    """Of each person the first row."""
    return list({one.record.key: one for one in reversed(list(readings))}.values())[::-1]


def _several(found: Iterable[Mapping[str, Reading]]) -> Iterator[list[Reading]]:
    return (list(one.values()) for one in found if len(one) > 1)


def household_problems(readings: Sequence[Reading], people: Sequence[Record]) -> Iterator[Problem]:
    """What does not fit within a household; `people` are all of the passed visits, with rows or without."""
    members: defaultdict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in people:
        members[household_of(record)].append(record)
    rows: defaultdict[tuple[str, ...], list[Reading]] = defaultdict(list)
    for reading in _first_rows(readings):
        rows[household_of(reading.record)].append(reading)
    for household, found in rows.items():
        heads = [one for one in members[household] if is_head(one.values) and _counts(one)]
        yield from _shared(found, heads)
        columns = found[0].columns
        if columns.has("person.relation"):
            yield from _heads(found, heads)
        if columns.has("household.size"):
            yield from _size(found, heads, members[household])


def household_of(record: Record) -> tuple[str, ...]:
    """By what a household is told: its place and code, or the visit where it has no code."""
    return (record.township, record.village, record.household) if record.household else (record.visit,)


def _counts(record: Record) -> bool:
    """Whether somebody counts as of the household: 有此人, and alive."""
    status, outcome = record.values.get("person.status"), record.values.get("person.outcome")
    return not (status and status.text == _GONE) and not (outcome and outcome.text == _DEAD)


def _shared(rows: Sequence[Reading], heads: Sequence[Record]) -> Iterator[Problem]:
    """Fields of the household and its place, as they would be written."""
    columns = rows[0].columns
    if len(rows) == 1:
        return
    for field in columns.nths:
        if not field.startswith(("household.", "place.")):
            continue
        told = [one.written(field) for one in rows]
        if len(set(told)) == 1:
            continue
        right = _right(rows, heads, told)
        if len({one for one in told if one}) > 1:
            yield from _apart(rows, told, right, columns.sheet_column(field))
        else:
            what = Text(N_("这里空着，同户别人有"))
            for one, value in zip(rows, told, strict=True):
                if not value:
                    column = columns.sheet_column(field)
                    yield one.problem("household_differs", what, MEND_LIST, column=column, grade="notice")


def _right(rows: Sequence[Reading], heads: Sequence[Record], told: Sequence[str]) -> str:
    """The head's, if there is one head with a row and a value, else what most rows have, the earlier where they are as
    many."""
    of_heads = [value for one, value in zip(rows, told, strict=True) if one.record in heads and value]
    if len(heads) == 1 and of_heads:
        return of_heads[0]
    return Counter(value for value in told if value).most_common(1)[0][0]


def _apart(rows: Sequence[Reading], told: Sequence[str], right: str, column: int) -> Iterator[Problem]:
    for one, value in zip(rows, told, strict=True):
        if value == right:
            what = Text(N_("同户有人与这一行不同"))
            yield one.problem("household_differs", what, ASK_AGAIN, column=column, grade="notice")
        elif value:
            what = Text(N_("与户主（或同户多数人）那一行不同"))
            yield one.problem("household_differs", what, MEND_LIST, column=column)
        else:
            what = Text(N_("这里空着，同户别人有"))
            yield one.problem("household_differs", what, MEND_LIST, column=column, grade="notice")


def _heads(rows: Sequence[Reading], heads: Sequence[Record]) -> Iterator[Problem]:
    """One head to a household. Of several the one whose name the household bears is right, the others are wrong; where
    that tells nothing all are."""
    column = rows[0].columns.sheet_column("person.relation")
    if not heads:
        what, remedy = Text(N_("这一户没有户主")), Text(N_("看户口本，到核对（F3）定，或退回入户改"))
        yield rows[0].problem("no_head", what, remedy, column=column, grade="notice")
        return
    if len(heads) == 1:
        return
    named = [one for one in heads if (told := one.values.get("household.head")) and told.text == one.name]
    wrong = [one for one in heads if one not in named] if len(named) == 1 else heads
    what, remedy = Text(N_("这一户不止一个户主")), Text(N_("看户口本，退回这次入户改"))
    yield from (one.problem("two_heads", what, remedy, column=column) for one in rows if one.record in wrong)


def _size(rows: Sequence[Reading], heads: Sequence[Record], members: Sequence[Record]) -> Iterator[Problem]:
    """More people than the household is said to have: an error on the head's row, or the first, where the number is
    answered for; fewer may be right, for some may not have been asked about."""
    bearer = next((one for one in rows if one.record in heads), rows[0])
    told = bearer.text("household.size")
    count = sum(_counts(one) for one in members)
    if not told.isdecimal() or int(told) == count:
        return
    column = bearer.columns.sheet_column("household.size")
    said = text(N_("写的是 {size} 人，核查到的有 {count} 人"), size=int(told), count=count)
    grade: Grade = "error" if count > int(told) else "notice"
    yield bearer.problem("household_size", said, _COUNT_THEM, column=column, grade=grade)


def sent_under_others(readings: Sequence[Reading], sent: Mapping[str, tuple[str, int]]) -> Iterator[Problem]:
    """Numbers that an earlier batch has for somebody who is not handed in any more; `sent` is the key and the batch by
    18-character number."""
    for one in _first_rows(readings):
        key, batch = sent.get(read_id(one.text("person.id_number")).key, ("", 0))
        if key and key != one.record.key:
            said = text(N_("这个证件号在第 {batch} 批里是按另一个人上报的"), batch=batch)
            remedy = Text(N_("核对是不是同一个人；是的，先撤销那一批"))
            column = one.columns.sheet_column("person.id_number")
            yield one.problem("sent_number", said, remedy, column=column)
