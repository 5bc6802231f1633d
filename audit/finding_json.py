"""A finding as plain JSON, in no language: what the casebook keeps of it."""

from __future__ import annotations

from typing import Any

from audit.findings import Cell, Finding
from casebook.texts import from_json, to_json

_ALWAYS = ("key", "kind", "severity", "field", "wrong", "state", "office")
_PERHAPS = ("township", "village", "household", "name")


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Every field by its name but the empty ones; a cell, a line of evidence is the list of its fields."""
    cells = {"roster": finding.roster, "registry": finding.registry}
    rows = {"roster_rows": finding.roster_rows, "registry_rows": finding.registry_rows}
    texts = {"sentence": finding.sentence, "runner_up": finding.runner_up, "action": finding.action}
    data: dict[str, Any] = {name: word for name in (*_ALWAYS, *_PERHAPS) if (word := getattr(finding, name))}
    data.update({name: _of_cell(cell) for name, cell in cells.items() if cell is not None})
    data.update({name: list(of_side) for name, of_side in rows.items() if of_side})
    data.update({name: to_json(said) for name, said in texts.items() if said})
    if finding.score is not None:
        data["score"] = finding.score
    if finding.lines:
        data["lines"] = [list(line) for line in finding.lines]
    return data


def finding_from_json(data: dict[str, Any]) -> Finding:
    """The finding of which `finding_to_json` made `data`; other keys are ignored. Raises KeyError, ValueError
    or TypeError for what never was one."""
    words = {name: data[name] for name in _ALWAYS} | {name: data.get(name, "") for name in _PERHAPS}
    return Finding(
        **words,
        roster=_cell(data.get("roster")),
        registry=_cell(data.get("registry")),
        roster_rows=tuple(data.get("roster_rows", ())),
        registry_rows=tuple(data.get("registry_rows", ())),
        score=data.get("score"),
        sentence=from_json(data.get("sentence", "")),
        lines=tuple((field, level, stranger, family) for field, level, stranger, family in data.get("lines", ())),
        runner_up=from_json(data.get("runner_up", "")),
        action=from_json(data.get("action", "")),
    )


def _of_cell(cell: Cell) -> list[Any]:
    return [cell.row, cell.sheet, cell.number, cell.column, cell.header, cell.text]


def _cell(values: list[Any] | None) -> Cell | None:
    return None if values is None else Cell(*values)
