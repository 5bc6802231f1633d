"""Learning a template by keys alone: doubtful columns first, a field by initials, the preview, stored and used."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from casebook.language import Language
from casebook.store.casebook import Casebook
from exports.formats.load import load_format
from exports.formats.stored import stored_format
from tests.tui.screens.looking import assert_sound, assert_sound_at_every_size, press, settle, shown
from tests.tui.screens.upload_flows import opened, upload_book
from tui.screens.app import RuhuApp
from tui.screens.learn import LearnPage
from tui.screens.learn_save import SaveFormat
from tui.screens.pick_file import PickFile
from tui.screens.upload import UploadPage

HEADERS = (
    "序号", "乡（镇）", "村", "户主姓名", "姓名", "性别(1男2女)", "身份证号码", "与户主关系", "联系电话", "核查结论",
    "备用",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casebook with passed visits; beside it a template, and a workbook that is none."""
    folder = tmp_path_factory.mktemp("learn")
    path = upload_book(folder)
    template = Workbook()
    sheet = template.active
    sheet.title = "核查表"
    sheet.append(["因病致贫核查上报表"])
    sheet.append(HEADERS)
    template.create_sheet("填表说明").append(["请按要求填写"])
    template.save(folder / "省表.xlsx")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    return path


@pytest.fixture
def passed(made: Path, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(made, tmp_path / made.name)
    for file in made.parent.glob("*.xlsx"):
        shutil.copy(file, tmp_path)
    with opened(tmp_path / made.name) as book:
        yield book


def learning(app: RuhuApp) -> LearnPage:
    assert isinstance(app.screen, LearnPage)
    return app.screen


async def test_from_a_template_to_a_format_in_use(passed: Casebook) -> None:
    app = RuhuApp(passed)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "f9", "l")
        assert isinstance(app.screen, PickFile)
        await press(pilot, *"坏.xlsx", "enter")
        assert "✗ 坏.xlsx" in shown(app)
        await press(pilot, "f", *"省表.xlsx", "enter")
        page = learning(app)
        assert page.taught is not None and "11 列" in shown(app) and "表头第 2 行" in shown(app)
        doubtful = page.current()
        assert doubtful is not None and doubtful.header_line == "核查结论" and page.taught.doubtful(doubtful)
        await press(pilot, "space", "enter", *"bz")
        assert "备注" in shown(app)
        await press(pilot, *["backspace"] * 2, *"person.remark", "enter")
        assert page.taught.column(10).field == "person.remark" and page.taught.column(9).field == ""
        await press(pilot, "tab")
        assert "都核对过了" in shown(app) and "请核对 0" in shown(app)
        await press(pilot, "home", *["down"] * 5)
        assert page.taught.column(5).write == "code"
        assert page._shown is not None and {row[5] for row in page._shown.rows} <= {"1", "2"}
        await press(pilot, "c", "m")
        assert {row[5] for row in page._shown.rows} <= {"男", "女"} and page.taught.column(5).required
        numbers = [row[6] for row in page._shown.rows]
        assert len(numbers) == 3 and all("****" in one for one in numbers), "masked as in every list"
        assert not page._shown.invented and page._shown.rows[0][4] in shown(app)
        await press(pilot, "s")
        assert isinstance(app.screen, SaveFormat)
        await press(pilot, "tab", "ctrl+u", "enter")
        assert "名字只用" in shown(app)
        await press(pilot, *"sheng-2", "enter")
        stored = stored_format(passed, "sheng-2")
        assert stored is not None and stored.format.title == "因病致贫核查上报表" and "已存进案卷" in shown(app)
        assert [one.field for one in stored.format.columns[4:7]] == ["person.name", "person.sex", "person.id_number"]
        assert not page.taught.remarks, "looked at: nothing to remark on"
        folder = passed.folder.parent / "格式"
        await press(pilot, "o", "ctrl+u", *str(folder), "enter")
        assert load_format(folder / "sheng-2.toml").format == stored.format
        await press(pilot, "escape")
        assert isinstance(app.screen, UploadPage) and app.screen.looked is not None
        assert app.screen.looked.loaded.format.name == "sheng-2" and "未上报 1" in shown(app)


async def test_what_was_not_stored_is_there_again_and_no_format_is_replaced_unasked(passed: Casebook) -> None:
    app = RuhuApp(passed)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "f9", "l", *"省表.xlsx", "enter")
        left = learning(app).current()
        await press(pilot, "space", "f8", "f9", "l")
        now = learning(app).taught
        assert "接着上次没有存的" in shown(app) and left is not None
        assert now is not None and not now.doubtful(left)
        await press(pilot, "s", "tab", "ctrl+u", *"small", "enter")
        kept = stored_format(passed, "small")
        assert isinstance(app.screen, SaveFormat) and kept is not None
        assert f"已经有了：{kept.format.title}" in shown(app)
        await press(pilot, "enter")
        replaced = stored_format(passed, "small")
        assert replaced is not None and replaced.format.title == "因病致贫核查上报表"
        await press(pilot, "escape", "l")
        assert isinstance(app.screen, PickFile), "stored: the next template"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_drawn(
    language: Language, passed: Casebook, in_language: Callable[[Language], None], empty_book: Casebook
) -> None:
    in_language(language)
    app = RuhuApp(passed)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f9", "l")
        assert_sound(app, (80, 24))
        await press(pilot, *"省表.xlsx", "enter", "enter")
        assert_sound(app, (80, 24))
        await press(pilot, "escape", "s")
        assert_sound(app, (80, 24))
        await press(pilot, "escape")
        await assert_sound_at_every_size(app, pilot, edges=language == "zh")
    app = RuhuApp(empty_book)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "f9", "l", *"省表.xlsx", "enter")
        page = learning(app)
        assert page._shown is not None and page._shown.invented and "王大山" in shown(app)
