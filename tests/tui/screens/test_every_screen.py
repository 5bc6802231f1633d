"""What holds on every screen, at both usual sizes, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.language import Language
from casebook.store.casebook import Casebook
from tests.tui.screens.looking import assert_sound_at_every_size, press, settle
from tui.screens.app import RuhuApp

SCREENS = {
    "home": (),
    "desk": ("f3",),
    "lookup": ("f4", "l"),
    "person": ("f4", "l", "enter"),
    "imports": ("f5",),
    "preview": ("f5", "enter"),
    "log": ("ctrl+l",),
    "accesses": ("ctrl+l", "v"),
    "help": ("f1",),
    "palette": ("ctrl+p",),
    "pick": ("ctrl+l", "k"),
}
SIZES = ((80, 24), (120, 36))
CROWDED = ("desk",)
"""Has more keys than the bar has room for; they stand in the help."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_screen(
    screen: str, language: Language, book: Casebook, lists: Path, in_language: Callable[[Language], None]
) -> None:
    shutil.copy(lists / "roster.xlsx", book.folder.parent / "花名册.xlsx")
    in_language(language)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])
        await assert_sound_at_every_size(app, pilot, screen in CROWDED, edges=language == "zh")
