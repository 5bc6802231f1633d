"""What digits mean in a list of choices: the code of one, or its number where the list has no codes of digits."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """`at` is the choice meant so far, None while it may be any of several; `waits`: more digits may mean another."""

    at: int | None
    waits: bool


def codes_of(values: Sequence[str]) -> tuple[str, ...]:
    """The code of each choice: its value where all values are digits, else 1, 2, 3 …"""
    if all(value.isascii() and value.isdigit() for value in values):
        return tuple(values)
    return tuple(str(number) for number in range(1, len(values) + 1))


def match(codes: Sequence[str], typed: str) -> Match | None:
    """What typed digits mean; None where no code begins like this. Zeros in front may be left out: of 01 to 06, 1 is
    01 at once; of 1 to 12, 1 waits."""
    fitting = [at for at, code in enumerate(codes) if code.startswith(typed) or code.lstrip("0").startswith(typed)]
    if not fitting:
        return None
    same = [at for at in fitting if codes[at] == typed] or [at for at in fitting if codes[at].lstrip("0") == typed]
    if same:
        return Match(same[0], any(codes[at] not in (typed, codes[same[0]]) for at in fitting))
    return Match(fitting[0] if len(fitting) == 1 else None, True)


def digit_of(character: str | None) -> str:
    """The digit of a key, also a full-width one from an input method; '' for any other."""
    plain = unicodedata.normalize("NFKC", character) if character else ""
    return plain if len(plain) == 1 and plain.isascii() and plain.isdigit() else ""


def toggled(chosen: Sequence[str], value: str, order: Sequence[str], exclusive: Sequence[str] = ()) -> list[str]:
    """A multiple choice with one value put in or taken out, in the order of the list. An `exclusive` value (都没有)
    clears the others, and they clear it."""
    if value in chosen:
        return [one for one in chosen if one != value]
    kept = [] if value in exclusive else [one for one in chosen if one not in exclusive]
    return sorted([*kept, value], key=lambda one: order.index(one) if one in order else len(order))
