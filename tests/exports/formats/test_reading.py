"""A format file written by hand: what is understood, and what is said about what is not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from exports.formats.fields import upload_fields
from exports.formats.format import LoadedFormat, Repeat
from exports.formats.load import find_format, load_format, parse_format
from exports.formats.reading import read_format
from exports.formats.reading_columns import numeral

_HEAD = 'name = "own"\ntitle = "本县表"\nversion = "1"\nsheet = "表"\n'
_NAME = '[[column]]\nheader = "姓名"\nfield = "person.name"\n'


def made(text: str, template: bytes = b"") -> LoadedFormat:
    return parse_format(_HEAD + text, template, "own.toml", "file")


def wrong(text: str) -> list[tuple[int | None, str]]:
    """Line and words of everything that is said about a file."""
    return [(one.place.row, one.what + "｜" + one.remedy) for one in read_format(_HEAD + text, "own.toml").troubles]


def test_titles_do_as_well_as_names_and_places_go_on() -> None:
    format = made(
        '[[column]]\nheader = "姓名"\nfield = "姓名"\n[[column]]\nat = "D"\nheader = "证"\nfield = "证件号"\n'
    ).format
    assert [(one.column, one.field) for one in format.columns] == [(0, "person.name"), (3, "person.id_number")]
    assert (format.header_rows, format.first_row, format.status) == ((1, 1), 2, "county")


def test_a_block_is_laid_out_as_often_as_it_repeats() -> None:
    text = """
        header_rows = [2, 3]
        [[block]]
        part = "disease"
        repeat = "columns(2)"
        header = "第{n}种"
        [[block]]
        name = "钱"
        part = "treatment"
        repeat = "sum"
        [[column]]
        header = "户"
        field = "household.code"
        [[column]]
        block = "disease"
        header = "病{i}"
        field = "disease.name"
        first_required_when = { person.outcome = "1" }
        [[column]]
        block = "disease"
        header = "日期"
        field = "disease.date"
        date = "YYYYMMDD"
        [[column]]
        block = "钱"
        header = ["费用", "自付"]
        field = "cost.own"
    """
    format = made(text).format
    assert [(one.title, one.nth, one.column) for one in format.columns] == [
        ("户", 0, 0), ("第一种/病1", 1, 1), ("第一种/日期", 1, 2), ("第二种/病2", 2, 3), ("第二种/日期", 2, 4),
        ("费用/自付", 0, 5),
    ]  # fmt: skip
    assert format.repeats == (Repeat("disease", "columns", 2), Repeat("treatment", "sum"))
    assert [one.required_when for one in format.columns][1:4] == [{"person.outcome": ("1",)}, {}, {}]
    assert [numeral(number) for number in (1, 10, 12, 30, 99)] == ["一", "十", "十二", "三十", "九十九"]


def test_values_are_codes_with_names_or_words_alone() -> None:
    text = _NAME + 'values = ["01 一般 户", "是", ["", "不 是"], ["2", ""]]\nwrite = "both"\n'
    assert made(text).format.columns[0].values == (("01", "一般 户"), ("", "是"), ("", "不 是"), ("2", ""))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[[column]\n", 5, "TOML"),
        ("colour = 1\n" + _NAME, 5, "colour"),
        (_NAME + 'reqired = true\n', 8, "是不是「required」"),
        ('[[column]]\nheader = "名"\nfield = "person.nam"\n', 7, "是不是「person.name」"),
        ('[[column]]\nheader = "属地"\nfield = "属地"\n', 7, "属地"),
        ('[[column]]\nfield = "person.name"\n', 5, "表头"),
        ('[[column]]\nheader = ["一", "二"]\n', 6, "header_rows"),
        (_NAME + 'write = "codes"\n', 8, "code、name、both"),
        (_NAME + 'pattern = "("\n', 8, "正则"),
        (_NAME + "required = 1\n", 8, "true"),
        (_NAME + 'length = "3"\n', 8, "整数"),
        (_NAME + "values = [1]\n", 8, "values"),
        (_NAME + 'date = "dd.mm"\n', 8, "YYYY-MM-DD"),
        (_NAME + 'required_when = { "person.status" = [1] }\n', 8, "代码的列表"),
        (_NAME + 'at = "AAAA"\n', 8, "字母"),
        (_NAME + _NAME + 'at = "A"\n', 11, "第 A 列"),
        (_NAME + 'block = "没有"\n', 8, "没有"),
        ('[[column]]\nheader = "病"\nfield = "disease.name"\n', 7, "[[block]]"),
        ('[[block]]\npart = "disease"\nrepeat = "sum"\n' + _NAME, 7, "sum"),
        ('[[block]]\npart = "disease"\nrepeat = "columns(0)"\n' + _NAME, 7, "columns(3)"),
        ('[[block]]\npart = "disease"\n' + _NAME, 5, "repeat"),
        ('header_rows = [3, 2]\n' + _NAME, 5, "[3, 4]"),
        ('first_row = 1\n' + _NAME, 5, "first_row"),
        ('split = "town"\n' + _NAME, 5, "township"),
        ('file_name = "{place}.xlsx"\n' + _NAME, 5, "{county}"),
        ('file_name = "../a.xlsx"\n' + _NAME, 5, "file_name"),
        ('template = "../a.xlsx"\n' + _NAME, 5, "template"),
        ('template_sha256 = "abc"\n' + _NAME, 5, "64"),
        ('encoding = "latin1"\n' + _NAME, 5, "gb2312"),
        (_NAME + '[[sum]]\ntotal = "person.name"\nparts = ["cost.own"]\n', 9, "金额"),
        (_NAME + '[constants]\n"place.town" = "甲"\n', 9, "是不是「place.township」"),
        (_NAME + '[only]\n"person.status" = 1\n', 9, "代码的列表"),
        ("", 1, "[[column]]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_line_and_remedy(text: str, line: int, says: str) -> None:
    (found_line, words), *_more = wrong(text)
    assert (found_line, says in words) == (line, True), words


def test_everything_is_said_at_once_and_each_thing_once() -> None:
    block = '[[block]]\npart = "disease"\nrepeat = "columns(9)"\n'
    told = wrong(
        block + '[[column]]\nblock = "disease"\nheader = "病"\nfield = "disease.name"\nwrite = "x"\ncell = "y"\n'
    )
    assert [line for line, _words in told] == [12, 13]


def test_a_template_is_known_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    digest = hashlib.sha256(b"book").hexdigest()
    path.write_text(f'{_HEAD}template = "省表.xlsx"\ntemplate_sha256 = "{digest}"\n{_NAME}', "utf-8")
    with pytest.raises(RuhuError) as error:
        load_format(path)
    assert (error.value.code, error.value.place.file) == ("template_missing", "own.toml")
    (tmp_path / "省表.xlsx").write_bytes(b"book")
    loaded = find_format(str(path))
    assert (loaded.template, loaded.origin) == (b"book", "file")
    assert loaded.sha256 not in (made(_NAME).sha256, digest)
    (tmp_path / "省表.xlsx").write_bytes(b"another")
    with pytest.raises(RuhuError) as error:
        load_format(path)
    assert error.value.code == "template_changed"


def test_what_is_no_format_is_said_so(tmp_path: Path) -> None:
    for name, code in (("无此表", "no_format"), (str(tmp_path / "无.toml"), "format_unreadable")):
        with pytest.raises(RuhuError) as error:
            find_format(name)
        assert error.value.code == code


def test_a_field_is_of_one_kind_only() -> None:
    fields = upload_fields().values()
    assert len({field.name for field in fields}) == len(fields)
    assert {field.part for field in fields} == {"", "disease", "treatment"}
