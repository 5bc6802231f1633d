"""What is said about a format that can be read, and about a template that changed."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from exports.formats.check import CheckedFormat, check_file, check_format
from exports.formats.load import parse_format

_HEAD = 'name = "own"\ntitle = "本县表"\nversion = "1"\nsheet = "表"\n'
_NAME = '[[column]]\nheader = "姓名"\nfield = "person.name"\n[[column]]\nheader = "证"\nfield = "person.id_number"\n'
_SEX = '[[column]]\nheader = "性别"\nfield = "person.sex"\nvalues = ["1 男", "2 女"]\n'
_HOME = '[[column]]\nheader = "住"\nfield = "person.home_address"\nrequired = true\n'


def said(text: str) -> list[tuple[str, str, str]]:
    """Code, grade and column of what is said."""
    loaded = parse_format(_HEAD + text, b"", "own.toml", "file")
    return [(one.code, one.grade, one.place.column) for one in check_format(loaded)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_NAME + _SEX, []),
        (_SEX, [("no_person", "notice", "")]),
        (_NAME + 'cell = "number"\n', [("number_cell", "error", "B 证")]),
        (_NAME + "length = 10\n", [("too_short", "error", "B 证")]),
        (_NAME + 'write = "code"\n', [("not_coded", "notice", "B 证")]),
        (_NAME + _NAME, [("twice", "notice", "C 姓名"), ("twice", "notice", "D 证")]),
        (_NAME + _SEX.replace("2 女", "1 女"), [("twice", "error", "C 性别")]),
        (_NAME + _HOME, [("unfilled", "error", "C 住")]),
        (_NAME + '[[column]]\nheader = "住"\nrequired = true\n', [("unfilled", "error", "C 住")]),
        (_NAME + '[[column]]\nheader = "住"\nrequired = true\nconstant = "甲"\n', []),
        (_NAME + 'required_when = { "person.sex" = ["1", "3"] }\n' + _SEX, [("condition", "error", "B 证")]),
        (_NAME + '[[sum]]\ntotal = "cost.total"\nparts = ["cost.own"]\n', [("sum", "error", "")]),
        (_NAME + '[[block]]\npart = "disease"\nrepeat = "latest"\n', [("block", "notice", "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_format(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


def test_constants_fill_what_nobody_tells() -> None:
    assert said('[constants]\n"person.home_address" = "甲"\n' + _NAME + _HOME) == []


def _template(path: Path, *, sheet: str = "表", health: str = "健康", sexes: str = '"男,女"') -> None:
    """A header in rows 2 and 3: 姓名 and 证 over both, a group of 性别 and another column."""
    book = Workbook()
    page: Any = book.active
    page.title = sheet
    page["A1"] = "某省核查表"
    for place, text in (("A2", "姓 名*"), ("B2", "证件\n号码"), ("C2", "基本情况"), ("C3", "性别"), ("D3", health)):
        page[place] = text
    for area in ("A2:A3", "B2:B3", "C2:D2"):
        page.merge_cells(area)
    codes = book.create_sheet("代码")
    codes["A1"], codes["A2"] = "男", "女"
    rule = DataValidation(type="list", formula1=sexes)
    rule.add("C4:C999")
    page.add_data_validation(rule)
    book.save(path)


def _check(folder: Path, digest: str = "") -> CheckedFormat:
    text = _HEAD + 'template = "省表.xlsx"\nheader_rows = [2, 3]\n'
    text += f'template_sha256 = "{digest or hashlib.sha256((folder / "省表.xlsx").read_bytes()).hexdigest()}"\n'
    text += _NAME.replace('"证"', '"证件号码"') + _SEX.replace('"性别"', '["基本情况", "性别"]')
    text += '[[column]]\nheader = ["基本情况", "健康"]\n'
    (folder / "own.toml").write_text(text, "utf-8")
    return check_file(folder / "own.toml")


@pytest.mark.parametrize("sexes", ['"男,女"', "代码!$A$1:$A$2"])
def test_a_template_that_fits(tmp_path: Path, sexes: str) -> None:
    _template(tmp_path / "省表.xlsx", sexes=sexes)
    assert _check(tmp_path).troubles == ()


def test_a_template_that_changed_says_where(tmp_path: Path) -> None:
    _template(tmp_path / "省表.xlsx", health="健康状况")
    assert _check(tmp_path).troubles == ()  # the wording grew, the meaning holds
    _template(tmp_path / "省表.xlsx", health="劳动技能", sexes='"男性,女性"')
    checked = _check(tmp_path, "0" * 64)
    assert [(one.code, one.place.column) for one in checked.troubles] == [
        ("template_changed", ""), ("header_changed", "D 基本情况/健康"), ("not_in_list", "C 基本情况/性别"),
    ]  # fmt: skip
    assert hashlib.sha256((tmp_path / "省表.xlsx").read_bytes()).hexdigest() in checked.troubles[0].remedy
    _template(tmp_path / "省表.xlsx", sheet="新表")
    assert [one.code for one in _check(tmp_path).troubles] == ["template_sheet"]
    (tmp_path / "省表.xlsx").write_bytes(BytesIO(b"PK not a workbook").getvalue())
    assert [one.grade for one in _check(tmp_path).troubles] == ["error"]
    (tmp_path / "省表.xlsx").unlink()
    assert [one.code for one in _check(tmp_path, "0" * 64).troubles] == ["template_missing"]
