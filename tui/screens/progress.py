"""Long work over a screen: its stage, a bar, Esc to stop. Nothing half-written stays behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.progress import Progress, Stopped
from tui.screens.page import Dialog
from tui.widgets.bar import bar
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped

Result = TypeVar("Result")

_INTERVAL = 0.1  # seconds between two drawings


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """How it ended: with a result, with an error, or (neither) stopped by the user."""

    result: Result | None = None
    error: RuhuError | None = None

    @property
    def stopped(self) -> bool:
        return self.result is None and self.error is None


class LongWork(Dialog[Outcome[Result]], Generic[Result]):
    """`work` runs in a thread and reports through the callback it gets; its result is not None. Ask for it with
    `Page.ask`; the screen below is resumed before its outcome is told."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", N_("停止"), tooltip=N_("停止；已经做的部分不留下"))
    ]
    DEFAULT_CSS = "LongWork > .box { height: auto; }"

    def __init__(self, title: str, work: Callable[[Progress], Result]) -> None:
        super().__init__()
        self._title = title
        self._work = work
        self._stopping = threading.Event()
        self._told = self._shown = ("", 0, 0)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._lines)

    def on_mount(self) -> None:
        self.set_interval(_INTERVAL, self._look)
        self.run_worker(self._run())

    def on_unmount(self) -> None:
        self._stopping.set()

    async def _run(self) -> None:
        try:
            outcome = Outcome(await asyncio.to_thread(self._work, self._report))
        except RuhuError as error:
            outcome = Outcome(error=error)
        except Stopped:
            outcome = Outcome()
        self.dismiss(outcome)

    def _report(self, stage: str, done: int, total: int) -> None:
        """Called in the thread, perhaps a million times: it only leaves a note."""
        self._told = (stage, done, total)
        if self._stopping.is_set():
            raise Stopped

    def _look(self) -> None:
        if self._told != self._shown:
            self._shown = self._told
            self.query_one(Drawing).changed()

    def action_stop(self) -> None:
        self._stopping.set()
        self.query_one(Drawing).changed()

    def _lines(self, width: int) -> list[Line]:
        stage, done, total = self._shown
        count = f"{done:,}/{total:,}" if total > 1 else ""
        hint = _("正在停止") if self._stopping.is_set() else _("Esc 停止")
        return [
            [(self._title, "title")],
            [],
            *wrapped([(stage or _("准备"), ""), ("  " + count, "dim")], width),
            bar(width, max(1, total), [(done if total > 1 else 0, "bar-title")]),
            [],
            [(hint, "dim")],
        ]
