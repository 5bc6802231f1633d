"""Whether what another machine handed in, which goes to the province, is what its answers say, which the reviewer sees:
where not, another program than this one has written one of them."""

from __future__ import annotations

from typing import Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.devices import own_devices
from casebook.store.sqlite import Connection
from survey_forms.filling.filling import Filling
from survey_forms.submissions.xml_in import values_of
from survey_forms.visits.changes import Changed
from survey_forms.visits.form_words import choices_of, question_title
from survey_forms.visits.outcomes import asks_answered, outcome
from survey_forms.visits.phone_values import differing, generic
from survey_forms.visits.visit_list import VisitRow
from survey_forms.visits.visit_view import fact_body


def other_answers(book: Casebook, connection: Connection, row: VisitRow) -> list[Changed]:
    """What differs in a visit's last submission: `before` as answered, `now` as handed in, `origin` "answers". Nothing
    of this machine's own. Raises LookupError for bodies that are not here, RuhuError for what can't be read."""
    from survey_forms.interview import open_interview

    found = connection.execute("SELECT device FROM envelope WHERE id = ?", (row.submission,)).fetchone()
    if found is None or found[0] in own_devices(connection):
        return []
    filling = open_interview(book, row.id, row.submission, fills_in=False).filling
    body = fact_body(connection, row.submission)
    read = values_of(body["xml"], filling.definition)
    differs = [_changed(filling, *one) for one in differing(filling, read.values, read.instances)]
    beside = (
        (_("结果"), _codes(outcome(filling)), _codes(body["outcome"])),
        (_("待问"), _asks(asks_answered(filling), row), _asks(body["asks"], row)),
    )
    return differs + [Changed("", label, said, told, "answers") for label, said, told in beside if said != told]


def refusal(row: VisitRow) -> RuhuError:
    """Why nobody passes a visit with `other_answers`."""
    what = _("入户 {visit} 上交的内容和填的答案不一样").format(visit=row.handle)
    return RuhuError("other_answers", what, _("请退回，由调查人核对后重交；再这样，请查那台电脑"), category="check")


def _changed(filling: Filling, ref: str, answered: str, handed_in: str) -> Changed:
    definition = filling.definition
    question = definition.questions.get(generic(ref))
    if question is None:
        return Changed(ref, ref.rpartition("/")[2], answered, handed_in, "answers")
    words = dict(choices_of(definition, question)) if question.chooses else {}
    before, now = (_("、").join(words.get(one, one) for one in _parts(text, words)) for text in (answered, handed_in))
    known = ref in {entry.ref for entry in filling.outline()}
    who = str(filling.nearest(ref, "person.name") or "") if known and "]" in ref else ""
    return Changed(ref, question_title(definition, question), before, now, "answers", who, question.code)


def _parts(text: str, words: dict[str, str]) -> list[str]:
    return text.split() if words else [text]


def _codes(result: Any) -> str:
    """An outcome without whose it is, which an erasure may have taken away."""
    people = (f"{one['status']}/{one['outcome']}" for one in result["people"])
    return " ".join((result["consent"], result["household"], *people))


def _asks(answers: Any, row: VisitRow) -> str:
    return " ".join(sorted(str(one["answer"]) for one in answers)) if row.asks else ""
