"""Rows of a template that stay: byte for byte, but that inline texts become shared ones, rows below the data move, and
formulas go on meaning the cells that they meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from casebook.tables.table import column_letter
from exports.ranges import Growth
from exports.row_formulas import Growths, adjusted, touches
from exports.shared_strings import SharedStrings
from exports.template_rows import Cell, TemplateRows
from exports.xml_parts import Edit, Element, attribute_edit, escaped_text, inner_edit


@dataclass(frozen=True, slots=True)
class Around:
    """What a row's formulas may hang on: the name of their sheet, the filled sheets, the defined names of cells there.
    `growth` is that of the sheet itself, None when it is not filled."""

    own: str
    growths: Growths
    names: Set[str] = field(default_factory=frozenset)

    @property
    def growth(self) -> Growth | None:
        return self.growths.get(self.own)


def kept_edits(
    rows: TemplateRows, numbers: Iterable[int], around: Around, strings: SharedStrings, *, formulas: bool
) -> list[Edit]:
    """Edits of the rows of these numbers; `formulas` says whether any of theirs may have to change.

    Raises RuhuError for a text longer than a cell can hold, OddPart for broken cells.
    """
    wanted = [
        number
        for number in numbers
        if _moves(rows, number, around.growth)
        or b"inlineStr" in rows.bytes_of(number)
        or (formulas and rows.has_formula(number))
    ]
    apart = formulas and _take_apart(rows, around)
    edits: list[Edit] = []
    for number in wanted:
        edits += _row_edits(rows, number, around, strings, apart=apart)
    return edits


def _moves(rows: TemplateRows, number: int, growth: Growth | None) -> bool:
    """Whether a row must say another number, or its number for the first time because rows above it are new."""
    if growth is None or number < growth.first:
        return False
    return growth.moved(number) != number or not rows.says_all_numbers(number)


def _take_apart(rows: TemplateRows, around: Around) -> bool:
    """Whether formulas that are shared must be written out: one of them changes, or one may be on a row that goes."""
    if b"shared" not in rows.part:
        return False
    for number in rows.by_number:
        if not rows.has_formula(number):
            continue
        for cell in rows.cells(number):
            if cell.formula and _shared(cell) and (
                (around.growth is not None and number >= around.growth.first)
                or adjusted(cell.formula, around.own, around.growths) != cell.formula
            ):  # fmt: skip
                return True
    return False


def _shared(cell: Cell) -> bool:
    return cell.formula_element is not None and cell.formula_element.attributes.get("t") == "shared"


def _row_edits(
    rows: TemplateRows, number: int, around: Around, strings: SharedStrings, *, apart: bool
) -> Iterator[Edit]:
    part, growth = rows.part, around.growth
    to = number if growth is None else growth.moved(number)
    renumbered = _moves(rows, number, growth)
    if renumbered:
        yield attribute_edit(part, rows.by_number[number], "r", str(to))
    for cell in rows.cells(number):
        element = cell.element
        if renumbered:
            yield attribute_edit(part, element, "r", f"{column_letter(cell.column)}{to}")
        if element.attributes.get("t") == "inlineStr" and cell.formula is None:
            yield from _shared_text(part, element, cell.inline, strings)
        elif cell.formula is not None and cell.formula_element is not None:
            yield from _formula_edits(part, cell, around, apart=apart)


def _shared_text(part: bytes, element: Element, inline: Element | None, strings: SharedStrings) -> Iterator[Edit]:
    if inline is None:
        yield attribute_edit(part, element, "t", "n")  # nothing in it
        return
    index = strings.add_inline(part[inline.inside : inline.outside], inline.prefix)
    p = element.prefix
    yield attribute_edit(part, element, "t", "s")
    yield element.inside, element.outside, f"<{p}v>{index}</{p}v>".encode()


def _formula_edits(part: bytes, cell: Cell, around: Around, *, apart: bool) -> Iterator[Edit]:
    element, growth = cell.formula_element, around.growth
    assert element is not None and cell.formula is not None
    text = adjusted(cell.formula, around.own, around.growths)
    if _shared(cell):
        if apart:
            p, ca = element.prefix, ' ca="1"' if element.attributes.get("ca") in ("1", "true") else ""
            yield element.start, element.end, f"<{p}f{ca}>".encode() + escaped_text(text) + f"</{p}f>".encode()
    elif text != cell.formula:
        yield inner_edit(element, text)
    for name in ("ref", "r1", "r2") if growth is not None else ():
        said = element.attributes.get(name)
        if growth and said and not (_shared(cell) and apart) and (moved := growth.ranges(said, drawn=False)) != said:
            yield attribute_edit(part, element, name, moved)
    # The stored result is that of the template, which had no people. A sheet that is not filled keeps it where nothing
    # of its formula had to change: the workbook is calculated when it is opened.
    old = (
        touches(cell.formula, around.own, around.growths, around.names) if growth is not None else text != cell.formula
    )
    if cell.value_element is not None and old:
        yield cell.value_element.start, cell.value_element.end, b""
