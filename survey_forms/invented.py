"""Answers of an invented household (虚构的答卷), for the demonstration: what a clerk might have written, out of a seed.

Read by what each question is (`ruhu:field`); a question that says nothing of itself gets the first thing it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from casebook.people.names import read_name

if TYPE_CHECKING:
    from survey_forms.filling.changes import Entry
    from survey_forms.filling.filling import Filling

_PASSES = 40
"""Times that a form is gone through: each answer may open further questions."""
_COSTS = ("cost.rural", "cost.serious", "cost.commercial", "cost.aid", "cost.temporary", "cost.charity", "cost.fund")
_OF_HOSPITAL = tuple(
    f"{part}.hospital_{what}" for part in ("disease", "treatment") for what in ("area", "level", "kind")
)
_COVER = {"cost.rural": "1", "cost.serious": "2", "cost.commercial": "3"}
"""The code of 医疗保障 without which a payer pays nothing."""
_HOSPITALS = {
    "县人民医院": ("1", "2", "1"),
    "县中医医院": ("1", "2", "2"),
    "市第一人民医院": ("2", "3", "1"),
    "市第三人民医院": ("2", "3", "1"),
    "中心卫生院": ("1", "1", "5"),
}
"""Where, of what level and of what kind a hospital is: codes of 属地, 级别, 类别."""
_COMMON = ("高血压", "糖尿病", "冠心病", "脑卒中", "慢性阻塞性肺气肿", "类风湿性关节炎", "关节病", "肝炎", "肺结核")
"""What somebody has whose suspected disease is none of the form's; all of them befall everyone."""
_ILL = "1"
_CLERKS = ("林向阳", "苏小满", "方晓禾", "贺春来")
_DOCTORS = ("石守仁", "孟知秋", "柯百合", "余长青")

Choose = Callable[["Inventing", "Entry"], str]


def invent_answers(filling: Filling, seed: str, today: date) -> None:
    """Answer all that a form asks, until it asks nothing more. The same seed gives the same answers."""
    inventing = Inventing(filling, Random(seed), today)
    for _pass in range(_PASSES):
        if not inventing.go_through():
            return
    raise ValueError("a form that never stops asking")


class Inventing:
    """A filling, the seed's chances, and what was told of each treatment's costs so far (in 分)."""

    def __init__(self, filling: Filling, chances: Random, today: date) -> None:
        self.filling = filling
        self.chances = chances
        self.today = today
        self._left: dict[str, int] = {}

    def go_through(self) -> bool:
        """Answer what is asked now and has no answer; whether there was anything."""
        answered = False
        for entry in list(self.filling.outline()):
            if self._lacks_disease(entry):
                self.filling.add(entry.ref)
                answered = True
            elif self._open(entry):
                text = self._answer(entry)
                self.filling.answer(entry.ref, text)
                answered = answered or text != ""
        return answered

    def _lacks_disease(self, entry: Entry) -> bool:
        """Whether this is the place for the diseases of somebody who is ill, and there is none."""
        held = (path.rpartition("/")[0] for path in self.filling.definition.fields.get("disease.code", ()))
        return (
            entry.kind == "repeat"
            and entry.path in held
            and self.filling.count(entry.ref) == 0
            and self.beside(entry, "person.outcome") == _ILL
            and self.filling.can_add(entry.ref)
        )

    def _open(self, entry: Entry) -> bool:
        question = entry.question
        return (
            question is not None
            and question.kind not in ("note", "trigger")
            and self.filling.relevant(entry.ref)
            and self.filling.required(entry.ref)
            and not self.filling.readonly(entry.ref)
            and (not self.filling.value(entry.ref) or self._still_to_share(entry))
        )

    def _still_to_share(self, entry: Entry) -> bool:
        """A payer's part that the form itself set to nothing."""
        field = entry.question.field if entry.question is not None else ""
        return field in (*_COSTS, "cost.own", "cost.other") and self._treatment(entry) in self._left

    def _answer(self, entry: Entry) -> str:
        question = entry.question
        assert question is not None
        if (choose := _BY_FIELD.get(question.field)) is not None:
            return choose(self, entry)
        if question.chooses:
            return self.filling.choices(entry.ref)[0].value
        return {"int": "1", "decimal": "0", "date": self.today.isoformat()}.get(question.kind, "无")

    def weighed(self, *weights: tuple[str, int]) -> str:
        codes = [code for code, weight in weights for _each in range(weight)]
        return self.chances.choice(codes)

    def beside(self, entry: Entry, field: str) -> str:
        """The value of a field in the repeat instance that a question stands in."""
        instance = entry.ref[: entry.ref.rfind("]") + 1]
        refs = (ref for ref in self.filling.field_nodes(field) if ref.startswith(f"{instance}/"))
        return next((self.filling.value(ref) for ref in refs), "")

    def earlier(self, entry: Entry) -> str:
        """A day within the last year, not before the person was born nor the disease was found."""
        after = max(filter(None, (self.beside(entry, "person.birth_date"), self._found(entry))), default="")
        day = self.today - timedelta(days=self.chances.randint(3, 360))
        return max(day.isoformat(), after)

    def _found(self, entry: Entry) -> str:
        """When the disease around a treatment was diagnosed."""
        around = entry.ref[: entry.ref.rfind("[")]
        around = around[: around.rfind("]") + 1]
        refs = (ref for ref in self.filling.field_nodes("disease.date") if ref.startswith(f"{around}/"))
        return next((self.filling.value(ref) for ref in refs), "") if around else ""

    def disease(self, entry: Entry) -> str:
        """The choice that the suspected disease (摸底疾病) names, else a common one."""
        choices = self.filling.choices(entry.ref)
        suspected = read_name(self.beside(entry, "suspected.name")).text
        named = [one.value for one in choices if suspected and suspected in (one.label, *one.label.split())]
        common = [one.value for one in choices if any(one.label.startswith(name) for name in _COMMON)]
        return named[0] if named else self.chances.choice(common or [one.value for one in choices])

    def of_hospital(self, entry: Entry) -> str:
        """Area, level or kind of the hospital that was named just before."""
        field = entry.question.field if entry.question is not None else ""
        part = field.partition(".")[0]
        told = _HOSPITALS.get(self.beside(entry, f"{part}.hospital"), ("1", "2", "1"))
        return told[("area", "level", "kind").index(field.rpartition("_")[2])]

    def total(self, entry: Entry) -> str:
        cents = self.chances.randint(200, 30_000) * 100 + self.chances.randrange(0, 100, 5)
        self._left[self._treatment(entry)] = cents
        return _yuan(cents)

    def share(self, entry: Entry) -> str:
        """A payer's part of what is left of the total; nothing of an insurance that the person does not have."""
        treatment = self._treatment(entry)
        left = self._left.get(treatment, 0)
        cover = _COVER.get(entry.question.field if entry.question is not None else "", "")
        person = entry.ref[: entry.ref.find("]") + 1]
        insured = (ref for ref in self.filling.field_nodes("person.insurance") if ref.startswith(f"{person}/"))
        covered = not cover or any(cover in self.filling.value(ref).split() for ref in insured)
        part = left * self.chances.choice((0, 0, 1, 4, 6)) // 10 if covered else 0
        self._left[treatment] = left - part
        return _yuan(part)

    def rest(self, entry: Entry) -> str:
        return _yuan(self._left.pop(self._treatment(entry), 0))

    def _treatment(self, entry: Entry) -> str:
        return entry.ref[: entry.ref.rfind("]") + 1]


