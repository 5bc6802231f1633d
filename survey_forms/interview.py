"""An interview (入户访谈): a form being filled for a visit of a casebook. Every change is a fact before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.people.asks import ask_of
from casebook.store.blanking import ERASED
from casebook.store.casebook import Casebook, Writing
from casebook.store.facts import Fact, area_of
from casebook.store.sqlite import Connection
from survey_forms.filling.filling import Filling, Problem
from survey_forms.filling.op import Change, Op
from survey_forms.last_answers import LastAnswer, LastAnswers, as_before, filler, last_answers
from survey_forms.notes import NOTES, Notes
from survey_forms.typed import stored_text
from survey_forms.visits.concurrent import knowledge, newest, told
from survey_forms.visits.states import FILLABLE
from survey_forms.visits.visit_list import VisitRow, visit_row
from survey_forms.visits.visit_view import ops_of, visit_fact
from survey_forms.xml_text import fit_for_xml

if TYPE_CHECKING:
    from survey_forms.form.definition import FormDefinition


@dataclass(frozen=True, slots=True)
class Step:
    """A change that was saved: its fact, what it did, what takes it back, the notes before it."""

    fact: str
    op: Op
    undo: Op
    notes: Notes


@dataclass(frozen=True, slots=True)
class Finished:
    """What still keeps a visit from being handed in: problems, and soft checks (ref, message) without a reason."""

    problems: tuple[Problem, ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def ready(self) -> bool:
        return not self.problems and not self.warnings


class Interview:
    """A visit's form with all that was answered so far. Not for two threads at once.

    `place` is the ref where it was left, '' for the beginning; `answered` is the same where the answer there, or its
    reason, was the last that was saved before it was opened, else ''; `saved` the wall time of the newest fact. Every
    method that changes something raises RuhuError: (usage) for a visit that is handed in, (check) for a value that
    can't be, or when the visit was changed elsewhere meanwhile, and whatever the casebook raises; then nothing has
    changed.
    """

    def __init__(
        self, book: Casebook, visit: VisitRow, definition: FormDefinition, filling: Filling, brought: frozenset[str]
    ) -> None:
        self.book = book
        self.visit = visit
        self.definition = definition
        self.filling = filling
        self.notes = Notes()
        self.place = ""
        self.answered = ""
        self.saved = ""
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._brought = brought  # ids of the people and asks that the visit was planned with
        self.clashes: Mapping[str, str] = {}
        """By ref, in words: what was answered on another machine at the same time, and is to be answered anew."""
        self.refused = book.refusal("answer", area_of(visit.township, visit.village))
        """Why the acting person can't fill it in on this machine, though it is open."""
        self._last: LastAnswers | None = None
        self._newest = ""  # the newest fact of this visit that is known here
        self.heads: tuple[str, ...] = ()
        """The facts of this visit that no other one knows of; several where machines entered at the same time."""

    @property
    def readonly(self) -> bool:
        return self.visit.state not in FILLABLE or self.refused is not None

    @property
    def remarks(self) -> Mapping[str, str]:
        """备注 by the ref of their question."""
        return self.notes.remarks

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why values stand that a soft check objects to, by ref."""
        return self.notes.reasons

    @property
    def undo_steps(self) -> int:
        return len(self._done)

    @property
    def redo_steps(self) -> int:
        return len(self._undone)

    # Changes

    def answer(self, ref: str, typed: str) -> Change:
        """Answer a question with what was typed: a code or several, a text, a number, a date in any of its forms."""
        question = self.filling.entry(ref).question
        text = stored_text(question.kind if question is not None else "", typed, datetime.now().date())
        return self._change(lambda: self.filling.answer(ref, text))

    def add(self, repeat: str) -> Change:
        """Another instance at the end of a repeat (`/data/member`, `/data/member[2]/disease`)."""
        return self._change(lambda: self.filling.add(repeat))

    def remove(self, instance: str) -> Change:
        """Take an instance out. A person of the lists (名单上的人) stays, with an answer: else nobody would know what
        became of them."""
        told = (ref for field in ("person.id", "ask.id") for ref in self.filling.field_nodes(field))
        brought = {self.filling.value(ref) for ref in told if ref.startswith(f"{instance}/")}
        if brought & self._brought:
            what = _("名单上的人、带来的待问不能从表里去掉")
            raise RuhuError("listed", what, _("不在的人请答「无此人」并写明原因"), category="check")
        return self._change(lambda: self.filling.remove(instance))

    def remark(self, ref: str, text: str) -> Change:
        """A remark (备注) on a question, '' to take it away."""
        return self._note(Op("remark", ref, fit_for_xml(text).strip()))

    def reason(self, ref: str, text: str) -> Change:
        """Why a value stands although a soft check objects."""
        return self._note(Op("reason", ref, fit_for_xml(text).strip()))

    def _note(self, op: Op) -> Change:
        self.filling.entry(op.ref)
        return self._change(lambda: Change(op, self.notes.before(op), (op.ref,)))

    def undo(self) -> Change | None:
        """Take back the newest change that stands, also of an earlier sitting; None when there is none."""
        if not self._done:
            return None
        step = self._done[-1]
        return self._change(lambda: self._again(step.undo), undoes=step)

    def redo(self) -> Change | None:
        """Do again what was taken back last; None when there is nothing."""
        if not self._undone:
            return None
        step = self._undone[-1]
        return self._change(lambda: self._again(step.op), redoes=step)

    def _again(self, op: Op) -> Change:
        return Change(op, self.notes.before(op), (op.ref,)) if op.op in NOTES else self.filling.apply(op)

    def leave(self, ref: str) -> None:
        """Remember where the interview was left; one that has not begun is not begun by it."""
        if self._newest and ref != self.place and not self.readonly:
            with self.book.writing() as writing:
                self.refuse_changed_elsewhere(writing.connection)
                fact = _append(writing, self.visit, Op("left", ref), None, self.heads)
            self._newest, self.place, self.heads = fact.id, ref, (fact.id,)

    def _change(self, make: Callable[[], Change], undoes: Step | None = None, redoes: Step | None = None) -> Change:
        """Make a change and save it; when it can't be saved the form is as it was before."""
        self.refuse_handed_in()
        change = make()
        try:
            fact = self._save(change, undoes.fact if undoes else "", redoes.fact if redoes else "")
        except BaseException:
            if change.op.op not in NOTES:
                self.filling.apply(change.undo)
            raise
        self._newest, self.saved, self.heads = fact.id, fact.envelope.wall, (fact.id,)
        step = Step(fact.id, change.op, change.undo, self.notes)
        self._stack(step, undoes.fact if undoes else "", redoes.fact if redoes else "")
        self.place = change.op.ref or self.place
        self.visit = visit_row(self.book, self.visit.id)
        if self.clashes:
            self.read_clashes()
        return change

    def settle(self, ref: str) -> Change:
        """Answer a question again as it stands: of two answers that clash this one."""
        return self._change(lambda: self.filling.answer(ref, self.filling.value(ref)))

    def clash_at(self, ref: str) -> str:
        """What another machine answered to this question, or did to the people or diseases it stands among; '' where
        nothing clashes."""
        around = (words for repeat, words in self.clashes.items() if ref.startswith(f"{repeat}["))
        return self.clashes.get(ref) or next(around, "")

    def read_clashes(self) -> None:
        """Look anew for what clashes; what was not handed in is for the reviewer to see."""
        from survey_forms.visits.conflicts import conflicts

        found = conflicts(self.book, self.visit.id) if self.visit.conflict else []
        self.clashes = {one.ref: one.words for one in found if one.sort != "unsubmitted"}

    def _save(self, change: Change, undoes: str, redoes: str) -> Fact:
        with self.book.writing() as writing:
            self.refuse_changed_elsewhere(writing.connection)
            known = self.heads
            if not self._newest:
                known = (_append(writing, self.visit, self.filling.start, None, known).id,)
            return _append(writing, self.visit, change.op, change.undo, known, undoes, redoes)

    def refuse_handed_in(self) -> None:
        """Raise RuhuError (usage) when this visit can't be changed any more."""
        if self.refused is not None and self.visit.state in FILLABLE:
            raise self.refused
        if self.readonly:
            what = _("这次入户已经上交，不能再改")
            raise RuhuError("handed_in", what, _("要改请先撤回，或由审核退回"), category="usage")

    def refuse_changed_elsewhere(self, connection: Connection) -> None:
        """Raise RuhuError (check) when this visit is not as it is known here."""
        known = (self._newest, self.visit.state)
        if known != (_newest(connection, self.visit.id), visit_row(self.book, self.visit.id).state):
            what = _("这次入户刚刚在别处改过，这一步没有保存")
            raise RuhuError("changed_elsewhere", what, _("请离开后重新打开再填"), category="check")

    def _stack(self, step: Step, undoes: str, redoes: str) -> None:
        """Put a change on its stack; `undoes` and `redoes` are the facts of the steps that it takes back or repeats,
        which lie deeper, or nowhere, once another machine's changes have come between."""
        if undoes:
            self._take_back(step, undoes)
            return
        self._undone = [one for one in self._undone if one.fact != redoes] if redoes else []
        self._done.append(step)
        self.notes = self.notes.after(step.op)

    def _take_back(self, step: Step, undoes: str) -> None:
        place = next((at for at, one in enumerate(self._done) if one.fact == undoes), None)
        newest = place == len(self._done) - 1
        taken_back = None if place is None else self._done.pop(place)
        if taken_back is not None:
            self._undone.append(taken_back)
        self.notes = taken_back.notes if taken_back is not None and newest else self.notes.after(step.op)

    def take(self, stored: Fact) -> None:
        """Take a stored fact of this visit into the stacks; the filling has its answers already."""
        body = stored.body or {}
        op = op_of(body)
        self._newest, self.saved = stored.id, stored.envelope.wall
        if op.op == "start":
            return
        self.place = op.ref
        taken_back = op.op != "left" and (body.get("undoes") or body.get("redoes"))
        self.answered = op.ref if op.op in ("answer", "reason") and not taken_back else ""
        if op.op != "left":
            step = Step(stored.id, op, op_of(body["undo"]), self.notes)
            self._stack(step, body.get("undoes", ""), body.get("redoes", ""))

    def last_answer(self, ref: str) -> LastAnswer | None:
        """What was answered last time, else what the lists say; None when neither says anything."""
        if self._last is None:
            with self.book.reading() as connection:
                self._last = last_answers(connection, self.visit, self.definition)
        return self._last.of(ref, self.filling.value)

    def as_before(self, ref: str) -> str | None:
        """What the acting user answered to the same question in the household before; None when nothing."""
        with self.book.reading() as connection:
            return as_before(connection, self.visit, self.book.author, ref)

    # The whole case

    def finish(self) -> Finished:
        """Check the whole case."""
        reasons = self.notes.reasons
        warnings = tuple((ref, said) for ref, said in self.filling.warnings() if ref not in reasons)
        clashing = (Problem(ref, "constraint", words) for ref, words in self.clashes.items())
        return Finished((*self.filling.problems(), *clashing), warnings)

    def submit(self) -> str:
        """Hand in (上交): the id of the submission. Raises RuhuError (check) while something is in the way."""
        from survey_forms.visits.steps import submit

        submission = submit(self)
        self.visit = visit_row(self.book, self.visit.id)
        return submission


