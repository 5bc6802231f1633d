"""Regular expressions of forms: Java's, matched in bounded time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from survey_forms.xpath.pattern_machine import Machine
from survey_forms.xpath.pattern_syntax import (
    Anchor,
    BackReference,
    Chars,
    Choice,
    Group,
    Part,
    Repeat,
    Sequence,
    parsed_pattern,
)

Matches = Callable[[str], bool]
LONGEST_PATTERN = 10_000
_LONG = 500  # from here on two loops one after the other are slow in Python's matcher
_MANY = 20
_MOST_FORKS = 12
_ANCHORS = {"^": r"\A", "A": r"\A", "$": r"(?=\n?\Z)", "Z": r"(?=\n?\Z)", "z": r"\Z", "m^": "(?m:^)", "m$": "(?m:$)"}


@lru_cache(maxsize=512)
def pattern(text: str, whole: bool) -> Matches:
    """Whether a text matches, from end to end or in a part of it. Raises ValueError for no pattern, or for one that
    could take for ever; what comes back raises it for a text too long for the pattern."""
    if len(text) > LONGEST_PATTERN:
        raise ValueError(text)
    tree = parsed_pattern(text)
    if _may_explode(tree):
        machine = Machine(tree)
        return lambda text: machine.matches(text, whole)
    try:
        found = re.compile(_python(tree), re.ASCII)
    except (re.error, RecursionError, OverflowError):
        raise ValueError(text) from None
    match = found.fullmatch if whole else found.search
    if _loops(tree) < 1:
        return lambda text: match(text) is not None
    return _with_bound(tree, match, whole)


def _with_bound(tree: Part, match: Callable[[str], object], whole: bool) -> Matches:
    """A long text goes to the machine."""
    made: list[Machine] = []

    def matches(text: str) -> bool:
        if len(text) <= _LONG:
            return match(text) is not None
        if not made:
            made.append(Machine(tree))
        return made[0].matches(text, whole)

    return matches


def _may_explode(part: Part) -> bool:
    """Loops in loops, choices in loops, more than two loops one after the other, or choices by the dozen."""
    return _nested(part, False) or _loops(part) > 2 or _forks(part) > _MOST_FORKS


def _nested(part: Part, within: bool) -> bool:
    match part:
        case Repeat(inner, least, most):
            loop = most is None or most - least > _MANY
            varies = least != most
            return (within and varies) or _nested(inner, within or loop)
        case Choice(parts):
            return within or any(_nested(one, within) for one in parts)
        case Sequence(parts):
            return any(_nested(one, within) for one in parts)
        case Group(inner):
            return _nested(inner, within)
    return False


def _loops(part: Part) -> int:
    match part:
        case Repeat(inner, least, most):
            times = most if most is not None and most <= _MANY else 1
            return _loops(inner) * max(1, times) + (most is None or most - least > _MANY)
        case Choice(parts):
            return max(_loops(one) for one in parts)
        case Sequence(parts):
            aside = max((_loops(one) for one in parts if _looks(one)), default=0)
            return max(aside, sum(_loops(one) for one in parts if not _looks(one)))
        case Group(inner):
            return _loops(inner)
    return 0


def _forks(part: Part) -> int:
    """In how many places there is more than one way on, repeats written out."""
    match part:
        case Repeat(inner, least, most):
            times = least if most is None else most
            return _forks(inner) * max(1, times) + (least != most)
        case Choice(parts):
            return 1 + sum(map(_forks, parts))
        case Sequence(parts):
            return sum(map(_forks, parts))
        case Group(inner):
            return _forks(inner)
    return 0


def _looks(part: Part) -> bool:
    """Ahead or behind: tried at each place by itself, so that its loops do not multiply those beside it."""
    return isinstance(part, Group) and part.opening not in ("(", "(?:")


def _python(part: Part) -> str:
    """The same pattern as Python writes it."""
    match part:
        case Chars(ranges):
            return _bracket(ranges)
        case Anchor(sign):
            return _ANCHORS.get(sign, f"\\{sign}")
        case Sequence(parts):
            return "".join(map(_python, parts))
        case Choice(parts):
            return "(?:" + "|".join(map(_python, parts)) + ")"
        case Group(inner, opening):
            return f"{opening}{_python(inner)})"
        case Repeat(inner, least, most, manner):
            times = f"{{{least},{'' if most is None else most}}}"
            return f"(?:{_python(inner)}){times}{manner}"
        case BackReference(number):
            return f"(?:\\{number})"


def _bracket(ranges: tuple[tuple[int, int], ...]) -> str:
    if not ranges:
        return r"(?!)"
    return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges) + "]"
