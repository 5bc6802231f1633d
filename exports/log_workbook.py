"""The log (日志) as a workbook: what it covers and its anchor, to be signed; every fact; who looked at what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from exports.layout import COUNT, TEXT, ColumnLayout, Look, SheetLayout
from exports.ranges import LAST_ROW
from exports.row_height import row_height
from exports.sheet_xml import CellValue, StampedRow
from exports.stamping import SheetRows
from exports.visit_workbook import Sheet, write_workbook

TITLE = N_("案卷日志")
_MONO = Look(wrap=False, size=9)
_MOMENT = Look(wrap=False, align="center")


@dataclass(frozen=True, slots=True)
class LogBook:
    """What stands in it, in words. `about` are (name, text) pairs of the first sheet. `facts`: number, when, who, kind,
    what, place, device, its number there, id, digest. `accesses`: number, when, who, what, whose."""

    about: Sequence[tuple[str, str]]
    facts: Sequence[Sequence[CellValue]]
    accesses: Sequence[Sequence[CellValue]]


def write_log(path: Path, log: LogBook, foot: str) -> None:
    """Write the workbook, whole or not at all; the same log gives the same bytes. `foot` is the left text at the foot
    of each page. Raises RuhuError when the place can't be written, (usage) for more facts than a sheet has rows."""
    if max(len(log.facts), len(log.accesses)) >= LAST_ROW:
        what, remedy = _("记录太多，一张工作表放不下"), _("请用 --from 和 --to 分几段导出")
        raise RuhuError("log_too_long", what, remedy, Place(file=path.name), "usage")
    write_workbook(path, _(TITLE), [_about_sheet(log.about), _fact_sheet(log.facts), _access_sheet(log.accesses)], foot)


def _about_sheet(about: Iterable[tuple[str, str]]) -> Sheet:
    columns = (ColumnLayout("", 26, Look(bold=True)), ColumnLayout("", 72))
    title = (Look(bold=True, size=16, border=False, wrap=False),) * 2
    layout = SheetLayout(
        _("说明"), columns, (tuple(column.look for column in columns), title), header=False, landscape=False
    )
    rows = [StampedRow((_(TITLE), ""), 1, 30.0)]
    rows += [StampedRow(pair, height=row_height(pair, columns)) for pair in about]
    return layout, SheetRows(1, rows)


def _fact_sheet(facts: Sequence[Sequence[CellValue]]) -> Sheet:
    columns = (
        ColumnLayout(_("序号"), 8, COUNT),
        ColumnLayout(_("时间"), 21, _MOMENT),
        ColumnLayout(_("经手人"), 12, TEXT),
        ColumnLayout(_("种类"), 12, TEXT),
        ColumnLayout(_("内容"), 58, TEXT),
        ColumnLayout(_("地方"), 20, TEXT),
        ColumnLayout(_("设备"), 18, _MONO),
        ColumnLayout(_("第几条"), 8, COUNT),
        ColumnLayout(_("编号"), 33, _MONO),
        ColumnLayout(_("摘要"), 22, _MONO),
    )
    return _sheet(_("日志"), columns, facts, "A3")


def _access_sheet(accesses: Sequence[Sequence[CellValue]]) -> Sheet:
    columns = (
        ColumnLayout(_("序号"), 8, COUNT),
        ColumnLayout(_("时间"), 21, _MOMENT),
        ColumnLayout(_("经手人"), 14, TEXT),
        ColumnLayout(_("做了什么"), 18, TEXT),
        ColumnLayout(_("对象"), 60, TEXT),
    )
    return _sheet(_("查阅记录"), columns, accesses, "A4")


def _sheet(
    name: str, columns: tuple[ColumnLayout, ...], rows: Sequence[Sequence[CellValue]], paper: Literal["A3", "A4"]
) -> Sheet:
    pattern = tuple(column.look for column in columns)
    layout = SheetLayout(name, columns, (pattern,), frozen="C2", filtered=True, paper=paper)
    return layout, SheetRows(2, [StampedRow(row, height=row_height(row, columns)) for row in rows])
