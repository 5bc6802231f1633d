"""The household form that the program ships, as data: fields, numbers, languages, code lists, the workbook."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from openpyxl import load_workbook

from casebook.people.codes import code_list
from survey_forms.stored_forms import standard_form
from survey_forms.xlsform import check_form
from tests.survey_forms.household import Case, at_home
from tests.survey_forms.household import shipped as form

VOCABULARY = {
    "household": "listed code township village head cause size type planning phone",
    "visit": "asks date outcome source note consent informed reader",
    "ask": "id person about roster registry question answer document value note",
    "person": "id status reason check document name sex birth_date id_number relation health age outcome death_date "
    "whereabouts labour insurance record lifted measures",
    "suspected": "name code class date",
    "disease": "outcome code name subname date hospital hospital_area hospital_level hospital_kind class treated",
    "treatment": "date hospital hospital_area hospital_level hospital_kind policy method effect",
    "cost": "known total own rural serious commercial aid temporary charity fund other",
    "signer": "filler filler_unit filler_phone second second_unit present",
}


def test_the_form_has_no_troubles() -> None:
    found = check_form(standard_form())
    assert found.troubles == ()
    assert [notice.what for notice in found.notices] == []


def test_fields_are_the_vocabulary_each_on_one_question() -> None:
    fields = Counter(bind.extra["field"] for bind in form().binds.values() if "field" in bind.extra)
    assert [field for field, count in fields.items() if count > 1] == []
    wanted = {f"{of_what}.{name}" for of_what, names in VOCABULARY.items() for name in names.split()}
    assert wanted <= set(fields)
    assert {field.partition(".")[0] for field in fields} == set(VOCABULARY)


@pytest.mark.parametrize(
    ("repeat", "field"), [("ask", "ask.id"), ("member", "person.id"), ("disease", "suspected.name")]
)
def test_repeats_hold_what_prefills_them(repeat: str, field: str) -> None:
    (path,) = [path for path, bind in form().binds.items() if bind.extra.get("field") == field]
    assert path.rpartition("/")[0] in form().repeats
    assert path.split("/")[-2] == repeat


def test_every_question_has_a_number_of_its_own() -> None:
    codes = [question.code for question in form().questions.values()]
    assert all(re.fullmatch("[1-7][0-9]{2}", code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_every_text_is_there_in_both_languages() -> None:
    definition = form()
    assert definition.languages == ("中文 (zh)", "English (en)")
    assert definition.default_language == "中文 (zh)"
    chinese, english = (definition.itext[language] for language in definition.languages)
    assert set(chinese) == set(english)
    for words in english.values():
        literal = "".join(part for parts in words.values() for part in parts if isinstance(part, str))
        assert literal
        assert not re.search("[一-鿿]", literal)
    for bind in definition.binds.values():
        for name in ("warning_msg", "title"):
            assert (name in bind.extra) == (f"{name}_en" in bind.extra)


def test_soft_checks_have_their_message() -> None:
    checks = [bind.extra for bind in form().binds.values() if "warning" in bind.extra]
    assert len(checks) >= 12
    assert all(extra["warning_msg"] for extra in checks)


def test_not_known_and_refused_are_choices() -> None:
    filling = Case().filling
    for entry in filling.outline():
        question = entry.question
        for value in (question.unknown, question.refused) if question else ():
            assert not value or value in [choice.value for choice in filling.choices(entry.ref)]


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("person_relation", "relation"),
        ("person_health", "health"),
        ("household_cause", "cause"),
        ("household_type", "household_class"),
        ("person_sex", "sex"),
        ("lifted", "poverty_status"),
    ],
)
def test_codes_are_those_of_the_lists(question: str, codes: str) -> None:
    filling = Case().filling
    (ref,) = [one.ref for one in filling.outline() if one.path.endswith("/" + question) and "member[2]" not in one.ref]
    known = {code.code: code.name for code in code_list(codes).codes}
    choices = {choice.value: choice.label for choice in filling.choices(ref)}
    assert set(choices) <= set(known)
    assert all(known[value] == label for value, label in choices.items())


def test_the_disease_list_is_marked_and_without_doubles() -> None:
    items = form().instances["disease"].children[0].named("item")
    told = [{child.name: child.text for child in item.children} for item in items]
    assert len(told) > 45
    assert all(item["status"] == "unverified" for item in told)
    words = [word for item in told for word in (item["chinese"], *item.get("alias", "").split())]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert not any(re.search(r"\s", item["name"]) for item in told)


def test_coded_answers_are_one_key_where_the_code_is_ours() -> None:
    """Two digits only in lists that are sourced so; there one digit is enough where no other begins with it."""
    filling = Case().filling
    wide = {
        entry.path.rpartition("/")[2]
        for entry in filling.outline()
        if entry.question is not None and entry.question.chooses
        for choice in filling.choices(entry.ref)
        if len(choice.value) > 1
    }
    sourced = {"household_cause", "household_type", "household_planning", "person_relation", "person_health"}
    assert wide == sourced | {"disease_code"}


def test_the_workbook_is_one_to_edit() -> None:
    book = load_workbook(standard_form())
    assert book.sheetnames == ["survey", "choices", "settings", "说明"]
    for sheet in book.worksheets[:3]:
        assert sheet.freeze_panes
        assert all(dimension.width >= 10 for key, dimension in sheet.column_dimensions.items() if key in "ABC")
    survey = book["survey"]
    titles = [cell.value for cell in survey[1]]
    assert {"comment", "bind::ruhu:field", "label::中文 (zh)", "label::English (en)"} <= set(titles)
    comments = titles.index("comment")
    lacking = [row[1].value for row in survey.iter_rows(min_row=2) if not row[comments].value and row[1].value]
    assert all(survey_type.startswith("begin group") for survey_type in _types(survey, lacking))
    assert all(isinstance(row[1].value, str) for row in book["choices"].iter_rows(min_row=2) if row[0].value)


def _types(sheet: Any, names: list[str]) -> list[str]:
    return [row[0].value for row in sheet.iter_rows(min_row=2) if row[1].value in names]


@pytest.mark.parametrize("language", ["中文 (zh)", "English (en)", ""])
def test_a_soft_check_speaks_the_language_of_the_form(language: str) -> None:
    case = at_home(language=language).answer(household_phone="12")
    assert bool(re.search("[一-鿿]", case.warning("household.phone"))) is (language != "English (en)")
