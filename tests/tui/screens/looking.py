"""What stands on a screen: its lines as text, and its keys."""

from __future__ import annotations

from contextlib import suppress

from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tui.screens.app import RuhuApp
from tui.screens.page import Page
from tui.screens.palette import commands
from tui.widgets.frame import KeyBar
from tui.widgets.glyphs import is_ambiguous

FEW = 8
"""Keys in the key bar at 80 columns."""


def grid(app: RuhuApp) -> list[str]:
    """The lines of the screen as text."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def shown(app: RuhuApp) -> str:
    return "\n".join(grid(app))


def page(app: RuhuApp) -> Page:
    assert isinstance(app.screen, Page)
    return app.screen


async def settle(pilot: Pilot[None]) -> None:
    """Until nothing runs and everything is painted. Work that a newer one took the place of is done too."""
    for _turn in range(2):
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Keys one after the other, each with all that follows from it."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def burst(pilot: Pilot[None], *keys: str) -> None:
    """Keys as an input method or a card reader sends them: all at once."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await settle(pilot)
    await settle(pilot)


def assert_sound(app: RuhuApp, size: tuple[int, int], crowded: bool = False) -> None:
    """What holds on every screen; `crowded`: it has more keys than the bar has room for."""
    lines = grid(app)
    assert len(lines) == size[1]
    assert [line for line in lines if cell_len(line) != size[0]] == []
    # The dot in names is data.
    assert [char for line in lines for char in line if is_ambiguous(char) and char != "·"] == []
    bindings = app.screen.active_bindings
    without_help = [key for key, active in bindings.items() if not (active.binding.description and active.tooltip)]
    assert without_help == []
    in_palette = {active.binding.action for active in commands(bindings)}
    assert {active.binding.action for active in bindings.values() if active.enabled} <= in_palette
    if isinstance(app.screen, Page):
        bar = app.screen.query_one(KeyBar)
        assert len(bar.shown(size[0])) <= FEW * size[0] // 80
        assert bar.shown(size[0])[-1][0] == "f1"
        assert crowded or bar.shown(size[0]) == bar.keys()


async def assert_sound_at_every_size(
    app: RuhuApp, pilot: Pilot[None], crowded: bool = False, edges: bool = True
) -> None:
    """The same at 80×24 and 120×36, and that every line fits a small and a large window; without `edges` at 80×24
    alone, where words that are longer show first."""
    for size in ((80, 24), (120, 36)) if edges else ((80, 24),):
        await resized(pilot, size)
        assert_sound(app, size, crowded)
    for size in ((40, 12), (200, 60)) if edges else ():
        await resized(pilot, size)
        assert [line for line in grid(app) if cell_len(line) != size[0]] == [], size


async def resized(pilot: Pilot[None], size: tuple[int, int]) -> None:
    """Another size of the window, if it is another; a resize is laid out a few turns later."""
    if pilot.app.screen.size == size:
        return
    await pilot.resize_terminal(*size)
    for _turn in range(20):
        await settle(pilot)
        if pilot.app.screen.size == size and len(grid(pilot.app)) == size[1]:
            break
