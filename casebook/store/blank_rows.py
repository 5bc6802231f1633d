"""Rows and cells of a kept workbook (.xlsx) blanked, to the same bytes on every machine.

All parts are stored uncompressed, for what compression makes of them differs from one machine to the next.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

_STRINGS = "xl/sharedStrings.xml"
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"[^>]*>(.*?)</(?:\w+:)?row>", re.DOTALL)
_CELL = re.compile(rb"<((?:\w+:)?c)\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ITEM = re.compile(rb"<((?:\w+:)?si)\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>(.*?)</(?:\w+:)?v>", re.DOTALL)
_REFERENCE = re.compile(rb"\br=\"([A-Z]+)(\d+)\"")
_TYPE = re.compile(rb"\s+t=\"(\w+)\"")


@dataclass(frozen=True, slots=True)
class FileCell:
    """A filled cell of a kept workbook: the part that holds its sheet, its reference (`B5`), its row, its text."""

    sheet: str
    reference: str
    row: int
    text: str


def file_cells(content: bytes) -> Iterator[FileCell]:
    """Every filled cell, sheet by sheet; nothing of what is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            strings = _strings(archive.read(_STRINGS)) if _STRINGS in names else []
            for name in filter(_SHEETS.fullmatch, names):
                yield from _cells_of(name, archive.read(name), strings)
    except zipfile.BadZipFile:
        return


def _cells_of(sheet: str, content: bytes, strings: list[str]) -> Iterator[FileCell]:
    for row in _ROW.finditer(content):
        for cell in _CELL.finditer(row[2]):
            reference = _REFERENCE.search(cell[2])
            text = _text(cell[2], cell[3] or b"", strings)
            if reference is not None and text:
                yield FileCell(sheet, (reference[1] + reference[2]).decode(), int(reference[2]), text)


def _strings(content: bytes) -> list[str]:
    return ["".join(_plain(text) for text in _TEXT.findall(item[2] or b"")) for item in _ITEM.finditer(content)]


def _text(attributes: bytes, inside: bytes, strings: list[str]) -> str:
    kind, value = _TYPE.search(attributes), _VALUE.search(inside)
    if kind is not None and kind[1] == b"s":
        at = int(value[1]) if value is not None and value[1].isdigit() else -1
        return strings[at] if 0 <= at < len(strings) else ""
    if kind is not None and kind[1] == b"inlineStr":
        return "".join(map(_plain, _TEXT.findall(inside)))
    return _plain(value[1]) if value is not None else ""


def _plain(text: bytes) -> str:
    from html import unescape

    return unescape(text.decode("utf-8", "replace"))


def cells_blanked(content: bytes, cells: Mapping[str, Collection[str]]) -> bytes:
    """The workbook with these cells empty: references by the part that holds the sheet. Shared strings that no cell
    uses any more are empty too."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename: (info, archive.read(info)) for info in archive.infolist()}
    used: set[int] = set()
    for name, (info, part) in parts.items():
        if _SHEETS.fullmatch(name):
            part = _without(part, frozenset(cells.get(name, ())))
            parts[name] = info, part
            used.update(_uses(part))
    if _STRINGS in parts:
        info, part = parts[_STRINGS]
        parts[_STRINGS] = info, _only(part, used)
    return _zipped(parts)


def _without(sheet: bytes, references: Collection[str]) -> bytes:
    """A sheet's part with these cells empty, in their formats."""
    if not references:
        return sheet

    def emptied(cell: re.Match[bytes]) -> bytes:
        reference = _REFERENCE.search(cell[2])
        if reference is None or (reference[1] + reference[2]).decode() not in references:
            return cell[0]
        return b"<" + cell[1] + _TYPE.sub(b"", cell[2]).rstrip() + b"/>"

    return _CELL.sub(emptied, sheet)


def _uses(sheet: bytes) -> Iterator[int]:
    for cell in _CELL.finditer(sheet):
        kind, value = _TYPE.search(cell[2]), _VALUE.search(cell[3] or b"")
        if kind is not None and kind[1] == b"s" and value is not None and value[1].isdigit():
            yield int(value[1])


def _only(strings: bytes, used: Collection[int]) -> bytes:
    """The shared strings, empty where nothing uses them; each keeps its number."""
    at = -1

    def kept(item: re.Match[bytes]) -> bytes:
        nonlocal at
        at += 1
        name = item[1]
        text = name[: -len(b"si")] + b"t"
        return item[0] if at in used else b"<" + name + b"><" + text + b"/></" + name + b">"

    return _ITEM.sub(kept, strings)


def _zipped(parts: Mapping[str, tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, (before, content) in parts.items():
            info = zipfile.ZipInfo(name, before.date_time)
            info.create_system, info.external_attr = 0, 0
            archive.writestr(info, content)
    return made.getvalue()