def open_interview(book: Casebook, visit: str, submission: str = "", *, fills_in: bool = True) -> Interview:
    """The interview of a visit, by the visit's id, exactly as it was left; with `submission`, one of its, as it was
    handed in then. `fills_in`: where it has not begun the acting user is named as who fills it in (填报人). Raises
    RuhuError (usage) for an unknown id."""
    from survey_forms.stored_forms import definition_of

    with book.reading() as connection:
        row = visit_row(book, visit)
        planned = visit_fact(connection, visit)
        definition = definition_of(book, planned["form"])
        stored = ops_of(connection, visit, submission)
    ops = _entered(stored)
    if ops:
        filling = Filling.resume(definition, ops, now=_now)
    else:
        prefill = [(ref, text) for ref, text in planned["prefill"]]
        if fills_in:
            with book.reading() as connection:
                prefill += filler(connection, row, definition, book.author)
        filling = Filling.begin(definition, prefill=prefill, now=_now)
    with book.reading() as connection:
        brought = frozenset(_brought(connection, planned))
    interview = Interview(book, row, definition, filling, brought)
    for fact in stored:
        interview.take(fact)
    interview.heads = _heads(stored)
    interview.read_clashes()
    return interview


def _heads(stored: Sequence[Fact]) -> tuple[str, ...]:
    rows = [(one.id, one.envelope.device, one.envelope.parents, one.body or {}, False) for one in stored]
    entered = told(rows)
    return tuple(newest(entered, knowledge(entered)))


