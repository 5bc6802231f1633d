"""Reading lists of people from any table file; several files at once, each in a process of its own."""

from __future__ import annotations

import queue
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from casebook.collection import no_garbage_collection
from casebook.language import _
from casebook.progress import Progress, report
from casebook.tables.assemble import SheetTables
from casebook.tables.fields import Known, known_fields
from casebook.tables.process import QUEUE_FRAMES, Events, Reader
from casebook.tables.refusals import refusal
from casebook.tables.sheets import build_table, left_out_reason
from casebook.tables.table import Notice, Source, Table

LARGE_FILE = 100 * 1024**2
"""Bytes from which the user is told that reading takes its time."""

TICK = 0.2

Password = Callable[[], str | None]
NO_MAPPING: Mapping[str, str] = {}


def read_table(
    path: Path | str,
    *,
    mapping: Mapping[str, str] = NO_MAPPING,
    password: Password | None = None,
    progress: Progress | None = None,
) -> Table:
    """Read one list. `mapping` gives headers their fields (English name or Chinese title).

    Raises RuhuError for an unusable file or mapping, and whatever `password` or `progress` raise (`Stopped`).
    """
    return read_tables([(path, mapping)], password=password, progress=progress)[0]


def read_tables(
    files: Sequence[tuple[Path | str, Mapping[str, str]]],
    *,
    password: Password | None = None,
    progress: Progress | None = None,
) -> list[Table]:
    """Read several lists at the same time; tables in the order of `files`. Raises as `read_table` does.

    `password` and `progress` are called in the caller's thread. The first file that cannot be read ends all.
    """
    readings = [_Reading(Path(path), mapping, password, progress) for path, mapping in files]
    for reading in readings:
        check_path(reading.path)
    events: Events = queue.Queue(QUEUE_FRAMES)
    readers: list[Reader] = []
    try:
        with no_garbage_collection():
            for number, reading in enumerate(readings):
                readers.append(Reader(number, reading.path, events))
            base = known_fields()
            for reading in readings:
                reading.known = base.with_mapping(reading.mapping)
            _take_all(readings, readers, events)
            return [reading.table() for reading in readings]
    finally:
        for reader in readers:
            reader.stop()


def _take_all(readings: Sequence[_Reading], readers: Sequence[Reader], events: Events) -> None:
    open_readings = set(range(len(readings)))
    while open_readings:
        try:
            number, frame = events.get(timeout=TICK)
        except queue.Empty:
            for waiting in open_readings:
                readings[waiting].tell_progress()
            continue
        if number in open_readings and readings[number].take(frame, readers[number]):
            open_readings.remove(number)


def check_path(path: Path) -> None:
    """Raise RuhuError for a path that is no readable file."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise refusal("is_folder", path.name or str(path))
        if not stat.S_ISREG(mode):
            raise refusal("not_a_file", path.name or str(path))
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise refusal("not_found", path.name or str(path)) from error
    except PermissionError as error:
        raise refusal("no_permission", path.name or str(path)) from error
    except OSError as error:
        raise refusal("read_failed", path.name or str(path)) from error


class _Reading:
    """The state of one file between the frames of its process."""

    def __init__(
        self, path: Path, mapping: Mapping[str, str], password: Password | None, progress: Progress | None
    ) -> None:
        self.path = path
        self.mapping = mapping
        self.known: Known = known_fields()
        self._password = password
        self._progress = progress
        self._sheets: list[SheetTables] = []
        self._left_out: list[tuple[str, str]] = []
        self._notices: list[Notice] = []
        self._format = ""
        self._source: Source | None = None
        self._done = 0
        self._rows = 0

    def tell_progress(self) -> None:
        stage = _("读取 {file}").format(file=self.path.name)
        report(self._progress, stage, min(self._done, self._rows), self._rows)

    def take(self, frame: Any, reader: Reader) -> bool:
        """Take one frame; True when it was the last. Raises RuhuError when the file is refused or its process died."""
        if frame is None:
            raise refusal("reader_died", self.path.name)
        kind, *values = frame
        if kind == "rows":
            self._sheets[-1].feed(*values)
            self._done += len(values[1])
            self.tell_progress()
        elif kind == "sheet":
            name, rows, counts, merges = values
            self._sheets.append(SheetTables(name, self.known, merges))
            self._sheets[-1].hint_counts(counts)
            self._rows += rows
            self.tell_progress()
        elif kind == "end_sheet":
            self._sheets[-1].finish()
        elif kind == "format":
            self._format = values[0]
        elif kind == "left_out":
            self._left_out.append((values[0], left_out_reason(values[1])))
        elif kind == "password":
            reader.tell(self._ask_password())
            self._notices.append(Notice("password", _("文件有密码，已在内存中解开，没有写到磁盘")))
        elif kind == "refused":
            raise refusal(values[0], self.path.name, values[1])
        elif kind == "done":
            digest, size, encoding = values
            self._source = Source(self.path.name, self._format, digest, size, encoding)
            if size >= LARGE_FILE:
                what = _("文件有 {size} MB，读取较慢").format(size=size // 1024**2)
                self._notices.append(Notice("large_file", what))
            return True
        return False

    def _ask_password(self) -> str:
        answer = self._password() if self._password else None
        if not answer:
            raise refusal("password_needed", self.path.name)
        return answer

    def table(self) -> Table:
        assert self._source is not None
        return build_table(self._source, self._sheets, self._left_out, self.known, self.mapping, self._notices)
