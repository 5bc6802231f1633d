"""What stands on a screen: its lines as text, and its keys."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from tui.screens.app import RuhuApp
from tui.screens.page import Page


def grid(app: RuhuApp) -> list[str]:
    """The lines of the screen as text."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def shown(app: RuhuApp) -> str:
    return "\n".join(grid(app))


def page(app: RuhuApp) -> Page:
    assert isinstance(app.screen, Page)
    return app.screen


async def settle(pilot: Pilot[None]) -> None:
    """Until nothing runs and everything is painted."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
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
