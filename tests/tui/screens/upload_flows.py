"""A casebook with visits that passed and a format of its own, for the screens of the upload."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from casebook.store.casebook import Casebook, open_casebook
from exports.formats.load import parse_format
from exports.formats.stored import store_format
from exports.formats.write import format_text
from exports.upload.prepare import prepare
from exports.upload.writing import write_batch
from survey_forms.visits.visit_list import VisitFilter, counts
from tests.exports.upload.made_passed import COLUMNS, passed_book, small_format
from tui.all_views import VIEWS

OFFICE = "刘敏"


def upload_book(folder: Path) -> Path:
    """`县.ruhu` with four of five visits passed, one finding of severity A open, and the format `small`, which wants
    mobile phones."""
    passed_book(folder)
    with opened(folder / "县.ruhu") as book:
        phone = replace(COLUMNS[-1], pattern=r"1\d{10}")
        format = small_format(columns=(*COLUMNS[:-1], phone))
        store_format(book, parse_format(format_text(format), b"", format.name, "casebook"))
    return folder / "县.ruhu"


def opened(path: Path) -> Casebook:
    return open_casebook(path, author=OFFICE, views=VIEWS)


def handed_in(book: Casebook, folder: Path) -> None:
    """A batch of everyone who can go."""
    from exports.formats.load import find_format

    write_batch(book, prepare(book, find_format("small", book)), folder)


def states(book: Casebook) -> dict[str, int]:
    """How many visits are in each state that any is in."""
    return {str(state): count for state, count in counts(book, VisitFilter()).items() if count}
