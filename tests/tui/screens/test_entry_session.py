"""Bursts of keys, taking back, coming back, searching, remarks, the grid, and what can't be saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, Writing, open_casebook
from survey_forms.interview import Interview, open_interview
from tests.tui.screens.entry_flows import done, entry, facts, here, press, stored, the_visit, visit_book
from tests.tui.screens.looking import burst, settle, shown
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.entry import EntryPage
from tui.screens.entry_confirm import Confirm
from tui.screens.entry_find import Find
from tui.screens.entry_why import Why

WIDE, USUAL = (120, 36), (80, 24)

@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Casebook]:
    with visit_book(tmp_path) as book:
        yield book


# Keys at once


async def test_a_burst_lands_on_the_right_questions(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await burst(pilot, "enter", "2", *"72", "enter", *"540817", "enter", "1", "3", "enter", "1", "2")
        await burst(pilot, "enter", "enter", "1")
        await done(pilot)
        answers = stored(visits)
        assert {ref: text for ref, text in answers.items() if not ref.endswith("name")} == {
            "base/head": "张三", "base/sex": "2", "base/age": "72", "base/born": "1954-08-17", "base/ill": "1 3",
            "base/since": "12", "member[1]/gender": "1",
        }  # fmt: skip
        assert here(page) == "member[1]/job"


async def test_a_burst_while_the_casebook_is_busy_elsewhere(visits: Casebook) -> None:
    """Keys wait for an answer that takes longer to save than they would wait for any other screen."""
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        await entry(pilot)
        with open_casebook(visits.folder, author="别人", views=VIEWS) as other, other.writing():
            for key in ("enter", "2", *"72", "enter"):
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            await pilot.pause(1.3)
            assert "base/sex" not in stored(visits)
        await done(pilot)
        answers = stored(visits)
        assert (answers["base/sex"], answers["base/age"]) == ("2", "72")


async def test_an_input_method_sends_whole_words(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"303", "enter")
        app.post_message(events.Paste("下雨，路不好走"))
        await burst(pilot, *"改天", "enter")
        await done(pilot)
        assert stored(visits)["place/other"] == "下雨，路不好走改天"
        assert page.view.saved


async def test_full_width_digits_choose(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter")
        await burst(pilot, "２", *"７２", "enter")
        await done(pilot)
        answers = stored(visits)
        assert (answers["base/sex"], answers["base/age"]) == ("2", "72") and here(page) == "base/born"


# Back and forth


async def test_undo_and_redo(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2", *"72", "enter")
        await press(pilot, "ctrl+z")
        assert "base/age" not in stored(visits) and here(page) == "base/age" and page.typed.value == ""
        await press(pilot, "ctrl+z")
        assert "base/sex" not in stored(visits) and here(page) == "base/sex"
        await press(pilot, "ctrl+z")
        assert "没有可撤销的" in shown(app)
        await press(pilot, "ctrl+y", "ctrl+y")
        answers = stored(visits)
        assert (answers["base/sex"], answers["base/age"]) == ("2", "72")


async def test_undo_first_takes_back_what_is_typed(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, *"丰", "ctrl+z")
        assert page.typed.value == "张三" and facts(visits) == []


async def test_it_resumes_exactly_where_it_was_left(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2", "f3", *"303", "enter", *"半句", "escape")
        assert not isinstance(app.screen, EntryPage)
    again = RuhuApp(visits)
    async with again.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        assert (here(page), page.typed.value) == ("place/other", "半句")


async def test_leaving_with_what_can_not_be_saved_asks_once(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2", *"7x", "escape")
        assert app.screen is page and "再按 Esc 就不保存这一题" in shown(app)
        await press(pilot, "escape")
        assert app.screen is not page and "base/age" not in stored(visits)


async def test_esc_goes_back_to_where_one_came_from(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        await settle(pilot)
        app.go("entry", visit=the_visit(visits), back="log")
        await done(pilot)
        await press(pilot, "escape")
        assert app.screen is app.page("log")


# Finding


async def test_a_choice_by_code_name_and_initials(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"301", "enter")
        assert "共 300 个，按 / 查找" in shown(app)
        for typed, value in (("xh1c", "000001"), ("南坝 11", "000011"), ("000031", "000031"), ("299", "000299")):
            await press(pilot, "slash")
            assert isinstance(app.screen, Find)
            await press(pilot, *("space" if char == " " else char for char in typed), "enter")
            assert stored(visits)["place/village"] == value
            assert here(page) == "place/phone"
            await press(pilot, "up")


async def test_jumping_by_title_initials_and_name(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        for typed, ref in (("mxb", "base/ill"), ("李四 职业", "member[2]/job"), ("ww xb", "member[3]/gender")):
            await press(pilot, "f3", *("space" if char == " " else char for char in typed), "enter")
            assert here(page) == ref


async def test_jumping_to_what_is_not_asked_says_why(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"106", "enter")
        assert isinstance(app.screen, Why)
        assert ("不问" in shown(app) and "慢性病" in shown(app)) or "高血压" in shown(app) or "医生" in shown(app)
        await press(pilot, "escape")
        assert here(page) == "base/head"


async def test_why_a_value_is_wrong(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        await entry(pilot)
        await press(pilot, "enter", "1", *"130", "enter", "f6")
        assert isinstance(app.screen, Why)
        lines = shown(app)
        assert "答案有错：年龄在 0 到 120 之间" in lines and "130" in lines and "120" in lines


# Remarks


async def test_a_remark(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "f2", *"问过本人", "enter")
        assert "备注：问过本人" in shown(app) and here(page) == "base/sex"
        assert open_interview(visits, the_visit(visits)).remarks == {"/data/base/sex": "问过本人"}
        await press(pilot, "f2", "ctrl+u", "enter")
        assert open_interview(visits, the_visit(visits)).remarks == {}


async def test_a_remark_keeps_what_is_being_typed(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"303", "enter", *"半句", "f2", *"记", "enter")
        assert page.typed.value == "半句"


# The grid


async def test_the_grid_fills_a_row(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "pagedown", "pagedown", "down", "f4")
        assert page.view.grid is not None and (page.view.grid.row, page.view.grid.column) == (1, 1)
        assert [row.title for row in page.view.grid.rows] == ["1 张三", "2 李四", "3 王五"]
        assert _cells(page, 1)[3] == "hidden"
        await press(pilot, "2")
        assert _cells(page, 1)[3] == "open" and here(page) == "member[2]/job"
        await press(pilot, "5", "7", "enter")
        answers = stored(visits)
        assert (answers["member[2]/gender"], answers["member[2]/job"], answers["member[2]/months"]) == ("2", "5", "7")
        assert here(page) == "member[3]/name"
        await press(pilot, "f4")
        assert page.view.grid is None and here(page) == "member[3]/name"


async def test_the_grid_fills_a_column(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=WIDE) as pilot:
        page = await entry(pilot)
        await press(pilot, "pagedown", "down", "f4", "down", "up", "1", "2", "1")
        answers = stored(visits)
        assert [answers[f"member[{n}]/gender"] for n in (1, 2, 3)] == ["1", "2", "1"]
        assert here(page) == "member[1]/job", "below the last row the next column"
        await press(pilot, "right")
        assert here(page) == "member[1]/job", "what is not asked can't be gone to"
        await press(pilot, "down", "right")
        assert here(page) == "member[2]/months"
        assert "回车向右" in shown(app)


async def test_arrows_leave_a_cell_until_something_is_typed(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "pagedown", "f4", "right")
        assert here(page) == "member[1]/gender"
        await press(pilot, "left", *"丰", "left", "backspace")
        assert here(page) == "member[1]/name" and page.typed.value == "张丰"
        await press(pilot, "down")
        assert stored(visits)["member[1]/name"] == "张丰" and here(page) == "member[2]/name"


async def test_the_grid_grows_and_shrinks(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "pagedown", "f4", "insert")
        assert here(page) == "member[4]/name" and page.view.grid is not None
        await press(pilot, *"赵六", "enter")
        await press(pilot, "delete")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "y")
        assert page.view.grid is not None and len(page.view.grid.rows) == 3
        await press(pilot, "ctrl+z")
        assert len(page.view.grid.rows) == 4 and stored(visits)["member[4]/name"] == "赵六"
        for _turn in range(4):
            await press(pilot, "down")
        assert here(page) == "+member"
        await press(pilot, "enter")
        assert page.view.grid is None and here(page) == "place/village", "behind the end of the repeat the form goes on"


def _cells(page: EntryPage, row: int) -> list[str]:
    assert page.view.grid is not None
    return [cell.mark for cell in page.view.grid.rows[row].cells]


# What can't be saved


async def test_a_failing_save_shows_the_answer_before(visits: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2", "up")

        def full(_writing: Writing, *_told: object, **_more: object) -> None:
            raise RuhuError("no_room", "磁盘满了", "请腾出空间")

        with monkeypatch.context() as patch:
            patch.setattr(Writing, "append", full)
            await press(pilot, "1")
            assert "没有保存：磁盘满了" in shown(app)
            question = page.view.question
            assert question is not None and question.value == "2" and here(page) == "base/sex"
            await press(pilot, "down", *"72", "enter")
            assert here(page) == "base/age" and page.typed.value == ""
        await press(pilot, *"72", "enter")
        answers = stored(visits)
        assert (answers["base/sex"], answers["base/age"]) == ("2", "72")
        assert "没有保存" not in shown(app)


async def test_a_visit_changed_elsewhere_says_so(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2")
        other: Interview = open_interview(visits, the_visit(visits))
        other.answer("/data/base/age", "50")
        await press(pilot, *"72", "enter")
        assert "刚刚在别处改过" in shown(app) and page.typed.value == ""
        await press(pilot, "escape")
        assert app.screen is not page
        page = await entry(pilot)
        assert stored(visits)["base/age"] == "50"


async def test_an_unknown_visit_is_an_error_one_can_leave(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        await settle(pilot)
        app.go("entry", visit="0" * 32)
        await done(pilot)
        assert "打不开" in shown(app)
        await press(pilot, "1", "enter", "f4", "f5", "escape")
        assert not isinstance(app.screen, EntryPage)
