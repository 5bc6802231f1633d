"""Submissions of phones: whose visit they are, what they change, and that none is taken twice."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.people.asks import answers_to
from casebook.store.casebook import Casebook, open_casebook
from survey_forms.filling.filling import Filling
from survey_forms.interview import open_interview
from survey_forms.stored_forms import definition_of
from survey_forms.submissions.xml_in import values_of
from survey_forms.visits import handed_in, submitted
from survey_forms.visits.changes import changes
from survey_forms.visits.importing import Taken, import_submissions
from survey_forms.visits.planning import Choice, plan
from survey_forms.visits.steps import pass_on, send_back
from survey_forms.visits.submitted import write_odk_csv
from survey_forms.visits.visit_list import visit_named
from survey_forms.visits.visit_view import fact_body
from tests.audit.casebooks import ruled
from tests.survey_forms.visits.answered import answers_for
from tui.all_views import VIEWS

GIVEN = {"person.outcome": "2", "signer.second": "李四", "signer.filler_phone": "13900000000"}


@pytest.fixture
def visit(surveyed: Casebook, form: str) -> str:
    plan(surveyed, Choice(), form)
    return visit_named(surveyed, "H001").id


def phone(book: Casebook, form: str, given: dict[str, str], prefill: list[tuple[str, str]]) -> Filling:
    """The form as it was filled on a phone, where nothing is prefilled but what is typed first."""
    filling = Filling.begin(definition_of(book, form), now=datetime.now().astimezone, prefill=prefill)
    answers_for(filling, GIVEN | given)
    return filling


def typed(*names: str, code: str = "H001") -> list[tuple[str, str]]:
    pairs = [("/data/household/household_code", code)]
    for number, name in enumerate(names, 1):
        pairs += [(f"/data/member[{number}]/person_name", name), (f"/data/member[{number}]/person_sex", "2")]
        pairs += [(f"/data/member[{number}]/person_birth_date", "1960-05-05")]
    return pairs


def save(folder: Path, filling: Filling, name: str, instance: str = "") -> Path:
    path = folder / "instances" / name / f"{name}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(filling.submission_xml(instance=instance or f"uuid:{name}"), "utf-8")
    return folder / "instances"


def became(found: list[Taken]) -> list[tuple[str, str]]:
    return [(one.name.rpartition("/")[2], one.became) for one in found]


def test_a_whole_submission_is_handed_in(surveyed: Casebook, form: str, visit: str, tmp_path: Path) -> None:
    filling = phone(surveyed, form, {}, [*_prefill(surveyed, visit), ("/data/home/household_phone", "13700000000")])
    folder = save(tmp_path, filling, "a")
    text = (folder / "a" / "a.xml").read_text("utf-8")
    before, *members, after = re.split(r"(?=<member>)|(?<=</member>)(?!<member>)", text)
    assert len(members) == 3
    (folder / "a" / "a.xml").write_text("".join((before, *reversed(members), after)), "utf-8")
    book = surveyed.acted_by("陈静")
    assert became(import_submissions(book, folder, dry_run=True)) == [("a.xml", "submitted")]
    assert visit_named(surveyed, visit).state == "planned"
    assert became(import_submissions(book, folder)) == [("a.xml", "submitted")]
    row = visit_named(surveyed, visit)
    assert (row.state, row.submitted_by) == ("township", "陈静")
    body = fact_body(surveyed.connection, row.submission)
    assert body["instance"] == "uuid:a" and body["xml"] == (folder / "a" / "a.xml").read_text("utf-8")
    assert [one["outcome"] for one in body["outcome"]["people"]] == ["2", "2", "2"]
    assert all(reason for _ref, reason in body["reasons"]) and body["reasons"]
    interview = open_interview(surveyed, visit)
    assert interview.filling.value("/data/home/household_phone") == "13700000000"
    assert interview.filling.problems() == ()
    assert became(import_submissions(book, folder)) == [("a.xml", "already")]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(handed_in, "own_devices", lambda _connection: ())  # as if it were taken on a laptop
        pass_on(surveyed.acted_by("张伟"), [visit])


def _prefill(book: Casebook, visit: str) -> list[tuple[str, str]]:
    return [(ref, text) for ref, text in fact_body(book.connection, visit)["prefill"]]


def test_people_are_found_by_name_not_by_position(
    surveyed: Casebook, form: str, visit: str, tmp_path: Path
) -> None:
    filling = phone(surveyed, form, {"person.whereabouts": "2"}, typed("王小山", "王大山", "新来的"))
    found = import_submissions(surveyed, save(tmp_path, filling, "b"))
    assert became(found) == [("b.xml", "draft")], "李桂芳 has no answers on the phone"
    now = open_interview(surveyed, visit).filling
    names = [now.value(f"/data/member[{n}]/person_name") for n in (1, 2, 3, 4)]
    assert names == ["王大山", "李桂芳", "王小山", "新来的"]
    assert [now.value(f"/data/member[{n}]/whereabouts") for n in (1, 2, 3, 4)] == ["2", "", "2", "2"]
    assert now.value("/data/member[1]/person_id").startswith("P")
    assert found[0].problems == len(now.problems()), "who is listed is asked after, which the phone did not know"
    assert became(import_submissions(surveyed, tmp_path)) == [("b.xml", "already")], "a draft is not laid over again"


def test_what_was_entered_here_before_is_handed_in_with_it(
    surveyed: Casebook, form: str, visit: str, tmp_path: Path
) -> None:
    """What is checked, what outlives the form and what is handed in are the same answers; the phone's own are kept."""
    filling = phone(surveyed, form, {"signer.filler": "周平"}, _prefill(surveyed, visit))
    first = open_interview(surveyed.acted_by("陈静"), visit)
    for field, said in (("visit.outcome", "1"), ("visit.consent", "1"), ("household.phone", "13700000000")):
        first.answer(first.filling.field_nodes(field)[0], said)
    folder = save(tmp_path, filling, "p")
    text = (folder / "p" / "p.xml").read_text("utf-8").replace(">13800000001<", "><")
    (folder / "p" / "p.xml").write_text(text, "utf-8")
    assert became(import_submissions(surveyed, folder)) == [("p.xml", "submitted")]
    body = fact_body(surveyed.connection, visit_named(surveyed, visit).submission)
    assert body["instance"] == "uuid:p" and "uuid:p" in body["xml"] and body["received"] == text
    handed_in = dict(values_of(body["xml"], definition_of(surveyed, form)).values)
    assert handed_in["/data/home/household_phone"] == "13700000000"
    assert handed_in["/data/signatures/filler"] == "周平"
    changed = [(one.label, one.before, one.now) for one in changes(surveyed, visit) if one.origin == "prefill"]
    assert changed == [("联系电话", "13800000001", "13700000000")]


