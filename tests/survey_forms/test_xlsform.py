"""XLSForms compiled and looked at: every trouble at its sheet, row and column; hostile files refused."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from casebook.errors import RuhuError
from casebook.language import use_language
from survey_forms.stored_forms import standard_form
from survey_forms.xlsform import Compiled, check_form, checked
from tests.survey_forms.workbooks import RUHU, Row, form, text

YES_NO: list[Row] = [
    {"list_name": "yn", "name": "1", "label": "是"},
    {"list_name": "yn", "name": "2", "label": "否"},
]


def one(path: Path) -> tuple[str, int | None, str, str, str]:
    """Sheet, row, column, what and remedy of the only trouble."""
    (trouble,) = check_form(path).troubles
    place = trouble.place
    assert place.file == path.name
    return place.sheet, place.row, place.column, trouble.what, trouble.remedy


def compiled_of(path: Path) -> Compiled:
    return checked(path)[0]


def test_a_form_compiles(tmp_path: Path) -> None:
    compiled = compiled_of(form(tmp_path / "a.xlsx", [text("a"), text("b")]))
    assert (compiled.form_id, compiled.version, compiled.title) == ("t", "1", "试")
    assert compiled.places == {"/data": ("settings", 2), "/data/a": ("survey", 2), "/data/b": ("survey", 3)}
    assert compiled.notices == ()
    assert compiled.xml.startswith("<?xml")


def test_the_same_workbook_gives_the_same_form() -> None:
    assert compiled_of(standard_form()).xml == compiled_of(standard_form()).xml


def test_places_of_groups_and_repeats(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"type": "begin group", "name": "g", "label": "组"},
        {},
        {"type": "begin_repeat", "name": "r", "label": "重复"},
        text("a"),
        {"type": "end_repeat"},
        text("b"),
        {"type": "end group"},
        text("c"),
    ]
    places = compiled_of(form(tmp_path / "a.xlsx", rows)).places
    assert {path: row for path, (_sheet, row) in places.items() if path != "/data"} == {
        "/data/g": 2,
        "/data/g/r": 4,
        "/data/g/r/a": 5,
        "/data/g/b": 7,
        "/data/c": 9,
    }


def test_our_own_columns_reach_the_engine(tmp_path: Path) -> None:
    rows = [text("a", **{"bind::ruhu:field": "person.name", "bind::ruhu:warning": "${b} = ''"}), text("b")]
    _compiled, definition = checked(form(tmp_path / "a.xlsx", rows, namespaces=RUHU))
    assert definition.questions["/data/a"].field == "person.name"
    assert definition.binds["/data/a"].warning is not None


SELECT: Row = {"type": "select_one yn", "name": "s", "label": "选"}


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ([text("a", relevant="${nope} = 1")], ("survey", 2, "relevant"), "没有叫「nope」的题"),
        ([text("a", relevant="${a = 1")], ("survey", 2, "relevant"), "引用写得不对"),
        ([text("a"), text("a")], ("survey", 3, "name"), "同一组里已经有叫「a」的"),
        ([text("9 a")], ("survey", 2, "name"), "不能用的字符"),
        ([text("a"), {"type": "selekt", "name": "b", "label": "?"}], ("survey", 3, "type"), "没有「selekt」这种题型"),
        ([text("a"), {"type": "select_one nix", "name": "b", "label": "?"}, SELECT], ("survey", 3, "type"), "「nix」"),
        ([text("a"), {"type": "text", "name": "b"}], ("survey", 3, "label"), "「b」没有文字"),
        ([text("a"), {"type": "calculate", "name": "b"}], ("survey", 3, "calculation"), "没有写计算"),
        ([text("a"), {"type": "text", "label": "?"}], ("survey", 3, "name"), "没有名字"),
        ([text("a"), {"name": "b", "label": "?"}], ("survey", 3, "type"), "没有题型"),
        ([{"type": "begin group", "name": "g", "label": "?"}, text("a")], ("survey", 2, "type"), "没有 end group"),
        ([text("a"), {"type": "end group"}], ("survey", 3, "type"), "多了一个 end group"),
        ([text("a", constraint="foo(.) = 1")], ("survey", 2, "constraint"), "foo"),
        ([text("a", constraint=". = ")], ("survey", 2, "constraint"), "没有写完"),
        ([text("a", required="（1）")], ("survey", 2, "required"), "（"),
        ([text("a", trigger="b"), text("b")], ("survey", 2, "trigger"), "引用写得不对"),
    ],
)
def test_troubles_in_the_survey(tmp_path: Path, rows: list[Row], place: tuple[str, int, str], words: str) -> None:
    sheet, row, column, what, _remedy = one(form(tmp_path / "a.xlsx", rows, YES_NO))
    assert (sheet, row, column) == place
    assert words in what


@pytest.mark.parametrize(
    ("choices", "place", "words"),
    [
        ([*YES_NO, {"list_name": "yn", "name": "1", "label": "又"}], ("choices", 4, "name"), "同一个代码"),
        ([*YES_NO, {"list_name": "yn", "label": "又"}], ("choices", 4, "name"), "没有代码"),
        ([*YES_NO, {"list_name": "yn", "name": "a b", "label": "又"}], ("choices", 4, "name"), "空格：「a b」"),
    ],
)
def test_troubles_in_the_choices(tmp_path: Path, choices: list[Row], place: tuple[str, int, str], words: str) -> None:
    rows: list[Row] = [{"type": "select_multiple yn", "name": "s", "label": "选"}]
    sheet, row, column, what, remedy = one(form(tmp_path / "a.xlsx", rows, choices))
    assert (sheet, row, column) == place
    assert words in what
    assert remedy


def test_sheets_and_columns_that_are_not_there(tmp_path: Path) -> None:
    assert "没有 choices 表" in one(form(tmp_path / "a.xlsx", [SELECT]))[3]
    book = Workbook()
    book.active.append(["姓名", "证件号"])
    book.active.append(["甲", "1"])
    book.save(tmp_path / "b.xlsx")
    assert "不像 XLSForm" in one(tmp_path / "b.xlsx")[3]
    book.create_sheet("二")
    book.save(tmp_path / "c.xlsx")
    assert "没有 survey 表" in one(tmp_path / "c.xlsx")[3]


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "survey"
    book.active.append(["type", "name", "label", "name"])
    book.active.append(["text", "a", "问", "b"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(RuhuError) as refused:
        check_form(tmp_path / "a.xlsx")
    place = refused.value.place
    assert (place.sheet, place.row, place.column, refused.value.category) == ("survey", 1, "name", "check")


def test_a_prefix_that_is_not_declared(tmp_path: Path) -> None:
    sheet, row, column, _what, remedy = one(form(tmp_path / "a.xlsx", [text("a", **{"bind::ruhu:field": "x.y"})]))
    assert (sheet, row, column) == ("settings", 2, "namespaces")
    assert RUHU in remedy


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    rows = [
        text("a", relevant="${x} = 1", constraint="${y} = 1"),
        text("a"),
        {"type": "selekt", "name": "c", "label": "?"},
        text("d", constraint="foo()"),
        text("e", relevant="1 +"),
    ]
    troubles = check_form(form(tmp_path / "a.xlsx", rows)).troubles
    assert [(one.place.row, one.place.column) for one in troubles] == [
        (2, "relevant"),
        (2, "constraint"),
        (3, "name"),
        (4, "type"),
        (5, "constraint"),
        (6, "relevant"),
    ]
    with pytest.raises(RuhuError) as refused:
        checked(tmp_path / "a.xlsx")
    assert refused.value.place.row == 2
    assert "5" in refused.value.remedy


def test_what_was_not_foreseen_is_passed_on(tmp_path: Path) -> None:
    rows: list[Row] = [{"type": "audit", "name": "nope", "label": ""}, text("a")]
    sheet, row, _column, what, _remedy = one(form(tmp_path / "a.xlsx", rows))
    assert (sheet, row) == ("survey", 2)
    assert "Audits must always be named" in what


def test_warnings_are_notices(tmp_path: Path) -> None:
    english = {"label::English (en)": "choose", "hint::English (en)": "one"}
    rows = [{"type": "select_one yn", "name": "s", "label::中文 (zh)": "选", **english}]
    choices = [
        {"list_name": "yn", "name": "1", "label::中文 (zh)": "是", "label::English (en)": "yes"},
        {"list_name": "yn", "name": "2", "备 注": "不带走"},
    ]
    found = check_form(form(tmp_path / "a.xlsx", rows, choices))
    assert found.troubles == ()
    assert found.definition is not None
    told = {(one.place.sheet, one.place.row, one.place.column): one.what for one in found.notices}
    assert told == {
        ("choices", 1, "备 注"): "这一列的名字里有空格，没有读进表里",
        ("choices", 3, "label::中文 (zh)"): "选项没有文字，会显示代码",
        ("survey", None, ""): "语言「中文 (zh)」缺少列：hint",
    }


def test_what_phones_and_web_forms_read_differently_is_noticed(tmp_path: Path) -> None:
    rows = [text("a"), text("b", constraint="regex(., '[0-9]{3}')")]
    found = check_form(form(tmp_path / "a.xlsx", rows))
    assert found.definition is not None
    (notice,) = found.notices
    assert (notice.place.sheet, notice.place.row, notice.place.column) == ("survey", 3, "constraint")
    assert notice.what and notice.remedy


@pytest.mark.parametrize(
    ("kind", "default", "right"),
    [
        ("date", "2026-13-45", False), ("date", "昨天", False), ("date", "2026/1/2", False),
        ("date", "2026-01-02", True), ("date", "today()", True), ("time", "14:30:00", True),
        ("integer", "三", False), ("integer", "-3", True),
        ("decimal", "1,2", False), ("decimal", "1.5", True), ("text", "2026-13-45", True),
    ],
)  # fmt: skip
def test_a_default_that_is_no_answer(tmp_path: Path, kind: str, default: str, right: bool) -> None:
    path = form(tmp_path / "a.xlsx", [text("a"), {"type": kind, "name": "b", "label": "问", "default": default}])
    found = [(each.place.sheet, each.place.row, each.place.column) for each in check_form(path).troubles]
    assert found == ([] if right else [("survey", 3, "default")])


def test_a_form_without_questions(tmp_path: Path) -> None:
    assert "一道题也没有" in one(form(tmp_path / "a.xlsx", [{"type": "calculate", "name": "a", "calculation": "1"}]))[3]


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    found = check_form(form(tmp_path / "某县的表.xlsx", [text("a")], settings=None))
    assert found.compiled is not None and found.compiled.form_id == "某县的表"
    assert [(each.place.sheet, each.place.column) for each in found.notices] == [
        ("settings", "form_id"), ("settings", "version"),
    ]  # fmt: skip


def test_a_column_that_is_nearly_one(tmp_path: Path) -> None:
    rows = [text("a", relevent="1 = 1", comment="某某", **{"label::English (en)": "q"})]
    found = [each for each in check_form(form(tmp_path / "a.xlsx", rows)).notices if each.place.row == 1]
    assert [(each.place.column, each.remedy) for each in found] == [("relevent", "若是 relevant，请改列名")]


def test_a_mistake_made_over_and_over_is_told_of_every_row(tmp_path: Path) -> None:
    rows: list[Row] = [{"type": "txt", "name": f"q{number}", "label": "问"} for number in range(5)]
    assert [each.place.row for each in check_form(form(tmp_path / "a.xlsx", rows)).troubles] == [2, 3, 4, 5, 6]


def test_a_circle_of_calculations(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"type": "calculate", "name": "a", "calculation": "${b} + 1"},
        {"type": "calculate", "name": "b", "calculation": "${a} + 1"},
        text("c"),
    ]
    sheet, row, column, what, _remedy = one(form(tmp_path / "a.xlsx", rows))
    assert (sheet, column) == ("survey", "calculation")
    assert row in (2, 3)
    assert "圈" in what


def test_english(tmp_path: Path) -> None:
    use_language("en")
    try:
        told = one(form(tmp_path / "a.xlsx", [text("a", relevant="${nope} = 1")]))
    finally:
        use_language("zh")
    assert not re.search("[一-鿿]", told[3] + told[4])


# --- files beside a form, and XForms


def test_files_that_a_form_names_lie_beside_it(tmp_path: Path) -> None:
    rows: list[Row] = [{"type": "select_one_from_file villages.csv", "name": "v", "label": "村"}]
    path = form(tmp_path / "a.xlsx", rows)
    assert one(path)[:3] == ("survey", 2, "type") and "villages.csv" in one(path)[3]
    (tmp_path / "villages.csv").write_text("name,label\n1,东村\n", "utf-8")
    compiled, definition = checked(path)
    assert list(compiled.resources.values()) == ["name,label\n1,东村\n"]
    assert definition.missing == ()


def test_an_xform_is_taken_as_it_is(tmp_path: Path) -> None:
    compiled = compiled_of(form(tmp_path / "a.xlsx", [text("a")]))
    (tmp_path / "a.xml").write_text(compiled.xml, "utf-8")
    again = compiled_of(tmp_path / "a.xml")
    assert again.xml == compiled.xml
    assert (again.form_id, again.version, again.title, again.places) == ("t", "1", "试", {})


def test_a_trouble_in_an_xform_names_its_path(tmp_path: Path) -> None:
    compiled = compiled_of(form(tmp_path / "a.xlsx", [text("a", relevant="1 = 1")]))
    (tmp_path / "b.xml").write_text(compiled.xml.replace('relevant="1 = 1"', 'relevant="foo()"'), "utf-8")
    sheet, row, _column, what, _remedy = one(tmp_path / "b.xml")
    assert (sheet, row) == ("", None)
    assert what.startswith("/data/a relevant")


@pytest.mark.parametrize("content", ["<a>", "<a/>", "", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_xml_that_is_no_form(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.xml").write_text(content, "utf-8")
    with pytest.raises(RuhuError) as refused:
        compiled_of(tmp_path / "a.xml")
    assert refused.value.category == "check"


@pytest.mark.parametrize("name", [".", "..", "a\x01b.csv", "x" * 300])
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    instance = f'<instance id="v" src="jr://file/{name}"/><bind'
    xml = compiled_of(form(tmp_path / "a.xlsx", [text("a")])).xml.replace("<bind", instance, 1)
    (tmp_path / "b.xml").write_text(xml, "utf-8")
    with pytest.raises(RuhuError) as refused:
        checked(tmp_path / "b.xml")
    assert refused.value.category == "check"


def test_an_xform_without_an_id(tmp_path: Path) -> None:
    """The namespace that the document is in is no form's id."""
    xml = compiled_of(form(tmp_path / "a.xlsx", [text("a")])).xml
    (tmp_path / "b.xml").write_text(xml.replace(' id="t"', ""), "utf-8")
    assert one(tmp_path / "b.xml")[3] == "表没有编号"


