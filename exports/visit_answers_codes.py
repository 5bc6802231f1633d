"""The code book (代码本) of the answers' workbook: what each column is, and the words of every code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casebook.language import N_, _
from exports.layout import ColumnLayout, SheetLayout
from exports.row_height import row_height
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows
from exports.visit_answers_columns import Table
from exports.visit_workbook import Sheet

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling
    from survey_forms.form.definition import FormDefinition

KINDS = {
    "text": N_("文字"),
    "int": N_("整数"),
    "decimal": N_("小数"),
    "date": N_("日期"),
    "time": N_("时间"),
    "datetime": N_("日期和时间"),
    "select1": N_("单选"),
    "select": N_("多选"),
    "rank": N_("排序"),
}
_MOST_CHOICES = 30
"""Choices told in the code book itself; all of them stand in the sheet of choices."""


def code_sheet(name: str) -> SheetLayout:
    titles = (
        (_("工作表"), 14), (_("题号"), 8), (_("问题"), 30), (_("类型"), 10), (_("选项"), 46), (_("何时填"), 30),
        (_("不清楚"), 8), (_("拒答"), 8), (_("字段"), 22), (_("路径"), 44),
    )  # fmt: skip
    return _sheet(name, titles)


def value_sheet(name: str) -> SheetLayout:
    return _sheet(name, ((_("路径"), 44), (_("问题"), 30), (_("代码"), 14), (_("文字"), 40)))


def _sheet(name: str, titles: Sequence[tuple[str, float]]) -> SheetLayout:
    columns = tuple(ColumnLayout(title, width) for title, width in titles)
    return SheetLayout(name, columns, (tuple(column.look for column in columns),), frozen="A2", filtered=True)


def high_enough(layout: SheetLayout, rows: Iterable[StampedRow]) -> Sheet:
    """A sheet whose rows are as high as their texts need."""
    high = [replace(row, height=row_height(row.values, layout.columns)) for row in rows]
    return layout, SheetRows(layout.first_row, high)


def code_rows(
    tables: Sequence[Table], names: Sequence[str], definition: FormDefinition, scratch: Filling
) -> Iterator[StampedRow]:
    """One row for each column; `names` are the sheets of the tables."""
    choices = _choices(tables, scratch)
    for table, name in zip(tables, names, strict=False):
        for column in table.columns:
            question, bind = definition.questions.get(column.path), definition.binds.get(column.path)
            listed = choices.get(column.path, ())
            told = _("；").join(f"{value} {label}" for value, label in listed[:_MOST_CHOICES])
            if len(listed) > _MOST_CHOICES:
                told += _("；……共 {count} 项，见选项表").format(count=len(listed))
            yield StampedRow(
                (
                    name,
                    column.code,
                    column.label,
                    _(KINDS[column.kind]) if column.kind in KINDS else column.kind,
                    told,
                    bind.relevant.text if bind is not None and bind.relevant is not None else "",
                    question.unknown if question is not None else "",
                    question.refused if question is not None else "",
                    column.field,
                    column.path,
                )
            )


def value_rows(tables: Sequence[Table], scratch: Filling) -> Iterator[StampedRow]:
    """One row for each choice of each column."""
    labels = {column.path: column.label for table in tables for column in table.columns}
    for path, listed in _choices(tables, scratch).items():
        for value, label in listed:
            yield StampedRow((path, labels[path], value, label))


def _choices(tables: Sequence[Table], scratch: Filling) -> dict[str, tuple[tuple[str, str], ...]]:
    """Choices by the path of the question, as a blank form offers them."""
    coded = {column.path for table in tables for column in table.columns if column.coded}
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for entry in scratch.outline():
        if entry.path in coded and entry.path not in found:
            found[entry.path] = tuple((one.value, one.label) for one in scratch.choices(entry.ref))
    return found
