"""A batch written: what stands in the files, what is kept, and what happens when something is in the way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

import exports.upload.placing as placing
from audit.decisions import Ruling, decide
from casebook.errors import RuhuError
from casebook.store.anchor import check_anchor, read_anchor
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.facts import facts
from exports.page_anchor import foot_line
from exports.upload.batches import batch_files, batch_rows, batches
from exports.upload.file_names import LEFT_OUT
from exports.upload.prepare import prepare
from exports.upload.writing import upload_workbook, write_batch, write_left_out
from survey_forms.visits.visit_list import VisitFilter, visit_named
from tests.exports.upload.made_passed import COLUMNS, column, corrected, loaded, small_format
from tui.all_views import VIEWS


def cells(content: bytes, sheet: str = "表") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


@contextmanager
def refused(code: str, category: str = "unusable") -> Iterator[pytest.ExceptionInfo[RuhuError]]:
    with pytest.raises(RuhuError) as raised:
        yield raised
    assert (raised.value.code, raised.value.category) == (code, category)


def test_the_files_hold_what_was_prepared(passed: Casebook, tmp_path: Path) -> None:
    prepared = prepare(passed, loaded())
    batch = write_batch(passed, prepared, tmp_path / "上报")
    (head,) = (one for one in facts(passed.connection, "e.kind = 'anchor'"))
    written = {path.name: path.read_bytes() for path in (tmp_path / "上报").iterdir()}
    assert dict(batch_files(passed, 1)) == written
    assert set(written) == {*(file.name for file in prepared.files), LEFT_OUT}
    for file in prepared.files:
        title, header, *rows = cells(written[file.name])
        assert title[0].startswith(f"测试县{file.township}小表 2")
        assert header[:8] == [one.header[0] for one in COLUMNS[:8]]
        for serial, (row, found) in enumerate(zip(file.rows, rows, strict=True), 1):
            expected = ["" if cell is None else cell for cell in row.cells]
            assert [found[one.column] for one in COLUMNS] == [serial, *expected[1:]]
    sheet = ZipFile(BytesIO(written[prepared.files[0].name])).read("xl/worksheets/sheet1.xml").decode()
    (foot,) = re.findall("第 1 批\n&8锚 (.*)&C", unescape(sheet))
    checked = check_anchor(passed.connection, read_anchor(foot))
    assert (checked.standing, checked.anchor.seq) == ("holds", head.envelope.seq)
    assert (batch.rows, batch.left_out, batch.head, batch.included) == (7, 1, head.envelope.digest, ())
    assert [file.upload for file in batch.files] == [True, True, False]


def test_the_batch_knows_each_row(passed: Casebook, tmp_path: Path) -> None:
    prepared = prepare(passed, loaded())
    batch = write_batch(passed, prepared, tmp_path / "上报")
    rows = batch_rows(passed, batch.id)
    assert [(row.file, row.sheet_row) for row in rows] == [*((0, n) for n in range(3, 8)), (1, 3), (1, 4)]
    assert [row.name for row in rows[4:]] == ["王小山", "吴春来", "吴小满"]
    for row, sent in zip(prepared.rows, rows, strict=True):
        assert (sent.key, sent.visit, sent.number) == (row.key, row.record.visit, row.cells[5])
    states = [visit_named(passed, household).state for household in ("H001", "H002", "H003", "H004", "H005")]
    assert states == ["reported", "reported", "planned", "reported", "passed"]


def test_the_same_upload_gives_the_same_bytes(passed: Casebook) -> None:
    prepared, line = prepare(passed, loaded()), foot_line(passed)
    one, two = (upload_workbook(prepared, prepared.files[0], 1, line) for _time in range(2))
    assert one == two


def test_a_given_template_is_filled_where_the_format_says(passed: Casebook, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "表"
    page["A1"], page["I3"], page["A6"] = "省里的标题", "=A3*2", "填表说明"
    for place, title in enumerate(("序号", "乡镇", "村", "户编号", "姓名", "证件号", "性别", "关系", "公式", "电话")):
        page.cell(2, place + 1, title)
    out = BytesIO()
    book.save(out)
    prepared = prepare(passed, loaded(template=out.getvalue()))
    write_batch(passed, prepared, tmp_path / "上报")
    content = (tmp_path / "上报" / prepared.files[0].name).read_bytes()
    found = openpyxl.load_workbook(BytesIO(content))["表"]
    assert (found["A1"].value, found["E4"].value, found["I4"].value) == ("省里的标题", "孙二妹", "=A4*2")
    below = [row[0].value for row in found.iter_rows() if row[0].value == "填表说明"]
    assert below == ["填表说明"] and found.max_row > 2 + len(prepared.files[0].rows)


def test_who_stays_out_is_told_why(passed: Casebook, tmp_path: Path) -> None:
    prepared = prepare(passed, loaded())
    write_batch(passed, prepared, tmp_path / "上报")
    content = (tmp_path / "上报" / LEFT_OUT).read_bytes()
    header, row = cells(content, "未上报")
    assert header == ["入户编号", "第几人", "错误说明", "怎么改", *(one.title for one in COLUMNS)]
    assert row[:2] == [visit_named(passed, "H005").handle, 1]
    assert row[2].startswith("疑点 ") and "「仅花名册有」" in row[2] and "F3" in row[3]
    assert row[4:] == ["", *("" if cell is None else cell for cell in prepared.left_out[0].rows[0].cells[1:])]
    assert cells(content, "问题汇总")[1][:3] == ["有严重疑点未定", 1, 1]


def test_left_out_alone(passed: Casebook, tmp_path: Path) -> None:
    only = prepare(passed, loaded(small_format(only={"household.code": ("H005",)})))
    assert (only.rows, len(only.left_out)) == ((), 1)
    with refused("nothing_to_send", "check"):
        write_batch(passed, only, tmp_path / "上报")
    path = write_left_out(passed, only, tmp_path / "上报")
    first = path.read_bytes()
    every = prepare(passed, loaded(small_format(columns=(*COLUMNS, column(10, "省", "place.province", required=True)))))
    write_left_out(passed, every, tmp_path / "上报")
    assert path.read_bytes() != first and batches(passed) == []
    worked_in = openpyxl.load_workbook(path)
    worked_in.save(path)
    touched = path.read_bytes()
    with refused("output_taken", "usage"):
        write_left_out(passed, only, tmp_path / "上报")
    assert path.read_bytes() == touched


def test_no_other_file_is_replaced(passed: Casebook, tmp_path: Path) -> None:
    prepared = prepare(passed, loaded())
    folder = tmp_path / "上报"
    folder.mkdir()
    (folder / prepared.files[1].name).write_text("别人的", "utf-8")
    with refused("output_taken", "usage"):
        write_batch(passed, prepared, folder)
    assert [path.name for path in folder.iterdir()] == [prepared.files[1].name] and batches(passed) == []
    named = batch_files(passed, write_batch(passed, prepared, tmp_path / "另一处").number)
    before = {path: path.stat().st_mtime_ns for path in placing.place_files(tmp_path / "另一处", named)}
    assert before == {path: path.stat().st_mtime_ns for path in placing.place_files(tmp_path / "另一处", named)}


def test_folders_that_take_nothing(passed: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(passed, loaded())
    (tmp_path / "文件").write_text("", "utf-8")
    for folder, code, category in (
        (tmp_path / "没有" / "上报", "no_folder", "unusable"),
        (tmp_path / "文件", "output_folder", "usage"),
        (passed.folder / "上报", "output_in_casebook", "usage"),
    ):
        with refused(code, category):
            write_batch(passed, prepared, folder)
    if os.name == "posix" and os.geteuid() != 0:
        (tmp_path / "只读").mkdir(mode=0o500)
        with refused("not_writable"):
            write_batch(passed, prepared, tmp_path / "只读")
    monkeypatch.setattr(placing, "free_bytes", lambda _path: 4096)
    with refused("disk_full"):
        write_batch(passed, prepared, tmp_path / "满")
    assert batches(passed) == [] and not (tmp_path / "满").exists()


def test_a_disk_that_fails_after_the_batch_is_stored(
    passed: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, _content: bytes) -> None:
        raise RuhuError("disk_full", "磁盘已满，文件没有写出")

    monkeypatch.setattr(placing, "write_atomically", fail)
    with refused("disk_full") as raised:
        write_batch(passed, prepare(passed, loaded()), tmp_path / "上报")
    assert "ruhu batch show 1 -o" in raised.value.remedy
    assert len(batch_files(passed, 1)) == 3


def test_what_changed_since_the_check_is_not_sent(passed: Casebook, tmp_path: Path) -> None:
    prepared, elsewhere = prepare(passed, loaded()), prepare(passed, loaded(), VisitFilter(township="河口乡"))
    with open_casebook(passed.folder, author="陈静", views=VIEWS) as other:
        write_batch(other, elsewhere, tmp_path / "别处")
        with refused("changed_meanwhile", "check") as raised:
            write_batch(passed, prepared, tmp_path / "上报")
        assert "刚写出了一批" in raised.value.what and not (tmp_path / "上报").exists()
        prepared = prepare(passed, loaded())
        assert (len(prepared.rows), prepared.unchanged) == (5, 2)
        decide(other, [1], Ruling(5, reason="再查"))
        with refused("changed_meanwhile", "check"):
            write_batch(passed, prepared, tmp_path / "上报")
        prepared = prepare(passed, loaded())
        with other.writing() as writing:  # work on a visit that is not passed changes nothing
            body = {"visit": visit_named(other, "H003").id, "op": "leave", "ref": "/data"}
            writing.append("answer", body)
    assert write_batch(passed, prepared, tmp_path / "上报").number == 2
    assert len(batches(passed)) == 2


def test_cut_off_at_any_point_nothing_half_is_left(
    passed: Casebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off while the second file is placed: the first stands whole, the batch too; the rest is handed out again."""
    prepared, done = prepare(passed, loaded()), []
    real = placing.write_atomically

    def cut_off(path: Path, content: bytes) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(path)
        real(path, content)

    monkeypatch.setattr(placing, "write_atomically", cut_off)
    with pytest.raises(KeyboardInterrupt):
        write_batch(passed, prepared, tmp_path / "上报")
    monkeypatch.undo()
    named = batch_files(passed, 1)
    assert [path.name for path in (tmp_path / "上报").iterdir()] == [named[0][0]]
    placing.place_files(tmp_path / "上报", named)
    assert {path.name: path.read_bytes() for path in (tmp_path / "上报").iterdir()} == dict(named)


def test_included_goes_with_its_reason(passed: Casebook, tmp_path: Path) -> None:
    corrected(passed, "H001", household__phone="13900000009")
    prepared = prepare(passed, loaded(), included={visit_named(passed, "H005").handle: "已函告"})
    batch = write_batch(passed, prepared, tmp_path / "上报")
    assert [reason for _key, reason in batch.included] == ["已函告"] and (batch.rows, batch.left_out) == (8, 0)
    assert visit_named(passed, "H005").state == "reported"
