"""Masking (打码) on paper: numbers of people in what a form knows of them; what is asked (asks) stays whole."""

from __future__ import annotations

import re

from casebook.people.idnumber import read_id
from casebook.people.masking import mask_number, mask_phone

_NUMBER = re.compile(r"(?<![0-9A-Za-z*])\d{15}(?:\d{2}[\dXx](?:\d{2}){0,2})?(?![0-9A-Za-z*])")
_PHONE = re.compile(r"(?<![0-9A-Za-z*])1[3-9]\d{9}(?![0-9A-Za-z*])")
_WHOLE = "ask."
_FORMS = ("valid", "check_fails", "id15", "id20")


def masked_value(field: str, text: str, household: str = "") -> str:
    """The answer to a question of this field (`ruhu:field`) as paper shows it.

    >>> masked_value("person.id_number", "990000196203040011"), masked_value("household.phone", "13800001234")
    ('99*************011', '138****1234')
    """
    if field.startswith(_WHOLE):
        return text
    if field.endswith("id_number"):
        return mask_number(text)
    if field.endswith("phone"):
        return mask_phone(text)
    return masked_words(text, household)


def masked_words(text: str, household: str = "") -> str:
    """Words in which identity numbers and phone numbers are masked; the household's code is none of them."""

    def number(found: re.Match[str]) -> str:
        return mask_number(found.group(0)) if found.group(0) != household and _is_number(found.group(0)) else found[0]

    return _PHONE.sub(lambda found: mask_phone(found.group(0)), _NUMBER.sub(number, text))


def _is_number(text: str) -> bool:
    return read_id(text).form in _FORMS
