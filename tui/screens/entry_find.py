"""Finding one of many by code, name or pinyin initials (查找): choices of a list, questions of a form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from casebook.language import _
from casebook.store.lists import initials_of
from tui.screens.entry_view import ChoiceView
from tui.screens.list_dialog import ListDialog
from tui.widgets.drawing import Drawing
from tui.widgets.field import OpeningField
from tui.widgets.lines import Line, cell, cut, line_width
from tui.widgets.markup import plain
from tui.widgets.paged_list import PagedList

_NAMES = 24
"""Cells that names take at most where notes stand behind them."""


@dataclass(frozen=True, slots=True)
class Target:
    """`value` is what choosing it gives; `sign` stands before it; `quiet`: drawn dim. `code`, `name` and `note` are
    looked through, as `keys` (code, name, initials) and `all_keys` have them: in small letters."""

    value: str
    code: str
    name: str
    sign: str
    note: str
    quiet: bool
    keys: tuple[str, str, str]
    all_keys: str


def target(value: str, code: str, name: str, sign: str = "", note: str = "", quiet: bool = False) -> Target:
    lowered, initials = name.lower(), initials_of(name)
    more = f"{note.lower()}\n{initials_of(note)}" if note else ""
    keys = (code.lower(), lowered, initials)
    return Target(value, code, name, sign, note, quiet, keys, "\n".join((*keys, more)))


def choice_targets(choices: Iterable[ChoiceView]) -> tuple[Target, ...]:
    """Targets of a question's choices. Other names are found too, and what is stored where it looks like a code (I10):
    they stand behind the name."""
    found = []
    for one in choices:
        told = one.value if one.value != one.code and any(sign.isdigit() for sign in one.value) else ""
        found.append(target(one.value, one.code, plain(one.label), note=f"{told} {one.alias}".strip()))
    return tuple(found)


def found(targets: Sequence[Target], typed: str) -> Sequence[Target]:
    """Those that typed text may mean, the likeliest first; words apart must all fit."""
    words = typed.lower().split()
    if not words:
        return targets
    return sorted(fitting(targets, typed), key=lambda one: max(_rank(one.keys, word) for word in words))


def fitting(targets: Sequence[Target], typed: str) -> Sequence[Target]:
    """The same in the order they are given in."""
    for word in typed.lower().split():
        targets = [one for one in targets if word in one.all_keys]
    return targets


def _rank(keys: tuple[str, str, str], word: str) -> int:
    """How well a word fits; 6: somewhere in the note."""
    code, name, initials = keys
    if word in (code, name):
        return 0
    if code.startswith(word) or code.lstrip("0").startswith(word):
        return 1
    if name.startswith(word):
        return 2
    if initials.startswith(word):
        return 3
    return 4 if word in name else 5 if word in initials else 6


class Find(ListDialog[str]):
    """A field over the list that it filters; gives the value of the target under the cursor. `now` is where the cursor
    begins."""

    OWN_F10 = True

    def __init__(self, title: str, targets: Sequence[Target], now: str = "") -> None:
        super().__init__()
        self._title = title
        self._targets = targets
        self._narrowed: tuple[str, Sequence[Target]] = ("", targets)
        self._now = now
        self._codes = max((cell_len(target.code) for target in targets), default=0)
        self._names = min(_NAMES, max((cell_len(target.name) for target in targets), default=0))
        self._notes = any(target.note for target in targets)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            heading = Drawing()
            heading.say((self._title, "title"), (_("（回车选定，Esc 关闭）"), "dim"))
            yield heading
            yield OpeningField(placeholder=_("打编码、几个字或拼音首字母"))
            listed = PagedList(lambda _ids: [], self._draw, empty=_("没有找到"), classes="-held")
            listed.can_focus = False
            yield listed

    def on_mount(self) -> None:
        listed = self.query_one(PagedList)
        listed.show_rows(self._targets)
        place = next((number for number, target in enumerate(self._targets) if target.value == self._now), 0)
        if place:
            self.call_after_refresh(listed.go_to, place)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        listed = self.query_one(PagedList)
        listed.cursor = 0
        before, among = self._narrowed
        if " " in event.value or not event.value.startswith(before):
            among = self._targets
        self._narrowed = (event.value, fitting(among, event.value))
        listed.show_rows(found(self._narrowed[1], event.value))

    def _draw(self, target: Target, width: int, selected: bool) -> list[Line]:
        role = "dim" if target.quiet else ""
        signs = {"✓": "good", "!": "warn", ">": "key"}
        line: Line = [(cell(target.sign, 2), signs.get(target.sign, "dim"))] if self._notes else [(" ", "")]
        if self._codes:
            line.append((cell(target.code, self._codes) + "  ", "key" if not target.quiet else "dim"))
        room = width - line_width(line)
        if not target.note:
            return [[*line, (cut(target.name, room), role)]]
        names = min(self._names, max(8, room - _NAMES - 2))
        line.append((cell(target.name, names) + "  ", role))
        return [[*line, (cut(target.note, max(0, width - line_width(line))), "dim")]]

    @on(Input.Submitted)
    def _take(self) -> None:
        chosen: Target | None = self.query_one(PagedList).row
        if chosen is not None:
            self.dismiss(chosen.value)

    def on_paged_list_chosen(self) -> None:
        self._take()
