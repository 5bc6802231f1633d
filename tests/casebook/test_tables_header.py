"""The header is found by meaning: synonyms, decoys, grouped rows, tables beside each other, a user's own names."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.tables.fields import header_key, known_fields
from casebook.tables.header import Header, find_header
from casebook.tables.read import read_table
from casebook.tables.table import Value
from tests.casebook.made_tables import HEADER, LIST, PEOPLE, delimited, make_xlsx

KNOWN = known_fields()


def meaning(header: str) -> str | None:
    found = KNOWN.meaning(header)
    return found[0] if found else None


def fields_of(*rows: list[Value]) -> list[str | None]:
    header = find_header(rows, KNOWN)
    assert header is not None
    return [column.field for region in header.regions for column in region.columns]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("身份证\n号码", "id_number"),
        ("身 份 证 号", "id_number"),
        ("证件号", "id_number"),
        ("公民身份号码", "id_number"),
        ("患者身份证号", "id_number"),
        ("A6公民身份号码或残疾证号", "id_number"),
        ("aab004", "id_number"),
        ("*姓名", "name"),
        ("姓名（必填）", "name"),
        ("1.姓名", "name"),
        ("患者姓名：", "name"),
        ("县(市、区、旗)", "county"),
        ("县（市、区、旗）", "county"),
        ("旗区", "county"),
        ("乡（镇）", "township"),
        ("乡(镇)", "township"),
        ("苏木乡", "township"),
        ("噶查村", "village"),
        ("所在村", "village"),
        ("家庭编号", "household_code"),
        ("人口编号", "person_code"),
        ("人数", "household_size"),
        ("家庭人口数（人）", "household_size"),
        ("务工时间（月）", "work_months"),
        ("务工时间", "work_months"),
        ("致贫原因1", "cause"),
        ("是否参加大病医疗", "serious_illness_insurance"),
        ("人均\n纯收入", "income"),
        ("户联系电话", "phone"),
        ("所患疾病", "disease"),
        ("易返贫致贫户(监测对象)类型", "monitored_class"),
        ("AAC031", "head_id_number"),
        ("户主姓名", "head_name"),
        ("姓名（户主）", "head_name"),
        ("证件号码(户主)", "head_id_number"),
        ("残疾证号码", "disability_number"),
        ("签约医生姓名", "doctor"),
    ],
)
def test_synonyms(header: str, field: str) -> None:
    assert meaning(header) == field


@pytest.mark.parametrize(
    "header",
    [
        "联系人",
        "填报人",
        "监护人姓名",
        "姓名（监护人）",
        "曾用名",
        "姓名（曾用名）",
        "审核人",
        "户数",
        "姓名（签约医生）",
        "",
        "其他",
    ],
)
def test_decoys(header: str) -> None:
    assert meaning(header) is None


def test_every_wording_of_the_file_means_its_field() -> None:
    import tomllib

    import casebook.tables.fields as module

    data = tomllib.loads(Path(module.__file__).with_name("fields.toml").read_text("utf-8"))
    seen: dict[str, str] = {}
    for field in data["field"]:
        assert field["name"].isidentifier()
        for header in [*field["headers"], field["title"], field["name"]]:
            key = header_key(header)
            assert seen.setdefault(key, field["name"]) == field["name"], header
            assert meaning(header) == field["name"], header


@pytest.mark.parametrize(
    "columns",
    [
        "序号,县(市、区、旗),乡(镇),行政村,自然村,户编号,人编号,姓名,证件号码,人数,与户主关系,民族,文化程度,在校生状况,健康状况,劳动技能,"
        "务工状况,务工时间（月）,参加大病医疗,脱贫属性,脱贫年度,贫困户属性,主要致贫原因,危房户,饮水安全,饮水困难,人均纯收入,联系电话",
        "序号,数据日期,县(市、区、旗),乡(镇),行政村,自然村,户编号,人编号,姓名,证件号码,人数,与户主关系,民族,文化程度,在校生状况,健康状况,"
        "劳动技能,务工时间（月）,是否参加大病保险,致贫原因1,危房户,是否解决安全饮用水,人均纯收入,户联系电话,人联系电话,首次识别时间,"
        "人员识别时间,户类型,易返贫致贫户(监测对象)类型,风险是否消除,风险识别时间,风险消除时间",
        "县,乡,村,户编号,人口编号,姓名,证件号码,与户主关系,性别,证件类型,出生日期,民族,家庭成员联系电话,文化程度,在校生状况,劳动技能,"
        "务工时间（月）,健康状况,政治面貌,是否参加城乡居民基本医疗保险,是否接受医疗救助,户主证件号码,户主姓名",
        "家庭编号,旗区,苏木乡,噶查村,户主姓名,性别,证件号码,与户主关系,民族,文化程度,在校生状况,健康状况,劳动能力,务工状况,务工时间（月）,"
        "是否参加新农合,是否参加新型养老保险,是否参加城镇职工基本养老保险,政治面貌,是否现役军人",
    ],
)
def test_columns_of_real_exports_are_all_known(columns: str) -> None:
    fields = fields_of(list(columns.split(",")))
    assert None not in fields
    assert len(set(fields)) == len(fields)
    assert {"name", "id_number", "relation", "household_code"} <= set(fields)


def test_title_rows_and_a_line_of_conditions_stand_above() -> None:
    header = find_header([["名单"], [None], ["姓名", "", "身份证号", ""], list(HEADER), list(PEOPLE[0])], KNOWN)
    assert header is not None
    assert (header.first, header.last) == (4, 4)


def test_first_data_row_of_texts_is_no_header() -> None:
    rows: list[list[Value]] = [["姓名", "性别", "民族"], ["丁满仓", "男", "汉族"], ["袁巧荷", "女", "汉族"]]
    header = find_header(rows, KNOWN)
    assert header is not None
    assert (header.first, header.last) == (1, 1)


def test_grouped_header() -> None:
    upper: list[Value] = ["序号", "姓名", "证件号码", "疾病一", None, None, "疾病二", None, None, "备注"]
    lower: list[Value] = [None, None, None, "疾病名称", "确诊时间", "属地", "疾病名称", "确诊时间", "属地", None]
    header = find_header([["核查表"], upper, lower, [1, "丁满仓", "990105194108173064"]], KNOWN)
    assert header is not None
    assert (header.first, header.last) == (2, 3)
    assert [(c.header, c.field) for c in header.regions[0].columns] == [
        ("序号", "serial"),
        ("姓名", "name"),
        ("证件号码", "id_number"),
        ("疾病一/疾病名称", "disease"),
        ("疾病一/确诊时间", "diagnosed_date"),
        ("疾病一/属地", None),
        ("疾病二/疾病名称", "disease_2"),
        ("疾病二/确诊时间", "diagnosed_date_2"),
        ("疾病二/属地", None),
        ("备注", "remark"),
    ]


def test_grouped_header_whose_names_are_below() -> None:
    upper: list[Value] = ["基本信息", None, None, None, "健康信息", None]
    lower: list[Value] = ["姓名", "性别", "证件号码", "民族", "健康状况", "所患疾病"]
    assert fields_of(upper, lower) == ["name", "sex", "id_number", "ethnicity", "health", "disease"]


def test_the_plainest_of_columns_that_mean_the_same(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证", "证件号码", "残疾证号码", "户联系电话", "人联系电话"],
        ["丁满仓", "1", "2", "3", "4", "5"],
    ]
    (tmp_path / "a.csv").write_text(delimited(rows), "utf-8")
    table = read_table(tmp_path / "a.csv")
    assert [c.field for c in table.blocks[0].columns] == [
        "name", None, "id_number", "disability_number", "phone_2", "phone"
    ]  # fmt: skip
    assert [n.code for n in table.notices] == ["same_meaning"]
    assert "身份证" in table.notices[0].what
    assert table.unknown_headers == ("身份证",)


def test_member_list_that_heads_its_names_as_the_heads(tmp_path: Path) -> None:
    households = [["家庭编号", "户主姓名", "证件号码", "主要致贫原因", "家庭人口"], ["1", "丁满仓", "无", "因病", 2]]
    members = [
        ["家庭编号", "户主姓名", "性别", "证件号码", "与户主关系", "民族"],
        ["1", "丁满仓", "男", "无", "本人", "蒙古族"],
        ["1", "袁巧荷", "女", "无", "配偶", "蒙古族"],
    ]
    path = make_xlsx(tmp_path / "a.xlsx", {"贫困户基本信息": households, "家庭成员": members})
    table = read_table(path)
    assert list(table.values("name")) == ["丁满仓", "袁巧荷"]
    assert table.sheets == ("家庭成员",)
    assert [name for name, _reason in table.other_sheets] == ["贫困户基本信息"]
    assert "户表" in table.other_sheets[0][1]
    assert [n.code for n in table.notices] == ["head_name_is_name"]
    alone = read_table(make_xlsx(tmp_path / "b.xlsx", {"贫困户基本信息": households}))
    assert list(alone.values("name")) == ["丁满仓"]
    assert "只有户主" in alone.notices[0].what


def test_a_sheet_for_each_township(tmp_path: Path) -> None:
    sheets = {
        "云丰镇": LIST,
        "封面": [["说明"]],
        "河口镇": [HEADER, *PEOPLE],
        "汇总": [["乡镇", "行政村", "户编号", "人数"], ["云丰镇", "一", 1, 3]],
        "Sheet5": [],
        "医生": [["姓名", "性别", "联系电话"], ["王医生", "女", "1"]],
    }
    table = read_table(make_xlsx(tmp_path / "a.xlsx", sheets))
    assert table.sheets == ("云丰镇", "河口镇")
    assert [(row.block, row.number) for row in table.rows] == [(0, 3), (0, 4), (0, 5), (1, 2), (1, 3), (1, 4)]
    assert {s.sheet for s in table.skipped} == {"云丰镇", "河口镇"}
    assert [name for name, _reason in table.other_sheets] == ["封面", "汇总", "Sheet5", "医生"]
    assert len({reason for _name, reason in table.other_sheets}) == 4
    assert table.total_rows == 6 + 4


def test_mapping(tmp_path: Path) -> None:
    rows = [["村民", "身份 编号", "所在片区", "乡镇"], ["丁满仓", "990105194108173064", "东", "云丰镇"]]
    path = tmp_path / "a.csv"
    path.write_text(delimited(rows), "utf-8")
    with pytest.raises(RuhuError) as caught:
        read_table(path)
    assert caught.value.code == "no_header"
    table = read_table(path, mapping={"村民": "name", "身份编号": "证件号码", "所在片区": "village"})
    assert [c.field for c in table.blocks[0].columns] == ["name", "id_number", "village", "township"]
    assert table.unknown_headers == ()


@pytest.mark.parametrize(
    ("mapping", "code", "told"),
    [({"所在片区": "place"}, "unknown_field", "docs/commands.md"), ({"片区": "village"}, "unknown_header", "所在片区")],
)
def test_mapping_mistakes_are_usage(tmp_path: Path, mapping: dict[str, str], code: str, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(delimited([["姓名", "证件号码", "所在片区"], ["丁满仓", "1", "东"]]), "utf-8")
    with pytest.raises(RuhuError) as caught:
        read_table(path, mapping=mapping)
    assert (caught.value.code, caught.value.category) == (code, "usage")
    assert told in caught.value.remedy


def test_unknown_columns_are_kept_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(delimited([["姓名", "证件号码", "片区"], ["丁满仓", "1", "东"]]), "utf-8")
    table = read_table(path)
    assert table.unknown_headers == ("片区",)
    assert table.rows[0].values == ("丁满仓", "1", "东")


def test_header_type() -> None:
    found = find_header([list(HEADER)], KNOWN)
    assert isinstance(found, Header)
    assert found.fields >= {"name", "id_number", "relation"}
