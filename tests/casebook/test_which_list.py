"""Which list a table is, guessed."""

from __future__ import annotations

import pytest

from casebook.store.which_list import guess_list
from tests.audit.notation import table

PLAIN = "姓名|证件号\n张三|600101-1"


@pytest.mark.parametrize(
    ("title", "name", "side"),
    [
        ("建档立卡贫困人口花名册", "1.xlsx", "roster"),
        ("2020年死亡人员名单", "花名册.xlsx", "deaths"),
        ("", "残疾人.xls", "disabled"),
        ("低保对象花名册", "x.csv", "dibao"),
        ("因病致贫患者台账", "x.csv", "registry"),
        ("城乡居民参保名单", "x.csv", "insured"),
        ("", "返回数据.xlsx", "registry"),
        ("", "a.xlsx", None),
    ],
)
def test_by_names(title: str, name: str, side: str | None) -> None:
    assert guess_list(table(PLAIN, title, name)) == side


def test_by_columns() -> None:
    assert guess_list(table("姓名|证件号|疾病\n张三|600101-1|高血压", "", "a.xlsx")) == "registry"
    assert guess_list(table("姓名|证件号|致贫\n张三|600101-1|因病", "", "a.xlsx")) == "roster"
