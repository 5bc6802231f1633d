"""Code lists: the shipped ones, reading a county's own, and what single cells mean."""

import pytest

from casebook.errors import RuhuError
from casebook.people.codes import (
    cause,
    code_list,
    code_list_names,
    health,
    load_code_list,
    relation,
    sex,
    use_code_list,
)


@pytest.mark.parametrize("name", code_list_names())
def test_every_shipped_list_is_whole(name):
    codes = code_list(name)
    assert codes.name == name
    assert codes.status in ("sourced", "built-in") and codes.source
    assert all(codes.find(code.name) in (code, None) or code.valid_to or code.valid_from for code in codes.codes)


@pytest.mark.parametrize(
    ("word", "name", "sex_digit"),
    [
        ("本人", "户主", ""),
        ("户主", "户主", ""),
        ("妻", "配偶", "2"),
        ("丈夫", "配偶", "1"),
        ("户主之妻", "配偶", "2"),
        ("长子", "之子", "1"),
        ("次子", "之子", "1"),
        ("儿子", "之子", "1"),
        ("二儿子", "之子", "1"),
        ("次女", "之女", "2"),
        ("女儿", "之女", "2"),
        ("孙子", "之孙子", "1"),
        ("孙女", "之孙女", "2"),
        ("儿媳", "之儿媳", "2"),
        ("女婿", "之女婿", "1"),
        ("父亲", "之父", "1"),
        ("母亲", "之母", "2"),
        ("兄弟", "之兄弟姐妹", "1"),
        ("外孙", "之外孙子", "1"),
        ("03", "之子", "1"),
        (2, "配偶", ""),
        (4.0, "之女", "2"),
        ("11之父", "之父", "1"),
        ("其他", "其他", ""),
        ("远亲", "远亲", ""),
        (None, "", ""),
    ],
)
def test_relation_words_of_two_lists_mean_one_relation(word, name, sex_digit):
    found = relation(word)
    assert (found.name, found.sex) == (name, sex_digit)


def test_relations_unique_in_a_household_and_generations():
    assert all(relation(word).unique for word in ("户主", "配偶", "父亲", "母亲"))
    assert not any(relation(word).unique for word in ("长子", "孙女", "兄弟", "其他", ""))
    assert [relation(word).generation for word in ("祖父", "母亲", "妻", "兄弟", "次女", "孙子")] == [
        -2,
        -1,
        0,
        0,
        1,
        2,
    ]


def test_relations_without_a_code_of_their_own_fall_under_other():
    assert relation("之兄弟姐妹").code == relation("弟媳").code == "99"


def test_sex_by_code_or_name():
    assert [sex(cell) for cell in ("男", "女", 1, "2", "男性", "9", "", None, "不详")] == [
        "1",
        "2",
        "1",
        "2",
        "1",
        "",
        "",
        "",
        "",
    ]


def test_health_may_hold_several_values():
    assert health("健康").healthy is True
    assert health("长期慢性病、残疾").names == ("长期慢性病", "残疾")
    assert health("健康,残疾").healthy is False and health("03").names == ("患有大病",)
    assert health("").healthy is None and health("不明").healthy is None


def test_causes():
    assert cause("01因病") == cause("因病致贫") == ("因病",)
    assert cause("因病、缺技术") == ("因病", "缺技术")
    assert cause("") == ()


def test_an_office_changes_its_name_by_date():
    offices = code_list("office")
    assert offices.name_on("roster", "2016-06-27") == "扶贫办"
    assert offices.name_on("roster", "2021-06-01") == "乡村振兴局"
    assert offices.name_on("health", "2016-06-27") == "卫计局"
    assert offices.find("扶贫移民局") == offices.find("扶贫办")
    assert code_list("population").name_on("registered", "2022-01-01") == "脱贫人口"
    assert offices.name_on("nobody", "2016-06-27") == ""


OWN = """name = "sex"
title = "性别"
version = "县2019"
region = "某县"
source = "县卫计局"
status = "built-in"

[[codes]]
code = "1"
name = "女"

[[codes]]
code = "2"
name = "男"
"""


def test_a_county_list_takes_the_place_of_ours(tmp_path):
    path = tmp_path / "sex.toml"
    path.write_text(OWN, encoding="utf-8")
    assert sex("女") == "2"
    use_code_list(load_code_list(path))
    try:
        assert code_list("sex").version == "县2019" and sex("女") == "1"
    finally:
        use_code_list(None, "sex")
    assert sex("女") == "2"


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("status = ", "status "), "code_list_syntax", 6),
        (('"built-in"', '"official"'), "code_list_invalid", 6),
        (('name = "男"', ""), "code_list_invalid", 12),
        (('name = "男"', 'name = "女"'), "code_list_invalid", 12),
        (('code = "2"', 'code = "1"'), "code_list_invalid", 12),
        (('code = "1"', 'colour = "1"'), "code_list_invalid", 8),
        (('version = "县2019"\n', ""), "code_list_invalid", 1),
        (('code = "1"', 'also = "F"'), "code_list_invalid", 8),
    ],
)
def test_a_faulty_list_is_refused_with_file_line_and_remedy(tmp_path, change, code, line):
    path = tmp_path / "sex.toml"
    path.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(RuhuError) as caught:
        load_code_list(path)
    error = caught.value
    assert (error.code, error.place.file, error.place.row) == (code, "sex.toml", line)
    assert error.remedy


def test_a_missing_file_and_an_unknown_name(tmp_path):
    with pytest.raises(RuhuError) as caught:
        load_code_list(tmp_path / "none.toml")
    assert caught.value.code == "code_list_unreadable"
    with pytest.raises(KeyError):
        code_list("../errors")
