"""What two machines entered differently into one visit (冲突), in the words of the form: both answers, by whom."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.language import N_, _
from casebook.store.casebook import Casebook
from casebook.store.devices import device_of
from casebook.store.facts import Fact, fact_by_id
from casebook.store.sqlite import Connection
from survey_forms.form.definition import FormDefinition
from survey_forms.visits.concurrent import Sort
from survey_forms.visits.form_words import choices_of, form_language, plain_words, question_title
from survey_forms.visits.phone_values import generic
from survey_forms.visits.visit_view import visit_fact

_CHANGES = {
    "add": N_("加了一份"),
    "remove": N_("去掉了一份"),
    "put": N_("放回了一份"),
    "remark": N_("备注"),
    "reason": N_("理由"),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """One of the answers: in words, by whom, on which device, when (ISO UTC)."""

    text: str
    author: str
    device: str
    wall: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question, or a repeat whose people or diseases changed on both machines; `number` is the question's code.
    `answers` are oldest first."""

    sort: Sort
    ref: str
    number: str
    label: str
    answers: tuple[Answered, ...]

    @property
    def words(self) -> str:
        """`张伟答「1」；陈静答「2」`, and for what was not handed in that it was not."""
        told = _("；").join(
            _("{author}（{device}）：{text}").format(author=one.author, device=one.device, text=one.text or _("（空）"))
            for one in self.answers
        )
        return _(_SORTS[self.sort]).format(answers=told)


_SORTS: Mapping[Sort, str] = {
    "values": N_("两台电脑答的不一样：{answers}"),
    "instances": N_("两台电脑同时增减了这一组，请逐份核对：{answers}"),
    "unsubmitted": N_("上交时没有算进去：{answers}"),
}


def conflicts(book: Casebook, visit: str) -> list[Conflict]:
    """Everything in conflict in a visit, by the order of refs; nothing for one without. Raises LookupError where the
    visit's body is not on this machine, RuhuError where its form can't be read."""
    from survey_forms.stored_forms import definition_of

    with book.reading() as connection:
        rows = connection.execute(
            "SELECT sort, ref, facts FROM visit_clash WHERE visit = ? ORDER BY ref, sort", (visit,)
        ).fetchall()
        if not rows:
            return []
        definition = definition_of(book, visit_fact(connection, visit)["form"])
        return [_conflict(connection, definition, sort, ref, json.loads(facts)) for sort, ref, facts in rows]


def _conflict(
    connection: Connection, definition: FormDefinition, sort: Sort, ref: str, facts: Sequence[str]
) -> Conflict:
    path = generic(ref)
    question, repeat = definition.questions.get(path), definition.repeats.get(path)
    if question is not None:
        number, label = question.code, question_title(definition, question)
    else:
        number = ""
        label = plain_words(definition, repeat.label, form_language(definition)) if repeat is not None else ref
    answers = [
        _answered(connection, definition, ref, fact)
        for identity in facts
        if (fact := fact_by_id(connection, identity)) is not None and fact.body is not None
    ]
    return Conflict(sort, ref, number, label or path.rpartition("/")[2], tuple(answers))


def _answered(connection: Connection, definition: FormDefinition, ref: str, fact: Fact) -> Answered:
    envelope = fact.envelope
    device = device_of(connection, envelope.device)
    named = device.name if device is not None and device.name else envelope.device[:8]
    return Answered(_text(definition, ref, fact.body or {}), envelope.author, named, envelope.wall)


def _text(definition: FormDefinition, ref: str, body: Mapping[str, Any]) -> str:
    """What an operation did, in words."""
    op, value, of = body["op"], body["value"], body["ref"]
    if op in ("add", "remove", "put"):
        return _(_CHANGES[op])
    if of != ref:
        value = dict(body["also"]).get(ref, value)
    question = definition.questions.get(generic(ref if of == ref or ref in dict(body["also"]) else of))
    if op in _CHANGES:
        return _("{what}「{text}」").format(what=_(_CHANGES[op]), text=value)
    if question is None or not question.chooses:
        return str(value)
    words = dict(choices_of(definition, question))
    chosen = value.split() if question.several else [value]
    return _("、").join(words.get(one) or one for one in chosen if one)
