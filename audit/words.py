"""Findings in words, in no language yet: what differs, why we think it is the same person, why the next best is not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from audit.findings import SIDE_NAMES, Line, Side, Wrong
from audit.kinds import KINDS
from casebook.language import N_, _
from casebook.people.idnumber import IdNumber, suggestions
from casebook.tables.fields import known_fields
from casebook.texts import Text, text, together

_WRONG_NAMES: dict[Wrong, str] = {
    "roster": SIDE_NAMES["roster"],
    "registry": SIDE_NAMES["registry"],
    "both": N_("两份名单"),
    "unknown": N_("其中一方"),
}

FIELD_NAMES = {
    "id_number": N_("证件号"),
    "name": N_("姓名"),
    "birth_date": N_("出生日期"),
    "person_code": N_("人编号"),
    "sex": N_("性别"),
    "relation": N_("与户主关系"),
    "household_code": N_("户编号"),
    "phone": N_("电话"),
    "village": N_("村"),
    "household_size": N_("家庭人数"),
    "remark": N_("备注"),
}
"""Every field that evidence or a finding is about, in a word."""

_SHOWN_BESIDE = (N_("家庭人口数"), N_("健康状况"), N_("主要致贫原因"), N_("疾病名称"))
"""Titles of other fields that are compared: they stand in a data file, where the catalogue does not look."""

LEVEL_NAMES = {
    "same": N_("相同"),
    "same_text": N_("相同（都有损坏）"),
    "near": N_("差一处"),
    "multi": N_("差几处"),
    "partial": N_("余下部分相同"),
    "area": N_("只剩前几位，相同"),
    "unknown": N_("一方空缺"),
    "valid_other": N_("不同，都有效"),
    "of_member": N_("是同户家人的号"),
    "of_namesake": N_("是同名人的号"),
    "different": N_("不同"),
    "dot": N_("只差间隔点"),
    "format": N_("只差格式"),
    "variant": N_("繁简或异体"),
    "homophone": N_("同音"),
    "visual": N_("形近"),
    "rare": N_("有认不出的字"),
    "missing": N_("少字"),
    "extra": N_("多字"),
    "order": N_("字序颠倒"),
    "other": N_("错一字"),
    "blank": N_("一方空缺"),
    "head_spouse": N_("户主与配偶对调"),
    "same_township": N_("同乡镇，不同村"),
}
_LEVELS_OF_NAMES = {"near": N_("近音"), "of_member": N_("是同户家人的姓名")}

SENTENCES = {
    "id_format": N_("{wrong}的证件号夹有空格、全角、小写x等，整理后才能比对。"),
    "id_15": N_("{wrong}填的是15位旧号，升成18位后再与另一方比对。"),
    "id_20": N_("{wrong}填的是残疾证号，前18位是身份证号。"),
    "id_precision": N_("{wrong}把号码存成了数字，末几位丢失，无法从文件里找回。"),
    "id_sci": N_("{wrong}的号码成了科学计数（如5.1E+17），只剩前几位。"),
    "id_noise": N_("{wrong}把号码存成了数字，末几位变成了别的数字。"),
    "id_typo1": N_("{wrong}的证件号错一位，校验不通过。"),
    "id_transpose": N_("{wrong}的证件号有相邻两位颠倒，校验不通过。"),
    "id_checkdigit": N_("{wrong}的证件号只有最后一位校验位不对。"),
    "id_date": N_("{wrong}的证件号出生日期段（第7至14位）不对，校验不通过。"),
    "id_multi": N_("{wrong}的证件号与另一方有几处不同，校验不通过。"),
    "id_missing_digit": N_("{wrong}的证件号少了数字。"),
    "id_extra_digit": N_("{wrong}的证件号多了数字。"),
    "id_masked": N_("{wrong}的证件号打了星号，露出的部分与另一方相同。"),
    "id_blank": N_("{wrong}没有填证件号。"),
    "id_placeholder": N_("{wrong}填的是占位号，不是真实证件号。"),
    "id_valid_other": N_("两边的证件号都有效，却不是同一个号。"),
    "id_of_member": N_("两边号码不同，{wrong}写的是同户另一人的号码。"),
    "id_swapped": N_("同户两人的证件号在一份名单里互换了。"),
    "id_of_namesake": N_("两边号码不同，{wrong}写的是另一个同名人的号码。"),
    "name_homophone": N_("两边姓名读音相同，字不同。"),
    "name_near": N_("两边姓名读音相近，字不同。"),
    "name_visual": N_("两边姓名字形相近，字不同。"),
    "name_variant": N_("两边姓名是同一个字的繁体、简体或异体。"),
    "name_other": N_("两边姓名有一个字不同。"),
    "name_missing": N_("{wrong}的姓名少了字。"),
    "name_extra": N_("{wrong}的姓名多了字。"),
    "name_order": N_("两边姓名字相同，次序不同。"),
    "name_rare": N_("{wrong}的姓名缺生僻字，写成了问号、方框等。"),
    "name_dot": N_("姓名的间隔点写法不同。"),
    "name_format": N_("{wrong}的姓名夹有空格或括注。"),
    "name_different": N_("其他各项说明是同一人，姓名却完全不同。"),
    "name_of_member": N_("{wrong}这一行写的是同户另一人的姓名。"),
    "sex_wrong": N_("性别与证件号第17位或另一方不符，{wrong}写错了。"),
    "birth_wrong": N_("出生日期与证件号不符。"),
    "relation_typo": N_("两边写的与户主关系不同。"),
    "head_swapped": N_("两边的户主不是同一个人，全户的关系都随之不同。"),
    "hh_size": N_("两边的家庭人数不同。"),
    "hh_split": N_("卫健名单里是一户，花名册里分成了几户。"),
    "hh_moved": N_("两边登记在不同的村。"),
    "hh_code_stale": N_("两边的户编号不同，{wrong}的多半是旧编号。"),
    "pid_stale": N_("两边的人编号不同，{wrong}的多半是旧编号。"),
    "code_of_member": N_("卫健名单的人编号是同户另一人的。"),
    "village_alias": N_("卫健名单的「{registry}」就是花名册的「{roster}」，有{votes}人对得上。"),
    "missing_in_roster": N_("卫健名单有这个人，花名册没有。"),
    "missing_in_registry": N_("花名册有这个人，照范围卫健名单也该有，却没有。"),
    "deceased": N_("备注写明此人已死亡。"),
    "married_out": N_("备注写明此人已婚嫁迁出。"),
    "dup": N_("同一个人登记了不止一行。"),
    "ambiguous": N_("还有另一行也很像这个人，见「次选」。"),
    "province_error": N_("省里退回了上报的这一行。"),
}

_PROPOSALS = {
    "roster": N_("选「2采用卫健」，花名册照改"),
    "registry": N_("选「1采用花名册」，卫健名单照改"),
}


@cache
def field_title(field: str) -> str:
    """A field in the user's language, as far as it has a word there."""
    return _(FIELD_NAMES.get(field) or known_fields().titles[field])


