"""The order of randomize(): the same seed gives the same order as on a phone (Fisher–Yates over Park–Miller)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from math import isinf
from typing import TypeVar

_PRIME = 2**31 - 1
Item = TypeVar("Item")


def shuffled(items: Sequence[Item], seed: int | Callable[[], float]) -> list[Item]:
    """A new list. `seed` is a number, or what draws a random number from 0 up to 1."""
    draw = seed if callable(seed) else park_miller(seed)
    found: list[Item] = []
    for at, item in enumerate(items):
        other = int(draw() * (at + 1))
        found.append(item)
        if other != at:
            found[at], found[other] = found[other], item
    return found


def park_miller(seed: int) -> Callable[[], float]:
    state = seed % _PRIME if seed >= 0 else -(-seed % _PRIME)  # the remainder has the sign of the seed
    if state <= 0:
        state += _PRIME - 1

    def draw() -> float:
        nonlocal state
        state = state * 16807 % _PRIME
        return (state - 1) / (_PRIME - 1)

    return draw


def seed_of(number: float, text: str) -> int:
    """The seed a value stands for: a whole number, or for any other text a number made of it."""
    if number == number and not isinf(number):
        return int(number)
    if not text:
        return 0
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big", signed=True)
