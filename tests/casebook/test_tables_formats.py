"""Every kind of file that reaches an office reads to the same list, and each difference is said."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casebook.progress import Stopped
from casebook.tables.read import read_table, read_tables
from casebook.tables.table import Table
from tests.casebook.made_tables import (
    HEADER,
    LIST,
    PEOPLE,
    delimited,
    html_table,
    list_xml,
    make_ods,
    make_raw_xlsx,
    make_xlsx,
    row_xml,
    worksheet,
)

NAMES = ["丁满仓", "袁巧荷", "买买提·艾力"]
NUMBERS = ["990105194108173064", "990105194711032143", "不详"]


def check_list(table: Table, kind: str) -> None:
    assert table.source.format == kind
    assert list(table.values("name")) == NAMES
    assert list(table.values("id_number")) == NUMBERS
    assert [row.number for row in table.rows] == [3, 4, 5]
    assert [(s.first, s.last, s.reason) for s in table.skipped] == [
        (1, 1, "title"),
        (2, 2, "header"),
        (6, 6, "subtotal"),
    ]
    assert table.total_rows == 6
    assert table.blocks[0].title == "建档立卡贫困人口花名册"
    assert table.blocks[0].header_rows == (2, 2)


def codes(table: Table) -> set[str]:
    return {notice.code for notice in table.notices}


def test_xlsx(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "名单.xls", {"名单": LIST})  # the ending lies
    table = read_table(path)
    check_list(table, "xlsx")
    assert list(table.values("serial")) == [1, 2, 3]
    assert all(type(value) is int for value in table.values("serial"))
    assert table.source.size == path.stat().st_size
    assert table.notices == ()


def test_xls(tmp_path: Path) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for r, row in enumerate(LIST):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    book.save(str(tmp_path / "名单.xlsx"))
    check_list(read_table(tmp_path / "名单.xlsx"), "xls")


def test_ods(tmp_path: Path) -> None:
    check_list(read_table(make_ods(tmp_path / "名单.ods", LIST)), "ods")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_delimited_text(tmp_path: Path, delimiter: str, encoding: str, said: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(delimited(LIST, delimiter).encode(encoding))
    table = read_table(path)
    check_list(table, "csv")
    assert table.source.encoding == said


def test_text_named_xls_with_rare_characters(tmp_path: Path) -> None:
    rows = [HEADER, [1, "䶮㛃𠮷", "男", "990105194108173064"]]
    (tmp_path / "名单.xls").write_bytes(delimited(rows, "\t").encode("gb18030"))
    assert list(read_table(tmp_path / "名单.xls").values("name")) == ["䶮㛃𠮷"]


def test_text_where_some_bytes_decode_in_no_encoding(tmp_path: Path) -> None:
    lines = delimited(LIST).encode("gb18030").split(b"\r\n")
    lines[3] = lines[3].replace("袁巧荷".encode("gb18030"), b"\xff\xff")
    (tmp_path / "名单.csv").write_bytes(b"\r\n".join(lines))
    table = read_table(tmp_path / "名单.csv")
    assert list(table.values("name")) == ["丁满仓", "买买提·艾力"]
    assert [(s.first, s.reason) for s in table.skipped if s.reason == "unreadable"] == [(4, "unreadable")]
    assert len(table.rows) + sum(s.count for s in table.skipped) == table.total_rows == 6


def test_line_breaks_and_an_unbalanced_quote(tmp_path: Path) -> None:
    quoted = '姓名,证件号码,行政村\n丁满仓,990105194108173064,"三岔桥\n村"\n'
    (tmp_path / "a.csv").write_text(quoted, "utf-8")
    table = read_table(tmp_path / "a.csv")
    assert (list(table.values("village")), table.total_rows) == (["三岔桥\n村"], 2)
    people = "".join(
        f'李{i},99010519410817{i:04d},"村\n' if i == 3 else f"李{i},99010519410817{i:04d},村\n" for i in range(1, 60)
    )
    (tmp_path / "b.csv").write_text("姓名,证件号码,行政村\n" + people, "utf-8")
    table = read_table(tmp_path / "b.csv")
    assert (len(table.rows), table.total_rows) == (59, 60)
    assert codes(table) == {"quotes"}


@pytest.mark.parametrize("charset", ["gb2312", "utf-8"])
def test_web_page_named_xls(tmp_path: Path, charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body>{html_table(LIST)}</body></html>'
    (tmp_path / "名单.xls").write_bytes(page.encode("gb18030" if charset == "gb2312" else charset))
    check_list(read_table(tmp_path / "名单.xls"), "html")


def test_web_page_with_spanning_cells(tmp_path: Path) -> None:
    page = (
        "<table><tr><td colspan=3>花名册</td></tr><tr><th>户编号</th><th>姓名</th><th>证件&nbsp;<br>号码</th></tr>"
        "<tr><td rowspan=2>990000400072316</td><td> 丁满仓\n</td><td>990105194108173064</td></tr>"
        "<tr><td>袁巧荷</td><td>990105194711032143</td></tr></table>"
    )
    (tmp_path / "名单.xls").write_text(page, "utf-8")
    table = read_table(tmp_path / "名单.xls")
    assert list(table.values("household_code")) == ["990000400072316", "990000400072316"]
    assert list(table.values("name")) == ["丁满仓", "袁巧荷"]
    assert list(table.values("id_number")) == NUMBERS[:2]


def test_spreadsheetml_2003(tmp_path: Path) -> None:
    rows = []
    for row in LIST:
        cells = "".join(
            f'<Cell ss:Index="{i}"><Data ss:Type="{"String" if isinstance(v, str) else "Number"}">{v}</Data></Cell>'
            for i, v in enumerate(row, 1)
            if v is not None
        )
        rows.append(f"<Row>{cells}</Row>")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0" encoding="gb2312"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="{space}" '
        f'xmlns:ss="{space}"><Worksheet ss:Name="名单"><Table>{"".join(rows)}</Table></Worksheet></Workbook>'
    )
    (tmp_path / "名单.xls").write_bytes(text.encode("gb18030"))
    check_list(read_table(tmp_path / "名单.xls"), "xml2003")


def test_cells_of_every_type(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "证件号码", "出生日期", "务工时间", "人均纯收入", "是否低保", "备注", "首次识别时间"])
    sheet.append(["丁满仓", 990105194108173064, datetime.date(1941, 8, 17), 8, 4316.52, True, " 全　角 ", None])
    sheet["H2"] = datetime.datetime(2014, 1, 2, 3, 4, 5)
    sheet.append(["袁巧荷", 990105471103214, 17474, None, 3.0, False, "", "1980.1.1"])
    sheet["C3"].number_format = 'yyyy"年"m"月"d"日"'
    book.save(tmp_path / "名单.xlsx")
    table = read_table(tmp_path / "名单.xlsx")
    first, second = (row.values for row in table.rows)
    assert first[2:] == ("1941-08-17", 8, 4316.52, True, " 全　角 ", "2014-01-02 03:04:05")
    assert isinstance(first[1], float)
    assert second[1:] == (990105471103214, "1947-11-03", None, 3, False, None, "1980.1.1")
    assert [(n.code, "1 格" in n.what) for n in table.notices] == [("lost_digits", True)]


def test_chinese_built_in_date_format(tmp_path: Path) -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="31" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    body = row_xml(1, ["姓名", "证件号码", "出生日期"]) + (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>丁满仓</t></is></c><c r="B2" t="inlineStr"><is><t>无</t></is></c>'
        '<c r="C2" s="1"><v>15205</v></c></row>'
    )
    table = read_table(make_raw_xlsx(tmp_path / "名单.xlsx", worksheet(body), styles))
    assert list(table.values("birth_date")) == ["1941-08-17"]


def test_what_libraries_hide_is_said(tmp_path: Path) -> None:
    body = list_xml() + row_xml(7, ["7", "王二"], ' hidden="1"')
    body += '<row r="8"><c r="A8"><f>A7+1</f></c><c r="B8" t="inlineStr"><is><t>王三</t></is></c></row>'
    body += '<row r="9"><c r="A9"><f>A7+1</f><v>9</v></c><c r="B9" t="str"><f>C1</f><v></v></c></row>'
    body += "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(10, 15))
    path = make_raw_xlsx(tmp_path / "名单.xlsx", worksheet(body, '<dimension ref="A1"/>'))
    table = read_table(path)
    said = {notice.code: notice.what for notice in table.notices}
    assert set(said) == {"hidden_rows", "formulas", "blank_rows", "dimension"}
    assert "1 行" in said["hidden_rows"]
    assert "1 个公式" in said["formulas"]
    assert "5 行" in said["blank_rows"]
    assert list(table.values("name"))[3:] == ["王二", "王三"]
    assert table.total_rows == 9


def test_error_cells_are_not_blank(tmp_path: Path) -> None:
    body = row_xml(1, ["姓名", "证件号码", "户编号", "备注"])
    for number, cells in enumerate([("#N/A", "990105194108173064"), ("丁满仓", "#REF!"), ("#N/A", "#N/A")], 2):
        body += (
            f'<row r="{number}">'
            + "".join(
                f'<c r="{letter}{number}" t="e"><v>{value}</v></c>'
                if value.startswith("#")
                else f'<c r="{letter}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
                for letter, value in zip("AB", cells, strict=True)
            )
            + f'<c r="C{number}"><v>5</v></c></row>'
        )
    table = read_table(make_raw_xlsx(tmp_path / "名单.xlsx", worksheet(body)))
    assert list(table.values("name")) == ["#N/A", "丁满仓"]
    assert list(table.values("id_number")) == ["990105194108173064", "#REF!"]
    assert [(s.first, s.reason) for s in table.skipped] == [(1, "header"), (4, "unreadable")]
    assert "#N/A" in table.skipped[1].text


def test_password(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = make_xlsx(tmp_path / "plain.xlsx", {"名单": LIST})
    path = tmp_path / "名单.xlsx"
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(io.BytesIO(source.read())).encrypt("入户2016", target)
    table = read_table(path, password=lambda: "入户2016")
    check_list(table, "xlsx")
    assert codes(table) == {"password"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain.xlsx", "名单.xlsx"]


def test_several_files_at_once_and_progress(tmp_path: Path) -> None:
    first = make_xlsx(tmp_path / "花名册.xlsx", {"名单": LIST})
    (tmp_path / "台账.csv").write_text(delimited([["患者姓名", "身份证"], ["丁满仓", "无"]]), "utf-8")
    seen: list[tuple[str, int, int]] = []
    tables = read_tables(
        [(first, {}), (tmp_path / "台账.csv", {})],
        progress=lambda stage, done, total: seen.append((stage, done, total)),
    )
    assert [table.source.name for table in tables] == ["花名册.xlsx", "台账.csv"]
    assert ("读取 花名册.xlsx", 6, 6) in seen
    assert ("读取 台账.csv", 2, 2) in seen


def test_stopping(tmp_path: Path) -> None:
    def stop(_stage: str, _done: int, _total: int) -> None:
        raise Stopped

    path = make_xlsx(tmp_path / "名单.xlsx", {"名单": [*LIST, *PEOPLE * 300]})
    with pytest.raises(Stopped):
        read_table(path, progress=stop)


def _without_empty_end(row: tuple[Any, ...]) -> tuple[Any, ...]:
    while row and row[-1] is None:
        row = row[:-1]
    return row


def test_long_sheets_are_streamed_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from casebook.tables import workbook

    path = make_xlsx(tmp_path / "名单.xlsx", {"名单": [*LIST, [], [], *PEOPLE], "空": [], "户": [["户数"], [3]]})

    def frames() -> list[Any]:
        sent: list[Any] = []

        def send(kind: str, *values: Any) -> None:
            if kind == "rows":  # openpyxl leaves empty cells at the end away
                values = (values[0], [_without_empty_end(row) for row in values[1]])
            sent.append((kind, *values))

        with path.open("rb") as file:
            workbook.read_workbook(file, "xlsx", send)
        return sent

    whole = frames()
    monkeypatch.setattr(workbook, "LONG_SHEET", 3)
    streamed = frames()
    assert streamed == whole


def test_sample_lists(shared: Path) -> None:
    for county in ("county-a", "county-b"):
        folder = shared / "samples" / county
        lines = [line.split(",") for line in (folder / "truth.csv").read_text("utf-8").splitlines()[1:]]
        for column, name in enumerate(("registry.xlsx", "roster.xlsx")):
            table = read_table(folder / name)
            assert {row.number for row in table.rows} == {int(line[column]) for line in lines if line[column]}
            assert len(table.rows) + sum(s.count for s in table.skipped) == table.total_rows
            assert table.unknown_headers == ()
