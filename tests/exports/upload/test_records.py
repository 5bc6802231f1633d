"""Who stands in an upload and with what: decisions, answers, lists; and a county's own forms."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide
from casebook.progress import Stopped
from casebook.store.casebook import Casebook, open_casebook
from exports.upload.answered import Answered, Reading
from exports.upload.form_plan import plan_of
from exports.upload.record import Record, Records
from exports.upload.records import records
from survey_forms.stored_forms import import_form, standard_form
from survey_forms.submissions.xml_in import values_of
from survey_forms.visits.planning import Choice, plan
from survey_forms.visits.visit_list import VisitFilter, visit_named, visit_row
from survey_forms.visits.visit_view import visit_fact
from tests.audit.casebooks import audited, finding
from tests.audit.notation import number
from tests.exports.upload.made_answers import handed_in, passed, xml_of
from tests.survey_forms.forms import form
from tests.survey_forms.visits.lists import REGISTRY, ROSTER
from tests.survey_forms.visits.made_visits import new_book
from tui.all_views import VIEWS

M1, M2, M3 = "/data/member[1]", "/data/member[2]", "/data/member[3]"
AT_HOME = {
    "/data/visit/visit_date": "2026-11-20", "/data/visit/visit_outcome": "1", "/data/signatures/filler": "陈静",
    "/data/signatures/filler_unit": "2", "/data/home/household_type": "01",
}  # fmt: skip
ILL = {
    f"{M1}/person_status": "1", f"{M1}/person_outcome": "1", f"{M1}/insurance": "1 2",
    f"{M1}/disease[1]/disease_outcome": "1", f"{M1}/disease[1]/disease_code": "I10-I15",
    f"{M1}/disease[1]/disease_name": "高血压", f"{M1}/disease[1]/diagnosed_date": "2016-06-01",
    f"{M1}/disease[2]/disease_outcome": "2",
    f"{M1}/disease[1]/treatment[1]/treated_date": "2026-05-01", f"{M1}/disease[1]/treatment[1]/cost/cost_total": "12.5",
    f"{M1}/disease[1]/treatment[2]/treated_date": "2026-03-01", f"{M1}/disease[1]/treatment[2]/cost/cost_total": "7",
    f"{M2}/person_status": "1", f"{M2}/person_outcome": "1", f"{M3}/person_status": "2",
    f"{M3}/disease[1]/suspected_name": "", f"{M2}/disease[1]/suspected_name": "",
}  # fmt: skip
DEAD = {f"{M1}/person_status": "1", f"{M1}/person_outcome": "3", f"{M1}/death_date": "2026-02-01"}
NUMBER = number("600101-1")
NEW = {
    f"{M3}/person_name": "吴小花", f"{M3}/person_sex": "2", f"{M3}/person_outcome": "2", f"{M3}/person_id_number": "x"
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decided before the visits: 李桂芳 is 李桂芬; after them: the number of 王小山. H001 is ill, well, unknown to
    anybody; H002 refused; H003 died; H004 has one more; H999 waits for the county, H005 for everybody."""
    folder = tmp_path_factory.mktemp("passed") / "县.ruhu"
    with new_book(folder) as book:
        audited(book, ROSTER, REGISTRY)
        decide(book, [finding(book, "name_visual")], Ruling(2, reason="看过身份证"))
        visits = plan(book, Choice(which="all"), import_form(book, standard_form()).id).made
        assert len(visits) == 6
        passed(book, visit_named(book, "H001").id, AT_HOME | ILL)
        passed(book, visit_named(book, "H002").id, {"/data/visit/visit_outcome": "5", **_blank(book, "H002")})
        passed(book, visit_named(book, "H003").id, AT_HOME | DEAD)
        passed(book, visit_named(book, "H004").id, AT_HOME | {f"{M1}/person_outcome": "2"} | _third(book))
        handed_in(book, visit_named(book, "H999").id, AT_HOME)
        other = finding(book, "id_valid_other")
        decide(book, [other], Ruling(3, document="户口本", value=" 990101198805050070 "))
        countersign(book.acted_by("吴县"), [other])
    return folder


def _blank(book: Casebook, household: str) -> dict[str, str]:
    """No answer about anybody: whom the lists name stand blank in what is handed in."""
    prefill = visit_fact(book.connection, visit_named(book, household).id)["prefill"]
    return {ref: "" for ref, _text in prefill if ref.startswith("/data/member")}


def _third(book: Casebook) -> dict[str, str]:
    """Somebody whom no list names, behind the two of the lists and 钱冬梅, whom only the registry names."""
    return {ref.replace("member[3]", "member[4]"): text for ref, text in NEW.items()}


