"""What a worksheet says below its rows about ranges of them: drop-downs, conditional formats, filters, links, page
breaks, controls. Mended where rows are filled in: drawn down with the data, or moved with what is below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exports.ranges import Growth
from exports.row_formulas import Growths, adjusted
from exports.xml_parts import Edit, Element, attribute_edit, inner_edit, text_of

_DRAWN = {
    "dataValidation": "sqref",
    "conditionalFormatting": "sqref",
    "ignoredError": "sqref",
    "protectedRange": "sqref",
    "autoFilter": "ref",
    "sortState": "ref",
    "sortCondition": "ref",
}
_MOVED = {"hyperlink": "ref", "inputCells": "r", "cellWatch": "r", "cellSmartTags": "r", "dataRef": "ref"}
_FORMULAS = ("f", "formula", "formula1", "formula2")
NAMES = frozenset(
    (*_DRAWN, *_MOVED, *_FORMULAS, "sqref", "brk", "cfvo", "row", "anchor", "mergeCells", "mergeCell", "tablePart")
)
"""The elements below the rows that this file and `merged_cells.py` are about."""


def range_edits(part: bytes, found: Sequence[Element], growth: Growth) -> list[Edit]:
    """Edits of the ranges that a filled sheet names; merged cells are left to `merged_cells.py`."""
    edits = list(_ranges(part, found, growth))
    if growth.added:
        edits += anchor_edits(part, found, growth)
    return edits


def _ranges(part: bytes, found: Iterable[Element], growth: Growth) -> Iterator[Edit]:
    for element in found:
        name, said = element.name, element.attributes
        if name == "sqref":
            text = text_of(part, element)
            if (changed := growth.ranges(text, drawn=element.parent != "sparkline")) != text:
                yield inner_edit(element, changed)
        elif name == "brk" and element.parent == "rowBreaks":
            # A break is named by the row above it.
            above = int(said.get("id", "0"))
            if growth.added and above >= growth.area_last:
                yield attribute_edit(part, element, "id", str(above + growth.added))
        elif (attribute := _DRAWN.get(name) or _MOVED.get(name)) and attribute in said:
            # A filter's range in a template may be its header alone.
            reach = 1 if name == "autoFilter" else 0
            changed = growth.ranges(said[attribute], drawn=name in _DRAWN, reach=reach)
            if changed != said[attribute]:
                yield attribute_edit(part, element, attribute, changed)


def formula_edits(part: bytes, found: Iterable[Element], own: str, growths: Growths) -> Iterator[Edit]:
    """Edits of the formulas of drop-downs, conditional formats, and of links within the workbook, on any sheet."""
    for element in found:
        name, said = element.name, element.attributes
        if name in _FORMULAS:
            text = text_of(part, element)
            if (changed := adjusted(text, own, growths, anchored=True)) != text:
                yield inner_edit(element, changed)
        else:
            attribute = {"cfvo": "val", "hyperlink": "location"}.get(name, "")
            if attribute not in said or (name == "cfvo" and said.get("type") != "formula"):
                continue
            changed = adjusted(said[attribute], own, growths, anchored=True)
            if changed != said[attribute]:
                yield attribute_edit(part, element, attribute, changed)


def anchor_edits(part: bytes, found: Iterable[Element], growth: Growth) -> Iterator[Edit]:
    """Edits that move pictures, boxes and buttons which begin below the data area; one that reaches from above into the
    rows below is drawn out, unless it keeps its size."""
    by, sized = 0, True
    for element in found:
        if element.name in ("twoCellAnchor", "oneCellAnchor"):
            sized = element.attributes.get("editAs", "twoCell") == "twoCell"
        elif element.name == "anchor":
            sized = element.attributes.get("sizeWithCells") in ("1", "true")
        elif element.name == "row" and element.parent in ("from", "to"):
            row = int(text_of(part, element))  # counted from 0
            moved = growth.moved(row + 1) - row - 1
            if element.parent == "from":
                by = moved
            elif not by and sized:
                yield from _moved(element, row, moved)
                continue
            yield from _moved(element, row, by)


def _moved(element: Element, row: int, by: int) -> Iterator[Edit]:
    if by:
        yield inner_edit(element, str(row + by))
