"""The command palette (命令): every action of the screen and of the program, by name, key or pinyin initials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.binding import ActiveBinding

from casebook.language import _
from tui.screens.help import in_order
from tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from tui.screens.page import Page


def palette(page: Page) -> Pick[ActiveBinding]:
    """What can be done now on a screen, to choose from."""
    choices = [
        Choice(active, active.binding.description, page.app.get_key_display(active.binding), active.tooltip)
        for active in commands(page.active_bindings)
    ]
    return Pick(_("命令"), choices)


def commands(bindings: Mapping[str, ActiveBinding]) -> list[ActiveBinding]:
    """One of each action that has a name, in the order of the help."""
    found: dict[str, ActiveBinding] = {}
    for active in in_order(bindings.values()):
        if active.binding.description and active.enabled:
            found.setdefault(active.binding.action, active)
    return list(found.values())
