"""A person's name as lists write it, and how two written names differ (the name kinds of `docs` and findings)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, product

from casebook.people.readings import (
    compound_surnames,
    folded,
    lookalike,
    private_characters,
    readings,
    simplified,
    variant,
)
from casebook.tables.table import Value, text_of

DOT = "·"
UNKNOWN = "?"

_DOTS = frozenset("·•.．・･‧∙⋅。﹒․⸱●-–—―_﹣'’")
_UNKNOWN = frozenset("?*□○〇◯■◇×✕✖囗某#☆★\ufffd")
_BRACKETS = dict(zip("([【〔〈《{「<〖", ")]】〕〉》}」>〗", strict=True))
_INVISIBLE = frozenset(
    map(chr, (0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
_MOST_KEYS = 8


@dataclass(frozen=True, slots=True)
class Name:
    """One name. `text` is canonical (simplified, without dots, spaces, brackets; `?` for an unknown character; empty
    when blank), `plain` the same before simplifying. `faults` are words: space, bracket, zero_width, dot, width,
    digits, private. `dots` counts separators, `note` is what stood in brackets or as a number.
    """

    raw: str
    text: str
    plain: str
    faults: tuple[str, ...]
    dots: int
    note: str
    surname: str
    given: str
    wild: bool


def read_name(value: Value) -> Name:
    """Read a cell that holds a name. A dotted name has no `surname`."""
    return _read(value if isinstance(value, str) else text_of(value))


@lru_cache(maxsize=1 << 16)
def _read(raw: str) -> Name:
    if raw.isalpha() and min(raw) >= "\u4e00" and max(raw) <= "\u9fff" and not _UNKNOWN.intersection(raw):
        return _named(raw, raw, (), 0, "")
    faults: dict[str, None] = {}
    text = _visible(raw, faults)
    text, note = _without_brackets(text, faults)
    plain, dots, numbers = _letters(text, faults)
    return _named(raw, plain, tuple(faults), dots, (note + " " + numbers).strip())


def _named(raw: str, plain: str, faults: tuple[str, ...], dots: int, note: str) -> Name:
    text = simplified(plain)
    length = 0 if dots else 2 if len(text) > 2 and text[:2] in compound_surnames() else 1
    surname = text[:length]
    wild = UNKNOWN in text
    return Name(raw, text, plain, faults, dots, note, "" if UNKNOWN in surname else surname, text[length:], wild)


def _visible(raw: str, faults: dict[str, None]) -> str:
    """Private-use characters mapped, invisible ones dropped, full width made half; spaces kept as one kind."""
    table = private_characters()
    out: list[str] = []
    for char in raw:
        if "\ue000" <= char <= "\uf8ff":
            faults["private"] = None
            out.append(table.get(ord(char), UNKNOWN))
        elif char in _INVISIBLE or "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0100":
            faults["zero_width"] = None
        elif char.isspace() or unicodedata.category(char) == "Cc":
            out.append(" ")
        elif char in _DOTS:
            out.append(char)
        else:
            narrow = unicodedata.normalize("NFKC", char)
            if narrow != char and narrow not in _BRACKETS and narrow not in _BRACKETS.values():
                faults["width"] = None
            out.append(narrow)
    return "".join(out)


def _without_brackets(text: str, faults: dict[str, None]) -> tuple[str, str]:
    """The text outside brackets, and what stood inside; brackets round unknown characters only are taken off."""
    if not any(char in text for char in _BRACKETS):
        return text, ""
    faults["bracket"] = None
    outside: list[str] = []
    inside: list[str] = []
    at = 0
    while at < len(text):
        closing = _BRACKETS.get(text[at])
        if closing is None:
            outside.append(text[at])
            at += 1
            continue
        end = text.find(closing, at + 1)
        end = len(text) if end < 0 else end
        content = text[at + 1 : end].strip()
        if content and _UNKNOWN.issuperset(content):
            outside.append(content)
        elif content:
            inside.append(content)
        at = end + 1
    return "".join(outside), " ".join(inside)


def _letters(text: str, faults: dict[str, None]) -> tuple[str, int, str]:
    """The letters of a name with unknown ones as `?`, the number of separators between them, the digits dropped."""
    if text != (text := text.strip()):
        faults["space"] = None
    han = any(char >= "\u3400" for char in text)
    parts: list[list[str]] = [[]]
    marks: list[str] = []  # what stands between the parts
    digits: list[str] = []
    for char in text:
        if char == " " or char in _DOTS:
            if parts[-1]:
                parts.append([])
                marks.append(char)
            elif marks and marks[-1] == " ":
                marks[-1] = char
        elif char.isdecimal():
            digits.append(char)
            faults["digits"] = None
        elif char in _UNKNOWN or (han and char in "xX"):
            parts[-1].append(UNKNOWN)
        elif char.isalnum():
            parts[-1].append(char.upper())
    if not parts[-1] and marks:
        parts.pop()
        faults["space" if marks.pop() == " " else "dot"] = None
    dots = len(marks)
    if marks and set(marks) == {" "} and not _separated([len(part) for part in parts], "".join(parts[0])):
        faults["space"] = None
        dots = 0
    elif set(marks) - {DOT}:
        faults["dot"] = None
    return "".join(char for part in parts for char in part), dots, "".join(digits)


def _separated(lengths: list[int], first: str) -> bool:
    """Whether blanks stand for the dot of a minority name: parts of two or more, the first no compound surname."""
    return min(lengths) > 1 and simplified(first) not in compound_surnames()


def compare_names(a: Name, b: Name) -> str:
    """How b's name (卫健) differs from a's (花名册): `same` or one word, the kinds of findings without `name_`.

    blank      one side names nobody
    dot        the same but for the form of the separator; format: for spaces, brackets, width
    variant    traditional, variant or mixed surname characters (异体)
    homophone  same sound; near: a sound that dialects mix; visual: a character that looks alike
    rare       an unknown character (?, □, 某), or one outside GB2312 left out
    missing    b lacks characters that a has; extra: b has more than a
    order      the same characters in another order
    other      one character that is none of these, at least half of the rest in place; different: more than that
    """
    if a.raw == b.raw and a.text and not a.wild:
        return "same"
    if not a.text.strip(UNKNOWN) or not b.text.strip(UNKNOWN):
        return "blank"
    if a.text != b.text:
        return _compare(a.text, b.text, bool(a.surname and b.surname))
    if a.wild:
        return "rare"
    if a.plain != b.plain:
        return "variant"
    return "dot" if a.dots != b.dots or "dot" in a.faults or "dot" in b.faults else "format"


@lru_cache(maxsize=1 << 16)
def _compare(a: str, b: str, surnames: bool) -> str:
    if (UNKNOWN in a or UNKNOWN in b) and _fits(a, b):
        return "rare"
    if len(a) != len(b):
        return _lengths(a, b)
    wrong = [_character(x, y, surnames and i == 0) for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    kept = len(a) - len(wrong)
    if len(wrong) > 1 and sorted(a) == sorted(b):
        return "order"
    weakest = max(wrong, key=_WEAKNESS.__getitem__)
    if weakest in ("variant", "homophone"):
        return weakest
    if kept * 2 < len(a):
        return "different"
    if weakest != "other":
        return weakest
    return "other" if wrong.count("other") == 1 else "different"


_WEAKNESS = {"rare": 0, "variant": 1, "homophone": 2, "near": 3, "visual": 4, "other": 5}


def _lengths(a: str, b: str) -> str:
    """Names of unequal length: the shorter one, in order, inside the longer one, with at least half of it."""
    short, long = (b, a) if len(b) < len(a) else (a, b)
    rest = iter(long)
    if len(short) * 2 < len(long) or not all(char in rest for char in short):
        return "different"
    left_out = list(long)
    for char in short:
        left_out.remove(char)
    if len(left_out) == 1 and _is_rare(left_out[0]):
        return "rare"
    return "missing" if short == b else "extra"


def _fits(a: str, b: str) -> bool:
    """Whether two names with unknown characters can be one: place by place, else by what stands before and after."""
    if len(a) == len(b):
        pairs = list(zip(a, b, strict=True))
        return all(x == y or UNKNOWN in (x, y) for x, y in pairs) and any(x == y != UNKNOWN for x, y in pairs)
    if UNKNOWN in a and UNKNOWN in b:
        return False
    mask, whole = (a, b) if UNKNOWN in a else (b, a)
    head, tail = mask[: mask.index(UNKNOWN)], mask[mask.rindex(UNKNOWN) + 1 :]
    known = len(head) + len(tail)
    return 0 < known < len(whole) and whole.startswith(head) and whole.endswith(tail)


@cache
def _is_rare(char: str) -> bool:
    try:
        return not char.encode("gb2312")
    except UnicodeEncodeError:
        return True


@lru_cache(maxsize=1 << 16)
def _character(a: str, b: str, surname: bool) -> str:
    if UNKNOWN in (a, b):
        return "rare"
    if variant(a, b, surname=surname):
        return "variant"
    sounds, others = readings(a), readings(b)
    if sounds and others and sounds[0] == others[0]:
        return "homophone"
    alike = lookalike(a, b)
    if set(sounds) & set(others):
        return "visual" if alike else "homophone"
    if folded(a) & folded(b):
        return "near"
    return "visual" if alike else "other"


def folded_key(name: Name) -> frozenset[str]:
    """The folded readings of a name joined, in every combination up to 8: names that share one may sound alike.

    A character without reading stands for itself.
    """
    return _folded_key(name.text)


@lru_cache(maxsize=1 << 16)
def _folded_key(text: str) -> frozenset[str]:
    return frozenset(islice(_combinations(text), _MOST_KEYS))


def _combinations(text: str) -> Iterator[str]:
    return map(" ".join, product(*(sorted(folded(char)) or [char] for char in text))) if text else iter(())
