"""The household form that the program ships: whom it asks what, and every rule in it."""

from __future__ import annotations

import pytest

from tests.survey_forms.household import DISEASE, MAN, ONE, SUSPECTED, TREATMENT, TWO, Case, at_home, ill, treated

# --- whom it asks what


def test_a_listed_household_is_read_only_and_a_blank_one_is_not() -> None:
    listed, blank = Case().filling, Case(listed=False).filling
    assert listed.readonly("/data/household/household_code")
    assert not blank.readonly("/data/household/household_code")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"visit_outcome": "2"}, ["111", "112"]),
        ({"visit_outcome": "5"}, ["111", "112"]),
        ({"visit_outcome": "3"}, ["111", "112", "113"]),
        ({"visit_outcome": "9"}, ["111", "112", "114"]),
        ({"visit_outcome": "1", "visit_consent": "2"}, ["111", "112", "116", "117", "118"]),
    ],
)
def test_without_an_interview_only_the_signatures_follow(answers: dict[str, str], asked: list[str]) -> None:
    case = Case().answer(**answers)
    met = ["706"] if answers["visit_outcome"] == "1" else []
    assert case.asked() == [*asked, "701", "702", "703", "704", "705", *met]


def test_asks_are_put_and_the_document_is_wanted_for_the_third_answer() -> None:
    ask = [("/data/asks_number", "1"), ("/data/ask[1]/ask_id", "d1"), ("/data/ask[1]/ask_person", "甲")]
    ask += [("/data/ask[1]/ask_about", "证件号")]
    ask += [("/data/ask[1]/ask_roster", "110"), ("/data/ask[1]/ask_registry", "111")]
    case = at_home(*ask)
    assert case.filling.label("/data/ask[1]/ask_answer").startswith("甲：证件号\n花名册「110」\n卫　健「111」\n")
    assert case.answer(ask_answer="1").asked("/data/ask") == ["301"]
    assert case.answer(ask_answer="3").asked("/data/ask") == ["301", "302", "303"]
    assert (case.problem("ask.document"), case.problem("ask.value")) == ("required", "required")
    assert case.answer(ask_answer="4").asked("/data/ask") == ["301", "303", "304"]
    assert (case.problem("ask.note"), case.problem("ask.value")) == ("required", "")


def test_a_household_without_asks_is_asked_none_and_none_can_be_added() -> None:
    filling = at_home().filling
    assert [entry.ref for entry in filling.outline() if entry.ref.startswith("/data/ask")] == ["/data/ask"]
    assert not filling.can_add("/data/ask")


def test_an_ask_about_a_blank_cell_shows_that_it_is_blank() -> None:
    ask = [("/data/asks_number", "1"), ("/data/ask[1]/ask_id", "d1"), ("/data/ask[1]/ask_registry", "女")]
    filling = at_home(*ask).filling
    assert "花名册「—」\n卫　健「女」" in filling.label("/data/ask[1]/ask_answer")
    why = " ".join(part.text for part in filling.why("/data/ask[1]/ask_note").parts)
    assert "「有人可问」" in why and "「待问的疑点」 = “两边都不对”" in why, "short names, also of what is worked out"


def test_what_is_held_against_the_document_stands_in_the_question() -> None:
    case = at_home().answer(ONE, person_status="1")
    assert case.filling.label(case.ref("person.check", ONE)) == f"对证件：甲，{MAN}\n男 1960-01-02 户主"


def test_identity_is_corrected_only_after_the_document() -> None:
    case = at_home().answer(ONE, person_status="1")
    assert case.asked(ONE)[:2] == ["401", "404"]
    assert not {"406", "409"} & set(case.asked(ONE))
    case.answer(ONE, person_check="2")
    assert {"405", "406", "407", "408", "409", "410"} <= set(case.asked(ONE))
    assert case.problem("person.document", ONE) == "required"


def test_agreeing_is_refused_where_the_list_has_blanks() -> None:
    case = at_home(("/data/member[1]/person_relation", ""), ("/data/member[1]/person_id", "P1"))
    case.answer(ONE, person_status="1", person_check="1")
    assert case.problem("person.check", ONE) == "constraint"
    case.answer(ONE, person_check="3")
    assert (case.problem("person.check", ONE), case.problem("person.relation", ONE)) == ("", "")


def test_a_person_who_is_added_is_asked_all() -> None:
    case = at_home()
    case.filling.add("/data/member")
    three = "/data/member[3]/"
    assert case.asked(three)[:6] == ["405", "406", "407", "408", "409", "410"]
    assert case.problem("person.name", three) == "required"


# --- rules S1 to S14


def test_s1_nobody_of_that_name() -> None:
    case = at_home().answer(ONE, person_status="2")
    assert case.asked(ONE) == ["401", "402"]
    assert case.problem("person.reason", ONE) == "required"
    assert case.answer(ONE, person_reason="9").asked(ONE) == ["401", "402", "403"]


