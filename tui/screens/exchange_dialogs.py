"""What the exchange screen asks: a name, the code that is read out, a file that was carried here; and what came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import N_, _
from casebook.store.invitations import DIGITS
from tui.screens.exchange_reading import carried_in
from tui.screens.import_reading import Entry
from tui.screens.offering import Offering
from tui.screens.page import Dialog
from tui.screens.pick_file import PickFile
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, wrapped
from tui.widgets.scrolled_drawing import ScrolledDrawing

_LONGEST = 40  # characters of a name


class AskName(Offering[str]):
    """Gives a name; None when left with Esc. `usual` are offered by number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("确定"), priority=True, tooltip=N_("就用这个名字")),
    ]

    def __init__(self, title: str, about: Sequence[str], placeholder: str, usual: Sequence[str] = ()) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._placeholder = placeholder
        self._usual = usual

    def placeholder(self) -> str:
        return self._placeholder

    def offers(self) -> Sequence[str]:
        return self._usual

    def heading(self, width: int) -> list[Line]:
        told = [line for one in self._about for line in wrapped([(one, "dim")], width, 2)]
        return [*wrapped([(self._title, "title")], width), *told, []]

    def keys(self) -> Line:
        return [(_("回车"), "key"), (" " + _("确定"), ""), ("   Esc", "key"), (" " + _("不改"), "")]

    def action_take(self) -> None:
        name = self.written()
        if not name or not name.isprintable() or len(name) > _LONGEST:
            self.refuse(_("要有名字，最多 {count} 个字").format(count=_LONGEST))
        else:
            self.dismiss(name)


class AskCode(Dialog[str]):
    """Gives six digits as they were heard; None when left with Esc."""

    def __init__(self, title: str, about: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._told = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield Field(placeholder=_("六位数字"))
            yield Drawing(self._foot)

    def _heading(self, width: int) -> list[Line]:
        told = [line for one in self._about for line in wrapped([(one, "")], width)]
        return [*wrapped([(self._title, "title")], width), [], *told, []]

    def _foot(self, width: int) -> list[Line]:
        lines = wrapped([("! " + self._told, "warn")], width, 2) if self._told else []
        keys: Line = [(_("回车"), "key"), (" " + _("核对"), ""), ("   Esc", "key"), (" " + _("不接受"), "")]
        return [*lines, [], keys]

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        digits = "".join(letter for letter in event.value if letter.isdigit())
        if len(digits) == DIGITS:
            self.dismiss(digits)
            return
        self._told = _("核对码是六位数字")
        self.query(Drawing).last().changed()


class PickCarried(PickFile):
    """Gives a file of one kind (`ending`, with its dot), or with `whole` a folder of which all are meant; None when
    left with Esc."""

    EMPTY = N_("这里没有。")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "whole", N_("全收"), tooltip=N_("收这个文件夹里所有给这台电脑的")),
    ]

    def __init__(self, title: str, about: str, folder: Path, ending: str, *, whole: bool = False) -> None:
        super().__init__(title, about, folder)
        self._ending = ending
        self._whole = whole
        self._count = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "whole" or self._whole

    def entries(self, folder: Path) -> list[Entry]:
        found = carried_in(folder, self._ending)
        self._count = sum(not entry.folder for entry in found)
        return found

    def told_above(self, width: int) -> list[Line]:
        if not self._whole or not self._count:
            return []
        said = _("收这里的全部交换包（{count} 个）").format(count=self._count)
        return [[("F9", "key"), (" " + said, "strong")]]

    def action_whole(self) -> None:
        if self._count:
            self.dismiss(self._folder)


class Told(Dialog[bool]):
    """Some lines to read; any of Enter and Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close", N_("关闭"), priority=True, tooltip=N_("关闭这个窗口")),
    ]
    DEFAULT_CSS = """
    Told > .box { height: 70%; }
    """

    def __init__(self, title: str, said: Sequence[tuple[str, str]]) -> None:
        """`said` are paragraphs with their roles."""
        super().__init__()
        self._title = title
        self._said = said

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(lambda width: [*wrapped([(self._title, "title")], width), []])
            yield ScrolledDrawing(self._lines)
            yield Drawing(lambda _width: [[], [(_("回车"), "key"), (" " + _("关闭"), "")]])

    def on_mount(self) -> None:
        self.query_one(ScrolledDrawing).focus()

    def _lines(self, width: int) -> list[Line]:
        return [line for text, role in self._said for line in wrapped([(text, role)], width, _indent(text))]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip()) + 2

