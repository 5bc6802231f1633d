from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from exports.layout import BookLayout
from exports.merged_cells import with_merged_cells
from exports.stamping import stamp
from exports.template import build_template
from exports.visit_paper import (
    FILL,
    GRID,
    HEAD,
    KNOWN,
    Block,
    Cell,
    Line,
    PageHead,
    chars,
    line,
    paged,
    set_pages,
    signature_lines,
    text_width,
)

HEAD_OF_PAGE = PageHead("调查表 A&B", "户编号 9900", "注意保密")


def rows(count: int, height: float = 20.0) -> tuple[Line, ...]:
    return tuple(line(str(number), least=height) for number in range(count))


def written(blocks: list[Block], one_page: bool = False) -> Worksheet:
    layout, filled = set_pages("1 王大山", blocks, HEAD_OF_PAGE, one_page)
    out = BytesIO()
    stamp(build_template(BookLayout("x", (layout,))), {layout.name: filled}, out)
    return openpyxl.load_workbook(out).active


@pytest.mark.parametrize(
    ("blocks", "starts"),
    [
        ([Block(rows(4))], []),
        ([Block(rows(4)), Block(rows(2))], [5]),  # the second goes over whole
        ([Block(rows(4)), Block(rows(2), divisible=True)], [6]),
        ([Block(rows(3)), Block(rows(9))], [6, 11]),  # no page holds it
        ([Block(rows(5)), Block(rows(1))], [6]),
    ],
)
def test_what_stands_together_stays_together(blocks: list[Block], starts: list[int]) -> None:
    lines, found = paged(blocks, room=100.0)
    assert found == starts
    assert len(lines) == sum(len(block.lines) for block in blocks)


def test_a_header_stands_again_on_the_next_page() -> None:
    head = line("表头", HEAD, 20)
    lines, starts = paged([Block((head, *rows(7)), (head,))], room=100.0)
    assert starts == [6] and lines[5] is head and len(lines) == 9


def test_a_table_is_not_begun_at_the_foot_of_a_page() -> None:
    head = line("表头", HEAD, 20)
    _lines, starts = paged([Block(rows(8)), Block((head, *rows(3)), (head,))], room=180.0)
    assert starts == [9]


def test_a_heading_and_a_header_do_not_stand_alone_at_the_foot_of_a_page() -> None:
    title, head = Line((Cell("人员", GRID),), 20, leads=True), line("表头", HEAD, 20)
    lines, starts = paged([Block(rows(2)), Block((title, head, *rows(4)), (head,), divisible=True)], room=90.0)
    assert starts == [3, 7] and [lines[at - 1] for at in starts] == [title, head]
    assert lines.count(head) == 2


def test_a_line_that_leads_stays_with_the_next() -> None:
    leading = Line((Cell("以下 3 项", GRID),), 20, leads=True)
    _lines, starts = paged([Block((*rows(4), leading, *rows(3)), divisible=True)], room=100.0)
    assert starts == [5]


def test_cells_are_merged_and_rows_as_high_as_their_texts() -> None:
    long = "很长的一段话" * 40
    page = written([Block((Line((Cell("标签", 6, HEAD), Cell(long, GRID - 6, KNOWN))), line("短")))])
    assert {str(one) for one in page.merged_cells.ranges} == {"A1:F1", "G1:AD1", "A2:AD2"}
    assert page["G1"].value == long and page.row_dimensions[1].height > 4 * page.row_dimensions[2].height
    lines_needed = text_width(long) / chars(GRID - 6)
    assert page.row_dimensions[1].height >= lines_needed * 10


def test_every_page_says_whose_it_is() -> None:
    page = written([Block(rows(100), divisible=True)])
    assert page.page_setup.paperSize == 9 and page.page_setup.orientation == "portrait"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.page_setup.useFirstPageNumber and page.page_setup.firstPageNumber == 1
    assert page.oddHeader.left.text == "调查表 A&&B" and page.oddHeader.right.text == "户编号 9900"
    breaks = len(page.row_breaks.brk)
    assert breaks == 2 and page.oddFooter.right.text == "第 &P 页，共 3 页"
    assert page.print_area == "'1 王大山'!$A$1:$AD$100"


def test_one_page_is_one_page() -> None:
    page = written([Block(rows(100))], one_page=True)
    assert page.page_setup.fitToHeight == 1 and not page.row_breaks.brk
    assert page.oddFooter.right.text == "第 &P 页，共 1 页"


def test_who_signs() -> None:
    names, days = signature_lines((("调查人", "陈静"), ("审核人", ""), ("户主", ""))).lines
    assert [cell.text for cell in names.cells] == ["调查人：陈静", "审核人：", "户主："]
    assert all("年" in str(cell.text) for cell in days.cells)


def test_a_formula_is_a_text() -> None:
    page = written([Block((Line((Cell("=1+1", 10, FILL), Cell("+86", 10), Cell("@x", 10))),))])
    cells = [page[place] for place in ("A1", "K1", "U1")]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("+86", "s"), ("@x", "s")]


def test_a_template_that_merges_keeps_its_own() -> None:
    below = '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><pageMargins left="1"/>'
    assert with_merged_cells(below, ["A3:B3"]).count("<mergeCell ") == 2
    assert 'count="2"' in with_merged_cells(below, ["A3:B3"])
    assert with_merged_cells("</sheetData><pageMargins/>", ["A3:B3"]).index("mergeCells") < 40
    assert with_merged_cells(below, []) == below
