"""The tables of the three-class model: how often each level of agreement is seen in pairs of the same person, of two
members of one household, and of strangers.

Measured on generated counties of the kind in linkage.md and rounded; the result moves little when any of them is
three times too high or too low. For an equal name, surname, village or relation the stranger's share is its frequency
in the roster; the tables then give the other two.
"""

from __future__ import annotations

from math import log2

Shares = tuple[float, float, float]  # same person, another family member, stranger

NUMBER_SOUND: dict[str, Shares] = {
    "same": (0.985, 0.003, 1e-6),
    "valid_other": (0.012, 0.997, 1.0),
    "of_member": (0.010, 0.997, 0.0008),  # the number of another member of the very household
    "of_namesake": (0.0003, 1e-6, 1e-6),  # the number of somebody of the same name elsewhere
}
NUMBER_DAMAGED: dict[str, Shares] = {
    "near": (0.80, 0.0015, 2e-6),
    "multi": (0.06, 0.003, 3e-5),
    "partial": (0.97, 0.006, 3e-5),
    "area": (0.98, 0.8, 0.6),
    "different": (0.02, 0.99, 1.0),
}
NUMBER_BOTH_DAMAGED: dict[str, Shares] = {
    "same_text": (0.5, 0.001, 1e-5),
    "near": (0.2, 0.002, 1e-5),
    "multi": (0.1, 0.01, 2e-4),
    "partial": (0.5, 0.004, 1e-4),
    "area": (0.9, 0.8, 0.6),
    "different": (0.06, 0.99, 1.0),
}

NAME_SAME = (0.88, 0.002)

NAME_BY_LENGTH: dict[str, dict[int, Shares]] = {
    "variant": {2: (0.008, 0.001, 5e-4), 3: (0.008, 0.0005, 1e-4), 4: (0.008, 0.0005, 1e-5)},
    "homophone": {2: (0.012, 0.008, 6e-4), 3: (0.012, 0.002, 1e-4), 4: (0.012, 0.001, 2e-5)},
    "near": {2: (0.005, 0.012, 1e-3), 3: (0.005, 0.003, 2e-4), 4: (0.005, 0.002, 4e-5)},
    "visual": {2: (0.010, 0.008, 6e-4), 3: (0.010, 0.002, 1e-4), 4: (0.010, 0.001, 2e-5)},
    "rare": {2: (0.003, 0.30, 0.03), 3: (0.003, 0.06, 2e-3), 4: (0.003, 0.02, 2e-4)},
    "missing": {2: (0.003, 0.010, 1e-3), 3: (0.003, 0.003, 2e-4), 4: (0.003, 0.002, 5e-5)},
    "extra": {2: (0.003, 0.010, 1e-3), 3: (0.003, 0.003, 2e-4), 4: (0.003, 0.002, 5e-5)},
    "order": {2: (0.002, 0.0004, 1e-4), 3: (0.002, 0.0002, 2e-5), 4: (0.002, 0.0002, 1e-5)},
}
NAME_ONE_OFF: dict[tuple[bool, int], Shares] = {
    # (the surname is kept, length): one character is another
    (True, 2): (0.008, 0.45, 0.04),
    (True, 3): (0.008, 0.09, 3e-3),
    (True, 4): (0.008, 0.03, 3e-4),
    (False, 2): (0.003, 0.01, 0.01),
    (False, 3): (0.003, 0.004, 3e-4),
    (False, 4): (0.003, 0.02, 3e-4),
}
NAME_DIFFERENT_SURNAME_KEPT = (0.006, 0.55)
NAME_OF_MEMBER: Shares = (0.0015, 0.45, 0.0008)
"""The very name of another member of the household: a row that slipped is rarer than a number that did."""
NAME_DIFFERENT: Shares = (0.003, 0.40, 0.95)

SEX: dict[str, Shares] = {"same": (0.99, 0.5, 0.5), "different": (0.01, 0.5, 0.5)}
BIRTH: dict[str, Shares] = {"same": (0.97, 0.012, 6e-5), "different": (0.03, 0.988, 1.0)}

PLACE: dict[str, Shares] = {
    "household_code": (0.93, 0.93, 0.0007),
    "phone": (0.60, 0.60, 0.0012),
    "same_township": (0.012, 0.012, 0.13),  # another village of it
    "different": (0.014, 0.014, 0.84),
}
VILLAGE_SAME = (0.96, 0.96)
HOUSEHOLD_CODE_DIFFERS: Shares = (0.05, 0.05, 1.0)
PHONE_DIFFERS: Shares = (0.45, 0.45, 1.0)
PERSON_CODE: dict[str, Shares] = {"same": (0.95, 0.002, 2e-6), "different": (0.05, 0.996, 1.0)}
SIZE: dict[str, Shares] = {"same": (0.92, 0.92, 0.22), "different": (0.08, 0.08, 0.78)}

RELATION_SAME = {True: (0.95, 0.012), False: (0.93, 0.22)}
"""For a relation that a household has once (户主, 父), and for others."""
RELATION_DIFFERS: dict[bool, Shares] = {True: (0.02, 0.9, 0.7), False: (0.04, 0.78, 0.85)}
"""Where one of the two is such a relation, and where none is."""
RELATION_HEAD_SPOUSE: Shares = (0.03, 0.35, 0.25)
"""One is the head where the other is the spouse: a household whose head was changed."""

FAMILY_PRIOR = -1.5
"""A person has about 1.8 other members in the household."""
REVIEW_BAND = 3.0
DUPLICATE_PRIOR = -4.0
"""Second rows are rare: about one in sixty."""
MOST_CONTRADICTION = -9.0
"""What household, place, relation and sex together may say against a pair: beyond it they repeat themselves."""


def bits(shares: Shares) -> tuple[float, float]:
    """Against a stranger, against another family member."""
    same, family, stranger = shares
    return log2(same / stranger), log2(same / family)
