"""Invented people (编的人) for the preview of a template, where nobody's visit has passed yet."""

from __future__ import annotations

from functools import cache

from exports.formats.fields import upload_fields
from exports.upload.record import DiseasePart, Record, Records, Value

_VALUES = """\
place.province|四川|四川|四川
place.city|甲市|甲市|甲市
place.county|甲县|甲县|甲县
place.township|青石镇|青石镇|白马乡
place.village|红旗村|红旗村|上河村
household.code|51000000001|51000000001|51000000002
household.size|2|2|1
household.head|王大山|王大山|欧阳明
household.type|1=一般贫困户|1=一般贫困户|2=低保户
household.cause|1=因病|1=因病|1=因病
household.phone|13900000001|13900000001|13900000002
household.address|红旗村2组|红旗村2组|上河村1组
person.code|5100000000101|5100000000102|5100000000201
person.name|王大山|李桂芳|欧阳明
person.sex|1=男|2=女|1=男
person.birth_date|1970-01-01|1972-02-02|1968-03-03
person.age|46|44|48
person.id_number|510000197001010019|510000197202020028|510000196803030036
person.relation|01=户主|02=配偶|01=户主
person.ethnicity|01=汉族|01=汉族|01=汉族
person.health|2=长期慢性病|1=健康|3=患有大病
person.labour|1=普通劳动力|1=普通劳动力|3=丧失劳动力
person.status|1=在家|1=在家|1=在家
person.outcome|1=确诊|2=未患病|1=确诊
person.insurance|1=城乡居民医保|1=城乡居民医保|1=城乡居民医保
person.phone|13900000001|13900000003|13900000002
person.lifted|0=未脱贫|0=未脱贫|1=已脱贫
visit.date|2016-06-27|2016-06-27|2016-06-28
signer.filler|陈静|陈静|陈静
signer.filler_unit|3=村|3=村|3=村
signer.reviewer|刘敏|刘敏|刘敏
signer.reviewer_unit|1=县|1=县|1=县
disease.outcome|1=确诊||1=确诊
disease.code|I10||C16
disease.name|高血压||胃癌
disease.date|2012-05-01||2015-11-20
disease.hospital|甲县人民医院||甲市第一医院
treatment.date|2016-03-02||2016-04-18
treatment.hospital|青石镇卫生院||甲市第一医院
cost.total|1200.00||36500.00
cost.own|252.00||8120.50
cost.rural|948.00||21379.50
cost.serious|||7000.00
"""
"""A line a field: what the three people have; a code before its name."""

_PEOPLE = 3


@cache
def sample_records() -> Records:
    """Three people of two households, two of them ill."""
    values: list[dict[str, dict[str, Value]]] = [{"": {}, "disease": {}, "treatment": {}} for _n in range(_PEOPLE)]
    fields = upload_fields()
    for line in _VALUES.splitlines():
        name, *told = line.split("|")
        for person, text in zip(values, told, strict=True):
            code, _sign, word = text.rpartition("=")
            if text and name in fields:
                person[fields[name].part][name] = Value(code, (word,)) if code else Value(text)
    return Records(tuple(_record(number, person) for number, person in enumerate(values)))


def _record(number: int, person: dict[str, dict[str, Value]]) -> Record:
    told, disease, treatment = person[""], person["disease"], person["treatment"]
    return Record(
        key=f"sample-{number}",
        person="",
        people=(),
        visit="",
        submission="",
        township=told["place.township"].text,
        village=told["place.village"].text,
        household=told["household.code"].text,
        name=told["person.name"].text,
        values=told,
        diseases=(DiseasePart(disease, (treatment,) if treatment else ()),) if disease else (),
    )
