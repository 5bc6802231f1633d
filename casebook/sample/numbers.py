"""Identity numbers that are nobody's: valid check digits (GB 11643) under area codes no province has.

The check digit is worked out here and not taken from the reader of numbers, so that a slip there shows.
"""

from __future__ import annotations

from random import Random

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LAST = "10X98765432"


def last_digit(first17: str) -> str:
    """The eighteenth digit to seventeen digits."""
    return LAST[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True)) % 11]


def holds(number: str) -> bool:
    """Whether a text is eighteen digits whose last one fits the others."""
    return (
        len(number) == 18 and number[:17].isascii() and number[:17].isdigit() and number[17] == last_digit(number[:17])
    )


def area_code(county: int) -> str:
    """The six digits of the `county`-th invented county: 99 is no province, 01 to 89 stand for counties."""
    return f"99{county // 90 + 1:02d}{county % 90 + 5:02d}"


class Numbers:
    """Hands out numbers, none twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def new(self, area: str, birth: str, sex: str) -> str:
        """A number for a person of `sex` (男, 女) born on `birth` (YYYYMMDD)."""
        while True:
            order = self._rng.randrange(1, 500) * 2 - (1 if sex == "男" else 0)
            first17 = f"{area}{birth}{order:03d}"
            if first17 not in self._given:
                self._given.add(first17)
                return first17 + last_digit(first17)

    def digits(self, prefix: str, length: int) -> str:
        """A code of `length` digits that starts with `prefix`, none twice."""
        while True:
            code = prefix + "".join(self._rng.choices("0123456789", k=length - len(prefix)))
            if code not in self._given:
                self._given.add(code)
                return code


def phone(rng: Random) -> str:
    """A mobile number of eleven digits."""
    return "1" + rng.choice("3578") + "".join(rng.choices("0123456789", k=9))
