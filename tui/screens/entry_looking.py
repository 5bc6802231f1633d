"""Takes from a visit being filled in what the screen shows of it now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casebook.language import _
from tui.screens.entry_codes import codes_of
from tui.screens.entry_flow import Stop
from tui.screens.entry_grid import GridView, grid_view
from tui.screens.entry_marks import is_note
from tui.screens.entry_names import around, part_title, question_title, short_title
from tui.screens.entry_outline import outline_rows
from tui.screens.entry_session import Session, saved_at, why_locked
from tui.screens.entry_view import Check, ChoiceView, Follower, QuestionView, View
from tui.widgets.glyphs import narrow
from tui.widgets.markup import plain

if TYPE_CHECKING:
    from survey_forms.filling.changes import Entry, WhyPart
    from survey_forms.form.definition import FormDefinition, Question

_BEFORE = 8  # answered questions of the same part that are shown


def view_of(session: Session, room: int) -> View:
    """All that is shown, the outline in `room` lines."""
    marks, here, interview = session.marks, session.here, session.interview
    section = marks.section(here.place) if here is not None else None
    tops = [place for place, above in enumerate(marks.above) if above < 0 and marks.entries[place].kind != "question"]
    return View(
        question=question_view(session, here) if here is not None else None,
        outline=outline_rows(session, room),
        part=tops.index(section) + 1 if section is not None else 0,
        part_count=marks.count(section if section is not None else -1),
        count=marks.count(),
        steps=interview.undo_steps,
        saved=saved_at(interview.saved),
        locked=why_locked(interview),
        checked=session.checked,
        grid=grid_of(session),
    )


def grid_of(session: Session) -> GridView | None:
    if session.grid is None or session.here is None:
        return None
    return grid_view(session.filling, session.flow, session.grid, session.here)


def question_view(session: Session, stop: Stop) -> QuestionView:
    filling, marks = session.filling, session.marks
    entry = marks.entries[stop.place]
    if stop.add:
        title = part_title(filling, marks, stop.place)
        said = _("{title}有 {count} 份，再加一份？").format(title=title, count=filling.count(stop.ref))
        return QuestionView(stop.ref, "add", around=around(filling, marks, stop.place), text=said)
    question = entry.question
    assert question is not None
    ref, mark = stop.ref, marks.marks[stop.place]
    value = filling.value(ref)
    choices = choice_views(session, entry)
    return QuestionView(
        ref=ref,
        kind=question.kind,
        number=entry.number,
        title=short_title(entry),
        around=around(filling, marks, stop.place),
        text=filling.label(ref) or question_title(filling, marks, stop.place),
        hint=filling.hint(ref),
        guidance=filling.guidance(ref),
        value=value,
        shown=filling.shown(ref),
        field=field_text(question.kind, value),
        required=filling.required(ref),
        note=is_note(filling, entry),
        mark=mark,
        trouble=trouble_of(session, ref),
        stopped=session.stopped,
        reason=session.interview.reasons.get(ref, ""),
        sent_back=session.sent_back.get(ref, ""),
        remark=session.interview.remarks.get(ref, ""),
        last=last_of(session, ref, question, choices),
        choices=choices,
        unknown=special(question, question.unknown, choices),
        refused=special(question, question.refused, choices),
        unknown_value=question.unknown,
        refused_value=question.refused,
        exclusive=tuple(question.extra.get("exclusive", "").split()),
        range=range_text(question),
        checks=checks_of(session, ref),
        followers=followers_of(session, stop),
        before=answered_before(session, stop),
    )


def choice_views(session: Session, entry: Entry) -> tuple[ChoiceView, ...]:
    """The choices of a question with their codes; () for one that has none."""
    if entry.question is None or not entry.question.chooses:
        return ()
    choices = session.filling.choices(entry.ref)
    if choices is not session.listed[0]:  # the lists of thousands that no answer changes are always the same object
        codes = codes_of([choice.value for choice in choices])
        coded = zip(choices, codes, strict=True)
        views = (ChoiceView(choice.value, choice.label, code, choice.alias) for choice, code in coded)
        session.listed = (choices, tuple(views))
    return session.listed[1]


def field_text(kind: str, value: str) -> str:
    """A stored value as the text field has it: times to the minute, without their zone."""
    if kind == "time":
        return value[:5]
    if kind == "datetime":
        return value[:16].replace("T", " ")
    return value


def trouble_of(session: Session, ref: str) -> str:
    """What is wrong with a value, or what a soft check says of it, in the form's words."""
    problem = session.filling.problem(ref)
    if problem is None:
        return session.filling.warning(ref)
    if problem.kind == "required":
        return problem.message or _("这题必答")
    return problem.message or (_("这个答案不合要求") if problem.kind == "constraint" else _("填的不是这一类的值"))


