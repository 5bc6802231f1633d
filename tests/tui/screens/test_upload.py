"""The upload by keys alone: what stays behind and why, going there, a reason, the batch, what comes back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from audit.decisions import Ruling, countersign, decide
from casebook.store.casebook import Casebook
from casebook.store.history import LogFilter, log_ids, log_rows
from exports.upload.batches import batches
from survey_forms.visits.visit_list import visit_named
from tests.exports.upload.made_passed import corrected
from tests.tui.screens.looking import page, press, shown
from tests.tui.screens.looking import settle as painted
from tests.tui.screens.upload_flows import handed_in, opened, states, upload_book
from tui.screens.app import RuhuApp
from tui.screens.desk import DeskPage
from tui.screens.fact_words import told
from tui.screens.review import ReviewPage
from tui.screens.upload import UploadPage
from tui.screens.upload_batches import BatchesPage
from tui.screens.upload_feedback import FeedbackSummary
from tui.widgets.field import Field

SIZE = (100, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return upload_book(tmp_path_factory.mktemp("upload"))


@pytest.fixture
def passed(made: Path, tmp_path: Path) -> Iterator[Casebook]:
    shutil.copytree(made, tmp_path / made.name)
    with opened(tmp_path / made.name) as book:
        yield book


def upload(app: RuhuApp) -> UploadPage:
    assert isinstance(app.screen, UploadPage)
    return app.screen


async def test_who_stays_behind_is_gone_to_and_checked_again(passed: Casebook) -> None:
    app = RuhuApp(passed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f9")
        text = shown(app)
        looked = upload(app).looked
        assert looked is not None
        finding = looked.lists["left"][0].said[0].finding
        assert looked.loaded.format.name == "small", "the county's own format comes first"
        assert "本县模板" in text and f"要报 {looked.rows}" in text and "未上报 1" in text and "待调查 1 户" in text
        assert "郑有田" in text and "还没有定" in text and "到核对（F3）" in text
        rows = looked.prepared.rows
        sent = {str(row.cells[5]) for row in (*rows, *looked.prepared.left_out[0].rows)}
        assert len(sent) > 3 and not [number for number in sent if number in text], "names, never numbers"
        await press(pilot, "enter")
        assert isinstance(app.screen, DeskPage) and "郑有田" in shown(app)
        decide(passed, [finding], Ruling(1, reason="查过"))
        countersign(passed.acted_by("周平"), [finding])
        await press(pilot, "escape")
        after = upload(app).looked
        assert after is not None and after.rows == looked.rows + 1 and "没有留下的" in shown(app)


async def test_a_row_goes_with_its_reason_and_the_batch_is_kept(passed: Casebook) -> None:
    app = RuhuApp(passed)
    folder = passed.folder.parent / "上报"
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f9", "i", "enter")
        assert "要写明理由" in shown(app)
        await press(pilot, "1", "enter")
        assert "未上报 0" in shown(app) and "照报 1" in shown(app)
        await press(pilot, "2")
        assert "照报，理由：证件确实办不下来" in shown(app) and "还没有定" in shown(app)
        await press(pilot, "i", "1", "i", "2", "enter", "w")
        assert app.screen.query_one(Field).value == str(folder) and "请妥善保管" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, BatchesPage)
        (batch,) = batches(passed)
        assert "第 1 批已写好" in shown(app) and "有问题、写了理由照报的" in shown(app)
        assert [reason for _key, reason in batch.included] == ["已电话核实，情况属实"]
        names = [file.name for file in batch.files]
        assert sorted(path.name for path in folder.iterdir()) == sorted(names)
        assert states(passed) == {"planned": 1, "reported": 4}
        written = {name: (folder / name).read_bytes() for name in names}
        shutil.rmtree(folder)
        await press(pilot, "enter", "enter")
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == written, "the same files again"
        await press(pilot, "escape")
        assert "和上次一样" in shown(app) and "都报过了" in shown(app)
        await press(pilot, "w")
        assert "都报过了" in shown(app) and len(batches(passed)) == 1
        await press(pilot, "f2")
        assert "第 1 批" in shown(app)
        await press(pilot, "f8", "6", "enter")
        await press(pilot, "escape", "f9")
        log = [told(row) for row in log_rows(passed, log_ids(passed, LogFilter()))]
        assert any(text.startswith("第 1 批，小表") for text in log)


async def test_a_batch_is_revoked_with_a_reason(passed: Casebook, tmp_path: Path) -> None:
    handed_in(passed, tmp_path / "一")
    app = RuhuApp(passed)
    async with app.run_test(size=(120, 36)) as pilot:
        await press(pilot, "f9", "b", "x", "escape")
        assert not batches(passed)[0].revoked
        await press(pilot, "x", "1", "enter")
        assert "✓ 已撤销第 1 批" in shown(app) and "省里要求换新" in shown(app)
        assert batches(passed)[0].reason == "省里要求换新模板"
        assert states(passed) == {"planned": 1, "passed": 4}
        await press(pilot, "x")
        assert "已经撤销了" in shown(app)


async def test_a_problem_leads_to_the_visit_and_back(passed: Casebook, tmp_path: Path) -> None:
    corrected(passed, "H001", household__phone="5551234")
    app = RuhuApp(passed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f9")
        held = upload(app).current()
        assert held is not None and held.visit == visit_named(passed, "H001").id and "联系电话：" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewPage)
        assert app.screen.current() == held.visit and app.screen.sheet is not None
        assert app.screen.sheet.row.state == "passed"
        await press(pilot, "s")
        assert app.screen.filter.state == "township"
        await press(pilot, "escape")
        assert upload(app).current() == held, "the cursor is where it was"
        await press(pilot, "5", "enter")
        assert upload(app).current() == held and "郑有田" not in shown(app), "those of one kind"
    corrected(passed, "H001", household__phone="13800001234")
    handed_in(passed, tmp_path / "一")
    async with RuhuApp(passed).run_test(size=SIZE) as pilot:
        pilot.app.go("review", visit=held.visit, back="upload")  # type: ignore[attr-defined]
        await painted(pilot)
        assert "已上报" in shown(pilot.app) and "第 1 批上报" in shown(pilot.app)  # type: ignore[arg-type]


async def test_what_the_province_sends_back(passed: Casebook, tmp_path: Path) -> None:
    handed_in(passed, tmp_path / "一")
    wrong, returned = passed.folder.parent / "省错误.xlsx", visit_named(passed, "H001").id
    paths = [one for one in (tmp_path / "一").iterdir() if one.name != "未上报.xlsx"]
    rows = [row for one in paths for row in load_workbook(one).active.iter_rows(min_row=3, values_only=True)]
    first = next(row for row in rows if row[3] == "H001")
    book = Workbook()
    book.active.append(["姓名", "证件号码", "错误说明"])
    book.active.append([first[4], first[5], "证件号与公安库不符"])
    book.active.append(["没有人", "", "查无此人"])
    book.save(wrong)
    app = RuhuApp(passed)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f9", "b", "b", *"省错误.xlsx", "enter")
        assert isinstance(app.screen, FeedbackSummary)
        text = shown(app)
        assert "退回 1 人" in text and "对不上 1 行" in text and str(first[4]) in text and "第 3 行" in text
        await press(pilot, "escape")
        assert not batches(passed)[0].feedbacks, "looked at only"
        await press(pilot, "b", *"省错误.xlsx", "enter", "enter")
        assert "1 户回到草稿" in shown(app) and batches(passed)[0].rejected == 1
        assert states(passed)["draft"] == 1
        await press(pilot, "b", *"省错误.xlsx", "enter", "enter")
        assert "已经导入过了" in shown(app)
        await press(pilot, "escape", "d")
        assert page(app).TITLE == "核对" and str(first[4]) in shown(app)
        await press(pilot, "escape", "4")
        assert upload(app).current() is not None and "第 1 批报过，这一户退回了，还没有通过" in shown(app)
        await press(pilot, "f2")
        assert "1 条退回还没有定" in shown(app)
    assert visit_named(passed, "H001").id == returned and visit_named(passed, "H001").returned


async def test_a_file_or_folder_that_is_no_good_is_refused_in_a_line(passed: Casebook, tmp_path: Path) -> None:
    beside = passed.folder.parent
    (beside / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (beside / "占用").write_bytes(b"")
    handed_in(passed, tmp_path / "一")
    app = RuhuApp(passed)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f9", "b", "b", *"没有.xlsx", "enter")
        assert "没有这个文件" in shown(app)
        await press(pilot, *["backspace"] * 7, *"坏.xlsx", "enter")
        assert isinstance(app.screen, BatchesPage) and "✗ 坏.xlsx" in shown(app)
        await press(pilot, "enter", "ctrl+u", *"占用", "enter")
        assert "这不是文件夹" in shown(app)
        await press(pilot, "ctrl+u", *"县.ruhu", "enter")
        assert "案卷的文件夹" in shown(app)
