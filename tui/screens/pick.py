"""Choosing one of many: type a part of its name or its pinyin initials, Enter takes the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import _
from casebook.people.readings import readings
from tui.screens.list_dialog import ListDialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import OpeningField
from tui.widgets.lines import Line, cell, cut
from tui.widgets.paged_list import PagedList

Value = TypeVar("Value")


@dataclass(frozen=True)
class Choice(Generic[Value]):
    """`mark` stands behind the name in a column of its own (a key, a count), `note` explains it."""

    value: Value
    name: str
    mark: str = ""
    note: str = ""


@dataclass(frozen=True)
class Picked(Generic[Value]):
    """What was chosen; a value may be None or ''. A dialog left with Esc gives None instead of this."""

    value: Value


class Pick(ListDialog[Picked[Value]], Generic[Value]):
    """A list of choices under a text field. The cursor begins on the choice of value `now`."""

    def __init__(self, title: str, choices: Sequence[Choice[Value]], now: Value | None = None) -> None:
        super().__init__()
        self.choices = choices
        self._title = title
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            heading = Drawing()
            heading.say((self._title, "title"), (_("（回车选定，Esc 关闭）"), "dim"))
            yield heading
            yield OpeningField(placeholder=_("打几个字或拼音首字母来找"))
            found = PagedList(lambda _ids: [], self._draw, empty=_("没有找到"), classes="-held")
            found.can_focus = False
            yield found

    def on_mount(self) -> None:
        self.query_one(PagedList).show_rows(self.choices)
        values = [choice.value for choice in self.choices]
        if self._now in values:
            self.call_after_refresh(self.query_one(PagedList).go_to, values.index(self._now))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        found = self.query_one(PagedList)
        found.cursor = 0
        wanted = event.value.strip().lower()
        fitting = [choice for choice in self.choices if fits(wanted, choice)]
        found.show_rows(sorted(fitting, key=lambda choice: wanted not in (choice.name.lower(), choice.mark.lower())))

    def _draw(self, choice: Choice[Value], width: int, selected: bool) -> list[Line]:
        names = min(width // 2, max(cell_len(one.name) for one in self.choices) + 2)
        marks = max(cell_len(one.mark) for one in self.choices)
        line: Line = [(cell(" " + choice.name, names), "strong")]
        if marks:
            line += [(cell(choice.mark, marks), "key"), ("  ", "")]
        return [[*line, (cut(choice.note, max(0, width - names - marks - 2)), "dim")]]

    @on(Input.Submitted)
    def _take(self) -> None:
        chosen: Choice[Value] | None = self.query_one(PagedList).row
        if chosen is not None:
            self.dismiss(Picked(chosen.value))

    def on_paged_list_chosen(self) -> None:
        self._take()


def fits(text: str, choice: Choice[Value]) -> bool:
    """Whether typed text may mean this: part of its name or note, its key, or its pinyin initials (hd: 核对)."""
    wanted = text.strip().lower()
    name = choice.name.lower()
    initials = "".join((readings(char) or (char,))[0][:1] for char in name)
    return wanted in name or wanted in initials or wanted in choice.note.lower() or wanted == choice.mark.lower()
