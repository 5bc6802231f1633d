"""Identity numbers (证件号码): read, told sound from damaged, never silently mended.

A resident's number has 18 characters with a check digit (GB 11643); 20 characters are a disability certificate
(残疾证: the 18, category 1-7, grade 1-4), 22 the same with a re-issue suffix; 15 are the number issued before 1999.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Literal

from casebook.tables.table import Value, lost_digits, text_of

Form = Literal[
    "valid",  # 18, date and check digit right
    "check_fails",  # 18 characters, date or check digit wrong
    "precision",  # a number cell, or its text, that lost its last digits
    "scientific",  # 5.11113E+17
    "masked",  # 511113********1621
    "blank",  # empty, 无, 不详, 未办理, /
    "id15",
    "id20",  # 20 or 22, whose first 18 are sound
    "short",  # 14, 16, 17 characters
    "long",  # 19 characters, or 20 and 22 whose first 18 are not sound
    "placeholder",  # 999999999999999999, 000…
    "other",  # another document, or unreadable
]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = sum(_WEIGHTS) * ord("0")
_CHECKS = "10X98765432"
_BLANK = frozenset(
    (
        "",
        "无",
        "无证",
        "无身份证",
        "无号",
        "未办",
        "未办理",
        "未办证",
        "待办",
        "待办理",
        "办理中",
        "待补",
        "不详",
        "未知",
        "不清楚",
        "暂无",
        "没有",
        "空",
        "缺",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "NULL",
        "NONE",
        "N/A",
        "0",
        "00",
        "*",
    )
)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d+)")
_MASKED = re.compile(r"(\d{3,14})([*#×●•]{2,}|X{3,})(\d{0,6}[\dX]?)")
_SEPARATORS = re.compile(r"[\s\-_.·,，。]+")
_LETTERS = str.maketrans("OoQIlL|", "0001111")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A number as read.

    `text` is the cleaned form (upper-case X, no spaces; stars for masked digits; the leading digits of a scientific
    one; '' for blank). `key` is the 18 characters to compare by: of a valid number itself, of a certificate its first
    18, of a 15-digit number its modern form; '' otherwise. `faults` name what was cleaned away (`id_format`):
    width, space, apostrophe, lower_x, separator, zero_width, prefix, letters. `birth` is ISO, `sex` 1 or 2, both ''
    where the number does not tell them.
    """

    text: str
    key: str
    form: Form
    faults: tuple[str, ...] = ()
    birth: str = ""
    sex: str = ""


_NOTHING = IdNumber("", "", "blank")


def check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits (GB 11643).

    >>> check_digit("99000119410817306")
    '3'
    """
    return _CHECKS[(sum(map(mul, _WEIGHTS, first17.encode())) - _ZEROS) % 11]


@lru_cache(maxsize=65536)
def birth_of(digits: str) -> str:
    """ISO date of eight digits, '' when they are no date between 1890 and today."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return ""
    return born.isoformat() if born.year >= 1890 and born <= date.today() else ""


def read_id(value: Value) -> IdNumber:
    """Read one cell. Never raises.

    >>> read_id(" 99000119410817306３").form, read_id("未办理").form
    ('valid', 'blank')
    """
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        if len(value) == 18 and value.isascii():
            number = _eighteen(value, ())
            if number is not None:
                return number
        return _read_text(value)
    text = text_of(value)
    if lost_digits(value):
        return IdNumber(text, "", "precision", (), _birth18(text))
    return _read_clean(text, ())


def _birth18(text: str) -> str:
    return birth_of(text[6:14])


def _sex(digit: str) -> str:
    return "1" if ord(digit) & 1 else "2"


def _eighteen(text: str, faults: tuple[str, ...]) -> IdNumber | None:
    first = text[:17]
    if not first.isdigit():
        return None
    last = text[17]
    birth = birth_of(first[6:14])
    if not birth and _is_placeholder(first):
        return IdNumber(text, "", "placeholder", faults)
    if _CHECKS[(sum(map(mul, _WEIGHTS, first.encode())) - _ZEROS) % 11] == last:
        if birth:
            return IdNumber(text, text, "valid", faults, birth, _sex(text[16]))
        return IdNumber(text, "", "check_fails", faults, "", _sex(text[16]))
    if not (last.isdigit() or last == "X"):
        return None
    if text.endswith("000"):
        return IdNumber(text, "", "precision", faults, birth)
    return IdNumber(text, "", "check_fails", faults, birth, _sex(text[16]))


