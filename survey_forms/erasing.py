"""What visits say of a person: what they were planned with, every answer, what was handed in, why it was returned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.blanking import below, elements, plain_ref
from casebook.store.facts import Fact, facts
from casebook.store.spots import Spot, mentioned
from casebook.store.sqlite import Connection
from casebook.store.who import Who
from survey_forms.form.definition import FormDefinition

_POSITION = re.compile(r"\[\d+\]")
_LAST = re.compile(r"(.*)\[(\d+)\]")
_XML = ("xml", "received")
_KNOWN_BY = (
    "person.name", "person.id_number", "person.code", "person.phone", "person.disability_number", "person.social_number"
)  # fmt: skip
_OF_ASK = ("value", "document", "note")


def spots(connection: Connection, who: Who) -> Iterator[Spot]:
    """In every visit that this person was planned into, withdrawn ones too."""
    asks = _asks(connection, who)
    for visit in list(facts(connection, "e.kind = 'visit'")):
        if visit.body is not None and who.ids & {one["person"] for one in visit.body["people"]}:
            yield from _of_visit(connection, visit, _Reading(_form(connection, visit.body["form"]), who, asks))


def _of_visit(connection: Connection, visit: Fact, reading: _Reading) -> Iterator[Spot]:
    body, who = visit.body or {}, reading.who
    at = Spot(visit.id, title=_("入户"))
    for place, one in enumerate(body["people"]):
        if one["person"] in who.ids:
            yield replace(at, path=("people", place, "name"), how="name", value=one["name"], named=True)
    head = mentioned(replace(at, path=("household", "head"), value=body["household"]["head"]), who.words, who.names)
    if head is not None:
        yield head
    members = _Members(reading)
    members.take(body["prefill"])
    yield from reading.of_entries(replace(at, path=("prefill",)), body["prefill"], members.mine())
    later = list(
        facts(
            connection,
            "e.kind IN ('answer', 'submission', 'review') AND EXISTS "
            "(SELECT 1 FROM json_each(e.parents) WHERE value = ?)",
            (visit.id,),
        )
    )
    for fact in sorted(later, key=lambda one: (one.envelope.clock, one.id)):
        if fact.body is None:
            continue
        if fact.kind == "answer":
            yield from _of_answer(fact, fact.body, reading, members)
        elif fact.kind == "submission":
            yield from _of_submission(fact, fact.body, reading)
        else:
            said = Spot(fact.id, ("reason",), title=_("审核意见"), value=fact.body.get("reason", ""))
            if (found := mentioned(said, who.words, who.names)) is not None:
                yield found


def _of_answer(fact: Fact, body: Any, reading: _Reading, members: _Members) -> Iterator[Spot]:
    """`also` and `undo` hold values of other questions too: what was set along, what stood there before."""
    mine = members.mine()
    members.follow(body)
    mine |= members.mine()
    at = Spot(fact.id, title=_("填答"))
    for path, told in (((), body), (("undo",), body.get("undo") or {})):
        ref, value = told.get("ref", ""), told.get("value", "")
        yield from reading.of_entry(replace(at, path=(*path, "value")), ref, value, mine)
        yield from reading.of_entries(replace(at, path=(*path, "also")), told.get("also", ()), mine)


def _of_submission(fact: Fact, body: Any, reading: _Reading) -> Iterator[Spot]:
    who, mine = reading.who, set[str]()
    at = Spot(fact.id, title=_("上交"))
    for name in _XML:
        if body.get(name):
            inside = reading.instances_in(body[name])
            mine |= inside
            yield from reading.of_xml(replace(at, path=(name,), value=body[name]), inside)
    for name in ("reasons", "remarks"):
        yield from reading.of_entries(replace(at, path=(name,)), body.get(name, ()), mine)
    for place, one in enumerate(body["asks"]):
        for name in _OF_ASK if one["ask"] in reading.asks else ():
            yield replace(at, path=("asks", place, name), value=one[name], title=_("上交：待问的答复"))
    for place, one in enumerate(body["outcome"]["people"]):
        for name in ("status", "outcome") if one["person"] in who.ids else ():
            yield replace(at, path=("outcome", "people", place, name), value=one[name], title=_("上交：人员状态"))


def _asks(connection: Connection, who: Who) -> frozenset[str]:
    """The asks about this person: their ids are their decisions'."""
    marks = ", ".join("?" * len(who.ids))
    rows = connection.execute(f"SELECT ask FROM ask_person WHERE person IN ({marks})", sorted(who.ids))
    return frozenset(ask for (ask,) in rows)


def _form(connection: Connection, form: str) -> FormDefinition | None:
    from survey_forms.stored_forms import definition_in

    try:
        return definition_in(connection, form)
    except RuhuError:  # not on this machine: what was told of it is found by name and number
        return None


def generic(ref: str) -> str:
    """A ref without the positions of its instances."""
    return _POSITION.sub("", ref)


