"""A look through a workbook's parts as a stream, in bounded memory, before any library opens it.

Some files make a library take hundreds of gigabytes and abort the process (one cell at XFD1048576), others unpack to
a thousand times their size. The same look counts what libraries hide: formulas without a stored result, hidden rows,
blank formatted rows, error cells.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from casebook.tables.cells import Merge
from casebook.tables.sniff import Refused
from casebook.tables.table import column_index

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_MEMBERS = 10_000
MAX_RATIO = 200
MAX_UNPACKED = 8 * 1024**3
SMALL = 64 * 1024**2  # a part set below this is harmless at any ratio
MAX_ERRORS = 100_000
CHUNK = 1024 * 1024
MAX_ROW_BYTES = 64 * 1024**2

_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT_RELATIONS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"


@dataclass(slots=True)
class SheetFacts:
    """What one worksheet part holds.

    `last_row` is the 1-based last row with a value, `last_column` the number of columns, counted as 26 at least;
    `errors` maps (1-based row, 0-based column) to an error value; `merged` are the cells merged downwards.
    """

    rows: int = 0
    last_row: int = 0
    last_column: int = 26
    blank_rows: int = 0
    hidden_rows: int = 0
    formulas: int = 0
    dimension_row: int | None = None
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Merge] = field(default_factory=list)


def check_archive(archive: zipfile.ZipFile) -> None:
    """Number, names and sizes of the parts. Raises `Refused` for a zip bomb or a damaged archive."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise Refused("zip_bomb")
    if len({member.filename for member in members}) != len(members):
        raise Refused("damaged")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    worst = max(
        (member.file_size / max(member.compress_size, 1) for member in members if member.file_size > SMALL), default=0
    )
    if unpacked > MAX_UNPACKED or worst > MAX_RATIO or (unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1)):
        raise Refused("zip_bomb")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("is_archive")


def sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Names of the sheets of an .xlsx in order, each with the name of its part (empty where it has none)."""
    root = archive_root(archive)
    workbook = _parse(archive, root)
    folder = posixpath.dirname(root)
    relations = _parse(archive, posixpath.join(folder, "_rels", posixpath.basename(root) + ".rels"))
    targets = {}
    for relation in relations:
        target = relation.get("Target", "")
        targets[relation.get("Id")] = target[1:] if target.startswith("/") else posixpath.join(folder, target)
    sheets = []
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") is not None:
            key = element.get(_RELATIONS + "id") or element.get(_STRICT_RELATIONS + "id")
            sheets.append((element.get("name", ""), posixpath.normpath(targets.get(key, ""))))
    return sheets


def archive_root(archive: zipfile.ZipFile) -> str:
    """The part that lists the sheets, `xl/workbook.xml` nearly always."""
    for relation in _parse(archive, "_rels/.rels"):
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    return "xl/workbook.xml"


def _parse(archive: zipfile.ZipFile, name: str) -> Element:
    from xml.etree import ElementTree

    with archive.open(name) as part:
        text = part.read(SMALL + 1)
    if len(text) > SMALL or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused("zip_bomb")
    return ElementTree.fromstring(text)


class _Patterns:
    """The byte patterns of a worksheet whose elements carry a prefix (`x:`) or none."""

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        self.row_open = b"<" + prefix + b"row"
        self.row_close = b"</" + prefix + b"row>"
        self.value = b"<" + prefix + b"v"
        self.inline = b"<" + prefix + b"is"
        self.formula = b"<" + prefix + b"f"
        self.number = re.compile(b"<" + p + rb"row\b[^>]*?\sr=[\"'](\d+)")
        self.hidden = re.compile(b"<" + p + rb"row\b[^>]*?\shidden=[\"'](?:1|true)")
        self.dimension = re.compile(b"<" + p + rb"dimension\b[^>]*?\sref=[\"'][A-Z]+\d+(?::[A-Z]+(\d+))?")
        start = b"<" + p + rb"c\b"
        some = b"<" + p + rb"(?:v>[^<]|is\b|f\b)"
        self.wide = re.compile(start + rb"[^>]*?\sr=[\"'][A-Z]{3}\d+[\"'][^>/]*>\s*" + some)
        self.error = re.compile(
            start + rb"[^>]*?\sr=[\"']([A-Z]+)(\d+)[\"'][^>]*?\st=[\"']e[\"'][^>/]*>"
            rb"(?:(?!</" + p + rb"c>).)*?<" + p + rb"v>([^<]*)<",
            re.DOTALL,
        )
        self.uncached = re.compile(
            start + rb"([^>/]*)>\s*<" + p + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + p + rb"f>)\s*"
            rb"(<" + p + rb"v\s*/>|<" + p + rb"v>\s*</" + p + rb"v>)?\s*</" + p + rb"c>"
        )


_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")
_TWO_LETTERS = re.compile(rb"\sr=[\"']([A-Z]{2})\d+[\"'][^>]*[^>/]>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Z]+)(\d+):[A-Z]+(\d+)")
_BEYOND_Z = re.compile(rb' r="[A-Z][A-Z]')


def scan_sheet(part: IO[bytes]) -> SheetFacts:
    """Read one worksheet part to its end. Raises `Refused` for values beyond column ZZ and for a document type."""
    facts = SheetFacts()
    rest = part.read(CHUNK)
    if b"<!DOCTYPE" in rest[:4096]:
        raise Refused("damaged")
    found = _PREFIX.search(rest)
    patterns = _Patterns((found[1] or b"") if found else b"")
    dimension = patterns.dimension.search(rest)
    if dimension:
        facts.dimension_row = int(dimension[1] or 1)
    while rest:
        cut = rest.rfind(patterns.row_close)
        if cut >= 0:
            cut += len(patterns.row_close)
            _scan_rows(rest[:cut], patterns, facts)
            rest = rest[cut:]
        elif len(rest) > MAX_ROW_BYTES:
            raise Refused("zip_bomb")
        more = part.read(CHUNK)
        if not more:
            break
        rest += more
    if patterns.row_open in rest:  # self-closed rows at the end hold nothing
        facts.blank_rows += rest.count(patterns.row_open)
    for letters, first, last in _MERGE.findall(rest):  # they stand behind the rows
        if first != last:
            facts.merged.append((int(first), int(last), column_index(letters.decode())))
    return facts


def _scan_rows(text: bytes, patterns: _Patterns, facts: SheetFacts) -> None:
    if _BEYOND_Z.search(text) or b" r='" in text:
        if patterns.wide.search(text):
            raise Refused("too_wide")
        for letters in set(_TWO_LETTERS.findall(text)):
            facts.last_column = max(facts.last_column, column_index(letters.decode()) + 1)
    value, inline, row_open = patterns.value, patterns.inline, patterns.row_open
    filled = hidden = 0
    last = b""
    some_hidden = b"hidden=" in text
    for row in text.split(patterns.row_close):
        if value in row or inline in row:
            filled += 1
            last = row
            if some_hidden and patterns.hidden.search(row, row.rfind(row_open)):
                hidden += 1
    before = facts.rows + facts.blank_rows
    opened = text.count(row_open)
    facts.rows += filled
    facts.blank_rows += opened - filled
    facts.hidden_rows += hidden
    if last:
        number = patterns.number.search(last, last.rfind(row_open))
        facts.last_row = max(facts.last_row, int(number[1]) if number else before + opened)
    if patterns.formula in text:
        for cell in patterns.uncached.finditer(text):
            if not (cell[2] and b't="str"' in cell[1]):  # a formula whose stored result is the empty text
                facts.formulas += 1
    if b't="e"' in text or b"t='e'" in text:
        for cell in patterns.error.finditer(text):
            if len(facts.errors) < MAX_ERRORS:
                facts.errors[int(cell[2]), column_index(cell[1].decode())] = cell[3].decode("utf-8", "replace")


def ods_merges(archive: zipfile.ZipFile) -> dict[str, list[Merge]]:
    """The cells merged downwards in each sheet of an OpenDocument spreadsheet."""
    from xml.etree import ElementTree

    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    merges: dict[str, list[Merge]] = {}
    merged: list[Merge] = []
    row = 0
    with archive.open("content.xml") as part:
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            if event == "start":
                if element.tag == table + "table":
                    row, merged = 0, merges.setdefault(element.get(table + "name", ""), [])
            elif element.tag == table + "table-row":
                column = 0
                for cell in element:
                    if (height := int(cell.get(table + "number-rows-spanned", 1))) > 1:
                        merged.append((row + 1, row + height, column))
                    column += int(cell.get(table + "number-columns-repeated", 1))
                row += int(element.get(table + "number-rows-repeated", 1))
                element.clear()
    return merges
