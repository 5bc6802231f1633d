"""The lines around every screen: the top bar, the status line, the key bar. One line each; what does not fit goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from textual import events

from casebook.language import N_, _
from tui.widgets.drawing import Drawing
from tui.widgets.glyphs import narrow
from tui.widgets.lines import Line, Piece, cut, line_width, wrapped

if TYPE_CHECKING:
    from textual.screen import Screen

Tone = Literal["", "good", "warn", "bad"]
_SIGNS: dict[Tone, str] = {"": "", "good": "✓ ", "warn": "! ", "bad": "✗ "}

PROGRAM = N_("入户")


class TopBar(Drawing):
    """Program, breadcrumb; at the right the casebook, who acts, and whether it is encrypted."""

    DEFAULT_CSS = "TopBar { height: 1; background: $bar-ground; }"

    def __init__(self, crumbs: Callable[[], Sequence[str]], casebook: str, author: str, encrypted: bool) -> None:
        super().__init__(ground="bar", id="top-bar")
        self._crumbs = crumbs
        self._casebook = casebook
        self._author = author
        self._encrypted = encrypted

    def lines(self, width: int) -> list[Line]:
        *before, here = self._crumbs() or [""]
        state: Piece = (_("加密"), "good") if self._encrypted else (_("明文"), "warn")
        right = [[(self._casebook, "dim"), ("  ", "")], [(cut(self._author, 16), ""), ("  ", "")], [state, (" ", "")]]
        left: list[Line] = [[(f" {_(PROGRAM)} ", "chip-title"), (" ", "")]]
        trail: Line = [piece for crumb in before for piece in ((crumb, "dim"), (" ▸ ", "dim"))]
        return [_fitted([*left, trail, [(here, "strong")]], right, width)]


def _fitted(left: list[Line], right: list[Line], width: int) -> Line:
    """Both sides at their edges. Where there is no room, first the casebook goes, then the way here, then who acts."""
    for drop_right, drop_trail in ((0, False), (1, False), (1, True), (2, True), (3, True)):
        ends = [piece for group in right[drop_right:] for piece in group]
        start = [piece for number, group in enumerate(left) if not (drop_trail and number == 1) for piece in group]
        gap = width - line_width(start) - line_width(ends)
        if gap >= 2 or (not ends and gap >= 0):
            return [*start, (" " * gap, ""), *ends]
    return [*left[0], (cut(left[2][0][0], max(0, width - line_width(left[0]))), "strong")]


class StatusLine(Drawing):
    """What just happened, in one or two lines; not there while there is nothing to say."""

    DEFAULT_CSS = """
    StatusLine { height: auto; max-height: 3; padding: 0 1; background: $page-ground; display: none; }
    StatusLine.-said { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(ground="page", id="status")

    def tell(self, text: str, tone: Tone = "") -> None:
        self.set_class(bool(text), "-said")
        text = narrow(text)  # sentences of the rooms below are also written for workbooks
        self.show(lambda width: wrapped([(_SIGNS[tone] + text, tone)], width, cell_len(_SIGNS[tone])))


def _width(keys: Sequence[tuple[str, str, str]]) -> int:
    """Of `_ F1 帮助__F2 首页`: a space before and between key and word, two between keys."""
    return sum(cell_len(name) + cell_len(text) + 3 for _key, name, text in keys) - 1


class KeyBar(Drawing):
    """The keys of this screen that are worth a place, in the order of its bindings; those that do not fit go, the
    last of them (help) never."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $bar-ground; }"

    def __init__(self) -> None:
        super().__init__(ground="bar", id="key-bar")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _changed(self, _screen: Screen[object]) -> None:
        self.changed()

    def keys(self) -> list[tuple[str, str, str]]:
        """What the bar would like to show: key, its name, its description."""
        found: dict[str, tuple[str, str, str]] = {}
        for _node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if binding.show and enabled and binding.action not in found:
                found[binding.action] = (binding.key, self.app.get_key_display(binding), binding.description)
        ends = {"back": 1, "app.help": 2}
        return [found[action] for action in sorted(found, key=lambda action: ends.get(action, 0))]

    def shown(self, width: int) -> list[tuple[str, str, str]]:
        """The keys that fit, and not more than can be taken in: eight on 80 columns."""
        keys = self.keys()
        while len(keys) > 1 and (len(keys) > width // 10 or _width(keys) > width):
            del keys[-2]
        return keys

    def lines(self, width: int) -> list[Line]:
        line: Line = []
        for _key, name, text in self.shown(width):
            line += [(" " if not line else "  ", ""), (name, "key"), (" " + text, "")]
        return [line]

    def on_click(self, event: events.Click) -> None:
        edge = 0
        for key, name, text in self.shown(self.size.width):
            edge += cell_len(name) + cell_len(text) + 3
            if event.x < edge:
                self.app.simulate_key(key)
                return
