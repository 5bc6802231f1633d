"""Under what name and title a learned format is kept, with what the check says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.glyphs import narrow
from tui.widgets.lines import Line, wrapped

_NAME = re.compile(r"[^\W_][\w.-]{0,59}")
_LONGEST = 80  # characters of a title
_SHOWN = 6
"""Sentences of the check that are shown; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Naming:
    """`name` is what commands call the format, `title` what it is called in lists and file names."""

    name: str
    title: str


class SaveFormat(Dialog[Naming]):
    """Gives the name and title; None when left with Esc. `left`: columns that nobody has looked at; `taken`: the titles
    of the formats there are, by name; one of another title is replaced only when that was asked for twice. A format
    with errors is not kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("存"), priority=True, tooltip=N_("存进案卷")),
        Binding("escape", "close", N_("不存"), tooltip=N_("关闭，不存")),
    ]

    def __init__(self, naming: Naming, said: Sequence[tuple[str, str]], left: int, taken: Mapping[str, str]) -> None:
        super().__init__()
        self._naming = naming
        self._said = sorted(said)
        self._left = left
        self._taken = taken
        self._warned = ""  # a name of which was said that it is taken
        self._told = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield Field(self._naming.title, id="title")
            yield Drawing(lambda width: wrapped([(_("名字（命令里用，字母、数字、汉字和 - _ .）"), "dim")], width))
            yield Field(self._naming.name, id="name")
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        for field in self.query(Field):
            field.cursor_position = len(field.value)
        self.query_one("#title", Field).focus()

    @property
    def _errors(self) -> int:
        return sum(grade == "error" for grade, _text in self._said)

    def _heading(self, width: int) -> list[Line]:
        lines: list[Line] = [[(_("存成本县的格式"), "title")]]
        if self._left:
            left = _("还有 {count} 列没有核对，照现在认的存").format(count=self._left)
            lines += wrapped([("! " + left, "warn")], width, 2)
        for grade, text in self._said[:_SHOWN]:
            sign, ink = ("✗ ", "bad") if grade == "error" else ("! ", "warn")
            lines += wrapped([(sign, ink), (narrow(text), "")], width, 2)
        if len(self._said) > _SHOWN:
            lines.append([(_("还有 {count} 条").format(count=len(self._said) - _SHOWN), "dim")])
        return [*lines, [], [(_("标题（列表和文件名里用）"), "dim")]]

    def _foot(self, width: int) -> list[Line]:
        lines = wrapped([("! " + self._told, "warn")], width, 2) if self._told else []
        keys: Line = [(_("回车"), "key"), (" " + _("存"), ""), ("   Tab", "key"), (" " + _("下一处"), "")]
        return [*lines, [], [*keys, ("   Esc", "key"), (" " + _("不存"), "")]]

    def action_take(self) -> None:
        title = " ".join(self.query_one("#title", Field).value.split())
        name = self.query_one("#name", Field).value.strip()
        if self._errors:
            self._refuse(_("有错误，不能存。请先改好"))
        elif not title or len(title) > _LONGEST or not title.isprintable():
            self._refuse(_("请写标题，最多 {count} 个字").format(count=_LONGEST))
        elif not _NAME.fullmatch(name):
            self._refuse(_("名字只用字母、数字、汉字和 - _ .，不以符号开头"))
        elif self._taken.get(name, title) != title and name != self._warned:
            self._warned = name
            text = _("名字「{name}」已经有了：{title}。再按回车就用这个代替它，不想代替就换个名字")
            self._refuse(text.format(name=name, title=self._taken[name]))
        else:
            self.dismiss(Naming(name, title))

    def _refuse(self, why: str) -> None:
        self._told = why
        self.query(Drawing).last().changed()
