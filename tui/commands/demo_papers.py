"""The workbooks around the visits of the demonstration: paper forms, summaries, answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from tui.commands.demo_casebook import Visited

_HOUSEHOLDS = 12
"""Of which paper is written."""


def write_papers(book: Casebook, visited: Visited, folder: Path) -> list[Path]:
    """Prefilled forms and one-page summaries of a few households, and the answers of all; the files."""
    from casebook.store.access import exported
    from exports.visit_answers import write_answers
    from exports.visit_form import write_forms
    from exports.visit_summary import write_summaries

    folder.mkdir()
    some = visited.passed[:_HOUSEHOLDS]
    forms, summaries, answers = (folder / name for name in (_("入户表.xlsx"), _("入户小结.xlsx"), _("答卷.xlsx")))
    exported(book, "forms", [forms.name])
    exported(book, "summaries", [summaries.name])
    exported(book, "answers", [answers.name])
    write_forms(book, some, forms)
    write_summaries(book, some, summaries)
    write_answers(book, visited.passed, answers)
    return [forms, summaries, answers]
