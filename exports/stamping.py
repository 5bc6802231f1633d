"""Stamping: rows written into a template, the only way a workbook leaves the house.

Of the sheets named only the rows are written; texts are shared strings, and the template's own inline ones become
so too (several portals drop inline strings); ranges of drop-downs, conditional formats, filters, tables, print areas
and names are drawn down to the last row, and what stands below the data moves down when they need more room. Every
other part is copied byte for byte. The same input gives the same bytes.

Values only: the chain of calculation is dropped, formulas are those that the template brings. Where it has any, the
workbook asks to be calculated when it is opened, and results that hung on the filled rows are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import IO, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.cell_ends import CellEnds
from exports.given_workbook import (
    TYPES,
    GivenWorkbook,
    file_ending,
    not_a_workbook,
    opened_workbook,
    part_bytes,
    refuse_old,
)
from exports.kept_rows import Around, kept_edits
from exports.related_parts import related_parts
from exports.row_formulas import Growths
from exports.shared_strings import SharedStrings
from exports.sheet_ranges import formula_edits
from exports.sheet_template import SheetTemplate
from exports.sheet_xml import StampedRow, read_sheet
from exports.template_rows import Cell
from exports.workbook_xml import (
    names_on_filled,
    new_strings_part,
    right_relations,
    right_types,
    with_names_and_calculation,
)
from exports.xml_parts import OddPart, mended

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every member of a workbook we write: the oldest a zip can hold."""
_ROWS_AT_ONCE = 500
_PACKING = 4
"""Deflate level: half the time of the usual 6 for a file 5 % larger."""