def _brought(connection: Connection, planned: Any) -> Iterator[str]:
    """The people and asks that a visit was planned with, but those who were erased since: nobody is there to be asked
    about."""
    yield from (one["person"] for one in planned["people"] if one["name"] != ERASED)
    for identity in planned["asks"]:
        ask = ask_of(connection, identity)
        if ask is None or ask.name != ERASED:
            yield identity


def _entered(stored: Sequence[Fact]) -> list[Op]:
    """The changes of the form. It begins once: a second machine's beginning would set everything back."""
    ops = [op for fact in stored if (op := op_of(fact.body or {})).op not in (*NOTES, "left")]
    return [op for at, op in enumerate(ops) if op.op != "start" or at == 0]


def op_of(body: Any) -> Op:
    """The op of an answer's body, or of the `undo` in it."""
    return Op(body["op"], body["ref"], body["value"], tuple((ref, text) for ref, text in body["also"]))


def _now() -> datetime:
    return datetime.now().astimezone()


def _newest(connection: Connection, visit: str) -> str:
    sql = "SELECT fact FROM visit_op WHERE visit = ? ORDER BY clock DESC, fact DESC LIMIT 1"
    row = connection.execute(sql, (visit,)).fetchone()
    return row[0] if row else ""


def _append(
    writing: Writing,
    visit: VisitRow,
    op: Op,
    undo: Op | None,
    known: Sequence[str],
    undoes: str = "",
    redoes: str = "",
) -> Fact:
    body = {"visit": visit.id, **_told(op), "undoes": undoes, "redoes": redoes}
    if undo is not None:
        body["undo"] = _told(undo)
    return writing.append("answer", body, area=area_of(visit.township, visit.village), parents=[visit.id, *known])


def _told(op: Op) -> dict[str, Any]:
    return asdict(op) | {"also": [list(pair) for pair in op.also]}
