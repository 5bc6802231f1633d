"""Formulas of a template when rows are filled in: copied to another row, and kept right where rows moved or ranges
were drawn down. Only cell references change; texts, names, functions and other workbooks' cells stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from casebook.tables.table import column_index, column_letter
from exports.ranges import LAST_COLUMN, LAST_ROW, Growth

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!))
    |(?P<sheet>(?:'(?:[^']|'')+'|(?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?|\[\d+\])!)?
     (?:(?P<area>(?<![\w.])(?P<c1>\$?[A-Za-z]{1,3})(?P<a1>\$?)(?P<r1>\d{1,7})
         (?::(?P<c2>\$?[A-Za-z]{1,3})(?P<a2>\$?)(?P<r2>\d{1,7}))?(?![\w.(!\[]))
       |(?P<rows>(?<![\w.$])(?P<a3>\$?)(?P<r3>\d{1,7}):(?P<a4>\$?)(?P<r4>\d{1,7})(?![\w.(!:]))
       |(?P<columns>(?<![\w.])\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!])))
    |(?P<structured>\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\])
    |(?P<word>[^\W\d][\w.]*)""",
    re.VERBOSE,
)
Growths = Mapping[str, Growth]
"""The filled sheets by name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells that a formula names: `sheet` '' for its own, None for another workbook's. 1-based rows, `column` the
    0-based first one; `fixed` says for each row whether it is written with `$`; `ranged` whether it has a colon."""

    sheet: str | None
    column: int
    rows: tuple[int, int]
    fixed: tuple[bool, bool]
    ranged: bool


def references(formula: str) -> list[Reference]:
    """All cells that a formula names, whole columns from the first row to the last."""
    found = (_reference(token) for token in _TOKEN.finditer(formula))
    return [one for one in found if one is not None]


def words(formula: str) -> set[str]:
    """Names and functions in a formula, `[` for a column of a table."""
    return {token["word"] or "[" for token in _TOKEN.finditer(formula) if token["word"] or token["structured"]}


def shifted(formula: str, rows: int, columns: int = 0) -> str:
    """The formula as a copy that many rows below and columns to the right has it."""
    return _changed(formula, lambda one: _moved_along(one, rows), columns) if rows or columns else formula


def copied(formula: str, rows: int, own: str, growths: Growths) -> str:
    """The formula of a pattern row in the row `rows` below it: rows without `$` go along, those with it stay with what
    they meant, and a range between two of them is drawn down as the data are."""

    def change(one: Reference) -> tuple[int, int]:
        along = _moved_along(one, rows)
        growth = _growth(one, own, growths)
        if growth is None:
            return along
        if all(one.fixed):
            return growth.span(*one.rows, one.column) if one.ranged else (growth.moved(one.rows[0]),) * 2
        return tuple(  # type: ignore[return-value]
            growth.moved(row) + (0 if fixed else rows) for row, fixed in zip(one.rows, one.fixed, strict=True)
        )

    return _changed(formula, change)


def adjusted(formula: str, own: str, growths: Growths, *, anchored: bool = False) -> str:
    """A formula that stays where it is, or moves with its row, with the same cells meant as before and ranges over the
    data drawn down. One `anchored` to a range (a drop-down's, a conditional format's) has rows without `$` that are
    counted from that range's first cell: they are not drawn down."""

    def change(one: Reference) -> tuple[int, int]:
        growth = _growth(one, own, growths)
        if growth is None:
            return one.rows
        if one.ranged and (all(one.fixed) or not anchored):
            return growth.span(*one.rows, one.column)
        return growth.moved(one.rows[0]), growth.moved(one.rows[1])

    return _changed(formula, change)


def touches(formula: str, own: str, growths: Growths, names: Collection[str] = ()) -> bool:
    """Whether the result of a formula may hang on rows that are filled: cells there, a table's column, or a defined
    name of `names`."""
    for one in references(formula):
        growth = _growth(one, own, growths)
        if growth is not None and one.rows[1] >= growth.first:
            return True
    said = words(formula)
    return "[" in said or not said.isdisjoint(names)


def _growth(one: Reference, own: str, growths: Growths) -> Growth | None:
    return None if one.sheet is None else growths.get(one.sheet or own)


def _moved_along(one: Reference, rows: int) -> tuple[int, int]:
    first, last = (row if fixed else row + rows for row, fixed in zip(one.rows, one.fixed, strict=True))
    return first, last


def _changed(formula: str, change: Callable[[Reference], tuple[int, int]], columns: int = 0) -> str:
    def write(token: re.Match[str]) -> str:
        one = _reference(token)
        if one is None:
            return token.group(0)
        first, last = change(one)
        sheet = token["sheet"] or ""
        if not (1 <= first <= LAST_ROW and 1 <= last <= LAST_ROW):
            return "#REF!"
        if token["columns"]:
            left, right = (_column_along(letters, columns) for letters in token["columns"].split(":"))
            return f"{sheet}{left}:{right}" if left and right else "#REF!"
        if token["rows"]:
            return f"{sheet}{token['a3']}{first}:{token['a4']}{last}"
        left, right = _column_along(token["c1"], columns), _column_along(token["c2"] or token["c1"], columns)
        if not left or not right:
            return "#REF!"
        if token["c2"] is None:
            return f"{sheet}{left}{token['a1']}{first}"
        return f"{sheet}{left}{token['a1']}{first}:{right}{token['a2']}{last}"

    return _TOKEN.sub(write, formula)


def _column_along(letters: str, columns: int) -> str:
    if not columns or letters.startswith("$"):
        return letters
    index = column_index(letters.upper()) + columns
    return column_letter(index) if 0 <= index < LAST_COLUMN else ""


def _reference(token: re.Match[str]) -> Reference | None:
    """What a token names, None when it is no reference."""
    sheet = _sheet(token["sheet"])
    if token["columns"]:
        left = column_index(token["columns"].partition(":")[0].lstrip("$").upper())
        return Reference(sheet, left, (1, LAST_ROW), (True, True), True) if left < LAST_COLUMN else None
    if token["rows"]:
        rows = int(token["r3"]), int(token["r4"])
        fixed = bool(token["a3"]), bool(token["a4"])
        return Reference(sheet, 0, rows, fixed, True) if 1 <= rows[0] <= rows[1] <= LAST_ROW else None
    if not token["area"]:
        return None
    rows = int(token["r1"]), int(token["r2"] or token["r1"])
    columns = [column_index(token[name].lstrip("$").upper()) for name in ("c1", "c2") if token[name]]
    if max(columns) >= LAST_COLUMN or not (min(rows) >= 1 and max(rows) <= LAST_ROW):
        return None
    ranged = token["c2"] is not None
    fixed = bool(token["a1"]), bool(token["a2"] if ranged else token["a1"])
    if rows[0] > rows[1]:  # Excel writes the upper row first; another writer may not
        return None
    return Reference(sheet, min(columns), rows, fixed, ranged)


def _sheet(written: str | None) -> str | None:
    if not written:
        return ""
    name = written[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    elif ":" in name:
        return None  # several sheets in a row: no single one of ours
    return None if "[" in name else name
