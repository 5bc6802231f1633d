"""Printed pages of the overview: no heading alone at the foot."""

from __future__ import annotations

from exports.page_breaks import breaks_before, with_page_breaks
from exports.sheet_xml import StampedRow


def _rows(count: int) -> list[StampedRow]:
    return [StampedRow(("x",), 0, 20.0)] * count


def test_a_heading_too_near_the_foot_begins_a_page() -> None:
    assert breaks_before(_rows(60), 100, {2, 21}) == [21]
    assert breaks_before(_rows(60), 100, {2, 10}) == []


def test_the_page_after_a_break_is_counted_anew() -> None:
    assert breaks_before(_rows(80), 100, {21, 42}) == [21, 42]
    assert breaks_before(_rows(80), 100, {21, 30}) == [21]


def test_a_page_at_a_smaller_scale_holds_more_rows() -> None:
    assert breaks_before(_rows(60), 75, {21}) == []
    assert breaks_before(_rows(60), 75, {30}) == [30]


def test_breaks_stand_after_the_foot_of_the_page() -> None:
    below = "</sheetData><pageMargins/><pageSetup a='1'/><headerFooter><oddFooter/></headerFooter></worksheet>"
    assert with_page_breaks(below, []) == below
    element = '<rowBreaks count="1" manualBreakCount="1"><brk id="8" max="16383" man="1"/></rowBreaks>'
    assert with_page_breaks(below, [9]).endswith(f"</headerFooter>{element}</worksheet>")
