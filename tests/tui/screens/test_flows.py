"""The ways through the screens, by keys alone."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from audit.imports import import_list
from audit.queue import counts_by_status
from casebook.people.lookup import hits, look_up
from casebook.people.masking import mask_number
from casebook.progress import Progress, report
from casebook.store.access import newest
from casebook.store.casebook import Casebook
from casebook.store.lists import current
from tests.audit.notation import number, table
from tests.tui.screens.looking import burst, page, press, settle, shown
from tui.screens.app import RuhuApp
from tui.screens.home import HomePage
from tui.screens.imports import ImportsPage, typed_path
from tui.screens.lookup import LookupPage
from tui.screens.person import PersonPage
from tui.screens.progress import LongWork, Outcome
from tui.widgets.field import Field
from tui.widgets.paged_list import PagedList

SIZE = (100, 30)


async def test_from_an_empty_casebook_to_findings(empty_book: Casebook, lists: Path) -> None:
    folder = empty_book.folder.parent
    shutil.copy(lists / "roster.xlsx", folder / "花名册.xlsx")
    shutil.copy(lists / "registry.xlsx", folder / "返回数据.xlsx")
    app = RuhuApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "还没有花名册" in shown(app) and "还没有卫健名单" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ImportsPage)
        await burst(pilot, *"花名册.xlsx", "enter")
        assert "人员 " in shown(app) and "1花名册✓" in shown(app)
        await press(pilot, "i")
        assert "第一次导入这份名单" in shown(app) and "另一份名单还没有导入" in shown(app)
        await press(pilot, "escape")
        app.screen.query_one(Field).value = f"'{folder / '返回数据.xlsx'}'"
        await press(pilot, "enter", "2", "i", "h")
        assert "核对完成" in shown(app)
        assert sum(counts_by_status(empty_book).values()) > 0
        await press(pilot, "f2")
        assert isinstance(app.screen, HomePage)
        assert "还没有花名册" not in shown(app) and "未定" in shown(app)
        await press(pilot, "enter")
        assert page(app).TITLE == "核对"


async def test_files_are_chosen_in_folders(empty_book: Casebook, lists: Path) -> None:
    inner = empty_book.folder.parent / "名单"
    inner.mkdir()
    shutil.copy(lists / "roster.xlsx", inner / "甲.xlsx")
    (inner / "说明.docx").write_bytes(b"")
    app = RuhuApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f5", "down", "enter")
        assert "上一层：" in shown(app)
        assert "甲.xlsx" in shown(app) and "说明" not in shown(app)
        await press(pilot, "enter")
        assert app.screen.has_class("-preview")


async def test_a_file_that_is_no_list_is_refused_in_a_line(empty_book: Casebook) -> None:
    (empty_book.folder.parent / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    app = RuhuApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f5", "enter")
        assert "✗ 坏.xlsx" in shown(app)
        assert app.screen.has_class("-file")


async def test_an_unknown_column_is_named_and_remembered(empty_book: Casebook) -> None:
    path = empty_book.folder.parent / "花名册.xlsx"
    book = Workbook()
    for row in (["姓名", "身份证号码", "怪列"], ["张三", number("800101-1"), "13800001234"]):
        book.active.append(row)
    book.save(path)
    app = RuhuApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f5", "enter")
        assert "? 不认识" in shown(app)
        await press(pilot, "enter", *"lxdh")
        assert "联系电话" in shown(app)
        await press(pilot, "enter")
        assert "? 不认识" not in shown(app) and "（你指定的）" in shown(app)
        await press(pilot, "1", "i")
        fact = current(empty_book.connection, "roster")
        assert fact and fact.body and fact.body["mapping"] == {"怪列": "phone"}
        await press(pilot, "escape", "enter")
        assert "（你指定的）" in shown(app)
        await press(pilot, "i")
        assert "没有改动" in shown(app)


async def test_a_password_is_asked_for(empty_book: Casebook, lists: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    with (lists / "roster.xlsx").open("rb") as plain, (empty_book.folder.parent / "密.xlsx").open("wb") as file:
        OOXMLFile(plain).encrypt("abc", file)
    app = RuhuApp(empty_book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f5", "enter")
        assert "密.xlsx 有打开密码" in shown(app)
        await press(pilot, *"abx")
        assert "***" in shown(app) and "abx" not in shown(app)
        await press(pilot, "enter")
        assert "有打开密码" in shown(app)
        await press(pilot, *"abc", "enter")
        assert "人员 " in shown(app)


@pytest.mark.parametrize(
    ("typed", "path"),
    [(" 甲.xlsx ", "甲.xlsx"), ("'a b.xlsx'", "a b.xlsx"), ('"a.xlsx"', "a.xlsx"), (r"a\ b.xlsx", "a b.xlsx")],
)
def test_a_path_as_typed_or_dropped(typed: str, path: str) -> None:
    assert typed_path(typed) == path


async def test_looking_up_masks_and_records(book: Casebook) -> None:
    found = hits(book, look_up(book, "l"))
    with_number = next(place for place, hit in enumerate(found) if len(hit.number) == 18)
    hit = found[with_number]
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f4", "l", *["down"] * with_number)
        assert isinstance(app.screen, LookupPage)
        assert mask_number(hit.number) in shown(app) and hit.number not in shown(app)
        assert newest(book.connection) == []
        await press(pilot, "f6")
        assert hit.number in shown(app)
        assert [(one.what, one.subject) for one in newest(book.connection)] == [("revealed", hit.person)]
        await press(pilot, "f6")
        assert hit.number not in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, PersonPage)
        assert hit.number in shown(app) and hit.name in shown(app)
        assert len(newest(book.connection)) == 2
        await press(pilot, "f6")
        assert hit.number not in shown(app) and mask_number(hit.number) in shown(app)
        assert len(newest(book.connection)) == 2
        await press(pilot, "f6")
        assert hit.number in shown(app) and len(newest(book.connection)) == 3
        await press(pilot, "escape")
        assert isinstance(app.screen, LookupPage) and app.screen.query_one(Field).value == "l"


async def test_enter_does_not_overtake_what_was_typed_before_it(book: Casebook) -> None:
    """A card reader types a number and Enter at once, over the hits of another search."""
    wanted = next(hit for hit in hits(book, look_up(book, "z")) if len(hit.number) == 18)
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f4", "l", "f7")
        await burst(pilot, *wanted.number.lower(), "enter")
        assert isinstance(app.screen, PersonPage)
        assert wanted.number in shown(app)
        assert [one.subject for one in newest(book.connection)] == [wanted.person]
        await press(pilot, "escape", "f7")
        second = hits(book, look_up(book, "l"))[2]
        await burst(pilot, "l", "down", "down", "enter")
        assert newest(book.connection)[0].subject == second.person
        await press(pilot, "ctrl+l", "k")
        await burst(pilot, *"dr", "enter")
        assert "种类 导入" in shown(app)


@pytest.mark.parametrize(("wide", "name"), [(False, "阿依·买买提"), (True, "阿依･买买提")])
async def test_the_dot_of_a_name_on_a_console_that_draws_it_wide(wide: bool, name: str, empty_book: Casebook) -> None:
    import_list(empty_book, table("姓名|证件号\n阿依·买买提|800101-1"), "roster", {})
    app = RuhuApp(empty_book, narrow_glyphs=wide)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f4", "a", "y")
        assert name in shown(app)


async def test_the_search_field_keeps_what_is_typed(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f4", "1", "2")
        assert "至少输入后 4 位" in shown(app)
        await press(pilot, "f2", "f4", "x")
        assert app.screen.query_one(Field).value == "12x"
        await press(pilot, "f7")
        assert app.screen.query_one(Field).value == ""


async def test_the_log_is_filtered(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "ctrl+l")
        entries = app.screen.query_one(PagedList)
        everything = len(entries.ids)
        assert everything == 6  # casebook, user, two lists, run, the folder copied; persons go along
        await press(pilot, "k", *"dr", "enter")
        assert len(entries.ids) == 2 and "种类 导入" in shown(app)
        await press(pilot, "slash", *"registry", "enter", "down")
        assert len(entries.ids) == 1 and "registry.xlsx" in shown(app)
        await press(pilot, "c")
        assert len(entries.ids) == everything
        await press(pilot, "v")
        assert "没有符合的记录" in shown(app) and "首页 ▸ 查阅记录" in shown(app)
        await press(pilot, "v", "k", *"dr", "enter", "e")
        assert "写到哪个文件夹" in shown(app)
        await press(pilot, "enter")
        assert "日志 2 条，查阅记录 1 条" in shown(app) and app.screen is page(app)
        await press(pilot, "v")
        assert "导出" in shown(app) and "日志（日志-20" in shown(app)
    (written,) = (book.folder.parent / "日志").glob("日志-*.xlsx")
    log = [row[3] for row in load_workbook(written)["日志"].iter_rows(min_row=2, values_only=True)]
    assert log == ["导入", "导入"]


async def test_help_palette_theme_and_ways_out(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f1")
        assert "帮助：首页" in shown(app) and "乡镇进度" in shown(app)
        await press(pilot, "escape", "ctrl+p", *"rz", "enter")
        assert "首页 ▸ 日志" in shown(app)
        await press(pilot, "ctrl+c")
        assert "退出请按 F10" in shown(app)
        await press(pilot, "f12")
        assert app.theme == "ruhu-light"
        await press(pilot, "f4", "f5", "escape")
        assert isinstance(app.screen, HomePage)
        await press(pilot, "escape", "q")
    assert app.fault is None and app.return_code == 0


async def test_a_backup_is_made_from_home(book: Casebook) -> None:
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "b")
        assert "✓ 已备份" in shown(app) and "没有备份过" not in shown(app)
    assert len(list((book.folder / "backups").glob("*.db"))) == 1


async def test_long_work_is_stopped(book: Casebook) -> None:
    begun = threading.Event()
    outcomes: list[Outcome[int]] = []

    def work(progress: Progress) -> int:
        for done in range(1_000_000_000):
            report(progress, f"第 {done} 步", done, 1_000_000_000)
            begun.set()
        return 1

    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        page(app).ask(LongWork("很久", work), outcomes.append)
        while not begun.is_set():
            await pilot.pause()
        await press(pilot, "escape")
        assert [outcome.stopped for outcome in outcomes] == [True]
        assert isinstance(app.screen, HomePage)


async def test_a_fault_ends_it_without_showing_anything(book: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.lookup.look_up", lambda _book, text: 1 / len(text) - 1 / 0)
    app = RuhuApp(book)
    with pytest.raises(Exception, match="ZeroDivision"):
        async with app.run_test(size=SIZE) as pilot:
            await press(pilot, "f4", "x")
    assert isinstance(app.fault, ZeroDivisionError)
    assert app._exit_renderables == []


async def test_a_locked_casebook_is_said_and_survived(book: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    from casebook.errors import RuhuError

    def locked(*_arguments: object) -> None:
        raise RuhuError("casebook_locked", "案卷正被另一个程序占用", "请等它写完再试", category="locked")

    monkeypatch.setattr("casebook.store.access.record", locked)
    app = RuhuApp(book)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f4", "l", "enter")
        assert isinstance(app.screen, LookupPage)
        assert "✗ 案卷正被另一个程序占用" in shown(app)
