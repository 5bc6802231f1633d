"""Answers for a whole household, made up question by question: what is asked and not answered yet gets the first thing
that it takes."""

from __future__ import annotations

from datetime import date

from survey_forms.filling.filling import Filling
from survey_forms.typed import stored_text

Line = dict[str, str]

_TEXTS = {"int": "1", "decimal": "0", "date": "t", "text": "某某"}


def answers_for(filling: Filling, given: dict[str, str]) -> list[Line]:
    """Lines that answer every question asked, in form order as it unfolds; `given` has the value for a field
    (`ruhu:field`) in place of the first choice. The filling is answered with them."""
    lines: list[Line] = []
    for _ in range(2000):
        entry = next(
            (
                one
                for one in filling.outline()
                if one.question is not None
                and filling.relevant(one.ref)
                and (filling.required(one.ref) or one.question.field in given)
                and not filling.readonly(one.ref)
                and not filling.value(one.ref)
                and one.question.kind not in ("note", "trigger")
            ),
            None,
        )
        if entry is None or entry.question is None:
            return lines
        question = entry.question
        value = given.get(question.field, "")
        if not value:
            value = filling.choices(entry.ref)[0].value if question.chooses else _TEXTS[question.kind]
        filling.answer(entry.ref, stored_text(question.kind, value, date.today()))
        lines.append({"ref": entry.ref, "value": value})
    raise AssertionError("the form never ends")
