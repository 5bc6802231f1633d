"""A worksheet part cut open where rows are filled in: what stands above, beside and below them, and their looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.table import column_letter
from exports.cell_ends import CellEnds, CellValue
from exports.data_area import data_area, data_width, whole_rest
from exports.kept_rows import Around, kept_edits
from exports.merged_cells import covered_columns, merged_across, template_merges, with_merged_cells
from exports.page_breaks import with_page_breaks
from exports.ranges import LAST_COLUMN, LAST_ROW, Growth
from exports.row_formulas import adjusted
from exports.row_patterns import RowPattern, row_pattern
from exports.shared_strings import SharedStrings
from exports.sheet_ranges import formula_edits, range_edits
from exports.sheet_xml import SheetXml, StampedRow
from exports.template_rows import Cell
from exports.xml_parts import mended


class SheetTemplate:
    """A worksheet part cut open at `first_row`: rows above stay, in the data area stand the new ones."""

    def __init__(
        self, name: str, sheet: SheetXml, first_row: int, rows: Sequence[StampedRow], *, kept: bool,
        text_of: Callable[[Cell], str],
    ) -> None:  # fmt: skip
        """`kept` says that the template's rows below the data area stay. Raises RuhuError for a template that can't be
        filled, OddPart for broken XML."""
        self.name = name
        self.sheet = sheet
        self._place = Place(sheet=name)
        self._rows = sheet.rows
        self._count = len(rows)
        given = len(next(iter(rows)).values) if self._count else LAST_COLUMN
        last = first_row + self._count - 1
        if kept:
            width = data_width(sheet.rows.cells(first_row), given)
            area = data_area(sheet.rows, first_row, width, text_of, self._place)
            self.growth = Growth(first_row, area.last, last, width)
        else:
            area = whole_rest(sheet.rows, first_row)
            self.growth = Growth(first_row, area.last, last)
        self._kept = kept
        self._prepared = area.prepared
        self._refuse_too_long()
        self._merges = template_merges(sheet.part, sheet.below, self.growth, self._place, strict=not kept)
        self._refuse_arrays()
        self._patterns: dict[object, RowPattern] = {}
        self._beside = self._cells_beside(self.growth.width) if kept else {}

    def _refuse_too_long(self) -> None:
        ends = self.growth.last
        if self.growth.added:
            ends = max(
                ends, *(number + self.growth.added for number in self._pushed_out() if self._rows.holds(number)), 0
            )
        if ends > LAST_ROW:
            raise RuhuError(
                "too_many_rows",
                _("行数超过一张工作表的上限 {limit}").format(limit=LAST_ROW),
                _("分成几个文件再写"),
                self._place,
            )

    def _pushed_out(self) -> list[int]:
        """Rows below the data for which the sheet has no room any more; some programs draw blank ones to its end."""
        room = LAST_ROW - self.growth.added
        return [number for number in self._rows.by_number if number > max(room, self.growth.area_last)]

    def _refuse_arrays(self) -> None:
        """One formula over several cells can't be had by every person."""
        for row in self._prepared:
            for cell in self._rows.cells(row) if self._rows.has_formula(row) else ():
                said = cell.formula_element.attributes if cell.formula_element is not None else {}
                first, _colon, last = said.get("ref", "").partition(":")
                if said.get("t") == "dataTable" or (said.get("t") == "array" and last not in ("", first)):
                    raise RuhuError(
                        "template_formula",
                        _("模板的数据行里有一个公式管着几个格（数组公式），不能逐行照抄"),
                        _("在模板里把它改成每格一个公式再试"),
                        Place(sheet=self.name, row=row, column=column_letter(cell.column)),
                    )

    def _cells_beside(self, width: int) -> dict[int, list[Cell]]:
        """Values right of the columns that are filled, such as a list of codes: they stay in their rows."""
        found = {}
        for number in self._rows.by_number:
            if self.growth.first <= number <= self._last_replaced and self._rows.holds(number):
                cells = [one for one in self._rows.cells(number) if one.column >= width and (one.value or one.formula)]
                if cells:
                    found[number] = cells
        return found

    @property
    def _last_replaced(self) -> int:
        """The last of the template's rows that is written anew; the sample goes also when nobody is handed in."""
        if not self._kept:
            return LAST_ROW
        return min(max(self.growth.last, self.growth.first), self.growth.area_last)

    def before(self) -> bytes:
        """All up to the rows. The dimension is left out: it would be wrong, and it is optional."""
        sheet = self.sheet
        gone = [(one.start, one.end, b"") for one in (sheet.dimension,) if one is not None]
        opened = sheet.part[sheet.data.start : sheet.data.inside]
        if sheet.data.closed:
            opened = f"<{sheet.prefix}sheetData>".encode()
        return mended(sheet.part, gone, 0, sheet.data.start) + opened

    def above(self, around: Around, strings: SharedStrings) -> bytes:
        """The template's rows above those that are written."""
        numbers = [number for number in self._rows.by_number if number < self.growth.first]
        edits = kept_edits(self._rows, numbers, around, strings, formulas=True)
        return mended(self.sheet.part, edits, self.sheet.data.inside, self._start_of_rows_from(self.growth.first))

    def rest(self, around: Around, strings: SharedStrings) -> bytes:
        """The template's rows below those that are written: prepared ones that nobody needed, then those that moved."""
        gone = set(self._pushed_out()) if self.growth.added else set()
        numbers = [number for number in self._rows.by_number if number > self._last_replaced and number not in gone]
        edits = kept_edits(self._rows, numbers, around, strings, formulas=True)
        edits += [(row.start, row.end, b"") for row in (self._rows.by_number[number] for number in gone)]
        data = self.sheet.data
        start = self._start_of_rows_from(self._last_replaced + 1)
        closing = (
            f"</{self.sheet.prefix}sheetData>".encode() if data.closed else self.sheet.part[data.outside : data.end]
        )
        return mended(self.sheet.part, edits, start, data.outside) + closing

    def _start_of_rows_from(self, first: int) -> int:
        following = (row.start for number, row in self._rows.by_number.items() if number >= first)
        return next(following, self.sheet.data.outside)

    def below(self, around: Around, merged: Sequence[str], new_pages: Sequence[int]) -> bytes:
        """All below the rows, with ranges drawn down or moved."""
        sheet = self.sheet
        edits = [
            *range_edits(sheet.part, sheet.below, self.growth),
            *formula_edits(sheet.part, sheet.below, self.name, around.growths),
            *self._merges.edits,
        ]
        text = mended(sheet.part, edits, sheet.data.end).decode("utf-8")
        text = with_merged_cells(text, [*self._merged_in_rows(), *merged], sheet.prefix)
        return with_page_breaks(text, new_pages).encode("utf-8")

    def _merged_in_rows(self) -> Iterator[str]:
        if self._merges.in_rows:
            for index in range(max(self._count, 1)):
                like = self._like(index)
                if like is not None:
                    yield from merged_across(self.growth.first + index, self._merges.in_rows.get(like, ()))

    def blank_first(self, ends: CellEnds, around: Around) -> str:
        """The first row without anybody, where a template has one: its sample is not handed in."""
        if self._count or not self._kept or not self._prepared:
            return ""
        return self.row(self.growth.first, StampedRow(()), ends, around)

    def row(self, number: int, row: StampedRow, ends: CellEnds, around: Around) -> str:
        """One row as XML. Raises RuhuError, with the place, for a value that can't be written."""
        values = row.values
        pattern = self._pattern(number, row)
        told: list[str | None] = []
        try:
            ends.fill(told, values)
        except RuhuError as error:
            place = Place(sheet=self.name, row=number, column=column_letter(told.index(None)))
            raise RuhuError(error.code, error.what, error.remedy, place, error.category) from error
        if len(told) < pattern.width:
            told += ["/>"] * (pattern.width - len(told))
        if pattern.covered or pattern.formulas or self._beside:
            self._special(number, pattern, values, told, ends, around)
        return pattern.xml(number, told, row.height)

    def _pattern(self, number: int, row: StampedRow) -> RowPattern:
        like = self._like(number - self.growth.first) if self._kept else self._prepared_row(row.pattern)
        pattern = self._patterns.get(like)
        if pattern is None or pattern.width < len(row.values):
            pattern = self._patterns[like] = self._read_pattern(like, len(row.values))
        if number in self._beside:
            return pattern.with_styles({one.column: one.style for one in self._beside[number]}, self._styles)
        return pattern

    @property
    def _styles(self) -> Mapping[int, str]:
        return self.sheet.column_styles

    def _prepared_row(self, pattern: int) -> int | None:
        return self._prepared[pattern] if self._prepared else None

    def _like(self, index: int) -> int | None:
        """The template's row that the person of this 0-based index looks like: the one at that place; where there are
        more people than prepared rows, the last one looks like the last, those before like the rows before it."""
        count = len(self._prepared)
        if not count:
            return None
        if index < count - 1 or (count > 2 and self._count <= count):
            return self._prepared[min(index, count - 1)]
        if count <= 2 or index == self._count - 1:
            return self._prepared[-1]
        back = 2 + (index - count) % 2 if count > 3 else 2  # every other row may be shaded
        return self._prepared[-back]

    def _read_pattern(self, like: int | None, width: int) -> RowPattern:
        rows, prefix = self._rows, self.sheet.prefix
        if like is None:
            return row_pattern(prefix, self.growth.first, {}, (), self._styles).widened(width, self._styles)
        across = self._merges.in_rows.get(like, ())
        plain = not across and not rows.has_formula(like)
        key = rows.looks(like) if plain else like
        pattern = self._patterns.get(key)
        if pattern is None:
            cells = rows.cells(like)
            attributes = rows.by_number[like].attributes
            pattern = row_pattern(prefix, like, attributes, cells, self._styles, covered_columns(across))
        pattern = self._patterns[key] = pattern.widened(width, self._styles)
        return pattern

    def _special(
        self,
        number: int,
        pattern: RowPattern,
        values: Sequence[CellValue],
        told: list[str | None],
        ends: CellEnds,
        around: Around,
    ) -> None:
        """The ends of cells that are not their values alone: formulas of the template, what stands beside the data."""
        given = {column for column, value in enumerate(values) if value is not None}
        for column in pattern.covered & given:
            if values[column] != "":
                raise RuhuError(
                    "template_merged_column",
                    _("要填的这一列在模板里与左边的格合并了，填了也看不见"),
                    _("在模板里取消这两格的合并，或在格式里去掉这一列"),
                    Place(sheet=self.name, row=number, column=column_letter(column)),
                )
        for column in pattern.formulas.keys() - given:
            told[column] = pattern.formula_end(column, number, self.name, around.growths)
        for cell in self._beside.get(number, ()):
            formula = adjusted(cell.formula, self.name, around.growths) if cell.formula else None
            told[cell.column] = ends.kept(self.sheet.part, cell, formula)
