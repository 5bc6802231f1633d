"""How long work tells of itself and is stopped."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with a stage in the user's language, units done, units in all (0 while unknown). It may raise `Stopped`."""


class Stopped(Exception):
    """The user stopped the work; nothing half-written stays behind."""


def report(progress: Progress | None, stage: str, done: int, total: int) -> None:
    """Tell of progress where someone listens. Raises whatever the listener raises, `Stopped` above all."""
    if progress is not None:
        progress(stage, done, total)
