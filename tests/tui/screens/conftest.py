"""Screens over a small casebook: made once, copied for each test that may write."""

from __future__ import annotations

import asyncio
import inspect
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import textual._wait

from audit.imports import import_list
from audit.run import run_audit
from casebook.language import Language, use_language
from casebook.sample import invent_county, write_county
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.tables.read import read_table
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp

textual._wait.SLEEP_GRANULARITY = 0.002
"""The pilot waits in steps of this many seconds; the stock ones make a key take 50 ms."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Tests of screens are coroutines; each gets an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


PEOPLE = 150
AUTHOR = "审核员甲"

MakeApp = Callable[..., RuhuApp]


@pytest.fixture(scope="session")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `roster.xlsx` and `registry.xlsx` of an invented county."""
    folder = tmp_path_factory.mktemp("lists")
    write_county(invent_county(PEOPLE), folder)
    return folder


@pytest.fixture(scope="session")
def audited(lists: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed casebook with both lists and one audit run. Not to be written to: see `book`."""
    folder = tmp_path_factory.mktemp("made") / "甲县.ruhu"
    with create_casebook(folder, name="甲县核查", author=AUTHOR, views=VIEWS) as book:
        import_list(book, read_table(lists / "roster.xlsx"), "roster", {})
        import_list(book, read_table(lists / "registry.xlsx"), "registry", {})
        run_audit(book)
    return folder


@pytest.fixture
def book(audited: Path, tmp_path: Path) -> Iterator[Casebook]:
    """A copy of it, open."""
    folder = tmp_path / "甲县.ruhu"
    shutil.copytree(audited, folder)
    with open_casebook(folder, author=AUTHOR, views=VIEWS) as opened:
        yield opened


@pytest.fixture
def empty_book(tmp_path: Path) -> Iterator[Casebook]:
    """A new casebook without lists."""
    with create_casebook(tmp_path / "新县.ruhu", name="新县", author=AUTHOR, views=VIEWS) as made:
        yield made


@pytest.fixture
def in_language() -> Iterator[Callable[[Language], None]]:
    yield use_language
    use_language("zh")


@pytest.fixture(scope="session")
def audited_book(audited: Path) -> Iterator[Casebook]:
    """The same, open, to be read only."""
    with open_casebook(audited, author=AUTHOR, views=VIEWS) as opened:
        yield opened