def last_of(
    session: Session, ref: str, question: Question, choices: tuple[ChoiceView, ...]
) -> tuple[str, str] | None:
    """The answer of last time in words, and where it stands."""
    last = session.interview.last_answer(ref)
    if last is None:
        return None
    names = {choice.value: plain(choice.label) for choice in choices}
    values = last.text.split() if question.several else [last.text]
    return _("、").join(names.get(value, value) for value in values), str(last.where)


def special(question: Question, value: str, choices: tuple[ChoiceView, ...]) -> str:
    """The answer 不知道 or 拒答 of a question as the screen names it, '' where it has none."""
    return next((choice.label for choice in choices if choice.value == value), value) if value else ""


def range_text(question: Question) -> str:
    if question.range is None:
        return ""
    start, end, _step = question.range
    return _("{start} 到 {end}").format(start=start, end=end)


def checks_of(session: Session, ref: str) -> tuple[Check, ...]:
    """The checks of this question, in the form's own words where it has some; else with the values they look at."""
    found: list[Check] = []
    for part in session.filling.why(ref).parts:
        if part.attribute == "constraint" or (part.attribute == "warning" and (part.result or not part.message)):
            check = check_of(part)
            found.append(replace(check, said=plain(part.message), values=()) if part.message else check)
    return tuple(found)


def check_of(part: WhyPart) -> Check:
    values = tuple((plain(label), value) for label, _ref, value in part.values)
    always = part.expression.strip() == "true()"
    return Check(part.attribute, _("总是") if always else narrow(plain(part.text)), part.result, values)


def followers_of(session: Session, stop: Stop) -> tuple[Follower, ...]:
    """The questions of the same or a nested instance that are asked or not by this answer."""
    marks = session.marks
    paths = deciding(session.interview.definition).get(marks.entries[stop.place].path, ())
    if not paths:
        return ()
    instance = marks.above[stop.place]
    while instance >= 0 and marks.entries[instance].kind != "instance":
        instance = marks.above[instance]
    begin, end = (instance, marks.ends[instance]) if instance >= 0 else (0, len(marks.entries))
    found: dict[str, Follower] = {}
    for place in range(begin, end):
        entry = marks.entries[place]
        if entry.path in paths and entry.path not in found and entry.kind != "instance":
            title = question_title(session.filling, marks, place)
            found[entry.path] = Follower(entry.number, title, marks.asked[place])
    return tuple(found.values())


_DECIDING: dict[int, tuple[object, dict[str, frozenset[str]]]] = {}


def deciding(definition: FormDefinition) -> dict[str, frozenset[str]]:
    """For each path the paths whose being asked depends on it; the last form's are kept."""
    kept = _DECIDING.get(id(definition))
    if kept is not None and kept[0] is definition:
        return kept[1]
    graph = definition.graph
    found = {
        path: frozenset(graph.rules[read.rule].path for read in reads if graph.rules[read.rule].attribute == "relevant")
        for path, reads in graph.readers.items()
    }
    _DECIDING.clear()
    _DECIDING[id(definition)] = (definition, found)
    return found


def answered_before(session: Session, stop: Stop) -> tuple[tuple[str, str, str], ...]:
    """The last answered questions of the same part before this one, the nearest first."""
    marks, above = session.marks, session.marks.above[stop.place]
    found: list[tuple[str, str, str]] = []
    for place in range(stop.place - 1, above, -1):
        if len(found) == _BEFORE:
            break
        if marks.above[place] == above and marks.marks[place] in ("done", "warn", "wrong"):
            entry = marks.entries[place]
            title = question_title(session.filling, marks, place)
            found.append((entry.number, title, session.filling.shown(entry.ref)))
    return tuple(found)
