"""Text on its way to a terminal, without what the terminal would take for a command: a list's header, a sheet's or a
file's name may hold any character, and some of them set titles, clear the screen or write to the clipboard."""

from __future__ import annotations

import io
from typing import TextIO

_C0 = dict.fromkeys((*range(9), *range(11, 32)), " ")
_FURTHER = dict.fromkeys((*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), " ")
"""Delete, the second set of commands, and what turns the direction of writing round."""


class PlainStream(io.TextIOWrapper):
    """Line ends and tabs pass; other commands become spaces. `allowed` of them pass too, and with `data` those that
    are no danger to a program: what goes to a file or a pipe stays as it is but for those that JSON never holds."""

    def __init__(self, stream: TextIO, encoding: str, *, allowed: str = "", data: bool = False) -> None:
        super().__init__(
            stream.buffer,
            encoding=encoding,
            errors="backslashreplace",
            # PYTHONUNBUFFERED sets the second alone; without either, what is told comes before what is printed
            line_buffering=getattr(stream, "line_buffering", False) or getattr(stream, "write_through", False),
        )
        self._stream = stream  # when it goes, it closes what both write to
        self._table = {code: to for code, to in (_C0 | ({} if data else _FURTHER)).items() if chr(code) not in allowed}

    def write(self, text: str) -> int:
        super().write(text.translate(self._table))
        return len(text)
