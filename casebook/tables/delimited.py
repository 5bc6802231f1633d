"""Reading delimited text (.csv, .tsv, .txt), in the child process: encoding and delimiter by the whole content."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from casebook.tables.cells import plain_rows
from casebook.tables.sniff import HEAD
from casebook.tables.workbook import BATCH, Send

CHUNK = 1024 * 1024
DELIMITERS = (",", "\t", ";", "|")
MAX_LINES_IN_CELL = 20
"""A quoted cell with more line breaks than this is taken for an unbalanced quote that swallowed rows."""

_FORMULA_TEXT = re.compile(r'^="([^"]*)"$')
"""A number that web exports write as a formula, so that a spreadsheet keeps it as text."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def detect_encoding(file: BinaryIO) -> tuple[str, bool]:
    """Encoding of a text file, and whether every byte of it decodes.

    A byte order mark, else strict UTF-8, else GB18030 over the whole file; where neither fits, the one that fails
    less often.
    """
    file.seek(0)
    start = file.read(4)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name, _decodes(file, name)
    for name in ("utf-8", "gb18030"):
        if _decodes(file, name):
            return name, True
    return min(("gb18030", "utf-8"), key=lambda name: _failures(file, name)), False


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether every byte of a file decodes; read in pieces."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _failures(file: BinaryIO, encoding: str) -> int:
    """How many places of a file do not decode."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    count = 0
    while chunk := file.read(CHUNK):
        count += decoder.decode(chunk).count("\ufffd")
    return count + decoder.decode(b"", final=True).count("\ufffd")


def detect_delimiter(text: str) -> str:
    """The delimiter of a text's first lines: the one that divides the most lines into the same number of cells."""
    lines = text.splitlines()[:200]
    best, best_score = ",", (0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (count, width) > best_score:
                best, best_score = delimiter, (count, width)
    return best


def read_delimited(file: BinaryIO, send: Send) -> str:
    """Send the one sheet of a text file; returns the encoding. Rows with bytes that do not decode are sent so."""
    csv.field_size_limit(2**31 - 1)
    encoding, whole = detect_encoding(file)
    file.seek(0)
    head = file.read(HEAD).decode(encoding, "replace")
    delimiter = detect_delimiter(head.rpartition("\n")[0] or head)
    formulas = '="' in head
    quoted = True
    rows = longest = 0
    for rows, row in enumerate(_records(file, encoding, delimiter, quoted), 1):  # noqa: B007  # rows: how many
        longest = max(longest, *(cell.count("\n") for cell in row if "\n" in cell), 0)
    counts = {}
    if longest > MAX_LINES_IN_CELL:
        quoted = False
        rows = sum(1 for _ in _records(file, encoding, delimiter, quoted))
        counts["quotes"] = 1
    send("sheet", "", rows, counts, [])
    number = 1
    records = iter(_records(file, encoding, delimiter, quoted))
    while batch := list(itertools.islice(records, BATCH)):
        if formulas:
            batch = [[_FORMULA_TEXT.sub(r"\1", cell) for cell in row] for row in batch]
        damaged = [] if whole else [number + i for i, row in enumerate(batch) if any("\ufffd" in cell for cell in row)]
        send("rows", number, plain_rows(batch), damaged)
        number += len(batch)
    send("end_sheet")
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _records(file: BinaryIO, encoding: str, delimiter: str, quoted: bool) -> Iterable[list[str]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        lines = _without_nul(text)
        if quoted:
            yield from csv.reader(lines, delimiter=delimiter)
        else:
            yield from csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    finally:
        text.detach()


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they are, NUL characters dropped: the csv module of Python before 3.13 may stop at them."""
    for line in lines:
        yield line.replace("\x00", "") if "\x00" in line else line