def test_s2_the_dead() -> None:
    case = at_home().answer(ONE, person_status="1", person_check="1", person_outcome="3")
    assert case.asked(ONE) == ["401", "404", "412", "413"]
    assert case.answer(ONE, person_death_date="2026-11-23").problem("person.death_date", ONE) == "constraint"
    assert case.answer(ONE, person_death_date="1959-12-31").problem("person.death_date", ONE) == "constraint"
    assert case.answer(ONE, person_death_date="2026-11-22").problem("person.death_date", ONE) == ""


@pytest.mark.parametrize("outcome", ["2", "4", "5", "8", "9"])
def test_s3_no_disease_no_treatment(outcome: str) -> None:
    case = at_home(SUSPECTED).answer(ONE, person_status="1", person_check="1", person_outcome=outcome)
    assert not [code for code in case.asked(ONE) if code[0] in "56"]
    assert ("419" in case.asked(ONE)) is (outcome == "4")


def test_s4_what_a_diagnosis_needs() -> None:
    case = ill().answer(DISEASE, disease_outcome="1")
    needed = {"hospital", "hospital_area", "hospital_level", "hospital_kind", "class", "treated"}
    assert {case.problem(f"disease.{name}", DISEASE) for name in needed} == {"required"}
    assert (case.problem("disease.code", DISEASE), case.problem("disease.date", DISEASE)) == ("", "")
    assert case.filling.value(case.ref("disease.name", DISEASE)) == "高血压"
    assert case.filling.value(case.ref("disease.date", DISEASE)) == "2015-03-01"


def test_a_disease_of_the_list_that_is_not_confirmed_asks_no_more() -> None:
    assert ill().answer(DISEASE, disease_outcome="2").asked(DISEASE) == ["502"]


def test_a_name_that_no_disease_has_is_chosen_by_hand() -> None:
    case = at_home((DISEASE + "suspected_name", "没有这种病"))
    case.answer(ONE, person_status="1", person_check="1", person_outcome="1").answer(DISEASE, disease_outcome="1")
    assert case.problem("disease.code", DISEASE) == "required"


def test_a_code_of_the_list_is_taken_over() -> None:
    case = at_home((DISEASE + "suspected_code", "I21"), (DISEASE + "suspected_name", "别的说法"))
    case.answer(ONE, person_status="1", person_check="1", person_outcome="1").answer(DISEASE, disease_outcome="1")
    assert case.filling.value(case.ref("disease.name", DISEASE)) == "急性心肌梗死"


def test_s5_at_most_three_diseases_each_once() -> None:
    case = ill().answer(DISEASE, disease_outcome="1")
    for number, code in ((2, "E10-E14"), (3, "I10-I15")):
        case.filling.add(ONE + "disease")
        case.answer(f"{ONE}disease[{number}]/", disease_code=code)
    assert case.problem("disease.code", ONE + "disease[2]/") == ""
    assert case.problem("disease.code", ONE + "disease[3]/") == "constraint"
    case.answer(ONE + "disease[3]/", disease_code="I20-I25")
    assert case.problem("disease.code", ONE + "disease[3]/") == ""
    case.filling.add(ONE + "disease")
    case.answer(ONE + "disease[4]/", disease_code="K74")
    assert case.problem("disease.code", ONE + "disease[4]/") == "constraint"


def test_s6_dates_of_the_disease() -> None:
    case = treated()
    for day, problem in (("1959-12-31", "constraint"), ("2026-11-23", "constraint"), ("2020-05-01", "")):
        assert case.answer(DISEASE, disease_date=day).problem("disease.date", DISEASE) == problem
    for day, warned in (("2020-03-31", True), ("2020-04-01", False), ("2020-06-01", False)):
        assert bool(case.answer(TREATMENT, treatment_date=day).warning("treatment.date", TREATMENT)) is warned
    assert case.answer(TREATMENT, treatment_date="2026-11-23").problem("treatment.date", TREATMENT) == "constraint"


@pytest.mark.parametrize(
    ("code", "warned"), [("C53", True), ("C56", True), ("Q54", False), ("C91.0/C92.4", True), ("I10-I15", False)]
)
def test_s7_diseases_of_one_sex_or_age(code: str, warned: bool) -> None:
    case = ill().answer(DISEASE, disease_outcome="4", disease_code=code)
    assert bool(case.warning("disease.code", DISEASE)) is warned


def test_s8_the_total_to_the_fen() -> None:
    case = treated().answer(TREATMENT, cost_total="100.13", cost_own="50.05")
    assert case.problem("cost.other", TREATMENT) == "constraint"
    assert case.filling.hint(case.ref("cost.other", TREATMENT)) == "总计 100.13，以上各项 50.05，还差 50.08"
    case.answer(TREATMENT, cost_rural="50.07")
    assert case.problem("cost.other", TREATMENT) == "constraint"
    case.answer(TREATMENT, cost_rural="40.03", cost_serious="10.05")
    assert case.problem("cost.other", TREATMENT) == ""
    for own, problem in (("100.14", "constraint"), ("-1", "constraint"), ("50.051", "constraint"), ("100.13", "")):
        assert case.answer(TREATMENT, cost_own=own).problem("cost.own", TREATMENT) == problem


