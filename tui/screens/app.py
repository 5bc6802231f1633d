"""The interface (界面): which screen is in front, keys that work everywhere, themes, an end without a trace."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import ActiveBinding, Binding, BindingType
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.exits import DONE, INTERRUPTED
from tui.screens.ending import enduring_driver, polite_ends, terminal_closes, terminal_is_gone
from tui.screens.keys_in_turn import KeysInTurn
from tui.screens.page import Page
from tui.screens.pages import make_page, offered
from tui.widgets.colours import THEMES, themes
from tui.widgets.console import draws_ambiguous_wide, has_terminal, understands_escapes
from tui.widgets.glyphs import NarrowGlyphs, use_plain_scrollbars
from tui.widgets.key_names import key_name
from tui.widgets.windows_input import mend_windows_input

if TYPE_CHECKING:
    from pathlib import Path

    from textual.driver import Driver

    from audit.findings import Scope
    from casebook.store.casebook import Casebook
    from tui.screens.pick import Picked


class RuhuApp(App[None], inherit_bindings=False):
    """The screens over one casebook. `fault` is what ended it, None at a proper end. `given_scopes` are the scopes that
    a person chose for the two lists, for the next audit run; `folder_written` is where files were last written to.
    `lasting`: it is the one app of its process."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT: ClassVar[bool] = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-middle"), (110, "-wide")]  # noqa: RUF012  # as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall")]  # noqa: RUF012
    CSS = """
    Screen { layout: vertical; background: $page-ground; color: $foreground; }
    .body { height: 1fr; }
    .panel { background: $panel-ground; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "app.help", N_("帮助"), tooltip=N_("说明这个画面和它的按键")),
        Binding("question_mark", "app.help", N_("帮助"), show=False, tooltip=N_("同 F1；在输入框里请用 F1")),
        Binding("f2", "app.go('home')", N_("首页"), show=False, tooltip=N_("进度、待办和案卷情况")),
        Binding("f3", "app.go('desk')", N_("核对"), show=False, tooltip=N_("逐条裁定疑点")),
        Binding("f4", "app.go('lookup')", N_("查人"), show=False, tooltip=N_("按姓名、证件号、户编号找人")),
        Binding("f5", "app.go('imports')", N_("导入"), show=False, tooltip=N_("导入名单")),
        Binding("f6", "app.go('exchange')", N_("交换"), show=False, tooltip=N_("别的电脑：做包、收包、邀请、借出")),
        Binding("f7", "app.go('review')", N_("审核"), show=False, tooltip=N_("乡审和县审上交的入户")),
        Binding("f8", "app.go('visits')", N_("入户清单"), show=False, tooltip=N_("要入户的户：排、派、填、看进度")),
        Binding("f9", "app.go('upload')", N_("上报"), show=False, tooltip=N_("检查、写出省里的表；批次；省反馈")),
        Binding("ctrl+l", "app.go('log')", N_("日志"), show=False, tooltip=N_("谁在什么时候做了什么")),
        Binding("ctrl+p", "app.palette", N_("命令"), show=False, tooltip=N_("按名称找命令")),
        Binding("f12", "app.next_theme", N_("换配色"), show=False, tooltip=N_("在深色和浅色之间切换")),
        Binding("f10", "app.quit", N_("退出"), show=False, priority=True, tooltip=N_("退出程序；每一步都已保存")),
        Binding("ctrl+c,ctrl+q", "app.how_to_quit", N_("怎样退出"), show=False, tooltip=N_("提示退出的按键")),
    ]

    def __init__(
        self, book: Casebook, *, narrow_glyphs: bool = False, driver_class: type[Driver] | None = None
    ) -> None:
        use_plain_scrollbars()
        super().__init__(driver_class)
        self.book = book
        self.fault: Exception | None = None
        self.given_scopes: dict[str, Scope | None] = {}
        self.folder_written: Path | None = None
        self.lasting = False
        self._narrow = NarrowGlyphs(narrow_glyphs)
        self._pages: dict[str, Page] = {}
        self._came_from: dict[str, str] = {}
        self._keys = KeysInTurn(self, super().on_event)
        for theme in themes():
            self.register_theme(theme)
        light = os.environ.get("RUHU_THEME", "").lower() == "light"
        self.theme = "ruhu-light" if light else "ruhu-dark"

    # Screens

    def get_default_screen(self) -> Screen[Any]:
        return self.page("home")

    def page(self, name: str) -> Page:
        """A screen by name, always the same one."""
        if name not in self._pages:
            page = self._pages[name] = make_page(name)
            if name != "home":
                self.install_screen(page, name)
            if self.lasting:
                self.call_after_refresh(_keep_for_good)
        return self._pages[name]

    def go(self, name: str, **told: Any) -> None:
        """Bring a screen to the front and tell it what to show, or nothing to find it as it was left; a sub-screen over
        another is left. `back` among what it is told is the screen that Esc goes to from there."""
        page = self.page(name)
        if told:
            self._came_from[name] = told.get("back", "")
        page.arrive(**told)
        if page is self.screen:
            page.resumed()
            return
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if page is self.screen:
            return
        if len(self.screen_stack) == 1:
            self.push_screen(page)
        elif name == "home":
            self.pop_screen()
        else:
            self.switch_screen(page)

    def back(self) -> None:
        """To the screen that sent the user here, else to the one below; from home nowhere."""
        name = next((name for name, page in self._pages.items() if page is self.screen), "")
        if came_from := self._came_from.get(name, ""):
            self.go(came_from)
        elif len(self.screen_stack) > 1:
            self.pop_screen()

    def crumbs(self) -> list[str]:
        return [screen.crumb() for screen in self.screen_stack if isinstance(screen, Page)]

    # Keys

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._keys.take(event)
        else:
            await super().on_event(event)

    # Actions

    def action_go(self, name: str) -> None:
        self.go(name, by_key=True)

    def action_help(self) -> None:
        from tui.screens.help import Help

        if isinstance(self.screen, Page):
            self.push_screen(Help(self.screen))

    def action_palette(self) -> None:
        from tui.screens.palette import palette

        def run(chosen: Picked[ActiveBinding] | None) -> None:
            if chosen is not None:
                self.call_later(self.run_action, chosen.value.binding.action, chosen.value.node)

        if isinstance(self.screen, Page):
            self.push_screen(palette(self.screen), run)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F10 is a key of the screen itself where one says so; one leaves such a screen first. Screens where the acting
        person can do nothing are not offered."""
        if action == "go":
            return offered(self.book.rights, str(parameters[0]))
        return action != "quit" or not getattr(self.screen, "OWN_F10", False)

    def action_next_theme(self) -> None:
        names = list(THEMES)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def action_how_to_quit(self) -> None:
        if isinstance(self.screen, Page):
            self.screen.say(_("退出请按 F10"), "warn")

    # How it looks

    def get_key_display(self, binding: Binding) -> str:
        return binding.key_display or key_name(binding.key)

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *([self._narrow] if self._narrow.enabled else [])]

    def copy_to_clipboard(self, text: str) -> None:
        """Kept for pasting in here; the terminal's clipboard would carry masked data to other programs."""
        self._clipboard = text

    # The end

    def _fatal_error(self) -> None:
        """Stop at once. The stock screen of a crash shows local variables, and they hold people's data."""
        error = self._exception
        self.fault = error.error if isinstance(error, WorkerFailed) and isinstance(error.error, Exception) else error
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        self._fatal_error()


