"""What holds on every screen, at both usual sizes, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from casebook.language import Language
from casebook.store.casebook import Casebook
from tests.tui.screens.looking import assert_sound, grid, press, settle
from tui.screens.app import RuhuApp

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
        assert_sound(app, size, screen in CROWDED)


@pytest.mark.parametrize("size", [(40, 12), (200, 60)], ids=["40x12", "200x60"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_screen_at_the_edges(screen: str, size: tuple[int, int], book: Casebook, lists: Path) -> None:
    shutil.copy(lists / "roster.xlsx", book.folder.parent / "花名册.xlsx")
    app = RuhuApp(book)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])
        assert [line for line in grid(app) if cell_len(line) != size[0]] == []
