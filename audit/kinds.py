"""The kinds of finding (疑点类别): one vocabulary for `links.csv`, findings and docs.

Severity A: money or eligibility at stake, B: an identity field wrong, C: form only. Who decides follows from the fact:
facts of registration belong to 扶贫办, facts of disease to 卫健; one household or village is one decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from audit.findings import Severity, Wrong
from casebook.language import N_

Office = Literal["poverty", "health", "wrong_side", "both"]
Unit = Literal["pair", "person", "household", "village"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`title` and `action` are message ids; `field` is the column in question, '' where each finding has its own;
    `unit` is what one decision covers.

    `office` is `wrong_side` where the list that is wrong decides.
    """

    kind: str
    title: str
    severity: Severity
    field: str
    action: str
    office: Office = "wrong_side"
    unit: Unit = "pair"


_MEND = N_("去掉空格等杂字，改成半角，不必核实")
_VALID_SIDE = N_("采用校验通过的一方；两边都不通过的看身份证")
_COMPLETE_SIDE = N_("采用完整的一方")
_ASK_NUMBER = N_("两个号码都有效，看过证件再定")
_PROPOSE_BOTH = N_("看过两人的证件，把写错的号码一并改回")
_ROSTER_NAME = N_("以花名册为准；证件号空缺的看证件")
_ASK = N_("看过证件再定")
_ROWS = N_("看原表这几行有没有上下错行，照原件改回")
_HEAD = N_("看户口本定谁是户主，一户一次定")
_ROSTER_CODE = N_("以花名册户编号为准，一户一次定")
_REGISTERED = N_("查是否建档立卡，在理由栏写明原因")

