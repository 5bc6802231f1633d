"""The list of visits by its keys: found, marked, given away, planned, opened, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static

from casebook.store.access import newest
from casebook.store.casebook import Casebook
from survey_forms.stored_forms import forms
from survey_forms.visits.steps import send_back
from survey_forms.visits.visit_list import VisitFilter, counts, visit_ids, visit_row, visit_rows
from tests.survey_forms.visits.made_visits import PLACES, enter, hand_in, new_book, plan_one
from tests.tui.screens.looking import burst, grid, press, settle, shown
from tui.screens.app import RuhuApp
from tui.screens.page import Page
from tui.screens.visits import VisitsPage
from tui.screens.visits_assign import Assign
from tui.screens.visits_plan import PlanVisits
from tui.widgets.field import Field
from tui.widgets.paged_list import PagedList

ME = "刘敏"
SIZE = (120, 36)


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Casebook]:
    """Five households of three villages, nothing done yet."""
    with new_book(tmp_path / "测试县.ruhu", ME) as book:
        for number, (place, head) in enumerate(
            zip((0, 0, 1, 2, 2), ("王大山", "欧阳明", "李桂芳", "买买提", "周小兰"), strict=True), 1
        ):
            plan_one(book, f"9900{number}", (head, "王小山"), PLACES[place], asks=["a" * 32] if number == 2 else ())
        yield book


async def listed(pilot: Pilot[None], *keys: str) -> VisitsPage:
    """The list of visits, after some keys."""
    await settle(pilot)
    await press(pilot, "f8")
    page = pilot.app.screen
    assert isinstance(page, VisitsPage)
    await press(pilot, *keys)
    return page


def heads(book: Casebook, page: VisitsPage) -> list[str]:
    return [row.head for row in visit_rows(book, page._ids)]


def assigned(book: Casebook) -> dict[str, str]:
    return {row.head: row.assigned for row in visit_rows(book, visit_ids(book, VisitFilter())) if row.assigned}


def opened_instead(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the entry screen is told, in the place of going there."""
    told: list[dict[str, object]] = []
    monkeypatch.setattr(RuhuApp, "go", lambda _app, name, **what: told.append({"name": name, **what}))
    return told


async def test_the_list_in_the_order_of_places(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot)
        assert heads(visits, page) == [row.head for row in visit_rows(visits, visit_ids(visits, VisitFilter()))]
        assert "全部 5" in shown(app) and "待调查 5" in shown(app)
        assert "99002" in shown(app) and "柳林村" in shown(app)
        assert newest(visits.connection) == [], "a list reveals nothing"


async def test_to_the_form_and_back_to_the_same_visit(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "p", "enter", "down", "down")
        here = page.current()
        await press(pilot, "enter")
        assert app.screen is not page and visit_row(book, here).head in shown(app)
        await press(pilot, "escape")
        assert app.screen is page and page.current() == here


async def test_opening_is_on_record_before_it_is_shown(visits: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "down")
        wanted = page.current()
        told = opened_instead(monkeypatch)
        await press(pilot, "enter")
        assert [(one.what, one.subject) for one in newest(visits.connection)] == [("opened", wanted)]
        assert told == [{"name": "entry", "visit": wanted, "back": "visits"}]


async def test_marked_visits_are_given_away_and_back(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "space", "space")
        first, second, *_others = heads(visits, page)
        assert "已标 2 户" in shown(app)
        await press(pilot, "a")
        assert isinstance(app.screen, Assign) and "2 户" in shown(app)
        await burst(pilot, *"陈静", "enter")
        assert assigned(visits) == {first: "陈静", second: "陈静"}
        assert "2 户派给 陈静" in shown(app) and "已标" not in shown(app)
        await press(pilot, "a", *"张伟", "enter")
        third = next(head for head, name in assigned(visits).items() if name == "张伟")
        assert third == heads(visits, page)[2], "without marks it is the one under the cursor"
        await press(pilot, "u")
        assert assigned(visits) == {first: "陈静", second: "陈静"}
        await press(pilot, "u")
        assert assigned(visits) == {} and "已撤销派人，2 户" in shown(app)
        await press(pilot, "u")
        assert "没有可撤销的" in shown(app)


