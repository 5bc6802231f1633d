"""Merged cells (合并单元格) among the stamped rows of a sheet: the lines of a printed form."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OWN = re.compile(r"<mergeCells\b[^>]*>(.*?)</mergeCells\s*>", re.DOTALL)
_BEHIND = re.compile(
    r"<(?:phoneticPr|conditionalFormatting|dataValidations|hyperlinks|printOptions|pageMargins|pageSetup|headerFooter"
    r"|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|smartTags|drawing|legacyDrawing|legacyDrawingHF"
    r"|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet"
)
"""What stands behind the merged cells of a worksheet (ECMA-376 18.3.1.99)."""


def with_merged_cells(below: str, ranges: Sequence[str]) -> str:
    """The part of a worksheet below its rows with these ranges merged besides those that the template merges."""
    if not ranges:
        return below
    own = _OWN.search(below)
    cells = (own.group(1) if own else "") + "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    element = f'<mergeCells count="{cells.count("<mergeCell ")}">{cells}</mergeCells>'
    if own:
        return below[: own.start()] + element + below[own.end() :]
    behind = _BEHIND.search(below)
    at = behind.start() if behind else len(below)
    return below[:at] + element + below[at:]
