"""What is known of single characters: simplified forms, pinyin readings, sounds offices mix, resemblance, variants.

The tables of `data/` (see `baking.py`) are read at the first question, each on its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_HU = {"hu": "fu", "hui": "fei", "hun": "fen", "huo": "fo"}


def _lines(name: str) -> list[str]:
    return (_DATA / name).read_text(encoding="utf-8").splitlines()


@cache
def _own_list() -> dict[str, list[str]]:
    """The kinds of `name_variants.txt` with what follows each."""
    kinds: dict[str, list[str]] = {"same": [], "name": [], "surname": [], "private": [], "compound": []}
    for line in _lines("name_variants.txt"):
        if line and not line.startswith("#"):
            kind, _, rest = line.partition(" ")
            kinds[kind].append(rest)
    return kinds


@cache
def private_characters() -> dict[int, str]:
    """Private-use code points of GBK fonts and their characters, for `str.translate`."""
    return {int(code, 16): chr(int(real, 16)) for code, real, *_ in map(str.split, _own_list()["private"])}


@cache
def _simplified() -> dict[int, str]:
    table = {ord(char): line[0] for line in _lines("simplified.txt") for char in line[1:]}
    table |= {ord(char): line[0] for line in _own_list()["same"] for char in line[1:]}
    return table


def simplified(text: str) -> str:
    """Traditional, regional and variant forms (繁体、异体) to the simplified one, character by character."""
    return text.translate(_simplified())


@cache
def _readings() -> tuple[dict[str, str], dict[str, list[str]]]:
    """The main reading of every character, and the further ones of those that have some."""
    main: dict[str, str] = {}
    other: dict[str, list[str]] = {}
    for line in _lines("readings.txt"):
        reading, _, chars = line.partition(" ")
        first, _, further = chars.partition("|")
        main |= dict.fromkeys(first, reading)
        for char in further:
            other.setdefault(char, []).append(reading)
    return main, other


@cache
def readings(char: str) -> tuple[str, ...]:
    """All readings of a character without tones (`ü` is `v`), the main one first; empty for what has none."""
    main, other = _readings()
    first = main.get(char)
    return (first, *other.get(char, ())) if first else ()


def folded_reading(reading: str) -> str:
    """A reading without what dialect speakers mix: zh/z, ch/c, sh/s, n/l, hu/f, ang/an, eng/en, ing/in.

    >>> folded_reading("zhang"), folded_reading("ning"), folded_reading("hui"), folded_reading("huang")
    ('zan', 'lin', 'fei', 'fan')
    """
    if reading.startswith("hu"):
        reading = _HU.get(reading, "f" + reading[2:])
    for initial, plain in _INITIALS:
        if reading.startswith(initial):
            reading = plain + reading[len(initial) :]
    for final, plain in _FINALS:
        if reading.endswith(final):
            reading = reading[: -len(final)] + plain
    return reading


@cache
def folded(char: str) -> frozenset[str]:
    """All readings of a character, folded."""
    return frozenset(map(folded_reading, readings(char)))


@cache
def _lookalikes() -> dict[str, str]:
    return {line[0]: line[1:] for line in _lines("lookalikes.txt") if line}


def lookalike(a: str, b: str) -> bool:
    """Whether two characters resemble each other in print (形近), as measured on their glyphs."""
    table = _lookalikes()
    return b in table.get(a, "") or a in table.get(b, "")


@cache
def _variants() -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    def pairs(kind: str) -> frozenset[tuple[str, str]]:
        return frozenset((a, b) for line in _own_list()[kind] for a in line for b in line if a != b)

    anywhere = pairs("name")
    return anywhere, anywhere | pairs("surname")


def variant(a: str, b: str, *, surname: bool = False) -> bool:
    """Whether offices write two characters for one another in names (付/傅 and their like only as `surname`)."""
    return a != b and (simplified(a) == simplified(b) or (a, b) in _variants()[surname])


@cache
def compound_surnames() -> frozenset[str]:
    """Surnames of two characters (复姓)."""
    return frozenset(surname for line in _own_list()["compound"] for surname in line.split())
