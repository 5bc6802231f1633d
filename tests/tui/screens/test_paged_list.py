"""Long lists: what is fetched, where the cursor goes, what is drawn."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import App, ComposeResult

from casebook.errors import RuhuError
from tests.tui.screens.looking import press, settle
from tui.widgets.colours import themes
from tui.widgets.lines import Line, cell
from tui.widgets.paged_list import PAGE, PagedList

MANY = 100_000


class ListApp(App[None]):
    """One list over rows that are their ids doubled."""

    def __init__(self, row_height: int = 1) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = "ruhu-dark"
        self.fetched: list[tuple[int, int]] = []
        self.told: list[object] = []
        self.row_height = row_height
        self.suffix = ""
        self.failing = False

    def compose(self) -> ComposeResult:
        yield PagedList(self.fetch, self.draw, row_height=self.row_height, empty="没有")

    def fetch(self, ids: Sequence[int]) -> list[int]:
        if self.failing:
            raise RuhuError("casebook_locked", "案卷正被占用", category="locked")
        self.fetched.append((ids[0], ids[-1]))
        return [2 * identity for identity in ids]

    def draw(self, row: int, width: int, selected: bool) -> list[Line]:
        return [[(cell(f"{row}{self.suffix}", width), "strong" if selected else "")]] * self.row_height

    def on_paged_list_moved(self, event: PagedList.Moved) -> None:
        self.told.append(event.row_id)

    def on_paged_list_chosen(self, event: PagedList.Chosen) -> None:
        self.told.append(("chosen", event.row_id))

    def on_paged_list_failed(self, event: PagedList.Failed) -> None:
        self.told.append(event.error.code)

    @property
    def list(self) -> PagedList:
        return self.query_one(PagedList)

    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]


def numbers(count: int, start: int = 1) -> array[int]:
    return array("q", range(start, start + count))


async def test_only_pages_in_sight_and_their_neighbours_are_fetched() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 20)) as pilot:
        app.list.show(numbers(MANY))
        await settle(pilot)
        assert app.fetched == [(1, PAGE), (PAGE + 1, 2 * PAGE)]
        assert app.lines()[0].startswith("2 ") and app.lines()[19].startswith("40 ")
        await press(pilot, "end")
        assert app.lines()[19].startswith(str(2 * MANY))
        assert len(app.fetched) <= 5
        assert {cell_len(line) for line in app.lines()} == {40}


async def test_the_cursor_by_keys_and_mouse() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.list.show(numbers(50))
        await settle(pilot)
        await press(pilot, "down", "down", "up", "pagedown", "end", "home", "up")
        assert app.told == [1, 2, 3, 2, 11, 50, 1]
        await pilot.click(PagedList, offset=(3, 4))
        await settle(pilot)
        assert app.list.row_id == 5 and app.list.row == 10
        await press(pilot, "enter")
        assert app.told[-1] == ("chosen", 5)
        await pilot.click(PagedList, offset=(3, 6), times=2)
        await settle(pilot)
        assert app.told[-1] == ("chosen", 7)


async def test_a_new_list_keeps_the_row_or_the_place() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.list.show(numbers(50))
        app.list.go_to(30)
        app.list.show(numbers(50, start=11), keep=31)
        await settle(pilot)
        assert app.list.row_id == 31 and app.list.cursor == 20
        app.list.show(numbers(5), keep=31)
        assert app.list.cursor == 4
        app.list.show(array("q"))
        await settle(pilot)
        assert app.list.row_id is None and app.told[-1] is None
        assert app.lines()[0].startswith(" 没有")


async def test_renewed_rows_come_without_losing_the_place() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.list.show(numbers(50))
        app.list.go_to(30)
        await settle(pilot)
        app.suffix = "新"
        before = len(app.fetched)
        app.list.renew()
        await settle(pilot)
        assert len(app.fetched) == before + 1
        assert app.list.cursor == 30 and app.list.row == 62
        assert "62新" in "".join(app.lines())


async def test_rows_of_several_lines() -> None:
    app = ListApp(row_height=2)
    async with app.run_test(size=(40, 9)) as pilot:
        app.list.show(numbers(50))
        await press(pilot, "end")
        assert app.lines()[8].startswith("100") and app.lines()[7].startswith("100")
        await press(pilot, "home")
        await pilot.click(PagedList, offset=(3, 5))
        await settle(pilot)
        assert app.list.row_id == 3


async def test_what_cannot_be_fetched_is_told() -> None:
    app = ListApp()
    app.failing = True
    async with app.run_test(size=(40, 10)) as pilot:
        app.list.show(numbers(5))
        await settle(pilot)
        assert "casebook_locked" in app.told
