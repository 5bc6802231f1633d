"""The screens by name, each loaded when it is first gone to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from casebook.store.rights import READER, Rights, may

if TYPE_CHECKING:
    from tui.screens.page import Page

PAGES = {
    "home": ("tui.screens.home", "HomePage"),
    "desk": ("tui.screens.desk", "DeskPage"),
    "lookup": ("tui.screens.lookup", "LookupPage"),
    "imports": ("tui.screens.imports", "ImportsPage"),
    "visits": ("tui.screens.visits", "VisitsPage"),
    "entry": ("tui.screens.entry", "EntryPage"),
    "review": ("tui.screens.review", "ReviewPage"),
    "upload": ("tui.screens.upload", "UploadPage"),
    "exchange": ("tui.screens.exchange", "ExchangePage"),
    "log": ("tui.screens.log", "LogPage"),
}


NEEDS = {"imports": "import", "review": "review", "upload": "export", "run": "audit"}
"""What one must be allowed to do (casebook.store.rights) to be offered a screen or an audit run; others are for all."""


def offered(rights: Rights, name: str) -> bool:
    """Whether somebody is offered a screen: whoever can do nothing there is not sent there."""
    if name == "desk":
        return rights.role == READER or may(rights, "decision")  # a reader looks at findings and settles none
    return name not in NEEDS or may(rights, NEEDS[name])


def make_page(name: str) -> Page:
    """A screen by name. Raises KeyError for any other."""
    module, kind = PAGES[name]
    page: Page = getattr(import_module(module), kind)()
    return page