@pytest.mark.parametrize("parts", [("0.1", "0.2", "0.3"), ("1.13", "2.27", "3.4"), ("4.35", "1000000.1", "1000004.45")])
def test_s8_is_not_fooled_by_binary_fractions(parts: tuple[str, str, str]) -> None:
    own, rural, total = parts
    case = treated().answer(TREATMENT, cost_total=total, cost_own=own, cost_rural=rural)
    problems = {case.problem(f"cost.{name}", TREATMENT) for name in ("total", "own", "rural", "other")}
    assert problems == {""}


def test_costs_are_not_asked_where_nobody_knows_them() -> None:
    case = treated().answer(TREATMENT, cost_known="8")
    assert [code for code in case.asked(TREATMENT) if code > "610"] == []


@pytest.mark.parametrize(("payer", "insurance"), [("rural", "1"), ("serious", "2"), ("commercial", "3")])
def test_s9_who_pays_must_insure(payer: str, insurance: str) -> None:
    case = treated().answer(TREATMENT, **{f"cost_{payer}": "5"})
    others = " ".join(sorted({"1", "2", "3"} - {insurance}))
    assert case.answer(ONE, person_insurance=others).warning(f"cost.{payer}", TREATMENT)
    assert not case.answer(ONE, person_insurance=insurance).warning(f"cost.{payer}", TREATMENT)


def test_none_excludes_the_others() -> None:
    case = treated().answer(ONE, person_insurance="1 0")
    assert case.problem("person.insurance", ONE) == "constraint"
    assert case.answer(ONE, person_insurance="0").problem("person.insurance", ONE) == ""


def test_s10_the_household_type_is_asked_once() -> None:
    assert at_home().asked("/data/home") == ["201", "202", "203"]


def test_s12_two_signers() -> None:
    case = Case().answer(visit_outcome="2", signer_filler="甲", signer_second="甲")
    assert case.problem("signer.second") == "constraint"
    assert case.answer(signer_second="丙").problem("signer.second") == ""


def test_s14_poor_through_illness_and_nobody_ill() -> None:
    case = at_home(("/data/household/household_cause", "01"))
    case.answer(ONE, person_status="1", person_check="1", person_outcome="2")
    assert not case.warning("household.cause")  # the second person is not told yet
    case.answer(TWO, person_status="2")
    assert case.warning("household.cause")
    assert not case.answer(ONE, person_outcome="1").warning("household.cause")


# --- the number and what it says


@pytest.mark.parametrize(
    ("number", "good"),
    [
        (MAN, True),
        (MAN + "43", True),
        (MAN + "43B1", True),
        (MAN[:-1] + ("0" if MAN[-1] != "0" else "1"), False),
        (MAN[:-1], False),
        ("110101600102003", False),
        (MAN + "83", False),
        ("", False),
    ],
)
def test_the_check_digit(number: str, good: bool) -> None:
    case = at_home().answer(ONE, person_status="1", person_check="2", person_id_number=number)
    assert bool(case.warning("person.id_number", ONE)) is not good


def test_birth_sex_and_relation_agree() -> None:
    case = at_home().answer(ONE, person_status="1", person_check="2")
    assert [case.warning(f"person.{name}", ONE) for name in ("sex", "birth_date", "relation")] == ["", "", ""]
    case.answer(ONE, person_sex="2", person_birth_date="1960-01-03", person_relation="03")
    assert all(case.warning(f"person.{name}", ONE) for name in ("sex", "birth_date", "relation"))


def test_age_is_that_of_the_visit() -> None:
    case = at_home().answer(ONE, person_status="1", person_check="2")
    for birth, age in (("1960-11-22", "66"), ("1960-11-23", "65"), ("2010-11-23", "15")):
        assert case.answer(ONE, person_birth_date=birth).filling.value(ONE + "age") == age
    case.answer(ONE, person_outcome="2", person_labour="1")
    assert case.warning("person.labour", ONE)


def test_a_whole_interview_ends_without_problems() -> None:
    case = at_home(language="English (en)")
    case.answer(household_type="04", household_planning="09")
    for within in (ONE, TWO):
        case.answer(within, person_status="1", person_check="1", person_outcome="2", person_whereabouts="1")
        case.answer(within, person_labour="1", person_insurance="1 2", person_record="1", person_lifted="1")
    case.answer(signer_filler="丁", signer_filler_unit="2", signer_filler_phone="08330000000", signer_second="戊")
    case.answer(signer_second_unit="3", signer_present="1")
    assert case.filling.problems() == ()
    assert case.filling.warnings() == ()
    xml = case.filling.submission_xml()
    assert "<person_outcome>2</person_outcome>" in xml
    assert 'version="2026112201"' in xml
