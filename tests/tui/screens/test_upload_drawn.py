"""The screens of the upload at both usual sizes, in both languages, and at the edges; one run for each language."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casebook.language import Language
from casebook.store.casebook import Casebook
from exports.upload.batches import revoke
from tests.exports.upload.made_passed import corrected
from tests.tui.screens.looking import assert_sound, assert_sound_at_every_size, press, resized, settle
from tests.tui.screens.upload_flows import handed_in, opened, upload_book
from tui.screens.app import RuhuApp

PAGES = {
    "home": (),
    "upload": ("f9",),
    "included": ("f9", "end", "i", "1", "enter", "2"),
    "kinds": ("f9", "5"),
    "batches": ("f9", "b"),
    "visit": ("f9", "enter"),
}
DIALOGS = {
    "reason": ("f9", "i"),
    "folder": ("f9", "w"),
    "formats": ("f9", "f"),
    "townships": ("f9", "t"),
    "help": ("f9", "f1"),
    "revoke": ("f9", "b", "home", "x"),
    "file": ("f9", "b", "b"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two batches, the first revoked; since then a phone was changed, to one that the format does not take."""
    folder = tmp_path_factory.mktemp("upload")
    path = upload_book(folder)
    with opened(path) as book:
        handed_in(book, folder / "一")
        revoke(book, 1, "交错了文件")
        handed_in(book, folder / "二")
        revoke(book, 2, "省里整批退回")
        corrected(book, "H001", household__phone="5551234")
        handed_in(book, folder / "三")
    return path


@pytest.fixture
def passed(made: Path, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(made, tmp_path / made.name)
    with opened(tmp_path / made.name) as book:
        yield book


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_drawn(language: Language, passed: Casebook, in_language: Callable[[Language], None]) -> None:
    in_language(language)
    app = RuhuApp(passed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for keys in (*DIALOGS.values(), *PAGES.values()):
            await press(pilot, *keys)
            assert_sound(app, (80, 24))
            if keys in PAGES.values():
                await assert_sound_at_every_size(app, pilot, edges=language == "zh")
                await resized(pilot, (80, 24))
            while app.screen is not app.page("home"):
                await press(pilot, "escape")