_ALL = (
    Kind("id_format", N_("证件号格式不规范"), "C", "id_number", _MEND),
    Kind("id_15", N_("15位旧证号"), "C", "id_number", N_("看过证件，换成18位号码")),
    Kind("id_20", N_("残疾证号"), "C", "id_number", N_("证件号栏只留前18位，残疾类别和等级另记")),
    Kind("id_precision", N_("证件号末位丢失（Excel精度）"), "B", "id_number", _VALID_SIDE),
    Kind("id_sci", N_("证件号成了科学计数"), "B", "id_number", _VALID_SIDE),
    Kind("id_noise", N_("证件号末位被改写（浮点）"), "B", "id_number", _VALID_SIDE),
    Kind("id_typo1", N_("证件号错一位"), "B", "id_number", _VALID_SIDE),
    Kind("id_transpose", N_("证件号相邻两位颠倒"), "B", "id_number", _VALID_SIDE),
    Kind("id_checkdigit", N_("证件号校验位错"), "B", "id_number", _VALID_SIDE),
    Kind("id_date", N_("证件号出生日期段错"), "B", "id_number", _VALID_SIDE),
    Kind("id_multi", N_("证件号多处不同"), "B", "id_number", _VALID_SIDE),
    Kind("id_missing_digit", N_("证件号缺位"), "B", "id_number", _COMPLETE_SIDE),
    Kind("id_extra_digit", N_("证件号多位"), "B", "id_number", _COMPLETE_SIDE),
    Kind("id_masked", N_("证件号被打码"), "B", "id_number", _COMPLETE_SIDE),
    Kind("id_blank", N_("证件号空缺"), "B", "id_number", _COMPLETE_SIDE),
    Kind("id_valid_other", N_("两个有效证件号不同"), "A", "id_number", _ASK_NUMBER, "poverty"),
    Kind("id_of_member", N_("用了家人的证件号"), "A", "id_number", _PROPOSE_BOTH, "poverty"),
    Kind("id_swapped", N_("两人证件号互换"), "A", "id_number", _PROPOSE_BOTH, "poverty"),
    Kind("id_of_namesake", N_("用了同名人的证件号"), "A", "id_number", _ASK_NUMBER, "poverty"),
    Kind("id_placeholder", N_("证件号是占位号"), "B", "id_number", _ASK),
    Kind("name_homophone", N_("姓名同音字"), "B", "name", _ROSTER_NAME, "poverty"),
    Kind("name_near", N_("姓名近音字"), "B", "name", _ROSTER_NAME, "poverty"),
    Kind("name_visual", N_("姓名形近字"), "B", "name", _ROSTER_NAME, "poverty"),
    Kind("name_variant", N_("姓名繁简或异体"), "B", "name", _ROSTER_NAME, "poverty"),
    Kind("name_other", N_("姓名错字"), "B", "name", _ROSTER_NAME, "poverty"),
    Kind("name_missing", N_("姓名漏字"), "B", "name", _COMPLETE_SIDE),
    Kind("name_extra", N_("姓名多字"), "B", "name", _COMPLETE_SIDE),
    Kind("name_order", N_("姓名字序颠倒"), "B", "name", _ROSTER_NAME, "poverty"),
    Kind("name_rare", N_("姓名缺生僻字"), "B", "name", _COMPLETE_SIDE),
    Kind("name_dot", N_("姓名间隔点不同"), "C", "name", N_("统一间隔点写法")),
    Kind("name_format", N_("姓名夹空格或括注"), "C", "name", N_("去掉空格和括注")),
    Kind("name_different", N_("姓名完全不同"), "A", "name", N_("问有没有曾用名，看过证件再定"), "poverty"),
    Kind("name_of_member", N_("姓名是家人的（串行）"), "A", "name", _ROWS, "poverty"),
    Kind("sex_wrong", N_("性别不符"), "B", "sex", N_("以证件号第17位为准")),
    Kind("birth_wrong", N_("出生日期不符"), "B", "birth_date", N_("以证件号第7至14位为准")),
    Kind("relation_typo", N_("与户主关系不符"), "B", "relation", N_("看户口本，一户一次定"), "poverty", "household"),
    Kind("head_swapped", N_("户主不一致"), "B", "relation", _HEAD, "poverty", "household"),
    Kind("hh_size", N_("家庭人数不符"), "B", "household_size", N_("数清户内人口，一户一次定"), "poverty", "household"),
    Kind("hh_split", N_("分户"), "B", "household_code", N_("查是不是已经分户，一户一次定"), "poverty", "household"),
    Kind("hh_moved", N_("迁移到别的村"), "B", "village", N_("查现在住哪个村，一户一次定"), "poverty", "household"),
    Kind("hh_code_stale", N_("户编号不同"), "B", "household_code", _ROSTER_CODE, "poverty", "household"),
    Kind("pid_stale", N_("人编号不同"), "B", "person_code", N_("以花名册人编号为准"), "poverty"),
    Kind("code_of_member", N_("用了家人的人编号"), "B", "person_code", N_("以花名册人编号为准"), "poverty"),
    Kind("village_alias", N_("村名写法不同"), "B", "village", N_("定下用哪个村名，全村照改"), "poverty", "village"),
    Kind("missing_in_roster", N_("仅卫健台账有"), "A", "name", _REGISTERED, "poverty", "person"),
    Kind("missing_in_registry", N_("仅花名册有"), "A", "name", N_("查是否漏报，在理由栏写明原因"), "health", "person"),
    Kind("deceased", N_("注明死亡"), "A", "remark", N_("核实后注明死亡日期，保留原行"), "both", "person"),
    Kind("married_out", N_("注明婚嫁迁出"), "A", "remark", N_("核实后注明迁出日期，保留原行"), "both", "person"),
    Kind("province_error", N_("省退回"), "A", "", N_("照省里说的改好，在这里下结论，再报一次"), "health", "person"),
    Kind("dup", N_("重复登记"), "A", "name", N_("保留一行，其余各行并入它"), "wrong_side"),
    Kind("ambiguous", N_("有多个可能的人"), "A", "name", N_("这人和「次选」那人的证件都看过再定"), "both"),
)

KINDS: dict[str, Kind] = {kind.kind: kind for kind in _ALL}
_RANK = {kind.kind: (kind.severity, place) for place, kind in enumerate(_ALL)}


def office_of(kind: str, wrong: Wrong) -> Literal["poverty", "health", "both"]:
    """Who decides a finding: `poverty` 扶贫办, `health` 卫健, or `both`."""
    named = KINDS[kind].office
    if named != "wrong_side":
        return named
    return "poverty" if wrong == "roster" else "health" if wrong == "registry" else "both"


def in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds by severity, then in the order of the vocabulary."""
    return tuple(sorted(kinds, key=_RANK.__getitem__))
