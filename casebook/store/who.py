"""One person through everything that is stored (同一个人): the ids that are theirs, their rows in all lists ever
imported, the words that tell of them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.people.idnumber import read_id
from casebook.people.names import read_name
from casebook.store.erased_rows import PLACES
from casebook.store.facts import area_of, facts, pieces
from casebook.store.sources import LIST_NAMES
from casebook.store.spots import Spot
from casebook.store.sqlite import Connection
from casebook.tables.fields import known_fields
from casebook.tables.table import Value, lost_digits, text_of

_KNOWN_BY = frozenset(
    (
        "name", "id_number", "disability_number", "person_code", "household_code", "phone", "phone_2", "bank_account",
        "social_security_number", "health_record",
    )
)  # fmt: skip
"""Fields by which a person may be known."""

_NUMBERED = re.compile("号|卡|证|账|电话|手机")
"""In the header of another column: it may hold such a number."""

_OF_HEAD = frozenset(("head_name", "head_id_number", "head_code"))
"""Fields of a row that tell of the household's head, whoever's row it is."""

_NUMBER = re.compile(r"\d{7,}[Xx]?")
_ALL_NUMBER = re.compile(r"[\dXx\s\-]+")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class Who:
    """`person` is the id asked for, `ids` all that are this person's, `rows` their rows in lists: (fact, n). `names`
    are how the person is called, `words` names and numbers that tell of them in a fact about them, `own` those that
    nobody else has (a telephone may be the household's), `shared` what others have too. `area` is where the person is
    listed, `spots` are the cells that tell of them, also those of their household's rows that name its head. `perhaps`
    are the ids of people who may be the same: nobody has decided yet."""

    person: str
    ids: frozenset[str]
    rows: frozenset[tuple[str, int]]
    names: frozenset[str]
    words: frozenset[str]
    own: frozenset[str]
    shared: frozenset[str]
    area: str
    spots: tuple[Spot, ...]
    perhaps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Row:
    """`key` are the sound number and the name, '' where there is none; `home` is the household in this list, `code` its
    code; `cells` are sheet column, header, field, text."""

    fact: str
    n: int
    side: str
    person: str
    key: tuple[str, str]
    names: frozenset[str]
    area: str
    home: tuple[str, int]
    code: str
    cells: tuple[tuple[int, str, str, str], ...]

    def text(self, *, kin: bool) -> str:
        """The cells; of a row of the person's household (`kin`) without those that tell of its head."""
        return "\n".join(text for _index, _header, meant, text in self.cells if not (kin and meant in _OF_HEAD))


def who_is(connection: Connection, person: str) -> Who:
    """Everything that belongs to a person: what the audit run that counts takes for one person, and whoever has the
    same sound number and name. Raises RuhuError (usage) for an id that no list and no erasure knows."""
    rows = list(_rows(connection))
    ids, mine = _together(connection, person, rows)
    places = frozenset((row.fact, row.n) for row in mine)
    others = [row for row in rows if (row.fact, row.n) not in places]
    spots = tuple(_spots(mine))
    names = frozenset(name for row in mine for name in row.names)
    numbers = {word for spot in spots if spot.known_by for word in numbers_in(spot.value)}
    homes, codes = {row.home for row in mine}, {row.code for row in mine} - {""}
    household = [row for row in others if row.home in homes or row.code in codes]
    kin = {name for row in household for name in row.names}
    own = {name for name in names if len(name) > 1 and name not in accounts(connection)} | numbers
    near = {id(row) for row in household}
    for row in others:
        text = row.text(kin=id(row) in near)
        own = {word for word in own if word not in text}
    words = frozenset((own & numbers) | (names - kin))
    head = tuple(_head_spots(household, words))
    area = next((row.area for row in reversed(mine) if row.area), "")
    shared = frozenset((names | numbers) - own)
    perhaps = frozenset(other for one in ids for other in _joined(connection, one, "=")) - ids
    return Who(person, frozenset(ids), places, names, words, frozenset(own), shared, area, (*spots, *head), perhaps)


def known_by_id(ids: Iterable[str]) -> Who:
    """People of whom nothing but their ids is known, as one."""
    nothing: frozenset[str] = frozenset()
    return Who("", frozenset(ids), frozenset(), nothing, nothing, nothing, nothing, "", ())


def _together(connection: Connection, person: str, rows: Sequence[_Row]) -> tuple[set[str], list[_Row]]:
    """The ids and rows of who is one person with this one."""
    by_person, by_key = defaultdict(list), defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
        if all(row.key):
            by_key[row.key].append(row)
    erased = connection.execute(
        "SELECT DISTINCT q.person FROM erased_person p JOIN erased_person q USING (erasure) WHERE p.person = ?",
        (person,),
    ).fetchall()
    if person not in by_person and not erased:
        raise _nobody()
    ids, found = {person, *(one for (one,) in erased)}, dict[tuple[str, int], _Row]()
    waiting = list(ids)
    while waiting:
        one = waiting.pop()
        near = [row for mine in by_person[one] for row in (mine, *by_key[mine.key])]
        found |= {(row.fact, row.n): row for row in near}
        same = {row.person for row in near} | _joined(connection, one)
        waiting += [other for other in same - ids if other]
        ids |= same - {""}
    return ids, [found[place] for place in sorted(found)]


def people_of_number(connection: Connection, typed: str) -> list[str]:
    """The people of the lists under an identity number, each once: the ids of who is one person count as one. Raises
    RuhuError (usage) when there is nobody."""
    wanted = read_id(typed).key
    found = [row.person for row in _rows(connection) if row.person and wanted and row.key[0] == wanted]
    if not found:
        raise _nobody()
    people: list[str] = []
    known: set[str] = set()
    for person in dict.fromkeys(found):
        if person not in known:
            people.append(person)
            known |= who_is(connection, person).ids
    return people


def _nobody() -> RuhuError:
    what = _("名单里没有这个人")
    return RuhuError("no_person", what, _("请核对编号或证件号；已经删除的人只能用编号"), category="usage")


def _joined(connection: Connection, person: str, doubtful: Literal["=", "<>"] = "<>") -> set[str]:
    """Whom the audit run takes for this person; with `=` whom it is in doubt about."""
    rows = connection.execute(
        f"SELECT roster, registry FROM joined WHERE state {doubtful} 'review' AND ? IN (roster, registry)", (person,)
    )
    return {one for pair in rows for one in pair}


def accounts(connection: Connection) -> frozenset[str]:
    """The names of all who have worked with the casebook: they stand in the envelopes, and stay."""
    return frozenset(name for (name,) in connection.execute("SELECT DISTINCT author FROM envelope"))


def _rows(connection: Connection) -> Iterator[_Row]:
    """The rows of all lists ever imported, withdrawn ones too."""
    for fact in list(facts(connection, "e.kind = 'source'")):
        if fact.body is None:
            continue
        columns = [
            [(one["index"], one["header"], one["field"] or "") for one in block["columns"]]
            for block in fact.body["table"]["blocks"]
        ]
        for n, (block, _number, home, person, values) in pieces(connection, fact.arrival, "row"):
            cells, told = _cells(columns[block], values)
            name, number = told.get("name"), told.get("id_number")
            read = read_name(name).text
            key = ("" if lost_digits(number) else read_id(number).key, read)
            area = area_of(*(text_of(told.get(place)).strip() for place in PLACES))
            names = frozenset(filter(None, (text_of(name).strip(), read)))
            code = text_of(told.get("household_code")).strip()
            yield _Row(
                fact.id, n, fact.body["side"], person or "", key, names, area, (fact.id, home), code, cells
            )  # fmt: skip


def _cells(
    columns: Sequence[tuple[int, str, str]], values: Sequence[Value]
) -> tuple[tuple[tuple[int, str, str, str], ...], dict[str, Value]]:
    """The filled cells, and the values by field."""
    told: dict[str, Value] = {}
    cells = []
    meant_by = {index: (header, meant) for index, header, meant in columns}
    for index, value in enumerate(values):
        header, meant = meant_by.get(index, ("", ""))
        if meant:
            told.setdefault(meant, value)
        if text := text_of(value):
            cells.append((index, header, meant, text))
    return tuple(cells), told


def _spots(rows: Iterable[_Row]) -> Iterator[Spot]:
    for row in rows:
        for index, header, meant, text in row.cells:
            if meant not in PLACES:
                named = meant == "name"
                known = meant in _KNOWN_BY or (not meant and _NUMBERED.search(header) is not None)
                yield Spot(
                    row.fact, (4, index), "row", row.n, title=_title(row, header, meant), value=text, named=named,
                    known_by=known,
                )  # fmt: skip


def _head_spots(rows: Iterable[_Row], words: frozenset[str]) -> Iterator[Spot]:
    """Cells of the household's other rows that name this person as its head."""
    for row in rows:
        for index, header, meant, text in row.cells:
            if meant in _OF_HEAD and text.strip() in words:
                named = meant == "head_name"
                yield Spot(
                    row.fact, (4, index), "row", row.n, title=_title(row, header, meant), value=text, named=named
                )  # fmt: skip


def _title(row: _Row, header: str, meant: str) -> str:
    column = header or known_fields().titles.get(meant, _(_NO_HEADER))
    return _("{list}：{column}").format(list=_(LIST_NAMES[row.side]), column=column)  # type: ignore[index]


_NO_HEADER = N_("没有表头的一列")


def numbers_in(text: str) -> set[str]:
    """Numbers in a text by which somebody could be known, as they may be written: of 7 digits or more, no dates.

    >>> sorted(numbers_in("1390 0138 000")), numbers_in("1966-11-20"), numbers_in("19661120")
    (['1390 0138 000', '13900138000'], set(), set())
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = {run for run in _NUMBER.findall(plain) if not _DAY.fullmatch(run)}
    run = re.sub(r"[\s\-]", "", plain) if _ALL_NUMBER.fullmatch(plain) else ""
    if _NUMBER.fullmatch(run) and not _DAY.fullmatch(run):
        found |= {run, plain, text.strip()}
    return found | {run.upper() for run in found} | {run.lower() for run in found}
