"""The answers (答卷) of visits as a workbook: a sheet for the households, one for each repeat, and a code book.

Every row begins with the visit's number and the household's code, a row of a repeat also with the numbers of the
instances it stands in: by these the sheets join. Codes stand as stored, their words beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import N_, _
from casebook.progress import Progress, report
from exports.layout import ColumnLayout, Look, SheetLayout
from exports.page_anchor import anchored
from exports.row_height import width_of
from exports.sheet_xml import CellValue, StampedRow
from exports.stamping import SheetRows
from exports.visit_answers_codes import code_rows, code_sheet, high_enough, value_rows, value_sheet
from exports.visit_answers_columns import Column, Table, tables_of
from exports.visit_workbook import Sheet, sheet_titles, write_workbook

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from survey_forms.filling.filling import Filling
    from survey_forms.interview import Interview
    from survey_forms.visits.visit_list import VisitRow

TITLE = N_("入户调查答卷")
FOOT = N_("含完整姓名、证件号和健康信息，注意保密")
_CELL = Look(wrap=False)
_WIDEST = 40.0
_MEASURED = 200
"""Rows that tell how wide a column is: all of a county's would take seconds."""
_NUMBERS = ("int", "decimal")


def write_answers(book: Casebook, visits: Sequence[str], path: Path, progress: Progress | None = None) -> int:
    """Write the answers of these visits, by id and in this order, whole or not at all; the number of visits. Of a visit
    that was handed in those of its last submission, whatever was entered since. It holds whole names and numbers and
    says so.

    Raises RuhuError when the place can't be written, or a form is not on this machine.
    """
    from survey_forms.interview import open_interview
    from survey_forms.stored_forms import definition_of
    from survey_forms.visits.visit_list import visit_rows

    rows = visit_rows(book, visits)
    of_form: dict[str, list[VisitRow]] = {}
    for row in rows:
        of_form.setdefault(row.form, []).append(row)
    sheets: list[Sheet] = []
    taken: list[str] = []
    done = 0
    for form, of_this in of_form.items():
        definition = definition_of(book, form)
        tables, scratch = tables_of(definition, _now)
        filled: list[list[StampedRow]] = [[] for _table in tables]
        for row in of_this:
            interview = open_interview(book, row.id, submission=row.submission)
            for table, into in zip(tables, filled, strict=True):
                into.extend(_rows(table, interview))
            done += 1
            report(progress, _("导出"), done, len(rows))
        tail = f" {definition.version}" if len(of_form) > 1 else ""
        wanted = [*(table.title + tail for table in tables), _("代码本") + tail, _("选项") + tail]
        names = sheet_titles(wanted, taken)
        taken += names
        for table, name, into in zip(tables, names, filled, strict=False):
            sheets.append((_sheet(name, table, into), SheetRows(2, into)))
        sheets.append(high_enough(code_sheet(names[-2]), code_rows(tables, names, definition, scratch)))
        sheets.append(high_enough(value_sheet(names[-1]), value_rows(tables, scratch)))
    write_workbook(path, _(TITLE), sheets, anchored(book, _(FOOT)))
    return len(rows)


def _now() -> datetime:
    return datetime.now().astimezone()


def _sheet(name: str, table: Table, rows: Sequence[StampedRow]) -> SheetLayout:
    """As wide as what stands in it; printed over several pages, each with the visit's number: on one page nobody could
    read it."""
    columns = tuple(
        ColumnLayout(title, _width(title, place, rows[:_MEASURED]), _CELL) for place, title in enumerate(_titles(table))
    )
    return SheetLayout(
        name, columns, (tuple(column.look for column in columns),), frozen="C2", filtered=True, paper="A3", scale=60,
        repeated_column=2,
    )  # fmt: skip


def _width(title: str, place: int, rows: Sequence[StampedRow]) -> float:
    longest = max((width_of(str(value)) for row in rows if (value := row.values[place]) is not None), default=0.0)
    return min(max(8.0, width_of(title) / 2 + 2, longest + 1), _WIDEST)


def _titles(table: Table) -> Iterator[str]:
    yield _("入户编号")
    yield _("户编号")
    if table.levels:
        yield from table.levels
    else:
        yield from (_(title) for title in _VISIT)
    for column in table.columns:
        yield column.title
        if column.coded:
            yield _("{title}（文字）").format(title=column.title)


_VISIT = (
    N_("乡镇"), N_("村"), N_("户主"), N_("状态"), N_("派给"), N_("上交人"), N_("乡审人"), N_("轮次"), N_("更新时间"),
)  # fmt: skip


def _rows(table: Table, interview: Interview) -> Iterator[StampedRow]:
    """The rows of one visit; what is not relevant is left out, as in what is handed in."""
    visit, filling = interview.visit, interview.filling
    keys = (visit.id, visit.household)
    if not table.repeat:
        yield StampedRow((*keys, *_of_visit(visit), *_values(table.columns, "", filling)))
        return
    for entry in filling.outline():
        if entry.kind == "instance" and entry.path == table.repeat and filling.relevant(entry.ref):
            numbers = [int(part.partition("]")[0]) for part in entry.ref.split("[")[1:]]
            values = list(_values(table.columns, entry.ref, filling))
            if any(value not in (None, "") for value in values):
                yield StampedRow((*keys, *numbers, *values))


def _of_visit(visit: VisitRow) -> tuple[str, ...]:
    from casebook.store.clock import local_text
    from survey_forms.visits.states import STATE_NAMES

    return (
        visit.township, visit.village, visit.head, _(STATE_NAMES[visit.state]), visit.assigned, visit.submitted_by,
        visit.reviewer, visit.round, local_text(visit.updated),
    )  # fmt: skip


def _values(columns: Iterable[Column], instance: str, filling: Filling) -> Iterator[CellValue]:
    for column in columns:
        ref = column.ref(instance)
        value = filling.value(ref) if filling.relevant(ref) else ""
        yield _number(value) if column.kind in _NUMBERS else value
        if column.coded:
            yield filling.shown(ref) if value else ""


def _number(text: str) -> CellValue:
    """A number as one, where a cell holds it exactly."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if abs(number) < 10**12 else text