def _yuan(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _weighed(*weights: tuple[str, int]) -> Choose:
    return lambda inventing, _entry: inventing.weighed(*weights)


def _one_of(*words: str) -> Choose:
    return lambda inventing, _entry: inventing.chances.choice(words)


def _phone(inventing: Inventing, _entry: Entry) -> str:
    return f"1300000{inventing.chances.randint(0, 9999):04d}"


def _outcome(inventing: Inventing, entry: Entry) -> str:
    """Of those a list calls ill four in ten are confirmed (a study of 2019 found 41 %); of the others hardly anyone."""
    ill = bool(inventing.beside(entry, "suspected.name") or inventing.beside(entry, "suspected.code"))
    if ill:
        return inventing.weighed(("1", 14), ("2", 3), ("4", 1), ("5", 1), ("3", 1))
    return inventing.weighed(("2", 97), ("1", 2), ("3", 1))


def _documents_say(inventing: Inventing, _entry: Entry) -> str:
    return inventing.weighed(("1", 19), ("3", 1))


_BY_FIELD: dict[str, Choose] = {
    "visit.outcome": _weighed(("1", 18), ("7", 1), ("2", 1)),
    "visit.consent": _weighed(("1", 1)),
    "household.type": _weighed(("01", 12), ("02", 2), ("04", 4), ("06", 1)),
    "household.planning": _weighed(("01", 2), ("02", 2), ("09", 12)),
    "household.phone": _phone,
    "ask.answer": _weighed(("1", 6), ("2", 5), ("5", 1)),
    "ask.note": _one_of("证件在外出的家人身上", "户口本正在换领"),
    "person.status": _weighed(("1", 40), ("2", 1)),
    "person.check": _documents_say,
    "person.outcome": _outcome,
    "person.death_date": Inventing.earlier,
    "person.whereabouts": _weighed(("1", 4), ("2", 1)),
    "person.labour": _weighed(("1", 3), ("3", 2), ("4", 3)),
    "person.insurance": _weighed(("1", 4), ("1 2", 5)),
    "person.measures": _weighed(("2", 3), ("1 6", 1), ("2 4", 2)),
    "disease.outcome": _weighed(("1", 9), ("4", 1)),
    "disease.code": Inventing.disease,
    "disease.date": Inventing.earlier,
    "disease.hospital": _one_of(*_HOSPITALS),
    "disease.class": _weighed(("1", 1), ("2", 3), ("3", 1)),
    "disease.treated": _weighed(("1", 4), ("2", 1)),
    "treatment.date": Inventing.earlier,
    "treatment.hospital": _one_of(*_HOSPITALS),
    "treatment.policy": _weighed(("1", 3), ("1 4", 1)),
    "treatment.method": _weighed(("1", 2), ("2", 2)),
    "treatment.effect": _weighed(("2", 4), ("3", 2)),
    "cost.known": _weighed(("1", 4), ("8", 1)),
    "cost.total": Inventing.total,
    "cost.own": Inventing.share,
    "cost.other": Inventing.rest,
    "signer.filler": _one_of(*_CLERKS),
    "signer.filler_unit": _weighed(("2", 1)),
    "signer.filler_phone": _phone,
    "signer.second": _one_of(*_DOCTORS),
    "signer.second_unit": _weighed(("3", 1)),
    **dict.fromkeys(_COSTS, Inventing.share),
    **dict.fromkeys(_OF_HOSPITAL, Inventing.of_hospital),
}