def test_a_file_answers_no_asks_of_other_households(
    surveyed: Casebook, form: str, visit: str, tmp_path: Path
) -> None:
    kind, name = surveyed.connection.execute("SELECT kind, name FROM finding WHERE household = 'H004'").fetchone()
    (ask,) = ruled(surveyed, kind, 7, name)
    prefill = [*_prefill(surveyed, visit), ("/data/asks_number", "1"), ("/data/ask[1]/ask_id", ask)]
    filling = phone(surveyed, form, {"ask.answer": "1"}, prefill)
    assert [filling.value(ref) for ref in filling.field_nodes("ask.answer")] == ["1"]
    assert became(import_submissions(surveyed, save(tmp_path, filling, "o"))) == [("o.xml", "submitted")]
    body = fact_body(surveyed.connection, visit_named(surveyed, visit).submission)
    assert body["asks"] == [] and answers_to(surveyed.connection, ask) == []


def test_who_copies_the_answers_is_not_who_filled_them_in(
    surveyed: Casebook, form: str, visit: str, tmp_path: Path
) -> None:
    filling = phone(surveyed, form, {"signer.filler": "周平"}, _prefill(surveyed, visit))
    folder = save(tmp_path, filling, "f")
    text = (folder / "f" / "f.xml").read_text("utf-8").replace(">周平<", "><")
    (folder / "f" / "f.xml").write_text(text, "utf-8")
    import_submissions(surveyed.acted_by("陈静"), folder)
    assert open_interview(surveyed, visit).filling.value("/data/signatures/filler") == ""


