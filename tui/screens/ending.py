"""The end from outside: a closed window, a polite kill, a terminal that is gone. The interface closes as with F10."""

from __future__ import annotations

import asyncio
import errno
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from textual.driver import Driver

_LOOK = 2.0  # seconds between two looks at a terminal
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")


@contextmanager
def polite_ends(close: Callable[[], None]) -> Iterator[None]:
    """While the running event loop draws, the system's requests to end call `close` in it; a process that is to
    outlive its window (nohup) stays. Where loops take no signals (Windows) nothing changes."""
    loop = asyncio.get_running_loop()
    before = {}
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        handler = signal.getsignal(number)
        try:
            loop.add_signal_handler(number, close)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows; a thread that is not the main one
            continue
        before[number] = handler
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def terminal_closes(stream: TextIO) -> None:
    """Wait until a terminal is gone. No signal of that reaches a program of another session, and Textual reads on."""
    while stream.isatty():
        await asyncio.sleep(_LOOK)


def terminal_is_gone(fault: BaseException) -> bool:
    """Whether this is what reading, writing or setting a terminal says whose window was closed."""
    if isinstance(fault, OSError):
        return fault.errno in (errno.EIO, errno.ENXIO, errno.EBADF)
    return type(fault).__module__ == "termios"  # its own class of error, and no such module on Windows


class EnduringStream:
    """A stream that drops what is written once its terminal is gone. Textual writes from a thread that a failed write
    would end; the next writes would then wait for it forever, and the process with them."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                return self._stream.write(text)
            except (OSError, ValueError):
                self._gone = True
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._gone = True

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()


def enduring_driver() -> type[Driver] | None:
    """Textual's driver for this system, writing to such a stream; None where a closed window ends the process (Windows)
    and Textual's own will do."""
    if sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class EnduringDriver(LinuxDriver):
        def __init__(self, *told: Any, **named: Any) -> None:
            super().__init__(*told, **named)
            self._file: Any = EnduringStream(self._file)

    return EnduringDriver
