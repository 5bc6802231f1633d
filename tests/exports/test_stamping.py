from __future__ import annotations

import io
import re
import warnings
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from casebook.errors import RuhuError
from exports.shared_strings import Rich, clean
from exports.sheet_xml import StampedRow, extended
from exports.stamping import SheetRows, stamp


def _template(**more: str) -> bytes:
    """A template as an office would draw it: header, one row of looks, a second sheet of notes."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "贫困 户"
    page.append(["姓名", "证件号码", "人数"])
    page["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    page["B2"].number_format = "@"
    validation = DataValidation(type="list", formula1='"是,否"', showErrorMessage=True)
    validation.add("C2")
    page.add_data_validation(validation)
    page.auto_filter.ref = "A1:C1"
    page.print_area = "A1:C2"
    book.create_sheet("说明")["A1"] = "填报说明"
    written = io.BytesIO()
    book.save(written)
    if not more:
        return written.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, more.get(name, old.read(name)))
        for name in more.keys() - set(old.namelist()):
            new.writestr(name, more[name])
    return changed.getvalue()


TEMPLATE = _template()


def _stamped(rows: list[StampedRow], template: bytes = TEMPLATE) -> bytes:
    out = io.BytesIO()
    stamp(template, {"贫困 户": SheetRows(2, rows)}, out)
    return out.getvalue()


def _part(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        return opened.read(name).decode()


SHEET = "xl/worksheets/sheet1.xml"


def test_every_other_part_is_copied_byte_for_byte() -> None:
    book = _stamped([StampedRow(("王试", "99000019800101001X", 3))])
    with zipfile.ZipFile(io.BytesIO(TEMPLATE)) as old, zipfile.ZipFile(io.BytesIO(book)) as new:
        assert new.testzip() is None
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert set(new.namelist()) == set(old.namelist()) | {"xl/sharedStrings.xml"}
    # sheet2 has an inline string of its own, workbook.xml the print area; openpyxl declares no shared strings.
    named = {"xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert changed <= {SHEET, "xl/worksheets/sheet2.xml", *named}


def test_texts_are_shared_strings_and_the_templates_own_too() -> None:
    book = _stamped([StampedRow(("王试", "99000019800101001X", 3))])
    assert "inlineStr" not in _part(book, SHEET) + _part(book, "xl/worksheets/sheet2.xml")
    read = openpyxl.load_workbook(io.BytesIO(book))
    assert [cell.value for cell in read["贫困 户"][1]] == ["姓名", "证件号码", "人数"]
    assert [cell.value for cell in read["贫困 户"][2]] == ["王试", "99000019800101001X", 3]
    assert read["说明"]["A1"].value == "填报说明"


def test_counts_of_shared_strings() -> None:
    strings = _part(_stamped([StampedRow(("王", "王", 3)), StampedRow(("王", "李", 4))]), "xl/sharedStrings.xml")
    # three headers, one note, two different texts; 王 stands three times
    assert 'count="8" uniqueCount="6"' in strings
    assert strings.count("<si>") == 6


def test_rows_take_the_looks_of_the_pattern_row() -> None:
    read = openpyxl.load_workbook(io.BytesIO(_stamped([StampedRow(("王试", "9", 3)), StampedRow(("李试",))])))
    page = read["贫困 户"]
    assert page["A3"].fill.fgColor.rgb == "00FFFF00"
    assert page["B3"].number_format == "@" and page["B3"].value is None


def test_ranges_reach_the_last_row() -> None:
    book = _stamped([StampedRow(("王试", "9", 3))] * 7)
    read = openpyxl.load_workbook(io.BytesIO(book))
    page = read["贫困 户"]
    assert [str(one.sqref) for one in page.data_validations.dataValidation] == ["C2:C8"]
    assert page.data_validations.dataValidation[0].showErrorMessage
    assert page.auto_filter.ref == "A1:C8"
    assert page.print_area == "'贫困 户'!$A$1:$C$8"
    assert (
        "$A$1:$C$8"
        in re.search(r"_FilterDatabase[^<]*<|_FilterDatabase.*?>([^<]*)<", _part(book, "xl/workbook.xml"))[0]
    )


def test_ranges_of_other_cells_stay() -> None:
    assert extended("A1 D5:D9 B2:B3 $C$2", 2, 40) == "A1 D5:D9 B2:B40 $C$2:$C$40"
    assert extended("B2:B100", 2, 40) == "B2:B100"


def test_x14_ranges_are_extended() -> None:
    sheet = _part(TEMPLATE, SHEET).replace(
        "</worksheet>", "<extLst><ext><xm:sqref>B2</xm:sqref></ext></extLst></worksheet>"
    )
    written = _part(_stamped([StampedRow(("王",))] * 3, _template(**{SHEET: sheet})), SHEET)
    assert "<xm:sqref>B2:B4</xm:sqref>" in written


def test_the_calculation_chain_is_dropped() -> None:
    types = _part(TEMPLATE, "[Content_Types].xml").replace(
        "</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>'
    )
    template = _template(**{"xl/calcChain.xml": "<calcChain/>", "[Content_Types].xml": types})
    with zipfile.ZipFile(io.BytesIO(_stamped([], template))) as book:
        assert "xl/calcChain.xml" not in book.namelist()
        assert b"calcChain" not in book.read("[Content_Types].xml")


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [StampedRow(("王试", Rich((("99", False), ("0", True))), 1.5))]
    assert _stamped(rows) == _stamped(rows)


def test_a_template_without_rows_or_columns_enough() -> None:
    read = openpyxl.load_workbook(io.BytesIO(_stamped([StampedRow(("a", "b", "c", "d", 5), height=33)])))
    assert [cell.value for cell in read["贫困 户"][2]] == ["a", "b", "c", "d", 5]
    assert read["贫困 户"].row_dimensions[2].height == 33


def test_numbers_that_a_spreadsheet_would_damage_become_texts() -> None:
    rows = [StampedRow((990000198001010011, 10**15 - 1, 0.1, True, float("nan"), -2))]
    read = openpyxl.load_workbook(io.BytesIO(_stamped(rows)))
    assert [cell.value for cell in read["贫困 户"][2]] == ["990000198001010011", 10**15 - 1, 0.1, True, "nan", -2]


def test_rich_texts_mark_by_more_than_colour() -> None:
    book = _stamped([StampedRow((Rich((("李希", False), ("楷", True), (" ", False))),))])
    read = openpyxl.load_workbook(io.BytesIO(book), rich_text=True)
    value = read["贫困 户"]["A2"].value
    assert str(value) == "李希楷 "
    run = value[1]
    assert run.text == "楷" and run.font.b and run.font.u == "single" and run.font.color.rgb == "FFC00000"


def _by_calamine(book: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("贫困 户").to_python()


TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(max_codepoint=0x20), max_size=8),
    st.sampled_from(
        [
            "=cmd|' /C calc'!A0",
            "+1",
            "@SUM(1)",
            "_x0041_",
            "_x000D_",
            "__x0041__",
            "  王 试 ",
            "a\tb",
            "\n",
            "𠮷㛃䶮😀",
            "<&>\"'",
        ]
    ),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_is_read_back_by_two_readers(texts: list[str]) -> None:
    book = _stamped([StampedRow((text, Rich(((text, True), ("尾", False))), 1)) for text in texts])
    page = openpyxl.load_workbook(io.BytesIO(book))["贫困 户"]
    rows = _by_calamine(book)
    for number, text in enumerate(texts, 2):
        wanted = clean(text)
        cell = page.cell(number, 1)
        # openpyxl undoes escapes by deleting "x005F_" wherever it stands.
        if "x005F_" not in wanted:
            assert (cell.value or "") == wanted
            assert page.cell(number, 2).value == wanted + "尾"
        assert cell.data_type != "f"
        assert rows[number - 1][0] == wanted
        assert rows[number - 1][1] == wanted + "尾"


CONTENTS = st.one_of(
    TEXTS,
    st.text(alphabet=st.characters(categories=("Cs", "Cc", "Lo", "Cn", "So")), max_size=12),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.none(),
    st.builds(lambda text, times: (text * times)[:40_000], st.sampled_from("字a😀<&"), st.integers(16_000, 40_000)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CONTENTS, min_size=1, max_size=6))
def test_any_cell_is_read_back_or_refused(values: list[str | int | float | bool | None]) -> None:
    try:
        book = _stamped([StampedRow(("甲", value)) for value in values])
    except RuhuError as error:
        assert error.code == "cell_too_long" and error.place.column == "B"
        too_long = values[(error.place.row or 0) - 2]
        assert isinstance(too_long, str) and len(too_long.encode("utf-16-le", "surrogatepass")) > 2 * 32767
        return
    page, rows = openpyxl.load_workbook(io.BytesIO(book))["贫困 户"], _by_calamine(book)
    for number, value in enumerate(values, 2):
        read = (page.cell(number, 2).value, rows[number - 1][1])
        if isinstance(value, str):
            if "x005F_" not in (wanted := clean(value)):
                assert (read[0] or "") == wanted
            assert read[1] == wanted
        elif value is None or isinstance(value, bool) or abs(value) < 10**15:
            assert read == (value, "" if value is None else value)
        else:
            assert read == (str(value), str(value))


def test_cleaning_takes_nothing_that_can_be_shown() -> None:
    assert clean("王\x00试\x0b\ud800\ufffe\r\n镇\r村\t组\n") == "王试\n镇\n村\t组\n"


@pytest.mark.parametrize(
    ("template", "code"),
    [
        (b"no workbook", "template_form"),
        (_template(**{SHEET: _part(TEMPLATE, SHEET).replace("sheetData", "x:sheetData")}), "template_form"),
        (
            _template(
                **{
                    SHEET: _part(TEMPLATE, SHEET).replace(
                        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A5:C5"/></mergeCells>'
                    )
                }
            ),
            "template_merged",
        ),
    ],
)
def test_templates_that_cannot_be_filled_are_refused(template: bytes, code: str) -> None:
    with pytest.raises(RuhuError) as raised:
        _stamped([StampedRow(("王",))], template)
    assert raised.value.code == code and raised.value.remedy


def test_a_missing_sheet_and_a_text_too_long_are_refused() -> None:
    with pytest.raises(RuhuError) as raised:
        stamp(TEMPLATE, {"无此表": SheetRows(2, [])}, io.BytesIO())
    assert raised.value.code == "template_sheet"
    assert _stamped([StampedRow(("字" * 32767,))])
    for text in ("字" * 32768, "😀" * 16384):
        with pytest.raises(RuhuError) as raised:
            _stamped([StampedRow((text,))])
        assert raised.value.code == "cell_too_long"


def test_no_reader_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        openpyxl.load_workbook(io.BytesIO(_stamped([StampedRow(("王",))])))
