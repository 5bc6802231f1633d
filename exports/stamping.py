"""Stamping: rows written into a template, the only way a workbook leaves the house.

Of the sheets named only the rows are written; texts are shared strings, and the template's own inline ones become
so too (several portals drop inline strings); ranges of drop-downs, conditional formats, filters and print areas are
drawn down to the last row. Every other part is copied byte for byte. The same input gives the same bytes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import IO
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.merged_cells import with_merged_cells
from exports.page_breaks import with_page_breaks
from exports.shared_strings import SharedStrings
from exports.sheet_xml import SheetTemplate, StampedRow, extended, with_shared_strings

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every member of a workbook we write: the oldest a zip can hold."""
_ROWS_AT_ONCE = 500
_PACKING = 4
"""Deflate level: half the time of the usual 6 for a file 5 % larger."""

_SHARED = b' t="s"'

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TYPES = "[Content_Types].xml"
_CHAIN = "xl/calcChain.xml"
_STRINGS = "xl/sharedStrings.xml"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_STRINGS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_DEFINED = re.compile(r"(<definedName\b[^>]*>)([^<]*)(</definedName>)")
_AREA = re.compile(r"(?<=!)[$A-Z0-9:]+(?=,|$)")
_AREAS = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet, from the 1-based `first_row` on; the template's rows from there on are the patterns.
    `new_pages` are the sheet rows that begin a new page in print, `merged` the ranges of cells (`A3:F3`) joined."""

    first_row: int
    rows: Sequence[StampedRow]
    new_pages: Sequence[int] = ()
    merged: Sequence[str] = ()


def stamp(template: bytes, sheets: Mapping[str, SheetRows], out: IO[bytes]) -> None:
    """Write the template with `sheets` (by their names) filled into `out`.

    Raises RuhuError when the template is no workbook, lacks a sheet, or has merged cells where rows are to stand.
    """
    try:
        with ZipFile(BytesIO(template)) as source:
            _stamp(source, sheets, out)
    except (BadZipFile, KeyError, ElementTree.ParseError, UnicodeDecodeError) as error:
        raise _not_a_workbook() from error


def _stamp(source: ZipFile, sheets: Mapping[str, SheetRows], out: IO[bytes]) -> None:
    parts = _sheet_parts(source)
    missing = [name for name in sheets if name not in parts]
    if missing:
        raise RuhuError(
            "template_sheet", _("模板里没有要写的工作表"), _("换用带这张工作表的模板"), Place(sheet=missing[0])
        )
    names = source.namelist()
    own_strings = source.read(_STRINGS).decode("utf-8") if _STRINGS in names else ""
    if own_strings and "<sst" not in own_strings:
        raise _not_a_workbook()
    strings = SharedStrings(own_strings)
    filled = {parts[name]: (name, rows) for name, rows in sheets.items()}
    pages = set(parts.values())
    references = 0
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_PACKING) as target:
        for name in names:
            if name in (_STRINGS, _CHAIN):
                continue
            if name in filled:
                page = source.read(name).decode("utf-8")
                references += _write_sheet(target, name, page, *filled[name], strings)
                continue
            part = source.read(name)
            if name in pages:
                part = with_shared_strings(part.decode("utf-8"), strings).encode("utf-8")
                references += part.count(_SHARED)
            elif name == _WORKBOOK:
                part = _with_areas_drawn_down(part.decode("utf-8"), list(parts), sheets).encode("utf-8")
            elif name in (_TYPES, _RELATIONS):
                part = _with_right_parts(part.decode("utf-8"), name).encode("utf-8")
            _write(target, name, iter((part,)))
        _write(target, _STRINGS, (piece.encode("utf-8") for piece in strings.xml(references)))


def _write_sheet(target: ZipFile, name: str, page: str, sheet: str, filling: SheetRows, strings: SharedStrings) -> int:
    """Write one filled sheet; returns how many of its cells hold a shared string."""
    template = SheetTemplate(page, filling.first_row, len(filling.rows), Place(sheet=sheet))
    references = 0

    def pieces() -> Iterator[bytes]:
        nonlocal references
        yield template.before().encode("utf-8")
        kept = template.kept(strings).encode("utf-8")
        references += kept.count(_SHARED)
        yield kept
        numbered = enumerate(filling.rows, filling.first_row)
        while chunk := list(islice(numbered, _ROWS_AT_ONCE)):
            written = "".join([template.row(number, row, strings) for number, row in chunk]).encode("utf-8")
            references += written.count(_SHARED)
            yield written
        below = with_merged_cells(template.after(), filling.merged)
        yield with_page_breaks(below, filling.new_pages).encode("utf-8")

    _write(target, name, pieces())
    return references


def _write(target: ZipFile, name: str, pieces: Iterator[bytes]) -> None:
    member = ZipInfo(name, EPOCH)
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3  # the same bytes on every system
    member.external_attr = 0o600 << 16
    # ZipInfo knows no level of its own before Python 3.13 but by this name.
    member._compresslevel = _PACKING  # type: ignore[attr-defined]
    with target.open(member, "w") as file:
        for piece in pieces:
            file.write(piece)


def _sheet_parts(source: ZipFile) -> dict[str, str]:
    """Sheet names in their order, each with the name of its part in the zip."""
    targets = {
        relation.get("Id"): relation.get("Target", "") for relation in ElementTree.fromstring(source.read(_RELATIONS))
    }
    parts = {}
    for element in ElementTree.fromstring(source.read(_WORKBOOK)).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            identity = next(value for name, value in element.items() if name.endswith("}id"))
            target = targets[identity]
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[element.get("name", "")] = part
    return parts


def _with_areas_drawn_down(workbook: str, order: list[str], sheets: Mapping[str, SheetRows]) -> str:
    """The workbook part with print areas and filter ranges reaching the last row of each filled sheet."""

    def grow(found: re.Match[str]) -> str:
        name = re.search(r'\bname="([^"]*)"', found.group(1))
        local = re.search(r'\blocalSheetId="(\d+)"', found.group(1))
        if name is None or local is None or name.group(1) not in _AREAS:
            return found.group(0)
        filling = sheets.get(order[int(local.group(1))])
        if filling is None:
            return found.group(0)
        # 'Sheet 2024'!$A$1:$S$2: only what follows the sheet's name is a range.
        last_row = filling.first_row + len(filling.rows) - 1
        areas = _AREA.sub(lambda area: extended(area.group(0), filling.first_row, last_row, reach=1), found.group(2))
        return found.group(1) + areas + found.group(3)

    return _DEFINED.sub(grow, workbook)


def _with_right_parts(text: str, name: str) -> str:
    """Content types or relations without the calculation chain, and with the shared strings."""
    text = re.sub(r"<(?:Override|Relationship)\b[^>]*calcChain[^>]*/>", "", text)
    if "sharedStrings" in text:
        return text
    if name == _TYPES:
        return text.replace("</Types>", f'<Override PartName="/{_STRINGS}" ContentType="{_STRINGS_TYPE}"/></Types>')
    relation = f'<Relationship Id="rIdShared" Type="{_STRINGS_RELATION}" Target="sharedStrings.xml"/>'
    return text.replace("</Relationships>", f"{relation}</Relationships>")


def _not_a_workbook() -> RuhuError:
    return RuhuError(
        "template_form", _("模板不是可用的 .xlsx 工作簿"), _("用 Excel 或 WPS 打开模板，另存为 .xlsx 再试")
    )
