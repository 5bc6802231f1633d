"""The roster grid (成员表): the instances of a repeat as rows, its questions as columns, skips as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from casebook.language import _
from tui.screens.entry_flow import Flow, Stop
from tui.screens.entry_marks import Mark
from tui.screens.entry_names import part_title, question_title, short_title
from tui.widgets.markup import plain

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling
    from survey_forms.form.definition import FormDefinition

Direction = Literal["right", "down"]


@dataclass(frozen=True, slots=True)
class Grid:
    """A repeat (`/data/member[2]/disease`) shown as a grid; `columns` are the generic paths of its questions. Enter
    goes on to the right or down, as the last arrow went."""

    repeat: str
    columns: tuple[str, ...]
    direction: Direction = "right"


@dataclass(frozen=True, slots=True)
class CellView:
    ref: str
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class RowView:
    ref: str
    title: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    """`heads` are (number, title) of the columns; `row` and `column` where the cursor is, `row` behind the last one on
    the line 添加."""

    title: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[RowView, ...]
    row: int
    column: int
    can_add: bool
    direction: Direction
    repeat: str


def grid_at(definition: FormDefinition, flow: Flow, here: Stop) -> Grid | None:
    """The grid of the repeat that one stands in, else of the next one of the form; None in a form without repeats."""
    marks, place = flow.marks, here.place
    while place >= 0:
        if marks.entries[place].kind == "repeat":
            return _grid(definition, marks.entries[place].ref, marks.entries[place].path)
        place = marks.above[place]
    repeats = [place for place, entry in enumerate(marks.entries) if entry.kind == "repeat" and marks.asked[place]]
    ordered = [place for place in repeats if place > here.place] + [place for place in repeats if place < here.place]
    for place in ordered:
        grid = _grid(definition, marks.entries[place].ref, marks.entries[place].path)
        if grid is not None and cells_of(flow, grid):
            return grid
    return None


def _grid(definition: FormDefinition, repeat: str, path: str) -> Grid | None:
    """Its columns are the questions marked for it (`ruhu:grid`), without such marks all that can be answered here."""
    inside = [
        question
        for one, question in definition.questions.items()
        if one.startswith(path + "/") and _repeat_of(definition, one) == path
    ]
    chosen = [question.path for question in inside if question.extra.get("grid", "") not in ("", "no")]
    chosen = chosen or [question.path for question in inside if question.kind not in ("note", "upload")]
    return Grid(repeat, tuple(chosen)) if chosen else None


def _repeat_of(definition: FormDefinition, path: str) -> str:
    """The innermost repeat that a path is in."""
    above = path.rpartition("/")[0]
    while above and above not in definition.repeats:
        above = above.rpartition("/")[0]
    return above


def cells_of(flow: Flow, grid: Grid) -> list[list[Stop | None]]:
    """By row and column the stops of the cells, None for those that are not asked."""
    rows: list[list[Stop | None]] = []
    position = 1
    while flow.marks.place(f"{grid.repeat}[{position}]", "instance") is not None:
        rows.append([_open(flow, _ref(grid, position, path)) for path in grid.columns])
        position += 1
    return rows


def _open(flow: Flow, ref: str) -> Stop | None:
    stop = flow.stop(ref)
    return stop if stop is not None and flow.open(stop) else None


def _ref(grid: Grid, position: int, path: str) -> str:
    return f"{grid.repeat}[{position}]{path[len(_generic(grid.repeat)) :]}"


def _generic(ref: str) -> str:
    return "/".join(step.partition("[")[0] for step in ref.split("/"))


def place_of(flow: Flow, grid: Grid, here: Stop) -> tuple[int, int] | None:
    """Row and column of a stop, the row behind the last one for the end of the repeat; None where it is no cell."""
    if here.add:
        return (_count(flow, grid), 0) if here.ref == grid.repeat else None
    if not here.ref.startswith(grid.repeat + "["):
        return None
    position, _bracket, _rest = here.ref[len(grid.repeat) + 1 :].partition("]")
    path = flow.marks.entries[here.place].path
    return (int(position) - 1, grid.columns.index(path)) if path in grid.columns else None


def _count(flow: Flow, grid: Grid) -> int:
    return len(cells_of(flow, grid))


def into_grid(flow: Flow, grid: Grid, here: Stop) -> Stop | None:
    """The cell to begin at: this one, else the nearest of its row behind it or before it, else the first of all."""
    if place_of(flow, grid, here) is not None:
        return here
    cells = cells_of(flow, grid)
    within = here.ref.startswith(grid.repeat + "[")
    row = int(here.ref[len(grid.repeat) + 1 :].partition("]")[0]) - 1 if within else 0
    if row < len(cells):
        mine = [stop for stop in cells[row] if stop is not None]
        found = next((stop for stop in mine if stop.place > here.place), mine[-1] if mine else None)
        if found is not None and within:
            return found
    return next((stop for line in cells for stop in line if stop is not None), None) or _end(flow, grid)


def _end(flow: Flow, grid: Grid) -> Stop | None:
    stop = flow.stop(grid.repeat, add=True)
    return stop if stop is not None and flow.open(stop) else None


def moved(flow: Flow, grid: Grid, here: Stop, right: int, down: int) -> Stop | None:
    """The next cell in a direction that is asked; below the last row its end. None where there is none."""
    place = place_of(flow, grid, here)
    if place is None:
        return None
    cells = cells_of(flow, grid)
    row, column = place
    if row == len(cells):
        if down >= 0 or not cells:
            return None
        return next((stop for stop in cells[-1] if stop is not None), None)
    row, column = row + down, column + right
    while 0 <= row < len(cells) and 0 <= column < len(grid.columns):
        stop = cells[row][column]
        if stop is not None:
            return stop
        row, column = row + down, column + right
    return _end(flow, grid) if row >= len(cells) else None


def onward(flow: Flow, grid: Grid, here: Stop) -> Stop | None:
    """Where an answered cell leads: on in the direction, at its end to the beginning of the next row or column; last
    of all the end of the repeat, None where it can't grow."""
    place = place_of(flow, grid, here)
    if place is None:
        return None
    cells = cells_of(flow, grid)
    rows, columns = range(len(cells)), range(len(grid.columns))
    if grid.direction == "right":
        order = [(row, column) for row in rows for column in columns]
    else:
        order = [(row, column) for column in columns for row in rows]
    behind = order[order.index(place) + 1 :] if place in order else []
    for row, column in behind:
        stop = cells[row][column]
        if stop is not None and flow.marks.marks[stop.place] != "note":
            return stop
    return _end(flow, grid)


