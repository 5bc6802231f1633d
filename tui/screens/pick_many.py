"""Choosing several of many: type a part of a name or its pinyin initials, Space marks, Enter takes what is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import N_, _
from tui.screens.list_dialog import ListDialog
from tui.screens.pick import Choice, fits
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, cell, cut
from tui.widgets.paged_list import PagedList

Value = TypeVar("Value")


class _Search(Field):
    """No name has a space in it: Space marks."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return key != "space" and super().check_consume_key(key, character)


class PickMany(ListDialog[tuple[Value, ...]], Generic[Value]):
    """Gives the values marked, in the order of the choices; where none is, the one that was typed for, else (). None
    when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("选定"), priority=True, tooltip=N_("就用标了的这些")),
        Binding("space", "mark", N_("标/不标"), priority=True, tooltip=N_("标上光标所在的一个，或去掉")),
        Binding("f6", "mark_all", N_("全标/全不标"), tooltip=N_("把列出的都标上，或都去掉")),
    ]
    DEFAULT_CSS = """
    PickMany > .box { height: 90%; }
    """

    def __init__(self, title: str, choices: Sequence[Choice[Value]], now: Iterable[Value] = ()) -> None:
        super().__init__()
        self.choices = choices
        self._title = title
        self._marked = set(now)
        self._listed: Sequence[Choice[Value]] = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield _Search(placeholder=_("打几个字或拼音首字母来找"))
            found = PagedList(lambda _ids: [], self._draw, empty=_("没有找到"), classes="-held")
            found.can_focus = False
            yield found
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(PagedList).show_rows(self._listed)
        self.query_one(Field).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        found = self.query_one(PagedList)
        found.cursor = 0
        self._listed = [choice for choice in self.choices if fits(event.value, choice)]
        found.show_rows(self._listed)

    def _heading(self, width: int) -> list[Line]:
        count = _("已标 {count}").format(count=len(self._marked)) if self._marked else _("一个也没标")
        return [[(self._title, "title"), ("  ", ""), (count, "warn" if self._marked else "dim")]]

    def _foot(self, width: int) -> list[Line]:
        keys: Line = []
        for key, what in ((_("空格"), _("标")), ("F6", _("全标")), (_("回车"), _("选定")), ("Esc", _("不改"))):
            keys += [(key, "key"), (f" {what}   ", "")]
        return [[], keys]

    def _draw(self, choice: Choice[Value], width: int, selected: bool) -> list[Line]:
        names = min(width * 2 // 3, max(cell_len(one.name) for one in self.choices) + 2)
        marks = max(cell_len(one.mark) for one in self.choices)
        marked = choice.value in self._marked
        line: Line = [(" [x] " if marked else " [ ] ", "good" if marked else "dim")]
        line.append((cell(choice.name, min(names, width - 5)), "strong" if marked else ""))
        if marks:
            line += [(cell(choice.mark, marks, right=True), "key"), ("  ", "")]
        return [[*line, (cut(choice.note, max(0, width - names - marks - 7)), "dim")]]

    def action_mark(self) -> None:
        """Mark the one under the cursor or take its mark off, and go on to the next."""
        found = self.query_one(PagedList)
        chosen: Choice[Value] | None = found.row
        if chosen is not None:
            self._marked ^= {chosen.value}
            found.action_move(1)
            self._marks_changed()

    def action_mark_all(self) -> None:
        listed = {choice.value for choice in self._listed}
        self._marked = self._marked - listed if listed <= self._marked else self._marked | listed
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.query_one(PagedList).refresh()
        for drawing in self.query(Drawing):
            drawing.changed()

    def action_take(self) -> None:
        found: Choice[Value] | None = self.query_one(PagedList).row
        if not self._marked and self.query_one(Field).value.strip() and found is not None:
            self._marked.add(found.value)
        self.dismiss(tuple(choice.value for choice in self.choices if choice.value in self._marked))

    def on_paged_list_chosen(self) -> None:
        """A double click."""
        self.action_mark()
