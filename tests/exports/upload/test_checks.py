"""Each check finds what was planted, where it was planted, and nothing in rows that are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide
from audit.queue import findings_named
from casebook.people.idnumber import check_digit
from casebook.store.casebook import Casebook, open_casebook
from casebook.texts import Text
from exports.formats.format import Format, Repeat, Sum
from exports.upload.checks import checks
from exports.upload.problem import Problem
from exports.upload.record import DiseasePart, Record, Records, Value
from exports.upload.rows import rows_of
from exports.upload.summary import CODE_NAMES, summary
from tests.exports.upload.made_passed import column, small_format
from tui.all_views import VIEWS

COLUMNS = (
    column(0, "序号", "row.serial"),
    column(1, "户编号", "household.code", required=True),
    column(2, "人数", "household.size"),
    column(3, "家庭类型", "household.type", values=(("01", "一般贫困户"), ("02", "低保户"))),
    column(4, "姓名", "person.name", required=True, length=6),
    column(5, "证件号", "person.id_number", required=True),
    column(6, "性别", "person.sex", values=(("1", "男"), ("2", "女"))),
    column(7, "出生日期", "person.birth_date"),
    column(8, "与户主关系", "person.relation", values=(("01", "户主"), ("02", "配偶"), ("99", "其他"))),
    column(9, "电话", "household.phone", pattern=r"1\d{10}"),
    column(10, "医疗保障", "person.insurance", values=(("1", "新农合"), ("2", "大病保险")), between="；"),
    column(11, "死亡日期", "person.death_date", required=True, required_when={"person.outcome": ("3",)}),
    column(12, "疾病一/病名", "disease.name", nth=1, required=True, required_when={"person.outcome": ("1",)}),
    column(13, "疾病一/确诊时间", "disease.date", nth=1, required=True),
    column(14, "疾病二/病名", "disease.name", nth=2),
    column(15, "疾病二/确诊时间", "disease.date", nth=2, required=True),
    column(16, "治疗时间", "treatment.date"),
    column(17, "总计", "cost.total"),
    column(18, "自付", "cost.own"),
    column(19, "新农合", "cost.rural"),
    column(20, "填报人", "signer.filler"),
    column(21, "审核人", "signer.reviewer"),
    column(22, "备注", "person.remark"),
)
FORMAT = small_format(
    columns=COLUMNS,
    repeats=(Repeat("disease", "columns", 2), Repeat("treatment", "sum")),
    sums=(Sum("cost.total", ("cost.own", "cost.rural")),),
    encoding="gb2312",
)
COLUMN = {one.title: one.column for one in COLUMNS}


def number(birth: str = "19600101", sex: str = "1", area: str = "990101", order: str = "01") -> str:
    first = f"{area}{birth}{order}{sex}"
    return first + check_digit(first)


WELL = {
    "household.code": "H001", "household.size": "2", "household.type": "01 一般贫困户", "person.name": "王大山",
    "person.id_number": number(), "person.sex": "1 男", "person.birth_date": "1960-01-01",
    "person.relation": "01 户主", "household.phone": "13800000001", "person.insurance": "1 新农合",
    "visit.date": "2026-11-01", "person.outcome": "1 确诊", "signer.filler": "陈静", "signer.reviewer": "吴县",
}  # fmt: skip
WIFE = WELL | {
    "person.name": "李桂芳", "person.id_number": number("19620303", "2"), "person.sex": "2 女",
    "person.birth_date": "1962-03-03", "person.relation": "02 配偶",
}  # fmt: skip
DISEASE = {"disease.name": "高血压", "disease.date": "2016-05-01"}


def values(told: Mapping[str, str]) -> dict[str, Value]:
    """`01 户主` is a code and its name."""
    found = {}
    for field, text in told.items():
        code, _blank, name = text.partition(" ")
        found[field] = Value(code, (name,)) if name else Value(text)
    return {field: value for field, value in found.items() if value.text}


def person(told: Mapping[str, str], *diseases: DiseasePart, key: str = "P1", visit: str = "v1", **more: str) -> Record:
    all_told = {**told, **{name.replace("__", "."): text for name, text in more.items()}}
    return Record(
        key, key, (("roster", key),), visit, "s" + visit, "云丰镇", "青桥村", all_told.get("household.code", ""),
        all_told.get("person.name", ""), values(all_told), diseases or (ill(),),
    )  # fmt: skip


def ill(*treatments: Mapping[str, str], **more: str) -> DiseasePart:
    told = {**DISEASE, **{name.replace("__", "."): text for name, text in more.items()}}
    return DiseasePart(values(told), tuple(values(one) for one in treatments))


@pytest.fixture(scope="module")
def book(passed_folder: Path) -> Iterator[Casebook]:
    """Read only; its one finding of severity A is of nobody of the records here."""
    with open_casebook(passed_folder / "县.ruhu", author="刘敏", views=VIEWS) as opened:
        yield opened


def found(book: Casebook, *people: Record, format: Format = FORMAT, grade: str = "") -> list[tuple[str, str, int]]:
    """Problems as grade, code and the 0-based column."""
    return [(one.grade, one.code, one.column) for one in problems(book, *people, format=format) if grade in one.grade]


def problems(book: Casebook, *people: Record, format: Format = FORMAT) -> tuple[Problem, ...]:
    return checks(rows_of(Records(people), format).rows, format, book)


def wife(**more: str) -> Record:
    return person(WIFE, key="P2", **more)


def test_nothing_is_wrong_with_rows_that_are_right(book: Casebook) -> None:
    treated = ill({"treatment.date": "2016-06-01", "cost.total": "10.00", "cost.own": "0.10", "cost.rural": "9.90"})
    assert found(book, person(WELL, treated), wife()) == []


@pytest.mark.parametrize(
    ("field", "text", "code", "title"),
    [
        ("household.code", "", "required", "户编号"),
        ("person.name", "", "required", "姓名"),
        ("person.name", "阿不都热依木江", "length", "姓名"),
        ("household.phone", "028-5551234", "pattern", "电话"),
        ("household.type", "07 别的", "code", "家庭类型"),
        ("person.insurance", "9 别的", "code", "医疗保障"),
        ("person.birth_date", "1960-01", "type", "出生日期"),
        ("person.birth_date", "不详", "type", "出生日期"),
        ("household.size", "两人", "type", "人数"),
        ("person.death_date", "2026-12-01", "date_order", "死亡日期"),
        ("person.death_date", "1959-12-31", "date_order", "死亡日期"),
        ("person.birth_date", "1960-01-02", "id_birth", "出生日期"),
        ("person.sex", "2 女", "id_sex", "性别"),
        ("person.id_number", "990101196001010010", "id_number", "证件号"),
        ("person.id_number", "990101600101001", "id_number", "证件号"),
        ("person.id_number", "99010119600101", "id_number", "证件号"),
        ("person.id_number", "9901**********0015", "id_number", "证件号"),
        ("person.id_number", "", "required", "证件号"),
        ("person.remark", "长" * 40_000, "too_long", "备注"),
    ],
)
def test_a_cell_that_keeps_the_row_out(book: Casebook, field: str, text: str, code: str, title: str) -> None:
    assert ("error", code, COLUMN[title]) in found(book, person(WELL | {field: text}), wife(), grade="error")


def test_other_forms_of_the_number(book: Casebook) -> None:
    certificate = person(WELL, person__id_number=number() + "43")
    again = person(WELL, person__id_number=number() + "4311")
    passport = person(WELL, person__id_number="E12345678", person__id_type="03 护照")
    for one in (certificate, again, passport):
        assert found(book, one, wife()) == []
    assert found(book, person(WELL, person__id_number=""), wife(), grade="error") == [("error", "required", 5)]


def test_required_where_its_condition_holds(book: Casebook) -> None:
    dead = person(WELL, DiseasePart({}), person__outcome="3 死亡")
    assert found(book, dead, wife(household__size="1"), grade="error")[0] == ("error", "required", COLUMN["死亡日期"])
    nothing = person(WELL, DiseasePart({}))
    assert found(book, nothing, wife()) == [("error", "required", COLUMN["疾病一/病名"])]
    undated = person(WELL, ill(disease__date=""), ill(disease__name="糖尿病", disease__date=""))
    assert [one[2] for one in found(book, undated, wife())] == [COLUMN["疾病一/确诊时间"], COLUMN["疾病二/确诊时间"]]
    assert found(book, person(WELL, ill(), ill(disease__name="糖尿病")), wife()) == []


@pytest.mark.parametrize(
    ("date", "diagnosed", "expected"),
    [
        ("2016-04-02", "2016-05-01", []),
        ("2016-03-01", "2016-05-01", [("notice", "date_order", "治疗时间")]),
        ("2026-11-02", "2016-05-01", [("error", "date_order", "治疗时间")]),
        ("2016-06-01", "1959-05-01", [("error", "date_order", "疾病一/确诊时间")]),
    ],
)
def test_dates_in_their_order(book: Casebook, date: str, diagnosed: str, expected: list[tuple[str, str, str]]) -> None:
    one = person(WELL, ill({"treatment.date": date}, disease__date=diagnosed))
    assert found(book, one, wife()) == [(grade, code, COLUMN[title]) for grade, code, title in expected]


@pytest.mark.parametrize(
    ("costs", "codes"),
    [
        (("10.00", "0.10", "9.89"), ["sum"]),
        (("10.00", "10.01", "-0.01"), ["own_over_total", "type"]),
        (("", "0.10", ""), ["sum", "own_over_total"]),
        (("", "0.00", "0.00"), []),
        (("0.30", "0.10", "0.20"), []),
    ],
)
def test_sums_to_the_fen(book: Casebook, costs: tuple[str, str, str], codes: list[str]) -> None:
    told = dict(zip(("cost.total", "cost.own", "cost.rural"), costs, strict=True))
    one = person(WELL, ill(told))
    assert sorted(code for _grade, code, _column in found(book, one, wife())) == sorted(codes)
    said = [str(one.what) for one in problems(book, one) if one.code == "sum"]
    assert said in ([], ["「总计」与各项之和差 0.01 元"], ["「总计」与各项之和差 0.10 元"])


def test_somebody_twice(book: Casebook) -> None:
    alone = {"household.code": "H002", "household.size": "1", "person.relation": "01 户主"}
    twice = person(WIFE | alone, key="P3", visit="v2")
    other = person(WELL | alone, key="P4", visit="v3", person__id_number=number() + "43")
    assert found(book, person(WELL), wife(), twice, grade="error") == [("error", "same_number", 5)] * 2
    assert found(book, person(WELL), other, wife(), grade="error") == [("error", "same_number", 5)] * 2
    namesake = person(WELL | alone, key="P5", visit="v3", person__id_number=number(order="09"))
    assert found(book, person(WELL), wife(), namesake) == [("notice", "same_name", 4)] * 2
    same = person(WELL, ill(), ill())
    assert found(book, same, wife()) == [("error", "same_disease", COLUMN["疾病二/病名"])]


def test_a_number_that_was_sent_under_another_person(book: Casebook) -> None:
    rows = rows_of(Records((person(WELL),)), FORMAT).rows
    told = checks(rows, FORMAT, book, sent={number(): ("P9", 3)})
    assert [(one.code, one.column) for one in told if one.code == "sent_number"] == [("sent_number", 5)]
    assert not any(one.code == "sent_number" for one in checks(rows, FORMAT, book, sent={number(): ("P1", 3)}))


def test_a_household_that_contradicts_itself(book: Casebook) -> None:
    other_type = wife(household__type="02 低保户")
    assert found(book, person(WELL), other_type) == [
        ("notice", "household_differs", COLUMN["家庭类型"]), ("error", "household_differs", COLUMN["家庭类型"]),
    ]  # fmt: skip
    assert problems(book, person(WELL), other_type)[1].key == "P2"
    blank = wife(household__phone="")
    assert found(book, person(WELL), blank) == [("notice", "household_differs", COLUMN["电话"])]
    son = person(WELL, key="P3", person__name="王小山", person__id_number=number("19880505", "3"),
                 person__birth_date="1988-05-05", person__relation="99 其他")  # fmt: skip
    headless = [person(WIFE, key="P4", household__type="02 低保户"), wife(), son]
    differs = [one for one in problems(book, *headless) if one.code == "household_differs"]
    assert [(one.key, one.grade) for one in differs] == [("P4", "error"), ("P2", "notice"), ("P3", "notice")]


def test_the_head_and_the_size_of_a_household(book: Casebook) -> None:
    relation, size = COLUMN["与户主关系"], COLUMN["人数"]
    two = wife(person__relation="01 户主")
    assert found(book, person(WELL), two, grade="error") == [("error", "two_heads", relation)] * 2
    named = wife(person__relation="01 户主", household__head="王大山")
    head = person(WELL, household__head="王大山")
    assert found(book, head, named, grade="error") == [("error", "two_heads", relation)]
    dead = wife(person__relation="01 户主", person__outcome="3 死亡", person__death_date="2026-01-01")
    assert found(book, person(WELL, household__size="1"), dead, grade="error")[1:] == []
    assert found(book, wife(household__size="1")) == [("notice", "no_head", relation)]
    for told, grade in (("1", "error"), ("3", "notice")):
        two_people = person(WELL, household__size=told), wife(household__size=told)
        assert found(book, *two_people) == [(grade, "household_size", size)]


def test_characters_that_others_cannot_read(book: Casebook) -> None:
    for name, code in (("王䶮", "gb2312"), ("王\ue863", "private_use"), ("王\u0007山", "control")):
        assert found(book, person(WELL, person__name=name), wife()) == [("notice", code, 4)]
    assert found(book, person(WELL, person__name="阿·买—江"), wife()) == []
    assert found(book, person(WELL, person__name="王䶮"), wife(), format=small_format(columns=COLUMNS)) == []
    (told,) = problems(book, person(WELL, person__name="王䶮"), wife())
    assert "第 2 个字" in str(told.what) and "䶮" not in f"{told.what}{told.remedy}"


def test_signers_and_nobody(book: Casebook) -> None:
    assert found(book, person(WELL, signer__reviewer="陈静"), wife()) == [("notice", "same_signer", COLUMN["审核人"])]
    nobody = person(WELL, person__name="", person__id_number="")
    assert ("error", "nameless", -1) in found(book, nobody, wife())


def test_an_open_finding_of_severity_a(passed: Casebook) -> None:
    ((number, subject, who),) = passed.connection.execute(
        "SELECT f.id, f.subject, p.person FROM finding f JOIN finding_person p ON p.finding = f.id "
        "WHERE f.severity = 'A'"
    ).fetchall()
    one = person(WELL, key=who, household__size="1")
    (told,) = problems(passed, one)
    assert (told.grade, told.code, told.finding) == ("error", "finding", number)
    handle = subject[:6]
    assert str(told.what) == f"疑点 {handle}「仅花名册有」关系到钱和资格，还没有定"
    assert findings_named(passed, handle) == [number], "commands find it by that"
    decide(passed, [number], Ruling(1, reason="查过"))
    (unsigned,) = problems(passed, one)
    assert str(unsigned.what).endswith("定了，等复签") and "另一个人" in str(unsigned.remedy)
    countersign(passed.acted_by("周平"), [number])
    assert problems(passed, one) == ()


def test_the_same_problem_of_a_column_is_told_once(book: Casebook) -> None:
    people = [
        person(WELL, key=f"P{n}", visit=f"v{n // 2}", household__code="", person__id_number=number(order=f"{n:02d}"),
               person__name=f"王{n}", household__size="2")
        for n in range(10)
    ]
    told = problems(book, *people)
    groups = summary(told, FORMAT)
    assert (groups[0].code, groups[0].people, groups[0].visits) == ("required", 10, 5)
    assert groups[0].line == "「户编号」列：必填，没有值：10 人"
    assert {one.code for one in told} <= set(CODE_NAMES)
    assert all(isinstance(one.what, Text) and str(one.remedy) for one in told)
    secrets = ("王1", "990101", "138000")
    assert not any(secret in f"{one.what}{one.remedy}" for one in told for secret in secrets)
