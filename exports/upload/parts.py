"""How diseases and treatments go into a person's rows (重复部分): side by side, a row each, added up, the latest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from casebook.language import N_
from casebook.texts import Text, text
from exports.formats.fields import Part, upload_fields
from exports.formats.format import Format, Repeat
from exports.upload.canonical import fen_of, yuan_of
from exports.upload.record import DiseasePart, Record, Value, Values

NOTHING: Values = {}
REST = "cost.rest"
_WHOLE = frozenset(("cost.total", "cost.own"))
_MONEY = frozenset(name for name, one in upload_fields().items() if one.part == "treatment" and one.kind == "money")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What of a person does not fit: of which part, how many, told without naming an illness."""

    key: str
    part: Part
    count: int
    what: Text


@dataclass(frozen=True, slots=True)
class Line:
    """What one row takes its cells from. `disease`, `treatment` are the row's own; `diseases`, `treatments` those that
    lie side by side; `treated` by disease, for a treatment that stands beside each."""

    disease: Values = field(default_factory=dict)
    diseases: tuple[Values, ...] = ()
    treatment: Values = field(default_factory=dict)
    treatments: tuple[Values, ...] = ()
    treated: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """How a format repeats; None for a part that it has no column of."""

    disease: Repeat | None
    treatment: Repeat | None
    beside: bool
    """Whether each disease has its treatment beside it."""


def parts_of(format: Format) -> Parts:
    """As the format says; without a word on a part its columns tell: side by side when they are numbered, else the
    latest."""
    fields = upload_fields()
    numbers: dict[Part, list[int]] = {"disease": [], "treatment": []}
    for column in format.columns:
        if column.field in fields and (part := fields[column.field].part):
            numbers[part].append(column.nth)
    disease = _repeat(format, "disease", numbers["disease"])
    told = format.repeat_of("treatment")
    beside = (
        disease is not None and disease.how == "columns" and max(numbers["treatment"], default=0) > 0
        and (told is None or told.how != "columns")
    )  # fmt: skip
    treatment = _repeat(format, "treatment", [0] * len(numbers["treatment"]) if beside else numbers["treatment"])
    return Parts(disease, treatment, beside)


def _repeat(format: Format, part: Part, numbers: Sequence[int]) -> Repeat | None:
    if not numbers:
        return None
    told = format.repeat_of(part) or Repeat(part, "columns" if max(numbers) else "latest")
    return replace(told, most=told.most or max(numbers)) if told.how == "columns" else told


def lines_of(record: Record, parts: Parts) -> tuple[list[Line], list[Dropped]]:
    """The rows of a person, at least one, and what finds no place in them."""
    return _Laying(record, parts).lines()