@dataclass(frozen=True)
class _Reading:
    """A form as far as it tells whose an answer is."""

    form: FormDefinition | None
    who: Who
    asks: frozenset[str]
    titles: dict[str, str] = field(default_factory=dict)

    @cached_property
    def marks(self) -> dict[str, str]:
        """The repeat around each question that says whose the instance is: a person's id or an ask's."""
        found = {}
        for name in ("person.id", "ask.id"):
            for path in self._paths(name):
                found[path] = self.repeat_of(path)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(path for name in ("person.name", "ask.person") for path in self._paths(name))

    @cached_property
    def known_by(self) -> frozenset[str]:
        return frozenset(path for name in _KNOWN_BY for path in self._paths(name))

    def _paths(self, field: str) -> Sequence[str]:
        return self.form.fields.get(field, ()) if self.form is not None else ()

    def repeat_of(self, path: str) -> str:
        """The nearest repeat around a path, '' for none."""
        around = [one for one in (self.form.repeats if self.form is not None else ()) if path.startswith(f"{one}/")]
        return max(around, key=len, default="")

    def is_theirs(self, value: str) -> bool:
        return value in self.who.ids or value in self.asks

    def instance(self, ref: str, path: str) -> str:
        """The instance of the repeat around a mark: as many steps of the ref as the repeat's path has."""
        steps = self.marks[path].count("/") + 1
        return plain_ref("/".join(ref.split("/")[:steps])) if self.marks[path] else ""

    def of_entries(self, at: Spot, entries: Iterable[Sequence[str]], mine: set[str]) -> Iterator[Spot]:
        for place, (ref, value) in enumerate(entries):
            yield from self.of_entry(replace(at, path=(*at.path, place, 1)), ref, value, mine)

    def of_entry(self, at: Spot, ref: str, value: str, mine: set[str]) -> Iterator[Spot]:
        """One question's value: all of it in an instance of theirs, but what says whose it is and how many instances
        there are; elsewhere as far as it mentions them."""
        path = generic(ref)
        if not value or path in self.marks or (self.form is not None and path in self.form.repeats):
            return
        spot = replace(at, value=value, title=self._title(at.title, path), shown=self._shown(path, value))
        if any(below(plain_ref(ref), one) for one in mine):
            named = path in self.names
            yield replace(spot, how="name" if named else "blank", named=named, known_by=path in self.known_by)
        elif (found := mentioned(spot, self.who.words, self.who.names)) is not None:
            yield found

    def instances_in(self, xml: str) -> set[str]:
        return {
            self.instance(one.ref, generic(one.ref))
            for one in elements(xml)
            if generic(one.ref) in self.marks and self.is_theirs(one.text)
        } - {""}

    def of_xml(self, at: Spot, mine: set[str]) -> Iterator[Spot]:
        for element in elements(at.value):
            if element.text.strip():
                spot = replace(at, ref=element.ref)
                yield from self.of_entry(spot, element.ref, element.text, mine)

    def _title(self, before: str, path: str) -> str:
        if path not in self.titles:
            self.titles[path] = self._label(path) or path.rpartition("/")[2]
        return _("{what}：{question}").format(what=before, question=self.titles[path])

    def _label(self, path: str) -> str:
        from survey_forms.visits.form_words import form_language, plain_words

        question = self.form.questions.get(path) if self.form is not None else None
        if self.form is None or question is None:
            return ""
        return plain_words(self.form, question.label, form_language(self.form))

    def _shown(self, path: str, value: str) -> str:
        """The labels of chosen codes."""
        from survey_forms.visits.form_words import choices_of

        question = self.form.questions.get(path) if self.form is not None else None
        if self.form is None or question is None or not question.chooses:
            return ""
        labels = dict(choices_of(self.form, question))
        return _("、").join(labels.get(code, code) for code in value.split())


class _Members:
    """Whose each instance is, as the answers of a visit came one after the other."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading
        self._of: dict[str, str] = {}

    def mine(self) -> set[str]:
        return {instance for instance, value in self._of.items() if self._reading.is_theirs(value)}

    def take(self, entries: Iterable[Sequence[str]]) -> None:
        for ref, value in entries:
            path = generic(ref)
            if path in self._reading.marks and (instance := self._reading.instance(ref, path)):
                self._of[instance] = value

    def follow(self, body: Any) -> None:
        """One answer: an instance taken out or put back moves those behind it."""
        if body["op"] in ("remove", "put"):
            self._move(body["ref"], -1 if body["op"] == "remove" else 1)
        self.take(body["also"])
        self.take([(body["ref"], body["value"])])

    def _move(self, ref: str, by: int) -> None:
        match = _LAST.fullmatch(ref)
        if match is None:
            return
        repeat, position = plain_ref(match[1]), int(match[2])
        moved = {}
        for instance, value in self._of.items():
            found = re.fullmatch(re.escape(repeat) + r"(?:\[(\d+)\])?(/.*)?", instance)
            at = int(found[1] or 1) if found else 0
            if found is None or at < position:
                moved[instance] = value
            elif not (by < 0 and at == position):
                moved[plain_ref(f"{repeat}[{at + by}]{found[2] or ''}")] = value
        self._of = moved
