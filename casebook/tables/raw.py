"""Reading a workbook of our own that came back: every visible sheet, cell by cell, with no idea of a list of people."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from casebook.language import _
from casebook.progress import Progress, report
from casebook.tables.cells import Merge
from casebook.tables.process import QUEUE_FRAMES, Events, Reader
from casebook.tables.read import TICK, check_path
from casebook.tables.refusals import refusal
from casebook.tables.table import Value


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet: its rows from sheet row 1 on, the cells merged downwards, and how many formulas have no stored result:
    they read as blank."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merges: tuple[Merge, ...]
    formulas: int = 0


@dataclass(frozen=True, slots=True)
class RawBook:
    """The sheets of a file in their order; `hidden` are the names of those that were not read."""

    name: str
    sheets: tuple[RawSheet, ...]
    hidden: tuple[str, ...]


def read_sheets(
    path: Path, *, password: Callable[[], str | None] | None = None, progress: Progress | None = None
) -> RawBook:
    """Read a file in a process of its own, guarded as lists are.

    Raises RuhuError for an unusable file, and whatever `password` or `progress` raise.
    """
    check_path(path)
    events: Events = queue.Queue(QUEUE_FRAMES)
    reader = Reader(0, path, events)
    sheets: list[RawSheet] = []
    hidden: list[str] = []
    rows: list[tuple[Value, ...]] = []
    merges: tuple[Merge, ...] = ()
    name, expected = "", 0
    counts: dict[str, int] = {}
    stage = _("读取 {file}").format(file=path.name)
    try:
        while True:
            try:
                _number, frame = events.get(timeout=TICK)
            except queue.Empty:
                report(progress, stage, min(len(rows), expected), expected)
                continue
            if frame is None:
                raise refusal("reader_died", path.name)
            kind, *values = frame
            if kind == "sheet":
                name, expected, counts, found = values
                merges, rows = tuple(tuple(merge) for merge in found), []
            elif kind == "rows":
                rows += values[1]
                report(progress, stage, min(len(rows), expected), expected)
            elif kind == "end_sheet":
                sheets.append(RawSheet(name, tuple(rows), merges, dict(counts).get("formulas", 0)))
            elif kind == "left_out" and values[1] == "hidden":
                hidden.append(values[0])
            elif kind == "password":
                answer = password() if password else None
                if not answer:
                    raise refusal("password_needed", path.name)
                reader.tell(answer)
            elif kind == "refused":
                raise refusal(values[0], path.name, values[1])
            elif kind == "done":
                return RawBook(path.name, tuple(sheets), tuple(hidden))
    finally:
        reader.stop()
