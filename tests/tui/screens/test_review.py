"""The review by its keys: what is shown, who may pass, what comes next, what a return takes along."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from casebook.store.access import newest
from casebook.store.casebook import Casebook, open_casebook
from survey_forms.visits.history import history
from survey_forms.visits.steps import pass_on, send_back
from survey_forms.visits.visit_list import VisitFilter, visit_ids, visit_row
from tests.tui.screens.looking import burst, press, settle, shown
from tests.tui.screens.visit_flows import COUNTY, SURVEYOR, TOWN, fill, hand_in, surveyed_book
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.review import ReviewPage
from tui.screens.review_return import Return

SIZE = (120, 36)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "测试县.ruhu"
    surveyed_book(folder).close()
    return folder


@pytest.fixture
def surveyed(made: Path, tmp_path: Path) -> Iterator[Casebook]:
    """Three planned visits, opened by who does the township's review."""
    folder = tmp_path / "测试县.ruhu"
    shutil.copytree(made, folder)
    with open_casebook(folder, author=TOWN, views=VIEWS) as book:
        yield book


def visits(book: Casebook) -> list[str]:
    """The visits in the order of the list: 王大山 with an ask, 欧阳明, 周小兰."""
    return visit_ids(book, VisitFilter())


def states(book: Casebook) -> list[str]:
    return [visit_row(book, visit).state for visit in visits(book)]


def steps(book: Casebook, visit: str) -> list[tuple[str, str, str]]:
    """Who did what of the review, and what was written."""
    reviews = ("pass", "return", "recall")
    return [(one.author, one.what, one.text) for one in history(book, visit) if one.what in reviews]


async def reviewing(pilot: Pilot[None], *keys: str) -> ReviewPage:
    await settle(pilot)
    await press(pilot, "f7")
    page = pilot.app.screen
    assert isinstance(page, ReviewPage)
    await press(pilot, *keys)
    return page


