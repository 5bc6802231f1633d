"""A one-line text field (输入框): nothing selected when it gets the focus, no blinking, no copying to the terminal."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input

from casebook.language import N_


def _key(keys: str, action: str, what: str) -> Binding:
    return Binding(keys, action, what, show=False, tooltip=what)


class Field(Input, inherit_bindings=False):
    """The stock field selects all on focus, so that the next key replaces a whole name; and its blinking cursor
    redraws under the window of an input method."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Field, Field:focus {
        border: none; height: 1; padding: 0 1; background: $field-ground; background-tint: transparent;
        &>.input--placeholder { color: $field-dim; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("left", "cursor_left", N_("左移一字")),
        _key("right", "cursor_right", N_("右移一字")),
        _key("ctrl+left", "cursor_left_word", N_("左移一词")),
        _key("ctrl+right", "cursor_right_word", N_("右移一词")),
        _key("home,ctrl+a", "home", N_("到开头")),
        _key("end,ctrl+e", "end", N_("到末尾")),
        _key("backspace", "delete_left", N_("删去光标前一字")),
        _key("delete", "delete_right", N_("删去光标处一字")),
        _key("ctrl+w", "delete_left_word", N_("删去光标前一词")),
        _key("ctrl+u", "delete_left_all", N_("清空光标前的字")),
        _key("enter", "submit", N_("确定")),
    ]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder, select_on_focus=False, id=id)
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        """The text as it is drawn; a password in stars, for the stock bullets are wide on old consoles."""
        return Text("*" * len(self.value), no_wrap=True, end="") if self.password else super()._value


class OpeningField(Field):
    """A field over a list that it filters. Enter is the field's own key, so that it comes after all that was typed
    before it: a screen's priority key would overtake what a card reader or an input method types at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", N_("打开"), tooltip=N_("打开光标所在的一个")),
    ]
