"""What stands under the header (表头下面): rows that stay (column numbers), where the first person goes."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.language import N_
from casebook.texts import Text
from casebook.texts import text as said
from exports.learning.grid import Grid
from exports.learning.header_block import HeaderBlock

_STAYING = ("numbers", "units", "needs", "codes")


@dataclass(frozen=True, slots=True)
class Below:
    """`staying` are the rows between header and `first_row` by their kind; `sample` is a filled row, 0 for none."""

    first_row: int
    staying: dict[int, str]
    sample: int
    notes: tuple[Text, ...]


def first_row_below(grid: Grid, block: HeaderBlock) -> Below:
    """Where the rows of people begin under a header."""
    row = block.last + 1
    staying: dict[int, str] = {}
    notes: list[Text] = []
    while row <= block.last + 8:
        kind = grid.row_kind(row)
        if kind == "labels" and _tells_how(grid, row):
            kind = "codes"
        if (kind == "note" and row <= block.last + 2 and not _at_the_end(grid, row)) or (
            kind in _STAYING and (kind != "numbers" or not _is_first_person(grid, row, block))
        ):
            staying[row] = kind
        else:
            break
        row += 1
    if staying:
        notes.append(said(N_("表头下面有 {count} 行说明（列号、单位等），保留"), count=len(staying)))
    kind = grid.row_kind(row)
    sample = row if kind in ("example", "values", "labels") and _like_a_person(grid, row, block) else 0
    if sample:
        notes.append(said(N_("第 {row} 行是填好的示例，填报时从这一行写起，会换掉它"), row=row))
    return Below(row, staying, sample, tuple(notes))


def _tells_how(grid: Grid, row: int) -> bool:
    """Whether a row under the header tells how to fill its columns: codes, formats."""
    from exports.learning.wording import codes_in_leaf

    texts = [text for _column, text in grid.by_row.get(row, ())]
    telling = sum(codes_in_leaf(text) or len(text) > 25 for text in texts)
    return bool(texts) and telling * 2 >= len(texts)


def _at_the_end(grid: Grid, row: int) -> bool:
    """Whether nothing but notes follows: notes at the foot of a form begin behind blank rows, or end the sheet."""
    return all(grid.row_kind(later) in ("note", "title", "line", "blank") for later in grid.rows if later > row)


def _is_first_person(grid: Grid, row: int, block: HeaderBlock) -> bool:
    """A lone 1 in the first column is the number of the first person, not of a column."""
    return len(grid.by_row.get(row, ())) * 3 < len(block.paths)


def _like_a_person(grid: Grid, row: int, block: HeaderBlock) -> bool:
    cells = [column for column, _text in grid.by_row.get(row, ()) if column in block.paths]
    return len(cells) >= 3
