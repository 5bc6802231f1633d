"""Jobs of a screen done one after another, in the order of the keys that asked for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.screens.page import Page

Job = Callable[[], Awaitable[None]]


class InOrder:
    """A job is a coroutine function; what it has to wait for runs in `asyncio.to_thread`. A RuhuError that it raises is
    said on the status line, and the jobs behind it go on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._jobs: deque[Job] = deque()
        self._running = False

    @property
    def idle(self) -> bool:
        return not self._running

    def add(self, job: Job) -> None:
        self._jobs.append(job)
        if not self._running:
            self._running = True
            self._page.run_worker(self._run(), group="in-order")

    async def _run(self) -> None:
        try:
            while self._jobs:
                await self._page.said(self._jobs.popleft()())
        finally:
            self._running = False
