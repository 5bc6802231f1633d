"""The prefilled household form (入户调查表, 纸质) as a workbook to print: a list of the households, a sheet for each,
the code lists; one workbook for a village."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import N_, _
from casebook.progress import Progress, report
from exports.page_anchor import anchored
from exports.visit_form_cover import Listed, code_blocks, cover_blocks
from exports.visit_form_lines import form_blocks
from exports.visit_form_parts import Paper
from exports.visit_form_reading import read_paper
from exports.visit_paper import PageHead, set_pages, signature_lines
from exports.visit_workbook import Sheet, sheet_titles, write_workbook

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from survey_forms.visits.visit_list import VisitRow


@dataclass(frozen=True, slots=True)
class Printed:
    """A workbook that was written: its households and the pages of their forms."""

    path: Path
    households: int
    pages: int


FOOT = N_("含个人信息，注意保密，用后按规定销毁")
TITLE = N_("入户调查表")
COVER = N_("入户调查清单")
_PLACES_NAMED = 3


def write_forms(book: Casebook, visits: Sequence[str], path: Path, progress: Progress | None = None) -> Printed:
    """Write the forms of these visits, by id and in this order, whole or not at all. Numbers of people are masked but
    for those that are asked about.

    Raises RuhuError when the place can't be written, or a form is not on this machine.
    """
    from survey_forms.visits.visit_list import visit_rows

    rows, foot = visit_rows(book, visits), anchored(book, _(FOOT))
    first, last = _("清单"), _("代码表")
    names = sheet_titles((f"{number} {row.head}" for number, row in enumerate(rows, 1)), (first, last))
    papers: list[Paper] = []
    sheets: list[Sheet] = []
    for number, (row, name) in enumerate(zip(rows, names, strict=True), 1):
        papers.append(paper_of(book, row))
        sheets.append(form_sheet(name, papers[-1], foot))
        report(progress, _("排版"), number, len(rows))
    pages = [len(filled.new_pages) + 1 for _layout, filled in sheets]
    listed = [
        Listed(row.household, row.head, row.people, row.asks, count, row.assigned)
        for row, count in zip(rows, pages, strict=True)
    ]
    head = PageHead(papers[0].title if papers else "", places_of(rows), foot)
    cover = set_pages(first, cover_blocks(_(COVER), places_of(rows), listed), head)
    lists = {one.title: one for paper in papers for one in paper.lists}
    codes = [set_pages(last, code_blocks(lists.values()), head)] if lists else []
    write_workbook(path, _(TITLE), [cover, *sheets, *codes], foot)
    return Printed(path, len(rows), sum(pages))


def paper_of(book: Casebook, visit: VisitRow) -> Paper:
    """The paper of a visit as it stands: prefilled, or with the answers given so far."""
    from survey_forms.interview import open_interview
    from survey_forms.visits.form_words import form_language
    from survey_forms.visits.visit_view import visit_fact

    interview = open_interview(book, visit.id, fills_in=False)
    interview.filling.set_language(form_language(interview.definition))
    with book.reading() as connection:
        planned = visit_fact(connection, visit.id)
    people = [one["name"] for one in planned["people"]]
    known = frozenset(ref for ref, _text in planned["prefill"]) if visit.state == "planned" else None
    return read_paper(interview.filling, interview.definition, visit, people, known)


def form_sheet(name: str, paper: Paper, foot: str) -> Sheet:
    """The sheet of a household; its code stands on every page, `foot` at the left of its foot."""
    code = _("户编号 {code}").format(code=paper.household) if paper.household else paper.head
    right = _("{household}　编号 {handle}").format(household=code, handle=paper.handle)
    return set_pages(name, [*form_blocks(paper), signature_lines(paper.signers)], PageHead(paper.title, right, foot))


def places_of(visits: Sequence[VisitRow]) -> str:
    """The townships and villages of visits, as far as a line holds them."""
    places = list(dict.fromkeys(f"{visit.township} {visit.village}".strip() for visit in visits))
    return _("、").join(places[:_PLACES_NAMED]) + (_("等") if len(places) > _PLACES_NAMED else "")
