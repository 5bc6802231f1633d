"""Progress as one line on stderr, rewritten in place, only on a terminal, gone at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import get_terminal_size

from casebook.progress import Progress
from tui.commands.cells import cell_width, wrap

_INTERVAL = 0.1  # seconds between two drawings of one stage


@contextmanager
def progress_line() -> Iterator[Progress | None]:
    """A progress callback for the time of the block, None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    width = 0
    shown = ("", 0.0)

    def show(stage: str, done: int, total: int) -> None:
        nonlocal width, shown
        now = time.monotonic()
        if stage == shown[0] and done < total and now - shown[1] < _INTERVAL:
            return
        shown = (stage, now)
        text = f"{stage} {done:,}/{total:,}" if total > 1 else stage
        text = wrap(text, get_terminal_size().columns - 1)[0]  # a second line could not be erased
        blank = " " * max(0, width - cell_width(text))
        width = cell_width(text)
        print(f"\r{text}{blank}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r" + " " * width + "\r", end="", file=sys.stderr, flush=True)
