"""One worksheet part of a template: what stands around its rows, the rows that stay, the looks of those to write.

The text is cut, never parsed and written anew, so all that is not named here stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.table import column_letter
from exports.shared_strings import Rich, SharedStrings

CellValue = str | int | float | bool | Rich | None
EXACT = 10**15
"""Numbers from here on would lose digits in a spreadsheet, so they are written as text."""
LAST_ROW = 1_048_576

_DATA = re.compile(r"<sheetData\s*/>|<sheetData\s*>(.*?)</sheetData\s*>", re.DOTALL)
_ROW = re.compile(r"<row\b([^>]*?)(?:/>|>(.*?)</row\s*>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c\s*>)", re.DOTALL)
_INLINE = re.compile(r"<is\s*/>|<is\s*>(.*?)</is\s*>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_DIMENSION = re.compile(r"<dimension\b[^>]*/>")
_RANGES = re.compile(r'(<(?:dataValidation|conditionalFormatting|autoFilter)\b[^>]*?\b(?:sqref|ref)=")([^"]*)(")')
_X14_RANGES = re.compile(r"(<xm:sqref>)([^<]*)(</xm:sqref>)")
_MERGED = re.compile(r'<mergeCell\b[^>]*?\bref="([^"]*)"')
_CORNERS = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)(?::(\$?[A-Z]{1,3}\$?)(\d+))?")


@dataclass(frozen=True, slots=True)
class StampedRow:
    """A row to write: its values by sheet column from A, which of the template's pattern rows it looks like
    (0 the first), its height in points (None: the pattern's)."""

    values: Sequence[CellValue]
    pattern: int = 0
    height: float | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A row's attributes and, per cell, the text before the row number, and after it for a text, a number, nothing."""

    attributes: str
    height: str
    cells: tuple[tuple[str, str, str, str], ...]


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag as they are written; those asked for here never hold an escape."""
    return dict(_ATTRIBUTE.findall(text))


def extended(ranges: str, first_row: int, last_row: int, reach: int = 0) -> str:
    """Ranges (`Q2:Q2 R2`) with those that cover `first_row`, or end at most `reach` rows above it, drawn down to
    `last_row`.

    >>> extended("Q2 R2:R3 A1:B1", 2, 9)
    'Q2:Q9 R2:R9 A1:B1'
    """

    def grow(found: re.Match[str]) -> str:
        left, top, right, bottom = found.group(1), int(found.group(2)), found.group(3), int(found.group(4) or 0)
        right, bottom = right or left, bottom or top
        if top > first_row or bottom < first_row - reach or bottom >= last_row:
            return found.group(0)
        return f"{left}{top}:{right}{last_row}"

    return _CORNERS.sub(grow, ranges)


def with_shared_strings(sheet: str, strings: SharedStrings) -> str:
    """A sheet that gets no rows, with its inline strings made shared ones."""
    if 't="inlineStr"' not in sheet:
        return sheet
    data = _DATA.search(sheet)
    if data is None or data.group(1) is None:
        return sheet
    start, end = data.span(1)
    return sheet[:start] + _sharing_cells(data.group(1), strings) + sheet[end:]


def _sharing_cells(rows: str, strings: SharedStrings) -> str:
    def share(found: re.Match[str]) -> str:
        if 't="inlineStr"' not in found.group(1):
            return found.group(0)
        inline = _INLINE.search(found.group(2) or "")
        kept = found.group(1).replace('t="inlineStr"', 't="s"')
        return f"<c{kept}><v>{strings.add_raw((inline and inline.group(1)) or '<t></t>')}</v></c>"

    return _CELL.sub(share, rows)


class SheetTemplate:
    """A worksheet part cut open at `first_row`: rows above stay, rows from there on are patterns and are replaced."""

    def __init__(self, sheet: str, first_row: int, count: int, place: Place) -> None:
        data = _DATA.search(sheet)
        if data is None:
            raise RuhuError(
                "template_form",
                _("模板的工作表不是通常的写法，写不进行"),
                _("用 Excel 或 WPS 打开模板，另存为 .xlsx 再试"),
                place,
            )
        self.first_row = first_row
        self.last_row = first_row + count - 1
        if self.last_row > LAST_ROW:
            raise RuhuError(
                "too_many_rows",
                _("行数超过一张工作表的上限 {limit}").format(limit=LAST_ROW),
                _("分成几个文件再写"),
                place,
            )
        self._before = sheet[: data.start()]
        self._after = sheet[data.end() :]
        self._kept: list[str] = []
        self._patterns: list[_Pattern] = []
        for row in _ROW.finditer(data.group(1) or ""):
            if int(attributes(row.group(1)).get("r", 0)) < first_row:
                self._kept.append(row.group(0))
            else:
                self._patterns.append(_pattern(row.group(1), row.group(2) or ""))
        self._refuse_merged_rows(place)

    def _refuse_merged_rows(self, place: Place) -> None:
        for ranges in _MERGED.findall(self._after):
            corners = _CORNERS.match(ranges)
            if corners and int(corners.group(4) or corners.group(2)) >= self.first_row:
                raise RuhuError(
                    "template_merged",
                    _("模板的数据区里有合并单元格"),
                    _("取消第 {row} 行及以下的合并再试").format(row=self.first_row),
                    place,
                )

    def before(self) -> str:
        """All up to the rows. The dimension is left out: it would be wrong, and it is optional."""
        return _DIMENSION.sub("", self._before) + "<sheetData>"

    def kept(self, strings: SharedStrings) -> str:
        return _sharing_cells("".join(self._kept), strings)

    def after(self) -> str:
        """All below the rows, with the ranges of drop-downs, conditional formats and the filter drawn down."""

        def grow(found: re.Match[str]) -> str:
            # A filter's range in a template may be its header alone.
            reach = 1 if found.group(1).startswith("<autoFilter") else 0
            return found.group(1) + extended(found.group(2), self.first_row, self.last_row, reach) + found.group(3)

        return "</sheetData>" + _X14_RANGES.sub(grow, _RANGES.sub(grow, self._after))

    def row(self, number: int, row: StampedRow, strings: SharedStrings) -> str:
        """One row as XML."""
        values, known = row.values, strings.known
        pattern = self._patterns[row.pattern] if self._patterns else _pattern("", "")
        if len(pattern.cells) < len(values):
            pattern = _pattern("", "", len(values), pattern)
        height = pattern.height if row.height is None else f' ht="{row.height:g}" customHeight="1"'
        parts = [f'<row r="{number}"{pattern.attributes}{height}>']
        for (head, text, plain, nothing), value in zip(pattern.cells, values, strict=False):
            if value is None or value == "":
                parts.append(f"{head}{number}{nothing}")
            elif isinstance(value, str | Rich):
                index = known.get(value)
                parts.append(f"{head}{number}{text}{strings.add(value) if index is None else index}</v></c>")
            elif isinstance(value, bool):
                parts.append(f'{head}{number}{plain[:-4]} t="b"><v>{int(value)}</v></c>')
            elif abs(value) < EXACT:
                parts.append(f"{head}{number}{plain}{value!r}</v></c>")
            else:
                parts.append(f"{head}{number}{text}{strings.add(str(value))}</v></c>")
        for head, _text, _plain, nothing in pattern.cells[len(values) :]:
            parts.append(f"{head}{number}{nothing}")
        parts.append("</row>")
        return "".join(parts)


def _pattern(row: str, cells: str, width: int = 0, base: _Pattern | None = None) -> _Pattern:
    """A pattern from a template's row, or `base` widened to `width` columns of the default style."""
    if base is not None:
        bare = tuple(_cell_texts(index, "") for index in range(len(base.cells), width))
        return _Pattern(base.attributes, base.height, base.cells + bare)
    named = attributes(row)
    styles = {}
    for found in _CELL.finditer(cells):
        of_cell = attributes(found.group(1))
        letters = of_cell.get("r", "").rstrip("0123456789")
        styles[letters] = of_cell.get("s", "")
    last = max((_column_index(letters) for letters in styles if letters), default=-1)
    return _Pattern(
        "".join(f' {name}="{named[name]}"' for name in ("s", "customFormat", "hidden") if name in named),
        "".join(f' {name}="{named[name]}"' for name in ("ht", "customHeight") if name in named),
        tuple(_cell_texts(index, styles.get(column_letter(index), "")) for index in range(last + 1)),
    )


def _cell_texts(index: int, style: str) -> tuple[str, str, str, str]:
    styled = f'" s="{style}"' if style else '"'
    return f'<c r="{column_letter(index)}', f'{styled} t="s"><v>', f"{styled}><v>", f"{styled}/>"


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
