"""Columns that look like a field but are somebody else's, something else's, or only beside others clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports.learning import Learned, learn
from exports.learning.values import our_code
from tests.exports.learning.made_templates import Made, drop_down, lay_out

_DOUBTED = {
    "户主一人": "户主姓名|识别标准|证件号码→?户主证件号码|性别→?性别|民族→?民族|家庭人口→人数|联系电话→?户联系电话",
    "隔着几列": """姓名|证件号码→证件号|疾病名称|签约医生→签约医生姓名|所在单位→|联系电话→?签约医生联系方式|
联系人→|与患者关系→|电话→?|领款人姓名→|身份证号码→?""",
    "不是医疗费用": """姓名|证件号→证件号|家庭收入情况{低保金→|临时救助→?临时救助|其他→?其他|合计→?总计}|
家庭参加保险情况{新农合→?|大病保险→?|商业保险→?|自付→?|合计→?}|住房情况{总费用→?总计}""",
    "没有医保的合计": "姓名|证件号→证件号|临时救助→?临时救助|其他→?其他|合计→?总计",
}
_KNOWN = {
    "几段拼成的组": """序号|人员基础信息{姓名|户编号(10位)→户编号|身份证号码（18位）→证件号}|
本次住院就诊情况{就诊医院→治疗机构名称|医院级别→级别|治疗方式}|患病及确诊情况{病种名称→疾病名称|ICD-10→疾病代码}|
费用结算情况（单位：元）{总费用→总计|补偿报销情况{基本医保报销→新农合|民政救助→医疗救助}}""",
    "系统登记的人": "原系统登记信息{乡镇→乡(镇)|姓名|证件号码→证件号|人口编号→人编号}|核查结果{病种→疾病名称|确诊时间}",
    "几级序号": "1.基本信息{1.1姓名→姓名|1.2性别→性别|1.10电子健康档案→电子健康档案}|2.签字{2.1填报人→填报人}",
    "两次治疗": "姓名|第一次治疗{治疗机构名称|级别|类别|治疗方式}|第二次治疗{治疗机构名称|级别|类别|治疗方式}",
    "费用中夹一列": "姓名|总费用→总计|基本医保→新农合|合规费用→?|大病保险|财政兜底→财政兜底金额|其他|个人自付→自付",
    "别人在别的组": "患者信息{姓名|证件号→证件号}|第二成员{姓名→?|证件号→?}|医务人员{姓名→?|电话→?联系电话}",
    "括号里的限定": """姓名|与户主关系（本人、配偶、子女…）→与户主关系|确诊医院（县级及以上）→确诊医院|
证件号（必填，文本格式）→证件号""",
}


def _learned(name: str, notation: str, folder: Path) -> tuple[Made, Learned]:
    made = Made(name)
    lay_out(made, notation, 2)
    made.title("登记表")
    return made, learn(made.save(folder))


@pytest.mark.parametrize("name", [*_DOUBTED, *_KNOWN])
def test_each_column_is_what_it_says_or_is_doubted(name: str, tmp_path: Path) -> None:
    made, learned = _learned(name, (_DOUBTED | _KNOWN)[name].replace("\n", ""), tmp_path)
    found = {one.letter: one for one in learned.columns}
    assert set(found) == set(made.truth)
    for letter, truth in made.truth.items():
        one = found[letter]
        assert one.sure == bool(truth and not truth.startswith("?")), (one.header, one.field)
        if truth.strip("?"):
            assert one.title == truth.strip("?"), (one.header, one.field)


def test_parts_of_a_form_are_no_numbers_of_diseases(tmp_path: Path) -> None:
    notation = "姓名|（二）患病情况{疾病名称|确诊时间}|（三）救治情况{救治种类|救治时间→治疗时间}"
    _made, learned = _learned("序号不是次序", notation, tmp_path)
    assert {one.nth for one in learned.columns} == {0}


def test_an_amount_that_offers_yes_and_no_is_none(tmp_path: Path) -> None:
    made = Made("是否参加")
    below = lay_out(made, "姓名|新农合|大病保险|商业保险|总费用")
    for letter in "BCD":
        drop_down(made, letter, below, '"是,否"')
    found = {one.letter: one for one in learn(made.save(tmp_path)).columns}
    assert [(found[letter].field, found[letter].sure) for letter in "BCD"] == [("", False)] * 3
    assert found["B"].alternatives == ("person.rural_insurance", "cost.rural")
    assert found["E"].sure and found["E"].field == "cost.total"


def test_a_list_of_codes_is_no_form_though_it_has_more_known_columns(tmp_path: Path) -> None:
    made = Made("小表大码表")
    made.sheet.title = "二"
    below = lay_out(made, "序号|姓名|证件号码→证件号|疾病名称|联系电话")
    codes = made.book.create_sheet("一", 0)
    codes.append(["性别", "民族", "文化程度", "与户主关系", "健康状况", "劳动技能", "政治面貌", "治疗方式", "治疗效果"])
    codes.append(["男", "汉族", "小学", "户主", "健康", "普通劳动力", "群众", "门诊", "治愈"])
    assert learn(made.save(tmp_path)).sheet == "二"
    # a sheet that drop-downs point to is a list, though a name stands in it
    codes.cell(1, 12, "姓名")
    drop_down(made, "D", below, "'一'!$B$2:$B$9", made.book["二"])
    assert learn(made.save(tmp_path)).sheet == "二"


@pytest.mark.parametrize(
    ("field", "option", "code"),
    [
        ("household.type", "低保户", "02"), ("household.type", "非低保户", ""),
        ("household.planning", "非独生子女户", ""), ("person.outcome", "未确诊", ""), ("person.outcome", "确诊", "1"),
        ("person.lifted", "未脱贫", "0"), ("person.lifted", "已脱贫", "1"), ("person.insurance", "城乡居民医保", "1"),
    ],
)  # fmt: skip
def test_an_option_that_denies_is_not_what_it_denies(field: str, option: str, code: str) -> None:
    assert our_code(field, option) == code
