"""How a cell ends, by its value: all that stands behind its style in a row's XML."""

from __future__ import annotations

from collections.abc import Sequence

from exports.shared_strings import Rich, SharedStrings
from exports.template_rows import Cell
from exports.xml_parts import escaped_attribute, escaped_text

CellValue = str | int | float | bool | Rich | None
EXACT = 10**15
"""Numbers from here on would lose digits in a spreadsheet, so they are written as text."""
_REMEMBERED = 60_000
"""Texts that are looked up before the older half of twice as many is forgotten."""
_NOTHING = "/>"


class CellEnds:
    """How cells with these values end: all behind the style. Of texts, those met again before long are remembered;
    another that comes back is added to the table once more, which every reader takes."""

    def __init__(self, strings: SharedStrings, prefix: str) -> None:
        self._strings = strings
        self._prefix = p = prefix
        self._older: dict[str | Rich | None, str] = {}
        self._known: dict[str | Rich | None, str] = {None: _NOTHING, "": _NOTHING}
        self._text = f' t="s"><{p}v>', f"</{p}v></{p}c>"
        self._number = f"><{p}v>", f"</{p}v></{p}c>"

    def fill(self, told: list[str | None], values: Sequence[CellValue]) -> None:
        """Put the ends for `values` into `told`, an empty list. Raises RuhuError for a text longer than a cell can
        hold; None then stands first in its place."""
        told += map(self._known.get, values)  # type: ignore[arg-type]
        if None not in told:
            return
        before, behind = self._number
        for column, end in enumerate(told):
            if end is None:
                value = values[column]
                if value.__class__ is str:
                    told[column] = self._new_text(value)
                elif value.__class__ is float and -EXACT < value < EXACT:
                    told[column] = f"{before}{value!r}{behind}"
                else:
                    told[column] = self._other(value)

    def _new_text(self, value: str | Rich) -> str:
        known = self._known
        end = known.get(value) or self._older.get(value)
        if end is None:
            end = f"{self._text[0]}{self._strings.add(value)}{self._text[1]}"
        if len(known) > _REMEMBERED:
            self._older = known.copy()
            known.clear()
            known[None] = known[""] = _NOTHING
        known[value] = end
        return end

    def _other(self, value: CellValue) -> str:
        p = self._prefix
        if isinstance(value, bool):
            return f' t="b"><{p}v>{int(value)}</{p}v></{p}c>'
        if isinstance(value, float | int):
            return f"><{p}v>{value!r}</{p}v></{p}c>" if abs(value) < EXACT else self._new_text(str(value))
        return _NOTHING if value is None else self._new_text(value)

    def kept(self, part: bytes, cell: Cell, formula: str | None) -> str:
        """How a template's cell ends that stays as it is, or with its formula as it is now; an inline text becomes a
        shared one."""
        element, p = cell.element, self._prefix
        if formula is not None:
            return f"><{p}f>{escaped_text(formula).decode('utf-8')}</{p}f></{p}c>"
        if cell.inline is not None:
            inner = part[cell.inline.inside : cell.inline.outside]
            return f' t="s"><{p}v>{self._strings.add_inline(inner, p)}</{p}v></{p}c>'
        said = "".join(
            f' {name}="{escaped_attribute(value)}"'
            for name, value in element.attributes.items()
            if name not in ("r", "s")
        )
        return f"{said}>{part[element.inside : element.outside].decode('utf-8')}</{p}c>"
