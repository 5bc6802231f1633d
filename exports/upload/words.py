"""What lists and people write (名单上的字), as values: coded ones by the form's choices, else by the code list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from casebook.people.codes import Code, CodeList, code_list, code_list_names
from casebook.people.codes import relation as relation_of
from exports.formats.fields import Field
from exports.upload.canonical import canonical, plain_word
from exports.upload.record import Origin, Value

if TYPE_CHECKING:
    from survey_forms.visits.choice_codes import ChoiceCodes

Choices = Mapping[str, str]
"""Labels by code."""

_SPLIT = re.compile(r"[、,，;；|/\n]+")


def codes_of(field: Field) -> CodeList | None:
    """The code list of a field, the county's own or ours; None where it has none."""
    return code_list(field.codes) if field.codes in code_list_names() else None


def value_of_words(
    field: Field, text: str, origin: Origin, offered: tuple[ChoiceCodes, Choices] | None = None
) -> Value:
    """The value of a cell's text; '' for nothing, and for words that neither the form's choices nor a list know."""
    if field.kind not in ("code", "codes"):
        return Value(canonical(field.kind, text), origin=origin)
    plain, listed = text.strip(), codes_of(field)
    if not plain:
        return Value("", origin=origin)
    if offered is not None:
        found, labels = offered[0].code(plain), offered[1]
        if found:
            codes = found.split()
            return Value(found, tuple(labels.get(code, code) for code in codes), origin)
    if listed is None:
        return Value("" if offered is not None else plain, (plain,), origin)
    whole = field.kind == "code" or listed.find(plain) is not None
    parts = [plain] if whole else [one for one in _SPLIT.split(plain) if one.strip()]
    told = [(_meant(field, listed, part), part.strip()) for part in parts]
    codes = [code.code or plain_word(part) if code is not None else plain_word(part) for code, part in told]
    names = tuple(code.name if code is not None else part for code, part in told)
    return Value(" ".join(codes), names, origin)


def _meant(field: Field, listed: CodeList, word: str) -> Code | None:
    if field.name == "person.relation":
        return listed.find(relation_of(word).name)
    return listed.find(word)
