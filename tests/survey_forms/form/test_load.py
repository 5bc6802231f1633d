"""An XForm into a definition, or all that is wrong with it."""

from __future__ import annotations

import pytest

from survey_forms.filling.filling import Filling
from survey_forms.form.definition import FormDefinition, FormRefused, Group, Question, Repeat
from survey_forms.form.load import load_form
from tests.survey_forms.forms import NOW, form, xform


def troubles(table: str, **options: object) -> list[tuple[str, str]]:
    with pytest.raises(FormRefused) as caught:
        form(table, **options)
    return [(trouble.path, trouble.attribute) for trouble in caught.value.troubles]


def test_what_is_in_a_form() -> None:
    definition = form("""
        household.code text 户编号 code=A1
        member repeat 成员
          name text 姓名
          grp group 组
            sex select1 性别 [1 男, 2 女] unknown=8 refused=9 pinyin=xb
            told note 说明
        """)
    assert (definition.id, definition.version, definition.title) == ("form", "1", "form")
    code, member = definition.body
    assert isinstance(code, Question) and (code.path, code.field, code.code) == ("/data/code", "household.code", "A1")
    assert isinstance(member, Repeat) and [type(one) for one in member.children] == [Question, Group]
    sex = definition.questions["/data/member/grp/sex"]
    assert (sex.unknown, sex.refused, sex.extra["pinyin"]) == ("8", "9", "xb")
    assert [item.value for item in sex.items] == ["1", "2"]
    assert definition.questions["/data/member/grp/told"].kind == "note"
    assert [element.path for element in definition.elements()] == [
        "/data/code", "/data/member", "/data/member/name", "/data/member/grp", "/data/member/grp/sex",
        "/data/member/grp/told",
    ]
    assert definition.fields == {"household.code": ("/data/code",)}


@pytest.mark.parametrize(
    ("kind", "keys", "want"),
    [
        ("text", "", "text"), ("int", "", "int"), ("decimal", "", "decimal"), ("date", "", "date"),
        ("time", "", "time"), ("datetime", "", "datetime"), ("geo", "", "geo"), ("text", "type=barcode", "barcode"),
        ("rank", "[a A]", "rank"), ("trigger", "", "trigger"), ("upload", "type=binary", "upload"),
        ("int", "readonly={true()}", "int"), ("text", "readonly={true()}", "note"),
    ],
)  # fmt: skip
def test_kinds(kind: str, keys: str, want: str) -> None:
    assert form(f"q {kind} 题 {keys}").questions["/data/q"].kind == want


def test_all_troubles_are_told_with_path_and_attribute() -> None:
    assert troubles("""
        a text 甲 relevant={nonsense(1)}
        b text 乙 constraint={. >} required={floor(1)}
        c calc calculate={${a} +}
        d select1 丁 from={instance('nowhere')/root/item}
        """) == [
        ("/data/a", "relevant"),
        ("/data/b", "required"),
        ("/data/b", "constraint"),
        ("/data/c", "calculate"),
        ("/data/d", "itemset"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "a calc calculate={${b} + 1}\nb calc calculate={${a} + 1}",
        "a calc calculate={. + 1}",
        "a calc calculate={${b}}\nb calc calculate={${c}}\nc calc calculate={if(${a} = 1, 2, 3)}",
        "r repeat 表\n  x calc calculate={${y}}\n  y calc calculate={${x}}",
        "r repeat 表\n  x calc calculate={sum(${r}) + sum(/data/r/x)}",
    ],
)
def test_calculations_in_a_circle_are_refused(table: str) -> None:
    assert {attribute for _path, attribute in troubles(table)} == {"calculate"}


def test_a_question_that_hides_itself_is_refused() -> None:
    assert troubles("a text 甲 relevant={. = ''}") == [("/data/a", "relevant")]


@pytest.mark.parametrize(
    "xml",
    ["", "no xml", "<a/>", "<h><model/><body/></h>", "<h><model><instance/></model><body/></h>"],
)
def test_what_is_no_form_is_refused(xml: str) -> None:
    with pytest.raises(FormRefused):
        load_form(xml)


def test_a_question_without_data_is_refused() -> None:
    with pytest.raises(FormRefused) as caught:
        load_form(xform("a text 甲").replace("<input ref=\"/data/a\"", "<input ref=\"/data/b\""))
    assert caught.value.troubles[0].path == "/data/b"


def test_a_repeat_without_data_is_refused() -> None:
    with pytest.raises(FormRefused):
        load_form(xform("a text 甲").replace("<h:body>", "<h:body><repeat/>"))


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    definition = load_form(bomb + xform("a text 甲 default=x").replace("<a>x</a>", "<a>&a;&b;</a>"))
    assert definition.template.named("a")[0].text == ""


def _with_file(address: str, content: str) -> FormDefinition:
    xml = xform("pick select1 选 from={instance('list')/*/item}", lists={"list": []})
    return load_form(
        xml.replace('<instance id="list"><root></root></instance>', f'<instance id="list" src="{address}"/>'),
        {address: content} if content else {},
    )


@pytest.mark.parametrize(
    ("address", "content"),
    [
        ("jr://file-csv/list.csv", 'name,label\nx,"甲，\n乙"\ny,丙\n'),
        ("jr://file-csv/list.csv", "\ufeffname;label\rx;甲，\ny;丙".replace("甲，\n", "甲，\r")),
        ("jr://file/list.xml", "<r><item><name>x</name><label>甲，</label></item><item><name>y</name></item></r>"),
        (
            "jr://file/list.geojson",
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": '
            '{"name": "x", "label": "甲，"}}, {"type": "Feature", "geometry": {"type": "Point", "coordinates": '
            '[103.1, 29.2]}, "properties": {"name": "y"}}]}',
        ),
    ],
)
def test_lists_beside_the_form(address: str, content: str) -> None:
    definition = _with_file(address, content)
    first, second = Filling.begin(definition, now=NOW).choices("/data/pick")
    assert first.value == "x" and first.label.startswith("甲，") and second.value == "y"
    if address.endswith("geojson"):
        item = definition.instances["list"].children[0].children[1]
        assert item.named("geometry")[0].text == "29.2 103.1 0 0"


def test_a_missing_file_is_told_and_its_list_is_empty() -> None:
    definition = _with_file("jr://file-csv/list.csv", "")
    assert definition.missing == ("jr://file-csv/list.csv",)
    assert Filling.begin(definition, now=NOW).choices("/data/pick") == ()


def test_an_unreadable_file_is_a_trouble() -> None:
    with pytest.raises(FormRefused) as caught:
        _with_file("jr://file/list.xml", "<root><item>")
    assert caught.value.troubles[0].attribute == "instance"


def test_defaults_are_cut_to_their_type_and_two_binds_are_one() -> None:
    xml = xform("a int 甲 default=2.5").replace(
        '<bind nodeset="/data/a"', '<bind nodeset="/data/a" required="true()"/><bind nodeset="/data/a"'
    )
    definition = load_form(xml)
    assert definition.template.named("a")[0].text == "2"
    assert definition.binds["/data/a"].required is not None and definition.binds["/data/a"].type == "int"


def test_every_form_has_an_instance_id() -> None:
    xml = xform("a text 甲").replace("<orx:meta><orx:instanceID/></orx:meta>", "")
    filling = Filling.begin(load_form(xml), now=NOW)
    assert filling.value("/data/orx:meta/orx:instanceID").startswith("uuid:")
