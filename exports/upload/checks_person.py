"""Checks within one row (逐人检查): the identity number, the order of dates, sums of money to the 分, the signers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casebook.language import N_
from casebook.people.idnumber import IdNumber, read_id
from casebook.texts import Text, text
from exports.formats.fields import upload_fields
from exports.formats.format import Sum
from exports.upload.canonical import fen_of, yuan_of
from exports.upload.checks_cells import ASK_AGAIN, MEND_LIST, iso_date
from exports.upload.checks_row import Reading
from exports.upload.problem import Grade, Problem

BEFORE_DIAGNOSIS = timedelta(days=30)
"""A treatment may be so much earlier than the diagnosis (S6 of domain A3)."""

_NUMBER, _BIRTH, _SEX = "person.id_number", "person.birth_date", "person.sex"
_OTHER_NUMBERS = ("household.head_id_number", "person.disability_number")
_CITIZEN = frozenset(("", "01", "09"))
"""证件类型 whose numbers are resident numbers: not said, 居民身份证, 残疾人证."""
_FORMS = {
    "check_fails": N_("证件号校验不通过"),
    "precision": N_("证件号末几位丢失了（Excel 精度）"),
    "scientific": N_("证件号成了科学计数"),
    "masked": N_("证件号打了码，不完整"),
    "blank": N_("证件号栏写的不是号码"),
    "id15": N_("是 15 位的旧证号"),
    "short": N_("证件号缺位"),
    "long": N_("证件号多位"),
    "placeholder": N_("证件号是占位的假号"),
    "other": N_("不像身份证号，也不是残疾证号"),
}
_SEE_DOCUMENT = Text(N_("看证件，退回这次入户改；两边名单不同的，到核对（F3）定"))


def person_problems(reading: Reading) -> Iterator[Problem]:
    yield from _numbers(reading)
    yield from _dates(reading)
    yield from _diseases(reading)
    for of in reading.columns.format.sums:
        yield from _sum(reading, of)
    filler, reviewer = reading.text("signer.filler"), reading.text("signer.reviewer")
    if filler and filler == reviewer and reading.columns.has("signer.reviewer"):
        what, remedy = Text(N_("填报人和审核人是同一个人")), Text(N_("请另一个人复核"))
        place = reading.columns.sheet_column("signer.reviewer")
        yield reading.problem("same_signer", what, remedy, column=place, grade="notice")


def _numbers(reading: Reading) -> Iterator[Problem]:
    place = reading.columns.sheet_column(_NUMBER)
    written = reading.written(_NUMBER)
    kind = reading.value("person.id_type")
    if written and (not kind or kind.text in _CITIZEN):
        number = read_id(written)
        if number.form in _FORMS:
            yield reading.problem("id_number", Text(_FORMS[number.form]), _SEE_DOCUMENT, column=place)
        elif number.text != written:
            what = Text(N_("证件号夹有空格、小写 x 之类的杂字"))
            yield reading.problem("id_number", what, ASK_AGAIN, column=place)
        else:
            yield from _agreement(reading, number)
    for field in _OTHER_NUMBERS:
        written = reading.written(field)
        if written and read_id(written).form not in ("valid", "id20", "blank"):
            what = Text(N_("不像身份证号，也不是残疾证号"))
            column = reading.columns.sheet_column(field)
            yield reading.problem("id_number", what, MEND_LIST, column=column, grade="notice")


def _agreement(reading: Reading, number: IdNumber) -> Iterator[Problem]:
    """The number says when a person was born and whether a man or a woman; where the row says otherwise, the number is
    not theirs or the row is wrong."""
    birth, sex = reading.text(_BIRTH), reading.text(_SEX)
    if birth and number.birth and not number.birth.startswith(birth):
        what = Text(N_("出生日期与证件号不符"))
        yield reading.problem("id_birth", what, _SEE_DOCUMENT, column=_first(reading, _BIRTH, _NUMBER))
    if sex in ("1", "2") and number.sex and sex != number.sex:
        what = Text(N_("性别与证件号不符"))
        yield reading.problem("id_sex", what, _SEE_DOCUMENT, column=_first(reading, _SEX, _NUMBER))


def _first(reading: Reading, *fields: str) -> int:
    return next((place for field in fields if (place := reading.columns.sheet_column(field)) >= 0), -1)


def _dates(reading: Reading) -> Iterator[Problem]:
    """Birth, diagnosis, treatment, visit in this order; death between birth and visit."""
    birth, visit = iso_date(reading.text(_BIRTH)), iso_date(reading.text("visit.date"))
    before_birth, after_visit = N_("早于出生日期"), N_("晚于入户日期")
    diagnosed: list[date] = []
    for field in ("disease.date", "person.death_date", "treatment.date"):
        for nth in reading.columns.nths.get(field, ()):
            day = iso_date(reading.text(field, nth))
            if day is None:
                continue
            if field == "disease.date":
                diagnosed.append(day)
            for wrong, what in ((birth and day < birth, before_birth), (visit and day > visit, after_visit)):
                if wrong:
                    yield _date_problem(reading, field, nth, what)
            if field == "treatment.date" and diagnosed and day < min(diagnosed) - BEFORE_DIAGNOSIS:
                yield _date_problem(reading, field, nth, N_("比确诊时间早 30 天以上"), "notice")


def _date_problem(reading: Reading, field: str, nth: int, what: str, grade: Grade = "error") -> Problem:
    column = reading.columns.sheet_column(field, nth)
    return reading.problem("date_order", Text(what), ASK_AGAIN, column=column, grade=grade)


def _diseases(reading: Reading) -> Iterator[Problem]:
    """One disease twice in one row."""
    field = "disease.code" if reading.columns.has("disease.code") else "disease.name"
    seen: set[str] = set()
    for nth in reading.columns.nths.get(field, ()):
        told = reading.text(field, nth)
        if told and told in seen:
            what = Text(N_("同一种病写了两次"))
            column = reading.columns.sheet_column(field, nth)
            yield reading.problem("same_disease", what, ASK_AGAIN, column=column)
        seen.add(told)


def _sum(reading: Reading, of: Sum) -> Iterator[Problem]:
    """The total against its parts, in 分; a blank counts as nothing, and a row without any of them is not looked at."""
    for nth in reading.columns.nths.get(of.total, ()):
        total = fen_of(reading.text(of.total, nth))
        parts = [fen_of(reading.text(part, nth)) for part in of.parts if (part, nth) in reading.columns.at]
        if total is None and all(not part for part in parts):
            continue
        column = reading.columns.sheet_column(of.total, nth)
        apart = sum(part or 0 for part in parts) - (total or 0)
        if apart:
            title = upload_fields()[of.total].title
            said = text(N_("「{total}」与各项之和差 {apart} 元"), total=title, apart=yuan_of(abs(apart)))
            yield reading.problem("sum", said, Text(N_("对照结算单，退回这次入户改")), column=column)
        own = fen_of(reading.text("cost.own", nth)) if of.total == "cost.total" else None
        if own is not None and own > (total or 0):
            what = Text(N_("自付多于总计"))
            yield reading.problem("own_over_total", what, Text(N_("对照结算单，退回这次入户改")), column=column)
