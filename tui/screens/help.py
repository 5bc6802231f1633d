"""The help of a screen: what it is for, then its keys as they are bound, then the keys that work everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from casebook.language import N_, _
from tui.screens.page import Dialog, Page
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, wrapped
from tui.widgets.scrolled import Scrolled

Entry = tuple[str, str, str]
"""Keys, what they do in a word, what they do in a sentence."""


class Help(Dialog[None]):
    """Over the screen it explains."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark,enter", "close", N_("关闭"), show=False, tooltip=N_("关闭帮助"))
    ]
    DEFAULT_CSS = """
    Help > .box { height: 90%; }
    """

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._title = page.crumb()
        self._about = _(page.ABOUT)
        self._here, self._everywhere = entries(page)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            heading = Drawing()
            heading.say((_("帮助：{title}").format(title=self._title), "title"), (_("（Esc 关闭）"), "dim"))
            yield heading
            with Scrolled():
                yield Drawing(self._lines)

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for paragraph in self._about.split("\n"):
            lines += [[], *wrapped([(paragraph, "")], width)]
        for heading, keys in ((_("这里的按键"), self._here), (_("到处可用的按键"), self._everywhere)):
            if keys:
                lines += [[], [(heading, "title")], *key_lines(keys, width)]
        return lines


def entries(page: Page) -> tuple[list[Entry], list[Entry]]:
    """The keys of a screen as they are bound now, and those of the whole program."""
    here: list[ActiveBinding] = []
    everywhere: list[ActiveBinding] = []
    for active in in_order(page.active_bindings.values()):
        (everywhere if isinstance(active.node, App) else here).append(active)
    return _entries(page.app, here), _entries(page.app, everywhere)


def in_order(bindings: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """What the key bar shows first, then the screen's other keys, then those of the list or field in use, then the
    program's."""

    def weight(active: ActiveBinding) -> tuple[bool, int]:
        kind = 0 if isinstance(active.node, Screen) else 2 if isinstance(active.node, App) else 1
        return not active.binding.show, kind

    return sorted(bindings, key=weight)


def _entries(app: App[None], bindings: Iterable[ActiveBinding]) -> list[Entry]:
    """Several keys of one action in one entry."""
    found: dict[tuple[str, str], list[str]] = {}
    for active in bindings:
        keys = found.setdefault((active.binding.description, active.tooltip), [])
        name = app.get_key_display(active.binding)
        if name not in keys:
            keys.append(name)
    return [(" / ".join(keys), what, more) for (what, more), keys in found.items() if what]


def key_lines(keys: Iterable[Entry], width: int) -> list[Line]:
    """A line a key: its name, what it does; the sentence beside it, or under it where there is no room."""
    keys = list(keys)
    first = min(18, max(cell_len(name) for name, _what, _more in keys) + 2)
    second = max(cell_len(what) for _name, what, _more in keys) + 2
    beside = width - first - second >= 24
    lines: list[Line] = []
    for name, what, more in keys:
        head: Line = [(cell(name, first), "key")]
        if more in ("", what):
            lines.append([*head, (what, "")])
        elif beside:
            rest = wrapped([(more, "dim")], width - first - second)
            lines.append([*head, (cell(what, second), ""), *rest[0]])
            lines += [[(" " * (first + second), ""), *line] for line in rest[1:]]
        else:
            lines.append([*head, (what, "")])
            lines += [[(" " * first, ""), *line] for line in wrapped([(more, "dim")], width - first)]
    return lines
