"""The next returned list (下一次返回名单) against what was handed in: values that the province has otherwise."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from casebook.language import N_
from casebook.people.idnumber import read_id
from casebook.people.names import read_name
from casebook.people.places import read_township, read_village
from casebook.tables.table import lost_digits, text_of
from casebook.texts import text
from exports.formats.fields import Field, upload_fields
from exports.formats.format import Format
from exports.upload.canonical import canonical, plain_word
from exports.upload.feedback_fields import Message, known_list_field
from exports.upload.feedback_lines import Line

_COMPARED = frozenset(("text", "id", "date", "money", "count"))
"""Kinds whose values are written alike everywhere; of codes one office writes the number, another the name."""


def against_next_list(line: Line, format: Format, sent: Callable[[int], str]) -> Iterator[Message]:
    """A message for each value that is another one on the list; what is blank on either side is no difference."""
    for place, column in enumerate(format.columns):
        field, name = upload_fields().get(column.field), known_list_field(column)
        value = line.values.get(name)
        if field is None or field.kind not in _COMPARED or value is None or lost_digits(value):
            continue
        theirs, ours = text_of(value).strip(), sent(place)
        if theirs and ours and _plain(field, theirs) != _plain(field, ours):
            said = text(N_("省里的名单上「{field}」是「{value}」"), field=column.title, value=theirs)
            yield Message(said, name, column.title, ours, (place,))


def _plain(field: Field, told: str) -> str:
    """A value in the form in which two spellings of it are one."""
    if field.kind == "id":
        number = read_id(told)
        return number.key or number.text
    if field.kind != "text":
        return canonical(field.kind, told)
    if field.name == "person.name":
        return read_name(told).text
    if field.name == "place.village":
        return read_village(told)
    if field.name == "place.township":
        return read_township(told)
    return plain_word(unicodedata.normalize("NFKC", told))