_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")
_OURS = b' t="s">'
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet, from the 1-based `first_row` on; any sequence, it is gone through once. `new_pages` are the
    sheet rows that begin a new page in print, `merged` the ranges of cells (`A3:F3`) joined.

    `below` says what becomes of the template's rows from `first_row` on. `dropped`, in a workbook that we made: they
    are patterns, and go. `kept`, in an office's own: the data area is found (`exports/data_area.py`), people's rows
    look like the prepared rows at their place, prepared rows that nobody needs stay blank, and what follows - who
    signs, notes, totals - stays below the data. There a value of None leaves a cell with the template's own formula,
    the text '' makes it blank.
    """

    first_row: int
    rows: Sequence[StampedRow]
    new_pages: Sequence[int] = ()
    merged: Sequence[str] = ()
    below: Literal["dropped", "kept"] = "dropped"


def stamp(template: bytes, sheets: Mapping[str, SheetRows], out: IO[bytes]) -> None:
    """Write the template with `sheets` (by their names) filled into `out`.

    Raises RuhuError when the template is no workbook that can be filled, lacks a sheet, has cells merged over rows
    where people are to stand, or a value is longer than a cell can hold.
    """
    refuse_old(template)
    try:
        with ZipFile(BytesIO(template)) as source:
            _Stamping(opened_workbook(source), sheets).write(out)
    except _NO_WORKBOOK as error:
        raise not_a_workbook() from error


def workbook_suffix(template: bytes) -> Literal[".xlsx", ".xlsm"]:
    """How the filled workbook must be named, with macros or without. Raises RuhuError for what is no workbook."""
    refuse_old(template)
    try:
        with ZipFile(BytesIO(template)) as source:
            opened_workbook(source)
            return file_ending(part_bytes(source, TYPES))
    except _NO_WORKBOOK as error:
        raise not_a_workbook() from error


_NO_WORKBOOK = (BadZipFile, KeyError, OddPart, UnicodeDecodeError, NotImplementedError, EOFError)


class _Stamping:
    """One template being filled: all that is read before the first byte is written."""

    def __init__(self, given: GivenWorkbook, sheets: Mapping[str, SheetRows]) -> None:
        self._given = given
        self._rows = {given.sheets[name]: rows for name, rows in sheets.items() if name in given.sheets}
        if missing := [name for name in sheets if name not in given.sheets]:
            raise RuhuError(
                "template_sheet", _("模板里没有要写的工作表"), _("换用带这张工作表的模板"), Place(sheet=missing[0])
            )
        self._strings = SharedStrings(given.read(given.strings) if given.strings else b"")
        self._templates = {given.sheets[name]: self._template(name, rows) for name, rows in sheets.items()}
        self._growths: Growths = {one.name: one.growth for one in self._templates.values()}
        workbook = given.read(given.workbook)
        self._names = names_on_filled(workbook, self._growths)
        self._sheet_of = {part: name for name, part in given.sheets.items()}
        self._changed = {part: self._with_own_texts(part) for part in self._sheet_of if part not in self._templates}
        for part, template in self._templates.items():
            self._changed |= related_parts(given, template.name, part, template.growth)
        calculate = any(_FORMULA.search(given.read(part)) for part in self._sheet_of)
        self._changed[given.workbook] = with_names_and_calculation(
            workbook, given.order, self._growths, calculate=calculate
        )
        types = next(name for name in given.source.namelist() if name.lower() == TYPES.lower())
        self._changed[types] = right_types(given.read(types), given)
        self._changed[given.relations] = right_relations(given.read(given.relations), given)
        self._ends: dict[str, CellEnds] = {}
        self._references = 0

    def _template(self, name: str, rows: SheetRows) -> SheetTemplate:
        sheet = read_sheet(self._given.read(self._given.sheets[name]), Place(sheet=name))

        def text_of(cell: Cell) -> str:
            return self._strings.cell_text(sheet.part, cell.element)

        return SheetTemplate(name, sheet, rows.first_row, rows.rows, kept=rows.below == "kept", text_of=text_of)

    def _with_own_texts(self, part: str) -> bytes:
        """A sheet that gets no rows: its inline strings become shared ones, its formulas go on meaning the same cells
        of those that do."""
        old, name = self._given.read(part), self._sheet_of[part]
        speaks_of_filled = any(_longest_plain(one).encode() in old for one in self._growths)
        if b"inlineStr" not in old and not speaks_of_filled:
            return old
        sheet = read_sheet(old, Place(sheet=name))
        around = Around(name, self._growths, self._names)
        edits = kept_edits(sheet.rows, sheet.rows.by_number, around, self._strings, formulas=speaks_of_filled)
        return mended(old, [*edits, *formula_edits(old, sheet.below, name, self._growths)])

    def write(self, out: IO[bytes]) -> None:
        given = self._given
        strings = given.strings or new_strings_part(given)
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_PACKING) as target:
            for name in given.source.namelist():
                if name == given.strings or name in given.chains:
                    continue
                if name in self._templates:
                    pieces = self._pieces(self._templates[name], self._rows[name])
                    _write(target, name, pieces)
                    continue
                part = self._changed.get(name)
                if part is None:
                    part = given.kept(name)
                elif name in self._sheet_of:
                    self._references += len(_SHARED.findall(part))
                _write(target, name, (part,))
            _write(target, strings, self._strings.xml(self._references))

    def _pieces(self, template: SheetTemplate, filling: SheetRows) -> Iterator[bytes]:
        """A filled sheet."""
        around = Around(template.name, self._growths, self._names)
        prefix = template.sheet.prefix
        ends = self._ends.setdefault(prefix, CellEnds(self._strings, prefix))
        yield template.before()
        yield self._counted(template.above(around, self._strings))
        numbered = enumerate(filling.rows, filling.first_row)
        while chunk := list(islice(numbered, _ROWS_AT_ONCE)):
            rows = [template.row(number, row, ends, around) for number, row in chunk]
            written = "".join(rows).encode("utf-8")
            self._references += written.count(_OURS)
            yield written
        yield self._counted(template.blank_first(ends, around).encode("utf-8"))
        yield self._counted(template.rest(around, self._strings))
        yield template.below(around, filling.merged, filling.new_pages)

    def _counted(self, rows: bytes) -> bytes:
        self._references += len(_SHARED.findall(rows))
        return rows


def _longest_plain(name: str) -> str:
    """The piece of a sheet's name that stands as it is wherever a formula names the sheet."""
    return max(re.split("[\"'&<>]", name), key=len)


def _write(target: ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    member = ZipInfo(name, EPOCH)
    member.compress_type = ZIP_DEFLATED
    member.create_system = 3  # the same bytes on every system
    member.external_attr = 0o600 << 16
    # ZipInfo knows no level of its own before Python 3.13 but by this name.
    member._compresslevel = _PACKING  # type: ignore[attr-defined]
    with target.open(member, "w") as file:
        for piece in pieces:
            file.write(piece)
