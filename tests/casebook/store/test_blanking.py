"""Blanking comes to the same on every machine: in whatever order, however often."""

from __future__ import annotations

import io
import json
import random
import zipfile
from copy import deepcopy
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from casebook.store.blank_rows import cells_blanked, file_cells
from casebook.store.blanking import ERASED, blanked, elements, is_blank, xml_blanked
from casebook.store.spots import mentions
from casebook.store.who import numbers_in

XML = (
    "<?xml version='1.0' encoding='UTF-8'?><d:data xmlns:d='u'><head>王大山</head><member><id>P1</id>"
    "<name>王大山</name><note>和李桂芳同住<!-- x -->，&lt;甲&gt;</note></member><member><id>P2</id><name>李桂芳</name>"
    "<note>王大山之妻</note><ill/></member></d:data>"
)


def test_operations_commute() -> None:
    before = {
        "people": [{"name": "王大山", "age": 66, "ok": True}, {"name": "李桂芳"}],
        "said": "王大山和李桂芳",
        "x": XML,
    }
    ops: list[list[Any]] = [
        ["blank", ["people", 0]],
        ["name", ["people", 0, "name"]],
        ["spans", ["said"], [[0, 3]]],
        ["spans", ["said"], [[4, 7]]],
        ["mark", ["people", 1]],
        ["xml", ["x"], [["/data/member/note", "blank"]]],
        ["xml", ["x"], [["/data/head", "name"], ["/data/member[2]/note", "spans", [[0, 3]]]]],
        ["blank", ["nowhere", 3, "no"]],
    ]  # fmt: skip
    found = set()
    for seed in range(60):
        order = random.Random(seed).choices(ops, k=4) + random.Random(seed).sample(ops, len(ops))
        found.add(json.dumps(blanked(deepcopy(before), order), sort_keys=True))
    (only,) = found
    told = json.loads(only)
    assert told["people"] == [{"name": ERASED, "age": None, "ok": None}, {"name": "李桂芳", "erased": True}]
    assert told["said"] == "＊＊＊和＊＊＊"
    assert [one.text for one in elements(told["x"])] == [
        "", ERASED, "", "P1", "王大山", "", "", "P2", "李桂芳", "＊＊＊之妻", ""
    ]  # fmt: skip
    assert is_blank(told["people"][0]) and is_blank("＊＊＊") and not is_blank(told["said"])


def test_xml_keeps_what_is_not_meant() -> None:
    assert [one.ref for one in elements(XML)][:5] == [
        "/data",
        "/data/head",
        "/data/member",
        "/data/member/id",
        "/data/member/name",
    ]
    assert xml_blanked(XML, []) == XML and xml_blanked("<a>甲<b>乙</a>", [["/a", "blank"]]).startswith("<a>")
    blank = xml_blanked(XML, [["/data/member[2]", "blank"]])
    assert "李桂芳</name>" not in blank and blank.startswith(XML[: XML.index("P2")])


@pytest.mark.parametrize(
    ("text", "words", "spans"),
    [
        ("王大山之子王大", ("王大", "王大山"), ((0, 3), (5, 7))),
        ("13800000001", ("13800000001",), ((0, 11),)),
        ("无", ("", "山"), ()),
    ],
)
def test_mentions(text: str, words: tuple[str, ...], spans: tuple[tuple[int, int], ...]) -> None:
    assert mentions(text, words) == spans


def test_numbers_are_found_as_they_are_written() -> None:
    assert {"990101196001010011"} == numbers_in("９９０１０１196001010011") - {"９９０１０１196001010011"}
    assert "99010119600101001x" in numbers_in("号码 99010119600101001X 的")
    assert numbers_in("2026-11-23") == numbers_in("120500.50") == numbers_in("第 12 组") == set()


def workbook(sheet: str, strings: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{sheet}</sheetData></worksheet>")
        archive.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
        archive.writestr("xl/media/image1.png", b"\x89PNG")
    return out.getvalue()


def test_rows_of_a_workbook() -> None:
    """Cells go, and their words out of the shared strings; the rest is as it was. Twice, or in parts, is the same."""
    content = workbook(
        '<row r="2"><c r="A2" s="7" t="s"><v>0</v></c><c r="B2"><v>990101</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="inlineStr"><is><t>甲&amp;乙</t></is></c></row>'
        '<row r="4"><c r="A4" t="s"><v>0</v></c><c r="C4" s="1"/></row>',
        "<si><t>王大山</t></si><si><r><t>李</t></r><r><t>桂芳</t></r></si><si><t>无人用</t></si>",
    )
    part = "xl/worksheets/sheet1.xml"
    cells = {one.reference: (one.row, one.text) for one in file_cells(content)}
    assert cells == {
        "A2": (2, "王大山"), "B2": (2, "990101"), "A3": (3, "李桂芳"), "B3": (3, "甲&乙"), "A4": (4, "王大山")
    }  # fmt: skip
    whole = cells_blanked(content, {part: ["A2", "B2", "A4"]})
    assert whole == cells_blanked(whole, {part: ["A2"]})
    assert whole == cells_blanked(cells_blanked(content, {part: ["A4"]}), {part: ["A2", "B2"]})
    assert {one.reference: one.text for one in file_cells(whole)} == {"A3": "李桂芳", "B3": "甲&乙"}
    assert "王大山".encode() not in whole and b'<c r="A2" s="7"/>' in whole and b"\x89PNG" in whole
    assert list(file_cells(b"no workbook")) == []


def test_a_workbook_of_another_program_still_opens() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("姓名", "人数"), ("王大山", 3), ("李桂芳", 3)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    again = load_workbook(io.BytesIO(cells_blanked(out.getvalue(), {"xl/worksheets/sheet1.xml": ["A2", "B2"]}))).active
    assert again is not None
    assert list(again.iter_rows(values_only=True)) == [("姓名", "人数"), (None, None), ("李桂芳", 3)]