@pytest.fixture
def book(folder: Path, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(folder, tmp_path / "县.ruhu")
    with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
        yield book


@pytest.fixture(scope="module")
def found(folder: Path) -> Records:
    with open_casebook(folder, author="刘敏", views=VIEWS) as book:
        return records(book)


def named(found: Records, name: str) -> Record:
    (one,) = [one for one in found.people if one.name == name]
    return one


def told(record: Record, *fields: str) -> list[tuple[str, str]]:
    return [(value.text, value.origin) if (value := record.values.get(field)) else ("", "") for field in fields]


def test_everyone_of_passed_visits_in_order_and_who_waits(found: Records) -> None:
    names = ["周老幺", "王大山", "李桂芬", "王小山", "吴春来", "吴小满", "钱冬梅", "吴小花"]
    assert [one.name for one in found.people] == names
    assert [(one.state, one.people) for one in found.aside] == [("nobody", 2)]
    assert sorted((one.state, one.people) for one in found.waiting) == [("planned", 1), ("township", 1)]
    assert ("2", "未患病") in found.choices["person.outcome"]


def test_answers_stand_before_lists_and_household_values_on_everyone(found: Records) -> None:
    ill, well = named(found, "王大山"), named(found, "李桂芬")
    assert told(ill, "person.id_number", "household.type", "household.cause", "person.phone") == [
        (NUMBER, "visit"), ("01", "visit"), ("01", "visit"), ("13800000001", "roster"),
    ]  # fmt: skip
    assert told(well, "household.type", "place.village", "household.size") == [
        ("01", "visit"), ("青桥村", "visit"), ("3", "visit"),
    ]  # fmt: skip
    assert ill.values["person.health"].names == ("长期慢性病", "残疾") and ill.values["person.health"].text == "02 04"
    assert ill.values["person.insurance"].codes == ("1", "2")
    assert told(ill, "signer.reviewer", "signer.reviewer_unit", "signer.filler") == [
        ("吴县", "account"), ("1", "account"), ("陈静", "visit"),
    ]  # fmt: skip
    assert told(ill, "person.age", "household.head_id_number") == [("66", "visit"), (NUMBER, "visit")]
    assert [side for side, _person in ill.people] == ["roster", "registry"]
    assert ill.key == ill.person == ill.people[0][1]


def test_diseases_with_their_treatments_the_earliest_first(found: Records) -> None:
    first, second = named(found, "王大山").diseases
    values = {name: value.text for name, value in first.values.items()}
    assert values == {
        "suspected.name": "高血压", "disease.outcome": "1", "disease.code": "I10-I15", "disease.name": "高血压",
        "disease.date": "2016-06-01", "disease.number": "1",
    }  # fmt: skip
    assert first.values["disease.outcome"].names == ("确诊",), "what the person's outcome is called"
    assert [(one["treatment.date"].text, one["cost.total"].text) for one in first.treatments] == [
        ("2026-03-01", "7.00"), ("2026-05-01", "12.50"),
    ]  # fmt: skip
    assert {name: value.text for name, value in second.values.items()} == {
        "suspected.name": "糖尿病", "disease.outcome": "2", "disease.number": "2",
    }  # fmt: skip


def test_who_is_not_ill_or_dead_has_what_the_lists_suspected(found: Records) -> None:
    (cataract,) = named(found, "吴春来").diseases
    assert (cataract.values["suspected.name"].text, cataract.values["disease.outcome"].names) == ("白内障", ("未患病",))
    (dead,) = named(found, "周老幺").diseases
    assert {name: value.text for name, value in dead.values.items()} == {"disease.outcome": "3"}
    assert not named(found, "王小山").diseases, "nobody knows such a person"
    (forgotten,) = named(found, "李桂芬").diseases
    assert texts(forgotten.values) == {"disease.outcome": "1"}, "the checks miss the rest"


def test_nobody_of_this_name_has_no_more_than_the_form_says(found: Records) -> None:
    gone, dead = named(found, "王小山"), named(found, "周老幺")
    assert told(gone, "person.status", "person.phone") == [("2", "visit"), ("", "")]
    assert told(dead, "person.status", "person.death_date") == [("1", "visit"), ("2026-02-01", "visit")]


def test_somebody_added_at_the_door(found: Records) -> None:
    new = named(found, "吴小花")
    assert new.key == f"{new.visit}:4" and new.person == "" and new.people == ()
    assert told(new, "person.status", "household.code", "person.id_number") == [
        ("1", "visit"), ("H004", "visit"), ("X", "visit"),
    ]  # fmt: skip


def test_a_decision_stands_before_the_answer(found: Records) -> None:
    assert told(named(found, "李桂芬"), "person.name") == [("李桂芬", "decision")]
    assert told(named(found, "王小山"), "person.id_number") == [("990101198805050070", "decision")]


def test_a_correction_at_the_door_outlives_what_was_decided_before(book: Casebook) -> None:
    passed(
        book,
        visit_named(book, "H001").id,
        AT_HOME | ILL | {f"{M2}/person_name": "李贵芬", f"{M3}/person_id_number": "990101198805050038"},
    )
    assert told(named(records(book), "李贵芬"), "person.name") == [("李贵芬", "visit")]
    decided = told(named(records(book), "王小山"), "person.id_number")
    assert decided == [("990101198805050070", "decision")], "a number of one of the lists is no correction"
    decide(book, [finding(book, "name_visual")], Ruling(1, reason="又看了户口本"))
    assert told(named(records(book), "李桂芳"), "person.name") == [("李桂芳", "decision")]
    decide(book, [finding(book, "name_visual")], Ruling(4, reason="两边都不是"))
    assert "person.name" not in records(book).people[2].values


def test_whom_two_visits_asked_the_later_one_tells_of(book: Casebook, found: Records) -> None:
    form = book.connection.execute("SELECT id FROM form").fetchone()[0]
    made = plan(book, Choice(which="all", villages=("白石村",), round="2027"), form).made
    again = next(one for one in made if visit_row(book, one).household == "H003")
    passed(book, again, AT_HOME | {f"{M1}/person_status": "1", f"{M1}/person_outcome": "2"})
    later = records(book)
    assert [one.key for one in later.people] == [one.key for one in found.people]
    assert told(named(later, "周老幺"), "person.outcome") == [("2", "visit")]
    assert [(one.visit, one.people) for one in later.aside if one.state == "later"] == [(found.people[0].visit, 1)]


def test_answers_that_are_elsewhere_are_counted(book: Casebook) -> None:
    row = visit_named(book, "H003")
    book.connection.execute("DROP TRIGGER body_delete")
    book.connection.execute(
        "DELETE FROM body WHERE arrival = (SELECT arrival FROM envelope WHERE id = ?)", (row.submission,)
    )
    found = records(book, VisitFilter(village=row.village))
    assert [(one.visit, one.state) for one in found.waiting] == [(row.id, "elsewhere")]
    assert not found.people and [one.state for one in found.aside] == ["nobody"]


def test_it_can_be_stopped(book: Casebook) -> None:
    def stop(_stage: str, done: int, total: int) -> None:
        assert (done, total) == (0, 4)
        raise Stopped

    with pytest.raises(Stopped):
        records(book, progress=stop)
    assert not book.connection.in_transaction


# --- a county's own form


def read(table: str, values: dict[str, str]) -> Answered:
    definition = form(table)
    xml = xml_of({f"/data/{ref}": text for ref, text in values.items()})
    return Reading(plan_of(definition)).read(values_of(xml, definition))


def texts(values: object) -> dict[str, str]:
    return {name: value.text for name, value in values.items()}  # type: ignore[attr-defined]


PLAIN = """
person.name      text     姓名
person.sex       select1  性别      [1 男, 2 女]
disease.outcome  select1  确诊      [1 确诊, 2 未患病]
disease          repeat   疾病
  disease.name   select1  病        [a 胃癌, b 高血压]
  cost.total     decimal  总费用
"""


def test_a_form_of_one_person_without_a_repeat() -> None:
    given = {"name": "王大山", "sex": "1", "outcome": "1", "disease[1]/name": "b", "disease[1]/total": "3.1"}
    (person,) = read(PLAIN, given).people
    assert texts(person.values) == {"person.name": "王大山", "person.sex": "1"}
    assert person.values["person.sex"].names == ("男",)
    (disease,) = person.diseases
    assert texts(disease.values) == {"disease.outcome": "1", "disease.name": "高血压"}
    assert [texts(one) for one in disease.treatments] == [{"cost.total": "3.10"}]
    (well,) = read(PLAIN, {"name": "李桂芳", "outcome": "2"}).people
    assert [texts(one.values) for one in well.diseases] == [{"disease.outcome": "2"}]


BESIDE = """
household.code     text     户编号
member             repeat   家里人
  person.name      text     姓名
  disease          repeat   疾病
    disease.name   text     病名
  seen             repeat   看病
    disease.name2  text     看什么病  field=disease.name
    treatment.date date     日期
    cost.total     decimal  费用
newcomer           repeat   新来的人
  person.name2     text     姓名      field=person.name
"""


def test_treatments_beside_the_diseases_and_people_in_two_repeats() -> None:
    one = {"member[1]/name": "王大山", "member[1]/disease[1]/name": "胃癌", "member[1]/seen[1]/total": "5"}
    (person,) = read(BESIDE, one | {"code": "H1"}).people
    assert [texts(told) for told in person.diseases[0].treatments] == [{"cost.total": "5.00"}]
    several = {
        **one, "member[1]/disease[2]/name": "高血压", "member[1]/seen[2]/name2": "高血压",
        "member[1]/seen[2]/total": "7", "member[2]/disease[1]/name": "白内障", "newcomer[1]/name2": "吴小花",
    }  # fmt: skip
    first, new = read(BESIDE, several).people
    assert [[texts(told) for told in part.treatments] for part in first.diseases] == [[], [{"cost.total": "7.00"}]]
    assert [texts(told) for told in first.treatments] == [{"cost.total": "5.00"}], "nobody says what it was for"
    assert (new.values["person.name"].text, new.number) == ("吴小花", 3), "the second of the list was left blank"