async def test_names_are_offered_by_number_and_an_empty_field_takes_away(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "a", "1", "enter")
        head = heads(visits, page)[0]
        assert assigned(visits) == {head: ME}
        await press(pilot, "a")
        assert f"现在派给 {ME}" in shown(app)
        await press(pilot, "enter")
        assert assigned(visits) == {}


async def test_escape_gives_nothing_away(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot, "x", "a", *"陈静", "escape")
        assert assigned(visits) == {} and "已标 5 户" in shown(app)
        await press(pilot, "escape")
        assert "已标" not in shown(app) and isinstance(app.screen, VisitsPage)
        await press(pilot, "escape")
        assert not isinstance(app.screen, VisitsPage)


async def test_what_is_handed_in_is_not_given_away(visits: Casebook) -> None:
    hand_in(visits, visit_ids(visits, VisitFilter())[0])
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot, "x", "a", *"陈静", "enter")
        assert assigned(visits) == {} and "已经上交" in shown(app)


async def test_digits_show_one_state(visits: Casebook) -> None:
    first, second, third, *_rest = visit_ids(visits, VisitFilter())
    enter(visits, first)
    hand_in(visits, second)
    hand_in(visits, third)
    send_back(visits.acted_by("张伟"), third, "签字不全")
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "2")
        assert list(page._ids) == [first, third]
        assert "被退回 1" in shown(app)
        await press(pilot, "3")
        assert list(page._ids) == [second]
        assert "签字不全" not in shown(app)
        await press(pilot, "7")
        assert list(page._ids) == [third] and "退回：签字不全" in shown(app)
        await press(pilot, "0")
        assert len(page._ids) == 5
        await press(pilot, "up")
        assert "签字不全" not in shown(app)


async def test_finding_a_household(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "slash")
        await burst(pilot, *"oym")
        assert heads(visits, page) == ["欧阳明"]
        await press(pilot, "enter")
        assert not page._searching(), "Enter leaves the field and opens nothing"
        assert newest(visits.connection) == []
        await press(pilot, "slash")
        app.screen.query_one("#find", Field).value = "99004"
        await settle(pilot)
        assert heads(visits, page) == ["买买提"]
        await press(pilot, "escape")
        assert len(page._ids) == 5


async def test_only_mine(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "a", "1", "enter", "m")
        assert len(page._ids) == 1 and f"派给 {ME}" in shown(app)
        await press(pilot, "m")
        assert len(page._ids) == 5


async def test_the_filter_by_village_follows_its_township(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "f", "2")
        await burst(pilot, *"yfz", "enter")
        assert page.filter.township == "云丰镇" and len(page._ids) == 3
        await press(pilot, "f", "3")
        assert "柳林村" not in shown(app), "a village of another township is not offered"
        await burst(pilot, *"bsc", "enter")
        assert page.filter.village == "白石村" and len(page._ids) == 1
        await press(pilot, "f", "0")
        assert len(page._ids) == 5
        await press(pilot, "f", "4")
        await burst(pilot, *"没有派人", "enter")
        assert len(page._ids) == 5 and "没有派人" in shown(app)


async def test_the_cursor_stays_on_its_visit(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "down", "down", "down")
        here = page.current()
        plan_one(visits, "00001", ("新来的",), PLACES[0])
        await press(pilot, "f2", "f8")
        assert app.screen is page and page.current() == here and len(page._ids) == 6


async def test_progress_narrows_the_list(visits: Casebook) -> None:
    hand_in(visits, visit_ids(visits, VisitFilter())[0])
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "g")
        text = shown(app)
        assert "云丰镇" in text and "河口乡" in text and "合计" in text and "通过率" in text
        await press(pilot, "2", "down", "enter")
        assert app.screen is page
        places = {(row.township, row.village) for row in visit_rows(visits, page._ids)}
        assert len(places) == 1 and page.filter.village == places.pop()[1]
        await press(pilot, "g", "3", "enter")
        assert page.filter.assigned == "-" and len(page._ids) == 5


async def test_recalling_what_one_handed_in(visits: Casebook) -> None:
    first, second, *_rest = visit_ids(visits, VisitFilter())
    hand_in(visits, first)
    hand_in(visits, second, by="陈静")
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot, "r")
        assert visit_row(visits, first).state == "draft" and "已撤回" in shown(app)
        await press(pilot, "down", "r")
        assert visit_row(visits, second).state == "township" and "不是你上交的" in shown(app)


