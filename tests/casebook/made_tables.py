"""Small table files of every kind, made on the fly; all persons in them are invented."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[Any]]

HEADER = ["序号", "姓名", "性别", "证件号码", "乡（镇）", "行政村", "户编号", "与户主关系"]
PEOPLE = [
    [1, "丁满仓", "男", "990105194108173064", "云丰镇", "三岔桥村", "990000400072316", "户主"],
    [2, "袁巧荷", "女", "990105194711032143", "云丰镇", "三岔桥村", "990000400072316", "配偶"],
    [3, "买买提·艾力", "男", "不详", "云丰镇", "三岔桥村", "990000400072316", "之子"],
]
LIST: Rows = [["建档立卡贫困人口花名册"], HEADER, *PEOPLE, ["合计", None, None, None, None, None, None, 3]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def make_xlsx(path: Path, sheets: dict[str, Rows]) -> Path:
    """A workbook by openpyxl; formulas in it have no stored result."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def make_raw_xlsx(path: Path, sheet_xml: str | bytes, styles_xml: str = "") -> Path:
    """A workbook with one sheet whose part is given as it stands (the whole `worksheet` element)."""
    types = [("xl/workbook.xml", "sheet.main"), ("xl/worksheets/sheet1.xml", "worksheet")]
    relations = [("rId1", "worksheet", "worksheets/sheet1.xml")]
    if styles_xml:
        types.append(("xl/styles.xml", "styles"))
        relations.append(("rId2", "styles", "styles.xml"))
    overrides = "".join(f'<Override PartName="/{p}" ContentType="{_TYPE}.{t}+xml"/>' for p, t in types)
    targets = "".join(f'<Relationship Id="{i}" Type="{_REL}/{t}" Target="{p}"/>' for i, t, p in relations)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="'
            f'application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}</Relationships>'
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
        if styles_xml:
            archive.writestr("xl/styles.xml", styles_xml)
    return path


def row_xml(number: int, cells: Sequence[Any], extra: str = "") -> str:
    """One row as XML: texts inline, numbers as numbers, None left out."""
    parts = []
    for index, value in enumerate(cells):
        place = f"{chr(65 + index)}{number}"
        if isinstance(value, str):
            parts.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        elif value is not None:
            parts.append(f'<c r="{place}"><v>{value}</v></c>')
    return f'<row r="{number}"{extra}>{"".join(parts)}</row>'


def worksheet(body: str, before: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{body}</sheetData></worksheet>'


def list_xml(rows: Rows = LIST) -> str:
    return "".join(row_xml(number, row) for number, row in enumerate(rows, 1))


def make_ods(path: Path, rows: Rows) -> Path:
    """An OpenDocument spreadsheet with one sheet, as small as readers accept."""
    cells = []
    for row in rows:
        parts = []
        for value in row:
            if value is None:
                parts.append("<table:table-cell/>")
            elif isinstance(value, str):
                text = f"<text:p>{escape(value)}</text:p>"
                parts.append(f'<table:table-cell office:value-type="string">{text}</table:table-cell>')
            else:
                parts.append(f'<table:table-cell office:value-type="float" office:value="{value}"/>')
        cells.append(f"<table:table-row>{''.join(parts)}</table:table-row>")
    space = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
            f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="名单">'
            f"{''.join(cells)}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def delimited(rows: Rows, delimiter: str = ",") -> str:
    return "".join(delimiter.join("" if v is None else str(v) for v in row) + "\r\n" for row in rows)


def html_table(rows: Rows) -> str:
    lines = ["".join(f"<td>{escape('' if v is None else str(v))}</td>" for v in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
