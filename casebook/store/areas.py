"""Areas (管辖): `township/village`, `township`, or '' for the whole county; what lies inside which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WHOLE_COUNTY = ("",)
"""The areas of somebody who works for the whole county."""


def inside(area: str, areas: Iterable[str]) -> bool:
    """Whether an area lies inside one of the areas. '' as `area` is the whole county, inside nothing smaller."""
    return any(whole in ("", area) or area.startswith(whole + "/") for whole in areas)


def condition(expression: str, areas: Sequence[str]) -> str:
    """`inside` as SQL over an expression of an area, without parameters (a view's text takes none). A row whose
    expression is NULL lies inside nothing but the whole county."""
    if "" in areas:
        return "1"
    if not areas:
        return "0"
    # substr and not LIKE or GLOB: place names may hold their signs
    tests = [f"it = {quoted(area)} OR substr(it, 1, {len(area) + 1}) = {quoted(area + '/')}" for area in normal(areas)]
    return f"(SELECT {' OR '.join(tests)} FROM (SELECT ({expression}) AS it))"


def placed(table: str = "") -> str:
    """The area of a row with the columns `township` and `village` as SQL, like `facts.area_of`."""
    dot = f"{table}." if table else ""
    return f"CASE WHEN {dot}village = '' THEN {dot}township ELSE {dot}township || '/' || {dot}village END"


def normal(areas: Iterable[str]) -> tuple[str, ...]:
    """The areas sorted, each once, without those that lie inside another."""
    every = sorted({area.strip().rstrip("/") for area in areas})
    return tuple(area for area in every if not inside(area, (other for other in every if other != area)))


def quoted(text: str) -> str:
    """A text as an SQL literal. A NUL, which would end the statement, is left out."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"
