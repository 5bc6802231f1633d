"""The log (日志) as a workbook: what it covers and its anchor, to be signed; every fact; who looked at what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from exports.layout import COUNT, TEXT, ColumnLayout
from exports.list_sheets import MOMENT, SMALL, about_sheet, access_sheet, list_sheet
from exports.ranges import LAST_ROW
from exports.sheet_xml import CellValue
from exports.visit_workbook import Sheet, write_workbook

TITLE = N_("案卷日志")


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
    sheets = [about_sheet(_(TITLE), log.about), _fact_sheet(log.facts), access_sheet(log.accesses)]
    write_workbook(path, _(TITLE), sheets, foot)


def _fact_sheet(facts: Sequence[Sequence[CellValue]]) -> Sheet:
    columns = (
        ColumnLayout(_("序号"), 8, COUNT),
        ColumnLayout(_("时间"), 21, MOMENT),
        ColumnLayout(_("经手人"), 12, TEXT),
        ColumnLayout(_("种类"), 12, TEXT),
        ColumnLayout(_("内容"), 58, TEXT),
        ColumnLayout(_("地方"), 20, TEXT),
        ColumnLayout(_("设备"), 18, SMALL),
        ColumnLayout(_("第几条"), 8, COUNT),
        ColumnLayout(_("编号"), 33, SMALL),
        ColumnLayout(_("摘要"), 22, SMALL),
    )
    return list_sheet(_("日志"), columns, facts, "C2", "A3")
