"""Checks of single cells (逐格检查): required, type, code, length, pattern, characters that others cannot read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from casebook.texts import Text, text
from exports.formats.fields import Field, upload_fields
from exports.formats.format import FormatColumn, part_of
from exports.shared_strings import LONGEST_TEXT, clean
from exports.upload.canonical import fen_of
from exports.upload.checks_row import Columns, Reading, cell_text
from exports.upload.problem import Grade, Problem
from exports.upload.record import Value

NEVER = frozenset(("too_long", "nameless"))
"""Codes of errors that no reason lifts: the workbook cannot hold the row, or nobody could tell whose it is."""

ASK_AGAIN = Text(N_("退回这次入户，改好后重新上交"))
MEND_LIST = Text(N_("在名单里补好后重新导入，或退回入户改"))
MEND_FORMAT = Text(N_("在上报格式文件里改这一列"))

_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8}")
_PARTIAL = {"YYYY-MM": re.compile(r"\d{4}-\d\d"), "YYYY": re.compile(r"\d{4}(?:-\d\d)?")}
_SAME_IN_GB2312 = frozenset("·—")
"""Characters that GB 2312 has (0xA1A4, 0xA1AA), and that Python's table of it gives to look-alikes."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a text in a column, whoever's it is."""

    code: str
    what: Text
    remedy: Text
    grade: Grade = "error"


class CellChecks:
    """The checks of the cells of a format; what was found out about a text in a column is kept, for most come often."""

    def __init__(self, columns: Columns) -> None:
        fields = upload_fields()
        self._encoding = columns.format.encoding
        self._columns = [
            (n, column, fields[column.field]) for n, column in enumerate(columns.format.columns) if column.field
        ]
        self._known: dict[tuple[int, str, str], tuple[Wrong, ...]] = {}

    def problems(self, reading: Reading) -> Iterator[Problem]:
        """What is wrong with the cells of a row, column by column."""
        row = reading.row
        if not reading.record.name.strip() and not reading.text("person.id_number").strip():
            what = Text(N_("没有姓名也没有证件号，不知道是谁"))
            yield reading.problem("nameless", what, ASK_AGAIN)
        for n, column, field in self._columns:
            cell, value = row.cells[n], row.raw[n]
            if cell is None or cell == "":
                yield from _blank(reading, column, field, value)
                continue
            told = cell if isinstance(cell, str) else cell_text(cell)
            raw = value.text.strip() if value else told
            found = self._known.get((n, told, raw))
            if found is None:
                found = self._known[n, told, raw] = tuple(_wrong(column, field, told, raw, self._encoding))
            for one in found:
                yield reading.problem(one.code, one.what, one.remedy, column=column.column, grade=one.grade)


def remedy_for(field: Field) -> Text:
    """Where a value comes from is where it is mended."""
    if field.form:
        return ASK_AGAIN
    return MEND_LIST if field.column else MEND_FORMAT


def _blank(reading: Reading, column: FormatColumn, field: Field, value: Value | None) -> Iterator[Problem]:
    """A condition is taken as it stands; without one a column of a disease or treatment is required of those who have
    that disease or treatment."""
    if value is not None and value.text.strip():  # the column can't take it
        coded = bool(column.values) or field.kind in ("code", "codes")
        what = N_("不在这一列的代码表里") if coded else _NOT_OF.get(field.kind, N_("这一列写不了这个值"))
        yield reading.problem("code" if coded else "type", Text(what), remedy_for(field), column=column.column)
        return
    if not column.required or column.field == "row.serial":
        return
    if column.required_when:
        meant = reading.holds(column.required_when, column.nth)
    else:
        meant = not field.part or (part_of(field), column.nth) in reading.parts()
    if meant:
        yield reading.problem("required", Text(N_("必填，没有值")), remedy_for(field), column=column.column)


_NOT_OF = {
    "date": N_("不是日期"), "money": N_("不是金额（元，最多两位小数）"), "count": N_("不是整数")
}  # fmt: skip


def _wrong(column: FormatColumn, field: Field, told: str, raw: str, encoding: str) -> Iterator[Wrong]:
    """What is wrong with a cell that has a text; `raw` is the value as the record keeps it."""
    remedy = remedy_for(field)
    if field.kind == "date" and not _whole_date(raw, column):
        yield Wrong("type", Text(N_("不是年月日齐全的日期")), remedy)
    if field.kind == "money" and (fen_of(raw) or 0) < 0:
        yield Wrong("type", Text(N_("金额不能是负数")), remedy)
    if field.kind == "phone" and not _PHONE.fullmatch(raw):
        yield Wrong("phone", Text(N_("不像电话号码")), remedy, "notice")
    shown = clean(told)
    if shown != told:
        yield Wrong("control", Text(N_("夹有看不见的控制字符，写出时会去掉")), ASK_AGAIN, "notice")
    if len(shown.encode("utf-16-le")) > 2 * LONGEST_TEXT:
        said = text(N_("超过 {most} 字，工作簿的一格放不下"), most=f"{LONGEST_TEXT:,}")
        yield Wrong("too_long", said, ASK_AGAIN)
    elif column.length and len(told) > column.length:
        said = text(N_("有 {count} 字，这一列最多 {most} 字"), count=len(told), most=column.length)
        yield Wrong("length", said, remedy)
    if column.pattern and not _fits(column, told):
        yield Wrong("pattern", Text(N_("不合这一列规定的写法")), remedy)
    if not told.isascii():
        yield from _characters(told, encoding)


def _fits(column: FormatColumn, told: str) -> bool:
    """Whether a text is written as the column wants. Raises RuhuError where that takes too long to find out: with
    thousands of rows it would never end."""
    from survey_forms.xpath.patterns import pattern

    try:
        return pattern(column.pattern, whole=True)(told)
    except ValueError as error:
        what = _("pattern 太费时间，查不完")
        remedy = _("在上报格式文件里把这一列的 pattern 改简单，重复里面不要再套重复")
        raise RuhuError("pattern_slow", what, remedy, Place(column=column.title)) from error


def _characters(told: str, encoding: str) -> Iterator[Wrong]:
    """Which characters of a cell another office may not be able to read, by their place in it, not by themselves."""
    private = [n for n, char in enumerate(told, 1) if unicodedata.category(char) == "Co"]
    if private:
        said = text(N_("第 {places} 个字是造字，别的电脑上显示不出来"), places=tuple(private))
        yield Wrong("private_use", said, ASK_AGAIN, "notice")
    if encoding == "gb2312":
        outside = [n for n, char in enumerate(told, 1) if n not in private and not in_gb2312(char)]
        if outside:
            said = text(N_("第 {places} 个字不在 GB2312 字库里，对方系统可能收不下"), places=tuple(outside))
            yield Wrong("gb2312", said, Text(N_("与收表单位商量写法，或照原样上报并另附说明")), "notice")


def in_gb2312(char: str) -> bool:
    """Whether a character stands in GB 2312.

    >>> in_gb2312("李"), in_gb2312("·"), in_gb2312("䶮"), in_gb2312("〇")
    (True, True, False, False)
    """
    if char in _SAME_IN_GB2312:
        return True
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def iso_date(text: str) -> date | None:
    """The date of `2016-06-30`, None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _whole_date(raw: str, column: FormatColumn) -> bool:
    """Whether a date is known as far as the column writes it."""
    partial = _PARTIAL.get(column.date)
    return iso_date(raw) is not None or (partial is not None and partial.fullmatch(raw) is not None)