async def test_an_empty_list_says_what_to_do(empty_book: Casebook) -> None:
    app = RuhuApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot, "enter", "a", "space", "x", "r")
        assert "还没有排入户。按 p 排" in shown(app)
        await press(pilot, "p")
        assert isinstance(app.screen, PlanVisits) and "没有名单" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PlanVisits), "nothing to plan"


async def test_planning_a_village_with_the_form_that_comes_along(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot, "p")
        assert "自带的健康扶贫帮扶表" in shown(app) and "将排 " in shown(app)
        assert forms(book) == [], "nothing is imported before it is decided"
        await press(pilot, "3", "space", "enter")
        village = app.screen._plan.where.villages[0]  # type: ignore[attr-defined]
        await press(pilot, "5", *"陈静", "enter")
        assert "陈静" in shown(app)
        await press(pilot, "enter")
        assert app.screen is page and "已保存" in shown(app)
        rows = visit_rows(book, visit_ids(book, VisitFilter()))
        assert rows and {f"{row.township}/{row.village}" for row in rows} == {village}
        assert {row.assigned for row in rows} == {"陈静"}
        assert len(forms(book)) == 1 and len(page._ids) == len(rows)
        await press(pilot, "p")
        assert "不重复排" in shown(app)
        await press(pilot, "escape", "u")
        assert sum(counts(book).values()) == 0 and "已撤销排入户" in shown(app)


async def test_which_households(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot, "p")
        ill = app.screen._counted.households  # type: ignore[attr-defined]
        await press(pilot, "4", "down", "down", "enter")
        every = app.screen._counted.households  # type: ignore[attr-defined]
        assert 0 < ill < every and f"将排 {every:,} 户" in shown(app)
        await press(pilot, "4", "up", "enter")
        assert "没有要排的户" in shown(app), "no finding was sent home with a visit yet"


class _Last(Static):
    """Goes only when the list is gone and what was being read has come."""

    def __init__(self, page: Page, gone: asyncio.Event, read: asyncio.Event) -> None:
        super().__init__()
        self.page, self.gone, self.read = page, gone, read

    async def on_unmount(self) -> None:
        while any(isinstance(one, PagedList) for one in self.page.children):
            await asyncio.sleep(0)
        self.gone.set()
        await self.read.wait()


async def test_leaving_while_the_list_is_read(visits: Casebook) -> None:
    gone, read = asyncio.Event(), asyncio.Event()
    app = RuhuApp(visits)
    async with app.run_test(size=SIZE) as pilot:
        page = await listed(pilot)
        await page.mount(_Last(page, gone, read))

        async def work() -> None:
            await gone.wait()
            try:
                page.listed.focus()
            finally:
                read.set()

        page.background(work, "slow")
        await pilot.press("f2")
    assert read.is_set()


async def test_a_thousand_visits_move_by_key(tmp_path: Path) -> None:
    with new_book(tmp_path / "大县.ruhu", ME) as book:
        for number in range(130):
            plan_one(book, f"{number:05}", (f"户{number}",), PLACES[number % 3])
        app = RuhuApp(book)
        async with app.run_test(size=(80, 24)) as pilot:
            page = await listed(pilot, "end")
            assert page.row() is not None and page.row() == visit_row(book, page._ids[-1])
            await press(pilot, "pageup", "home")
            assert page.current() == page._ids[0]


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("width", [80, 120])
async def test_headings_stand_over_their_columns(visits: Casebook, width: int, many: bool) -> None:
    for number in range(40 if many else 0):  # a scroll bar takes a column
        plan_one(visits, f"8800{number:02}", ("钱多多",), PLACES[0])
    app = RuhuApp(visits)
    async with app.run_test(size=(width, 24)) as pilot:
        page = await listed(pilot, "a", "1", "enter")
        lines = grid(app)
        place = next(number for number, line in enumerate(lines) if "户主" in line)
        above, row = lines[place], lines[place + 1]
        for title, text in (("户主", heads(visits, page)[0]), ("状态", "待调查"), ("调查员", ME)):
            assert cell_len(above[: above.index(title)]) == cell_len(row[: row.index(text)]), title


async def test_at_a_narrow_terminal(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=(40, 12)) as pilot:
        await listed(pilot)
        assert "王大山" in shown(app) and "待调查" in shown(app)
        assert isinstance(app.screen, Page) and app.screen.query_one(PagedList).size.height >= 5
