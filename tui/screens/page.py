"""What every screen is: a top bar, a body, a status line, a key bar; texts of keys in the user's language; help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import ModalScreen, Screen
from textual.worker import WorkType

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.exits import line_of
from tui.widgets.frame import KeyBar, StatusLine, Tone, TopBar
from tui.widgets.paged_list import PagedList

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from tui.screens.app import RuhuApp

Answer = TypeVar("Answer")

_FOCUS: list[BindingType] = [
    Binding("tab", "app.focus_next", N_("下一处"), show=False, tooltip=N_("光标到下一个框或列表")),
    Binding("shift+tab", "app.focus_previous", N_("上一处"), show=False, tooltip=N_("光标到上一个框或列表")),
]


def in_words(active: ActiveBinding) -> ActiveBinding:
    """A binding with its texts in the user's language; in the source they are message ids."""
    binding = active.binding
    words = replace(
        binding,
        description=_(binding.description) if binding.description else "",
        tooltip=_(binding.tooltip) if binding.tooltip else "",
        key_display=_(binding.key_display) if binding.key_display else None,
    )
    return active._replace(binding=words, tooltip=words.tooltip)


class Page(Screen[None], inherit_bindings=False):
    """A screen of its own. `TITLE` and `ABOUT` are message ids: its name in the breadcrumb, what it is for in the help.

    A subclass gives `body`; `arrive` takes what `RuhuApp.go` was told; `resumed` is called whenever it comes to the
    front, to look at the casebook anew.
    """

    TITLE: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *_FOCUS,
        Binding("escape", "back", N_("返回"), tooltip=N_("回到上一个画面")),
    ]

    if TYPE_CHECKING:

        app = getters.app(RuhuApp)

    @property
    def book(self) -> Casebook:
        return self.app.book

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return {key: in_words(active) for key, active in super().active_bindings.items()}

    def compose(self) -> ComposeResult:
        book = self.book
        yield TopBar(self.app.crumbs, book.name, book.author, book.encrypted)
        yield from self.body()
        yield StatusLine()
        yield KeyBar()

    def body(self) -> ComposeResult:
        raise NotImplementedError

    def crumb(self) -> str:
        """This screen's name in the breadcrumb."""
        return _(self.TITLE)

    def arrive(self, **told: Any) -> None:
        """Called by `RuhuApp.go` before the screen comes to the front."""

    def resumed(self) -> None:
        """Called when the screen has come to the front, also after a help or a question was closed."""

    def on_screen_resume(self) -> None:
        self.crumbs_changed()
        self.resumed()

    def crumbs_changed(self) -> None:
        self.query_one(TopBar).changed()

    def say(self, text: str, tone: Tone = "") -> None:
        """One sentence on the status line; '' clears it."""
        self.query_one(StatusLine).tell(text, tone)

    def say_error(self, error: RuhuError) -> None:
        self.say(line_of(error), "bad")

    async def said(self, work: Awaitable[None]) -> None:
        """Await some work. A RuhuError that it raises is said on the status line; what it would show is dropped where
        the screen was left meanwhile."""
        try:
            try:
                await work
            except RuhuError as error:
                self.say_error(error)
        except NoMatches:
            if self.display and self in self.app.screen_stack:  # else it loses its parts, its workers last
                raise

    def background(self, work: Callable[[], Awaitable[None]], group: str) -> None:
        """Run a coroutine function; a newer one of the same group takes its place. What it has to wait for runs in
        `asyncio.to_thread`."""

        async def guarded() -> None:
            await self.said(work())

        # The function, not its coroutine: one that is replaced before it began would never be awaited.
        begun: WorkType[None] = guarded
        self.run_worker(begun, group=group, exclusive=True)

    def ask(self, dialog: Dialog[Answer], then: Callable[[Answer], None]) -> None:
        """Put a dialog over the screen; `then` takes its answer, unless it was left with Esc.

        Not awaited in a worker: one that waits for a person is never done.
        """

        def take(answer: Answer | None) -> None:
            if answer is not None:
                then(answer)

        self.app.push_screen(dialog, take)

    def action_back(self) -> None:
        self.app.back()

    def on_paged_list_failed(self, event: PagedList.Failed) -> None:
        self.say_error(event.error)


class Dialog(ModalScreen[Answer], inherit_bindings=False):
    """A panel over a screen. Esc closes it with None. While it is not `ready`, keys wait for what it still reads."""

    ready = True
    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *_FOCUS,
        Binding("escape", "close", N_("关闭"), tooltip=N_("关闭这个窗口")),
    ]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $page-ground 60%; }
    Dialog > .box {
        width: 76; max-width: 100%; height: auto; max-height: 100%; background: $panel-ground; padding: 1 2;
    }
    """

    if TYPE_CHECKING:

        app = getters.app(RuhuApp)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return {key: in_words(active) for key, active in super().active_bindings.items()}

    def action_close(self) -> None:
        self.dismiss(None)
