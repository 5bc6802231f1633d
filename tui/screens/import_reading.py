"""A file on its way into the casebook: listed, read, looked at, imported. Called in threads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.findings import Scope
from audit.imports import Imported, import_list, remembered_mapping
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.store.sources import ListSide
from casebook.store.which_list import guess_list
from casebook.tables.table import Table

WORKBOOKS = frozenset((".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".htm", ".html"))


@dataclass(frozen=True)
class Entry:
    """Something in a folder: a workbook or a folder (`above`: the one it lies in); size in bytes, `changed` in seconds
    since 1970."""

    path: Path
    folder: bool
    size: int = 0
    changed: float = 0.0
    above: bool = False


def workbooks_in(folder: Path) -> list[Entry]:
    """The workbooks, newest first, then the folder above and the folders. Empty for a folder that cannot be read."""
    folders, files = [], []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                if entry.name.startswith((".", "~$")) or entry.name.endswith(".ruhu"):
                    continue
                try:
                    told = entry.stat()
                    if entry.is_dir():
                        folders.append(Entry(Path(entry.path), True))
                    elif Path(entry.name).suffix.lower() in WORKBOOKS:
                        files.append(Entry(Path(entry.path), False, told.st_size, told.st_mtime))
                except OSError:  # gone meanwhile, or a link to nowhere
                    continue
    except OSError:
        return []
    above = [Entry(folder.parent, True, above=True)] if folder.parent != folder else []
    folders.sort(key=lambda entry: entry.path.name)
    files.sort(key=lambda entry: (-entry.changed, entry.path.name))
    return [*files, *above, *folders]


@dataclass(frozen=True)
class Preview:
    """A list that was read and not yet imported. `side` is a guess until a person confirms it, None where nothing
    tells; `mapping` has the columns named by hand, now or at the import before; `scope` is guessed, with the reason."""

    path: Path
    table: Table
    side: ListSide | None
    mapping: Mapping[str, str]
    scope: Scope
    scope_reason: str


def read_preview(
    book: Casebook,
    path: Path,
    side: ListSide | None,
    given: Mapping[str, str],
    password: str,
    progress: Progress,
) -> Preview:
    """Read a file with the columns `given` by hand, and those named at the last import of this list.

    Raises RuhuError as `read_table` does; of code `password_needed` where the file has one and `password` is ''.
    """
    from audit.records import records
    from audit.scope import guess_scope
    from casebook.tables.read import read_table
    from tui.commands.inputs import read_list

    def secret() -> str | None:
        return password or None

    table = None
    if side is None:
        table = read_table(path, mapping=given, password=secret, progress=progress)
        side = guess_list(table)
    remembered = remembered_mapping(book, side) if side is not None else {}
    if table is None or not remembered.keys() <= given.keys():
        table = read_list([path], given, remembered, (lambda _file: password) if password else None, progress)
    mapping = {header: field for header, field in remembered.items() if header not in given} | dict(given)
    report(progress, "", 0, 0)
    scope, why = guess_scope(table, records(table), ())
    return Preview(path, table, side, mapping, scope, str(why))


def import_preview(book: Casebook, preview: Preview, progress: Progress) -> Imported:
    """Import what was looked at, a backup first. Raises as `import_list` does."""
    from casebook.store.backup import rolling_backup

    assert preview.side is not None
    return import_list(
        book,
        preview.table,
        preview.side,
        preview.mapping,
        progress,
        before_writing=lambda: rolling_backup(book, "import"),
    )
