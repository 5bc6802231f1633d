"""What happens to an identity number on its way into a sheet. One function a kind; None when it cannot happen to this
number, or would leave a number that holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from casebook.sample.numbers import holds, last_digit

Cell = str | float
Slip = Callable[[Random, str], Cell | None]

_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_DIGITS = "0123456789"


def _real_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2026


def _damaged(text: str) -> str | None:
    return None if holds(text) else text


def written_badly(rng: Random, number: str) -> Cell:
    """id_format: the number is whole, its writing is not."""
    forms = [
        number.translate(_WIDE),
        f" {number}",
        f"{number} ",
        f"{number}\t",
        f"{number}\n",
        f"{number}\u00a0",
        f"\u200b{number}",
        f"'{number}",
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:6]}-{number[6:14]}-{number[14:]}",
    ]
    if number.endswith("X"):
        forms += [number[:17] + "x"] * 8
    if "0" in number[6:17]:
        at = number.index("0", 6)
        forms.append(number[:at] + "O" + number[at + 1 :])
    if "1" in number[2:17]:
        at = number.index("1", 2)
        forms.append(number[:at] + "l" + number[at + 1 :])
    return rng.choice(forms)


def one_digit(rng: Random, number: str) -> Cell | None:
    """id_typo1: one digit wrong, not the last, and not so that another date of birth stands there."""
    at = rng.randrange(17)
    text = number[:at] + rng.choice([d for d in _DIGITS if d != number[at]]) + number[at + 1 :]
    if 6 <= at < 14 and _real_date(text[6:14]):
        return None
    return _damaged(text)


def neighbours(rng: Random, number: str) -> Cell | None:
    """id_transpose: two neighbours changed places."""
    at = rng.randrange(16)
    if number[at] == number[at + 1]:
        return None
    return _damaged(number[:at] + number[at + 1] + number[at] + number[at + 2 :])


def last_one(rng: Random, number: str) -> Cell:
    """id_checkdigit: only the last digit is wrong."""
    return number[:17] + rng.choice([d for d in _DIGITS if d != number[17]])


def other_date(rng: Random, number: str) -> Cell | None:
    """id_date: month and day exchanged, or a day or year beside, in two digits or more."""
    born = number[6:14]
    day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    moved = day + timedelta(days=rng.choice((-10, -1, 1, 10, 31)))
    forms = [born[:4] + born[6:] + born[4:6], f"{moved:%Y%m%d}", f"{day.year + rng.choice((-10, 10, 1))}{born[4:]}"]
    new = rng.choice(forms)
    apart = [i for i in range(8) if new[i] != born[i]]
    swap = len(apart) == 2 and apart[1] == apart[0] + 1 and new[apart[0]] == born[apart[1]]
    if len(apart) < 2 or len(apart) > 4 or swap or not _real_date(new):
        return None
    return _damaged(number[:6] + new + number[14:])


def several_digits(rng: Random, number: str) -> Cell | None:
    """id_multi: two or three digits wrong, in different parts of the number."""
    places = [rng.randrange(6), rng.randrange(6, 14), rng.randrange(14, 17)]
    places = places if rng.random() < 0.3 else rng.sample(places, 2)
    places.sort()
    if places[1] == places[0] + 1:
        return None
    text = list(number)
    for at in places:
        text[at] = rng.choice([d for d in _DIGITS if d != number[at]])
    return _damaged("".join(text))


def digit_lost(rng: Random, number: str) -> Cell:
    """id_missing_digit"""
    at = rng.randrange(17)
    return number[:at] + number[at + 1 :]


def digit_added(rng: Random, number: str) -> Cell:
    """id_extra_digit"""
    at = rng.randrange(1, 17)
    return number[:at] + rng.choice((number[at], rng.choice(_DIGITS))) + number[at:]


def old_number(rng: Random, number: str) -> Cell | None:
    """id_15: the number as it was until 1999; in some sheets a number cell, which holds fifteen digits whole."""
    if number[6:8] != "19":
        return None
    text = number[:6] + number[8:17]
    return float(text) if rng.random() < 0.4 else text


def certificate(rng: Random, number: str) -> Cell:
    """id_20: the number of a disability certificate: category and grade, rarely a re-issue, behind the number."""
    tail = f"{rng.randint(1, 7)}{rng.randint(1, 4)}"
    return number + tail + (f"B{rng.randint(1, 2)}" if rng.random() < 0.15 else "")


def digits_lost(rng: Random, number: str) -> Cell | None:
    """id_precision: typed as a number, of which a spreadsheet keeps fifteen digits; or the text of such a cell."""
    if number.endswith("X") or number.endswith("000"):
        return None
    rounded = number[:15] + "000"
    return float(rounded) if rng.random() < 0.75 else rounded


def float_noise(rng: Random, number: str) -> Cell | None:
    """id_noise: a number cell printed by a program, with the digits of the nearest double; two or more are wrong."""
    if number.endswith("X"):
        return None
    text = str(int(float(number)))
    apart = sum(a != b for a, b in zip(text, number, strict=True))
    swapped = sorted(text[15:]) == sorted(number[15:])
    return None if apart < 2 or swapped or text.endswith("000") else _damaged(text)


def scientific(rng: Random, number: str) -> Cell | None:
    """id_sci: what a narrow column shows of a number."""
    if number.endswith("X"):
        return None
    return f"{float(number):.{rng.choice((2, 5, 5, 5))}E}".replace("E+0", "E+")


def masked(rng: Random, number: str) -> Cell:
    """id_masked"""
    return rng.choice((number[:6] + "*" * 8 + number[14:], number[:4] + "*" * 10 + number[14:]))


def blank(rng: Random, number: str) -> Cell:
    """id_blank"""
    return rng.choice(("", "", "无", "未办理", "不详"))


def another_own(rng: Random, number: str) -> Cell | None:
    """id_valid_other: a second number of the same person, sound in itself."""
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    born += timedelta(days=rng.choice((-1, 1)) * rng.randint(12, 700))
    order = (int(number[14:17]) + rng.randrange(2, 900, 2)) % 1000
    first17 = f"{number[:6]}{born:%Y%m%d}{order:03d}"
    text = first17 + last_digit(first17)
    apart = sum(a != b for a, b in zip(text, number, strict=True))
    return text if apart >= 4 and 1900 <= born.year <= 2015 and not text.endswith("000") else None


NUMBER_SLIPS: dict[str, Slip] = {
    "id_format": written_badly,
    "id_typo1": one_digit,
    "id_transpose": neighbours,
    "id_checkdigit": last_one,
    "id_date": other_date,
    "id_multi": several_digits,
    "id_missing_digit": digit_lost,
    "id_extra_digit": digit_added,
    "id_15": old_number,
    "id_20": certificate,
    "id_precision": digits_lost,
    "id_noise": float_noise,
    "id_sci": scientific,
    "id_masked": masked,
    "id_blank": blank,
    "id_valid_other": another_own,
}