def sentence(kind: str, wrong: Wrong) -> Text:
    """What a finding says; that of a village has `village_sentence`."""
    said = SENTENCES[kind]
    return text(said, wrong=Text(_WRONG_NAMES[wrong])) if "{wrong}" in said else Text(said)


def no_name_sentence(wrong: Wrong) -> Text:
    """What a finding of `name_missing` says where there is no name at all."""
    return text(N_("{wrong}没有填姓名。"), wrong=Text(_WRONG_NAMES[wrong]))


def village_sentence(registry: str, roster: str, votes: int) -> Text:
    return text(SENTENCES["village_alias"], registry=registry, roster=roster, votes=votes)


def province_sentence(batch: int, messages: Sequence[Text | str]) -> Text:
    """Which batch the province sent a person back from, and what it says."""
    return text(N_("省里退回了第 {batch} 批里这个人的行：{messages}。"), batch=batch, messages=tuple(messages))


_NUMBER_REMARKS = {
    "check_fails": N_("证件号校验不通过。"),
    "precision": N_("证件号存成了数字，末几位丢失。"),
    "scientific": N_("证件号成了科学计数，只剩前几位。"),
    "masked": N_("证件号打了星号。"),
    "blank": N_("没有填证件号。"),
    "id15": N_("证件号是15位旧号。"),
    "short": N_("证件号少了数字。"),
    "long": N_("证件号多了数字。"),
    "placeholder": N_("证件号是占位号。"),
    "other": N_("证件号认不出来。"),
}


