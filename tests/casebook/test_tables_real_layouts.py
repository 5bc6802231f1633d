"""Layouts that offices hand in: grouped headers, merged households, villages as titles, instructions, signatures."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from casebook.people.idnumber import check_digit, read_id, suggestions
from casebook.tables.fields import known_fields
from casebook.tables.guard import ods_merges
from casebook.tables.header import find_header
from casebook.tables.merged import MergedDown
from casebook.tables.read import read_table
from casebook.tables.rows import classify, layout_of
from casebook.tables.table import Table, Value
from tests.casebook.made_tables import Rows, html_table, make_ods, make_xlsx

KNOWN = known_fields()
NAMES = ("丁满仓", "袁巧荷", "白石柱", "向金荷", "易木生", "方水秀", "安土根", "于火旺")


def number(order: int) -> str:
    first = f"99010519410817{order:03d}"
    return first + check_digit(first)


def merged_xlsx(path: Path, rows: Rows, merges: Sequence[str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def read(path: Path) -> Table:
    """The table, its rows accounted for."""
    table = read_table(path)
    assert len(table.rows) + sum(skipped.count for skipped in table.skipped) == table.total_rows
    return table


def codes(table: Table) -> set[str]:
    return {notice.code for notice in table.notices}


def fields(table: Table) -> list[str | None]:
    return [column.field for column in table.blocks[0].columns]


HOUSEHOLDS: Rows = [
    ["户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "家庭人口"],
    ["99000000000001", NAMES[0], "三岔桥村", NAMES[0], number(1), "户主", 3],
    [None, None, None, NAMES[1], number(2), "配偶", None],
    [None, None, None, NAMES[2], "不详", "之子", None],
    ["99000000000002", NAMES[3], "三岔桥村", NAMES[3], number(4), "户主", 1],
]
HOUSEHOLD_MERGES = ("A2:A4", "B2:B4", "C2:C4", "G2:G4")


def check_households(table: Table) -> None:
    assert list(table.values("household_code")) == ["99000000000001"] * 3 + ["99000000000002"]
    assert list(table.values("head_name")) == [NAMES[0]] * 3 + [NAMES[3]]
    assert list(table.values("household_size")) == [3, 3, 3, 1]
    assert list(table.values("name")) == list(NAMES[:4])
    assert codes(table) == {"merged_down"}


def test_cells_merged_down_hold_for_every_row(tmp_path: Path) -> None:
    check_households(read(merged_xlsx(tmp_path / "名单.xlsx", HOUSEHOLDS, HOUSEHOLD_MERGES)))


def test_a_cell_left_empty_without_a_merge_stays_empty(tmp_path: Path) -> None:
    table = read(make_xlsx(tmp_path / "名单.xlsx", {"名单": HOUSEHOLDS}))
    assert list(table.values("household_code")) == ["99000000000001", None, None, "99000000000002"]
    assert codes(table) == set()


def test_merged_cells_of_a_long_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from casebook.tables import workbook

    path = merged_xlsx(tmp_path / "名单.xlsx", HOUSEHOLDS, HOUSEHOLD_MERGES)
    monkeypatch.setattr(workbook, "LONG_SHEET", 10)
    frames: list[tuple[object, ...]] = []
    with path.open("rb") as file:
        workbook.read_workbook(file, "xlsx", lambda *frame: frames.append(frame))
    assert frames[0][:3] == ("sheet", "Sheet", 5)
    assert sorted(frames[0][4]) == [(2, 4, 0), (2, 4, 1), (2, 4, 2), (2, 4, 6)]  # type: ignore[call-overload]


def test_merged_cells_of_a_web_page(tmp_path: Path) -> None:
    head, *people = HOUSEHOLDS
    rows = [f"<tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>"]
    for number_, row in enumerate(people):
        span = ' rowspan="3"' if number_ == 0 else ""
        cells = [f"<td{span if i in (0, 1, 2, 6) else ''}>{cell}</td>" for i, cell in enumerate(row) if cell]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    (tmp_path / "名单.xls").write_text(f"<html><table>{''.join(rows)}</table></html>", "utf-8")
    table = read(tmp_path / "名单.xls")
    assert list(table.values("household_size")) == ["3", "3", "3", "1"]
    assert list(table.values("household_code")) == ["99000000000001"] * 3 + ["99000000000002"]


def test_merged_cells_of_an_ods(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_ods(tmp_path / "名单.ods", HOUSEHOLDS)) as archive:
        content = archive.read("content.xml").decode()
    cell = '<table:table-cell office:value-type="string"><text:p>99000000000001'
    content = content.replace(cell, cell.replace("cell ", 'cell table:number-rows-spanned="3" '))
    with zipfile.ZipFile(tmp_path / "merged.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    with zipfile.ZipFile(tmp_path / "merged.ods") as archive:
        assert ods_merges(archive) == {"名单": [(2, 4, 0)]}


def test_a_merged_name_is_one_person(tmp_path: Path) -> None:
    rows: Rows = [
        ["序号", "姓名", "证件号码", "行政村", "疾病名称"],
        [1, NAMES[0], number(1), "三岔桥村", "高血压"],
        [None, None, None, None, "糖尿病"],
        [2, NAMES[1], number(2), "三岔桥村", "高血压"],
    ]
    table = read(merged_xlsx(tmp_path / "名单.xlsx", rows, ["A2:A3", "B2:B3", "C2:C3", "D2:D3"]))
    assert list(table.values("name")) == [NAMES[0], NAMES[1]]
    assert [(skipped.first, skipped.reason) for skipped in table.skipped] == [(1, "header"), (3, "note")]
    assert codes(table) == {"continued"}


def test_a_merged_name_over_two_numbers_is_carried() -> None:
    header = find_header([["姓名", "证件号码", "与户主关系"]], KNOWN)
    assert header is not None
    layouts = [layout_of(region) for region in header.regions]
    merged = MergedDown([(1, 2, 0)])
    assert merged.fill(1, (NAMES[0], number(1), "户主"), layouts) == (NAMES[0], number(1), "户主")
    assert merged.fill(2, (None, number(2), "配偶"), layouts) == (NAMES[0], number(2), "配偶")
    assert merged.fill(3, (None, number(3), "之子"), layouts) == (None, number(3), "之子")
    assert (merged.filled, merged.continued) == (1, 0)


def test_header_of_three_merged_rows_with_numbered_groups(tmp_path: Path) -> None:
    rows: Rows = [
        ["某县患者信息台账"],
        ["序号", "基本信息", None, None, None, "疾病信息", None, None, None, "备注"],
        [None, "姓名", "证件号码", "住址", None, "疾病一", None, "疾病二", None, None],
        [None, None, None, "乡镇", "村", "名称", "确诊时间", "名称", "确诊时间", None],
        *(
            [i, NAMES[i], number(i), "云丰镇", "三岔桥村", "高血压", "2015-03-01", None, None, None]
            for i in range(1, 5)
        ),
    ]
    merges = ["A1:J1", "A2:A4", "B2:E2", "F2:I2", "J2:J4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:I3"]
    table = read(merged_xlsx(tmp_path / "名单.xlsx", rows, merges))
    assert fields(table) == [
        *("serial", "name", "id_number", "township", "village"),
        *("disease", "diagnosed_date", "disease_2", "diagnosed_date_2", "remark"),
    ]
    assert (table.blocks[0].title, table.blocks[0].header_rows, len(table.rows)) == ("某县患者信息台账", (2, 4), 4)


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        (
            ["户编号", "户主", None, "家庭成员", None, None],
            [None, "姓名", "身份证号", "姓名", "身份证号", "与户主关系"],
            ["household_code", "head_name", "head_id_number", "name", "id_number", "relation"],
        ),
        (
            ["序号", "姓名", "身份证号", "疾病名称", None, "联系电话"],
            [None, None, None, "第一种", "其他", None],
            ["serial", "name", "id_number", "disease", "disease_2", "phone"],
        ),
    ],
)
def test_groups_that_are_called_like_a_column(above: list[Value], below: list[Value], expected: list[str]) -> None:
    header = find_header([above, below, [1, NAMES[0], number(1)]], KNOWN)
    assert header is not None
    assert [column.field for column in header.regions[0].columns] == expected


def test_a_grouped_header_repeated_on_every_page_is_the_same_header(tmp_path: Path) -> None:
    band: Rows = [["序号", "姓名", "证件号码", "住址", None], [None, None, None, "乡镇", "村"]]
    rows: Rows = [
        *band,
        [1, NAMES[1], number(1), "云丰镇", "三岔桥村"],
        *band,
        [1, NAMES[2], "不详", "云丰镇", "三岔桥村"],
    ]
    merges = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "A4:A5", "B4:B5", "C4:C5", "D4:E4"]
    table = read(merged_xlsx(tmp_path / "名单.xlsx", rows, merges))
    assert list(table.values("village")) == ["三岔桥村"] * 2
    assert [skipped.reason for skipped in table.skipped] == ["header"] * 4
    assert codes(table) == set()


def test_header_below_long_instructions(tmp_path: Path) -> None:
    rows: Rows = [
        ["填报说明"],
        ["1. 姓名、证件号码按身份证填写，不得空缺；"],
        ["2. 全部人口都要填写性别、乡镇、行政村。"],
        ["联系人：某某    联系电话：0000-0000000"],
        [],
        ["附件2：患者核查表"],
        ["填报单位：云丰镇卫生院", None, None, None, "填报日期："],
        ["序号", "姓名*", "性别(男/女)", "身份证号码（必填）", "出生年月", "所在乡(镇)", "村（社区）", "疾病名称1",
         "疾病名称2", "疾病名称3", "联系电话1", "联系电话2"],
        ["选填", "必填", "必填", "必填", "选填", "必填", "必填"],
        ["示例", "某某某", "男", number(9), "1941.08", "云丰镇", "三岔桥村"],
        *([i, NAMES[i], "男", number(i), "1941.08", "云丰镇", "三岔桥村", "高血压", None, None,
           f"138-0000-{i:04d}"] for i in range(1, 5)),
        ["制表", NAMES[5], None, None, "审核", NAMES[6]],
        ["备注：1.本表一式三份。"],
        [None, "以下空白"],
    ]  # fmt: skip
    table = read(make_xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert fields(table) == [
        *("serial", "name", "sex", "id_number", "birth_date", "township", "village"),
        *("disease", "disease_2", "disease_3", "phone", "phone_2"),
    ]
    assert "全部人口" not in table.blocks[0].title
    assert "患者核查表" in table.blocks[0].title
    assert table.blocks[0].header_rows == (8, 8)
    assert list(table.values("name")) == list(NAMES[1:5])
    assert [s.reason for s in table.skipped if s.first > 8] == ["header", "note", "signature", "note", "note"]


def test_villages_as_title_rows(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["云丰镇患者花名册"], ["序号", "姓名", "身份证号", "与户主关系"]]
    titles = ["三岔桥村（共2人）", "一、红星村", "2、大坪村委会", "桃花社区 1户2人", "石碑村民委员会"]
    for title in titles:
        rows += [[title], [1, NAMES[0], number(1), "户主"], [2, NAMES[1], "未办理", "配偶"]]
    rows += [["小计", None, 10], ["填表人（签字）：", None, "负责人（签字）："], ["2016 年 6 月 27 日"]]
    table = read(merged_xlsx(tmp_path / "名单.xlsx", rows, [f"A{row}:D{row}" for row in range(3, 18, 3)]))
    assert (len(table.rows), codes(table)) == (10, {"village_in_titles"})
    assert [s.reason for s in table.skipped] == [
        *("title", "header", "title", "title", "title", "title", "title", "subtotal", "signature", "signature")
    ]


def test_sheets_of_townships_with_a_summary_and_a_hidden_list(tmp_path: Path) -> None:
    head = ["序号", "患者姓名*", "身份证号", "乡镇名称", "村名"]
    book = openpyxl.Workbook()
    for place, town in enumerate(("云丰镇", "松泉彝族乡")):
        sheet = book.create_sheet(town)
        for row in ([f"{town}患者名单"], head, [1, NAMES[place], number(place + 1), town, "三岔桥村"]):
            sheet.append(row)
    summary = book.create_sheet("汇总")
    for row in (["汇总表"], ["序号", "乡镇名称", "户数", "人数"], [1, "云丰镇", 1, 1], ["合计", None, 2, 2]):
        summary.append(row)
    hidden = book.create_sheet("码表")
    hidden.append(["代码", "姓名", "证件号码"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "名单.xlsx")
    table = read(tmp_path / "名单.xlsx")
    assert table.sheets == ("云丰镇", "松泉彝族乡")
    assert {name for name, _reason in table.other_sheets} == {"Sheet", "汇总", "码表"}
    assert (len(table.rows), table.total_rows) == (2, 6)


def test_a_numbered_row_without_name_and_number_is_a_person(tmp_path: Path) -> None:
    head = ["序号", "姓名", "性别", "身份证号", "乡镇", "村", "病种"]
    rows: Rows = [
        head,
        [1, NAMES[1], "男", number(1), "云丰镇", "三岔桥村", "高血压"],
        [2, None, "女", None, "云丰镇", "三岔桥村", "高血压"],
        [3],
        ["小计", None, None, None, "云丰镇", None, 2],
    ]
    table = read(make_xlsx(tmp_path / "名单.xlsx", {"名单": rows}))
    assert [row.number for row in table.rows] == [2, 3]
    assert [skipped.reason for skipped in table.skipped] == ["header", "blank", "subtotal"]


def test_english_headers() -> None:
    header = find_header(
        [["No.", "Name", "Gender", "ID number", "Date of birth", "Household ID", "Relation to head", "Mobile"]], KNOWN
    )
    assert header is not None
    assert [column.field for column in header.regions[0].columns] == [
        *("serial", "name", "sex", "id_number", "birth_date", "household_code", "relation", "phone")
    ]
    assert header.regions[0].columns[4].header == "Date of birth"


def test_numbers_written_as_formulas_in_csv(tmp_path: Path) -> None:
    lines = ["姓名;身份证号;村", f'{NAMES[0]};="{number(1)}";三岔桥村', f'{NAMES[1]};"=""{number(2)}""";="=1+1']
    (tmp_path / "名单.csv").write_text("\r\n".join(lines), "gb18030")
    table = read(tmp_path / "名单.csv")
    assert list(table.values("id_number")) == [number(1), number(2)]
    assert list(table.values("village")) == ["三岔桥村", '="=1+1']


