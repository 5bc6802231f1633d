"""Several files of one list, as offices hand in one list a township, read as one table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from casebook.language import _
from casebook.tables.table import Block, Notice, Row, Skipped, Source, Table


def joined_table(tables: Sequence[Table]) -> Table:
    """The tables one after the other; a sheet is named by its file too. One table alone stays as it is."""
    if len(tables) == 1:
        return tables[0]
    blocks: list[Block] = []
    rows: list[Row] = []
    skipped: list[Skipped] = []
    notices: list[Notice] = []
    others: list[tuple[str, str]] = []
    for table in tables:
        file, offset = table.source.name, len(blocks)
        blocks += [replace(block, sheet=_named(file, block.sheet)) for block in table.blocks]
        rows += [Row(row.block + offset, row.number, row.values) for row in table.rows]
        skipped += [replace(one, sheet=_named(file, one.sheet)) for one in table.skipped]
        notices += [replace(one, sheet=_named(file, one.sheet)) for one in table.notices]
        others += [(_named(file, sheet), reason) for sheet, reason in table.other_sheets]
    return Table(
        _source([table.source for table in tables]),
        tuple(blocks),
        tuple(rows),
        tuple(skipped),
        tuple(notices),
        sum(table.total_rows for table in tables),
        tuple(others),
        tuple(dict.fromkeys(header for table in tables for header in table.unknown_headers)),
    )


def _named(file: str, sheet: str) -> str:
    return f"{file} › {sheet}" if sheet else file


def _source(sources: Sequence[Source]) -> Source:
    """One source for all: the digest of their digests."""
    digest = hashlib.sha256(" ".join(source.sha256 for source in sources).encode()).hexdigest()
    name = _("{file} 等 {count} 个文件").format(file=sources[0].name, count=len(sources))
    return Source(name, sources[0].format, digest, sum(source.size for source in sources))
