"""How a row of the template looks, ready to be written many times with other values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from casebook.tables.table import column_letter
from exports.row_formulas import Growths, copied
from exports.template_rows import Cell
from exports.xml_parts import escaped_attribute, escaped_text

_HERE = "\0"
"""Stands for the row's number in a pattern."""
_NOT_KEPT = ("r", "spans", "hidden", "ht", "customHeight", "collapsed")


@dataclass(frozen=True, slots=True)
class RowFormula:
    """A formula of a pattern: its text, what it says besides (`t`, `ca`), attributes of its cell."""

    text: str
    attributes: Mapping[str, str]
    of_cell: str


@dataclass(frozen=True, slots=True)
class RowPattern:
    """`row` is how the template's row is numbered; `open_tag` lacks the height, which is `height`; `cells` has the
    row's number and what each cell ends with left out, `whole` is all of them. `of_row` is the style of the whole row,
    None when it has none; `covered` are columns that a merged cell hides."""

    prefix: str
    row: int
    open_tag: str
    height: str
    of_row: str | None = None
    styles: tuple[str, ...] = ()
    cells: str = ""
    whole: str = ""
    formulas: Mapping[int, RowFormula] = field(default_factory=dict)
    covered: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        return len(self.styles)

    def widened(self, width: int, style_of: Mapping[int, str]) -> RowPattern:
        """The pattern with at least that many cells, further ones in the style of the row or of their column."""
        if width <= self.width:
            return self
        further = (
            style_of.get(index, "") if self.of_row is None else self.of_row for index in range(self.width, width)
        )
        return _with_cells(self, (*self.styles, *further))

    def with_styles(self, styles: Mapping[int, str], style_of: Mapping[int, str]) -> RowPattern:
        """The pattern with some cells in another style."""
        base = self.widened(max(styles) + 1, style_of)
        return _with_cells(base, tuple(styles.get(index, style) for index, style in enumerate(base.styles)))

    def xml(self, number: int, ends: list[str | None], height: float | None) -> str:
        """The row with that number; each of its cells ends as told."""
        here = str(number)
        if height is None:
            return self.whole.replace(_HERE, here) % tuple(ends)
        tag = f'{self.open_tag.replace(_HERE, here)} ht="{height:g}" customHeight="1">'
        return f"{tag}{self.cells.replace(_HERE, here) % tuple(ends)}</{self.prefix}row>"

    def formula_end(self, column: int, number: int, own: str, growths: Growths) -> str:
        """How a cell ends that has this pattern's formula, without a result: nobody has worked it out."""
        formula, p = self.formulas[column], self.prefix
        text = copied(formula.text, number - self.row, own, growths)
        said = "".join(f' {name}="{escaped_attribute(value)}"' for name, value in formula.attributes.items())
        if "t" in formula.attributes:  # an array of this one cell
            said += f' ref="{column_letter(column)}{number}"'
        return f"{formula.of_cell}><{p}f{said}>{escaped_text(text).decode('utf-8')}</{p}f></{p}c>"


def row_pattern(
    prefix: str, row: int, attributes: Mapping[str, str], cells: Sequence[Cell], style_of: Mapping[int, str],
    covered: frozenset[int] = frozenset(),
) -> RowPattern:  # fmt: skip
    """The pattern of a template's row. Its values are left out, its formulas kept; a hidden sample makes no hidden
    people. Cells that it lacks have the row's own style, else `style_of` their column."""
    kept = "".join(
        f' {name}="{escaped_attribute(value)}"' for name, value in attributes.items() if name not in _NOT_KEPT
    )
    height = "".join(f' {name}="{attributes[name]}"' for name in ("ht", "customHeight") if name in attributes)
    of_row = attributes.get("s", "") if attributes.get("customFormat") in ("1", "true") else None
    formulas = {cell.column: _formula(cell) for cell in cells if cell.formula}
    bare = RowPattern(
        prefix, row, f'<{prefix}row r="{_HERE}"{kept}', height, of_row, formulas=formulas, covered=covered
    )
    styles = tuple(cell.style for cell in cells)
    if [cell.column for cell in cells] == list(range(len(cells))):
        return _with_cells(bare, styles)
    own = {cell.column: cell.style for cell in cells}
    filled = bare.widened(max(own) + 1, style_of).styles
    return _with_cells(bare, tuple(own.get(index, style) for index, style in enumerate(filled)))


def _formula(cell: Cell) -> RowFormula:
    assert cell.formula is not None and cell.formula_element is not None
    said = cell.formula_element.attributes
    attributes = {name: said[name] for name in ("ca", "aca") if name in said}
    if said.get("t") == "array":
        attributes["t"] = "array"
    dynamic = cell.element.attributes.get("cm")
    return RowFormula(cell.formula, attributes, f' cm="{dynamic}"' if dynamic else "")


def _with_cells(pattern: RowPattern, styles: tuple[str, ...]) -> RowPattern:
    p = pattern.prefix
    cells = "".join(
        f'<{p}c r="{column_letter(index)}{_HERE}"' + (f' s="{style}"' if style else "") + "%s"
        for index, style in enumerate(styles)
    )
    tag = f"{pattern.open_tag}{pattern.height}>".replace("%", "%%")
    return replace(pattern, styles=styles, cells=cells, whole=f"{tag}{cells}</{p}row>")
