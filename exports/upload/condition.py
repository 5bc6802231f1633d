"""Whether a condition of a format holds (`only`, `required_when`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from exports.formats.format import Condition
from exports.upload.canonical import plain_word
from exports.upload.record import Value


def holds(condition: Condition, told: Callable[[str], Iterable[Value | None]]) -> bool:
    """Whether every field of a condition has one of its codes or words; `told` gives the values of a field, several
    for one of diseases."""
    return all(
        any(value is not None and _has(value, wanted) for value in told(name)) for name, wanted in condition.items()
    )


def _has(value: Value, wanted: tuple[str, ...]) -> bool:
    words = _words(wanted)
    return any(plain_word(one) in words for one in (value.text, *value.codes, *value.names))


@lru_cache(maxsize=256)
def _words(wanted: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_word(one) for one in wanted)
