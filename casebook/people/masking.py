"""Masking (打码) of personal data in lists and in the look-up: enough to tell two people apart, too little to use.

Names stay. Numbers keep their ends, an address goes no further than the township.
"""

from __future__ import annotations

from casebook.tables.fields import known_fields

STAR = "*"

_NUMBERS = frozenset(
    (
        "id_number", "head_id_number", "disability_number", "social_security_number", "bank_account", "health_record",
    )
)  # fmt: skip
_PHONES = frozenset(("phone", "doctor_phone"))
_PLACES = frozenset(("village", "hamlet", "address", "registered_address"))


def mask_number(text: str) -> str:
    """A number of a person, card or certificate: its first two and last three characters.

    >>> mask_number("350000190001011234"), mask_number("1234567")
    ('35*************234', '*******')
    """
    return _ends(text, 2, 3, least=10)


def mask_phone(text: str) -> str:
    """A phone number: its first three and last four digits; of a short one nothing.

    >>> mask_phone("13800001234"), mask_phone("5551234")
    ('138****1234', '*******')
    """
    return _ends(text, 3, 4, least=10)


def mask_place(text: str) -> str:
    """A place below the township; that there is one is all that is told."""
    return STAR * 2 if text else ""


def masked(field: str | None, text: str) -> str:
    """A cell as lists show it. What a column means nobody knows (`field` None) is hidden like an address."""
    if field is None:
        return mask_place(text)
    field = known_field(field)
    if field in _NUMBERS:
        return mask_number(text)
    if field in _PHONES:
        return mask_phone(text)
    return mask_place(text) if field in _PLACES else text


def known_field(field: str) -> str:
    """A field without the number of its repetition: `phone_2` is `phone`."""
    base, _, number = field.rpartition("_")
    return base if base and number.isdigit() and base in known_fields().titles else field


def _ends(text: str, first: int, last: int, least: int) -> str:
    if len(text) < least:
        return STAR * len(text)
    return text[:first] + STAR * (len(text) - first - last) + text[-last:]
