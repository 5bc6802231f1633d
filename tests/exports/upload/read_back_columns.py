"""What each column of the shipped formats and of the demonstration's template is to hold, told again by its header:
domain D1 and D3 as the tests read them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.exports.upload.told import CHOICES, Told

Cell = str | Decimal | None
"""None and '' are both a blank cell; an amount is compared as one, whether it stands as a number or as text."""
Column = Callable[[Told], Cell]

_PAYERS = (
    "cost_rural", "cost_serious", "cost_commercial", "cost_aid", "cost_temporary", "cost_charity", "cost_fund",
    "cost_other",
)  # fmt: skip
_DISEASE = {
    "摸底疾病分类": "suspected_class", "摸底疾病代码": "suspected_code", "疾病代码": "disease_code",
    "疾病名称": "disease_name", "二级名称": "disease_subname", "确诊时间": "diagnosed_date",
    "确诊医院": "diagnosing_hospital",
}  # fmt: skip
_COST = {
    "总计": "cost_total", "自付": "cost_own", "新农合": "cost_rural", "大病保险": "cost_serious",
    "商业保险": "cost_commercial", "医疗救助": "cost_aid", "临时救助": "cost_temporary", "慈善救助": "cost_charity",
    "扶贫资金救助": "cost_fund", "其他": "cost_other",
}  # fmt: skip


def named(element: str, code: str) -> str:
    return CHOICES[element].get(code, "")


def both(element: str, codes: str) -> str:
    """Codes with their names, several parted by 、; brackets as in the forms of Sichuan."""
    told = [code + named(element, code) for code in codes.split()]
    return "、".join(told).replace("（", "(").replace("）", ")")


def own(element: str) -> Column:
    return lambda one: one.own.get(element, "")


def home(element: str) -> Column:
    return lambda one: one.home.get(element, "")


def county(one: Told) -> str:
    return one.county


def person_code(one: Told) -> str:
    return one.value("", "person_code", "人编号", "人编号")


def household_code(one: Told) -> str:
    return one.value("household_code", "household_code", "户编号", "户编号")


def village(one: Told) -> str:
    return one.value("household_village", "village", "行政村", "村")


def size(one: Told) -> str:
    return one.value("household_size", "household_size", "人数", "家庭\n人口数")


def head(one: Told) -> str:
    """The head as the head came to be called, where there is one."""
    heads = [mate for mate in one.mates if mate.relation == "户主" and mate.own.get("person_status") != "2"]
    return heads[0].name if len(heads) == 1 else one.home["household_head"]


def labour(one: Told) -> str:
    """Asked of the living; of the dead the roster tells."""
    return one.own.get("labour", "") or (_words(one.roster.get("劳动技能", "")) if one.here else "")


def lifted(one: Told) -> str:
    return one.own.get("lifted", "") or (_words(one.roster.get("脱贫属性", "")) if one.here else "")


def _words(text: str) -> str:
    from tests.exports.upload.told import _WORDS

    return _WORDS.get(text, "")


def diseases(one: Told) -> list[dict[str, str]]:
    """What stands in the places of the diseases: those of who is ill, else what the lists suspected; and what became
    of it in the words of Sichuan's form, under `outcome`."""
    if one.diseases:
        found = [dict(disease) for disease, _treatments in one.diseases]
    elif not one.outcome:
        return []
    else:
        found = [{"suspected_name": name} for name in filter(None, one.registry.get("疾病名称", "").split("、"))] or [
            {}
        ]
    for disease in found:
        code = disease.get("disease_outcome", one.outcome)
        label = {"1": "确诊", "2": "未患病", "4": "病种不符", "5": "已治愈"}
        disease["outcome"] = code + (label[code] if "disease_outcome" in disease else named("person_outcome", code))
    return found


def of_disease(n: int, header: str) -> Column:
    def column(one: Told) -> str:
        told = diseases(one)[n : n + 1]
        if not told:
            return ""
        disease = told[0]
        if header in _DISEASE:
            return disease.get(_DISEASE[header], "")
        return {
            "摸底疾病名称": lambda: disease.get("suspected_name", ""),
            "疾病确诊": lambda: disease["outcome"],
            "属地": lambda: both("hospital_area", disease.get("hospital_area", "")),
            "医院级别": lambda: both("hospital_level", disease.get("hospital_level", "")),
            "医院类别": lambda: both("hospital_kind", disease.get("hospital_kind", "")),
            "救治种类": lambda: both("disease_class", disease.get("disease_class", "")),
        }[header]()

    return column


def _name_alone(column: Column) -> Column:
    return lambda one: str(column(one)).lstrip("0123456789")


def blank(_one: Told) -> Cell:
    return None


def latest(element: str, coded: bool = False) -> Column:
    def column(one: Told) -> str:
        text = one.treatments[-1].get(element, "") if one.treatments else ""
        return both(element, text) if coded else text

    return column


