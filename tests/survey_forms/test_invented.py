"""Invented answers: whole, the same for the same seed, and what the form itself would let through."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from survey_forms.filling.filling import Filling
from survey_forms.form.definition import FormDefinition
from survey_forms.form.load import load_form
from survey_forms.invented import invent_answers
from survey_forms.stored_forms import standard_form
from survey_forms.xlsform import checked

TODAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def definition() -> FormDefinition:
    compiled, _definition = checked(standard_form())
    return load_form(compiled.xml, compiled.resources)


def _filled(definition: FormDefinition, seed: str) -> Filling:
    told = [
        ("/data/household/household_code", "99000001"),
        ("/data/household/household_listed", "1"),
        ("/data/member[1]/person_id", "p1"),
        ("/data/member[1]/person_name", "王大山"),
        ("/data/member[1]/person_sex", "1"),
        ("/data/member[1]/person_birth_date", "1955-06-12"),
        ("/data/member[1]/person_id_number", "990101195506120036"),
        ("/data/member[1]/person_relation", "01"),
        ("/data/member[1]/disease[1]/suspected_name", "高血压"),
    ]
    filling = Filling.begin(definition, now=lambda: datetime(2026, 11, 2, 9), prefill=told)
    invent_answers(filling, seed, TODAY)
    return filling


def test_a_form_is_answered_to_its_end_without_an_error(definition: FormDefinition) -> None:
    outcomes = set()
    for seed in range(30):
        filling = _filled(definition, str(seed))
        assert filling.problems() == ()
        outcomes.add(filling.value("/data/member[1]/person_outcome"))
    assert {"1", "2"} <= outcomes


def test_the_same_seed_gives_the_same_answers(definition: FormDefinition) -> None:
    xml = [_filled(definition, "h7").submission_xml(instance="uuid:1") for _each in range(2)]
    assert xml[0] == xml[1]
    assert xml[0] != _filled(definition, "h8").submission_xml(instance="uuid:1")
