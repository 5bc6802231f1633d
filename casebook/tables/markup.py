"""Reading web pages and SpreadsheetML 2003 that carry the name .xls, in the child process."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from casebook.tables.cells import Merge, plain_rows
from casebook.tables.delimited import detect_encoding
from casebook.tables.sniff import Refused
from casebook.tables.workbook import BATCH, Send

MAX_COLUMNS = 702  # as far as column ZZ
MAX_ROWSPAN = 65_534  # as browsers

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def decode(file: BinaryIO) -> tuple[str, str]:
    """Text and encoding of a page: byte order mark, the charset it names where all its bytes fit, else by content."""
    file.seek(0)
    data = file.read()
    found = _CHARSET.search(data[:4096])
    if found and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = found[1].decode("ascii").lower()
        name = "gb18030" if name in ("gb2312", "gbk", "x-gbk", "cp936", "gb_2312-80") else name
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    name, _whole = detect_encoding(file)
    return data.decode(name, "replace"), "utf-8" if name == "utf-8-sig" else name


def read_html(file: BinaryIO, send: Send) -> str:
    """Send all tables of a page, one below the other, as one sheet; returns the encoding.

    A table inside another's cell (pages are laid out so) follows below that one. A spanning cell is sent with its
    value in its first place, as a merged cell of a workbook.
    """
    from lxml import etree

    text, encoding = decode(file)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("damaged") from error
    rows: list[list[str]] = []
    merges: list[Merge] = []
    for table in () if root is None else root.iter("table"):
        rows += _table_rows(table, len(rows) + 1, merges)
    _send_sheet("", rows, merges, send)
    return encoding


def _table_rows(table: Any, first: int, merges: list[Merge]) -> Iterator[list[str]]:
    """The rows of a table, of which the first is sheet row `first`; cells that span rows are added to `merges`."""
    below: dict[int, int] = {}  # columns still covered by a cell above, with the rows they cover
    own = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    end = first + len(own) - 1
    for number, row in enumerate(own, first):
        cells: list[str] = []
        covered, below = below, {}
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while len(cells) in covered:
                cells.append("")
            column, width, height = len(cells), _span(cell, "colspan", MAX_COLUMNS), _span(cell, "rowspan", MAX_ROWSPAN)
            if column + width > MAX_COLUMNS:
                raise Refused("too_wide")
            cells.append(_cell_text(cell))
            cells += [""] * (width - 1)
            if height > 1:
                merges.append((number, min(number + height - 1, end), column))
                below.update({column + i: height - 1 for i in range(width)})
        for column, rows in covered.items():
            if rows > 1:
                below[column] = max(below.get(column, 0), rows - 1)
        yield cells


def _span(cell: Any, attribute: str, most: int) -> int:
    try:
        return min(max(int(cell.get(attribute, 1)), 1), most)
    except ValueError:
        return 1


def _cell_text(cell: Any) -> str:
    if len(cell) == 0:
        return " ".join((cell.text or "").split("\n")).strip(" \t\r\n")
    parts: list[str] = []
    table = next(cell.iterancestors("table"))
    for element in cell.iter():
        if next(element.iterancestors("table")) is not table:
            continue  # of a table inside this cell
        if element.tag == "br":
            parts.append("\n")
        elif element.text and isinstance(element.tag, str):
            parts.append(re.sub(r"[ \t\r\n]+", " ", element.text))
        if element is not cell and element.tail:
            parts.append(re.sub(r"[ \t\r\n]+", " ", element.tail))
    return "".join(parts).strip(" \t\r\n")


def read_xml2003(file: BinaryIO, send: Send) -> str:
    """Send the sheets of a SpreadsheetML 2003 file (`Workbook`, `Worksheet`, `Row`, `Cell`, `Data`)."""
    from lxml import etree

    # libxml2's own GB2312 turns · into ・, so the text is decoded here and its declaration overruled
    text, encoding = decode(file)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, encoding="utf-8")
    try:
        tree = etree.ElementTree(etree.fromstring(text.encode("utf-8", "replace"), parser))
    except etree.XMLSyntaxError as error:
        raise Refused("damaged") from error
    if tree.docinfo.internalDTD is not None:
        raise Refused("damaged")
    space = "{urn:schemas-microsoft-com:office:spreadsheet}"
    hidden = {
        sheet.get(space + "Name")
        for sheet in tree.iter(space + "Worksheet")
        for element in sheet.iter("{*}Visible")
        if (element.text or "").startswith("SheetHidden") or (element.text or "").startswith("SheetVeryHidden")
    }
    for sheet in tree.iter(space + "Worksheet"):
        name = sheet.get(space + "Name", "")
        if name in hidden:
            send("left_out", name, "hidden")
        else:
            merges: list[Merge] = []
            _send_sheet(name, list(_xml_rows(sheet, space, merges)), merges, send)
    return encoding


def _xml_rows(sheet: Any, space: str, merges: list[Merge]) -> Iterator[list[Any]]:
    number = 0
    for row in sheet.iter(space + "Row"):
        wanted = int(row.get(space + "Index", number + 1))
        if wanted > 2**20:
            raise Refused("damaged")
        for _gap in range(number + 1, wanted):
            yield []
        number = max(number + 1, wanted)
        cells: list[Any] = []
        for cell in row.iterfind(space + "Cell"):
            column = int(cell.get(space + "Index", len(cells) + 1))
            if column > MAX_COLUMNS:
                raise Refused("too_wide")
            cells += [None] * (column - 1 - len(cells))
            if down := int(cell.get(space + "MergeDown", 0)):
                merges.append((number, number + down, column - 1))
            data = cell.find(space + "Data")
            cells.append(None if data is None else _typed("".join(data.itertext()), data.get(space + "Type")))
            cells += [None] * min(int(cell.get(space + "MergeAcross", 0)), MAX_COLUMNS)
        yield cells


def _typed(text: str, kind: str | None) -> Any:
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "Boolean":
        return text == "1"
    if kind == "DateTime":
        day, _, time = text.partition("T")
        return day if time.startswith("00:00:00") or not time else f"{day} {time[:8]}"
    return text


def _send_sheet(name: str, rows: list[list[Any]], merges: list[Merge], send: Send) -> None:
    send("sheet", name, len(rows), {}, merges)
    width = max(map(len, rows), default=0)
    for first in range(0, len(rows), BATCH):
        batch = [row + [None] * (width - len(row)) for row in rows[first : first + BATCH]]
        send("rows", first + 1, plain_rows(batch))
    send("end_sheet")
