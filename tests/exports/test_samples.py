"""The whole way on a sample county: two workbooks read, cross-checked, the findings written and read back."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from audit.check import cross_check
from audit.findings import CrossCheck
from casebook.tables.read import read_tables
from exports.findings_json import findings_json
from exports.findings_workbook import write_findings
from exports.links import write_links


@pytest.fixture(scope="module")
def checked(shared: Path) -> CrossCheck:
    county = shared / "samples" / "county-b"
    roster, registry = read_tables([(county / "roster.xlsx", {}), (county / "registry.xlsx", {})])
    return cross_check(roster, registry)


def test_the_workbook_holds_every_finding_and_its_counts_add_up(checked: CrossCheck, tmp_path: Path) -> None:
    path = tmp_path / "疑点.xlsx"
    write_findings(checked, path)
    book = CalamineWorkbook.from_path(str(path))
    pages = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:-2]]
    keys = [row[-1] for page in pages for row in page[1:]]
    assert Counter(keys) == Counter(finding.key for finding in checked.findings)
    first = book.get_sheet_by_name("总览").to_python()
    assert any("与工作表的行数相符" in row for row in first)
    data = findings_json(checked)
    outside = book.get_sheet_by_name("范围外").to_python()
    assert len(outside) - 1 == data["roster"]["states"]["out_of_scope"] + data["registry"]["states"]["out_of_scope"]
    assert data["roster"]["adds_up"] and data["registry"]["adds_up"]


def test_no_row_is_too_low_for_its_text(checked: CrossCheck, tmp_path: Path) -> None:
    """Counting Chinese characters as two and letters as one of 宋体, every wrapped cell fits its height."""
    path = tmp_path / "疑点.xlsx"
    write_findings(checked, path)
    page = openpyxl.load_workbook(path).worksheets[1]
    widths = {letter: column.width for letter, column in page.column_dimensions.items() if not column.hidden}
    for row in page.iter_rows(min_row=2, max_row=120):
        for cell in row:
            if not isinstance(cell.value, str) or cell.column_letter not in widths:
                continue
            room = widths[cell.column_letter] * 10 / cell.font.sz
            wide = (sum(2 if char > "\u2e7f" else 1 for char in part) for part in cell.value.split("\n"))
            lines = sum(max(1, -(-count // room)) for count in wide)
            assert page.row_dimensions[cell.row].height >= lines * cell.font.sz * 1.35, cell.coordinate


def test_every_row_in_scope_stands_in_the_links(checked: CrossCheck, tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    write_links(checked, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["state"] for row in rows} == {"auto", "review"}
    listed = {int(row["roster_row"]) for row in rows if row["roster_row"]}
    states = zip(checked.roster.table.rows, checked.roster.states, strict=True)
    wanted = {row.number for row, state in states if state not in ("out_of_scope", "duplicate")}
    assert wanted <= listed
    outside = {
        row.number
        for row, state in zip(checked.roster.table.rows, checked.roster.states, strict=True)
        if state == "out_of_scope"
    }
    assert not outside & listed
    assert all(row["kinds"] for row in rows if not row["registry_row"] or not row["roster_row"])