def test_an_old_workbook(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("survey")
    for row, cells in enumerate([("type", "name", "label"), ("text", "a", "问"), ("text", "b", "问")]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    settings = book.add_sheet("settings")
    settings.write(0, 0, "form_id")
    settings.write(1, 0, "t")
    book.save(str(tmp_path / "a.xls"))
    compiled, definition = checked(tmp_path / "a.xls")
    assert compiled.places["/data/b"] == ("survey", 3)
    assert list(definition.questions) == ["/data/a", "/data/b"]


# --- files that are not safe, or no workbooks


def refused(path: Path) -> RuhuError:
    with pytest.raises(RuhuError) as found:
        check_form(path)
    assert found.value.category == "unusable"
    assert found.value.place.file == path.name
    return found.value


def test_what_is_no_workbook(tmp_path: Path) -> None:
    for name, content, code in [
        ("a.xlsx", b"%PDF-1.4", "is_pdf"),
        ("b.xlsx", b"", "file_empty"),
        ("c.csv", b"type,name,label\n", "not_a_form"),
        ("d.xlsx", b"PK\x03\x04garbage", "damaged"),
    ]:
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name).code == code
    assert refused(tmp_path / "none.xlsx").code == "not_found"
    assert refused(tmp_path / "none.xml").code == "not_found"
    assert refused(tmp_path).code == "is_folder"


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size(tmp_path: Path) -> None:
    path = form(tmp_path / "a.xlsx", [text("a")])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(80 * 1024**2))
    assert refused(path).code == "zip_bomb"


def test_a_cell_far_out(tmp_path: Path) -> None:
    path = form(tmp_path / "a.xlsx", [text("a")])
    book = load_workbook(path)
    book["survey"]["XFD1048576"] = "x"
    book.save(path)
    assert refused(path).code == "too_wide"


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    whole = form(tmp_path / "a.xlsx", [text("a")]).read_bytes()
    for length in (len(whole) // 3, len(whole) - 40):
        (tmp_path / "b.xlsx").write_bytes(whole[:length])
        assert refused(tmp_path / "b.xlsx").code == "damaged"


def test_a_part_that_is_not_xml(tmp_path: Path) -> None:
    path = form(tmp_path / "a.xlsx", [text("a")])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row>"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert refused(path).code == "damaged"
