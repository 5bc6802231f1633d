"""The records of a Windows console, as its driver lays them out."""

from __future__ import annotations

from ctypes import Structure, Union, c_int, c_uint, c_ushort, c_wchar

import pytest

from tui.widgets.windows_input import ends_in_half, mend

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
