"""The result of a cross-check as plain data for `--json`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, fields
from typing import Any

from audit.findings import Cell, CrossCheck, Finding, ListResult
from audit.words import evidence_lines
from casebook.tables.table import Table
from casebook.version import program_version
from exports.row_counts import row_counts

_FIELDS = tuple(field.name for field in fields(Finding))
_NAMES = {"lines": "evidence"}
"""Fields that are told in words here."""


def findings_json(result: CrossCheck) -> dict[str, Any]:
    """A dict for `json.dumps(…, ensure_ascii=False)`. Findings carry whole names and numbers, as the workbook does."""
    kinds = Counter(finding.kind for finding in result.findings)
    states = Counter(link.state for link in result.links)
    return {
        "version": program_version(),
        "roster": _of_list(result.roster),
        "registry": _of_list(result.registry),
        "links": {**{state: states[state] for state in ("auto", "review", "decided")}, "total": len(result.links)},
        "kinds": dict(sorted(kinds.items())),
        "aliases": [asdict(alias) for alias in result.aliases],
        "findings": [_of_finding(result, finding) for finding in result.findings],
        "notes": [str(note) for note in result.notes],
    }


def _of_list(of_list: ListResult) -> dict[str, Any]:
    table, counts = of_list.table, row_counts(of_list)
    return {
        "file": table.source.name,
        "format": table.source.format,
        "encoding": table.source.encoding,
        "sha256": table.source.sha256,
        "size": table.source.size,
        "sheets": list(table.sheets),
        "sheets_left_out": [{"sheet": sheet, "reason": reason} for sheet, reason in table.other_sheets],
        "rows": table.total_rows,
        "scope": of_list.scope,
        "scope_reason": str(of_list.scope_reason),
        "states": counts.by_state,
        "adds_up": counts.adds_up,
        "skipped": [
            {"sheet": skipped.sheet, "first": skipped.first, "last": skipped.last, "reason": skipped.reason}
            for skipped in table.skipped
        ],
        "unknown_headers": list(table.unknown_headers),
        "notices": [asdict(notice) for notice in table.notices],
    }


def _of_finding(result: CrossCheck, finding: Finding) -> dict[str, Any]:
    data = {_NAMES.get(name, name): getattr(finding, name) for name in _FIELDS}
    data["evidence"] = list(evidence_lines(finding.lines))
    for name in ("sentence", "runner_up", "action"):
        data[name] = str(data[name])
    data["roster"], data["registry"] = _of_cell(finding.roster), _of_cell(finding.registry)
    data["roster_rows"] = _sheet_rows(result.roster.table, finding.roster_rows)
    data["registry_rows"] = _sheet_rows(result.registry.table, finding.registry_rows)
    return data


def _of_cell(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "sheet": cell.sheet,
        "address": cell.address,
        "row": cell.number,
        "column": cell.column,
        "header": cell.header,
        "text": cell.text,
    }


def _sheet_rows(table: Table, indexes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Row indexes mean nothing outside; sheet rows do."""
    rows = (table.rows[index] for index in indexes)
    return [{"sheet": table.blocks[row.block].sheet, "row": row.number} for row in rows]
