"""Templates that can't be filled without harm are refused in one clear line, before anything is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from casebook.errors import RuhuError
from casebook.tables.table import column_letter
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows, stamp, workbook_suffix
from tests.exports.made_templates import NAME, OFFICE, PARTS, SHEET, STRINGS, WORKBOOK, office_template

LINKS = "xl/worksheets/_rels/sheet1.xml.rels"


def _with(part: str, *changes: tuple[str, str], **more: str | bytes) -> bytes:
    text = str(PARTS[part])
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return office_template(**{part: text}, **more)


def _related(kind: str, target: str, part: str) -> bytes:
    relation = f'<Relationship Id="rId20" Type="{OFFICE}/{kind}" Target="/{target}"/></Relationships>'
    return _with(LINKS, ("</Relationships>", relation), **{target: part})


def _encrypted() -> bytes:
    """A zip with a password says so by a bit beside each name."""
    given = bytearray(office_template())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = given.find(mark)
        while at >= 0:
            given[at + place] |= 1
            at = given.find(mark, at + 4)
    return bytes(given)


def _twice() -> bytes:
    written = io.BytesIO(office_template())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(written, "a") as book:
        book.writestr(SHEET, "<worksheet/>")
    return written.getvalue()


_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_STRICT = str(PARTS[WORKBOOK]).replace("http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/")
_SAMPLE = '<row r="9">' + "".join(f'<c r="{column_letter(n)}9" s="2"><v>7</v></c>' for n in range(10)) + "</row>"
_TOTALS = str(PARTS[SHEET])[str(PARTS[SHEET]).index('<row r="9">') :].partition("</row>")[0] + "</row>"
_PIVOT = '<pivotTableDefinition><location ref="A20:C30"/></pivotTableDefinition>'
_DTD = '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet'
_ARRAY = '<c r="H6" s="4"><f t="array" ref="H6:H8">F6:F8-G6:G8</f><v>0</v></c>'
_BINARY = (
    "spreadsheetml.sheet.main+xml",
    "spreadsheetml.sheet.binary.main+xml",
)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "template_form"),
    "cut off": (lambda: office_template()[:-300], "template_form"),
    "an .xls": (lambda: _OLD, "template_old"),
    "an .xlsb": (lambda: _with("[Content_Types].xml", _BINARY), "template_old"),
    "a password": (lambda: _OLD + "EncryptedPackage".encode("utf-16-le"), "template_locked"),
    "a zip with a password": (_encrypted, "template_locked"),
    "a part twice": (_twice, "template_damaged"),
    "strict": (lambda: office_template(**{WORKBOOK: _STRICT}), "template_strict"),
    "no sheet of that name": (lambda: _with(WORKBOOK, ("名单 '甲'组", "名单")), "template_sheet"),
    "a chart": (lambda: office_template(**{SHEET: "<chartsheet/>"}), "template_form"),
    "a document type": (lambda: _with(SHEET, ("<worksheet", _DTD)), "template_form"),
    "another encoding": (lambda: office_template(**{SHEET: str(PARTS[SHEET]).encode("utf-16")}), "template_form"),
    "broken": (lambda: _with(SHEET, ("</sheetData>", "")), "template_form"),
    "broken strings": (lambda: office_template(**{STRINGS: "<sst><si>"}), "template_form"),
    "no strings": (lambda: office_template(**{STRINGS: "<table/>"}), "template_form"),
    "rows out of order": (lambda: _with(SHEET, ('<row r="13">', '<row r="3">')), "template_form"),
    "cells out of order": (lambda: _with(SHEET, ('r="C6"', 'r="A6"')), "template_form"),
    "people over two rows": (lambda: _with(SHEET, ('ref="A11:C11"', 'ref="B7:B8"')), "template_merged"),
    "the header reaches down": (lambda: _with(SHEET, ('ref="A11:C11"', 'ref="B5:B6"')), "template_merged"),
    "the last row reaches down": (lambda: _with(SHEET, ('ref="A11:C11"', 'ref="B8:B9"')), "template_merged"),
    "one formula for all": (
        lambda: _with(SHEET, ('<c r="H6" s="4"><f t="shared" ref="H6:H8" si="0">F6-G6</f><v>0</v></c>', _ARRAY),
                      ('<f t="shared" si="0"/>', "")),
        "template_formula",
    ),
    "a second sample": (
        lambda: _with(SHEET, (_TOTALS, _SAMPLE)),
        "template_sample",
    ),
    "a pivot table below": (
        lambda: _related("pivotTable", "xl/pivotTables/p1.xml", _PIVOT),
        "template_below",
    ),
    "a button with a cell below": (
        lambda: _with("xl/ctrlProps/ctrlProp1.xml", ("lockText", 'fmlaLink="$B$11" lockText')),
        "template_below",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_templates_that_cannot_be_filled(case: str) -> None:
    make, code = REFUSED[case]
    template, out = make(), io.BytesIO()
    with pytest.raises(RuhuError) as raised:
        stamp(template, {NAME: SheetRows(6, [StampedRow(("甲",) * 10)] * 12, below="kept")}, out)
    error = raised.value
    assert (error.code, error.category) == (code, "unusable")
    assert error.what and error.remedy and "\n" not in error.what + error.remedy
    assert out.getvalue() == b""  # nothing of it was written


def test_what_is_no_workbook_has_no_ending() -> None:
    for template in (b"", b"PK\x03\x04", _OLD):
        with pytest.raises(RuhuError):
            workbook_suffix(template)


def test_an_error_says_which_cell() -> None:
    rows = [StampedRow(("甲",) * 10), StampedRow(("甲", "乙", "字" * 40_000))]
    with pytest.raises(RuhuError) as raised:
        stamp(office_template(), {NAME: SheetRows(6, rows, below="kept")}, io.BytesIO())
    place = raised.value.place
    assert (raised.value.code, place.sheet, place.row, place.column) == ("cell_too_long", NAME, 7, "C")


@pytest.mark.parametrize(("count", "note"), [(1_048_572, "13"), (1_000, "1048570")])
def test_rows_beyond_the_sheet_are_refused_before_they_are_written(count: int, note: str) -> None:
    """The people themselves, or a note below that would have to move."""
    template = _with(
        SHEET, ('<row r="13">', f'<row r="{note}">'), ('r="A13"', f'r="A{note}"'), ('r="H13"', f'r="H{note}"')
    )
    rows = [StampedRow(("甲",))] * count
    with pytest.raises(RuhuError) as raised:
        stamp(template, {NAME: SheetRows(6, rows, below="kept")}, io.BytesIO())
    assert raised.value.code == "too_many_rows"
