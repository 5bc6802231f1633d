"""The submission as XML."""

from __future__ import annotations

from lxml import etree

from tests.survey_forms.forms import begun

TABLE = """
    ill    select1 患病 [1 是, 2 否]
    what   text    病名 relevant={${ill} = '1'} default=x
    member repeat  成员 start=0
      name text    姓名
"""


def test_a_submission() -> None:
    names = [("/data/member[1]/name", "a < b"), ("/data/member[2]/name", "乙\x00\x1b\ufffe")]
    filling = begun(TABLE, prefill=names)
    filling.answer("/data/ill", "2")
    told = filling.submission_xml(deprecated="uuid:old", instance="uuid:new")
    root = etree.fromstring(told.encode())
    assert (root.tag, root.get("id"), root.get("version")) == ("data", "form", "1")
    assert [(one.tag, "".join(one.itertext())) for one in root][:4] == [
        ("ill", "2"), ("what", ""), ("member", "a < b"), ("member", "乙"),
    ]  # fmt: skip
    meta = {one.tag: one.text for one in root.iter() if one.getparent() is not None and "meta" in one.getparent().tag}
    openrosa = "{http://openrosa.org/xforms}"
    assert meta == {f"{openrosa}instanceID": "uuid:new", f"{openrosa}deprecatedID": "uuid:old"}


def test_without_an_id_it_is_the_one_of_the_filling() -> None:
    filling = begun(TABLE)
    assert filling.value("/data/orx:meta/orx:instanceID") in filling.submission_xml()
    assert "deprecatedID" not in filling.submission_xml()
