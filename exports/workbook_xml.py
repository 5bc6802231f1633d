"""The parts that hold a workbook together, mended for filled sheets: defined names (print areas, filters, the office's
own), content types, relations. Without stored results formulas are worked out when the workbook is opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from exports.given_workbook import GivenWorkbook
from exports.row_formulas import Growths, adjusted, touches
from exports.xml_parts import Edit, Element, attribute_edit, elements, inner_edit, mended, text_of

_AREAS = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")
_AREA = re.compile(r"(?<=!)[$A-Z0-9:]+(?=,|$)")
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_STRINGS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_DRAFTS = {  # a workbook made from one is no longer one
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    ),
    "application/vnd.ms-excel.template.macroEnabled.main+xml": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}


def names_on_filled(part: bytes, growths: Growths) -> frozenset[str]:
    """The defined names whose cells are among those that are filled."""
    found = elements(part, ("definedName",))[1:]
    return frozenset(one.attributes.get("name", "") for one in found if touches(text_of(part, one), "", growths))


def with_names_and_calculation(part: bytes, order: Sequence[str], growths: Growths, *, calculate: bool) -> bytes:
    """The workbook part with defined names reaching the last row of each filled sheet; with `calculate` it says that
    formulas are to be worked out when it is opened."""
    found = elements(part, ("definedName", "calcPr", *_BEFORE_CALCULATION))
    edits = []
    for element in found:
        if element.name == "definedName":
            text = text_of(part, element)
            if (changed := _name_text(element, text, order, growths)) != text:
                edits.append(inner_edit(element, changed))
    if calculate:
        edits.append(_calculation(part, found))
    return mended(part, edits)


def _name_text(element: Element, text: str, order: Sequence[str], growths: Growths) -> str:
    said = element.attributes
    sheet = said.get("localSheetId", "")
    if said.get("name") in _AREAS and sheet.isdecimal() and int(sheet) < len(order):
        growth = growths.get(order[int(sheet)])
        # 'Sheet 2024'!$A$1:$S$2: only what follows the sheet's name is a range; it may be of the header alone.
        return text if growth is None else _AREA.sub(lambda area: growth.ranges(area.group(0), reach=1), text)
    return adjusted(text, "", growths)


def _calculation(part: bytes, found: Sequence[Element]) -> Edit:
    own = next((one for one in found if one.name == "calcPr"), None)
    if own is not None:
        return attribute_edit(part, own, "fullCalcOnLoad", "1")
    root = found[0]
    at = max(one.end for one in found if one.name in _BEFORE_CALCULATION and one.parent == root.name)
    return at, at, f'<{root.prefix}calcPr fullCalcOnLoad="1"/>'.encode()


def right_types(part: bytes, given: GivenWorkbook) -> bytes:
    """The content types without the calculation chain and with the shared strings; a draft (.xltx) is a workbook."""
    found = elements(part, ("Override",))
    chains = {"/" + name.lower() for name in given.chains}
    edits: list[Edit] = []
    for one in found[1:]:
        if one.attributes.get("PartName", "").lower() in chains:
            edits.append((one.start, one.end, b""))
        elif (kind := _DRAFTS.get(one.attributes.get("ContentType", ""))) is not None:
            edits.append(attribute_edit(part, one, "ContentType", kind))
    if not given.strings:
        name = quoteattr("/" + new_strings_part(given))
        edits.append(_added(found[0], f'Override PartName={name} ContentType="{_STRINGS_TYPE}"'))
    return mended(part, edits)


def right_relations(part: bytes, given: GivenWorkbook) -> bytes:
    """The workbook's relations without the calculation chain and with the shared strings."""
    found = elements(part, ("Relationship",))
    edits: list[Edit] = [
        (one.start, one.end, b"") for one in found[1:] if one.attributes.get("Type", "").endswith("/calcChain")
    ]
    if not given.strings:
        target = quoteattr("/" + new_strings_part(given))
        said = f'Relationship Id="rIdShared" Type="{_STRINGS_RELATION}" Target={target}'
        edits.append(_added(found[0], said))
    return mended(part, edits)


def new_strings_part(given: GivenWorkbook) -> str:
    """The name of the shared strings in a workbook that has none."""
    folder = given.workbook.replace("\\", "/").rpartition("/")[0]
    return f"{folder}/sharedStrings.xml" if folder else "sharedStrings.xml"


def _added(root: Element, said: str) -> Edit:
    return root.outside, root.outside, f"<{root.prefix}{said}/>".encode()
