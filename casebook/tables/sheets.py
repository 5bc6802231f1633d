"""Which sheets of a workbook are the list: the best one, and those with the same header (one per township)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.assemble import SheetTables, lost_digit_notices
from casebook.tables.fields import Known, header_key
from casebook.tables.header import IDENTITY
from casebook.tables.table import Block, Notice, Row, Skipped, Source, Table

SAME_SHEET = 0.8
"""Share of the best sheet's fields that another sheet must have to be part of the same list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The sheets of the list, and the others each with the reason in words."""

    chosen: tuple[SheetTables, ...]
    others: tuple[tuple[str, str], ...]


def choose_sheets(sheets: Sequence[SheetTables], left_out: Sequence[tuple[str, str]], known: Known) -> Choice:
    """Choose among all sheets of a file; `left_out` are those not read at all. None chosen where none is a list."""
    lists = [sheet for sheet in sheets if sheet.fields & IDENTITY]
    best = max(lists, key=lambda sheet: _rank(sheet, known), default=None)
    chosen, others = [], list(left_out)
    for sheet in sheets:
        if best is None or not sheet.fields & IDENTITY:
            others.append((sheet.sheet, _why_no_list(sheet)))
        elif sheet is best or _same(sheet, best, known):
            chosen.append(sheet)
        elif _of_households(sheet, known) and not _of_households(best, known):
            others.append((sheet.sheet, _("户表，每户一行；人员取自「{sheet}」").format(sheet=best.sheet)))
        else:
            others.append((sheet.sheet, _("表头与「{sheet}」不同，不是同一份名单").format(sheet=best.sheet)))
    return Choice(tuple(chosen), tuple(others))


def _rank(sheet: SheetTables, known: Known) -> tuple[bool, bool, int, bool, int]:
    fields = sheet.fields
    return (
        not _of_households(sheet, known),
        fields >= IDENTITY,
        len(sheet.people),
        "relation" in fields,
        len(fields),
    )


def _of_households(sheet: SheetTables, known: Known) -> bool:
    """Whether a sheet names heads of households only: its name column is the head's and it has no relation."""
    columns = [c for block in sheet.blocks for c in block.columns]
    heads = any(c.field == "name" and (m := known.meaning(c.header)) and m[0] == "head_name" for c in columns)
    return heads and "relation" not in sheet.fields


def _same(sheet: SheetTables, best: SheetTables, known: Known) -> bool:
    shared = sheet.fields & best.fields
    return len(shared) >= SAME_SHEET * len(best.fields) and _of_households(sheet, known) == _of_households(best, known)


def _why_no_list(sheet: SheetTables) -> str:
    if sheet.header:
        return _("没有姓名列，也没有证件号码列")
    return _("没有找到表头") if sheet.filled else _("空表")


def left_out_reason(code: str) -> str:
    """The reason of a sheet that was not read: `hidden`, or `no_cells` for a chart."""
    return _("隐藏的工作表") if code == "hidden" else _("不是表格（图表或宏）")


def build_table(
    source: Source,
    sheets: Sequence[SheetTables],
    left_out: Sequence[tuple[str, str]],
    known: Known,
    mapping: Mapping[str, str],
    notices: Sequence[Notice] = (),
) -> Table:
    """The table of one file. Raises RuhuError without a list in it, or for a mapped header that it does not have."""
    choice = choose_sheets(sheets, left_out, known)
    if not choice.chosen:
        raise _no_list(source.name, sheets, left_out)
    headers = [c.header for sheet in choice.chosen for block in sheet.blocks for c in block.columns]
    _check_mapping(source.name, mapping, headers)
    blocks: list[Block] = []
    rows: list[Row] = []
    skipped: list[Skipped] = []
    said = list(notices)
    for sheet in choice.chosen:
        offset = len(blocks)
        blocks += sheet.blocks
        rows += [Row(block + offset, number, cells) for block, number, cells in sheet.people]
        skipped += [Skipped(sheet.sheet, s.first, s.last, s.reason, s.text) for s in sheet.skipped]
        said += sheet.notices + lost_digit_notices(sheet)
    said += _head_names(choice.chosen, known)
    unknown = dict.fromkeys(c.header for block in blocks for c in block.columns if c.field is None)
    return Table(
        source,
        tuple(blocks),
        tuple(rows),
        tuple(skipped),
        tuple(said),
        sum(sheet.total for sheet in choice.chosen),
        choice.others,
        tuple(unknown),
    )


def _head_names(chosen: Sequence[SheetTables], known: Known) -> list[Notice]:
    notices = []
    for sheet in chosen:
        for block in sheet.blocks:
            column = next((c for c in block.columns if c.field == "name"), None)
            meaning = known.meaning(column.header) if column else None
            if column and meaning and meaning[0] == "head_name":
                what = (
                    _("没有「姓名」列，按「{header}」列是每个人的姓名来读")
                    if "relation" in sheet.fields
                    else _("没有「姓名」列，只有户主：按「{header}」列读，名单里只有户主")
                ).format(header=column.header)
                notices.append(Notice("head_name_is_name", what, sheet.sheet, block.header_rows[1]))
    return notices


def _check_mapping(file: str, mapping: Mapping[str, str], headers: Sequence[str]) -> None:
    there = {header_key(header) for header in headers} | {header_key(header.rpartition("/")[2]) for header in headers}
    for header in mapping:
        if header_key(header) not in there:
            raise RuhuError(
                "unknown_header",
                _("这份表里没有「{header}」这一列").format(header=header),
                _("表里的列：{headers}").format(headers=_("、").join(dict.fromkeys(headers))),
                Place(file=file),
                category="usage",
            )


def _no_list(file: str, sheets: Sequence[SheetTables], left_out: Sequence[tuple[str, str]]) -> RuhuError:
    headed = next((sheet for sheet in sheets if sheet.header), None)
    if headed and headed.header:
        headers = [c.header for block in headed.blocks for c in block.columns]
        return RuhuError(
            "no_identity",
            _("找到了表头，但既没有姓名列，也没有证件号码列"),
            _("用 --map 指明哪一列是姓名或证件号码；表里的列：{headers}").format(headers=_("、").join(headers)),
            Place(file=file, sheet=headed.sheet, row=headed.header.last),
        )
    if left_out and not any(sheet.filled for sheet in sheets):
        return RuhuError(
            "no_header",
            _("看得见的工作表都是空的"),
            _("有隐藏的工作表：{sheets}；请取消隐藏后再读").format(
                sheets=_("、").join(name for name, _why in left_out)
            ),
            Place(file=file),
        )
    if not any(sheet.filled for sheet in sheets):
        return RuhuError("no_rows", _("表里没有任何内容"), _("请确认给的是名单文件"), Place(file=file))
    return RuhuError(
        "no_header",
        _("前 30 行里没有找到表头"),
        _("名单上面要有一行列名，如「姓名」「证件号码」；没有就加一行，列名写法不同的用 --map 指明"),
        Place(file=file, sheet=next(sheet.sheet for sheet in sheets if sheet.filled)),
    )
