"""Everything that is wrong with a format (上报格式的检查), beyond what keeps it from being read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.table import column_letter
from exports.formats.fields import Field, upload_fields
from exports.formats.format import Format, FormatColumn, LoadedFormat
from exports.formats.load import check_template, format_file_text, template_beside
from exports.formats.reading import read_format
from exports.formats.template_check import template_troubles
from exports.formats.trouble import FormatTrouble, Grade

_TOLD_BY_US = frozenset(("row.serial", "disease.number", "cost.rest", "signer.reviewer", "signer.reviewer_unit"))
"""Fields that are filled in without a question or a list."""
_DIGITS = ("id", "phone")
_SHORTEST = {"id": 18, "phone": 11, "date": 4}


@dataclass(frozen=True, slots=True)
class CheckedFormat:
    """A format file as far as it could be read, and all that is wrong with it; errors first."""

    file: str
    format: Format | None
    troubles: tuple[FormatTrouble, ...]

    @property
    def errors(self) -> int:
        return sum(one.grade == "error" for one in self.troubles)


def check_file(path: Path) -> CheckedFormat:
    """Check a format file and the template beside it. Raises RuhuError when the file cannot be opened."""
    text = format_file_text(path)
    read = read_format(text, path.name)
    if read.format is None:
        return CheckedFormat(path.name, None, read.troubles)
    try:
        template = template_beside(path, read.format)
    except RuhuError as error:
        lacking = FormatTrouble(error.code, "error", error.what, error.remedy, error.place)
        return CheckedFormat(path.name, read.format, _sorted((*read.troubles, lacking, *_own(read.format, path.name))))
    troubles = (*read.troubles, *_own(read.format, path.name), *_of_template(read.format, template, path.name))
    return CheckedFormat(path.name, read.format, _sorted(troubles))


def check_format(loaded: LoadedFormat) -> tuple[FormatTrouble, ...]:
    """What is wrong with a format that was loaded, errors first."""
    format = loaded.format
    return _sorted((*_own(format, format.name), *_of_template(format, loaded.template, format.name)))


def _sorted(troubles: tuple[FormatTrouble, ...]) -> tuple[FormatTrouble, ...]:
    return tuple(sorted(troubles, key=lambda one: one.grade != "error"))


def _own(format: Format, file: str) -> Iterator[FormatTrouble]:
    """What is wrong with the format by itself."""
    fields = upload_fields()
    for column in format.columns:
        field = fields.get(column.field)
        if field is not None:
            yield from _column(format, column, field, file)
        elif column.required and not column.constant:
            remedy = _("写 field 或 constant，或去掉 required")
            yield _trouble(column, file, "unfilled", "error", _("必填，但没有写填什么"), remedy)
    yield from _twice(format, file)
    yield from _together(format, file)


def _column(format: Format, column: FormatColumn, field: Field, file: str) -> Iterator[FormatTrouble]:
    if column.required and not _can_be_filled(format, column, field):
        what = _("必填，但案卷里没有「{title}」：每个人都会被略去").format(title=field.title)
        remedy = _("去掉 required；每行一样的写在 [constants] 里")
        yield _trouble(column, file, "unfilled", "notice" if column.required_when else "error", what, remedy)
    if column.cell == "number" and field.kind in (*_DIGITS, "text", "date"):
        grade: Grade = "error" if field.kind in _DIGITS else "notice"
        remedy = _('去掉 cell = "number"')
        yield _trouble(column, file, "number_cell", grade, _("写成数字，开头的 0 和长号码的后几位会丢"), remedy)
    if column.write != "name" and field.kind not in ("code", "codes") and not column.values:
        remedy = _("去掉 write，或写上 values")
        yield _trouble(column, file, "not_coded", "notice", _("这一列不是代码，write 不起作用"), remedy)
    if 0 < column.length < _SHORTEST.get(field.kind, 0):
        remedy = _("改 length，0 是不限")
        yield _trouble(column, file, "too_short", "error", _("length 太短，没有一个能填"), remedy)
    codes = Counter(code for code, _name in column.values if code)
    if any(count > 1 for count in codes.values()):
        yield _trouble(column, file, "twice", "error", _("values 里代码重复"), _("一个代码只写一次"))
    yield from _conditions(format, column, file)


def _can_be_filled(format: Format, column: FormatColumn, field: Field) -> bool:
    known = field.form or field.column or field.name in _TOLD_BY_US
    return bool(known or column.constant or format.constants.get(field.name))


def _conditions(format: Format, column: FormatColumn, file: str) -> Iterator[FormatTrouble]:
    """Codes of a condition that the format's own columns do not have: it would never hold."""
    for name, wanted in column.required_when.items():
        lists = [one.values for one in format.columns if one.field == name and one.values]
        known = {text for values in lists for pair in values for text in pair}
        unknown = [text for text in wanted if known and text not in known]
        if unknown:
            what = _("required_when 里的「{value}」不是「{title}」的代码").format(
                value=_("、").join(unknown[:5]), title=upload_fields()[name].title
            )
            yield _trouble(column, file, "condition", "error", what, _("改 required_when，或那一列的 values"))


def _twice(format: Format, file: str) -> Iterator[FormatTrouble]:
    seen: dict[tuple[str, int], FormatColumn] = {}
    for column in format.columns:
        before = seen.setdefault((column.field, column.nth), column)
        if column.field and before is not column:
            where = column_letter(before.column)
            what = _("和第 {column} 列填的是同一项").format(column=where)
            yield _trouble(column, file, "twice", "notice", what, _("是两回事就改 field"))


def _together(format: Format, file: str) -> Iterator[FormatTrouble]:
    there = {column.field for column in format.columns}
    place = Place(file)
    if "person.name" not in there or not there & {"person.id_number", "person.code"}:
        what = _("没有姓名、证件号或人编号的列：省里退回的错误对不上人")
        yield FormatTrouble("no_person", "notice", what, _("认错了列就改 field"), place)
    for one in format.sums:
        lacking = [upload_fields()[name].title for name in (one.total, *one.parts) if name not in there]
        if lacking:
            what = _("合计里的「{title}」没有列").format(title=_("、").join(lacking))
            yield FormatTrouble("sum", "error", what, _("改 [[sum]]，只写表里有的项"), place)
    for repeat in format.repeats:
        parts = {upload_fields()[name].part for name in there if name}
        if repeat.part not in parts:
            what = _("[[block]] 写了 {part}，没有一列用它").format(part=repeat.part)
            yield FormatTrouble("block", "notice", what, _("去掉这个 [[block]]，或写上列"), place)


def _of_template(format: Format, content: bytes, file: str) -> Iterator[FormatTrouble]:
    if not format.template:
        return
    digest = hashlib.sha256(content).hexdigest()
    if not format.template_sha256:
        what = _("没有写 template_sha256：模板换了也看不出来")
        remedy = _('加上一行：template_sha256 = "{digest}"').format(digest=digest)
        yield FormatTrouble("template_digest", "notice", what, remedy, Place(file))
    try:
        check_template(format, content, file)
    except RuhuError as error:
        remedy = _('表头没有变，就改成 template_sha256 = "{digest}"').format(digest=digest)
        yield FormatTrouble(error.code, "error", error.what, remedy, error.place)
    yield from template_troubles(format, content)


def _trouble(column: FormatColumn, file: str, code: str, grade: Grade, what: str, remedy: str) -> FormatTrouble:
    where = f"{column_letter(column.column)} {column.title}".strip()
    return FormatTrouble(code, grade, what, remedy, Place(file, column=where))
