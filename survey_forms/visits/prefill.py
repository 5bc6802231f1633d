"""What is filled in before the visit (预填): the form's questions that say what they are (`ruhu:field`), out of the
lists. A repeat that holds `person.id` is filled once a person, one with `suspected.*` once a known disease of that
person, one with `ask.id` once an ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from casebook.errors import RuhuError
from casebook.people.asks import Ask
from casebook.tables.fields import known_fields
from survey_forms.form.definition import FormDefinition, Question
from survey_forms.typed import stored_text
from survey_forms.visits.choice_codes import ChoiceCodes
from survey_forms.visits.households import Household, Member
from survey_forms.visits.known_diseases import Disease

_HOUSEHOLD_FIELDS = {"type": "household_class", "planning": "family_planning"}
_PERSON_FIELDS = {"insurance": "medical_insurance", "record": "health_record", "lifted": "poverty_status"}
"""What a list calls the part of `ruhu:field` behind the point, where it is another word."""

_NOT_BEFORE = frozenset(("outcome", "status"))
"""What only the visit can tell."""

Prefill = list[tuple[str, str]]
_Told = Callable[[str], str]


class Prefiller:
    """A form's questions to fill in, for many households."""

    def __init__(self, definition: FormDefinition) -> None:
        self._definition = definition
        self._today = date.today()
        self._codes: dict[str, ChoiceCodes] = {}
        self._kept: dict[tuple[str, str], str] = {}
        self._fields: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """Path and field of the questions directly in each repeat; '' for those in none."""
        for bind in definition.binds.values():
            if (field := bind.extra.get("field", "")) and bind.calculate is None:
                self._fields[self._repeat_of(bind.path)].append((bind.path, field))

    def prefill(self, household: Household) -> Prefill:
        """(ref, text as stored) in form order, repeat by repeat."""
        found = list(self._fill("", "", partial(_of_household, household)))
        for repeat, fields in self._fields.items():
            named = {field for _path, field in fields}
            if repeat and "person.id" in named and not self._repeat_of(repeat):
                found += self._people(repeat, household)
            elif repeat and "ask.id" in named and not self._repeat_of(repeat):
                found += self._asks(repeat, "", household.asks, household)
        return found

    def _people(self, repeat: str, household: Household) -> Iterator[tuple[str, str]]:
        inner = [one for one in self._fields if one and self._repeat_of(one) == repeat]
        for number, member in enumerate(household.members, 1):
            instance = f"{repeat}[{number}]"
            yield from self._fill(repeat, instance, partial(_of_person, member))
            for within in inner:
                named = {field for _path, field in self._fields[within]}
                if "ask.id" in named:
                    asks = [ask for ask in household.asks if any(who in member.ids for _side, who in ask.people)]
                    yield from self._asks(within, instance + within[len(repeat) :], asks, household)
                elif named & {"suspected.code", "suspected.name"}:
                    for place, disease in enumerate(member.diseases, 1):
                        where = f"{instance}{within[len(repeat) :]}[{place}]"
                        yield from self._fill(within, where, partial(_of_disease, disease))

    def _asks(
        self, repeat: str, ref: str, asks: Sequence[Ask], household: Household
    ) -> Iterator[tuple[str, str]]:
        for number, ask in enumerate(asks, 1):
            instance = f"{ref or repeat}[{number}]"
            yield from self._fill(repeat, instance, partial(_of_ask, ask, household))

    def _fill(self, repeat: str, instance: str, told: _Told) -> Iterator[tuple[str, str]]:
        """The questions directly in a repeat, of one instance; what can't be stored is left to the visit."""
        for path, field in self._fields[repeat]:
            if (text := told(field)) and (stored := self._stored(path, field, text)):
                yield instance + path[len(repeat) :], stored

    def _stored(self, path: str, field: str, text: str) -> str:
        question = self._definition.questions.get(path)
        if question is not None and question.chooses:
            return self._code(question, field, text)
        try:
            return stored_text(question.kind if question is not None else "text", text, self._today)
        except RuhuError:
            return ""

    def _code(self, question: Question, field: str, text: str) -> str:
        """Kept: a county writes few texts here, and looking one up goes through every choice."""
        key = (question.path, text)
        if key not in self._kept:
            self._kept[key] = self._codes_of(question, field).code(text)
        return self._kept[key]

    def _codes_of(self, question: Question, field: str) -> ChoiceCodes:
        if question.path not in self._codes:
            of_what, _point, name = field.partition(".")
            names = _HOUSEHOLD_FIELDS if of_what == "household" else _PERSON_FIELDS
            self._codes[question.path] = ChoiceCodes(self._definition, question, names.get(name, name))
        return self._codes[question.path]

    def _repeat_of(self, path: str) -> str:
        """The nearest repeat around a path, '' for none."""
        above = path.rpartition("/")[0]
        while above and above not in self._definition.repeats:
            above = above.rpartition("/")[0]
        return above


def _of_household(household: Household, field: str) -> str:
    of_what, _point, name = field.partition(".")
    if field == "visit.asks":
        return str(len(household.asks))
    if of_what != "household":
        return ""
    told = {
        "listed": "1",
        "code": household.code,
        "township": household.township,
        "village": household.village,
        "head": household.head_name,
        "size": household.size,
    }
    if name in told:
        return told[name]
    members = (household.head, *household.members)
    column = _HOUSEHOLD_FIELDS.get(name, name)
    return next((text for member in members if (text := member.told(column))), "")


def _of_person(member: Member, field: str) -> str:
    of_what, _point, name = field.partition(".")
    if of_what != "person" or name in _NOT_BEFORE:
        return ""
    if name == "id":
        return member.person
    return member.told(_PERSON_FIELDS.get(name, name))


def _of_disease(disease: Disease, field: str) -> str:
    told = {
        "suspected.code": disease.code,
        "suspected.name": disease.name,
        "suspected.class": disease.kind,
        "suspected.date": disease.date,
    }
    return told.get(field, "")


def _of_ask(ask: Ask, household: Household, field: str) -> str:
    told = {
        "ask.id": ask.id,
        "ask.person": ask.name or household.head_name,
        "ask.about": known_fields().titles.get(ask.field, ask.field),
        "ask.roster": ask.roster,
        "ask.registry": ask.registry,
        "ask.question": str(ask.question),
    }
    return told.get(field, "")