def number_remark(number: IdNumber) -> Text:
    """What ails the number of a row without a partner, and what it might have been; empty when it is sound."""
    remark = _NUMBER_REMARKS.get(number.form)
    return together(Text(remark), might_be(number)) if remark else Text()


def might_be(number: IdNumber) -> Text:
    """Sound numbers a small slip away from a damaged one."""
    found = suggestions(number)
    return text(N_("可能是 {numbers}，只供核对。"), numbers=tuple(found)) if found else Text()


_TOLD_BY_NUMBER = ("sex_wrong", "birth_wrong")


@cache
def proposal(kind: str, wrong: Wrong) -> Text:
    """The suggested action; of an identity field of which one side is known to be wrong, the verdict to choose, unless
    the number itself tells what is right."""
    if KINDS[kind].severity == "B" and wrong in _PROPOSALS and kind not in _TOLD_BY_NUMBER:
        return Text(_PROPOSALS[wrong])
    return Text(KINDS[kind].action)


def evidence_lines(lines: Sequence[Line]) -> tuple[str, ...]:
    """The two columns, in words: bits against a stranger, and against another member of the household."""
    said = _("{field} {level} {stranger:+.1f}/{family:+.1f}")
    return tuple(
        said.format(field=_(FIELD_NAMES[field]), level=_(_level(field, level)), stranger=x, family=f)
        for field, level, x, f in lines
    )


def _level(field: str, level: str) -> str:
    own = _LEVELS_OF_NAMES.get(level) if field == "name" else None
    return own or LEVEL_NAMES[level]


def why_not(winner: Sequence[Line], loser: Sequence[Line]) -> tuple[Text, ...]:
    """Where the next best row falls behind most: at most two fields."""
    best = {line[0]: min(line[2:]) for line in winner}
    behind = [(min(line[2:]) - best.get(line[0], 0.0), line) for line in loser]
    return named([line for by, line in sorted(behind) if by < -1][:2])


def named(lines: Sequence[Line]) -> tuple[Text, ...]:
    """Fields with their levels: 姓名不同、村相同."""
    return tuple(_field_level(field, level) for field, level, _stranger, _family in lines)


@cache
def _field_level(field: str, level: str) -> Text:
    return text(N_("{field}{level}"), field=Text(FIELD_NAMES[field]), level=Text(_level(field, level)))


def runner_up(side: Side, sheet_row: str, score: float, reason: tuple[Text, ...]) -> Text:
    """The next best row of a pair: its list, row and score in bits, and why it lost."""
    place = Text(SIDE_NAMES[side])
    if reason:
        said = N_("{list}第 {row} 行，{score:+.1f} 分；{reason}")
        return text(said, list=place, row=sheet_row, score=score, reason=reason)
    return text(N_("{list}第 {row} 行，{score:+.1f} 分"), list=place, row=sheet_row, score=score)


def owner_sentence(side: Side, sheet_row: str) -> Text:
    """Where the person stands to whom a number belongs."""
    return text(N_("这个号码的人在{list}第 {row} 行。"), list=Text(SIDE_NAMES[side]), row=sheet_row)


def nearest(sheet_row: str, score: float, reason: tuple[Text, ...]) -> Text:
    """The row of the other list that comes nearest to a row without a partner, its score in bits, why it is not it."""
    said = N_("最接近的是另一份名单第 {row} 行，{score:+.1f} 分，不够；{reason}")
    return text(said, row=sheet_row, score=score, reason=reason or Text(N_("没有一项突出")))
