"""One person's values for an upload (一人的取值): what was decided, else answered, else the roster's, else the
registry's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from casebook.people.codes import relation
from casebook.people.idnumber import read_id
from casebook.people.names import read_name
from exports.formats.fields import Field, upload_fields
from exports.upload.answered import AnsweredPerson
from exports.upload.canonical import plain_word
from exports.upload.listed import ListValues
from exports.upload.record import DiseasePart, Value, Values

Both = Mapping[str, tuple[Value | None, Value | None]]
"""What the roster and the registry say, by field."""
Decided = Mapping[str, tuple[str, int]]
"""The text that a decision gives a list's column, '' for none, and the clock of the decision."""

_HEAD = "01"


def _by_column() -> dict[str, list[Field]]:
    found: defaultdict[str, list[Field]] = defaultdict(list)
    for one in upload_fields().values():
        if one.column and not one.part:
            found[one.column].append(one)
    return found


FIELDS_OF = _by_column()
"""The fields that a list's column fills."""


def laid_together(
    answered: Values, listed: Both, decided: Decided, clock: int, told: ListValues, asked: frozenset[str]
) -> dict[str, Value]:
    """The value of each field. `clock` is when the visit was handed in: a value that it corrected at the door, other
    than both lists have it, outlives a decision of before. Of a person whom nobody found (无此人) the lists do not
    fill in what the form asks (`asked`) of those who are there."""
    values = dict(answered)
    gone = means(values.get("person.status"), "无此人", "2")
    for name, pair in listed.items():
        if name not in values and not (gone and name in asked):
            value = pair[0] or pair[1]
            if value is not None:
                values[name] = value
    for column, (text, when) in decided.items():
        for field in FIELDS_OF.get(column, ()):
            if when < clock and _corrected(field, answered.get(field.name), listed.get(field.name, (None, None))):
                continue
            value = told.value(field, text, "decision")
            if value.text:
                values[field.name] = value
            else:
                values.pop(field.name, None)
    return values


def _corrected(field: Field, answer: Value | None, listed: Iterable[Value | None]) -> bool:
    return answer is not None and not any(one is not None and same(field, answer, one) for one in listed)


def same(field: Field, one: Value, other: Value) -> bool:
    """Whether two values of a field say the same; of two dates one may know the month alone."""
    if field.kind == "id":
        return read_id(one.text).text == read_id(other.text).text
    if field.kind == "date":
        short, long = sorted((one.text, other.text), key=len)
        return long.startswith(short)
    if field.name == "person.name":
        return read_name(one.text).text == read_name(other.text).text
    if field.kind in ("code", "codes") and one.names and other.names:
        return set(map(plain_word, one.names)) == set(map(plain_word, other.names))
    return plain_word(one.text) == plain_word(other.text)


def means(value: Value | None, word: str, code: str) -> bool:
    """Whether a coded answer is the one of this word, else of this code."""
    if value is None:
        return False
    known = [name for name, of in zip(value.names, value.codes, strict=False) if name != of]
    return any(word in name for name in known) if known else value.text == code


def diseases_of(
    person: AnsweredPerson, values: Values, known: tuple[DiseasePart, ...]
) -> tuple[DiseasePart, ...]:
    """The person's diseases, each with its number and what became of it. Of whoever is not ill, or dead, those that
    the lists knew of; without any the outcome stands alone, so that it is told, or missed by the checks."""
    outcome = values.get("person.outcome")
    parts = person.diseases
    if not parts and outcome is not None:
        parts = (known if not _confirmed(outcome) else ()) or (DiseasePart({}),)
    found: list[DiseasePart] = []
    for part in parts:
        told = dict(part.values)
        if set(told) - {"disease.outcome"}:
            told["disease.number"] = Value(str(len(found) + 1))
        if outcome is not None and ("disease.outcome" not in told or _same_code(told["disease.outcome"], outcome)):
            told["disease.outcome"] = outcome
        code = told.get("disease.code")
        if code is not None and code.names and "disease.name" not in told:
            told["disease.name"] = Value(code.names[0], origin=code.origin)
        found.append(DiseasePart(told, part.treatments))
    return tuple(found)


def _confirmed(outcome: Value) -> bool:
    named = [name for name, code in zip(outcome.names, outcome.codes, strict=False) if name != code]
    return any(name.startswith("确诊") for name in named) if named else outcome.text == "1"


def _same_code(of_disease: Value, of_person: Value) -> bool:
    """Whether a disease's outcome is the person's, told in more words: 确诊，就是这个病."""
    longer = "".join(of_disease.names)
    return of_disease.text == of_person.text and bool(of_person.names) and longer.startswith(of_person.names[0])


def is_head(values: Values) -> bool:
    """Whether somebody is the head of the household (户主), by word or code, and not nobody (无此人)."""
    told = values.get("person.relation")
    if told is None or means(values.get("person.status"), "无此人", "2"):
        return False
    return relation(told.names[0] if told.names else told.text).code == _HEAD
