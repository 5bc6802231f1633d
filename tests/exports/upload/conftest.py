"""A casebook with passed visits; each test works on a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, open_casebook
from tests.exports.upload.made_passed import passed_book
from tui.all_views import VIEWS


@pytest.fixture(scope="session")
def passed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds `县.ruhu`; not to be written to."""
    folder = tmp_path_factory.mktemp("passed")
    passed_book(folder)
    return folder


@pytest.fixture
def passed(passed_folder: Path, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(passed_folder / "县.ruhu", tmp_path / "县.ruhu")
    with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
        yield book
