"""Opening a template (模板文件): its sheets, each with the few hundred rows that a header and its notes can take.

The parts are read as XML within bounds, since drop-downs of newer Excel (x14) are lost in libraries and a template may
bring any number of formatted empty rows.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.sniff import Refused
from exports.learning.sheet_reading import RawSheet, checked_chunks, read_sheet

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_BYTES = 128 * 1024**2
_MOST_STRINGS = 2_000_000
_MOST_SHEETS = 60


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A workbook's sheets in their order, its named ranges, and its bytes."""

    name: str
    content: bytes
    sha256: str
    sheets: tuple[RawSheet, ...]
    names: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def sheet(self, name: str) -> RawSheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def open_template(path: Path) -> TemplateFile:
    """Read a template. Raises RuhuError, one line each, for a file that is no .xlsx or cannot be used."""
    from casebook.tables.read import check_path
    from casebook.tables.refusals import refusal

    check_path(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _too_big(path.name)
        content = path.read_bytes()
    except OSError as error:
        raise refusal("read_failed", path.name) from error
    return read_template(path.name, content)


def read_template(name: str, content: bytes) -> TemplateFile:
    """Read the bytes of a template of this file name. Raises RuhuError as `open_template`."""
    from xml.etree.ElementTree import ParseError

    from casebook.tables.refusals import refusal
    from casebook.tables.sniff import sniff
    from casebook.tables.zip_errors import ZIP_ERRORS

    try:
        kind = sniff(BytesIO(content))
        if kind != "xlsx":
            raise _other_kind(name, kind)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _read(name, content, archive)
    except Refused as refused:
        raise refusal(refused.code, name, refused.params) from refused
    except (*ZIP_ERRORS, ParseError, LookupError) as error:
        raise refusal("damaged", name) from error


def _other_kind(name: str, kind: str) -> RuhuError:
    place = Place(file=name)
    if kind == "encrypted":
        what, remedy = _("模板有打开密码"), _("请用 Excel 或 WPS 去掉密码，另存为 .xlsx 再认")
    else:
        what, remedy = _("模板不是 .xlsx 工作簿"), _("请用 Excel 或 WPS 打开，另存为 .xlsx 再认")
    return RuhuError("template_kind", what, remedy, place)


def _too_big(name: str) -> RuhuError:
    what = _("模板文件太大，超过 {size} MB").format(size=_MOST_BYTES // 1024**2)
    return RuhuError("template_too_big", what, _("请删去里面的数据，只留表头，另存后再认"), Place(file=name))


def _read(name: str, content: bytes, archive: zipfile.ZipFile) -> TemplateFile:
    from casebook.tables.guard import archive_root, check_archive, scan_sheet, sheet_parts

    check_archive(archive)
    members = set(archive.namelist())
    root = archive_root(archive)
    workbook = parsed(archive, root)
    states = {one.get("name", ""): one.get("state", "visible") for one in workbook.iter() if local(one.tag) == "sheet"}
    formats = _number_formats(archive, members)
    raw: list[RawSheet] = []
    unread: list[str] = []
    for sheet, part in sheet_parts(archive):
        if part not in members or "/worksheets/" not in part or len(raw) >= _MOST_SHEETS:
            unread.append(sheet)
            continue
        with archive.open(part) as stream:
            scan_sheet(stream)
        with archive.open(part) as stream:
            found = read_sheet(stream, sheet, states.get(sheet, "visible"), formats)
        raw.append(found)
        found.comments.update(_comments(archive, members, part))
    _fill_strings(archive, members, raw)
    names = {
        one.get("name", ""): (one.text or "")
        for one in workbook.iter()
        if local(one.tag) == "definedName" and one.get("name")
    }
    return TemplateFile(name, content, sha256(content).hexdigest(), tuple(raw), names, tuple(unread))


def local(tag: Any) -> str:
    """An element's name without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parsed(archive: zipfile.ZipFile, name: str) -> Element:
    """A small part as a tree. Raises Refused for one that is too large or has a document type."""
    from xml.etree import ElementTree

    with archive.open(name) as part:
        return ElementTree.fromstring(b"".join(checked_chunks(part)))


def _number_formats(archive: zipfile.ZipFile, members: set[str]) -> list[str]:
    """The number format of each cell style, by its index; a built-in one as `#14`."""
    name = "xl/styles.xml"
    if name not in members:
        return []
    styles = parsed(archive, name)
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iter() if local(one.tag) == "numFmt"}
    for group in styles:
        if local(group.tag) == "cellXfs":
            numbers = [one.get("numFmtId", "0") for one in group if local(one.tag) == "xf"]
            return [own.get(number, f"#{number}") for number in numbers]
    return []


def _comments(archive: zipfile.ZipFile, members: set[str], part: str) -> dict[tuple[int, int], str]:
    """The remarks (批注) of a sheet by cell."""
    from exports.learning.cell_area import cell_area

    folder, base = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", base + ".rels")
    if relations not in members:
        return {}
    found: dict[tuple[int, int], str] = {}
    for relation in parsed(archive, relations):
        if not relation.get("Type", "").endswith("/comments"):
            continue
        target = relation.get("Target", "")
        name = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if name not in members:
            continue
        for one in parsed(archive, name).iter():
            area = cell_area(one.get("ref", "")) if local(one.tag) == "comment" else None
            if area:
                found[area[0], area[1]] = "".join(piece.text or "" for piece in one.iter() if local(piece.tag) == "t")
    return found


def _fill_strings(archive: zipfile.ZipFile, members: set[str], sheets: list[RawSheet]) -> None:
    """Put the shared strings in the places of their numbers."""
    wanted = {number for sheet in sheets for number in sheet.shared.values()}
    if not wanted:
        return
    name = next((one for one in members if one.lower() == "xl/sharedstrings.xml"), "")
    texts = dict(_strings(archive, name, wanted)) if name else {}
    for sheet in sheets:
        for place, number in sheet.shared.items():
            if text := texts.get(number, "").strip():
                sheet.cells[place] = text


def _strings(archive: zipfile.ZipFile, name: str, wanted: set[int]) -> Iterator[tuple[int, str]]:
    from xml.etree import ElementTree

    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    number, last, sound = 0, min(max(wanted), _MOST_STRINGS), 0
    pieces: list[str] = []
    with archive.open(name) as part:
        for chunk in checked_chunks(part):
            parser.feed(chunk)
            for event, element in parser.read_events():
                tag = local(element.tag)
                if tag == "rPh":  # how it is read aloud
                    sound += 1 if event == "start" else -1
                elif event == "end" and tag == "t" and not sound:
                    pieces.append(element.text or "")
                elif event == "end" and tag == "si":
                    if number in wanted:
                        yield number, "".join(pieces)
                    pieces = []
                    number += 1
                    element.clear()
                    if number > last:
                        return
