"""What a form asks for an upload (调查表里的上报字段): read once a form, by `ruhu:field`: a county's own will do.

A repeat that holds `person.id` or `person.name` is the person, one inside with `suspected.*` or `disease.*` a disease,
one inside with `treatment.*` or `cost.*` a treatment. A form that holds these outside of any repeat is of one person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Literal

from exports.formats.fields import Field, Part, upload_fields
from exports.upload.canonical import canonical
from exports.upload.record import Value
from exports.upload.words import Choices, value_of_words
from survey_forms.form.definition import FormDefinition
from survey_forms.visits.choice_codes import ChoiceCodes
from survey_forms.visits.form_words import labelled_choices

Scope = Literal["household", "person", "disease", "treatment"]
PERSON_ID = "person.id"


@dataclass(frozen=True, slots=True)
class Asked:
    """A node of the form with a meaning. `choices` are the labels by code of a question that offers some."""

    field: Field
    choices: Choices | None = None
    _kept: dict[str, Value] = made_by(default_factory=dict, repr=False, compare=False)

    def value(self, text: str) -> Value:
        """What an answer, as stored, comes to."""
        if self.field.kind not in ("code", "codes") and self.choices is None:
            return Value(canonical(self.field.kind, text))
        found = self._kept.get(text)
        if found is None:
            found = self._kept[text] = self._read(text)
        return found

    def _read(self, text: str) -> Value:
        if self.choices is None:
            return value_of_words(self.field, text, "visit")
        codes = text.split() if self.field.kind == "codes" else [text.strip()]
        names = tuple(self.choices.get(code, code) for code in codes)
        if self.field.kind in ("code", "codes"):
            return Value(" ".join(codes), names)
        if self.field.name.endswith(".code"):
            return Value(text.strip(), names)
        return Value(canonical(self.field.kind, "、".join(names)))


@dataclass(frozen=True, slots=True)
class FormPlan:
    """`asked` are the nodes by generic path, `person_ids` the paths of the person's id; `scopes` what each repeat that
    matters is one of, '' for the form itself; `offered` the choices of a field that offers some, with their labels;
    `fields` all that it asks."""

    asked: Mapping[str, Asked]
    person_ids: frozenset[str]
    scopes: Mapping[str, Scope]
    offered: Mapping[str, tuple[ChoiceCodes, Choices]]
    fields: frozenset[str]

    @property
    def choices(self) -> dict[str, tuple[tuple[str, str], ...]]:
        return {name: tuple(labels.items()) for name, (_codes, labels) in self.offered.items()}


def plan_of(definition: FormDefinition) -> FormPlan:
    """The plan of a form."""
    by_form: dict[str, Field] = dict(upload_fields())
    by_form |= {one.form: one for one in upload_fields().values() if one.form}
    asked: dict[str, Asked] = {}
    ids: set[str] = set()
    offered: dict[str, tuple[ChoiceCodes, Choices]] = {}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for bind in definition.binds.values():
        name = bind.extra.get("field", "")
        meant = by_form.get(name)
        if name == PERSON_ID:
            ids.add(bind.path)
        elif meant is not None:
            labels = _labels(definition, bind.path)
            asked[bind.path] = Asked(meant, labels)
            question = definition.questions.get(bind.path)
            if labels is not None and question is not None and meant.name not in offered:
                offered[meant.name] = ChoiceCodes(definition, question, meant.column or meant.codes), labels
        if name:
            names[repeat_of(definition, bind.path)].add(name)
    scopes = _scopes(definition, names)
    return FormPlan(asked, frozenset(ids), scopes, offered, frozenset(one.field.name for one in asked.values()))


def _labels(definition: FormDefinition, path: str) -> Choices | None:
    question = definition.questions.get(path)
    if question is None or not question.chooses:
        return None
    return dict(labelled_choices(definition, question, (definition.default_language,)))


def repeat_of(definition: FormDefinition, path: str) -> str:
    """The nearest repeat around a path, '' for none."""
    above = path.rpartition("/")[0]
    while above and above not in definition.repeats:
        above = above.rpartition("/")[0]
    return above


def _scopes(definition: FormDefinition, names: Mapping[str, set[str]]) -> dict[str, Scope]:
    people = [path for path in definition.repeats if names.get(path, set()) & {PERSON_ID, "person.name"}]
    people = [path for path in people if not any(path.startswith(f"{other}/") for other in people)]
    scopes: dict[str, Scope] = {"": "household"}
    for path in people:
        scopes[path] = "person"
    if not people and names.get("", set()) & {PERSON_ID, "person.name"}:
        scopes[""] = "person"
        people = [""]
    for path in definition.repeats:
        if path not in scopes and any(not one or path.startswith(f"{one}/") for one in people):
            beside = any(_is_disease(told) for other, told in names.items() if other not in ("", path, *people))
            kind = _part(names.get(path, set()), diseases_elsewhere=beside)
            if kind:
                scopes[path] = kind
    return scopes


_NAMES = frozenset(("disease.name", "disease.code"))


def _part(names: set[str], diseases_elsewhere: bool) -> Literal["disease", "treatment", ""]:
    """What an instance of a repeat with these questions is one of."""
    of_disease = {name for name in names if _part_of(name) == "disease"}
    treated = any(_part_of(name) == "treatment" for name in names)
    if of_disease and not (treated and diseases_elsewhere and of_disease <= _NAMES):
        return "disease"
    return "treatment" if treated else ""  # one that names its disease may stand beside it


def _is_disease(names: set[str]) -> bool:
    """Whether a repeat asks of diseases and not of treatments."""
    parts = {_part_of(one) for one in names}
    return "disease" in parts and "treatment" not in parts


def _part_of(name: str) -> Part:
    """The part of a `ruhu:field`, that of a field which no upload has (`disease.treated`) by its first word."""
    known = upload_fields().get(name)
    head = name.partition(".")[0]
    if known is not None:
        return known.part
    return "disease" if head in ("disease", "suspected") else "treatment" if head in ("treatment", "cost") else ""
