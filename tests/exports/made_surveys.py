"""A casebook with planned visits of the shipped form for tests of paper, and forms of a county's own on paper."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from audit.decisions import Ruling, decide
from casebook.store.casebook import Casebook
from exports.visit_form_parts import Asked, Fields, Filled, Heading, Ledger, Paper, Roster
from exports.visit_form_reading import read_paper
from survey_forms.interview import Interview, open_interview
from survey_forms.stored_forms import import_form, standard_form
from survey_forms.visits.planning import Choice, plan
from survey_forms.visits.visit_list import VisitRow
from tests.audit.casebooks import audited
from tests.survey_forms.forms import begun
from tests.survey_forms.visits.answered import answers_for
from tests.survey_forms.visits.lists import REGISTRY, ROSTER
from tests.survey_forms.visits.made_visits import new_book

H001 = "H001"
"""王大山, 李桂芳 and 王小山; asked about the number of 王小山 and the name of 李桂芳."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A folder with `县.ruhu`; the ids of its visits by household code."""

    folder: Path
    visits: dict[str, str]


def planned_book(folder: Path) -> Planned:
    """Both lists, two findings sent home with the visit, a visit planned for every household."""
    with new_book(folder / "县.ruhu") as book:
        audited(book, ROSTER, REGISTRY)
        findings = book.connection.execute(
            "SELECT id FROM finding WHERE name IN ('王小山', '李桂芳', '李桂芬') AND kind NOT LIKE 'missing%'"
        ).fetchall()
        for (number,) in findings:
            decide(book, [number], Ruling(7, reason="看证件"))
        form = import_form(book, standard_form()).id
        made = plan(book, Choice(which="all"), form, to="陈静").made
        visits = dict(
            book.connection.execute(f"SELECT household, id FROM visit WHERE id IN ({', '.join('?' * len(made))})", made)
        )
    return Planned(folder, visits)


def answered(book: Casebook, visit: str, **given: str) -> Interview:
    """An interview with every question answered that is asked; `given` by field, `__` for the point."""
    interview = open_interview(book, visit)
    fields = {"person.outcome": "2", "signer.filler": "陈静", "signer.second": "周平"} | {
        name.replace("__", "."): value for name, value in given.items()
    }
    scratch = open_interview(book, visit).filling
    for line in answers_for(scratch, fields):
        interview.answer(line["ref"], line["value"])
    for field, value in fields.items():  # questions that have a default count as answered
        for ref in interview.filling.field_nodes(field):
            if interview.filling.relevant(ref) and interview.filling.value(ref) != value:
                interview.answer(ref, value)
    for ref, _said in interview.filling.warnings():
        interview.reason(ref, "看过原件")
    return interview


def visit_of(people: int = 3, household: str = "9900001234") -> VisitRow:
    """A planned visit that is in no casebook."""
    return VisitRow(
        "a" * 32, "f" * 32, "2026", "云丰镇", "青桥村", household, "王大山", "planned", "陈静", people, 0, 0,
        "", "", "", False, "", False, "2026-11-22T00:00:00.000Z",
    )  # fmt: skip


def paper(table: str, prefill: Collection[tuple[str, str]] = (), people: int = 3, **options: object) -> Paper:
    """The paper of a county's own form, in the notation of tests/survey_forms/forms.py."""
    filling = begun(table, list(prefill), **options)
    names = [f"某{number}" for number in range(people)]
    return read_paper(filling, filling.definition, visit_of(people), names, frozenset(ref for ref, _text in prefill))


def fields(of: Paper) -> dict[str, tuple[Asked, Filled]]:
    """The questions that are asked once, by label."""
    return {
        asked.label: (asked, filled) for part in of.parts if isinstance(part, Fields) for asked, filled in part.fields
    }


def rosters(of: Paper) -> dict[str, tuple[tuple[str, ...], dict[str, tuple[Filled, ...]]]]:
    """Rosters by the heading above them: the columns, and what is filled by label."""
    found, heading = {}, ""
    for part in of.parts:
        if isinstance(part, Heading):
            heading = part.text
        if isinstance(part, Roster):
            found[heading] = part.columns, {asked.label: filled for asked, filled in part.rows}
    return found


def ledgers(of: Paper) -> list[Ledger]:
    return [part for part in of.parts if isinstance(part, Ledger)]


