"""The records of a Windows console, as its driver lays them out."""

from __future__ import annotations

import ctypes
import sys
from ctypes import Structure, Union, c_int, c_uint, c_ushort, c_wchar
from types import SimpleNamespace
from typing import Any

import pytest

from tui.widgets.windows_input import ends_in_half, mend, mend_windows_input

NUM_LOCK = 0x20


class Character(Union):
    _fields_ = (("UnicodeChar", c_wchar),)


class Key(Structure):
    _fields_ = (
        ("bKeyDown", c_int),
        ("wVirtualKeyCode", c_ushort),
        ("uChar", Character),
        ("dwControlKeyState", c_uint),
    )


class Event(Union):
    _fields_ = (("KeyEvent", Key),)


class Record(Structure):
    _fields_ = (("EventType", c_ushort), ("Event", Event))


def key(char: str, code: int = 0, state: int = NUM_LOCK, down: bool = True, kind: int = 1) -> Record:
    return Record(kind, Event(Key(int(down), code, Character(char), state)))


def states(*records: Record) -> list[int]:
    mend(records)
    return [record.Event.KeyEvent.dwControlKeyState for record in records]


def test_what_an_input_method_types_arrives_with_num_lock_on() -> None:
    assert states(key("李"), key("，", state=0x10)) == [0, 0]


def test_keys_of_the_keyboard_and_other_records_stay() -> None:
    assert states(key("a", code=65), key("\0"), key("李", down=False), key("李", kind=4)) == [NUM_LOCK] * 4


@pytest.mark.parametrize(
    ("chars", "half"), [(["李"], False), (["\ud842"], True), (["\ud842", "\udfb7"], False), ([], False)]
)
def test_half_a_character(chars: list[str], half: bool) -> None:
    records = [record for char in chars for record in (key(char), key(char, down=False))]
    assert ends_in_half(records) is half


def test_the_drivers_own_reading_is_mended_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Called as the driver calls it: a character whose halves come in two reads comes whole, and no state is left."""
    reads = [[key("李"), key("\ud842")], [key("\udfb7", state=0x10)], [key("a", code=65)]]

    def read(_handle: Any, records: Any, _most: int, count: Any) -> int:
        # ctypes gives a reference with an offset no way back to what it points to: the address tells
        begin = ctypes.cast(records, ctypes.POINTER(Record))
        for number, record in enumerate(batch := reads.pop(0)):
            begin[number] = record
        count._obj.value = len(batch)
        return 1

    driver = SimpleNamespace(KERNEL32=SimpleNamespace(ReadConsoleInputW=read))
    assert mend_windows_input() is False  # no such driver here
    monkeypatch.setitem(sys.modules, "textual.drivers.win32", driver)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "platform", "win32")
    assert mend_windows_input() and mend_windows_input()
    records, count = (Record * 8)(), ctypes.c_uint(0)
    got = []
    for _read in range(2):
        driver.KERNEL32.ReadConsoleInputW(7, ctypes.byref(records), 8, ctypes.byref(count))
        keys = [record.Event.KeyEvent for record in records[: count.value]]
        got.append([(each.uChar.UnicodeChar, each.dwControlKeyState) for each in keys])
    assert got == [[("李", 0), ("\ud842", 0), ("\udfb7", 0)], [("a", NUM_LOCK)]]