def cost(*elements: str) -> Column:
    return lambda one: one.money(*elements)


_PERSON: dict[str, Column] = {
    "姓名": lambda one: one.name, "性别": lambda one: one.sex,
    "出生日期": lambda one: one.birth, "与户主关系": lambda one: one.relation,
}  # fmt: skip
_SIGNERS: dict[str, Column] = {
    "填报人": home("filler"), "填报单位(1县2乡3村)": home("filler_unit"), "填报人联系电话": home("filler_phone"),
    "审核人": lambda one: one.reviewer, "审核单位(1县2乡3村)": lambda one: "1", "审核人联系电话": lambda one: "",
}  # fmt: skip

SICHUAN: dict[str, Column] = {
    "市(州)": lambda one: "", "县(市、区)": county, "乡(镇)": home("household_township"), "行政村": village,
    "户编号": household_code, "人编号": person_code, **_PERSON, "证件号": lambda one: one.number,
    "人员状态": lambda one: "1" if one.added else one.own["person_status"],
    "所在户家庭类型": home("household_type"), "所在户计划生育类型": home("household_planning"), "劳动技能": labour,
    "医疗保障": lambda one: one.own.get("insurance", "").replace(" ", "、"),
    "电子健康档案": lambda one: both("health_record", one.own.get("health_record", "")),
    "脱贫状态": lambda one: both("lifted", lifted(one)),
    "施策落实情况": lambda one: both("measures", one.own.get("measures", "")),
    **{
        f"疾病{number}/{header}": of_disease(n, header)
        for n, number in enumerate("一二三")
        for header in (*_DISEASE, "摸底疾病名称", "疾病确诊", "属地", "医院级别", "医院类别", "救治种类")
    },
    "治疗/治疗时间": latest("treated_date"), "治疗/治疗机构名称": latest("treating_hospital"),
    "治疗/属地": latest("treating_area", True), "治疗/级别": latest("treating_level", True),
    "治疗/类别": latest("treating_kind", True), "治疗/保障政策": latest("treatment_policy", True),
    "治疗/治疗方式": latest("treatment_method", True), "治疗/治疗效果": latest("treatment_effect", True),
    **{f"治疗/{header}": cost(element) for header, element in _COST.items()}, **_SIGNERS,
}  # fmt: skip


def _great_illness(one: Told) -> str:
    """The disease found last."""
    found = diseases(one)
    days = [(disease.get("diagnosed_date", ""), place) for place, disease in enumerate(found)]
    return found[max(days)[1]].get("disease_name", "") if found else ""


def _yes(of: Callable[[Told], str], yes: str) -> Column:
    return lambda one: ("是" if of(one) == yes else "否") if of(one) else ""


def _phone(one: Told) -> str:
    return one.listed("联系电话", "联系\n电话")


FUJIAN: dict[str, Column] = {
    "县": county, "乡": home("household_township"), "村": village, "户编号": household_code,
    "家庭人口数": lambda one: Decimal(size(one)),
    "是否脱贫": _yes(lifted, "1"), **_PERSON, "性别": lambda one: named("person_sex", one.sex),
    "身份证号": lambda one: one.number, "联系电话": _phone,
    "是否计生特殊家庭": _yes(lambda one: one.home.get("household_planning", ""), "03"), "大病名称": _great_illness,
    "总费用": cost("cost_total"), "自付金额": cost("cost_own"), "新农合报销": cost("cost_rural"),
    "民政补助": cost("cost_aid"), "其他": cost(*(one for one in _PAYERS if one not in ("cost_rural", "cost_aid"))),
}  # fmt: skip
LEARNED: dict[str, Column] = {
    "基本情况/乡镇": home("household_township"), "基本情况/行政村": village, "基本情况/户主姓名": head,
    "基本情况/*患者姓名": lambda one: one.name, "基本情况/*公民身份号码": lambda one: one.number,
    "基本情况/性别": lambda one: named("person_sex", one.sex), "基本情况/与户主关系": lambda one: one.relation,
    "基本情况/联系电话": _phone,
    "核查情况/人员状态": lambda one: "有此人" if one.here else "无此人",
    "核查情况/劳动能力": lambda one: named("labour", labour(one)),
    "核查情况/是否脱贫": lambda one: named("lifted", lifted(one)),
    **{
        f"确诊疾病{number}/{title}": of_disease(n, header)
        for n, number in enumerate("一二")
        for title, header in (("疾病名称", "疾病名称"), ("确诊时间", "确诊时间"), ("确诊机构", "确诊医院"))
    },
    **{
        f"确诊疾病{number}/救治种类": _name_alone(of_disease(n, "救治种类"))
        for n, number in enumerate("一二")
    },
    "治疗费用（元）/总费用": cost("cost_total"), "治疗费用（元）/个人自付": cost("cost_own"),
    "填报/填报人": home("filler"), "填报/填报人联系电话": home("filler_phone"),
}  # fmt: skip
