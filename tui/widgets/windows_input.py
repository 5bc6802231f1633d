"""Chinese input on Windows: what an input method types must not be dropped (Textual #6667, open in 8.2.8).

Its driver passes over key records without a key code while any control key counts as pressed, and NumLock counts: with
it on no character of an input method arrives, with Shift no Chinese punctuation. And a character outside the first
65,536 comes in two records; when they come in two reads, its input thread ends.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import Any

_KEY_EVENT = 0x0001


def mend(records: Sequence[Any]) -> None:
    """Let no control key count in the records of typed characters that have no key code. In place."""
    for record in records:
        if record.EventType == _KEY_EVENT:
            key = record.Event.KeyEvent
            if key.bKeyDown and key.wVirtualKeyCode == 0 and key.uChar.UnicodeChar != "\0":
                key.dwControlKeyState = 0


def ends_in_half(records: Sequence[Any]) -> bool:
    """Whether the last typed character is the first half of one."""
    for record in reversed(records):
        if record.EventType == _KEY_EVENT and record.Event.KeyEvent.bKeyDown:
            char: str = record.Event.KeyEvent.uChar.UnicodeChar
            return "\ud800" <= char <= "\udbff"
    return False


def mend_windows_input() -> bool:
    """Put the mended reading in the place of the driver's, once. False where there is no such driver."""
    if sys.platform != "win32":
        return False
    with contextlib.suppress(ImportError, AttributeError):
        import ctypes

        from textual.drivers import win32

        read = win32.KERNEL32.ReadConsoleInputW
        if hasattr(read, "is_mended"):
            return True

        def mended(handle: Any, records: Any, most: int, count: Any) -> Any:
            array, counted = records._obj, count._obj
            result = read(handle, records, most, count)
            total = counted.value
            while ends_in_half(array[:total]) and total < most:
                behind = ctypes.byref(array, total * ctypes.sizeof(array[0]))
                result = read(handle, behind, most - total, count)
                total += counted.value
                counted.value = total
            mend(array[:total])
            return result

        mended.is_mended = True
        win32.KERNEL32.ReadConsoleInputW = mended
        return True
    return False
