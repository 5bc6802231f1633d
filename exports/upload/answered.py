"""One submission (一份答卷) read into people with their diseases and treatments, by a form's plan."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from casebook.store.blanking import ERASED
from exports.formats.fields import Part, upload_fields
from exports.upload.form_plan import FormPlan, Scope
from exports.upload.record import DiseasePart, Value, Values
from survey_forms.submissions.xml_in import ReadValues

_NUMBERS = re.compile(r"\[\d+\]")
_PARTS: dict[str, Part] = {name: one.part for name, one in upload_fields().items()}


@dataclass(slots=True)
class AnsweredPerson:
    """One person of a submission. `person` is the id in the lists, '' for somebody added at the door; `number` counts
    the people of the form from 1, those left blank too; `treatments` are those of which nobody says the disease."""

    person: str
    number: int
    values: dict[str, Value]
    diseases: tuple[DiseasePart, ...] = ()
    treatments: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a household answered: what holds for everyone, and each person."""

    household: Values
    people: tuple[AnsweredPerson, ...]


@dataclass(slots=True)
class _Instance:
    """An instance of a repeat that matters, or the form itself, with what stands directly in it."""

    scope: Scope
    values: dict[str, Value] = field(default_factory=dict)
    person: str = ""
    within: list[_Instance] = field(default_factory=list)

    def of_part(self, part: Part) -> dict[str, Value]:
        return {name: value for name, value in self.values.items() if _PARTS[name] == part}


class Reading:
    """Submissions of one form; paths are looked up once."""

    def __init__(self, plan: FormPlan) -> None:
        self._plan = plan
        self._repeats: dict[str, str] = {}

    def read(self, read: ReadValues) -> Answered:
        """The people in form order; instances without any answer about a person, or of one who was erased, are left
        out."""
        top = _Instance(self._plan.scopes[""])
        found: dict[str, _Instance | None] = {"": top}
        for ref in read.instances:
            scope = self._plan.scopes.get(self._repeat(ref))
            found[ref] = one = _Instance(scope) if scope is not None else None
            if one is not None:
                _around(found, ref).within.append(one)
        for ref, text in read.values:
            cut = ref.rfind("]") + 1
            instance = ref[:cut]
            path = self._repeat(instance) + ref[cut:]
            asked = self._plan.asked.get(path)
            if asked is not None:
                value = asked.value(text)
                if value.text:
                    _nearest(found, instance, asked.field.part).values.setdefault(asked.field.name, value)
            elif path in self._plan.person_ids:
                _nearest(found, instance).person = text.strip()
        return _answered(top)

    def _repeat(self, instance: str) -> str:
        """The generic path of an instance."""
        known = self._repeats.get(instance)
        if known is None:
            known = self._repeats[instance] = _NUMBERS.sub("", instance)
        return known


def _around(found: Mapping[str, _Instance | None], ref: str) -> _Instance:
    """The nearest instance that matters around an instance."""
    return _nearest(found, ref[: ref.rfind("]", 0, -1) + 1])


def _nearest(found: Mapping[str, _Instance | None], ref: str, part: Part = "treatment") -> _Instance:
    """The instance that a value of this part belongs to: what is told of a person beside a disease is the person's."""
    one = found.get(ref)
    while one is None or (not part and one.scope in ("disease", "treatment")):
        ref = ref[: ref.rfind("]", 0, -1) + 1]
        one = found.get(ref)
    return one


def _answered(top: _Instance) -> Answered:
    if top.scope == "person":
        return Answered({}, tuple(_people([top])))
    return Answered(top.of_part(""), tuple(_people(one for one in top.within if one.scope == "person")))


def _people(instances: Iterable[_Instance]) -> Iterable[AnsweredPerson]:
    for number, one in enumerate(instances, 1):
        values = one.of_part("")
        name = values.get("person.name")
        if (values or one.person) and (name is None or name.text != ERASED):
            diseases, treatments = _parts(one)
            yield AnsweredPerson(one.person, number, values, diseases, treatments)


def _parts(person: _Instance) -> tuple[tuple[DiseasePart, ...], tuple[Values, ...]]:
    """A person's diseases with their treatments, and the treatments that belong to none of several diseases.

    What is asked of diseases once a person holds for each of them, or is the one disease."""
    common = person.of_part("disease")
    diseases = [one for one in person.within if one.scope == "disease" and (one.values or _filled(one.within))]
    values = [common | one.of_part("disease") for one in diseases] or ([common] if common else [])
    treated: defaultdict[int, list[Values]] = defaultdict(list)
    for place, one in enumerate(diseases):
        own = one.of_part("treatment")
        treated[place] += ([own] if own else []) + [_of_treatment(of.values) for of in _filled(one.within)]
    loose: list[Values] = []
    own = person.of_part("treatment")
    for told in ([own] if own else []) + [one.values for one in _filled(person.within)]:
        its = _disease_of(told, values)
        (loose if its is None else treated[its]).append(_of_treatment(told))
    parts = tuple(DiseasePart(one, in_order(treated[place])) for place, one in enumerate(values))
    return parts, in_order(loose)


def _filled(instances: Iterable[_Instance]) -> list[_Instance]:
    return [one for one in instances if one.scope == "treatment" and one.values]


def _of_treatment(values: Values) -> Values:
    return {name: value for name, value in values.items() if _PARTS[name] != "disease"}


def _disease_of(treatment: Values, diseases: Sequence[Values]) -> int | None:
    """Which disease a treatment was for: the only one, else that whose code or name it says."""
    if len(diseases) == 1:
        return 0
    for name in ("disease.code", "disease.name"):
        if (told := treatment.get(name)) is not None:
            same = [place for place, one in enumerate(diseases) if (of := one.get(name)) and of.text == told.text]
            if len(same) == 1:
                return same[0]
    return None


def in_order(treatments: Iterable[Values]) -> tuple[Values, ...]:
    """The earliest first; those without a date before all others."""
    return tuple(sorted(treatments, key=lambda one: one["treatment.date"].text if "treatment.date" in one else ""))
