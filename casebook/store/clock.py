"""The hybrid logical clock: milliseconds of the wall clock and a counter, never going back when the wall clock does."""

from __future__ import annotations

from datetime import UTC, datetime

_COUNTER_BITS = 16
LAST_CLOCK = 32_503_680_000_000 << _COUNTER_BITS
"""The year 3000. A reading beyond it is no time: taken over from another machine it would leave no room for later
ones in SQLite's numbers."""
LATEST_CLOCK = 7_258_118_400_000 << _COUNTER_BITS
"""The year 2200, beyond which no reading is taken over that is not close to one that is known."""
ONE_DAY = 86_400_000 << _COUNTER_BITS


def next_clock(last: int, now: datetime) -> int:
    """The reading after `last` (the greatest seen so far) at wall time `now`."""
    return max(last + 1, int(now.timestamp() * 1000) << _COUNTER_BITS)


def wall_text(now: datetime) -> str:
    """ISO, UTC, to the millisecond."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_text(wall: str, seconds: bool = False) -> str:
    """A stored wall time in the time zone of this machine: `2026-11-20 14:32`."""
    moment = datetime.fromisoformat(wall.replace("Z", "+00:00")).astimezone()
    return moment.isoformat(sep=" ", timespec="seconds" if seconds else "minutes")[: 19 if seconds else 16]
