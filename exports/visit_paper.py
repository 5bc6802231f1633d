"""A4 paper as lines of cells over a grid of narrow columns: what the household form and the summary are set in.

A line's cells span grid columns, blocks of lines stay together on a page, and every row carries its height, so the
pages are known before any program opens the workbook.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casebook.language import _
from casebook.tables.table import column_letter
from exports.layout import FONT_SIZE, ColumnLayout, Look, PageTexts, SheetLayout, page_text
from exports.row_height import HIGHEST, lines_of
from exports.sheet_xml import CellValue, StampedRow
from exports.stamping import SheetRows
from exports.template import PAPER_MARGIN

GRID = 30
"""Grid columns of a page."""
WIDTH = 3.5
"""Width of a grid column in half-width characters: 30 of them are as wide as A4 within its margins in 宋体. With fonts
that stand in for it columns are wider and the page is shrunk to fit, so that no page holds less than was reckoned."""
LINE = 1.3
"""Height of a line in font sizes."""
MOST_ABREAST = 5
"""People or illnesses side by side on a page."""
_PADDING = 5.0
_ROOM = 842.0 - 2 * 72 * PAPER_MARGIN - 12.0
"""Points of height that A4 upright leaves within its margins, less a reserve."""
_WORTH_DIVIDING = 0.16
"""What a page must still have room for, in parts of a page, that a table is begun on it."""
_BLACK = "404040"

TITLE = Look(bold=True, size=16, align="center", border=False)
SECTION = Look(bold=True, size=11, fill="E7E6E6", line=_BLACK)
LABEL = Look(size=9, fill="F5F5F5", line=_BLACK)
ITEM = Look(bold=True, fill="F5F5F5", line=_BLACK)
HEAD = Look(bold=True, fill="F5F5F5", align="center", line=_BLACK)
KNOWN = Look(line=_BLACK)
CENTERED = Look(align="center", line=_BLACK)
FILL = Look(size=11, line=_BLACK)
"""Where a person writes or ticks: boxes must take a pen."""
PLAIN = Look(border=False)
_NOTHING = Look(border=False, wrap=False)
NOTE = Look(size=9, line=_BLACK)
SMALL = Look(size=9, border=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """A text over `span` grid columns."""

    text: CellValue
    span: int
    look: Look = KNOWN


@dataclass(frozen=True, slots=True)
class Line:
    """Cells from the left edge on, at least `least` points high; one with `leads` stays with the line below it."""

    cells: tuple[Cell, ...]
    least: float = 18.0
    leads: bool = False

    @property
    def height(self) -> float:
        highest = max((_height(cell) for cell in self.cells), default=0.0)
        return min(max(self.least, highest), HIGHEST)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand on one page if one holds them. A `divisible` block may go on on the next page; one with lines
    to be `repeated` (the header of a table) too, and there they stand again."""

    lines: tuple[Line, ...]
    repeated: tuple[Line, ...] = ()
    divisible: bool = False


@dataclass(frozen=True, slots=True)
class PageHead:
    """What every page of a sheet says of itself: at its head, left and right, and at its foot, left, where Excel codes
    such as `&P` are meant."""

    left: str
    right: str
    foot: str


def line(text: str, look: Look = PLAIN, least: float = 18.0) -> Line:
    """A line of one cell across the page."""
    return Line((Cell(text, GRID, look),), least)


def chars(span: int, look: Look = KNOWN) -> float:
    """How many half-width characters fit a line of a cell, whose padding takes more than one."""
    return (span * WIDTH - 1.2) * FONT_SIZE / look.size


def _height(cell: Cell) -> float:
    if not cell.text:
        return 0.0
    room = chars(cell.span, cell.look)
    lines = sum(1 if text_width(text) <= room else lines_of(text, room) for text in str(cell.text).split("\n"))
    return lines * cell.look.size * LINE + _PADDING


def text_width(text: str) -> float:
    """Width of a text in half-width characters, by which columns are measured: a Chinese one counts 2.

    >>> text_width("户编号12")
    8.0
    """
    return 0.5 * (len(text) + len(text.encode("utf-8", "replace")))


def set_pages(
    name: str, blocks: Iterable[Block], head: PageHead, one_page: bool = False
) -> tuple[SheetLayout, SheetRows]:
    """A sheet named `name` and its rows: the blocks one below the other, each page with its number and their count;
    with `one_page` all of it on a page, however small."""
    lines, new_pages = paged(blocks, math.inf if one_page else _ROOM)
    patterns: dict[tuple[Look, ...], int] = {}
    rows: list[StampedRow] = []
    merged: list[str] = []
    for number, each in enumerate(lines, 1):
        looks: list[Look] = []
        values: list[CellValue] = []
        for cell in each.cells:
            if cell.span > 1:
                left, right = column_letter(len(looks)), column_letter(len(looks) + cell.span - 1)
                merged.append(f"{left}{number}:{right}{number}")
            looks += [cell.look] * cell.span
            values += [cell.text, *([None] * (cell.span - 1))]
        looks += [_NOTHING] * (GRID - len(looks))
        pattern = patterns.setdefault(tuple(looks), len(patterns))
        rows.append(StampedRow(tuple(values), pattern, each.height))
    pages = _("第 &P 页，共 {count} 页").format(count=len(new_pages) + 1)
    layout = SheetLayout(
        name,
        tuple(ColumnLayout("", WIDTH) for _column in range(GRID)),
        tuple(patterns),
        header=False,
        landscape=False,
        one_page=one_page,
        page_texts=PageTexts((page_text(head.left), "", page_text(head.right)), (head.foot, "", pages)),
    )
    return layout, SheetRows(1, rows, new_pages, merged)


def paged(blocks: Iterable[Block], room: float = _ROOM) -> tuple[list[Line], list[int]]:
    """All lines, and the 1-based numbers of those that begin a new page: a block that does not fit goes to the next
    page, or is divided where it may be and a good part of it fits."""
    lines: list[Line] = []
    starts: list[int] = []
    used = 0.0
    for block in blocks:
        whole = sum(each.height for each in block.lines)
        divided = (block.divisible or block.repeated) and room - used > _WORTH_DIVIDING * room
        if used and used + whole > room and whole <= room and not divided:
            starts.append(len(lines) + 1)
            used = 0.0
        for number, each in enumerate(block.lines):
            if used and used + _together(block, number) > room:
                starts.append(len(lines) + 1)
                again = block.repeated if all(one in block.lines[:number] for one in block.repeated) else ()
                lines += again
                used = sum(one.height for one in again)
            lines.append(each)
            used += each.height
    return lines, starts


def _together(block: Block, number: int) -> float:
    """The height of a line and of those that must follow it on its page: what it leads to, what a header heads."""
    height = 0.0
    for one in block.lines[number:]:
        height += one.height
        if not one.leads and one not in block.repeated:
            break
    return height


def signature_lines(signers: Sequence[tuple[str, str]]) -> Block:
    """Lines to sign on and to date: (who, the name where it is known)."""
    span = GRID // len(signers)
    names = tuple(Cell(_("{who}：{name}").format(who=who, name=name), span, PLAIN) for who, name in signers)
    dates = tuple(Cell(_("日期：    年  月  日"), span, PLAIN) for _signer in signers)
    return Block((Line(names, 28), Line(dates, 18)))
