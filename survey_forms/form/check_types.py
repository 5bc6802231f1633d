"""Stored text against the type of its bind: what a calculation or a default is cut to, and what is not of the type."""

from __future__ import annotations

import math
import re
from datetime import date

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?", re.ASCII)
_OFFSET_WITHOUT_COLON = re.compile(r"[+-]\d{4}$")
_INT_LIMIT = 2**31
_INTEGERS = ("int", "integer", "long")


def cast(kind: str, text: str) -> str:
    """A default or a calculated value as its type stores it: an int loses its fraction, what is no number is blank, so
    is what is no place, or a line or an area with too few points."""
    if not text:
        return ""
    if kind in _INTEGERS:
        number = _as_number(text)
        return "" if number is None else str(math.trunc(number))
    if kind == "decimal":
        return "" if _as_number(text) is None else text.strip()
    if kind in ("geopoint", "geotrace", "geoshape"):
        return text if fits(kind, text) else ""
    return text


def fits(kind: str, text: str) -> bool:
    """Whether a stored text is of the type; blank is of every type."""
    if not text or kind == "string":
        return True
    if kind in _INTEGERS:
        number = _as_number(text)
        return number is not None and number == math.trunc(number) and (kind != "int" or abs(number) < _INT_LIMIT)
    if kind == "decimal":
        return _as_number(text) is not None
    if kind == "date":
        return _is_date(text)
    if kind == "time":
        return _is_time(text)
    if kind == "dateTime":
        day, _t, time = text.partition("T")
        return _is_date(day) and _is_time(time)
    if kind == "geopoint":
        return _is_point(text)
    if kind in ("geotrace", "geoshape"):
        return _is_line(text, closed=kind == "geoshape")
    return True


def _as_number(text: str) -> float | None:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def _is_date(text: str) -> bool:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None and _OFFSET_WITHOUT_COLON.search(text) is None


def _is_point(text: str) -> bool:
    """`latitude longitude [altitude [accuracy]]`"""
    numbers = [_as_number(part) for part in text.split()]
    if not 2 <= len(numbers) <= 4 or any(number is None for number in numbers):
        return False
    latitude, longitude = numbers[0] or 0.0, numbers[1] or 0.0
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _is_line(text: str, *, closed: bool) -> bool:
    points = [point.strip() for point in text.split(";") if point.strip()]
    if len(points) < (4 if closed else 2) or not all(_is_point(point) for point in points):
        return False
    return not closed or points[0].split()[:2] == points[-1].split()[:2]
