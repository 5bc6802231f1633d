"""Keys that come all at once, as from an input method, a card reader, or a laptop that stalled: none is lost, none
overtakes another, none lands elsewhere."""

from __future__ import annotations

from audit.decisions import Ruling, decide
from audit.queue import Filter
from casebook.store.casebook import Casebook
from tests.tui.screens.conftest import AUTHOR
from tests.tui.screens.desk_flows import decisions, desk, now, plain, press, proposing, rows
from tests.tui.screens.looking import burst, shown
from tui.screens.app import RuhuApp
from tui.screens.desk_answer import Answer


async def test_a_reason_typed_at_once_is_whole(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, row.id)
        await burst(pilot, "5", *"等村里回话，再看户口本", "enter")
        assert app.screen is page
        assert decisions(book) == [(5, "", "等村里回话，再看户口本", "", AUTHOR)]


async def test_document_value_and_reason_typed_at_once(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await burst(pilot, "3", "1", *"990101199504220011", "tab", *"seen 1990", "enter")
        assert decisions(book) == [(3, "990101199504220011", "seen 1990", "身份证", AUTHOR)]


async def test_what_comes_after_enter_is_not_of_the_reason(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, row.id)
        await burst(pilot, "5", *"wait", "enter", *"zz")
        assert app.screen is page
        assert decisions(book) == [(5, "", "wait", "", AUTHOR)]


async def test_a_document_and_enter_at_once(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await burst(pilot, "2", "2", "enter")
        assert decisions(book) == [(2, "", "", "户口本", AUTHOR)]


async def test_enter_at_once_after_a_verdict_that_lacks_something(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await burst(pilot, "2", "enter")
        assert isinstance(app.screen, Answer)
        assert "A 类疑点要写明理由或看到的证件" in shown(app)
        assert decisions(book) == []


async def test_moving_and_answering_at_once(book: Casebook) -> None:
    every = plain(book)
    place = next(n for n in range(len(every) - 3) if every[n + 3].id == every[n].id + 3)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, every[place].id)
        await burst(pilot, "down", "1", "down", "2")
        assert [now(book, row.id) for row in every[place : place + 4]] == [
            ("open", None), ("settled", 1), ("open", None), ("settled", 2)
        ]  # fmt: skip


async def test_a_search_and_an_answer_at_once(book: Casebook) -> None:
    row = proposing(book)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot)
        await burst(pilot, "slash", *row.household, "enter")
        assert page.queue.has_focus and page.filter.text == row.household
        assert {one.household for one in rows(book) if one.id in page.queue.ids} == {row.household}


async def test_a_reason_by_number_at_once(book: Casebook) -> None:
    before, row = plain(book)[:2]
    decide(book, [before.id], Ruling(5, reason="等村里回话"))
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await burst(pilot, "5", "1", "enter")
        assert decisions(book)[-1][2] == "等村里回话"


async def test_a_filter_chosen_at_once(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot)
        await burst(pilot, "f", "4", "B", "enter")
        assert app.screen is page and page.filter == Filter(severity="B"), "an exact name goes before initials (不限)"
        await burst(pilot, "f", "0")
        assert page.filter == Filter()


async def test_a_signer_typed_at_once(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    decide(book, [row.id], Ruling(1, reason="看过"))
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id, filter=Filter(statuses=("unsigned",)))
        await burst(pilot, "s", *"复核员乙", "enter")
        assert book.connection.execute("SELECT author FROM countersign").fetchall() == [("复核员乙",)]


async def test_a_reason_for_a_batch_typed_at_once(book: Casebook) -> None:
    row = proposing(book)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await press(pilot, "b", "tab")
        await burst(pilot, *"only the form yy", "enter", "y")
        assert {one[2] for one in decisions(book)} == {"only the form yy"}
