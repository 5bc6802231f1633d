"""Answers by number: one of a few words, and a text field that offers what was typed before. Digits keep the input
method out of the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message

from casebook.language import _
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, cut


class Numbered(Drawing, can_focus=True):
    """A few words in a row, chosen by digit; the same digit again takes the choice back. `words` are message ids."""

    DEFAULT_CSS = """
    Numbered { background: $field-ground; padding: 0 1; }
    """

    @dataclass
    class Taken(Message):
        """A word was chosen, or none any more."""

        word: str

    def __init__(self, words: Sequence[str], id: str | None = None) -> None:
        super().__init__(self._row, ground="field", id=id)
        self._words = tuple(words)
        self.word = ""

    def _row(self, width: int) -> list[Line]:
        lines: list[Line] = [[]]
        used = 0
        for number, word in enumerate(self._words, 1):
            text = f" {_(word)} "
            cells = 2 + cell_len(text)
            if used + cells > width:
                lines.append([])
                used = 0
            chosen = word == self.word
            lines[-1] += [(str(number), "key"), (text, "chip-good" if chosen else ""), (" ", "")]
            used += cells
        return lines

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123456789"[: len(self._words)]:
            event.stop()
            event.prevent_default()
            word = self._words[int(event.character) - 1]
            self.word = "" if word == self.word else word
            self.changed()
            self.post_message(self.Taken(self.word))

    def on_focus(self) -> None:
        self.add_class("-held")

    def on_blur(self) -> None:
        self.remove_class("-held")


class OfferingField(Field):
    """A text field; while it is empty, a digit takes one of the `offered` texts, which can then be changed."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self.offered: Sequence[str] = ()

    def on_key(self, event: events.Key) -> None:
        if not self.value and event.character and event.character in "123456789"[: len(self.offered)]:
            event.stop()
            event.prevent_default()
            self.value = self.offered[int(event.character) - 1]
            self.cursor_position = len(self.value)


def offered_lines(offered: Sequence[str], width: int) -> list[Line]:
    """The offered texts with their numbers, as many to a line as fit."""
    lines: list[Line] = []
    used = width
    for number, text in enumerate(offered, 1):
        shown = cut(text, max(4, width - 3))
        cells = 2 + cell_len(shown) + 2
        if used + cells > width:
            lines.append([])
            used = 0
        lines[-1] += [(f"{number} ", "key"), (shown + "  ", "dim")]
        used += cells
    return lines
