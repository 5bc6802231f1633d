"""What a workbook of ours looks like, as data: sheets, columns, looks, drop-downs, print setup.

`exports/template.py` builds the blank workbook from it, `exports/stamping.py` writes the rows into that. Titles are
texts already in the user's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FONT = "宋体"
FONT_SIZE = 10.0
"""Points; also the font by which Excel measures column widths."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: size in points, colours as RRGGBB, an empty `fill` for none, `line` the colour of the border,
    `number` an Excel format.

    The format `@` keeps a number as typed; long texts must not have it: older Excel shows #### beyond 255 characters.
    """

    bold: bool = False
    size: float = FONT_SIZE
    color: str = "000000"
    fill: str = ""
    align: Literal["left", "center", "right"] = "left"
    wrap: bool = True
    border: bool = True
    number: str = "General"
    line: str = "A6A6A6"


HEADER = Look(bold=True, fill="D9E1F2", align="center")
TEXT = Look()
CENTERED = Look(align="center")
COUNT = Look(align="right", number="#,##0")


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """`width` in characters of the base font (a Chinese character takes two); `choices` make a drop-down list, `hint`
    is shown beside a cell that is gone to."""

    title: str
    width: float
    look: Look = TEXT
    header: Look = HEADER
    choices: tuple[str, ...] = ()
    hidden: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A text above or below the data, at 1-based `row` and `column`, merged over `rows` and `columns`."""

    row: int
    column: int
    text: str
    look: Look
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class PageTexts:
    """What stands at the head and the foot of each printed page of a sheet, at left, centre and right. `&P` is the
    page's number, an `&` that is meant is doubled (`page_text`)."""

    head: tuple[str, str, str]
    foot: tuple[str, str, str]


def page_text(text: str) -> str:
    """A text as it may stand at the head or foot of a page; one that begins with a digit must not follow a code."""
    return text.replace("&", "&&")


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet: header in row 1 (none when `header` is False), then rows that look like one of `patterns`.

    A pattern holds one look per column. `frozen` is the cell below and right of what stays on screen. Hidden columns
    are not printed. Printed pages are as wide as the columns, or `scale` percent: then the same on every machine,
    whatever font stands in for ours; `one_page` shrinks the sheet to a single page. A sheet with `page_texts` of its
    own counts its pages from 1; others have those of the workbook at their foot.

    With `heads` these cells stand above the data instead of the titles of the columns, in rows as high as
    `head_heights`, those from `header_row` on repeated on each page; `below` stand under the patterns, their rows
    counted from the first row of data. `repeated_column` (1-based, 0 none) is printed again on each page to the right,
    which begin with the 1-based columns `new_pages`; such a sheet is not squeezed to the width of one page.
    """

    name: str
    columns: tuple[ColumnLayout, ...]
    patterns: tuple[tuple[Look, ...], ...]
    header: bool = True
    frozen: str = ""
    filtered: bool = False
    paper: Literal["A3", "A4"] = "A4"
    landscape: bool = True
    scale: int | None = None
    one_page: bool = False
    page_texts: PageTexts | None = None
    heads: tuple[HeadCell, ...] = ()
    head_heights: tuple[float, ...] = ()
    header_row: int = 1
    below: tuple[HeadCell, ...] = ()
    repeated_column: int = 0
    new_pages: tuple[int, ...] = ()

    @property
    def first_row(self) -> int:
        """The 1-based sheet row of the first row of data."""
        if self.heads:
            return len(self.head_heights) + 1
        return 2 if self.header else 1


@dataclass(frozen=True, slots=True)
class BookLayout:
    """A workbook: its sheets in order, and the texts of the page foot (Excel codes such as `&P` are meant). Lists of
    choices too long for a cell's own rule stand on a hidden sheet `codes_sheet`."""

    title: str
    sheets: tuple[SheetLayout, ...]
    foot_left: str = ""
    foot_center: str = ""
    foot_right: str = ""
    wrong_choice: str = ""
    codes_sheet: str = ""
