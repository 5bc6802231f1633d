"""Keys one after the other: each is given to the screen when everything that follows from the one before is done.

Textual hands a key to what has the focus at that moment, and what the key before it does comes later: on a machine that
stalls, a digit meant for a dialog would answer the finding below it, and Enter would save a reason that is still
arriving.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.events import Key, Paste
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.app import App

_LONGEST = 1.0  # seconds that a key waits for the one before it
_STEP = 0.01  # seconds between two looks at a pump that may have been closed

Give = Callable[[Key | Paste], Awaitable[None]]
"""Gives a key to the screen in front, as Textual does."""


class KeysInTurn:
    """The keys of an app that wait for their turn."""

    def __init__(self, app: App[None], give: Give) -> None:
        self._app = app
        self._give = give
        self._waiting: deque[Key | Paste] = deque()
        self._running = False

    def take(self, event: Key | Paste) -> None:
        self._waiting.append(event)
        if not self._running:
            self._running = True
            self._app.run_worker(self._run(), group="keys")

    async def _run(self) -> None:
        try:
            while self._waiting:
                event = self._waiting.popleft()
                screen = self._app.screen
                target: MessagePump = self._app.focused or screen
                await self._give(event)
                await self._done(event, target, screen)
        finally:
            self._running = False

    async def _done(self, event: Key | Paste, target: MessagePump, screen: MessagePump) -> None:
        """Wait until a key went all the way up, or what was sent by the widget that kept it; then until a screen that
        it brought is ready."""
        await _passed(target)
        pump: MessagePump | None = target if event._stop_propagation else target._parent
        while pump is not None:
            await _passed(pump)
            pump = pump._parent
        await self._ready()
        if self._app.screen is not screen:
            await _passed(self._app.screen)
            await _passed(self._app)
            await self._ready()

    async def _ready(self) -> None:
        """A screen may say how long its keys can wait: one that saves is told late that the casebook is locked."""
        patience = getattr(self._app.screen, "patience", _LONGEST)
        await _until(lambda: getattr(self._app.screen, "ready", True), patience)


async def _until(holds: Callable[[], bool], patience: float) -> None:
    end = asyncio.get_running_loop().time() + patience
    while not holds() and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(_STEP)


async def _passed(pump: MessagePump) -> None:
    """Wait until a pump has handled all that was sent to it so far, or is closed."""
    passed = asyncio.Event()
    if not pump.call_later(passed.set):
        return
    loop = asyncio.get_running_loop()
    end = loop.time() + _LONGEST
    while not passed.is_set() and pump.is_running and loop.time() < end:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(passed.wait(), _STEP)