def _is_placeholder(digits: str) -> bool:
    """One digit over and over, or five nines (rule of the platform's checks, domain C1 E04) in the birth date."""
    return len(set(digits)) <= 2 or "99999" in digits[6:14] or "12345678" in digits[:10]


@lru_cache(maxsize=65536)
def _read_text(raw: str) -> IdNumber:
    faults: list[str] = []
    text = unicodedata.normalize("NFKC", raw)
    if text != raw and any(ord(c) >= 0xFF00 or c == "\u3000" for c in raw):
        faults.append("width")
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    if visible != text:
        faults.append("zero_width")
    stripped = visible.strip()
    if stripped != visible or any(c == "\xa0" for c in raw):
        faults.append("space")
    bare = stripped.lstrip("'`’‘\"").rstrip("'`’\"")
    if bare != stripped:
        faults.append("apostrophe")
    if bare.upper() in _BLANK:
        return IdNumber("", "", "blank")
    joined = _SEPARATORS.sub("", bare) if not _SCIENTIFIC.fullmatch(bare.upper()) else bare
    if joined != bare:
        faults.append("space" if re.search(r"\s", bare) else "separator")
    upper = joined.upper()
    if upper != joined and joined.endswith("x"):
        faults.append("lower_x")
    if len(upper) in (19, 21) and upper[0] == "G" and upper[1:18].isdigit():
        upper = upper[1:]
        faults.append("prefix")
    return _read_clean(upper, tuple(dict.fromkeys(faults)))


def _read_clean(text: str, faults: tuple[str, ...]) -> IdNumber:
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        digits = scientific[1] + (scientific[2] or "")
        return IdNumber(digits, "", "scientific", faults)
    if len(text) == 18 and text[17] == "*" and text[:17].isdigit() and check_digit(text[:17]) == "X":
        return _read_clean(text[:17] + "X", (*faults, "letters"))
    masked = _MASKED.fullmatch(text)
    if masked:
        return IdNumber(masked[1] + "*" * len(masked[2]) + masked[3], "", "masked", faults)
    if not text[:-1].isdigit():
        mended = text[:17].translate(_LETTERS) + text[17:]
        if mended != text and len(mended) in (18, 20, 22) and mended[:17].isdigit():
            return _read_clean(mended, (*faults, "letters"))
    size = len(text)
    if size == 18:
        number = _eighteen(text, faults)
        if number is not None:
            return number
    elif size in (20, 22):
        body = _eighteen(text[:18], faults)
        if body is not None and body.form == "valid":
            return IdNumber(text, body.text, "id20", faults, body.birth, body.sex)
        if text.endswith("00000") and text.isdigit():
            return IdNumber(text, "", "precision", faults, _birth18(text))
    elif size == 15 and text.isdigit():
        modern = modern_form(text)
        if modern:
            return IdNumber(text, modern, "id15", faults, _birth18(modern), _sex(text[14]))
    if text[:-1].isdigit() and 12 <= size <= 24:
        return IdNumber(text, "", "short" if size < 18 else "long", faults)
    return IdNumber(text, "", "other", faults)


def modern_form(fifteen: str) -> str:
    """The 18-character form of a 15-digit number: 19 before the year and a check digit; '' when its date is none."""
    first = fifteen[:6] + "19" + fifteen[6:]
    return first + check_digit(first) if birth_of(first[6:14]) else ""


def suggestions(number: IdNumber) -> tuple[str, ...]:
    """Valid numbers a small slip away (a wrong check digit, two neighbours swapped, a 15-digit form): for a person
    to look at, never taken by itself."""
    if number.form == "id15":
        return (number.key,)
    text = number.text
    if number.form != "check_fails" or len(text) != 18:
        return ()
    found = []
    if number.birth:
        found.append(text[:17] + check_digit(text[:17]))
    for i in range(16 if text[17] == "X" else 17):
        if text[i] != text[i + 1]:
            swapped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
            if birth_of(swapped[6:14]) and check_digit(swapped[:17]) == swapped[17]:
                found.append(swapped)
    return tuple(dict.fromkeys(found))
