"""How keys are called on screen, without arrows and other characters that old consoles draw too wide."""

from __future__ import annotations

from casebook.language import N_, _

_NAMES = {
    "enter": N_("回车"),
    "space": N_("空格"),
    "backspace": N_("退格"),
    "up": N_("上"),
    "down": N_("下"),
    "left": N_("左"),
    "right": N_("右"),
    "escape": "Esc",
    "tab": "Tab",
    "delete": "Del",
    "insert": "Ins",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def key_name(key: str) -> str:
    """`enter` is 回车, `f1` F1, `ctrl+p` ^P, `shift+tab` Shift+Tab; a letter stays as it is."""
    *modifiers, bare = key.split("+")
    name = _(_NAMES[bare]) if bare in _NAMES else bare.upper() if len(bare) > 1 else bare
    if modifiers == ["ctrl"]:
        return "^" + name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
