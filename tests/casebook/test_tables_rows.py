"""Every row of a sheet is a person's or is skipped with its reason, exactly once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.tables.assemble import SheetTables
from casebook.tables.fields import known_fields
from casebook.tables.read import read_table
from casebook.tables.table import Value
from tests.casebook.made_tables import HEADER, LIST, PEOPLE, make_xlsx

KNOWN = known_fields()
ID = "990105194108173064"


def read(*rows: list[Value], step: int = 1000) -> SheetTables:
    """Rows read in batches of `step`."""
    sheet = SheetTables("名单", KNOWN)
    for first in range(0, len(rows), step):
        sheet.feed(first + 1, [tuple(row) for row in rows[first : first + step]])
    sheet.finish()
    return sheet


def kinds(*rows: list[Value], header: list[Value] | None = None) -> list[str]:
    """What each row below the header (here row 1) was taken for."""
    sheet = read(list(header or HEADER), *rows)
    found = {number: "person" for _block, number, _row in sheet.people}
    for line in sheet.skipped:
        found |= dict.fromkeys(range(line.first, line.last + 1), line.reason)
    return [found[number] for number in range(2, len(rows) + 2)]


def one(**cells: Value) -> list[Value]:
    """A row by Chinese column title."""
    return [cells.get(title) for title in HEADER]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (one(姓名="丁满仓", 证件号码=ID), "person"),
        (one(姓名="丁满仓"), "person"),
        (one(证件号码="不详"), "person"),
        (one(姓名="丁满仓", 证件号码=9.9010519410817e17), "person"),
        (one(姓名="合计", 证件号码=ID), "person"),
        (one(姓名="买买提·艾力"), "person"),
        (one(姓名="小计", 户编号=7), "subtotal"),
        (one(序号="小计", 行政村="三岔桥村", 户编号=7), "subtotal"),
        (one(序号="合 计", 户编号=709), "subtotal"),
        (one(序号="云丰镇小计：", 户编号=709), "subtotal"),
        (one(姓名="总计（709人）"), "subtotal"),
        (one(序号="填表人：", 性别="审核人：", 行政村="单位负责人："), "signature"),
        (one(序号="填表人：张三", 姓名="审核人（签字）："), "signature"),
        (one(姓名="填报单位（盖章）："), "signature"),
        (one(序号="2016年6月30日"), "signature"),
        (one(序号="备注：本表一式三份"), "note"),
        (one(姓名="说明：1.本表由乡镇卫生院填写"), "note"),
        (one(姓名="注：疾病名称按诊断证明填写，不得空缺。"), "note"),
        (one(序号="河口镇花名册"), "title"),
        (one(姓名="三岔桥村"), "title"),
        (one(), "blank"),
        (one(姓名="  ", 证件号码="\u3000"), "blank"),
        (one(序号=17), "blank"),
        (one(姓名="姓名", 性别="性别", 证件号码="证件\n号码"), "header"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "header"),
        (["（1）", "（2）", "（3）", "（4）", None, None, None, None], "header"),
        (one(性别="男", 户编号="990000400072316", 与户主关系="之子"), "person"),
        (one(性别="男", **{"乡（镇）": "云丰镇"}), "note"),
        (one(姓名="#REF!", 证件号码="#N/A", 户编号="1"), "unreadable"),
        (one(姓名="#N/A", 户编号="1"), "unreadable"),
        (one(姓名="丁满仓", 证件号码="#N/A"), "person"),
        (one(姓名="#N/A", 证件号码=ID), "person"),
    ],
)
def test_kinds_of_rows(row: list[Value], kind: str) -> None:
    assert kinds(list(PEOPLE[0]), row) == ["person", kind]


def test_repeated_header_is_no_new_table() -> None:
    sheet = read(["名单"], HEADER, PEOPLE[0], ["第2页"], HEADER, PEOPLE[1])
    assert len(sheet.blocks) == 1
    assert [number for _b, number, _row in sheet.people] == [3, 6]
    assert Counter(s.reason for s in sheet.skipped)["header"] == 2
    assert sheet.notices == []


def test_second_table_below() -> None:
    second = ["河口镇台账", None], ["姓名", "身份证", "病种"], ["王二", ID, "高血压"]
    sheet = read(*LIST, [], *second)
    assert [block.title for block in sheet.blocks] == ["建档立卡贫困人口花名册", "河口镇台账"]
    assert [(block, number) for block, number, _row in sheet.people] == [(0, 3), (0, 4), (0, 5), (1, 10)]
    assert [(n.code, n.row) for n in sheet.notices] == [("second_table", 9)]
    assert sheet.blocks[1].index_of("disease") == 2


def test_tables_beside_each_other() -> None:
    header = ["序号", "姓名", "身份证号", None] * 2
    sheet = read(
        ["名单"],
        header,
        [1, "丁满仓", ID, None, 3, "王二", "不详", None],
        [2, "袁巧荷", "无", None, None, None, None, None],
        ["合计", None, 2, None, None, None, None, None],
    )
    assert [(b.index_of("name"), b.index_of("id_number")) for b in sheet.blocks] == [(1, 2), (5, 6)]
    assert [(block, number, row[1 if block == 0 else 5]) for block, number, row in sheet.people] == [
        (0, 3, "丁满仓"),
        (1, 3, "王二"),
        (0, 4, "袁巧荷"),
    ]
    assert [n.code for n in sheet.notices] == ["tables_beside"]
    assert len(sheet.people) + sum(s.count for s in sheet.skipped) == sheet.total == 5 + 4


def test_same_name_of_two_offices_is_not_two_tables() -> None:
    sheet = read(["姓名", "身份证号", "疾病名称", "姓名", "联系电话"], ["丁满仓", ID, "高血压", "王医生", "1"])
    assert len(sheet.blocks) == 1


def test_unreadable_rows_say_why() -> None:
    sheet = SheetTables("名单", KNOWN)
    sheet.feed(1, [tuple(HEADER), tuple(PEOPLE[0]), tuple(PEOPLE[1])], damaged=[3])
    sheet.finish()
    assert [number for _b, number, _row in sheet.people] == [2]
    assert [(s.first, s.reason, bool(s.text)) for s in sheet.skipped] == [(1, "header", False), (3, "unreadable", True)]


def test_sheet_row_numbers_survive_blank_rows_at_the_top(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for c, value in enumerate(["姓名", "证件号码"], 3):
        book.active.cell(4, c, value)
    book.active.cell(6, 3, "丁满仓")
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert [(row.number, row.values) for row in table.rows] == [(6, (None, None, "丁满仓", None))]
    assert [(s.first, s.last, s.reason) for s in table.skipped] == [(1, 3, "blank"), (4, 4, "header"), (5, 5, "blank")]
    assert [c.index for c in table.blocks[0].columns] == [2, 3]


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            " ",
            "姓名",
            "证件号码",
            "与户主关系",
            "序号",
            "合计",
            "小计",
            "备注：",
            "填表人：",
            "丁满仓",
            ID,
            "#N/A",
            "户主",
        ]
    ),
    st.text(max_size=6),
    st.integers(-5, 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
ROWS = st.one_of(
    st.lists(CELLS, max_size=10),
    st.sampled_from(
        [*LIST, [], ["序号", "姓名", "身份证号"] * 2, ["姓名", "病种", "证件号码"], ["基本信息", None, "其他", None]]
    ),
)


@given(st.lists(ROWS, max_size=70), st.integers(1, 50))
def test_every_row_is_counted_once(rows: list[list[Value]], step: int) -> None:
    sheet = read(*rows, step=step)
    if sheet.header is None:
        assert (sheet.people, sheet.skipped) == ([], [])
        return
    counted: Counter[int] = Counter(number for _block, number, _row in sheet.people)
    for line in sheet.skipped:
        counted.update(range(line.first, line.last + 1))
    assert sum(counted.values()) == sheet.total
    assert set(counted) == set(range(1, len(rows) + 1))
    if all(notice.code != "tables_beside" for notice in sheet.notices):
        assert sheet.total == len(rows)
        assert set(counted.values()) <= {1}


@given(st.lists(ROWS, max_size=70), st.integers(1, 50))
def test_batches_do_not_matter(rows: list[list[Value]], step: int) -> None:
    whole, pieces = read(*rows), read(*rows, step=step)
    assert whole.people == pieces.people
    assert whole.skipped == pieces.skipped
    assert whole.blocks == pieces.blocks


def test_whole_file_adds_up(tmp_path: Path) -> None:
    rows = [*LIST, [], *PEOPLE * 30, ["小计"], [], HEADER, *PEOPLE, ["填表人：", None, "审核人："]]
    table = read_table(make_xlsx(tmp_path / "a.xlsx", {"一": rows, "二": LIST}))
    assert len(table.rows) + sum(s.count for s in table.skipped) == table.total_rows == len(rows) + len(LIST)
    assert len(table.rows) == 3 + 90 + 3 + 3
