"""An invented household of two in the shipped form, filled in by what each question is."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from casebook.people.idnumber import check_digit
from survey_forms.filling.filling import Filling
from survey_forms.form.definition import FormDefinition
from survey_forms.stored_forms import standard_form
from survey_forms.xlsform import checked

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MAN = "110101196001020" + "03"
MAN += check_digit(MAN)
WOMAN = "110101196203040" + "04"
WOMAN += check_digit(WOMAN)


@cache
def shipped() -> FormDefinition:
    return checked(standard_form())[1]


class Case:
    """The form filled for an invented household of two, by what each question is."""

    def __init__(self, *more: tuple[str, str], listed: bool = True, language: str = "") -> None:
        man = {"id": "P1", "name": "甲", "sex": "1", "birth_date": "1960-01-02", "id_number": MAN, "relation": "01"}
        woman = {"id": "P2", "name": "乙", "sex": "2", "birth_date": "1962-03-04", "id_number": WOMAN, "relation": "02"}
        prefill = [(f"/data/household/household_{n}", "东村") for n in ("code", "village", "head")] if listed else []
        if listed:
            prefill.append(("/data/household_listed", "1"))
            for number, person in enumerate((man, woman), 1):
                prefill += [(f"/data/member[{number}]/person_{name}", text) for name, text in person.items()]
        self.filling = Filling.begin(shipped(), now=NOW, language=language, prefill=[*prefill, *more])

    def ref(self, field: str, within: str = "") -> str:
        (found,) = [ref for ref in self.filling.field_nodes(field) if ref.startswith(within)]
        return found

    def answer(self, within: str = "", **answers: str) -> Case:
        for name, value in answers.items():
            of_what, _, field = name.partition("_")
            self.filling.answer(self.ref(f"{of_what}.{field}", within), value)
        return self

    def asked(self, within: str = "") -> list[str]:
        """The codes of what is to be answered now: relevant and not read-only."""
        filling = self.filling
        return [
            entry.number
            for entry in filling.outline()
            if entry.question is not None
            and entry.question.kind != "note"
            and entry.ref.startswith(within)
            and filling.relevant(entry.ref)
            and not filling.readonly(entry.ref)
        ]

    def problem(self, field: str, within: str = "") -> str:
        found = self.filling.problem(self.ref(field, within))
        return found.kind if found else ""

    def warning(self, field: str, within: str = "") -> str:
        return self.filling.warning(self.ref(field, within))


def at_home(*more: tuple[str, str], **options: Any) -> Case:
    """Met at home, agreed."""
    return Case(*more, **options).answer(visit_outcome="1", visit_consent="1", visit_informed="1", visit_reader="1")


ONE, TWO = "/data/member[1]/", "/data/member[2]/"
DISEASE = ONE + "disease[1]/"
TREATMENT = DISEASE + "treatment[1]/"
SUSPECTED = (DISEASE + "suspected_name", "高血压病")


def ill(*more: tuple[str, str]) -> Case:
    """The first person is there and has a confirmed disease."""
    case = at_home(SUSPECTED, (DISEASE + "suspected_date", "2015-03-01"), *more)
    return case.answer(ONE, person_status="1", person_check="1", person_outcome="1")


def treated() -> Case:
    return ill().answer(DISEASE, disease_outcome="1", disease_treated="1").answer(TREATMENT, cost_known="1")
