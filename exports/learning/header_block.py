"""Finding the header of a form (表头): its first and last row among titles, lines to fill in, notes and samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exports.learning.grid import Grid, is_prose, is_value

SCAN_ROWS = 60
_HIGHEST = 6

Knows = Callable[[tuple[str, ...]], float]
"""How well a column's texts, top first, are known: 0 not at all, 1 exactly."""


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """`first` and `last` row of a header, 1-based; `paths` the texts above each column, top first, by 0-based column;
    `score` to compare blocks by, `known` how many columns are known."""

    first: int
    last: int
    paths: dict[int, tuple[str, ...]]
    score: float
    known: float


def find_header_block(grid: Grid, knows: Knows) -> HeaderBlock | None:
    """The block of rows whose columns are known best; None when no two columns are."""
    best: HeaderBlock | None = None
    kinds = {row: grid.row_kind(row) for row in grid.rows if row <= SCAN_ROWS}
    crossing = grid.crossing_rows
    for first in kinds:
        if kinds[first] not in ("labels", "english", "title") or (first - 1 in crossing):
            continue
        for last in range(first, first + _HIGHEST):
            kind = kinds.get(last, "blank")
            if kind in ("line", "note", "values", "numbers", "units", "needs", "example"):
                break
            if last in crossing or (kind == "blank" and last - 1 not in crossing):
                continue
            block = _block(grid, first, last, knows, kinds)
            if block and (best is None or block.score > best.score):
                best = block
    return best


def _block(grid: Grid, first: int, last: int, knows: Knows, kinds: dict[int, str]) -> HeaderBlock | None:
    paths = column_paths(grid, first, last)
    if len(paths) < 2:
        return None
    score = known = 0.0
    over_all = texts_over_all(paths)
    for path in paths.values():
        found = knows(tuple(text for text in path if text not in over_all) or path)
        known += found
        leaf = path[-1]
        if found:
            score += 3 * found
        elif is_value(leaf):
            score -= 1.5
        elif is_prose(leaf):
            score -= 2
        else:
            score += 0.4
    if known < 1.5:
        return None
    for row in range(first, last + 1):
        kind = kinds.get(row, "blank")
        score += _as_groups(grid, row, paths) if row < last else -0.6
        if _is_title(grid, row, paths):
            score -= 6
        if kind == "blank":
            score -= 0.5
    return HeaderBlock(first, last, paths, score, known)


def _as_groups(grid: Grid, row: int, paths: dict[int, tuple[str, ...]]) -> float:
    """What a row adds that says what its columns are about: two texts or more, over columns with texts of their own."""
    cells = [(column, text) for column, text in grid.by_row.get(row, ()) if len(text) <= 30]
    over = [column for column, text in cells if column in paths and paths[column][-1] != text]
    if len(over) < 2 or len(cells) != len(grid.by_row.get(row, ())):
        return -0.6
    return 1.0 + 0.15 * sum(grid.text(row, column) in path[:-1] for column, path in paths.items())


def _is_title(grid: Grid, row: int, paths: dict[int, tuple[str, ...]]) -> bool:
    """Whether the one text of a row lies over the whole table."""
    cells = grid.by_row.get(row, ())
    if len(cells) != 1:
        return False
    area = grid.area(row, cells[0][0])
    under = [column for column in paths if area[1] <= column <= area[3]]
    return len(under) * 10 >= 8 * len(paths) or (len(under) == 1 and cells[0][0] == min(paths) and area[0] == area[2])


def texts_over_all(paths: dict[int, tuple[str, ...]]) -> frozenset[str]:
    """Texts that stand over every column: titles."""
    every = [set(path) for path in paths.values()]
    return frozenset(set.intersection(*every)) if len(every) > 1 else frozenset()


def column_paths(grid: Grid, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """The texts above each column that has any, top first, each once; a group's text goes to all columns under it."""
    carried = {row: _carried(grid, row, first, last) for row in range(first, last + 1)}
    paths: dict[int, tuple[str, ...]] = {}
    for column in range(grid.last_column + 1):
        own = _own(grid, column, first, last)
        if not own:
            continue
        path: list[str] = []
        top = min(row for row, _text in own)
        for row in range(first, last + 1):
            text = grid.text(row, column) or (carried[row].get(column, "") if row < top else "")
            if text and (not path or path[-1] != text):
                path.append(text)
        paths[column] = tuple(path)
    # the columns of a merged header cell without own texts below are one column, the others are left blank
    return paths


def _own(grid: Grid, column: int, first: int, last: int) -> list[tuple[int, str]]:
    """The texts of a column; of an area merged sideways with nothing below it, its first column has it alone."""
    found = []
    for row in range(first, last + 1):
        text = grid.text(row, column)
        if not text:
            continue
        area = grid.area(row, column)
        if area[1] < column and area[3] > area[1]:
            below = any(
                grid.texts.get((lower, one))
                for lower in range(area[2] + 1, last + 1)
                for one in range(area[1], area[3] + 1)
            )
            if not below or not any(grid.text(lower, column) for lower in range(area[2] + 1, last + 1)):
                continue
        found.append((row, text))
    return found


def _carried(grid: Grid, row: int, first: int, last: int) -> dict[int, str]:
    """Texts of groups whose cells are not merged: they go on to the right over columns that have none in this row."""
    found: dict[int, str] = {}
    if row == last:
        return found
    current, above = "", ""
    for column in range(grid.last_column + 1):
        text = grid.text(row, column)
        higher = grid.text(row - 1, column) if row > first else ""
        if text:
            group = any(grid.text(lower, column) for lower in range(row + 1, last + 1))
            current = text if group and not grid.merged(row, column) else ""
            above = higher
        elif higher and higher != above:
            current = ""
        elif current and any(grid.text(lower, column) for lower in range(row + 1, last + 1)):
            found[column] = current
        else:
            current = ""
    return found
