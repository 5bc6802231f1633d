"""A later copy of a list differs from it in what it says, and in nothing else."""

from __future__ import annotations

from pathlib import Path

from casebook.sample.county import invent_county
from casebook.sample.later_copy import later_copy
from casebook.sample.workbooks import write_county
from casebook.tables.read import read_table
from casebook.tables.table import text_of


def test_it_tells_what_it_changed(tmp_path: Path) -> None:
    table = read_table(write_county(invent_county(200), tmp_path).roster)
    corrections = {(0, "name"): "王改名"}
    copy = later_copy(table, 3, share=1.0, corrections=corrections)
    assert copy.changed[0, "name"][1] == "王改名" and not copy.gone
    copy = later_copy(table, 5, gone=0.05)
    assert copy.table.source.sha256 != table.source.sha256
    assert len(copy.table.rows) == len(table.rows) - len(copy.gone) and copy.gone
    assert copy.table.total_rows == table.total_rows - len(copy.gone)
    kept = [index for index in range(len(table.rows)) if index not in copy.gone]
    fields = {column.index: column.field for column in table.blocks[0].columns}
    told = {}
    for index, row in zip(kept, copy.table.rows, strict=True):
        assert row.number == table.rows[index].number
        for column, (before, after) in enumerate(zip(table.rows[index].values, row.values, strict=True)):
            if before != after:
                told[index, str(fields[column])] = text_of(before), text_of(after)
    assert told == {place: texts for place, texts in copy.changed.items() if place[0] not in copy.gone}
    assert 0.02 * 9 * len(kept) < len(told) < 0.08 * 9 * len(kept)
    assert later_copy(table, 5, gone=0.05) == copy
