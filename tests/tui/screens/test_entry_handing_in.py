"""Checking the whole case and handing it in; what the review sent back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook
from survey_forms.interview import open_interview
from survey_forms.visits.steps import send_back
from tests.tui.screens.entry_flows import done, entry, here, press, stored, the_visit, visit_book
from tests.tui.screens.looking import burst, grid, shown
from tui.screens.app import RuhuApp
from tui.screens.entry_confirm import Confirm
from tui.screens.entry_finish import Troubles

USUAL = (80, 24)

WHOLE = {
    "base/sex": "1", "base/ill": "9", "member[1]/gender": "1", "member[2]/gender": "1", "member[3]/gender": "1",
}  # fmt: skip
"""What the small form requires beside what is prefilled."""


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Casebook]:
    with visit_book(tmp_path) as book:
        yield book


def answer_all(book: Casebook) -> None:
    interview = open_interview(book, the_visit(book))
    for ref, text in WHOLE.items():
        interview.answer(f"/data/{ref}", text)


async def test_what_is_wrong_is_listed_and_jumped_to(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter", "1", *"130", "enter", "f10")
        assert isinstance(app.screen, Troubles)
        assert "错误 1，必答未答 4，提醒未说明 0" in shown(app)
        await press(pilot, "down", "enter")
        assert app.screen is page and here(page) == "base/ill"
        assert [line for line in grid(app) if "! 105" in line or "! 家庭成员" in line or "家庭成员 3/9 !" in line]


async def test_a_whole_case_is_handed_in_once_asked(visits: Casebook) -> None:
    answer_all(visits)
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f10")
        assert isinstance(app.screen, Confirm) and "上交这一户？" in shown(app)
        await press(pilot, "y")
        assert visits.connection.execute("SELECT state FROM visit").fetchone() == ("township",)
        assert app.screen is page and "已上交（待乡审），只能看" in shown(app)
        steps = page.view.steps
        await press(pilot, "f3", *"102", "enter", "2", "ctrl+z", "f2", "delete", "f10")
        assert app.screen is page and page.view.steps == steps and "只能看" in shown(app)
        await press(pilot, "enter")
        assert here(page) == "base/age"
        await press(pilot, "escape")
        assert app.screen is not page


async def test_f10_does_not_quit_here_but_elsewhere(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        await press(pilot, "f10")
        assert isinstance(app.screen, Troubles)
        await press(pilot, "escape", "escape")
        assert app.screen is not page and app.is_running
        await pilot.press("f10")
        assert app._exit


async def test_f10_twice_does_not_quit(visits: Casebook) -> None:
    answer_all(visits)
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        await entry(pilot)
        await burst(pilot, "f10", "f10")
        await done(pilot)
        assert isinstance(app.screen, Confirm) and not app._exit
        assert visits.connection.execute("SELECT state FROM visit").fetchone() == ("draft",)


async def test_what_was_sent_back_says_why_where_it_is_meant(visits: Casebook) -> None:
    answer_all(visits)
    open_interview(visits, the_visit(visits)).submit()
    refs = ["/data/base/sex", "/data/member[2]/gender"]
    send_back(visits.acted_by("审核员丙"), the_visit(visits), "性别请核对", refs)
    app = RuhuApp(visits)
    async with app.run_test(size=USUAL) as pilot:
        page = await entry(pilot)
        assert "退回：性别请核对" in shown(app) and "一 基本情况 3/5 !" in shown(app)
        await press(pilot, "f5")
        assert here(page) == "base/sex" and "退回：性别请核对" in shown(app)
        assert "一 基本情况 3/5  " in shown(app)
        await press(pilot, "2", "f5")
        assert here(page) == "member[2]/gender"
        await press(pilot, "f5")
        assert "没有问题了" in shown(app)
        assert stored(visits)["base/sex"] == "2"
