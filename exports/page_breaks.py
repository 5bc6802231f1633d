"""Where a printed page should end, so that no heading stands alone at its foot."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from exports.sheet_xml import StampedRow

_PAGE = 595.0 - 3 * 28.8
"""Points of height that A4 landscape leaves within the margins of `exports/template.py`."""
_KEPT = 4
"""Rows after a heading that stay on its page."""
_SPARE = 12.0
"""Points by which programs differ in measuring a page."""


def breaks_before(rows: Sequence[StampedRow], scale: int, headings: Collection[int]) -> list[int]:
    """Indexes of the headings (among `rows`, printed at `scale` percent) that begin a new page: those too near the
    foot of the page before."""
    room = _PAGE * 100 / scale - _SPARE
    found = []
    used = 0.0
    for index, row in enumerate(rows):
        wanted = sum(below.height or 15.0 for below in rows[index : index + 1 + (_KEPT if index in headings else 0)])
        if used + wanted > room:
            if index in headings:
                found.append(index)
            used = 0.0
        used += row.height or 15.0
    return found


_BEFORE_BREAKS = re.compile(r"</headerFooter>|<pageSetup\b[^>]*/>")


def with_page_breaks(below: str, new_pages: Sequence[int]) -> str:
    """The part of a worksheet below its rows, with a page break above each of the sheet rows `new_pages`."""
    places = list(_BEFORE_BREAKS.finditer(below))
    if not new_pages or not places:
        return below
    breaks = "".join(f'<brk id="{row - 1}" max="16383" man="1"/>' for row in new_pages)
    count = len(new_pages)
    element = f'<rowBreaks count="{count}" manualBreakCount="{count}">{breaks}</rowBreaks>'
    return below[: places[-1].end()] + element + below[places[-1].end() :]
