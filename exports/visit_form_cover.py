"""What lies on top of a pile of printed forms, and below it: the list of households (清单), the code lists (代码表)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from casebook.language import _
from exports.visit_form_parts import EMPTY_BOX, CodeList
from exports.visit_paper import CENTERED, FILL, HEAD, KNOWN, NOTE, SECTION, TITLE, Block, Cell, Line, line

_SPANS = (2, 8, 4, 2, 2, 2, 4, 2, 4)
_CODES_A_LINE = 3
_CODE, _WORDS = 4, 6


@dataclass(frozen=True, slots=True)
class Listed:
    """A household of the list: how many people, asks and pages, whose it is."""

    household: str
    head: str
    people: int
    asks: int
    pages: int
    assigned: str


def cover_blocks(title: str, place: str, households: Sequence[Listed]) -> Iterator[Block]:
    """The list, its header on every page."""
    titles = (
        _("序号"), _("户编号"), _("户主"), _("人口"), _("待问"), _("页数"), _("调查人"), _("交回"), _("备注"),
    )  # fmt: skip
    head = Line(tuple(Cell(text, span, HEAD) for text, span in zip(titles, _SPANS, strict=True)), 22)
    told = _("{place}　共 {households} 户、{people} 人，待问 {asks} 件，{pages} 页").format(
        place=place,
        households=f"{len(households):,}",
        people=f"{sum(one.people for one in households):,}",
        asks=f"{sum(one.asks for one in households):,}",
        pages=f"{sum(one.pages for one in households):,}",
    )
    yield Block((line(title, TITLE, 28), line(told, least=22), head))
    rows = []
    for number, one in enumerate(households, 1):
        values = (
            number, one.household, one.head, one.people, one.asks or "", one.pages, one.assigned, EMPTY_BOX, "",
        )  # fmt: skip
        looks = (CENTERED, KNOWN, KNOWN, CENTERED, CENTERED, CENTERED, KNOWN, CENTERED, FILL)
        rows.append(Line(tuple(map(Cell, values, _SPANS, looks)), 20))
    yield Block(tuple(rows), (head,))


def code_blocks(lists: Iterable[CodeList]) -> Iterator[Block]:
    """The code lists, three codes to a line."""
    yield Block((line(_("代码表"), TITLE, 28),))
    for one in lists:
        rows = -(-len(one.choices) // _CODES_A_LINE)
        heading = line(one.title, SECTION, 20)
        lines = []
        for row in range(rows):
            cells: list[Cell] = []
            for place in range(row, rows * _CODES_A_LINE, rows):
                known = place < len(one.choices)
                cells.append(Cell(one.choices[place].value if known else "", _CODE, NOTE))
                cells.append(Cell(one.choices[place].label if known else "", _WORDS, NOTE))
            lines.append(Line(tuple(cells), 15))
        yield Block((heading, *lines), (heading,))
