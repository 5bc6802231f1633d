"""Which list a table is (花名册、卫健、死亡…), guessed from its names and its columns; a person confirms."""

from __future__ import annotations

from casebook.store.sources import ListSide
from casebook.tables.table import Table

_WORDS: tuple[tuple[ListSide, tuple[str, ...]], ...] = (
    ("deaths", ("死亡", "销户", "殡葬", "火化")),
    ("disabled", ("残疾", "残联")),
    ("dibao", ("低保", "特困", "民政")),
    ("registry", ("返回数据", "台账", "患者", "病人", "大病", "慢病", "卫健", "卫生", "核准")),
    ("insured", ("参保", "医保", "缴费")),
    ("roster", ("花名册", "扶贫", "贫困户", "贫困人口", "脱贫", "建档立卡", "乡村振兴")),
)
_FIELDS: tuple[tuple[ListSide, frozenset[str]], ...] = (
    ("registry", frozenset(("disease", "disease_code", "surveyed_disease", "treatment_class", "confirmation"))),
    ("roster", frozenset(("cause", "household_class", "poverty_status", "lifted_year", "standard", "income"))),
)


def guess_list(table: Table) -> ListSide | None:
    """By a word in the titles, the sheets' names or the file's name, in this order; else by columns that only one of
    the two lists has; None when nothing tells."""
    titles = "".join(block.title for block in table.blocks)
    for name in (titles, "".join(table.sheets), table.source.name):
        for side, words in _WORDS:
            if any(word in name for word in words):
                return side
    return next((side for side, fields in _FIELDS if table.fields & fields), None)
