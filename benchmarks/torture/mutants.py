"""Sound files made wrong: bytes, parts, XML, cells, JSON. What comes out is decided by `rng` alone."""

from __future__ import annotations

import json
import random
import zipfile
from io import BytesIO
from typing import Any

from benchmarks.torture.upload_files import mutated_workbook, mutated_xml

_PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b]0;x\x07", b"\x1b[2J", b"\r", b"\n" * 300, b'"' * 7, b"\xed\xa0\x80",
    b"\xf0\x9f\x92\xa9", b"A" * 70_000, b"9" * 5000, b"<!DOCTYPE a>", b"]]>", b"&x;", b"{{{{", b"PK\x03\x04",
)  # fmt: skip
CELLS = (
    "", " ", "0", "-1", "1e400", "nan", "TRUE", "=1+1", "=cmd|'/c calc'!A1", '=HYPERLINK("http://x.invalid","看")',
    "@SUM(1)", "+1", "-1+1", "\t=1", "\u200b", "\ufeff", "\u202e张三", "𠮷" * 40, "字" * 40_000, "9" * 400,
    "1900-02-30", "0000-00-00", "9999-99-99", "5e17", "../../../etc/passwd", "..\\..\\x", "C:\\CON", "NUL",
    "{0.__class__}", "%s%n%x", "'; DROP TABLE fact; --", "<script>1</script>", "&amp;lt;", "_x0000_", "_x001B_",
    "\x1b[31m红", "a\nb\rc", "\u2028", "́" * 500, "姓名", "证件号码", "户主", "99010119870322001X", "九九", "１２３４",
    "١٢٣", "٪", "💩",
)  # fmt: skip
_JSON: tuple[Any, ...] = (
    None, True, 0, -1, 1 << 62, 10**30, 1e308, "", "\x00", "\x1b[2J", "x" * 60_000, [], {}, [[]], {"a": {}}, "../../x",
    "999999999999999999999", "2026-13-45", "uuid:", "/data", "//*", "=1+1", ["a", 1, None], {"": ""}, "字" * 300,
)  # fmt: skip


def turned(rng: random.Random, content: bytes) -> bytes:
    """Bytes with a few of them turned, cut out, doubled, or replaced by what no file of the kind holds."""
    data = bytearray(content)
    for _each in range(rng.choice((1, 1, 2, 5, 20))):
        at, what = rng.randrange(len(data) + 1), rng.random()
        length = rng.choice((1, 4, 30, 400))
        if what < 0.35 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif what < 0.55:
            data[at:at] = rng.choice(_PIECES)
        elif what < 0.7:
            data[at : at + length] = b""
        elif what < 0.8:
            data[at : at + length] = rng.choice(_PIECES)
        elif what < 0.9:
            data[at:at] = data[max(0, at - length) : at]
        elif what < 0.95:
            data[at : at + length] = rng.randbytes(length)
        else:
            del data[at:]
    return bytes(data)


def mutated_text(rng: random.Random, text: str, separator: str) -> str:
    """Delimited text with cells that are wrong, lines lost, doubled or without end."""
    lines = text.split("\n")
    for _each in range(rng.choice((1, 2, 5))):
        at, what = rng.randrange(len(lines)), rng.random()
        if what < 0.6:
            cells = lines[at].split(separator)
            cells[rng.randrange(len(cells))] = rng.choice(CELLS)
            lines[at] = separator.join(cells)
        elif what < 0.7:
            del lines[at : at + rng.choice((1, 3))]
            lines = lines or [""]
        elif what < 0.8:
            lines[at:at] = lines[: rng.choice((1, 2))]
        elif what < 0.9:
            lines[at] = separator * rng.choice((1, 40, 3000)) + lines[at]
        else:
            lines[at] = '"' + lines[at]
    return "\n".join(lines)


def mutated_cells(rng: random.Random, content: bytes) -> bytes:
    """A workbook in which some cells, headers too, hold what nobody writes there, and some are merged."""
    import openpyxl
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book[rng.choice(book.sheetnames)]
    for _each in range(rng.choice((1, 3, 8))):
        row, column = rng.randint(1, min(sheet.max_row, 12)), rng.randint(1, min(sheet.max_column + 1, 40))
        if rng.random() < 0.1:
            sheet.merge_cells(start_row=row, end_row=row + 2, start_column=column, end_column=column + 2)
            continue
        value: Any = rng.choice((*CELLS, 1e300, -0.5, 12345678901234567890, True))
        try:
            sheet.cell(row, column).value = value  # merged cells take none
        except (IllegalCharacterError, AttributeError, ValueError):
            continue
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def mutated_json(rng: random.Random, content: bytes) -> bytes:
    """JSON in which values are replaced, doubled or lost, or that is no JSON any more."""
    what = rng.random()
    if what < 0.2:
        return turned(rng, content)
    if what < 0.25:
        return rng.choice((b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000, b"null", b'""', b"[]", b"{}", b"NaN", b""))
    value = json.loads(content)
    for _each in range(rng.choice((1, 1, 3))):
        value = _replaced(rng, value)
    return json.dumps(value, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def _replaced(rng: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        changed = dict(value)
        what = rng.random()
        if what < 0.15:
            del changed[key]
        elif what < 0.25:
            changed[str(rng.choice(_JSON))[:50]] = value[key]
        else:
            changed[key] = _replaced(rng, value[key])
        return changed
    if isinstance(value, list) and value and rng.random() < 0.9:
        at, what = rng.randrange(len(value)), rng.random()
        if what < 0.15:
            return value[:at] + value[at + 1 :]
        if what < 0.3:
            return value[:at] + [value[at]] * rng.choice((2, 60)) + value[at + 1 :]
        return [*value[:at], _replaced(rng, value[at]), *value[at + 1 :]]
    if isinstance(value, str) and value and rng.random() < 0.4:
        at = rng.randrange(len(value))
        return value[:at] + rng.choice("0Az字") + value[at + 1 :]
    return rng.choice(_JSON)


def mutated_xml_file(rng: random.Random, content: bytes) -> bytes:
    """XML with tags and attributes that are wrong, or that is no XML any more."""
    if rng.random() < 0.2:
        return turned(rng, content)
    for _each in range(rng.choice((1, 1, 2, 5))):
        content = mutated_xml(rng, content)
    return content


def mutated_archive(rng: random.Random, content: bytes) -> bytes:
    """A zip of XML or of tables: as a workbook is mutated, or a member's own text."""
    if rng.random() < 0.4:
        return mutated_workbook(rng, content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    at = rng.randrange(len(parts))
    name, part = parts[at]
    parts[at] = (rng.choice((name, name, name, f"../{name}", f"/{name}", "a/" * 200 + name)), _part(rng, name, part))
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return out.getvalue()


def _part(rng: random.Random, name: str, part: bytes) -> bytes:
    if name.endswith(".csv"):
        return mutated_text(rng, part.decode("utf-8", "replace"), ",").encode("utf-8", "surrogatepass")
    return mutated_xml_file(rng, part)


def mutated_book(rng: random.Random, content: bytes) -> bytes:
    """A workbook wrong in its bytes and parts, or in its cells."""
    return mutated_cells(rng, content) if rng.random() < 0.5 else mutated_workbook(rng, content)
