"""Submissions copied from phones: what is read, and what stops nothing."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from casebook.errors import RuhuError
from survey_forms.form.load import load_form
from survey_forms.submissions.instance_xml import LARGEST, Instance
from survey_forms.submissions.xml_in import read_instances, values_of
from tests.survey_forms.submissions.forms import FORM, TWO_PEOPLE, submission


def _read(path: Path) -> tuple[list[Instance], list[RuhuError]]:
    told: list[RuhuError] = []
    return list(read_instances(path, told.append)), told


def _phone(folder: Path, files: dict[str, str | bytes]) -> Path:
    """As copied from a phone: a folder for each submission."""
    for name, data in files.items():
        path = folder / "instances" / name / f"{name}.xml"
        path.parent.mkdir(parents=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def test_a_folder_from_a_phone(tmp_path: Path) -> None:
    folder = _phone(tmp_path, {"b": submission("<code>2</code>", "uuid:b", "uuid:old"), "a": TWO_PEOPLE})
    (folder / "instances" / "a" / "photo.jpg").write_bytes(b"\xff\xd8")
    found, told = _read(folder)
    assert [(one.name, one.instance_id, one.deprecated_id) for one in found] == [
        ("instances/a/a.xml", "uuid:a", ""),
        ("instances/b/b.xml", "uuid:b", "uuid:old"),
    ]
    assert {(one.form_id, one.version) for one in found} == {("household", "3")}
    assert told == []
    assert found[0].xml == TWO_PEOPLE


def test_a_zip_and_a_single_file(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "phone.zip", "w") as archive:
        archive.writestr("instances/a/a.xml", TWO_PEOPLE)
        archive.writestr("__MACOSX/instances/a/._a.xml", "junk")
        archive.writestr("../../outside.xml", submission("", "uuid:c"))
    found, told = _read(tmp_path / "phone.zip")
    assert sorted(one.instance_id for one in found) == ["uuid:a", "uuid:c"]
    assert told == []
    assert not (tmp_path.parent / "outside.xml").exists()
    one = tmp_path / "one.xml"
    one.write_text("\ufeff" + TWO_PEOPLE, "utf-8")
    assert [found.instance_id for found in _read(one)[0]] == ["uuid:a"]


def test_another_encoding_is_read(tmp_path: Path) -> None:
    text = submission("<code>户</code>").replace("version='1.0' ", "version='1.0' encoding='GBK'")
    path = tmp_path / "gbk.xml"
    path.write_bytes(text.encode("gbk"))
    found, told = _read(path)
    assert told == []
    assert values_of(found[0].xml, load_form(FORM)).values == (("/data/code", "户"),)


BAD: dict[str, str | bytes] = {
    "cut off": TWO_PEOPLE[:200],
    "empty": b"",
    "no XML": b"\x00\x01\x02",
    "a form": FORM,
    "no id": "<data><a/></data>",
    "encrypted": submission("", head='id="household" encrypted="yes"'),
    "entities": '<!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><data id="household">&b;</data>',
    "a file of ours": '<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/hostname">]><data id="household">&x;</data>',
    "deep": '<data id="household">' + "<a>" * 5000 + "</a>" * 5000 + "</data>",
    "large": b'<data id="household">' + b" " * LARGEST + b"</data>",
}


@pytest.mark.parametrize("kind", list(BAD))
def test_a_bad_file_stops_no_other(tmp_path: Path, kind: str) -> None:
    folder = _phone(tmp_path, {"bad": BAD[kind], "good": TWO_PEOPLE})
    found, told = _read(folder)
    assert [one.instance_id for one in found] == ["uuid:a"]
    assert [(error.place.file, bool(error.what)) for error in told] == [("instances/bad/bad.xml", True)]


@pytest.mark.parametrize("name", ["nothing.zip", "broken.zip"])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(RuhuError):
        list(read_instances(tmp_path / name, lambda error: None))


def test_answers_by_ref() -> None:
    read = values_of(TWO_PEOPLE.replace("<note>", "<extra>1</extra><note>"), load_form(FORM))
    assert read.values == (
        ("/data/code", "H1"),
        ("/data/home/place", "29.2 103.1 500 5"),
        ("/data/home/kind", '砖, "瓦"'),
        ("/data/member[1]/name", "甲"),
        ("/data/member[1]/ills", "I10 E11"),
        ("/data/member[1]/drug[1]/what", "一"),
        ("/data/member[1]/drug[2]/what", "二"),
        ("/data/member[2]/name", "乙"),
        ("/data/member[2]/drug[1]/what", "三"),
        ("/data/note", "两行\n字 «"),
    )
    assert read.instances == (
        "/data/member[1]",
        "/data/member[1]/drug[1]",
        "/data/member[1]/drug[2]",
        "/data/member[2]",
        "/data/member[2]/drug[1]",
    )
    assert read.unknown == ("/data/extra",)
