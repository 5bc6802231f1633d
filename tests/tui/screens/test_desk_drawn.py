"""What the cross-check desk draws: differing characters, evidence, one side only, and everything in its width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.cells import cell_len

from audit.detail import finding_detail
from casebook.language import Language
from casebook.store.casebook import Casebook
from tests.tui.screens.desk_flows import desk, plain, press, proposing, rows
from tests.tui.screens.looking import grid, resized, shown
from tui.screens.app import RuhuApp
from tui.screens.desk_panel import finding_sheet, heading_lines
from tui.screens.desk_queue import draw_row, heading
from tui.widgets.colours import THEMES, style_of
from tui.widgets.differences import marked, side_by_side
from tui.widgets.glyphs import is_ambiguous
from tui.widgets.lines import Line, line_width
from tui.widgets.waterfall import Weighed, waterfall


def _text(line: Line) -> str:
    return "".join(text for text, _role in line)


def test_differing_characters_are_marked_on_both_sides() -> None:
    left, right = marked("李希楷", "李希凯")
    assert (left, right) == ([("李希", ""), ("楷", "mark-left")], [("李希", ""), ("凯", "mark-right")])


def test_what_cannot_be_seen_is_named() -> None:
    left, _right = marked("李 希\u200b", "李希")
    assert left == [("李", ""), ("<空格>", "mark-left"), ("希", ""), ("<200B>", "mark-left")]


def test_blank_no_column_and_nobody_are_told_apart() -> None:
    assert marked("李希", "")[1] == [("（空）", "mark-right")]
    assert marked("李希", None)[1] == [("无此列", "dim")]
    assert marked(None, "李希", "", ("无此人", "无此列"))[0] == [("无此人", "dim")]


def test_long_values_are_wrapped_in_their_columns() -> None:
    lines = side_by_side("甲" * 12, "乙" * 5, 10)
    assert [_text(line).rstrip() for line in lines] == [
        "甲" * 5 + " " + "乙" * 5,
        "甲" * 5,
        "甲" * 2,
    ]


@pytest.mark.parametrize("theme", THEMES)
def test_differences_do_not_rest_on_colour(theme: str) -> None:
    for role in ("mark-left", "mark-right"):
        style = style_of(theme, "panel", role)
        assert style.bold and style.underline and style.bgcolor != style_of(theme, "panel", "").bgcolor


def test_bars_are_as_long_as_their_bits() -> None:
    drawn = waterfall([Weighed("姓名相同", 10.0, 5.0), Weighed("村不同", -5.0, 0.0)], 80)
    lines, said = drawn[:4], "".join(map(_text, drawn[4:]))
    assert {line_width(line) for line in lines} == {line_width(lines[0])}
    bars = [[(len(text), role) for text, role in line if role in ("bar-good", "bar-bad")] for line in lines[1:3]]
    (stranger, family), (against,) = bars
    assert stranger == (16, "bar-good") and family == (8, "bar-good") and against == (8, "bar-bad")
    assert _text(lines[3]).split() == ["合计", "+5.0", "+5.0"]
    assert "加减起点" in said


@pytest.mark.parametrize("width", [30, 47, 66, 120])
def test_every_finding_stays_in_its_width(audited_book: Casebook, width: int) -> None:
    for row in rows(audited_book):
        detail = finding_detail(audited_book, row.id)
        for folded in ({}, {"evidence": True, "history": True}):
            sheet = finding_sheet(detail, width, folded)
            lines = [*heading_lines(row, width), *sheet.lines]
            assert [_text(line) for line in lines if line_width(line) > width] == []
            assert "▸" in "".join(_text(line) for line in sheet.lines), "the asked field is marked"


def test_titles_of_fields_break_between_words(audited_book: Casebook, in_language: Callable[[Language], None]) -> None:
    in_language("en")
    first = set()
    for row in rows(audited_book)[:40]:
        detail = finding_detail(audited_book, row.id)
        first |= {_text(line)[:11].strip(" ▸") for line in finding_sheet(detail, 49, {}).lines}
    assert {"Household", "Relation"} <= first
    assert [words for words in first if words.startswith(("Househol", "Relation")) and ".." in words] == []


@pytest.mark.parametrize("width", [20, 27, 47, 75])
def test_rows_of_the_queue_fill_their_width(audited_book: Casebook, width: int) -> None:
    drawn = [draw_row(row, width, False)[0] for row in rows(audited_book)]
    assert {line_width(line) for line in (*drawn, heading(width)[:-1])} == {width}


def test_the_severity_is_a_letter_too(audited_book: Casebook) -> None:
    for row in rows(audited_book):
        assert f" {row.severity} " in _text(draw_row(row, 27, False)[0]) + " "
        assert _text(heading_lines(row, 60)[0]).startswith(f" {row.severity} ")


def test_one_side_only(audited_book: Casebook) -> None:
    row = next(row for row in rows(audited_book) if row.kind == "missing_in_registry")
    lines = [_text(line) for line in finding_sheet(finding_detail(audited_book, row.id), 60, {}).lines]
    assert sum("无此人" in line for line in lines) == 1 and not any("无此列" in line for line in lines)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("keys", ["3", "5", "e", "b", "f", "f5"])
async def test_questions(
    keys: str, language: Language, book: Casebook, in_language: Callable[[Language], None]
) -> None:
    in_language(language)
    row = proposing(book)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, row.id)
        await press(pilot, *keys)
        assert app.screen is not page
        for size in ((80, 24), (120, 36), (40, 12)):
            await resized(pilot, size)
            assert [line for line in grid(app) if cell_len(line) != size[0]] == [], size
            assert [char for char in shown(app) if is_ambiguous(char) and char != "·"] == [], size
        bindings = app.screen.active_bindings.values()
        assert [one.binding.key for one in bindings if not (one.binding.description and one.tooltip)] == []
        await press(pilot, *["escape"] * len(keys))
        assert app.screen is page


async def test_parts_fold_where_there_is_little_room(book: Casebook) -> None:
    row = next(row for row in plain(book) if finding_detail(book, row.id).finding.lines)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, row.id)
        assert "与外人比" not in shown(app)
        await press(pilot, "w")
        assert "与外人比" in shown(app), "unfolded, and brought into sight"
        await press(pilot, "w", "down", "up")
        assert "与外人比" not in shown(app) and page.queue.row_id == row.id


async def test_the_right_side_scrolls(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot)
        sheet = page.query_one("#sheet")
        await press(pilot, "space")
        assert sheet.scroll_offset.y > 0
        await press(pilot, *["space"] * 4)
        await press(pilot, "tab", "home", "pagedown")
        assert sheet.has_focus and sheet.scroll_offset.y > 0
        await press(pilot, "tab", "down")
        assert page.queue.has_focus and sheet.scroll_offset.y == 0, "another finding begins at its top"
