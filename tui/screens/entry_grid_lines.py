"""How the roster grid is drawn: rows of cells under their questions, as many columns as fit around the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from casebook.language import N_, _
from tui.screens.entry_grid import CellView, GridView
from tui.screens.entry_sheet import Hand, Sheet, keys_line, own_keys, trouble_lines
from tui.screens.entry_view import QuestionView
from tui.widgets.canvas import Shaded
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped
from tui.widgets.markup import marked, plain

_NARROWEST, _WIDEST = 6, 16  # cells of a column
_NAMES = 14  # cells of the titles of rows
_HOW = {"right": N_("回车向右"), "down": N_("回车向下")}


def grid_lines(view: GridView, width: int, height: int) -> list[Shaded]:
    """A title, the numbers and titles of the questions, a row an instance, the line 添加."""
    names = min(_NAMES, max([6, *(cell_len(row.title) for row in view.rows)])) + 1
    widths = [_width(view, column) for column in range(len(view.heads))]
    first, last = _window(widths, view.column, width - names)
    shown = range(first, last)
    more = [_("左边还有 {count} 题").format(count=first)] if first else []
    more += [_("右边还有 {count} 题").format(count=len(widths) - last)] if last < len(widths) else []
    title: Line = [(view.title, "title"), ("  " + _(_HOW[view.direction]), "dim")]
    title += [("  " + said, "dim") for said in more]
    numbers: Line = [(" " * names, "")]
    titles: Line = [(" " * names, "")]
    for column in shown:
        number, head = view.heads[column]
        role = "title" if column == view.column and view.row < len(view.rows) else "dim"
        numbers.append((cell(number, widths[column]), role))
        titles.append((cell(cut(head, widths[column] - 1), widths[column]), role))
    while line_width(title) > width and len(title) > 1:
        title.pop()
    lines = [Shaded(title), Shaded(numbers), Shaded(titles)]
    room = max(1, height - len(lines))
    count = len(view.rows) + view.can_add
    top = max(0, min(view.row - room // 2, count - room))
    for place in range(top, min(count, top + room)):
        lines.append(_row(view, place, names, widths, shown))
    return lines


def _width(view: GridView, column: int) -> int:
    widest = max([cell_len(view.heads[column][1]), *(cell_len(row.cells[column].text) for row in view.rows)])
    return max(_NARROWEST, min(_WIDEST, widest)) + 1


def _window(widths: Sequence[int], column: int, room: int) -> tuple[int, int]:
    """First and behind the last of the columns to show: the one under the cursor with as many before it as behind."""
    first = last = min(column, max(0, len(widths) - 1))
    used = 0
    while last < len(widths) and (used + widths[last] <= room or last == first):
        used += widths[last]
        last += 1
        if last > column + 1 and first > 0 and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
    while first > 0 and used + widths[first - 1] <= room:
        first -= 1
        used += widths[first]
    return first, last


def _row(view: GridView, number: int, names: int, widths: Sequence[int], shown: range) -> Shaded:
    here = number == view.row
    if number == len(view.rows):
        line: Line = [(_("+ 再加一份"), "strong" if here else "dim")]
        return Shaded(line, "selected" if here else "panel", "+" + view.repeat)
    row = view.rows[number]
    line = [(cell(row.title, names - 1) + " ", "strong" if here else "")]
    for column in shown:
        line += _cell(row.cells[column], widths[column], here and column == view.column)
    return Shaded(line, "resting" if here else "panel", row.cells[view.column].ref if row.cells else "")


def _cell(view: CellView, width: int, here: bool) -> Line:
    """What stands in a cell; `-` is not asked, `?` must be answered, `!` is wrong."""
    if view.mark == "hidden":
        text, role = "-", "dim"
    elif view.mark in ("wrong", "warn"):
        text, role = "! " + view.text, "bad" if view.mark == "wrong" else "warn"
    elif view.mark == "due":
        text, role = "?", "warn"
    else:
        text, role = view.text, "dim" if view.mark == "note" else ""
    filled = cell(cut(text, width - 1), width - 1)
    return [(filled, "chip-title" if here else role), (" ", "")]


def cell_sheet(view: QuestionView, hand: Hand, width: int, height: int, *, locked: bool) -> Sheet:
    """The question of the cell under the cursor in a few lines, its choices in rows."""
    head: Line = [(view.number + " ", "title")] if view.number else []
    text = plain(view.text)
    lines: list[Line] = [*wrapped([*head, *marked(view.text)], width)[:2]] if text else []
    if hand.digits:
        lines.append([(_("编码 {digits}，再按一位或回车").format(digits=hand.digits), "warn")])
    told = trouble_lines(view, hand, width)
    if view.kind == "add":
        lines.append(keys_line(own_keys(view), width))
    elif view.types and not locked:
        sheet = [Shaded(line) for line in [*lines, [], *told]]
        return Sheet(sheet[:height], len(lines))
    elif view.choices:
        lines += _choices(view, hand, width, max(1, height - len(lines) - len(told)))
    elif view.note:
        lines.append([(view.shown or view.value, "strong"), ("  " + _("只读"), "dim")])
    lines += told
    if view.hint and not told:
        lines += [[], *wrapped(marked(view.hint, "dim"), width)]
    return Sheet([Shaded(line) for line in lines][:height])


def _choices(view: QuestionView, hand: Hand, width: int, room: int) -> list[Line]:
    """The choices one behind the other; where there is no room for all, how to find one."""
    lines: list[Line] = [[]]
    chosen = view.chosen
    for number, choice in enumerate(view.choices):
        role = "chip-good" if choice.value in chosen else "chip-title" if number == hand.cursor and view.several else ""
        pieces: list[Piece] = [(choice.code, "key"), (f" {cut(plain(choice.label), width - 8)} ", role), (" ", "")]
        if line_width(lines[-1]) + line_width(pieces) > width and lines[-1]:
            lines.append([])
        lines[-1] += pieces
        if len(lines) > room:
            said = _("共 {count} 个，按 / 查找").format(count=f"{len(view.choices):,}")
            return [*lines[: room - 1], [(said, "dim")]]
    return lines
