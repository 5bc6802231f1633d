"""ODK Central's CSV tables, written and read back."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from casebook.errors import RuhuError
from survey_forms.form.load import load_form
from survey_forms.submissions.csv_in import is_csv_export, read_csv_export
from survey_forms.submissions.csv_replaying import export
from survey_forms.submissions.instance_xml import Instance
from survey_forms.submissions.odk_csv import Submitted, csv_files, write_csv_zip
from survey_forms.submissions.xml_in import values_of
from tests.survey_forms.submissions.forms import FORM, TWO_PEOPLE, submission

CREATED = "2026-11-22T09:30:00.000+08:00"
ANOTHER = submission("<code>H2</code><visitor><name>客</name></visitor><note/>", "uuid:b", "uuid:a")
SUBMITTED = (
    Submitted("uuid:a", CREATED, TWO_PEOPLE, form_version="3"),
    Submitted("uuid:b", CREATED, ANOTHER, submitter_name="调查员", device_id="d1", edits=1, form_version="3"),
)


def test_a_table_for_the_form_and_one_for_each_repeat() -> None:
    files = csv_files(FORM, "household", SUBMITTED)
    assert list(files) == ["household.csv", "household-member.csv", "household-drug.csv", "household-visitor.csv"]
    assert files["household.csv"] == (
        "SubmissionDate,meta-instanceID,meta-deprecatedID,code,home-kind,home-place-Latitude,home-place-Longitude,"
        "home-place-Altitude,home-place-Accuracy,note,KEY,SubmitterID,SubmitterName,AttachmentsPresent,"
        "AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n"
        '2026-11-22T01:30:00.000Z,uuid:a,,H1,"砖, ""瓦""",29.2,103.1,500,5,"两行\n字 «",uuid:a,,,0,0,,,,0,3\n'
        "2026-11-22T01:30:00.000Z,uuid:b,uuid:a,H2,,,,,,,uuid:b,,调查员,0,0,,,d1,1,3\n"
    )
    assert files["household-drug.csv"] == (
        "what,PARENT_KEY,KEY\n"
        "一,uuid:a/member[1],uuid:a/member[1]/drug[1]\n"
        "二,uuid:a/member[1],uuid:a/member[1]/drug[2]\n"
        "三,uuid:a/member[2],uuid:a/member[2]/drug[1]\n"
    )


def test_choices_get_columns_when_they_are_known() -> None:
    files = csv_files(FORM, "household", SUBMITTED, select_values={"/member/ills": ["I10", "E78"]}, group_paths=False)
    assert files["household-member.csv"] == (
        "name,ills,ills/I10,ills/E78,PARENT_KEY,KEY\n"
        "甲,I10 E11,1,0,uuid:a,uuid:a/member[1]\n"
        "乙,,0,0,uuid:a,uuid:a/member[2]\n"
    )
    assert ",kind,place-Latitude," in files["household.csv"]


def test_repeats_of_one_name_are_numbered_and_damage_is_borne() -> None:
    form = FORM.replace("visitor", "guest").replace("<guest><name/></guest>", "<g><member><name/></member></g>")
    form = form.replace('nodeset="/data/guest"', 'nodeset="/data/g/member"')
    files = csv_files(form, "a/b", [Submitted("uuid:x", CREATED, "<data><code>H</code><g><member>")])
    assert list(files) == ["ab.csv", "ab-member~1.csv", "ab-drug.csv", "ab-member~2.csv"]
    assert "uuid:x/g/member[1]" in files["ab-member~2.csv"]
    assert csv_files(form, "ab", [Submitted("uuid:x", "?", None, status="not decrypted")])["ab.csv"].endswith(
        "uuid:x,,,0,0,not decrypted,,,0,\n"
    )
    assert list(csv_files("nonsense", "ab", []).values()) == [
        "SubmissionDate,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,"
        "DeviceID,Edits,FormVersion\n"
    ]


def _read(path: Path) -> tuple[list[Instance], list[RuhuError]]:
    told: list[RuhuError] = []
    return list(read_csv_export(path, FORM, "household", told.append)), told


@pytest.mark.parametrize("group_paths", [True, False])
def test_read_back_it_says_the_same(tmp_path: Path, group_paths: bool) -> None:
    path = tmp_path / "household.csv.zip"
    write_csv_zip(path, csv_files(FORM, "household", SUBMITTED, group_paths=group_paths))
    assert is_csv_export(path)
    found, told = _read(path)
    assert told == []
    assert [(one.instance_id, one.deprecated_id, one.form_id, one.version) for one in found] == [
        ("uuid:a", "", "household", "3"),
        ("uuid:b", "uuid:a", "household", "3"),
    ]
    definition = load_form(FORM)
    for one, xml in zip(found, (TWO_PEOPLE, ANOTHER), strict=True):
        again, first = values_of(one.xml, definition), values_of(xml, definition)
        assert sorted(again.values) == sorted(first.values)
        assert again.instances == first.instances
        assert again.unknown == ()


def test_each_form_of_a_zip_has_its_own_tables(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    write_csv_zip(path, csv_files(FORM, "an older/one", SUBMITTED[:1]) | csv_files(FORM, "household", SUBMITTED[1:]))
    for form_id, instance in (("an older/one", "uuid:a"), ("household", "uuid:b")):
        told: list[RuhuError] = []
        assert [one.instance_id for one in read_csv_export(path, FORM, form_id, told.append)] == [instance]
        assert told == []


def test_a_zip_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with pytest.raises(UnicodeEncodeError):
        write_csv_zip(path, {"household.csv": "KEY", "household-member.csv": "\ud83d"})
    assert list(tmp_path.iterdir()) == []


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_csv_zip(tmp_path / name, csv_files(FORM, "household", SUBMITTED))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_is_missing_or_twice_is_told(tmp_path: Path) -> None:
    files = csv_files(FORM, "household", [*SUBMITTED, SUBMITTED[0], Submitted("", CREATED, ANOTHER)])
    del files["household-visitor.csv"]
    path = tmp_path / "h.zip"
    write_csv_zip(path, files)
    found, told = _read(path)
    assert [one.instance_id for one in found] == ["uuid:a", "uuid:b"]
    assert [(error.code, error.place.file, error.place.row) for error in told] == [
        ("csv_table_missing", "household-visitor.csv", None),
        ("csv_key", "household.csv", 4),
        ("csv_key", "household.csv", 5),
    ]


@pytest.mark.parametrize(
    ("member", "data"),
    [
        ("household.csv", b"a,b\n1,2\n"),
        ("household.csv", b"\xff\xfe\x00"),
        ("household.csv", b""),
        ("other.txt", b"x"),
        ("household.csv", b'SubmissionDate,KEY\n"' + b"x" * 100),
    ],
)
def test_tables_that_are_none(tmp_path: Path, member: str, data: bytes) -> None:
    path = tmp_path / "h.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(member, data)
    told: list[RuhuError] = []
    try:
        found = list(read_csv_export(path, FORM, "household", told.append))
    except RuhuError as error:
        assert error.what
        return
    assert found == []
    assert told


def test_as_odk_central_exports(shared: Path) -> None:
    cases = json.loads((shared / "conformance" / "odk_csv.json").read_text("utf-8"))["cases"]
    asked = {"form": "formXml", "form_id": "formId", "submissions": "submissions", "options": "options"}
    questions = [(case, {ours: case[their] for ours, their in asked.items()}) for case in cases]
    wrong = [case["id"] for case, question in questions if export(question) != case["files"]]
    assert len(cases) > 5
    assert wrong == []
