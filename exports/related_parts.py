"""The parts that hang on a filled sheet: tables drawn down with the data; pictures, boxes, comments and buttons moved
with the rows below them."""

from __future__ import annotations

import re

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.given_workbook import GivenWorkbook
from exports.ranges import Growth
from exports.row_formulas import adjusted
from exports.sheet_ranges import anchor_edits
from exports.xml_parts import attribute_edits, elements, mended

_TABLE = {"table": ("ref",), "autoFilter": ("ref",), "sortState": ("ref",), "sortCondition": ("ref",)}
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "row")
_COMMENTS = {"comments": {"comment": ("ref",)}, "threadedComment": {"threadedComment": ("ref",)}}
_FIXED = {"pivotTable": ("location", "ref"), "tableSingleCells": ("singleXmlCell", "r")}
_OBJECT = re.compile(rb"<x:ClientData\b.*?</x:ClientData\s*>", re.DOTALL)
_OBJECT_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_OBJECT_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_OBJECT_CELLS = re.compile(rb"<x:Fmla(?:Link|Range|Txbx|Group)>([^<]*)<")


def related_parts(given: GivenWorkbook, sheet: str, part: str, growth: Growth) -> dict[str, bytes]:
    """The parts of a sheet (`part`) that must change, by name.

    Raises RuhuError when something below the data would have to move that can't be moved without harm.
    """
    changed: dict[str, bytes] = {}
    for relation in given.related(part):
        if not relation.target:
            continue
        old = given.read(relation.target)
        new = old
        if relation.kind == "table":
            new = _table(old, growth)
        elif growth.added:
            new = _moved(old, relation.kind, growth, sheet)
        if new != old:
            changed[relation.target] = new
    return changed


def _table(part: bytes, growth: Growth) -> bytes:
    """A table: its range, that of its filter. Its header may stand alone above the first row."""
    found = elements(part, tuple(_TABLE))
    return mended(part, attribute_edits(part, found, _TABLE, lambda ref: growth.ranges(ref, reach=1)))


def _moved(part: bytes, kind: str, growth: Growth, sheet: str) -> bytes:
    if kind == "drawing":
        return mended(part, anchor_edits(part, elements(part, _ANCHORS), growth))
    if names := _COMMENTS.get(kind):
        found = elements(part, tuple(names))
        return mended(part, attribute_edits(part, found, names, lambda ref: growth.ranges(ref, drawn=False)))
    if kind == "vmlDrawing":
        return _OBJECT.sub(lambda one: _object(one.group(0), growth, sheet), part)
    if kind in _FIXED:
        name, attribute = _FIXED[kind]
        for one in elements(part, (name,)):
            said = one.attributes.get(attribute, "")
            if growth.ranges(said, drawn=False) != said:
                raise _cannot_move(sheet, growth)
    if kind == "ctrlProp":
        for name, said in elements(part, ())[0].attributes.items():
            if name.startswith("fmla") and adjusted(said, sheet, {sheet: growth}) != said:
                raise _cannot_move(sheet, growth)
    return part


def _object(told: bytes, growth: Growth, sheet: str) -> bytes:
    """What is told of one comment or button (VML, which need not be well-formed): rows counted from 0."""
    for cells in _OBJECT_CELLS.findall(told):
        said = cells.decode("utf-8", "replace")
        if adjusted(said, sheet, {sheet: growth}) != said:
            raise _cannot_move(sheet, growth)
    anchor, own_row = _OBJECT_ANCHOR.search(told), _OBJECT_ROW.search(told)
    numbers = anchor.group(2).split(b",") if anchor else []
    if len(numbers) != 8 and own_row is None:
        return told
    row = int(own_row.group(2)) if own_row else int(numbers[2])
    by = growth.moved(row + 1) - row - 1
    if not by:
        return told
    if own_row:
        told = _OBJECT_ROW.sub(rb"\g<1>%d\g<3>" % (row + by), told)
    if len(numbers) == 8:
        for place in (2, 6):
            blanks = numbers[place][: len(numbers[place]) - len(numbers[place].lstrip())]
            numbers[place] = blanks + b"%d" % (int(numbers[place]) + by)
        told = _OBJECT_ANCHOR.sub(lambda one: one.group(1) + b",".join(numbers) + one.group(3), told)
    return told


def _cannot_move(sheet: str, growth: Growth) -> RuhuError:
    return RuhuError(
        "template_below",
        _("数据比模板留的地方多，下面有不能移动的内容（透视表或连着单元格的控件）"),
        _("在模板里把数据区加到够用的行数，再认一次模板"),
        Place(sheet=sheet, row=growth.area_last + 1),
    )
