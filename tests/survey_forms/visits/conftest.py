"""A casebook with both lists, cross-checked, and the shipped form; each test works on a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, open_casebook
from survey_forms.stored_forms import import_form, standard_form
from tests.audit.casebooks import audited
from tests.survey_forms.visits.lists import REGISTRY, ROSTER
from tests.survey_forms.visits.made_visits import new_book
from tui.all_views import VIEWS


@pytest.fixture(scope="session")
def surveyed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("surveyed") / "县.ruhu"
    with new_book(folder) as book:
        audited(book, ROSTER, REGISTRY)
        import_form(book, standard_form())
    return folder


@pytest.fixture
def surveyed(surveyed_folder: Path, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(surveyed_folder, tmp_path / "县.ruhu")
    with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
        yield book


@pytest.fixture
def form(surveyed: Casebook) -> str:
    """The id of the form."""
    return str(surveyed.connection.execute("SELECT id FROM form").fetchone()[0])
