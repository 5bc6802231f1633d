"""Filling in a visit key by key: what a key means, that it is saved, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook
from survey_forms.interview import open_interview
from tests.tui.screens.entry_flows import done, entry, facts, here, press, stored, the_visit, visit_book
from tests.tui.screens.looking import burst, shown
from tui.screens.app import RuhuApp
from tui.screens.entry_confirm import Confirm
from tui.screens.entry_note import Note

WIDE, USUAL = (120, 36), (80, 24)


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Casebook]:
    with visit_book(tmp_path) as book:
        yield book


async def test_a_prefilled_answer_is_taken_with_one_enter(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        assert (here(page), page.typed.value) == ("base/head", "张三")
        await press(pilot, "enter")
        assert here(page) == "base/sex"
        assert facts(visits) == [], "an answer that stands already needs no fact"


async def test_a_code_is_one_key_and_saved_when_it_is_shown(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "2")
        assert here(page) == "base/age"
        assert stored(visits)["base/sex"] == "2"
        assert "已保存" in shown(app) and "撤销 1 步" in shown(app)


async def test_typing_dates_and_numbers(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", *"72", "enter", *"19540817", "enter")
        assert here(page) == "base/ill"
        answers = stored(visits)
        assert (answers["base/age"], answers["base/born"]) == ("72", "1954-08-17")


async def test_a_refused_text_stays_in_the_field(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", *"7o", "enter")
        assert (here(page), page.typed.value) == ("base/age", "7o")
        assert "✗ 这里填整数" in shown(app)
        assert "base/age" not in stored(visits)
        await press(pilot, "backspace", "0", "enter")
        assert (here(page), stored(visits)["base/age"]) == ("base/born", "70")


async def test_a_wrong_value_holds_enter_up_but_not_the_arrow(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", *"130", "enter")
        assert here(page) == "base/age" and "✗ 年龄在 0 到 120 之间" in shown(app)
        await press(pilot, "enter")
        assert here(page) == "base/age"
        await press(pilot, "down")
        assert here(page) == "base/born" and page.view.count.wrong == 1
        assert "! 问题 1" in shown(app)
        await press(pilot, "f5")
        assert here(page) == "base/age"


async def test_a_soft_check_takes_enter_and_a_digit(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", *"101", "enter")
        assert here(page) == "base/age" and "超过 100 岁，请核对" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, Note)
        await press(pilot, "enter")
        assert isinstance(app.screen, Note), "a reason is needed"
        await press(pilot, "1")
        assert app.screen is page and here(page) == "base/born"
        interview = open_interview(visits, the_visit(visits))
        assert interview.reasons == {"/data/base/age": "已向本人核实"}
        assert page.view.count.wrong == 0


async def test_a_soft_check_may_be_answered_in_own_words(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1")
        await burst(pilot, *"101", "enter", "enter", *"户口本上就是", "enter", *"19250101", "enter")
        await done(pilot)
        assert open_interview(visits, the_visit(visits)).reasons == {"/data/base/age": "户口本上就是"}
        assert here(page) == "base/ill" and stored(visits)["base/born"] == "1925-01-01"


async def test_a_lacking_answer_holds_enter_up_once(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "enter")
        assert here(page) == "base/sex" and "再按回车先放着" in shown(app)
        await press(pilot, "enter")
        assert here(page) == "base/age"


async def test_a_multiple_choice(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        page.doing.session.go_to("/data/base/ill")  # type: ignore[union-attr]
        await press(pilot, "down", "up")
        assert here(page) == "base/ill"
        await press(pilot, "2", "1")
        assert stored(visits)["base/ill"] == "1 2" and here(page) == "base/ill"
        await press(pilot, "space")
        assert stored(visits)["base/ill"] == "2", "space takes out what the cursor is on"
        await press(pilot, "right", "right", "space")
        assert stored(visits)["base/ill"] == "2 3"
        await press(pilot, "9")
        assert stored(visits)["base/ill"] == "9", "none of them clears the others"
        await press(pilot, "3")
        assert stored(visits)["base/ill"] == "3"
        await press(pilot, "enter")
        assert here(page) == "base/read", "what is not asked and what is only shown is passed over"
        await press(pilot, "enter")
        assert here(page) == "member[1]/name", "what is to be read out is not"


async def test_an_answer_shows_and_hides_questions_at_once(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=WIDE) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"105", "enter")
        assert "- 106 哪一年起" in shown(app)
        await press(pilot, "1")
        assert "  106 哪一年起" in shown(app) and "- 106" not in shown(app)
        await press(pilot, "enter")
        assert here(page) == "base/since"
        await press(pilot, "up", "1")
        assert "- 106 哪一年起" in shown(app)


async def test_arrows_and_enter_choose_too(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "right", "right", "enter")
        assert stored(visits)["base/sex"] == "2" and here(page) == "base/age"
        await press(pilot, "up", "left", "space")
        assert stored(visits)["base/sex"] == "1" and here(page) == "base/age"


async def test_backspace_clears_a_choice(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", "up", "backspace")
        assert here(page) == "base/sex" and "base/sex" not in stored(visits)


async def test_a_refused_text_can_be_taken_back(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", *"7o", "down")
        assert here(page) == "base/age" and "Ctrl+Z" in shown(app)
        await press(pilot, "ctrl+z", "down")
        assert here(page) == "base/born"


async def test_two_digits_wait_and_one_of_them_goes_with_enter(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"203", "enter", "1")
        assert here(page) == "member[1]/job" and "编码 1" in shown(app)
        await press(pilot, "2")
        assert stored(visits)["member[1]/job"] == "12" and here(page) == "member[2]/name"
        await press(pilot, "f3", *"203", "enter", "1", "enter")
        assert stored(visits)["member[1]/job"] == "1" and here(page) == "member[2]/name"
        await press(pilot, "f3", *"203", "enter", "4")
        assert stored(visits)["member[1]/job"] == "4" and here(page) == "member[2]/name"


async def test_a_zero_in_front_may_be_left_out(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"302", "enter", "3")
        assert stored(visits)["place/phone"] == "03" and here(page) == "place/other"
        await press(pilot, "up", "0")
        assert here(page) == "place/phone"
        await press(pilot, "2")
        assert stored(visits)["place/phone"] == "02" and here(page) == "place/other"


async def test_nothing_printable_is_taken_from_a_text(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"303", "enter")
        await press(pilot, "a", "equals_sign", "slash", "plus", "space", "1", "question_mark")
        assert page.typed.value == "a=/+ 1?" and here(page) == "place/other"
        await press(pilot, "enter")
        assert stored(visits)["place/other"] == "a=/+ 1?"


async def test_moving_saves_what_was_typed(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"303", "enter", *"好", "up")
        assert here(page) == "place/phone" and stored(visits)["place/other"] == "好"


async def test_unknown_and_refused_where_the_form_lists_them(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "f8")
        assert stored(visits)["base/sex"] == "8" and here(page) == "base/age"
        await press(pilot, "up", "f9")
        assert stored(visits)["base/sex"] == "9"
        await press(pilot, "f8")
        assert "没有列「不知道」" in shown(app) and here(page) == "base/age"


async def test_parts_and_members(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "pagedown")
        assert here(page) == "member[1]/name"
        await press(pilot, "pagedown", "down")
        assert here(page) == "member[2]/gender" and "家庭成员 2/3 李四" in shown(app)
        await press(pilot, "pageup")
        assert here(page) == "member[2]/name"
        await press(pilot, "pageup", "pageup")
        assert here(page) == "base/head"


async def test_the_same_as_the_member_before(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "pagedown", "enter", "2")
        await press(pilot, "pageup", "pagedown", "down")
        assert here(page) == "member[2]/gender"
        await press(pilot, "equals_sign")
        assert stored(visits)["member[2]/gender"] == "2" and here(page) == "member[2]/job"


async def test_another_member_and_away_with_him(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"203 ww", "enter", "enter")
        assert here(page) == "+member" and "添加一份" in shown(app)
        await press(pilot, "plus")
        assert here(page) == "member[4]/name"
        await press(pilot, *"赵六", "enter", "1", "delete")
        assert isinstance(app.screen, Confirm) and "4 赵六" in shown(app)
        await press(pilot, "y")
        assert not [ref for ref in stored(visits) if ref.startswith("member[4]")]
        await press(pilot, "ctrl+z")
        assert stored(visits)["member[4]/name"] == "赵六"
        await press(pilot, "f3", *"203 ww", "enter", "enter")
        assert here(page) == "member[4]/name", "behind the third member comes the fourth"


async def test_enter_at_the_end_of_the_members_goes_on(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f3", *"203 ww", "enter", "enter", "enter")
        assert here(page) == "place/village"