async def test_what_is_handed_in_otherwise_than_answered_is_shown_and_not_passed(
    surveyed: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = visits(surveyed)[0]
    interview = fill(surveyed, first, outcome="1", phone="13900000001")
    other = interview.filling.submission_xml(instance="uuid:1").replace("13900000001", "13900000002")
    with monkeypatch.context() as patched:
        patched.setattr(type(interview.filling), "submission_xml", lambda *_a, **_k: other)
        interview.submit()
    monkeypatch.setattr("survey_forms.visits.handed_in.own_devices", lambda _connection: ())
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        await reviewing(pilot)
        text = shown(app)
        for said in ("上交的内容和填的答案不一样", "上交的和答的不一样", "13900000001 ▸ 13900000002"):
            assert said in text, said
        await press(pilot, "1")
        assert states(surveyed)[0] == "township"


async def test_what_a_reviewer_reads(surveyed: Casebook) -> None:
    first = visits(surveyed)[0]
    interview = fill(surveyed, first, phone="139", answer="2", value="990101197001101011", outcome="1")
    interview.reason("/data/phone", "户主只记得前几位")
    interview.remark("/data/present", "由女儿代答")
    interview.submit()
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        await reviewing(pilot)
        text = shown(app)
        for said in (
            "王大山", "在家完成", "13900000001 ▸ 139", "电话不足十一位", "户主只记得前几位", "由女儿代答",
            "卫健对，990101197001101011", f"{SURVEYOR} 上交", "99000000001",
        ):  # fmt: skip
            assert said in text, said
        assert "没有回答" not in text
        assert [(one.what, one.subject) for one in newest(surveyed.connection)] == [("opened", first)]
        await press(pilot, "f2", "f7")
        assert len(newest(surveyed.connection)) == 1, "a visit is noted once a session"


async def test_an_ask_without_an_answer_stands_out(surveyed: Casebook) -> None:
    hand_in(surveyed, visits(surveyed)[0])
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        await reviewing(pilot)
        assert "没有回答" in shown(app) and "没有改动" in shown(app)


async def test_a_pass_goes_on_to_the_next(surveyed: Casebook) -> None:
    first, second, third = visits(surveyed)
    for visit in (first, second, third):
        hand_in(surveyed, visit)
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        page = await reviewing(pilot, "down", "1")
        assert states(surveyed) == ["township", "county", "township"]
        assert steps(surveyed, second) == [(TOWN, "pass", "")]
        assert page.current() == third and page.sheet is not None and page.sheet.row.id == third
        assert "乡审通过" in shown(app) and "待乡审 2" in shown(app) and "待县审 1" in shown(app)
        await press(pilot, "1", "1")
        assert states(surveyed) == ["county"] * 3
        assert "没有待乡审的户" in shown(app)
        await press(pilot, "1", "2", "enter", "n", "space")
        assert states(surveyed) == ["county"] * 3, "nothing is left to do here"


async def test_keys_all_at_once_pass_no_visit_unseen(surveyed: Casebook) -> None:
    for visit in visits(surveyed):
        hand_in(surveyed, visit)
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        page = await reviewing(pilot)
        seen = page.sheet
        assert seen is not None
        await burst(pilot, "1", "1", "1")
        passed = [visit for visit in visits(surveyed) if visit_row(surveyed, visit).state == "county"]
        opened = {one.subject for one in newest(surveyed.connection)}
        assert seen.row.id in passed and set(passed) <= opened


async def test_nobody_passes_what_they_handed_in(surveyed: Casebook) -> None:
    first = visits(surveyed)[0]
    hand_in(surveyed, first)
    app = RuhuApp(surveyed.acted_by(SURVEYOR))
    async with app.run_test(size=SIZE) as pilot:
        await reviewing(pilot)
        assert "是你自己上交的" in shown(app)
        await press(pilot, "1")
        assert visit_row(surveyed, first).state == "township" and "换人审：w" in shown(app)
        await press(pilot, "2")
        assert not isinstance(app.screen, Return), "nor returns it"
        await press(pilot, "w", *"赵六", "enter")
        assert "审核人 赵六" in shown(app) and "是你自己上交的" not in shown(app)
        await press(pilot, "1")
        assert steps(surveyed, first) == [("赵六", "pass", "")]


async def test_the_county_wants_another_person(surveyed: Casebook) -> None:
    first = visits(surveyed)[0]
    hand_in(surveyed, first)
    pass_on(surveyed, [first])
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        page = await reviewing(pilot, "s")
        assert page.current() == first and "乡审是你做的，县审要换一个人" in shown(app)
        await press(pilot, "1")
        assert visit_row(surveyed, first).state == "county"
        await press(pilot, "w", *COUNTY, "enter", "1")
        assert visit_row(surveyed, first).state == "passed"
        assert steps(surveyed, first) == [(TOWN, "pass", ""), (COUNTY, "pass", "")]
        assert "县审通过" in shown(app)


async def test_a_return_takes_its_reason_and_the_questions(surveyed: Casebook) -> None:
    first = visits(surveyed)[0]
    hand_in(surveyed, first, phone="13911112222")
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        page = await reviewing(pilot, "2")
        assert isinstance(app.screen, Return)
        await press(pilot, "enter")
        assert isinstance(app.screen, Return) and "退回要写明理由" in shown(app)
        assert states(surveyed)[0] == "township"
        await press(pilot, "1", "f4", *"lxdh", "space", "enter")
        assert "联系电话" in shown(app)
        await press(pilot, "enter")
        assert app.screen is page
        past = history(surveyed, first)[-1]
        assert (past.what, past.text, past.refs) == ("return", "待问没有答清楚", ("/data/phone",))
        row = visit_row(surveyed, first)
        assert row.state == "draft" and row.returned and row.assigned == SURVEYOR
        assert "已退回" in shown(app)


async def test_reasons_given_before_come_first_and_escape_returns_nothing(surveyed: Casebook) -> None:
    first, second, _third = visits(surveyed)
    hand_in(surveyed, first)
    hand_in(surveyed, second)
    send_back(surveyed, first, "户口本没有拍")
    app = RuhuApp(surveyed)
    async with app.run_test(size=(80, 24)) as pilot:
        await reviewing(pilot, "2")
        assert "1 户口本没有拍" in shown(app)
        await press(pilot, "1", "escape")
        assert visit_row(surveyed, second).state == "township"


async def test_what_was_mended_since_the_return_comes_first(surveyed: Casebook) -> None:
    first = visits(surveyed)[0]
    hand_in(surveyed, first, phone="13911112222")
    send_back(surveyed, first, "电话不对", ["/data/phone"])
    hand_in(surveyed, first, phone="13933334444")
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        await reviewing(pilot)
        text = shown(app)
        assert "上次退回" in text and "电话不对" in text
        assert "13911112222 ▸ 13933334444" in text and "13900000001 ▸ 13933334444" in text
        assert text.index("和上次上交比") < text.index("和名单比")


async def test_a_visit_returned_elsewhere_is_not_passed(surveyed: Casebook) -> None:
    first, second, _third = visits(surveyed)
    hand_in(surveyed, first)
    hand_in(surveyed, second)
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        page = await reviewing(pilot)
        send_back(surveyed.acted_by(COUNTY), first, "漏了一个人")
        await press(pilot, "1")
        assert visit_row(surveyed, first).state == "draft" and "草稿" in shown(app)
        assert page.current() == second, "what is no longer here is gone from the queue"


async def test_the_whole_form_is_opened(surveyed: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    first = visits(surveyed)[0]
    hand_in(surveyed, first)
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        await reviewing(pilot)
        told: list[dict[str, object]] = []
        monkeypatch.setattr(RuhuApp, "go", lambda _app, name, **what: told.append({"name": name, **what}))
        await press(pilot, "enter")
        assert told == [{"name": "entry", "visit": first, "back": "review"}]


async def test_the_queue_of_one_township(surveyed: Casebook) -> None:
    for visit in visits(surveyed):
        hand_in(surveyed, visit)
    app = RuhuApp(surveyed)
    async with app.run_test(size=SIZE) as pilot:
        page = await reviewing(pilot, "f", "2")
        await burst(pilot, *"hkx", "enter")
        assert [visit_row(surveyed, visit).head for visit in page._ids] == ["周小兰"]
        assert "待乡审 1" in shown(app) and "河口乡" in shown(app)


async def test_space_pages_through_and_begins_again(surveyed: Casebook) -> None:
    first = visits(surveyed)[0]
    interview = fill(surveyed, first, phone="139")
    interview.reason("/data/phone", "很长的理由" * 120)
    interview.submit()
    app = RuhuApp(surveyed)
    async with app.run_test(size=(80, 24)) as pilot:
        await reviewing(pilot)
        top = shown(app)
        await press(pilot, "space")
        assert shown(app) != top
        await press(pilot, *["space"] * 6)
        pages = [top]
        for _turn in range(4):
            await press(pilot, "space")
            pages.append(shown(app))
        assert top in pages[1:]
