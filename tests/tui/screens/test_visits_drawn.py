"""The screens of visits and reviews at both usual sizes, in both languages, and at the edges; home, log and person with
visits in the casebook."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casebook.language import Language
from casebook.store.casebook import Casebook, open_casebook
from survey_forms.visits.steps import pass_on, send_back
from survey_forms.visits.visit_list import VisitFilter, visit_ids
from tests.tui.screens.looking import assert_sound_at_every_size, grid, press, settle, shown
from tests.tui.screens.visit_flows import TOWN, fill, hand_in, surveyed_book
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.fact_words import told
from tui.widgets.paged_list import PagedList

SCREENS = {
    "visits": ("f8",),
    "marked": ("f8", "space", "m"),
    "finding": ("f8", "slash"),
    "filter": ("f8", "f"),
    "plan": ("f8", "p"),
    "villages": ("f8", "p", "3", "space"),
    "assign": ("f8", "a"),
    "progress": ("f8", "g"),
    "people": ("f8", "g", "3"),
    "review": ("f7",),
    "county": ("f7", "s"),
    "return": ("f7", "2"),
    "questions": ("f7", "2", "f4", "space"),
    "reviewer": ("f7", "w"),
    "home": (),
    "log": ("ctrl+l",),
    "person": ("f4", "w", "enter"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casebook with a visit in review by the township, one by the county, one sent back."""
    folder = tmp_path_factory.mktemp("made") / "测试县.ruhu"
    with surveyed_book(folder) as book:
        first, second, third = visit_ids(book, VisitFilter())
        interview = fill(book, first, phone="139", answer="2", outcome="1")
        interview.reason("/data/phone", "户主只记得前几位")
        interview.remark("/data/present", "由女儿代答")
        interview.submit()
        hand_in(book, second)
        pass_on(book, [second])
        hand_in(book, third)
        send_back(book, third, "漏了一个人", ["/data/phone"])
    return folder


@pytest.fixture
def surveyed(made: Path, tmp_path: Path) -> Iterator[Casebook]:
    folder = tmp_path / "测试县.ruhu"
    shutil.copytree(made, folder)
    with open_casebook(folder, author=TOWN, views=VIEWS) as book:
        yield book


@pytest.mark.parametrize(
    ("screen", "language"), [*((one, "zh") for one in SCREENS), *((one, "en") for one in list(SCREENS)[::2])]
)
async def test_screen(
    screen: str, language: Language, surveyed: Casebook, in_language: Callable[[Language], None]
) -> None:
    in_language(language)
    app = RuhuApp(surveyed)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *SCREENS[screen])
        await assert_sound_at_every_size(app, pilot, edges=language == "zh")


async def test_home_names_the_duties_and_where_they_are_done(surveyed: Casebook) -> None:
    app = RuhuApp(surveyed)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        text = shown(app)
        assert "1 户要改" in text and "1 户等你乡审" in text and "1 户待县审，要别人审" in text
        assert "0/3 户通过" in text and "1 条疑点入户已答，可采纳" in text
        labels = [line for line in grid(app) if "被退回" in line or "乡审" in line]
        assert any(line.rstrip().endswith("F8") for line in labels)
        assert any(line.rstrip().endswith("F7") for line in labels)


async def test_a_duty_goes_to_its_visits(surveyed: Casebook) -> None:
    app = RuhuApp(surveyed)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        place = [line for line in grid(app) if " F3" in line or " F7" in line or " F8" in line]
        wanted = next(number for number, line in enumerate(place) if "户要改" in line)
        await press(pilot, *["down"] * wanted, "enter")
        assert "周小兰" in shown(app) and "欧阳明" not in shown(app), "only what was sent back"
        wanted = next(number for number, line in enumerate(place) if "等你乡审" in line)
        await press(pilot, "f2", "home", *["down"] * wanted, "enter")
        assert "王大山" in shown(app) and "审核人" in shown(app)


async def test_the_answers_of_a_visit_are_one_line_of_the_log(surveyed: Casebook) -> None:
    first, second, third = visit_ids(surveyed, VisitFilter())
    app = RuhuApp(surveyed)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "ctrl+l")
        entries = app.screen.query_one(PagedList)
        told_of = [told(row) for place in range(len(entries.ids)) if (row := entries.at(place)).fact.kind == "answer"]
        for visit in (first, second, third):
            assert len([text for text in told_of if visit[:6] in text and " 步" in text]) == 1
        text = shown(app)
        phone = re.search(r"(?<![0-9a-f])139(?![0-9a-f])", text)  # ids may have the digits too
        assert phone is None and "王大山" not in text, "the log holds no answers and no names"
        assert "排入户" in text and "3 户" in text
        folded = len(entries.ids)
        await press(pilot, "k", *"填答", "enter")
        assert len(entries.ids) > 3 and "/data/present" in shown(app), "asked for, they come one by one"
        assert "王大山" not in shown(app)
        await press(pilot, "c")
        assert len(entries.ids) == folded


async def test_a_person_has_the_visits_of_the_household(surveyed: Casebook) -> None:
    first = visit_ids(surveyed, VisitFilter())[0]
    app = RuhuApp(surveyed)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "f4", *"lgf", "enter")
        assert "这户的入户" in shown(app) and first[:6] in shown(app)
        await press(pilot, "f8")
        assert "「99000000001」" in shown(app) and "欧阳明" not in shown(app)
