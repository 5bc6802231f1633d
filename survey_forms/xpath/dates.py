"""Dates as text and back. A moment is an aware datetime in the zone of now(); text without a zone is in that zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

EPOCH = date(1970, 1, 1).toordinal()
_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
LETTERS = frozenset("YymnbdeHhMS3aW%")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def parsed_date(text: str) -> date | None:
    """`2026-11-22`, `2026-1-2`; None where it is no date."""
    pieces = text.split("-")
    if len(pieces) != 3 or not all(piece.isdigit() and piece.isascii() and len(piece) <= 4 for piece in pieces):
        return None
    try:
        return date(int(pieces[0]), int(pieces[1]), int(pieces[2]))
    except ValueError:
        return None


def parsed_moment(text: str, zone: tzinfo | None) -> datetime | None:
    """A date (its midnight) or a date with a time, in `zone`; None where it is neither."""
    day_text, sign, time_text = text.partition("T")
    day = parsed_date(day_text)
    if day is None:
        return None
    if not sign:
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    return parsed_time(time_text, day, zone)


def parsed_time(text: str, day: date, zone: tzinfo | None) -> datetime | None:
    """`08:30`, `08:30:15.250`, with `Z` or an offset `+08:00` or none, on this day."""
    body, offset = _offset(text)
    if body is None:
        return None
    pieces = body.split(":")
    if len(pieces) not in (2, 3):
        return None
    try:
        hour, minute = int(pieces[0]), int(pieces[1])
        seconds = float(pieces[2]) if len(pieces) == 3 else 0.0
        whole = int(seconds)
        ticks = round((seconds - whole) * 1000)
        moment = datetime(day.year, day.month, day.day, hour, minute, whole, min(ticks, 999) * 1000, tzinfo=zone)
        if offset is None:
            return moment
        return moment.replace(tzinfo=timezone(offset)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> tuple[str | None, timedelta | None]:
    """The time without its zone, and the zone; (None, None) where the zone is not one."""
    if text.endswith("Z"):
        return text[:-1], timedelta(0)
    for sign in "+-":
        body, found, zone = text.partition(sign)
        if not found:
            continue
        hours, _colon, minutes = zone.partition(":")
        if not hours.isdigit() or not (minutes or "0").isdigit() or len(hours) + len(minutes) > 4:
            return None, None
        if not minutes and len(hours) == 4:  # `+0800`
            hours, minutes = hours[:2], hours[2:]
        length = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return (body, length if sign == "+" else -length) if length < _DAY else (None, None)
    return text, None


def day_number(moment: datetime) -> float:
    """Days from 1970-01-01 to its day."""
    return float(moment.toordinal() - EPOCH)


def exact_days(moment: datetime) -> float:
    """Days from the epoch in UTC, with the fraction."""
    return (moment - _UTC_EPOCH) / _DAY


def day_fraction(moment: datetime) -> float:
    """How much of its day has gone by."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return seconds / 86400


def from_day_number(days: float, zone: tzinfo | None) -> datetime | None:
    """Midnight of the day so many whole days after 1970-01-01; None out of the calendar."""
    try:
        day = date.fromordinal(EPOCH + int(days))
    except (ValueError, OverflowError):
        return None
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def from_exact_days(days: float, zone: tzinfo | None) -> datetime | None:
    """The moment so many days after the epoch in UTC; None out of the calendar."""
    try:
        return (_UTC_EPOCH + timedelta(milliseconds=int(days * 86_400_000))).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, tzinfo=moment.tzinfo)


def date_text(moment: date) -> str:
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"


def time_text(moment: datetime) -> str:
    """`08:30:15.250+08:00`"""
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}.{moment.microsecond // 1000:03}"
    return clock + _zone_text(moment)


def moment_text(moment: datetime) -> str:
    """`2026-11-22T08:30:15.250+08:00`"""
    return f"{date_text(moment)}T{time_text(moment)}"


def _zone_text(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def formatted(moment: datetime, pattern: str) -> str:
    """By the patterns of format-date (`%Y-%m-%d`); what is no pattern stands as it is."""
    made: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char != "%" or at + 1 == len(pattern):
            made.append(char)
            at += 1
            continue
        made.append(_part(moment, pattern[at + 1]))
        at += 2
    return "".join(made)


def _part(moment: datetime, letter: str) -> str:
    match letter:
        case "Y":
            return f"{moment.year:04}"
        case "y":
            return f"{moment.year % 100:02}"
        case "m":
            return f"{moment.month:02}"
        case "n":
            return str(moment.month)
        case "b":
            return _MONTHS[moment.month - 1]
        case "d":
            return f"{moment.day:02}"
        case "e":
            return str(moment.day)
        case "H":
            return f"{moment.hour:02}"
        case "h":
            return str(moment.hour)
        case "M":
            return f"{moment.minute:02}"
        case "S":
            return f"{moment.second:02}"
        case "3":
            return f"{moment.microsecond // 1000:03}"
        case "a":
            return _DAYS[moment.weekday()]
        case "W":
            return str(moment.isocalendar().week)
        case "%":
            return "%"
    return "%" + letter
