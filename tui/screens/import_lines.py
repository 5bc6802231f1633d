"""How the import screen draws: a folder, the list that was read, its columns, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from audit.findings import SCOPE_NAMES, Scope
from audit.imports import Imported
from casebook.errors import Place
from casebook.language import N_, _
from casebook.store.sources import LIST_NAMES, LIST_SIDES, ListSide
from casebook.tables.fields import known_fields
from casebook.tables.table import Table
from tui.commands.exits import place_text
from tui.commands.sentences import listed
from tui.screens.import_reading import Entry, Preview
from tui.widgets.glyphs import narrow
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

_KILO = 1024


def entry_lines(entry: Entry, width: int, selected: bool) -> list[Line]:
    """A folder or a file with its size and day."""
    if entry.folder:
        name = entry.path.name or str(entry.path)
        said = _("上一层：{name}").format(name=name) if entry.above else name
        return [[(" ▸ ", "dim"), (cut(said, width - 3), "dim" if entry.above else "")]]
    size = f"{entry.size / _KILO:,.0f} KB" if entry.size < 10 * _KILO**2 else f"{entry.size / _KILO**2:,.0f} MB"
    tail = cell(size, 10, right=True) + datetime.fromtimestamp(entry.changed).strftime("  %Y-%m-%d ")
    names = max(8, width - 3 - cell_len(tail))
    return [[("   ", ""), (cell(entry.path.name, names), "strong"), (tail if names < width - 3 else "", "dim")]]


@dataclass(frozen=True)
class ColumnRow:
    """A column of the list: its header, the field it is taken for, and whether a person said so."""

    header: str
    field: str | None
    by_hand: bool


def column_rows(preview: Preview) -> list[ColumnRow]:
    """Every column once: first those that nobody knows, then the others, in the order of the sheet."""
    found: dict[str, ColumnRow] = {}
    for block in preview.table.blocks:
        for column in block.columns:
            row = ColumnRow(column.header, column.field, column.header in preview.mapping)
            found.setdefault(column.header, row)
    return sorted(found.values(), key=lambda row: row.field is not None)


def column_lines(row: ColumnRow, width: int, selected: bool) -> list[Line]:
    names = min(36, width // 2)
    if row.field is None:
        meaning: Line = [("? ", "warn"), (_("不认识，照样保留；按回车指定"), "warn")]
    else:
        meaning = [("✓ ", "good"), (known_fields().titles.get(row.field, row.field), "")]
        if row.by_hand:
            meaning.append((_("（你指定的）"), "dim"))
    return [[(" " + cell(row.header, names - 1), ""), *meaning]]


def choice_lines(side: ListSide | None, width: int) -> list[Line]:
    """The six lists with their number keys, the chosen one marked."""
    lines: list[Line] = [[]]
    for number, one in enumerate(LIST_SIDES, 1):
        text = f" {number}{_(_SHORT[one])}{'✓' if one == side else ''} "
        if line_width(lines[-1]) + cell_len(text) > width:
            lines.append([])
        lines[-1].append((text, "chip-title" if one == side else "strong"))
    return lines


_SHORT: Mapping[ListSide, str] = {
    "roster": N_("花名册"),
    "registry": N_("卫健"),
    "deaths": N_("死亡"),
    "disabled": N_("残疾"),
    "dibao": N_("低保"),
    "insured": N_("参保"),
}


def preview_lines(preview: Preview, given_scope: Scope | None, width: int) -> list[Line]:
    """What was read, which list it is taken for, what was left out."""
    table = preview.table
    sheets = listed(sheet for sheet in table.sheets if sheet)
    title = next((block.title for block in table.blocks if block.title), "")
    lines: list[Line] = [
        [(cut(preview.path.name, width), "title")],
        *wrapped(_counts(table), width, 2),
    ]
    question = _("这是哪份名单？按数字键选：") if preview.side is None else _("这份名单是（按数字键改）：")
    lines += [[(question, "warn" if preview.side is None else "dim")]]
    lines += choice_lines(preview.side, width)
    if preview.side in ("roster", "registry"):
        scope = _(SCOPE_NAMES[given_scope or preview.scope])
        why = _("由你指定") if given_scope else preview.scope_reason
        why = _("（{why}；按 s 改）").format(why=why)
        lines += wrapped([(_("范围") + " ", "dim"), (scope, "strong"), (narrow(why), "dim")], width, 2)
    where: list[Piece] = [(_("工作表") + " ", "dim"), (sheets or "-", ""), ("  " + _("标题") + " ", "dim")]
    lines += wrapped([*where, (title or "-", "")], width, 2)
    for text in _left_out(table)[:_MOST_NOTICES]:
        lines += wrapped([("! ", "warn"), (narrow(text), "dim")], width, 2)
    return lines


_MOST_NOTICES = 3


def _counts(table: Table) -> list[Piece]:
    skipped = sum(one.count for one in table.skipped if one.reason != "unreadable")
    unreadable = sum(one.count for one in table.skipped if one.reason == "unreadable")
    pieces: list[Piece] = [(_("人员 {rows} 行").format(rows=f"{len(table.rows):,}"), "strong")]
    pieces.append(("  " + _("标题、小计、空行等 {rows} 行").format(rows=f"{skipped:,}"), "dim"))
    if unreadable:
        pieces.append(("  " + _("不可读 {rows} 行").format(rows=f"{unreadable:,}"), "bad"))
    return pieces


def _left_out(table: Table) -> list[str]:
    """What the user should know, the losses first."""
    lines = []
    for skipped in table.skipped:
        if skipped.reason == "unreadable":
            place = place_text(Place(table.source.name, skipped.sheet, skipped.first))
            lines.append(_("不可读：{place}：{why}。请在原表里改好再导入").format(place=place, why=skipped.text))
    for sheet, reason in table.other_sheets:
        lines.append(_("没有读工作表「{sheet}」：{reason}").format(sheet=sheet, reason=reason))
    return lines + [notice.what for notice in table.notices]


def done_lines(done: Imported, file: str, both: bool, width: int) -> list[Line]:
    """What an import did; `both`: the two lists are there, so that they can be cross-checked."""
    heading = _("已导入{list}：{rows} 行").format(list=_(LIST_NAMES[done.side]), rows=f"{done.rows:,}")
    lines: list[Line] = [[("✓ ", "good"), (heading, "title")], *wrapped([(file, "dim")], width), []]
    if done.already:
        lines += wrapped([(_("案卷里现在就是这个文件，没有改动。"), "")], width)
    elif done.changes is None:
        lines += wrapped([(_("第一次导入这份名单。"), "")], width)
    else:
        changes = done.changes
        counts = (
            (_("新增"), changes.added, "good"),
            (_("不再有"), changes.gone, "bad"),
            (_("改动"), changes.changed, "warn"),
            (_("不变"), changes.same, ""),
        )
        names = max(cell_len(name) for name, _count, _role in counts) + 2
        lines.append([(_("和上次的名单比："), "dim")])
        lines += [[("  " + cell(name, names), ""), (f"{count:>9,}", role)] for name, count, role in counts]
    lines.append([])
    next_step = _("另一份名单还没有导入。")
    if both:
        next_step = _("按 h 核对两份名单；以前的结论都保留，依据变了的会回到「再议」。")
    return [*lines, *wrapped([(next_step, "strong")], width), *wrapped([(_("按 Esc 再导入一份。"), "dim")], width)]
