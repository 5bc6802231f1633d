"""An office's own template is filled: what is not filled stays as it is, what is below the data gives way."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from casebook.errors import RuhuError
from exports import cell_ends
from exports.cell_ends import CellValue
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows, stamp, workbook_suffix
from tests.exports.made_templates import (
    COMMENTS,
    DRAWING,
    MAIN,
    NAME,
    OBJECTS,
    PARTS,
    SHEET,
    STRINGS,
    WORKBOOK,
    office_template,
    packed,
)

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
SUMMARY = "xl/worksheets/sheet4.xml"
PREPARED = 3
OFFICE_TEMPLATE = office_template()


def _filled(people: int, template: bytes = OFFICE_TEMPLATE) -> bytes:
    return _stamped(template, {NAME: [_person(number) for number in range(people)]})


def _person(number: int) -> tuple[CellValue, ...]:
    return (None, f"王试{number}", f"99000019800101{number:03d}X", "男", 3, 100.5 + number, 20, None, None, "甲")


def _stamped(template: bytes, rows: dict[str, Sequence[tuple[CellValue, ...]]], first_row: int = 6) -> bytes:
    out = io.BytesIO()
    stamp(
        template,
        {name: SheetRows(first_row, [StampedRow(one) for one in told], below="kept") for name, told in rows.items()},
        out,
    )
    return out.getvalue()


def _parts(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def _simple(rows: str, below: str = "", columns: str = "", **more: str | bytes) -> bytes:
    """A workbook of one sheet without a text of its own."""
    types = PARTS["[Content_Types].xml"]
    sheet = f'<worksheet xmlns="{MAIN}">{columns}<sheetData>{rows}</sheetData>{below}</worksheet>'
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    kept = ("_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
    relations = re.sub(
        "<Relationship [^>]*(?:sheet[234]|sharedS|calcC|externalL|cellim)[^>]*/>", "", str(PARTS[kept[1]])
    )
    return packed(
        {"[Content_Types].xml": types, **{name: PARTS[name] for name in kept}, kept[1]: relations, WORKBOOK: book}
        | {SHEET: sheet}
        | more
    )


def _rows(book: bytes, sheet: str = "表") -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def _sheet(book: bytes) -> str:
    return _parts(book)[SHEET].decode()


# What is not filled


def test_every_other_part_is_as_it_was() -> None:
    old, new = _parts(office_template()), _parts(_filled(PREPARED))
    assert set(old) - set(new) == {"xl/calcChain.xml"} and set(new) <= set(old)
    changed = {name for name in new if old[name] != new[name]}
    assert changed == {SHEET, STRINGS, WORKBOOK, "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    # Of those: the strings are longer, the chain of calculation is named no more, formulas are worked out anew.
    assert new[STRINGS].split(b"<si>", 1)[1].startswith(old[STRINGS].split(b"<si>", 1)[1].rpartition(b"</sst>")[0])
    assert new[WORKBOOK] == old[WORKBOOK].replace(b"<calcPr ", b'<calcPr fullCalcOnLoad="1" ')
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert new[name] == re.sub(rb"<[^<>]*calcChain[^<>]*>", b"", old[name])


def test_of_the_filled_sheet_only_the_rows_change_and_ranges_that_must() -> None:
    old, new = str(PARTS[SHEET]), _sheet(_filled(PREPARED))
    assert new.partition("<sheetData>")[0] == old.partition("<sheetData>")[0].replace('<dimension ref="A1:L13"/>', "")
    assert new.partition("</sheetData>")[2] == old.partition("</sheetData>")[2].replace('"D6"', '"D6:D8"')
    above, below = old.partition("<!-- people -->")[0], old.partition('<row r="9">')[2]
    assert new.startswith('<row r="5">', new.index('<row r="5">'))
    assert above[above.index('<row r="4">') :] in new
    assert re.sub("<v>0</v>", "", below.partition("</sheetData>")[0]) in new


def test_what_is_below_gives_way_with_everything_anchored_there() -> None:
    people = 40
    by = people - PREPARED
    old, new = _parts(office_template()), _parts(_filled(people))
    changed = {name for name in new if old[name] != new[name]}
    told = {SHEET, STRINGS, WORKBOOK, "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    assert changed == {*told, DRAWING, COMMENTS, OBJECTS, SUMMARY}
    assert new[DRAWING] == _with(old[DRAWING], {b"row>10<": 10 + by, b"row>12<": 12 + by})
    assert new[COMMENTS] == _with(old[COMMENTS], {b'ref="A11"': 11 + by})
    second, button = (
        (b"\n3, 5, 9, 2, 5, 9, 12, 4<", b"\n3, 5, %d, 2, 5, 9, %d, 4<"),
        (b"10, 2, 9, 9, 11", b"%d, 2, 9, 9, %d"),
    )
    objects = old[OBJECTS].replace(second[0], second[1] % (9 + by, 12 + by)).replace(b"Row>10<", b"Row>%d<" % (10 + by))
    assert new[OBJECTS] == objects.replace(button[0], button[1] % (10 + by, 11 + by))
    page = openpyxl.load_workbook(io.BytesIO(_filled(people)))[NAME]
    last = 5 + people
    assert [page.cell(last + 1, column).value for column in (1, 5)] == ["合计", f"SUM(E6:E{last})".join(("=", ""))]
    assert page.cell(last + 3, 1).value == "填表人：" and page.row_dimensions[last + 3].height == 40
    assert page.cell(last + 5, 8).value == f"=H{last + 1}/$F${last + 1}"
    assert {str(one) for one in page.merged_cells.ranges} == {
        *("A1:J1", "A4:E4", "F4:I4"), f"A{last + 3}:C{last + 3}", f"A{last + 5}:G{last + 5}"
    }  # fmt: skip
    sheet = _sheet(_filled(people))
    for said in (
        f'protectedRange sqref="B6:G{last}"', f'sqref="C6:C{last}"><cfRule', f"COUNTIF($C$6:$C${last},C6)",
        f'sqref="F{last + 3}:H{last + 3}"', f"$H${last + 5}&gt;1", f'sqref="D6:D{last}"', f'"E6:E{last} F{last + 3}"',
        f'hyperlink ref="A{last + 5}"', f"!A{last + 3}", f'brk id="{10 + by}"', f'ignoredError sqref="C6:C{last}"',
        f"<xdr:row>{10 + by}<", f"<xm:sqref>F6:F{last}<", f"<xm:sqref>J6:J{last}<", '<etc:vbaInfo ref="A9"/>',
        "代码!$A$1:$A$3",
    ):  # fmt: skip
        assert said in sheet, said
    names = new[WORKBOOK].decode()
    for said in (f"!$A$1:$J${13 + by}<", "!$4:$5<", f"!$F$6:$F${last}<", f"!$F${last + 1}<", "代码!$A$1:$A$3<"):
        assert said in names, said
    assert f"!$H${last + 1}</f></c>" in new[SUMMARY].decode() and "[1]名单!$A$9</f><v>3</v>" in new[SUMMARY].decode()
    assert f"!B6:B{last})</f></c>" in new[SUMMARY].decode()


def _with(part: bytes, changes: dict[bytes, int]) -> bytes:
    for old, number in changes.items():
        assert old in part
        part = part.replace(old, re.sub(rb"\d+", b"%d" % number, old))
    return part


def test_formulas_of_a_prepared_row_are_had_by_every_person_without_a_result() -> None:
    page = openpyxl.load_workbook(io.BytesIO(_filled(7)))[NAME]
    for row in (6, 8, 9, 12):
        assert page.cell(row, 1).value == "=ROW()-5"
        assert page.cell(row, 8).value == f"=F{row}-G{row}"  # was shared
        assert page.cell(row, 9).value == f'=IF(F{row}=0,"",ROUND(H{row}/F{row},2)&" / "&SUM(F$6:F$12))'
    rows = re.findall(r'<row r="(?:6|7|8|9|10|11|12)".*?</row>', _sheet(_filled(7)))
    assert len(rows) == 7 and not re.search("</f><v>|shared", "".join(rows))
    assert all('ht="21" customHeight="1"' in row for row in rows)
    # What stands beside the data stays in its row; the sample's own values are nobody's.
    assert [page.cell(row, 12).value for row in (6, 7)] == ["栏外", None]
    given = _stamped(office_template(), {NAME: [("", None, None, None, None, None, None, 5, None, None)]})
    page = openpyxl.load_workbook(io.BytesIO(given))[NAME]
    assert [page.cell(6, column).value for column in (1, 2, 8)] == [None, None, 5]


def test_readers_open_it_and_read_the_people() -> None:
    book = _filled(12)
    page = openpyxl.load_workbook(io.BytesIO(book))[NAME]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(NAME).to_python(skip_empty_area=False)
    for number in range(12):
        wanted = list(_person(number))
        assert [page.cell(6 + number, column + 1).value for column in (1, 2, 3, 4, 5, 6, 9)] == [
            wanted[column] for column in (1, 2, 3, 4, 5, 6, 9)
        ]
        assert rows[5 + number][1:7] == wanted[1:7]
    assert [row[0] for row in rows[17:]] == ["合计", "", "填表人：", "", "注：本表一式两份。"]
    assert rows[0][0] == "因病致贫 核查上报表" and rows[1][0] == "单位："
    codes = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("代码").to_python()
    assert codes == [["甲"], ["乙"], ["不<患>病<si>"]]


@pytest.mark.parametrize("people", [0, 1])
def test_prepared_rows_that_nobody_needs_stay_as_they_are(people: int) -> None:
    sheet = _sheet(_filled(people))
    # The sample is nobody, and goes; a formula that was shared with it is written out.
    assert '<c r="B6" s="2" t="s"><v>20</v>' not in sheet and ('<c r="B6" s="2"/>' in sheet) is not bool(people)
    assert '<c r="B8" s="2"/><c r="C8" s="3"/>' in sheet and "<f>F8-G8</f>" in sheet
    assert "shared" not in sheet and sheet.count("<row ") == len(re.findall("<row ", str(PARTS[SHEET])))


# Templates as different as they come


def _prefixed(part: str | bytes) -> str:
    return re.sub(r"<(/?)(?![?!/\w]+:|[?!])(\w)", r"<\1x:\2", str(part)).replace(" xmlns=", " xmlns:x=")


def test_prefixes_single_quotes_and_places_left_out() -> None:
    plain = re.sub(r"<(row|c) r=\"[A-Z]*\d+\"", r"<\1", str(PARTS[SHEET]))
    # Without places a row has no gaps.
    plain = plain.replace('<c s="0"><f>COUNTA', "<c/><c/><c/><c/><c s='0'><f>COUNTA").replace(
        '<row ht="40" customHeight="1">', "<row/>\n<row ht='40' customHeight='1'>"
    )
    parts = {
        SHEET: plain.replace('<row><c s="1" t="s"><v>11</v>', '<row/><row><c s="1" t="s"><v>11</v>'),
        STRINGS: PARTS[STRINGS],
    }
    parts = {name: _prefixed(part) for name, part in parts.items()}
    book = _filled(5, office_template(**parts))
    sheet = _sheet(book)
    assert (
        '<x:row r="10" x14ac:dyDescent="0.2" ht="21" customHeight="1"><x:c r="A10" s="2"><x:f>ROW()-5</x:f></x:c>'
        in sheet
    )
    assert re.search(r"<x:row r=\"13\" ht='40' customHeight='1'><x:c r=\"A13\"", sheet)
    assert (
        "<row" not in sheet
        and "<c " not in sheet
        and "<si>" not in _parts(book)[STRINGS].decode().replace("CDATA[不<患>病<si>", "")
    )
    page = openpyxl.load_workbook(io.BytesIO(book))[NAME]
    assert [page.cell(row, 2).value for row in (6, 10)] == ["王试0", "王试4"]
    assert [page.cell(row, 1).value for row in (2, 11, 13)] == ["单位：", "合计", "填表人："]


def test_a_table_is_drawn_down_and_a_draft_becomes_a_workbook() -> None:
    table = (
        f'<table xmlns="{MAIN}" id="1" name="表1" displayName="表1" ref="A5:J8" totalsRowShown="0">'
        "<autoFilter ref='A5:J8'><sortState ref='A6:J8'/></autoFilter><tableColumns count='10'/></table>"
    )
    relation = (
        '<Relationship Id="rId6" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" '
        'Target="/xl/tables/table1.xml"/></Relationships>'
    )
    links = "xl/worksheets/_rels/sheet1.xml.rels"
    types = str(PARTS["[Content_Types].xml"]).replace("spreadsheetml.sheet.main", "spreadsheetml.template.main")
    changed = {
        links: str(PARTS[links]).replace("</Relationships>", relation),
        "xl/tables/table1.xml": table,
        "[Content_Types].xml": types,
    }
    parts = _parts(_filled(9, office_template(**changed)))
    assert parts["xl/tables/table1.xml"].decode() == table.replace("J8", "J14")
    assert b"spreadsheetml.sheet.main+xml" in parts["[Content_Types].xml"]
    assert _parts(_filled(2, office_template(**changed)))["xl/tables/table1.xml"].decode() == table


def test_a_workbook_with_macros_is_named_so() -> None:
    types = str(PARTS["[Content_Types].xml"])
    macros = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    given = office_template(**{"[Content_Types].xml": macros, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macros"})
    assert (workbook_suffix(office_template()), workbook_suffix(given)) == (".xlsx", ".xlsm")
    assert _parts(_filled(4, given))["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0macros"


def test_cells_merged_within_a_prepared_row_are_merged_for_everyone() -> None:
    cells = '<row r="2"><c r="A2" s="2"/><c r="B2" s="2"/><c r="C2" s="2"/></row>'
    signers = '<row r="4"><c r="A4" t="inlineStr"><is><t>填表人：</t></is></c></row>'
    merged = '<mergeCells count="2"><mergeCell ref="B2:C2"/><mergeCell ref="A4:C4"/></mergeCells>'
    template = _simple(cells + signers, merged)
    book = _stamped(template, {"表": [(n, "甲", None) for n in range(4)]}, 2)
    assert set(re.findall('mergeCell ref="([^"]*)"', _sheet(book))) == {*(f"B{n}:C{n}" for n in range(2, 6)), "A7:C7"}
    assert '<mergeCells count="5">' in _sheet(book)
    with pytest.raises(RuhuError) as raised:
        _stamped(template, {"表": [(1, "甲", "乙")]}, 2)
    assert (raised.value.code, raised.value.place.row, raised.value.place.column) == ("template_merged_column", 2, "C")


def test_rows_look_like_the_prepared_rows_at_their_place() -> None:
    shades = (1, 2, 3, 2, 3, 4)  # every other one shaded, lines above and below the block
    rows = "".join(f'<row r="{2 + n}"><c r="A{2 + n}" s="{style}"/></row>' for n, style in enumerate(shades))
    for people, wanted in ((3, (1, 2, 3, 2, 3, 4)), (6, shades), (9, (1, 2, 3, 2, 3, 2, 3, 2, 4))):
        sheet = _sheet(_stamped(_simple(rows), {"表": [("甲",)] * people}, 2))
        assert tuple(int(style) for style in re.findall(r'<c r="A\d+" s="(\d)"', sheet)) == wanted


def test_cells_that_the_prepared_row_lacks_look_like_their_row_or_column() -> None:
    columns = '<cols><col min="2" max="3" style="3"/></cols>'
    sheet = _sheet(
        _stamped(_simple('<row r="2"><c r="A2" s="2"/></row>', "", columns), {"表": [("甲", "乙", "丙")] * 2}, 2)
    )
    assert re.findall(r'<c r="(\w+)" s="(\d)"', sheet)[3:] == [("A3", "2"), ("B3", "3"), ("C3", "3")]
    sheet = _sheet(_stamped(_simple('<row r="2" s="4" customFormat="1" hidden="1"/>'), {"表": [("甲", "乙")]}, 2))
    assert re.findall(r'<c r="(\w+)" s="(\d)"', sheet) == [("A2", "4"), ("B2", "4")] and "hidden" not in sheet
    sheet = _sheet(_stamped(_simple(""), {"表": [("甲", 1)]}, 2))
    assert '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>1</v></c></row>' in sheet


def _text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(("people", "signer"), [(1, 9), (6, 9), (7, 10), (30, 33)])
def test_blank_rows_above_who_signs_are_filled_but_for_one(people: int, signer: int) -> None:
    """One row drawn, nothing in rows 3 to 8, `填表人` in row 9."""
    template = _simple('<row r="2"><c r="A2" s="2"/></row>' + f'<row r="9">{_text("A9", "填表人：")}</row>')
    rows = _rows(_stamped(template, {"表": [("甲",)] * people}, 2))
    assert [row[0] for row in rows] == ["", *["甲"] * people, *[""] * (signer - 2 - people), "填表人："]


def test_a_running_number_is_prepared_and_a_total_is_not() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" s="2"><v>{row - 1}</v></c><c r="B{row}" s="2"/>'
        f'<c r="C{row}" s="2"><f>B{row}*2</f></c></row>'
        for row in range(2, 6)
    )
    total = '<row r="6"><c r="B6" s="2"><f>SUM(B2:B5)</f></c><c r="C6" s="2"><f>SUM(C2:C5)</f></c></row>'
    book = _stamped(_simple(rows + total), {"表": [(n, n) for n in range(6)]}, 2)
    page = openpyxl.load_workbook(io.BytesIO(book))["表"]
    assert [page.cell(8, column).value for column in (1, 2, 3)] == [None, "=SUM(B2:B7)", "=SUM(C2:C7)"]
    assert [page.cell(7, column).value for column in (1, 2, 3)] == [5, 5, "=B7*2"]


def test_a_list_of_codes_beside_the_data_stays_as_long_as_it_is() -> None:
    codes = "".join(
        f'<row r="{row}"><c r="D{row}"><f>1+{row}</f><v>9</v></c>{_text(f"E{row}", "码")}</row>' for row in (3, 4)
    )
    rows = f'<row r="2"><c r="A2" s="2"/><c r="B2" s="2"/>{_text("E2", "码")}</row>{codes}'
    choice = '<dataValidations count="1"><dataValidation type="list" sqref="B2"><formula1>$E$2:$E$4</formula1>'
    book = _stamped(_simple(rows, choice + "</dataValidation></dataValidations>"), {"表": [("甲", "码")] * 6}, 2)
    assert [row[4] for row in _rows(book)] == ["", "码", "码", "码", "", "", ""]
    assert 'sqref="B2:B7"><formula1>$E$2:$E$4<' in _sheet(book)
    assert re.findall(r'<c r="D\d"[^/]*<f>([^<]*)</f></c>', _sheet(book)) == ["1+3", "1+4"]


def test_blank_rows_drawn_to_the_end_of_the_sheet_give_way() -> None:
    rows = '<row r="2"><c r="A2" s="2"/></row><row r="1048574"/><row r="1048576" ht="12"><c r="A1048576" s="2"/></row>'
    sheet = _sheet(_stamped(_simple(rows), {"表": [("甲",)] * 4}, 2))
    assert re.findall('<row r="([0-9]+)"', sheet) == ["2", "3", "4", "5"]


def test_texts_that_come_back_after_long_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_ends, "_REMEMBERED", 3)
    texts = [f"文{n % 11}" if n % 3 else "常" for n in range(60)]
    book = _stamped(_simple(""), {"表": [(text, "乙") for text in texts]}, 2)
    assert _rows(book)[1:] == [[text, "乙"] for text in texts]
    strings = _parts(book)[STRINGS].decode()
    assert f'uniqueCount="{strings.count("<si>")}"' in strings and strings.count("乙") == 1 < strings.count("文1<")


def test_two_sheets_that_name_each_other_are_filled_at_once() -> None:
    other = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
    code = other.format(
        '<row r="2"><c r="A2" s="2"/><c r="B2"><f>SUM(\'名单 \'\'甲\'\'组\'!$F$6:$F$8)+汇总!B1</f></c></row>'
    )
    book = _stamped_two(office_template(**{"xl/worksheets/sheet2.xml": code}))
    assert "'名单 ''甲''组'!$F$6:$F$10)+汇总!B2<" in _parts(book)["xl/worksheets/sheet2.xml"].decode()


def _stamped_two(template: bytes) -> bytes:
    out = io.BytesIO()
    people = SheetRows(6, [StampedRow(_person(n)) for n in range(5)], below="kept")
    stamp(template, {NAME: people, "代码": SheetRows(2, [StampedRow(("甲",))] * 2, below="kept")}, out)
    return out.getvalue()


def test_the_zip_may_be_written_in_any_way() -> None:
    class Stream(io.RawIOBase):
        """Can't go back, so sizes stand behind the data (data descriptors)."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += data  # type: ignore[operator]
            return len(data)  # type: ignore[arg-type]

    stream = Stream()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("xl/", b"")
        for name, part in PARTS.items():
            name = name.replace("/sharedStrings", "/SharedStrings")  # names don't tell capitals apart
            with book.open(name, "w", force_zip64=True) as member:
                member.write(part.encode() if isinstance(part, str) else part)
    parts = _parts(_filled(4, bytes(stream.written)))
    assert {name.lower(): part for name, part in parts.items() if name != "xl/"} == {
        name.lower(): part for name, part in _parts(_filled(4)).items()
    }
