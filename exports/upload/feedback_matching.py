"""Whom of a batch a line of the province names: by person code or identity number, else by name with birth date, place
or what is left of a damaged number. What is not certain is told, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from casebook.language import N_
from casebook.people.idnumber import IdNumber, read_id
from casebook.people.names import Name, compare_names, read_name
from casebook.people.places import read_township, read_village
from casebook.tables.table import EXCEL_DIGITS, Value, text_of
from casebook.texts import Text, text
from exports.upload.batches import SentRow
from exports.upload.canonical import plain_word
from exports.upload.dates import iso_of
from exports.upload.feedback_lines import Line

_SURE_DIGITS = 10
"""Leading digits of a damaged number that, with the name, tell a person: the area and the year of birth."""

NOBODY = N_("这一批里没有这个人")
TWO_PEOPLE = N_("人编号是一个人的，证件号是另一个人的")
OTHER_NAME = N_("号码是这一批里的，姓名却不是这个人")
SHARED = N_("这个号码在这一批里不止一个人用")
UNSURE = N_("姓名对得上，没有别的可以认定是同一个人")
SEVERAL = N_("这一批里有 {count} 个同名的人，分不清是哪一个")
NO_ONE_NAMED = N_("这一行没有姓名，号码也认不出是谁")


@dataclass(frozen=True, slots=True)
class SentPerson:
    """Somebody of a batch. `birth` is ISO, '' where it is not known; of places the canonical words."""

    row: SentRow
    township: str
    village: str
    household: str
    birth: str
    name: Name = field(repr=False)
    number: IdNumber = field(repr=False)


def sent_person(row: SentRow, township: str, village: str, household: str, birth: str = "") -> SentPerson:
    number = read_id(row.number)
    return SentPerson(
        row, read_township(township), read_village(village), household, iso_of(birth) or number.birth,
        read_name(row.name), number,
    )  # fmt: skip


class Matcher:
    """The people of a batch, by what lines name them."""

    def __init__(self, people: Sequence[SentPerson]) -> None:
        self._people = {one.row.key: one for one in people}
        self._by_code = _index(self._people.values(), lambda one: code_key(one.row.code))
        self._by_number = _index(self._people.values(), lambda one: number_key(one.number))
        self._by_name = _index(self._people.values(), lambda one: one.name.text)

    def match(self, line: Line) -> str | Text:
        """The key of whom a line names, or why nobody is named for certain."""
        name = read_name(line.values.get("name"))
        number = read_id(line.values.get("id_number"))
        by_code = self._by_code.get(code_key(text_of(line.values.get("person_code"))), [])
        by_number = self._by_number.get(number_key(number), [])
        if by_code and by_number:
            both = [key for key in by_code if key in by_number]
            if not both:
                return Text(TWO_PEOPLE)
            return both[0] if len(both) == 1 else self._of_shared(both, name)
        exact = by_code or by_number
        if exact:
            return self._of_shared(exact, name)
        return self._by_the_rest(line, name, number)

    def _of_shared(self, keys: Sequence[str], name: Name) -> str | Text:
        """Of those to whom a number belongs the one who can bear the name."""
        fitting = [key for key in keys if compare_names(self._people[key].name, name) != "different"]
        if not fitting:
            return Text(OTHER_NAME)
        return fitting[0] if len(fitting) == 1 else Text(SHARED)

    def _by_the_rest(self, line: Line, name: Name, number: IdNumber) -> str | Text:
        if not name.text:
            return Text(NO_ONE_NAMED)
        if name.wild:
            keys = [key for key, one in self._people.items() if compare_names(one.name, name) in ("rare", "same")]
        else:
            keys = self._by_name.get(name.text, [])
        told = {key: _evidence(line, number, self._people[key]) for key in keys}
        possible = [key for key in keys if told[key] is not None]
        if not possible:
            return Text(NOBODY)
        if len(possible) > 1:
            return text(SEVERAL, count=len(possible))
        return possible[0] if told[possible[0]] else Text(UNSURE)


def _index(people: Iterable[SentPerson], key_of: Callable[[SentPerson], str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in people:
        if key := key_of(one):
            found[key].append(one.row.key)
    return dict(found)


def code_key(text: str) -> str:
    """A person code as it is compared; '' for none, and for one that a spreadsheet has rounded."""
    plain = plain_word(text) if text.strip() else ""
    return "" if "E+" in plain else plain


def number_key(number: IdNumber) -> str:
    """An identity number as it is compared: a damaged one only by all that it says, '' where digits are lost."""
    if number.key:
        return number.key
    return number.text if number.form in ("check_fails", "short", "long", "other") else ""


def _evidence(line: Line, number: IdNumber, one: SentPerson) -> bool | None:
    """Whether a line with the name of somebody tells that it is they: None where something contradicts."""
    values, found = line.values, False
    fits = _fits(number, one.number)
    if fits is None:
        return None
    found |= fits
    birth = iso_of(text_of(values.get("birth_date"))) or (number.birth if number.key else "")
    if birth and one.birth:
        if birth != one.birth:
            return None
        found = True
    township = read_township(text_of(values.get("township")))
    if township and one.township and township != one.township:
        return None
    for told, known in (
        (_plain(values, "household_code"), plain_word(one.household) if one.household else ""),
        (read_village(text_of(values.get("village"))), one.village),
    ):
        if told and known:
            if told != known:
                return None
            found = True
    return found


def _plain(values: Mapping[str, Value], name: str) -> str:
    told = text_of(values.get(name)).strip()
    return plain_word(told) if told else ""


def _fits(damaged: IdNumber, sent: IdNumber) -> bool | None:
    """Whether what is left of a number tells that it is the one sent: None where it can't be."""
    if damaged.form == "blank" or sent.form == "blank":
        return False
    if damaged.key and sent.key:
        return None  # two whole numbers, and not the same
    known = sent.key or sent.text
    left = damaged.text
    if damaged.form in ("precision", "scientific"):
        if damaged.form == "precision":  # a number cell keeps fewer digits than it shows
            left = left[:EXCEL_DIGITS].rstrip("0")
        if not left or not known[: len(left)].isdecimal() or abs(int(left) - int(known[: len(left)])) > 1:
            return None
        return len(left) >= _SURE_DIGITS
    if damaged.form == "masked":
        if len(left) != len(known):
            return None if left[:3] != known[:3] else False
        same = [a == b for a, b in zip(left, known, strict=True) if a.isdigit() or a == "X"]
        return None if not all(same) else len(same) >= _SURE_DIGITS
    return False
