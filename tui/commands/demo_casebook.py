"""The casebook of the demonstration: lists, run, findings sent home, visits filled in by script and reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from audit.findings import CrossCheck
    from casebook.progress import Progress
    from casebook.store.casebook import Casebook
    from tui.commands.demo_exchange import Carried

AUDITOR, SECOND, TOWNSHIP, COUNTY = "沈岚", "顾远", "陶然", "莫言信"
"""Invented people of the office: who decides, who countersigns, who does 乡审 and 县审."""
_VISITS = 45
"""Households visited, at least, where there are as many: whole villages of two townships."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What the script did: villages, the visits planned and passed, by id; findings sent home as asks, and how many of
    their answers were taken over; `carried` is what a laptop had a part in, None where there was only one village."""

    villages: tuple[tuple[str, str], ...]
    planned: tuple[str, ...]
    passed: tuple[str, ...]
    asked: int
    accepted: int
    carried: Carried | None


def fill_casebook(book: Casebook, result: CrossCheck, progress: Progress | None) -> None:
    """Both lists and their cross-check."""
    from audit.imports import import_list
    from audit.run import run_audit

    import_list(book, result.roster.table, "roster", {}, progress)
    import_list(book, result.registry.table, "registry", {}, progress)
    run_audit(book, progress)


def make_visits(book: Casebook, folder: Path, today: date) -> Visited:
    """Findings of severity A sent home with the visits of some villages, the visits filled in, the half of the villages
    on a laptop, and reviewed, their answers taken over. `folder` is for files that phones and sticks would bring."""
    from survey_forms.stored_forms import import_form, standard_form
    from survey_forms.visits.planning import Choice, plan
    from survey_forms.visits.steps import pass_on

    villages = _villages(book)
    asked = _ask(book, villages)
    form = import_form(book, standard_form()).id
    visits = plan(book, Choice(villages=tuple("/".join(one) for one in villages)), form).made
    submitted, carried = _fill_in(book, visits, villages, folder, today)
    accepted = _take_answers(book)
    for reviewer in (TOWNSHIP, COUNTY):
        pass_on(book.acted_by(reviewer), submitted)
    return Visited(villages, visits, tuple(submitted), asked, accepted, carried)


def _villages(book: Casebook) -> tuple[tuple[str, str], ...]:
    """The villages with most patients' households in two townships, as many as make up the visits."""
    from collections import Counter

    from survey_forms.visits.households import households

    ill = Counter((one.township, one.village) for one in households(book.connection) if one.ill and one.village)
    most = [place for place, _count in ill.most_common()]
    townships = list(dict.fromkeys(township for township, _village in most))[:2]
    chosen = [next(place for place in most if place[0] == township) for township in townships]
    for place in most:
        if sum(ill[one] for one in chosen) < _VISITS and place[0] in townships and place not in chosen:
            chosen.append(place)
    return tuple(sorted(chosen))


def _ask(book: Casebook, villages: tuple[tuple[str, str], ...]) -> int:
    """Send the findings of severity A in these villages home (7入户核实): how many."""
    from audit.decisions import Ruling, decide
    from audit.questions import VISIT
    from audit.queue import Filter, queue_ids

    found = [
        identity
        for township, village in villages
        for identity in queue_ids(book, Filter(township=township, village=village, severity="A"))
    ]
    if found:
        decide(book.acted_by(AUDITOR), found, Ruling(VISIT, _("纸面定不了")))
    return len(found)


def _fill_in(
    book: Casebook, visits: Sequence[str], villages: Sequence[tuple[str, str]], folder: Path, today: date
) -> tuple[list[str], Carried | None]:
    """Fill in every visit, those of the second half of the villages on a laptop; the visits that were handed in."""
    from casebook.store.facts import area_of
    from survey_forms.visits.visit_list import visit_rows
    from tui.commands.demo_exchange import carry_to_a_laptop

    lent = [area_of(*place) for place in villages[(len(villages) + 1) // 2 :]]
    there = [row.id for row in visit_rows(book, visits) if area_of(row.township, row.village) in lent]
    here = [visit for visit in visits if visit not in there]
    submitted = _hand_in(book, here, folder / "here", today)
    if not there:
        return submitted, None

    def fill(laptop: Casebook) -> None:
        submitted.extend(_hand_in(laptop, there, folder / "there", today))

    return submitted, carry_to_a_laptop(book, lent, folder / "laptop", fill)


def _hand_in(book: Casebook, visits: Sequence[str], folder: Path, today: date) -> list[str]:
    """Fill in visits and bring them in as a phone's files; those that were handed in."""
    from survey_forms.interview import open_interview
    from survey_forms.invented import invent_answers
    from survey_forms.visits.importing import import_submissions
    from survey_forms.visits.visit_list import visit_rows

    for number, visit in enumerate(visits, 1):
        filling = open_interview(book, visit, fills_in=False).filling
        invent_answers(filling, f"{visit_rows(book, [visit])[0].household}", today)
        target = folder / "instances" / f"{number:04d}" / f"{number:04d}.xml"
        target.parent.mkdir(parents=True)
        target.write_text(filling.submission_xml(instance=f"uuid:demo-{visit}"), encoding="utf-8")
    taken = import_submissions(book, folder) if visits else []
    return [one.visit for one in taken if one.became == "submitted"]


def _take_answers(book: Casebook) -> int:
    """The answers of the asks become decisions, countersigned by another; how many."""
    from audit.accepting import accept
    from audit.decisions import countersign
    from audit.queue import Filter, queue_ids

    answered = list(queue_ids(book, Filter(statuses=("answered",))))
    if answered:
        accept(book.acted_by(AUDITOR), answered)
    if unsigned := list(queue_ids(book, Filter(statuses=("unsigned",)))):
        countersign(book.acted_by(SECOND), unsigned)
    return len(answered)