def grid_view(filling: Filling, flow: Flow, grid: Grid, here: Stop) -> GridView:
    """What the grid shows now."""
    marks = flow.marks
    repeat = marks.place(grid.repeat, "repeat")
    rows: list[RowView] = []
    heads: dict[str, tuple[str, str]] = {}
    position = 1
    while (place := marks.place(f"{grid.repeat}[{position}]", "instance")) is not None:
        cells: list[CellView] = []
        for path in grid.columns:
            ref = _ref(grid, position, path)
            cell = marks.place(ref)
            if cell is None:
                cells.append(CellView(ref, "", "hidden"))
                continue
            entry = marks.entries[cell]
            if path not in heads:
                heads[path] = (entry.number, short_title(entry) or question_title(filling, marks, cell))
            mark = marks.marks[cell]
            cells.append(CellView(ref, "" if mark == "hidden" else plain(filling.shown(ref)), mark))
        rows.append(RowView(f"{grid.repeat}[{position}]", part_title(filling, marks, place), tuple(cells)))
        position += 1
    row, column = place_of(flow, grid, here) or (0, 0)
    title = part_title(filling, marks, repeat) if repeat is not None else ""
    said = _("{title}：{count} 份").format(title=title, count=len(rows))
    return GridView(
        said,
        tuple(heads.get(path, ("", "")) for path in grid.columns),
        tuple(rows),
        row,
        column,
        _end(flow, grid) is not None,
        grid.direction,
        grid.repeat,
    )
