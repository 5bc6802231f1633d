"""People in the columns of a format: parts side by side, a row each, added up, the latest; codes, dates, amounts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn, Repeat
from exports.sheet_xml import CellValue
from exports.upload.canonical import canonical, fen_of, yuan_of
from exports.upload.cells import writer_of
from exports.upload.dates import iso_of, written_date
from exports.upload.record import DiseasePart, Record, Records, Value, Values
from exports.upload.rows import Laid, rows_of
from exports.upload.since import digests, gone, unchanged
from tests.exports.upload.made_passed import column, small_format

OUTCOMES = (("1", "确诊"), ("2", "未患病"), ("3", "死亡"), ("4", "病种不符，是另一种病"))


def values(**told: str) -> Values:
    """`disease__name="胃癌"`; amounts as the records keep them."""
    return {name.replace("__", "."): Value(text) for name, text in told.items()}


def disease(name: str, *treatments: Values, day: str = "") -> DiseasePart:
    return DiseasePart(values(disease__name=name, **({"disease__date": day} if day else {})), treatments)


def treated(day: str, total: str, hospital: str = "县医院") -> Values:
    return values(treatment__date=day, cost__total=total, treatment__hospital=hospital)


def person(name: str, *diseases: DiseasePart, key: str = "", loose: tuple[Values, ...] = ()) -> Record:
    told = values(person__name=name)
    place = ("云丰镇", "青桥村", "H001", name)
    return Record(key or f"P{name}", "", (), "v", "s", *place, told, diseases, loose)


def laid(people: list[Record], *columns: FormatColumn, **more: Any) -> Laid:
    return rows_of(Records(tuple(people)), small_format(columns=columns, **more))


def cells(laid: Laid) -> list[tuple[CellValue, ...]]:
    return [row.cells for row in laid.rows]


def said(laid: Laid) -> list[tuple[str, int, str]]:
    return [(one.part, one.count, str(one.what)) for one in laid.dropped]


NAME = column(0, "姓名", "person.name")
BY_THREE = [
    *(column(nth, f"病{nth}", "disease.name", nth=nth) for nth in (1, 2, 3)),
    column(4, "费用", "cost.total"), column(5, "医院", "treatment.hospital"),
]  # fmt: skip
FOUR = person(
    "王大山",
    disease("胃癌", treated("2016-05-01", "0.10", "省医院"), treated("2016-07-01", "0.20")),
    disease("高血压"), disease("糖尿病", treated("2016-06-01", "100.00")), disease("白内障"),
)  # fmt: skip
SIDE_BY_SIDE = (Repeat("disease", "columns", 3), Repeat("treatment", "sum"))


def test_side_by_side_with_all_treatments_added_up() -> None:
    found = laid([FOUR, person("李桂芳")], NAME, *BY_THREE, repeats=SIDE_BY_SIDE)
    assert cells(found) == [
        ("王大山", "胃癌", "高血压", "糖尿病", "100.30", "县医院"), ("李桂芳", None, None, None, None, None),
    ]  # fmt: skip
    assert said(found) == [("disease", 1, "第 4 种疾病")]
    assert said(laid([FOUR], NAME, *BY_THREE[:2], column(3, "费用", "cost.total"))) == [
        ("disease", 2, "第 3、4 种疾病"), ("treatment", 2, "较早的 2 次治疗"),
    ]  # fmt: skip
    assert not laid([FOUR], NAME, repeats=SIDE_BY_SIDE).dropped, "a format that asks for no disease loses none"


def test_each_disease_with_its_treatments_beside_it() -> None:
    columns = [
        column(0, "病一/病名", "disease.name", nth=1), column(1, "病一/费用", "cost.total", nth=1),
        column(2, "病二/病名", "disease.name", nth=2), column(3, "病二/费用", "cost.total", nth=2),
    ]  # fmt: skip
    found = laid([FOUR], *columns, repeats=(Repeat("disease", "columns", 2), Repeat("treatment", "sum")))
    assert cells(found) == [("胃癌", "0.30", "高血压", None)]
    assert said(found) == [("disease", 2, "第 3、4 种疾病"), ("treatment", 1, "放不下的疾病的 1 次治疗")]


def test_a_row_for_each_disease_has_that_disease_s_treatments() -> None:
    told = ("disease.name", "cost.total", "treatment.date")
    columns = [NAME, *(column(place, field, field) for place, field in enumerate(told, 1))]
    nobody_knows = person("赵铁柱", disease("胃癌"), disease("肝癌"), loose=(treated("2016-01-01", "5.00"),))
    rows = (Repeat("disease", "rows"), Repeat("treatment", "sum"))
    found = laid([FOUR, person("李桂芳"), nobody_knows], *columns, repeats=rows)
    assert cells(found) == [
        ("王大山", "胃癌", "0.30", "2016-07-01"), ("王大山", "高血压", None, None),
        ("王大山", "糖尿病", "100.00", "2016-06-01"), ("王大山", "白内障", None, None), ("李桂芳", None, None, None),
        ("赵铁柱", "胃癌", None, None), ("赵铁柱", "肝癌", None, None),
    ]  # fmt: skip
    assert said(found) == [("treatment", 1, "没有写明是哪种病的 1 次治疗")]
    each = laid([FOUR, nobody_knows], *columns, repeats=(Repeat("disease", "rows"), Repeat("treatment", "rows")))
    assert [row[1:] for row in cells(each)] == [
        ("胃癌", "0.10", "2016-05-01"), ("胃癌", "0.20", "2016-07-01"), ("高血压", None, None),
        ("糖尿病", "100.00", "2016-06-01"), ("白内障", None, None),
        ("胃癌", None, None), ("肝癌", None, None), (None, "5.00", "2016-01-01"),
    ]  # fmt: skip
    assert not each.dropped


def test_the_latest_and_treatments_in_rows_and_side_by_side() -> None:
    first = disease("胃癌", *FOUR.diseases[0].treatments, day="2016-03")
    ill = person("王大山", first, disease("肝癌", day="2015-09-01"))
    columns = [column(1, "病", "disease.name"), column(2, "费用", "cost.total")]
    latest = laid([ill], *columns, repeats=(Repeat("disease", "latest"), Repeat("treatment", "latest")))
    assert cells(latest) == [("胃癌", "0.20")]
    assert said(latest) == [("disease", 1, "较早的 1 种疾病"), ("treatment", 1, "较早的 1 次治疗")]
    by_treatment = laid([FOUR], *columns, repeats=(Repeat("disease", "latest"), Repeat("treatment", "rows")))
    assert cells(by_treatment) == [("胃癌", "0.10"), ("糖尿病", "100.00"), ("胃癌", "0.20")]
    two = [column(nth, f"费用{nth}", "cost.total", nth=nth) for nth in (1, 2)]
    beside = laid([FOUR], *two, repeats=(Repeat("treatment", "columns", 2),))
    assert cells(beside) == [("0.10", "100.00")] and said(beside) == [("treatment", 1, "第 3 次治疗")]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6))
def test_sums_are_exact_to_the_fen(amounts: list[int]) -> None:
    told = [treated(f"2016-01-{day:02}", yuan_of(fen)) for day, fen in enumerate(amounts, 1)]
    ill = person("王大山", disease("胃癌", *told))
    (row,) = cells(laid([ill], column(0, "费用", "cost.total"), repeats=(Repeat("treatment", "sum"),)))
    assert Decimal(str(row[0])) == Decimal(sum(amounts)) / 100
    (row,) = cells(laid([ill], column(0, "费用", "cost.total", cell="number"), repeats=(Repeat("treatment", "sum"),)))
    assert round(Decimal(repr(row[0])) * 100) == sum(amounts)


def test_what_payers_without_a_column_paid() -> None:
    told = {"cost.total": "10.00", "cost.own": "1.00", "cost.rural": "5.00", "cost.aid": "3.01", "cost.fund": "0.99"}
    ill = person("王大山", disease("胃癌", {name: Value(text) for name, text in told.items()}))
    columns = [column(0, "新农合", "cost.rural"), column(1, "其他", "cost.rest")]
    assert cells(laid([ill, person("李桂芳")], *columns)) == [("5.00", "4.00"), (None, None)]


def test_whom_a_format_wants_its_constants_and_the_number_of_a_row() -> None:
    ill, well = person("王大山", DiseasePart({"disease.outcome": Value("1", ("确诊",))})), person("李桂芳")
    columns = [
        column(0, "序号", "row.serial"), column(1, "市", "place.city"), column(2, "类", constant="甲"), column(3, "空"),
    ]  # fmt: skip
    more = {"only": {"disease.outcome": ("确诊",)}, "constants": {"place.city": "乐山市"}}
    found = laid([ill, well], *columns, **more)
    assert cells(found) == [(None, "乐山市", "甲", None)]
    assert found.rows[0].raw[1] == Value("乐山市", ("乐山市",), "format") and found.rows[0].raw[3] is None


def test_what_changed_since_it_was_sent() -> None:
    format = small_format(columns=(NAME, column(1, "病", "disease.name")), repeats=(Repeat("disease", "rows"),))
    before = rows_of(Records((FOUR, person("李桂芳"), person("赵铁柱"))), format).rows
    sent = digests(before)
    assert digests(rows_of(Records((FOUR, person("李桂芳"), person("赵铁柱"))), format).rows) == sent
    fewer = replace(FOUR, diseases=FOUR.diseases[:3])
    after = rows_of(Records((fewer, person("李桂芳"), person("孙二妹"))), format).rows
    assert unchanged(after, sent) == {"P李桂芳"} and gone(after, sent) == ("P赵铁柱",)


# --- one cell


def cell(field: str, value: Value, choices: tuple[tuple[str, str], ...] = (), **more: Any) -> CellValue:
    return writer_of(FormatColumn(0, ("列",), field, **more), upload_fields()[field], choices)(value)


POVERTY = (("0", "未脱贫"), ("1", "脱贫"), ("2", "预脱贫"), ("3", "返贫"))
HAS = (("1", "有"), ("2", "没有"), ("8", "不清楚"))


@pytest.mark.parametrize(
    ("field", "value", "choices", "more", "expected"),
    [
        ("person.sex", Value("1", ("男",)), (), {"write": "code"}, "1"),
        ("person.sex", Value("1", ("男",)), (), {"write": "both"}, "1男"),
        ("person.sex", Value("1"), (), {}, "男"),
        ("person.sex", Value("1", ("男",)), (), {"write": "code", "values": (("1", "女"), ("2", "男"))}, "2"),
        ("person.sex", Value("2", ("女",)), (), {"values": (("", "1.男"), ("", "2.女"))}, "2.女"),
        ("person.relation", Value("02", ("配偶",)), (), {"values": (("", "户主"), ("", "妻子"))}, "妻子"),
        ("person.labour", Value("3", ("丧失劳动能力",)), (), {"write": "code", "values": (("03", "丧失劳动力"),)},
         "03"),
        ("person.insurance", Value("1 2", ("新农合（城乡居民医保）", "大病保险")), (), {"between": ";"},
         "新农合（城乡居民医保）;大病保险"),
        ("person.insurance", Value("1 2", ("新农合（城乡居民医保）", "大病保险")), (),
         {"write": "code", "values": (("A", "新农合"), ("B", "大病保险"))}, "A、B"),
        ("person.insurance", Value("1 4", ("新农合", "其他")), (), {"values": (("1", "新农合"),)}, None),
        ("person.record", Value("2", ("没有",)), HAS, {"write": "code", "values": (("0", "否"), ("1", "是"))}, "0"),
        ("person.record", Value("1", ("有",)), HAS, {"values": (("0", "未建"), ("1", "已建"))}, None),
        ("person.lifted", Value("1", ("脱贫",)), (), {"values": (("1", "未脱贫"), ("2", "返贫"))}, None),
        ("person.lifted", Value("3", ("返贫",)), POVERTY,
         {"values": (("0", "否"), ("1", "是"), ("2", "否"), ("3", "否"))}, "否"),
        ("person.lifted", Value("3", ("返贫",)), POVERTY, {"write": "code", "values": (("1", "甲"), ("3", "乙"))},
         None),
        ("disease.outcome", Value("4", ("病种不符，是另一种病",)), OUTCOMES,
         {"write": "code", "values": (("1", "确诊"), ("2", "未患"), ("9", "病种不符"))}, "9"),
        ("disease.outcome", Value("2", ("未患病",)), OUTCOMES,
         {"write": "code", "values": (("1", "已确诊"), ("2", "排除"))}, "2"),
        ("disease.outcome", Value("2", ("未患病",)), OUTCOMES,
         {"write": "code", "values": (("1", "确诊"), ("2", "死亡"), ("3", "排除"))}, None),
        ("person.education", Value("博士", ("博士",)), (), {}, None),
        ("household.planning", Value("独女户", ("独女户",)), (), {}, "独女户"),
        ("disease.name", Value("肝炎"), (), {"values": (("", "自身免疫性肝炎"),)}, None),
        ("disease.name", Value("肝炎"), (), {"write": "code", "values": (("7", "肝炎"),)}, "7"),
        ("person.birth_date", Value("1960-01-02"), (), {"date": "YYYY年M月D日"}, "1960年1月2日"),
        ("person.birth_date", Value("1960-01-02"), (), {"date": "YYYYMMDD", "cell": "number"}, 19600102),
        ("disease.date", Value("2016-06"), (), {}, "2016-06"),
        ("disease.date", Value("2016-06-01"), (), {"date": "YYYY.MM"}, "2016.06"),
        ("disease.date", Value("去年"), (), {}, None),
        ("cost.total", Value("12.50"), (), {"cell": "number"}, 12.5),
        ("cost.total", Value("12.00"), (), {"cell": "number"}, 12),
        ("cost.total", Value("12.50"), (), {}, "12.50"),
        ("cost.total", Value("约一万"), (), {}, None),
        ("household.size", Value("3"), (), {"cell": "number"}, 3),
        ("household.size", Value("三"), (), {}, None),
        ("person.id_number", Value("99010119600101001X"), (), {"cell": "number"}, "99010119600101001X"),
        ("household.code", Value("0012"), (), {"cell": "number"}, "0012"),
    ],
)  # fmt: skip
def test_a_value_in_a_column(
    field: str, value: Value, choices: tuple[tuple[str, str], ...], more: dict[str, Any], expected: CellValue
) -> None:
    found = cell(field, value, choices, **more)
    assert found == expected and type(found) is type(expected)


def test_texts_as_records_keep_them() -> None:
    kinds = {
        "id": " 9901 0119600101001ｘ", "date": "2016年6月", "money": "１,200.5元", "count": "3.0",
        "phone": "138 0000 0001",
    }  # fmt: skip
    assert [canonical(kind, text) for kind, text in kinds.items()] == [  # type: ignore[arg-type]
        "99010119600101001X", "2016-06", "1200.50", "3", "13800000001",
    ]  # fmt: skip
    assert canonical("id", "无") == "" and canonical("money", "1.005") == "1.005" and fen_of("1.005") is None


@given(st.dates(), st.sampled_from(("YYYY-MM-DD", "YYYYMMDD", "YYYY/M/D", "YYYY年M月D日")))
def test_a_written_date_is_read_again(day: Any, pattern: str) -> None:
    assert iso_of(written_date(day.isoformat(), pattern)) == day.isoformat()


def test_every_built_in_format_takes_anybody(built_in: list[Format]) -> None:
    whole = Records((FOUR, person("李桂芳"), replace(person("某"), diseases=(DiseasePart({}),))))
    for format in built_in:
        assert len(rows_of(whole, format).rows) >= 3
        assert {column.field for column in format.columns if column.field} <= set(upload_fields())


@pytest.fixture
def built_in() -> list[Format]:
    from exports.formats.load import built_in

    return [one.format for one in built_in()]