class _Laying:
    def __init__(self, record: Record, parts: Parts) -> None:
        self._record, self._parts = record, parts
        self._dropped: list[Dropped] = []

    def lines(self) -> tuple[list[Line], list[Dropped]]:
        diseases, disease = self._record.diseases, self._parts.disease
        if disease is not None and disease.how == "rows" and diseases:
            lines = [line for part in diseases for line in self._treated(Line(disease=part.values), part.treatments)]
            return lines + self._of_no_disease(), self._dropped
        line, kept = self._diseases(diseases, disease)
        if self._parts.beside:
            line = replace(line, treated=tuple(self._one(part.treatments) for part in kept))
            self._drop_with(diseases[len(kept) :])
            return [line, *self._of_no_disease()], self._dropped
        return self._treated(line, self._all(), diseases), self._dropped

    def _diseases(self, diseases: Sequence[DiseasePart], repeat: Repeat | None) -> tuple[Line, Sequence[DiseasePart]]:
        """The line of a person whose diseases take no rows of their own, and those that have a place."""
        if repeat is None or not diseases:
            return Line(), diseases
        if repeat.how == "columns":
            kept = diseases[: repeat.most]
            numbers = tuple(range(repeat.most + 1, len(diseases) + 1))
            self._drop("disease", len(numbers), text(N_("第 {numbers} 种疾病"), numbers=numbers))
            return Line(diseases=tuple(part.values for part in kept), disease=kept[0].values if kept else NOTHING), kept
        last = max(enumerate(diseases), key=lambda one: (_day(one[1].values), one[0]))[1]
        count = len(diseases) - 1
        self._drop("disease", count, text(N_("较早的 {count} 种疾病"), count=count))
        return Line(disease=last.values), diseases

    def _treated(
        self, line: Line, treatments: Sequence[Values], diseases: Sequence[DiseasePart] = ()
    ) -> list[Line]:
        """A line with its treatments, as many rows as they take."""
        repeat = self._parts.treatment
        if repeat is None or not treatments:
            return [line]
        if repeat.how == "rows":
            of = {id(one): part.values for part in diseases for one in part.treatments} if not line.diseases else {}
            return [replace(line, treatment=one, disease=of.get(id(one), line.disease)) for one in treatments]
        if repeat.how == "columns":
            numbers = tuple(range(repeat.most + 1, len(treatments) + 1))
            self._drop("treatment", len(numbers), text(N_("第 {numbers} 次治疗"), numbers=numbers))
            return [replace(line, treatments=tuple(treatments[: repeat.most]), treatment=treatments[0])]
        return [replace(line, treatment=self._one(treatments))]

    def _one(self, treatments: Sequence[Values]) -> Values:
        """Treatments as one: added up, or the latest."""
        repeat = self._parts.treatment
        if not treatments or repeat is None:
            return NOTHING
        if repeat.how == "sum":
            return added_up(treatments)
        count = len(treatments) - 1
        self._drop("treatment", count, text(N_("较早的 {count} 次治疗"), count=count))
        return treatments[-1]

    def _all(self) -> tuple[Values, ...]:
        """All treatments of a person, the earliest first."""
        record = self._record
        if not record.treatments and len(record.diseases) < 2:
            return record.diseases[0].treatments if record.diseases else ()
        told = [one for part in record.diseases for one in part.treatments]
        return tuple(sorted([*told, *record.treatments], key=_treated_on))

    def _of_no_disease(self) -> list[Line]:
        """The rows of treatments of which nobody wrote down the disease, where a row or a place is a disease's."""
        repeat, treatments = self._parts.treatment, self._record.treatments
        if repeat is None or not treatments:
            return []
        if repeat.how == "rows":
            return [Line(treatment=one) for one in treatments]
        count = len(treatments)
        self._drop("treatment", count, text(N_("没有写明是哪种病的 {count} 次治疗"), count=count))
        return []

    def _drop_with(self, diseases: Sequence[DiseasePart]) -> None:
        count = sum(len(part.treatments) for part in diseases)
        self._drop("treatment", count, text(N_("放不下的疾病的 {count} 次治疗"), count=count))

    def _drop(self, part: Part, count: int, what: Text) -> None:
        if count > 0:
            self._dropped.append(Dropped(self._record.key, part, count, what))


def added_up(treatments: Sequence[Values]) -> Values:
    """The money of all, to the 分, and what else the latest says. An amount that can't be read stands as it is, for
    the checks to find."""
    if len(treatments) == 1:
        return treatments[0]
    found = dict(treatments[-1])
    for name in _MONEY:
        told = [one[name] for one in treatments if name in one]
        sums = [fen_of(one.text) for one in told]
        if told:
            unread = next((one for one, fen in zip(told, sums, strict=True) if fen is None), None)
            total = sum(fen for fen in sums if fen is not None)
            found[name] = unread or Value(yuan_of(total), origin=told[-1].origin)
    return found


def rest_of(values: Values, own: frozenset[str]) -> Value | None:
    """What all payers without a column of their own paid together (没有自己一列的各项); `own` have one."""
    told = [values[name] for name in sorted(_MONEY - own - _WHOLE) if name in values]
    if not told:
        return None
    return added_up([{REST: one} for one in told])[REST]


def _day(values: Mapping[str, Value]) -> str:
    return values["disease.date"].text if "disease.date" in values else ""


def _treated_on(values: Mapping[str, Value]) -> str:
    return values["treatment.date"].text if "treatment.date" in values else ""
