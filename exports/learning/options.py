"""What a drop-down (下拉选项) of a template offers, wherever its list stands."""

from __future__ import annotations

import re

from exports.learning.cell_area import cell_area
from exports.learning.sheet_reading import RawSheet, Validation
from exports.learning.template_file import TemplateFile

MOST_OPTIONS = 300
"""Entries of a list that are told; its sheet is read a little further (`sheet_reading.MOST_ROWS`)."""
_SHEET = re.compile(r"^(?:'((?:[^']|'')+)'|([^!'(),\"]+))!(.+)$")


def options_of(template: TemplateFile, sheet: RawSheet, column: int, row: int) -> tuple[str, ...]:
    """The entries of the drop-down of a column, in the row of the first person or below; empty when it has none."""
    rule = next((one for one in sheet.validations if one.kind == "list" and one.covers(column, row)), None)
    rule = rule or next((one for one in sheet.validations if one.kind == "list" and one.below(column, row)), None)
    return _entries(template, sheet, rule.formula) if rule else ()


def rules_of(sheet: RawSheet, column: int, row: int) -> list[Validation]:
    """The rules for what a column takes, drop-downs aside."""
    return [one for one in sheet.validations if one.kind != "list" and one.below(column, row)]


def _entries(template: TemplateFile, sheet: RawSheet, formula: str, depth: int = 0) -> tuple[str, ...]:
    told = formula.strip().lstrip("=")
    if told.startswith('"'):
        words = told.strip('"').replace('""', '"')
        return tuple(word.strip() for word in re.split(r"[,，]", words) if word.strip())[:MOST_OPTIONS]
    if depth > 3:
        return ()
    named = {name.lower(): value for name, value in template.names.items()}
    if told.lower() in named:
        return _entries(template, sheet, named[told.lower()], depth + 1)
    if offset := re.match(r"OFFSET\(([^,()]+)", told, re.IGNORECASE):
        told = offset[1]
        found = _SHEET.match(told)
        start = cell_area((found[3] if found else told).replace("$", ""))
        if start is None:
            return ()
        reference = f"{told.rpartition('!')[0]}!" if found else ""
        letters = re.sub(r"[\d$]", "", (found[3] if found else told).partition(":")[0])
        told = f"{reference}{letters}{start[0]}:{letters}{start[0] + MOST_OPTIONS}"
    found = _SHEET.match(told)
    where = template.sheet((found[1] or found[2]).replace("''", "'")) if found else sheet
    area = cell_area((found[3] if found else told).replace("$", ""))
    if where is None or area is None:
        return ()
    a, b, c, d = area
    cells = sorted((place, value) for place, value in where.cells.items() if a <= place[0] <= c and b <= place[1] <= d)
    return tuple(_shown(value) for _place, value in cells if _shown(value))[:MOST_OPTIONS]


def _shown(value: str | float) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if value == int(value) else str(value)