def _keep_for_good() -> None:
    """What is there now stays to the end; looking through it for garbage takes 80 ms, at every 20th key."""
    gc.freeze()
    gc.enable()


def run_app(book: Casebook) -> int:
    """Show the interface until the user leaves it, or the system ends it; the exit code.

    Raises RuhuError (unusable) without a terminal, and the exception of ours that ended it, if one did: the guard of
    `tui.commands.exits` writes it down and says so in a line.
    """
    if not has_terminal():
        what = _("界面要画在终端上，这里没有终端，或者标准错误被转走了")
        raise RuhuError("no_terminal", what, _("请在终端里直接运行 ruhu，不要用 2> 转走输出"))
    if not understands_escapes():
        what = _("这个终端画不了界面")
        raise RuhuError("no_terminal", what, _("请用 Windows Terminal，或在窗口属性里取消「使用旧版控制台」"))
    mend_windows_input()
    app = RuhuApp(book, narrow_glyphs=draws_ambiguous_wide(), driver_class=enduring_driver())
    app.lasting = True
    asked: list[bool] = []

    async def run() -> None:
        def close() -> None:
            asked.append(True)
            app.exit()

        async def watch() -> None:
            if sys.__stdin__ is not None:
                await terminal_closes(sys.__stdin__)
                close()

        watching = asyncio.create_task(watch())
        with polite_ends(close):
            await app.run_async()
        watching.cancel()

    asyncio.run(run())
    if app.fault is not None and not terminal_is_gone(app.fault):
        raise app.fault
    return INTERRUPTED if asked or app.fault is not None else DONE
