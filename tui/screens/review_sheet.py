"""One visit as its reviewer reads it: what changed, the asks with their answers, reasons, remarks, its way so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casebook.language import language
from casebook.people.asks import Ask, AskAnswer, answers_to, ask_of
from casebook.store.casebook import Casebook
from survey_forms.visits.changes import Changed, changes
from survey_forms.visits.conflicts import Conflict, conflicts
from survey_forms.visits.handed_in import other_answers
from survey_forms.visits.history import Past, history
from survey_forms.visits.outcomes import instance_of
from survey_forms.visits.states import IN_REVIEW
from survey_forms.visits.visit_list import VisitRow, visit_rows
from survey_forms.visits.visit_view import visit_fact

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling
    from survey_forms.interview import Interview


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask that went along, and its answer in what was handed in; `document` is what was seen, in words."""

    ask: Ask
    answer: AskAnswer | None
    document: str


@dataclass(frozen=True, slots=True)
class Said:
    """What was written beside an answer: `who` is the person the question is about ('' the household), `about` what the
    soft check says, `text` the reason or remark."""

    ref: str
    who: str
    label: str
    value: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that may be marked when a visit is returned."""

    ref: str
    number: str
    who: str
    label: str
    value: str

    @property
    def name(self) -> str:
        """Its number, whom it is about, its label."""
        who = "" if self.who in self.label else self.who
        return "  ".join(filter(None, (self.number, who, self.label)))


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """`people` are (name, status, outcome) in words; `labels` has the question by ref, for the refs of `past`."""

    row: VisitRow
    consent: str
    result: str
    people: tuple[tuple[str, str, str], ...]
    conflicts: tuple[Conflict, ...]
    changed: tuple[Changed, ...]
    other_answers: tuple[Changed, ...]
    asked: tuple[Asked, ...]
    reasons: tuple[Said, ...]
    remarks: tuple[Said, ...]
    past: tuple[Past, ...]
    labels: Mapping[str, str]
    questions: tuple[Question, ...]


def review_sheet(book: Casebook, visit: str) -> ReviewSheet | None:
    """Everything about a visit; None when it is gone. In a thread. Raises RuhuError where its form can't be read."""
    from survey_forms.interview import open_interview

    rows = visit_rows(book, [visit])
    if not rows:
        return None
    row = rows[0]
    interview = open_interview(book, visit)
    changed, past = tuple(changes(book, visit)), tuple(history(book, visit))
    filling = interview.filling
    wanted = [one for one in interview.definition.languages if one.endswith(f"({language()})")]
    if wanted:
        filling.set_language(wanted[0])
    known = {entry.ref for entry in filling.outline()}
    return ReviewSheet(
        row=row,
        consent=_shown(filling, "visit.consent"),
        result=_shown(filling, "visit.outcome"),
        people=_people(filling),
        conflicts=tuple(conflicts(book, visit)) if row.conflict else (),
        changed=changed,
        other_answers=tuple(other_answers(book, book.connection, row)) if row.state in IN_REVIEW else (),
        asked=_asked(book, row, filling),
        reasons=_said(interview, interview.notes.reasons, known),
        remarks=_said(interview, interview.notes.remarks, known),
        past=past,
        labels={ref: filling.label(ref) for one in past for ref in one.refs if ref in known},
        questions=_questions(filling),
    )


def _asked(book: Casebook, row: VisitRow, filling: Filling) -> tuple[Asked, ...]:
    connection = book.connection
    seen = _by_instance(filling, "ask.document")
    documents = {filling.value(ref): seen.get(instance_of(ref), "") for ref in filling.field_nodes("ask.id")}
    found = []
    for identity in visit_fact(connection, row.id)["asks"]:
        if (ask := ask_of(connection, identity)) is not None:
            given = [one for one in answers_to(connection, identity) if one.submission == row.submission]
            answer = given[-1] if given else None
            document = documents.get(identity) or (answer.document if answer is not None else "")
            found.append(Asked(ask, answer, document))
    return tuple(found)


def _said(interview: Interview, notes: Mapping[str, str], known: set[str]) -> tuple[Said, ...]:
    """In form order; the note on a question that is gone since comes last, by itself."""
    filling = interview.filling
    places = {entry.ref: place for place, entry in enumerate(filling.outline())}
    found = []
    for ref in sorted(notes, key=lambda ref: places.get(ref, len(places))):
        if ref in known:
            told = _who(filling, ref), filling.label(ref), filling.shown(ref), filling.warning(ref)
        else:
            told = "", ref, "", ""
        found.append(Said(ref, *told, notes[ref]))
    return tuple(found)


def _people(filling: Filling) -> tuple[tuple[str, str, str], ...]:
    """Each person's name, status and outcome in words, in form order."""
    names, states, outcomes = (_by_instance(filling, f"person.{field}") for field in ("name", "status", "outcome"))
    return tuple((name, states.get(at, ""), outcomes.get(at, "")) for at, name in names.items())


def _by_instance(filling: Filling, field: str) -> dict[str, str]:
    """The answers to a field's questions in words, by the repeat instance they stand in."""
    return {instance_of(ref): filling.shown(ref) for ref in filling.field_nodes(field) if filling.relevant(ref)}


def _questions(filling: Filling) -> tuple[Question, ...]:
    """Every question asked, in form order."""
    return tuple(
        Question(entry.ref, entry.number, _who(filling, entry.ref), filling.label(entry.ref), filling.shown(entry.ref))
        for entry in filling.outline()
        if entry.question is not None and entry.question.kind != "note" and filling.relevant(entry.ref)
    )


def _who(filling: Filling, ref: str) -> str:
    """The person a question is about, '' for the household's."""
    return str(filling.nearest(ref, "person.name") or "") if "]" in ref else ""


def _shown(filling: Filling, field: str) -> str:
    """The answer to the one question of a field in words, '' where the form has none."""
    refs: Sequence[Any] = [ref for ref in filling.field_nodes(field) if filling.relevant(ref)]
    return filling.shown(refs[0]) if refs else ""