def test_a_list_inside_a_layout_table_of_a_page(tmp_path: Path) -> None:
    inner: Rows = [["姓名", "身份证号", "村"], [NAMES[0], number(1), "三岔桥村"], [NAMES[1], number(2), "三岔桥村"]]
    page = f"<html><table><tr><td>查询结果</td></tr><tr><td>{html_table(inner)}</td></tr></table></html>"
    (tmp_path / "名单.xls").write_text(page, "utf-8")
    table = read(tmp_path / "名单.xls")
    assert list(table.values("name")) == list(NAMES[:2])
    assert table.blocks[0].title == "查询结果"


LAYOUT = layout_of(find_header([["姓名", "性别", "证件号码", "乡镇", "村", "病种"]], KNOWN).regions[0])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("制表人", "signature"),
        ("包村干部：", "signature"),
        ("以下空白", "note"),
        ("共32人", "note"),
        ("32户", "note"),
        ("——", "note"),
        ("续表", "note"),
        ("备注", "note"),
        ("三岔桥村委会", "title"),
        ("阿依古丽", "person"),
        ("丁某某", "person"),
        ("丁□", "person"),
        ("丁满仓2", "person"),
    ],
)
def test_what_stands_alone_in_the_column_of_names(text: str, kind: str) -> None:
    assert classify([text, None, None, None, None, None], LAYOUT, KNOWN, after_people=True)[0] == kind


def test_a_reader_without_its_libraries_says_so(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "名单.xlsx", {"名单": HOUSEHOLDS})
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import sys\nfrom casebook.tables import process\nfrom casebook.tables.read import read_table\n"
            "hide = \"; sys.modules['python_calamine'] = None; from\"\n"
            "process._START = process._START.replace('; from', hide, 1)\n"
            "try: read_table(sys.argv[1])\nexcept Exception as error: print(error.code)",
            str(path),
        ],
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.stdout, done.stderr) == ("not_installed\n", "")


def test_a_suggestion_exchanges_the_last_two_digits_too() -> None:
    right = number(1)
    wrong = right[:16] + right[17] + right[16]
    assert wrong != right
    assert right in suggestions(read_id(wrong))
