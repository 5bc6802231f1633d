"""A visit read for its summary: by what each question is (`ruhu:field`), so that a county's own form has one too."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from casebook.language import N_, _
from casebook.store.clock import local_text
from exports.visit_masking import masked_value, masked_words
from exports.visit_summary_lines import AskResult, Illness, PersonResult, Summary

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from survey_forms.filling.filling import Filling
    from survey_forms.interview import Interview
    from survey_forms.visits.history import Past

TITLE = N_("入户调查小结")
_STEPS = {
    ("planned", ""): N_("安排入户"),
    ("assigned", ""): N_("分派"),
    ("submitted", ""): N_("上交"),
    ("pass", "township"): N_("乡审通过"),
    ("pass", "county"): N_("县审通过"),
    ("return", "township"): N_("乡审退回"),
    ("return", "county"): N_("县审退回"),
    ("return", "passed"): N_("通过后退回"),
    ("return", "reported"): N_("省退回"),
    ("recall", "township"): N_("撤回"),
    ("reported", ""): N_("上报"),
    ("revoked", ""): N_("撤销批次"),
}
_FACTS = (
    ("visit.date", N_("入户日期")),
    ("visit.outcome", N_("入户结果")),
    ("visit.consent", N_("告知与同意")),
    ("visit.informed", N_("告知了谁")),
    ("household.type", N_("家庭类型")),
    ("household.phone", N_("联系电话")),
)


def read_summary(book: Casebook, interview: Interview) -> Summary:
    """The summary of a visit as it stands, numbers of people masked but for those that were asked about."""
    from survey_forms.visits.history import history
    from survey_forms.visits.states import STATE_NAMES

    visit, fields = interview.visit, _Fields(interview.filling, interview.visit.household)
    past = history(book, visit.id)
    facts = [
        (_("户编号"), visit.household),
        (_("乡镇"), visit.township),
        (_("村"), visit.village),
        (_("户主"), visit.head),
        (_("入户编号"), visit.handle),
        (_("状态"), _(STATE_NAMES[visit.state])),
        *((_(title), fields.first(field)) for field, title in _FACTS if fields.has(field)),
    ]
    return Summary(
        title=_(TITLE),
        facts=tuple(facts),
        people=tuple(_people(fields)),
        asks=tuple(_asks(fields)),
        notes=tuple(_notes(interview, fields)),
        history=tuple(_told(one) for one in past),
        signers=_signers(fields, interview, past),
    )


class _Fields:
    """Values in words by field and instance; what is not relevant has none."""

    def __init__(self, filling: Filling, household: str) -> None:
        self.filling = filling
        self.household = household

    def has(self, field: str) -> bool:
        return bool(self.filling.field_nodes(field))

    def refs(self, field: str, within: str = "") -> list[str]:
        """The relevant nodes of a field, in one instance or in those inside of it."""
        found = self.filling.field_nodes(field)
        return [ref for ref in found if ref.startswith(f"{within}/") and self.filling.relevant(ref)]

    def words(self, ref: str, field: str) -> str:
        return masked_value(field, self.filling.shown(ref), self.household) if self.filling.value(ref) else ""

    def first(self, field: str, within: str = "") -> str:
        return next((text for ref in self.refs(field, within) if (text := self.words(ref, field))), "")

    def instances(self, field: str, within: str = "") -> list[str]:
        """The repeat instances that have a node of a field."""
        return list(dict.fromkeys(ref[: ref.rfind("]") + 1] for ref in self.refs(field, within)))

    def cents(self, field: str, within: str) -> int | None:
        """The sum of amounts in 元 as 分, None when none is noted."""
        noted = [amount for ref in self.refs(field, within) if (amount := _cents(self.filling.value(ref))) is not None]
        return sum(noted) if noted else None


def _cents(text: str) -> int | None:
    try:
        amount = Decimal(text) * 100
    except InvalidOperation:
        return None
    return int(amount.to_integral_value()) if amount.is_finite() else None


def _people(fields: _Fields) -> Iterator[PersonResult]:
    for person in fields.instances("person.name"):
        told = [fields.first(f"person.{field}", person) for field in ("status", "reason")]
        found = [fields.first(f"person.{field}", person) for field in ("outcome", "other_illness", "whereabouts")]
        yield PersonResult(
            name=fields.first("person.name", person),
            relation=fields.first("person.relation", person),
            id_number=fields.first("person.id_number", person),
            status="\n".join(filter(None, told)),
            outcome="\n".join(filter(None, found)),
            illnesses=tuple(_illnesses(fields, person)),
        )


def _illnesses(fields: _Fields, person: str) -> Iterator[Illness]:
    """The diseases of a person; one that was on the list and not found is told with what was found."""
    instances = [
        *fields.instances("suspected.name", person),
        *fields.instances("disease.code", person),
        *fields.instances("disease.name", person),
    ]
    for illness in dict.fromkeys(instances):
        confirmed = fields.first("disease.name", illness) or fields.first("disease.code", illness)
        name, outcome = fields.first("suspected.name", illness), fields.first("disease.outcome", illness)
        if not confirmed and outcome:
            confirmed = _("{name}：{outcome}").format(name=name, outcome=outcome)
        if confirmed or name:
            yield Illness(
                name=confirmed or name,
                confirmed=fields.first("disease.date", illness),
                hospital=fields.first("disease.hospital", illness),
                total=fields.cents("cost.total", illness),
                own=fields.cents("cost.own", illness),
            )


def _asks(fields: _Fields) -> Iterator[AskResult]:
    for ask in fields.instances("ask.id"):
        if not fields.first("ask.id", ask):
            continue
        told = {
            name: fields.first(f"ask.{name}", ask)
            for name in ("person", "about", "roster", "registry", "answer", "value", "document", "note")
        }
        about = told.pop("about")
        yield AskResult(field=about, **told)


def _notes(interview: Interview, fields: _Fields) -> Iterator[tuple[str, str, str]]:
    """Remarks and reasons in form order: what kind, of whom and on which question, the words."""
    filling, remarks, reasons = interview.filling, interview.notes.remarks, interview.notes.reasons
    for entry in filling.outline():
        for kind, notes in ((_("备注"), remarks), (_("软检查理由"), reasons)):
            if entry.ref in notes:
                label = masked_words(filling.label(entry.ref), fields.household)
                name = filling.nearest(entry.ref, "person.name")
                label = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
                told = (name if name not in label else "", entry.number, label)
                yield kind, " ".join(filter(None, told)), masked_words(notes[entry.ref], fields.household)


_LONGEST_LABEL = 30


def _told(one: Past) -> tuple[str, str, str, str]:
    at = one.at if one.what in ("pass", "return", "recall") else ""
    step = _STEPS.get((one.what, at), "")
    text = _("第 {number} 批").format(number=one.text) if one.what == "reported" else one.text
    return local_text(one.wall)[:16], one.author, _(step) if step else one.what, text


def _signers(fields: _Fields, interview: Interview, past: list[Past]) -> tuple[tuple[str, str], ...]:
    """Who signs; the reviewers are those who passed what was handed in last."""
    visit = interview.visit
    passed: dict[str, str] = {}
    for one in past:
        if one.what == "submitted":
            passed.clear()
        elif one.what == "pass":
            passed[one.at] = one.author
        elif one.what in ("return", "recall"):
            passed.clear()
    names = (fields.first("signer.filler") or visit.submitted_by, fields.first("signer.second"))
    surveyors = _("、").join(dict.fromkeys(filter(None, names)))
    reviewers = _("、").join(passed[at] for at in ("township", "county") if at in passed)
    return (_("调查人"), surveyors), (_("审核人"), reviewers), (_("户主"), "")
