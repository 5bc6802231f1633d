"""The summary of a visit (入户小结) as a workbook to print: one page for each household."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _
from casebook.progress import Progress, report
from exports.page_anchor import anchored
from exports.visit_form import FOOT, Printed
from exports.visit_paper import PageHead, set_pages
from exports.visit_summary_lines import summary_blocks
from exports.visit_summary_reading import TITLE, read_summary
from exports.visit_workbook import Sheet, sheet_titles, write_workbook

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook


def write_summaries(book: Casebook, visits: Sequence[str], path: Path, progress: Progress | None = None) -> Printed:
    """Write the summaries of these visits, by id and in this order, whole or not at all. Numbers of people are masked
    but for those that were asked about.

    Raises RuhuError when the place can't be written, or a form is not on this machine.
    """
    from survey_forms.interview import open_interview
    from survey_forms.visits.visit_list import visit_rows

    rows, foot = visit_rows(book, visits), anchored(book, _(FOOT))
    names = sheet_titles(f"{number} {row.head}" for number, row in enumerate(rows, 1))
    sheets: list[Sheet] = []
    for number, (row, name) in enumerate(zip(rows, names, strict=True), 1):
        summary = read_summary(book, open_interview(book, row.id))
        code = _("户编号 {code}").format(code=row.household) if row.household else row.head
        right = _("{household}　编号 {handle}").format(household=code, handle=row.handle)
        head = PageHead(_(TITLE), right, foot)
        sheets.append(set_pages(name, summary_blocks(summary), head, one_page=True))
        report(progress, _("排版"), number, len(rows))
    write_workbook(path, _(TITLE), sheets, foot)
    return Printed(path, len(rows), len(rows))