def test_what_finds_no_visit_is_listed(surveyed: Casebook, form: str, visit: str, tmp_path: Path) -> None:
    save(tmp_path, phone(surveyed, form, {}, typed("某某", code="H777")), "nobody")
    save(tmp_path, phone(surveyed, form, {}, typed("某某", code="CODE")), "nocode")
    nocode = tmp_path / "instances" / "nocode" / "nocode.xml"
    nocode.write_text(nocode.read_text("utf-8").replace(">CODE<", "><"), "utf-8")
    folder = save(tmp_path, phone(surveyed, form, {}, _prefill(surveyed, visit)), "z")
    other = folder / "other" / "other.xml"
    other.parent.mkdir()
    other.write_text('<data id="another"><meta><instanceID>uuid:o</instanceID></meta></data>', "utf-8")
    (folder / "broken.xml").write_text("<data", "utf-8")
    found = {one.name.rpartition("/")[2]: one for one in import_submissions(surveyed, folder)}
    assert {name: one.became for name, one in found.items()} == {
        "broken.xml": "left", "nobody.xml": "left", "nocode.xml": "left", "other.xml": "left", "z.xml": "submitted",
    }  # fmt: skip
    assert len({one.why for one in found.values()}) == 5, "each says why"
    later = save(tmp_path / "later", phone(surveyed, form, {}, _prefill(surveyed, visit)), "y")
    assert [one.became for one in import_submissions(surveyed, later)] == ["left"], "it is handed in already"


def test_the_tables_of_odk_central(surveyed: Casebook, form: str, visit: str, tmp_path: Path) -> None:
    """What another casebook exported as CSV comes back with the same answers."""
    folder = save(tmp_path, phone(surveyed, form, {"person.whereabouts": "2"}, _prefill(surveyed, visit)), "c")
    shutil.copytree(surveyed.folder, tmp_path / "另.ruhu")
    with open_casebook(tmp_path / "另.ruhu", author="陈静", views=VIEWS) as other:
        import_submissions(other, folder)
        write_odk_csv(other, [visit], tmp_path / "答卷.csv.zip")
    found = import_submissions(surveyed, tmp_path / "答卷.csv.zip")
    assert [one.became for one in found] == ["submitted"]
    now = open_interview(surveyed, visit).filling
    assert [now.value(f"/data/member[{n}]/whereabouts") for n in (1, 2, 3)] == ["2", "2", "2"]
    assert [one.became for one in import_submissions(surveyed, folder)] == ["already"]


def test_tables_of_an_unknown_form_and_what_holds_no_submission(surveyed: Casebook, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "别的.zip", "w") as archive:
        archive.writestr("other.csv", "SubmissionDate,KEY\n2026-11-22,uuid:x\n")
    (tmp_path / "空").mkdir()
    for name, code in (("别的.zip", "no_form"), ("空", "no_instances")):
        with pytest.raises(RuhuError) as refused:
            import_submissions(surveyed, tmp_path / name)
        assert (refused.value.code, refused.value.place.file) == (code, name)


def test_an_export_cut_off_leaves_no_half_and_is_done_again(
    surveyed: Casebook, form: str, visit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_submissions(surveyed, save(tmp_path, phone(surveyed, form, {}, _prefill(surveyed, visit)), "c"))

    def full(path: Path, _content: object) -> None:
        path.write_bytes(b"<da")
        raise RuhuError("disk_full", "x")

    with monkeypatch.context() as patch:
        patch.setattr(submitted, "write_atomically", full)
        with pytest.raises(RuhuError):
            submitted.write_instances(surveyed, [visit], tmp_path / "out")
    assert list((tmp_path / "out").rglob("*.xml")) == []
    assert submitted.write_instances(surveyed, [visit], tmp_path / "out") == 1
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["instances"]


def test_a_zip_and_a_visit_sent_back(surveyed: Casebook, form: str, visit: str, tmp_path: Path) -> None:
    book = surveyed.acted_by("陈静")
    import_submissions(book, save(tmp_path, phone(surveyed, form, {}, _prefill(surveyed, visit)), "first"))
    send_back(surveyed, visit, "再问一次")
    folder = save(tmp_path / "again", phone(surveyed, form, {}, _prefill(surveyed, visit)), "second")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(folder / "second" / "second.xml", "instances/second/second.xml")
    assert became(import_submissions(book, tmp_path / "x.zip")) == [("second.xml", "submitted")]
    row = visit_named(surveyed, visit)
    assert (row.state, row.conflict) == ("township", False)
