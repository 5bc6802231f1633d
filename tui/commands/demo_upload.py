"""The upload of the demonstration: batches in three formats, one of them learned from a template, and the province's
answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from exports.formats.format import LoadedFormat
    from exports.upload.batches import BatchRow

_BUILT_IN = ("sichuan_2016", "fujian_health_check")
_REJECTED = 3
_NOBODY = ("查无此", "990101190001010016")
"""Somebody invented whom the province complains of and nobody handed in."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Batches in the order they were written; doubtful columns of the learned template; what the province's answer came
    to."""

    batches: tuple[BatchRow, ...]
    columns: int
    doubtful: int
    rejected: int
    unmatched: int
    returned: int


def hand_in(book: Casebook, folder: Path) -> HandedIn:
    """Hand in what was passed, below `folder`, and read back the errors that an invented province finds."""
    from exports.formats.load import find_format
    from exports.upload.prepare import prepare
    from exports.upload.writing import write_batch

    learned, columns, doubtful = _learned(book, folder)
    written: list[BatchRow] = []
    for loaded in (*(find_format(name) for name in _BUILT_IN), learned):
        target = folder / loaded.format.title
        target.mkdir()
        prepared = prepare(book, loaded)
        if prepared.rows:
            written.append(write_batch(book, prepared, target))
    rejected, unmatched, returned = _answered(book, written[0], folder) if written else (0, 0, 0)
    return HandedIn(tuple(written), columns, doubtful, rejected, unmatched, returned)


def _learned(book: Casebook, folder: Path) -> tuple[LoadedFormat, int, int]:
    """The invented province's own template, learned without asking; its columns, and those that want a look."""
    from casebook.sample.province import write_template
    from exports.formats.load import parse_format
    from exports.formats.stored import store_format
    from exports.formats.write import format_text
    from exports.learning import format_of, learn

    template = folder / _("省里的模板.xlsx")
    write_template(template)
    found = learn(template)
    format = format_of(found)
    loaded = parse_format(format_text(format), template.read_bytes(), template.name, "file")
    store_format(book, loaded)
    return loaded, len(found.columns), sum(not one.sure for one in found.columns)


def _answered(book: Casebook, batch: BatchRow, folder: Path) -> tuple[int, int, int]:
    """An error file about some people of a batch, read back: rows rejected, of nobody known, visits sent back."""
    from casebook.sample.province import write_errors
    from exports.upload.batches import batch_rows
    from exports.upload.feedback import import_feedback
    from survey_forms.visits.visit_list import visit_rows

    rows = batch_rows(book, batch.id)
    chosen = rows[:: max(1, len(rows) // _REJECTED)][:_REJECTED]
    places = {one.id: (one.township, one.village) for one in visit_rows(book, [row.visit for row in chosen])}
    path = folder / _("省里退回的错误.xlsx")
    write_errors(path, [(*places[row.visit], row.name, row.number) for row in chosen], _NOBODY)
    answer = import_feedback(book, path, str(batch.number))
    return len(answer.rejected), len(answer.unmatched), len(answer.returned)
