"""Sets of characters as ranges of code points, and the named ones of Java's regular expressions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Ranges = tuple[tuple[int, int], ...]
LAST = 0x10FFFF

DIGIT: Ranges = ((48, 57),)
SPACE: Ranges = ((9, 13), (32, 32))
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_HAN: Ranges = (
    (0x2E80, 0x2FD5),
    (0x3005, 0x3005),
    (0x3007, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAD9),
    (0x20000, 0x323AF),
)
_POSIX: dict[str, Ranges] = {
    "Lower": ((97, 122),),
    "Upper": ((65, 90),),
    "ASCII": ((0, 127),),
    "Alpha": ((65, 90), (97, 122)),
    "Digit": DIGIT,
    "Alnum": ((48, 57), (65, 90), (97, 122)),
    "Punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "Graph": ((33, 126),),
    "Print": ((32, 126),),
    "Blank": ((9, 9), (32, 32)),
    "Cntrl": ((0, 31), (127, 127)),
    "XDigit": ((48, 57), (65, 70), (97, 102)),
    "Space": SPACE,
    "Han": _HAN,
    "InCJKUnifiedIdeographs": ((0x4E00, 0x9FFF),),
    "InCJK_Unified_Ideographs": ((0x4E00, 0x9FFF),),
}
ESCAPED: dict[str, Ranges] = {
    "d": DIGIT,
    "s": SPACE,
    "w": WORD,
    "h": ((9, 9), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x202F, 0x202F), (0x3000, 0x3000)),
    "v": ((10, 13), (0x85, 0x85), (0x2028, 0x2029)),
}
LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x85, 0x85), (0x2028, 0x2029))


def united(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sorted, overlaps made one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def all_but(ranges: Ranges) -> Ranges:
    found: list[tuple[int, int]] = []
    begin = 0
    for low, high in ranges:
        if low > begin:
            found.append((begin, low - 1))
        begin = high + 1
    if begin <= LAST:
        found.append((begin, LAST))
    return tuple(found)


def common(one: Ranges, other: Ranges) -> Ranges:
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return united((low, high) for low, high in found if low <= high)


def either_case(ranges: Ranges) -> Ranges:
    """With the other case of every ASCII letter, as Java's `(?i)`."""
    upper = [(low - 32, high - 32) for low, high in common(ranges, ((97, 122),))]
    lower = [(low + 32, high + 32) for low, high in common(ranges, ((65, 90),))]
    return united([*ranges, *upper, *lower])


def named(name: str) -> Ranges:
    """`L`, `Lu`, `IsHan`, `Alpha` …; raises ValueError for another."""
    for prefix in ("IsScript=", "script=", "sc=", "Is"):
        if name.startswith(prefix) and len(name) > len(prefix):
            name = name[len(prefix) :]
            break
    if name in _POSIX:
        return _POSIX[name]
    if name == "Alphabetic":
        name = "L"
    found = _of_category(name)
    if not found:
        raise ValueError(name)
    return found


@lru_cache(maxsize=32)
def _of_category(name: str) -> Ranges:
    """By general category, of one letter or two; none for what is none."""
    if not (1 <= len(name) <= 2) or not name.isalpha():
        return ()
    category = unicodedata.category
    return united((code, code) for code in range(LAST + 1) if category(chr(code)).startswith(name))
