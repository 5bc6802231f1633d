"""The screens by name, each loaded when it is first gone to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
    "log": ("tui.screens.log", "LogPage"),
}


def make_page(name: str) -> Page:
    """A screen by name. Raises KeyError for any other."""
    module, kind = PAGES[name]
    page: Page = getattr(import_module(module), kind)()
    return page
