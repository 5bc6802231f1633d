"""The formats that the program ships: the columns that the sources name, in their order."""

from __future__ import annotations

import re

import pytest

from exports.formats.check import check_format
from exports.formats.fields import upload_fields
from exports.formats.format import LoadedFormat, Repeat
from exports.formats.load import built_in, find_format
from tests.conftest import ROOT

_PERSON = """
序号 市(州) 县(市、区) 乡(镇) 行政村 户编号 人编号 姓名 性别 出生日期 证件号 与户主关系 人员状态 所在户家庭类型
所在户计划生育类型 劳动技能 医疗保障 电子健康档案 脱贫状态 施策落实情况"""
_DISEASE = """
摸底疾病分类 摸底疾病代码 摸底疾病名称 疾病确诊 疾病代码 疾病名称 二级名称 确诊时间 确诊医院 属地 医院级别 医院类别
救治种类"""
_TREATMENT = """
治疗时间 治疗机构名称 属地 级别 类别 保障政策 治疗方式 治疗效果 总计 自付 新农合 大病保险 商业保险 医疗救助 临时救助
慈善救助 扶贫资金救助 其他"""
_SIGNERS = "填报人 填报单位(1县2乡3村) 填报人联系电话 审核人 审核单位(1县2乡3村) 审核人联系电话"
_FUJIAN = """
序号 行政区划代码 县 乡 村 所属建档立卡对象 户编号 家庭人口数 是否脱贫 姓名 性别 出生日期 身份证号 与户主关系 婚姻状况
计生家庭户类型 社会保障号 居民健康档案号 户籍地 现居住地 详细地址（门牌号） 联系电话 服务类型 是否计生特殊家庭 大病名称
2018年诊疗费用总额（元） 纸质签约 电子签约 签约服务开始时间 签约服务终止时间 有无签约协议 有无服务手册
有无爱心服务卡（联络卡） 未落实签约原因 其它原因 档案建档时间 最后更新时间 签约后体检次数 最后体检时间
0–6岁/随访次数 0–6岁/随访时间 孕产妇/随访次数 孕产妇/随访时间 高血压/测血压次数 高血压/测血压时间 高血压/随访次数
高血压/随访时间 糖尿病/测血糖次数 糖尿病/测血糖时间 糖尿病/随访次数 糖尿病/随访时间
严重精神障碍/随访次数 严重精神障碍/随访时间 总费用
自付金额 新农合报销 民政补助 扶贫叠加保障补偿 其他 是否知晓健康扶贫政策 对签约服务是否满意"""


def test_sichuan_has_its_columns_in_order() -> None:
    format = find_format("sichuan_2016").format
    diseases = [f"疾病{number}/{title}" for number in "一二三" for title in _DISEASE.split()]
    treatment = [f"治疗/{title}" for title in _TREATMENT.split()]
    titles = [column.title for column in format.columns]
    assert titles == [*_PERSON.split(), *diseases, *treatment, *_SIGNERS.split()]
    assert [column.column for column in format.columns] == list(range(83))
    assert format.repeats == (Repeat("disease", "columns", 3), Repeat("treatment", "sum"))
    assert (format.status, format.encoding, format.split) == ("reconstructed", "gb2312", "township")
    assert format.file_name == "{county}_{township}_{title}_{date}_{count}.xlsx"
    first, second = (next(c for c in format.columns if (c.field, c.nth) == ("disease.outcome", n)) for n in (1, 2))
    assert first.required_when == {"person.outcome": ("1", "3")} and first.required
    assert not second.required and second.values == first.values
    (total,) = format.sums
    assert total.total == "cost.total" and len(total.parts) == 9
    by_field = {column.field: column for column in format.columns}
    assert by_field["person.sex"].values == (("1", "男"), ("2", "女")) and by_field["person.sex"].write == "code"
    assert by_field["disease.class"].required_when == {"person.outcome": ("1",), "disease.outcome": ("1", "4")}


def test_fujian_has_61_columns_from_row_6() -> None:
    format = find_format("建档立卡贫困人口健康状况核查表").format
    assert [column.title for column in format.columns] == _FUJIAN.split()
    assert (format.header_rows, format.first_row, len(format.columns)) == ((4, 5), 6, 61)
    assert format.signers == ("核查员(计生管理员)", "核查员(医务人员)")
    assert {column.write for column in format.columns} == {"name"}
    assert next(one.between for one in format.columns if one.field == "person.service_types") == ";"


@pytest.mark.parametrize("loaded", built_in(), ids=lambda loaded: loaded.format.name)
def test_nothing_is_wrong_with_them(loaded: LoadedFormat) -> None:
    assert check_format(loaded) == ()
    assert loaded.origin == "built-in" and loaded.template == b""
    assert loaded.format.evidence and "官方" not in loaded.text


def test_each_field_is_documented() -> None:
    text = (ROOT / "docs/upload.md").read_text("utf-8")
    told = dict(re.findall(r"`([a-z_]+\.[a-z_]+)` (.+?)(?=、`|。)", text[text.index("`row.serial`") :]))
    assert told == {field.name: field.title for field in upload_fields().values()}
