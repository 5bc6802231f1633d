"""What holds on every screen, at both usual sizes, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from casebook.language import Language
from casebook.store.casebook import Casebook
from tests.tui.screens.looking import grid, press, settle
from tui.screens.app import RuhuApp
from tui.screens.page import Page
from tui.screens.palette import commands
from tui.widgets.frame import KeyBar
from tui.widgets.glyphs import is_ambiguous

SCREENS = {
    "home": (),
    "desk": ("f3",),
    "lookup": ("f4", "l"),
    "person": ("f4", "l", "enter"),
    "imports": ("f5",),
    "preview": ("f5", "enter"),
    "log": ("f9",),
    "accesses": ("f9", "v"),
    "help": ("f1",),
    "palette": ("ctrl+p",),
    "pick": ("f9", "k"),
}
SIZES = ((80, 24), (120, 36))
CROWDED = ("desk",)
"""Has more keys than the bar has room for; they stand in the help."""

FEW = 8
"""Keys in the key bar at 80 columns."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_screen(
    screen: str,
    size: tuple[int, int],
    language: Language,
    book: Casebook,
    lists: Path,
    in_language: Callable[[Language], None],
) -> None:
    shutil.copy(lists / "roster.xlsx", book.folder.parent / "花名册.xlsx")
    in_language(language)
    app = RuhuApp(book)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])
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
            assert screen in CROWDED or bar.shown(size[0]) == bar.keys()


@pytest.mark.parametrize("size", [(40, 12), (200, 60)], ids=["40x12", "200x60"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_screen_at_the_edges(screen: str, size: tuple[int, int], book: Casebook, lists: Path) -> None:
    shutil.copy(lists / "roster.xlsx", book.folder.parent / "花名册.xlsx")
    app = RuhuApp(book)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])
        assert [line for line in grid(app) if cell_len(line) != size[0]] == []
