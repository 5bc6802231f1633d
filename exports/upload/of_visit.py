"""The people of one passed visit (一户的上报材料)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from exports.formats.fields import upload_fields
from exports.upload.answered import Answered, AnsweredPerson, Reading
from exports.upload.decided import Rulings
from exports.upload.form_plan import FormPlan
from exports.upload.listed import Lists, ListValues, of_household
from exports.upload.person import FIELDS_OF, Both, Decided, diseases_of, is_head, laid_together, same
from exports.upload.record import Record, Value, Values
from survey_forms.form.definition import FormDefinition
from survey_forms.submissions.xml_in import values_of
from survey_forms.visits.visit_list import VisitRow

_HERE = "有此人"
_COUNTY = Value("1", ("县",), "account")
"""单位 of who reviews in the county (1县2乡3村)."""


@dataclass(frozen=True, slots=True)
class PassedVisit:
    """A visit with the submission that was passed: its clock, its XML; `reviewer` passed it in the county."""

    row: VisitRow
    clock: int
    xml: str
    reviewer: str


class OfForm:
    """Visits of one form."""

    def __init__(self, definition: FormDefinition, plan: FormPlan, lists: Lists, rulings: Rulings) -> None:
        self.plan = plan
        self._definition, self._lists, self._rulings = definition, lists, rulings
        self._reading = Reading(plan)
        self._told = ListValues(plan)
        here = next((code for code, name in plan.choices.get("person.status", ()) if name == _HERE), "")
        self._here = Value(here, (_HERE,)) if here else None

    def people(self, visit: PassedVisit) -> tuple[Record, ...]:
        """Everyone whom the visit tells of, in form order. Raises RuhuError for what is no XML."""
        answered = self._reading.read(values_of(visit.xml, self._definition))
        home = self._lists.household(one.person for one in answered.people if one.person)
        of_home = self._told.of_home(home) if home is not None else {}
        pairs = [self._lists.people(one.person) for one in answered.people]
        decided = [self._rulings.of(one) for one in pairs]
        common = _of_household(decided)
        made = []
        taken: set[str] = set()
        for one, people, own in zip(answered.people, pairs, decided, strict=True):
            key = one.person if one.person and one.person not in taken else f"{visit.row.id}:{one.number}"
            taken.add(key)
            made.append(self._record(visit, answered, one, key, people, of_home, {**own, **common}))
        return _with_head(made)

    def _record(
        self,
        visit: PassedVisit,
        answered: Answered,
        one: AnsweredPerson,
        key: str,
        people: tuple[tuple[str, str], ...],
        of_home: Both,
        decided: Decided,
    ) -> Record:
        member = self._lists.member(one.person)
        listed = {**of_home, **(self._told.of_member(member) if member is not None else {})}
        told = {**answered.household, **one.values}
        if self._here is not None and not one.person:
            told.setdefault("person.status", self._here)  # whom the visitors added, they met
        values = laid_together(told, listed, decided, visit.clock, self._told, self.plan.fields)
        if member is not None and "id_number" in decided:
            follows = self._told.by_number_alone(member, values.get("person.id_number"))
            values |= {name: value for name, value in follows.items() if name not in told}
        _add_age(values)
        if visit.reviewer:
            values["signer.reviewer"] = Value(visit.reviewer, origin="account")
            values["signer.reviewer_unit"] = _COUNTY
        row, name = visit.row, values.get("person.name")
        known = self._told.known_diseases(member) if member is not None else ()
        return Record(
            key=key,
            person=one.person,
            people=people,
            visit=row.id,
            submission=row.submission,
            township=row.township,
            village=row.village,
            household=row.household,
            name=name.text if name is not None else "",
            values=values,
            diseases=diseases_of(one, values, known),
            treatments=one.treatments,
        )


def _of_household(decided: Sequence[Decided]) -> dict[str, tuple[str, int]]:
    """What was decided of any member and holds for all: the size, the code, the village; the latest of several."""
    found: dict[str, tuple[str, int]] = {}
    for one in decided:
        for column, (text, clock) in one.items():
            common = any(of_household(field.name) for field in FIELDS_OF.get(column, ()))
            if common and (column not in found or found[column][1] < clock):
                found[column] = text, clock
    return found


def _with_head(people: Sequence[Record]) -> tuple[Record, ...]:
    """The head's number on everyone; and the head's name as it came to be, where it was corrected or decided and the
    household's own line has the list's."""
    heads = [one for one in people if is_head(one.values)]
    if len(heads) != 1:
        return tuple(people)
    name, number = heads[0].values.get("person.name"), heads[0].values.get("person.id_number")
    return tuple(replace(one, values=_of_head(one.values, name, number)) for one in people)


def _of_head(values: Values, name: Value | None, number: Value | None) -> Values:
    field, told = upload_fields()["household.head"], values.get("household.head")
    added: dict[str, Value] = {}
    if number is not None and "household.head_id_number" not in values:
        added["household.head_id_number"] = number
    if name is not None and (told is None or not same(field, told, name)):
        added["household.head"] = name
    return {**values, **added} if added else values


def _add_age(values: dict[str, Value]) -> None:
    """The age on the day of the visit, where the form does not work it out."""
    birth, day = values.get("person.birth_date"), values.get("visit.date")
    if birth is None or day is None or "person.age" in values:
        return
    try:
        born, now = date.fromisoformat(birth.text), date.fromisoformat(day.text)
    except ValueError:
        return
    years = now.year - born.year - ((now.month, now.day) < (born.month, born.day))
    if years >= 0:
        values["person.age"] = Value(str(years), origin=birth.origin)
