"""Merged cells (合并单元格): those of stamped rows, and those that a template has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.table import column_index, column_letter
from exports.ranges import Growth
from exports.xml_parts import Edit, Element, attribute_edit

_OWN = re.compile(r"<((?:[\w.-]+:)?)mergeCells\b[^>]*?(?:/>|>(.*?)</\1mergeCells\s*>)", re.DOTALL)
_BEHIND = re.compile(
    r"<(?:[\w.-]+:)?(?:phoneticPr|conditionalFormatting|dataValidations|hyperlinks|printOptions|pageMargins|pageSetup"
    r"|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|smartTags|drawing|legacyDrawing"
    r"|legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</(?:[\w.-]+:)?worksheet"
)
"""What stands behind the merged cells of a worksheet (ECMA-376 18.3.1.99)."""
_RANGE = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")

Across = tuple[int, int]
"""The first and the last 0-based column of cells merged within a row."""


@dataclass(frozen=True, slots=True)
class Merges:
    """What becomes of a template's merged cells: `edits` of those that stay or go, `in_rows` those of each row of the
    data area, to be had by the rows that look like it."""

    edits: tuple[Edit, ...] = ()
    in_rows: Mapping[int, tuple[Across, ...]] = field(default_factory=dict)


def with_merged_cells(below: str, ranges: Sequence[str], prefix: str = "") -> str:
    """The part of a worksheet below its rows with these ranges merged besides those that the template merges."""
    own = _OWN.search(below)
    cells = ((own.group(2) or "") if own else "") + "".join(f'<{prefix}mergeCell ref="{one}"/>' for one in ranges)
    count = cells.count("mergeCell ")
    if not ranges and (own is None or f'"{count}"' in own.group(0)):
        return below
    element = f'<{prefix}mergeCells count="{count}">{cells}</{prefix}mergeCells>' if count else ""
    if own:
        return below[: own.start()] + element + below[own.end() :]
    behind = _BEHIND.search(below)
    at = behind.start() if behind else len(below)
    return below[:at] + element + below[at:]


def template_merges(
    part: bytes, found: Sequence[Element], growth: Growth, place: Place, *, strict: bool = False
) -> Merges:
    """What becomes of the merged cells of a template of which rows are filled.

    Raises RuhuError when cells are merged over several rows where people are to stand; with `strict` also over one.
    """
    edits: list[Edit] = []
    in_rows: dict[int, tuple[Across, ...]] = {}
    filled = growth.area_last if strict else min(max(growth.last, growth.first), growth.area_last)
    for element in found:
        told = _RANGE.fullmatch(element.attributes.get("ref", "").replace("$", ""))
        if element.name != "mergeCell" or told is None:
            continue
        top, bottom = int(told.group(2)), int(told.group(4))
        left, right = column_index(told.group(1)), column_index(told.group(3))
        beside = left >= growth.width and bottom <= growth.area_last
        if beside or bottom < growth.first or filled < top <= bottom <= growth.area_last:
            continue
        if top > growth.area_last:
            if growth.added:
                edits.append(attribute_edit(part, element, "ref", growth.ranges(told.group(0), drawn=False)))
        elif top == bottom and not strict:
            edits.append((element.start, element.end, b""))
            in_rows[top] = (*in_rows.get(top, ()), (left, right))
        elif top <= filled or growth.added:
            raise RuhuError(
                "template_merged",
                _("模板的数据区里有合并单元格"),
                _("取消第 {row} 行及以下的合并再试").format(row=max(top, growth.first)),
                place,
            )
    return Merges(tuple(edits), in_rows)


def merged_across(row: int, across: Sequence[Across]) -> list[str]:
    """The ranges of the cells merged within a row."""
    return [f"{column_letter(left)}{row}:{column_letter(right)}{row}" for left, right in across]


def covered_columns(across: Sequence[Across]) -> frozenset[int]:
    """The columns that merged cells hide: all but the first of each."""
    return frozenset(column for left, right in across for column in range(left + 1, right + 1))
