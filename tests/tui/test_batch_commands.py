"""`ruhu batch` and `ruhu import feedback`, in processes of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from casebook.store.casebook import open_casebook
from exports.upload.batches import batches
from tests.conftest import RunRuhu
from tests.exports.upload.made_feedback import error_file, people, sent
from tests.exports.upload.made_passed import passed_book
from tui.all_views import VIEWS

NAMES = ("王大山", "李桂芳", "外来人", "990101")


@pytest.fixture(scope="module")
def sent_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casebook with one batch, and an error file about it."""
    folder = tmp_path_factory.mktemp("sent")
    passed_book(folder)
    with open_casebook(folder / "县.ruhu", author="刘敏", views=VIEWS) as book:
        wang = people(book, sent(book, folder / "上报"))["王大山"]
    lines = (("王大山", wang.number, "证件号与公安信息不一致"), ("外来人", "990101198001010019", "查无此人"))
    error_file(folder / "错误.xlsx", ("姓名", "身份证号", "错误说明"), *lines)
    return folder


def test_listed_shown_answered_revoked(sent_folder: Path, tmp_path: Path, run_ruhu: RunRuhu) -> None:
    shutil.copytree(sent_folder / "县.ruhu", tmp_path / "县.ruhu")

    def run(*arguments: object, code: int = 0, as_json: bool = True) -> Any:
        told = ("-c", tmp_path / "县.ruhu", "--user", "刘敏", *(("--json",) if as_json else ()))
        done = run_ruhu(*arguments, *told)
        assert done.returncode == code, done.stderr
        assert not any(name in done.stderr for name in NAMES)
        return json.loads(done.stdout) if as_json and code < 2 else done.stdout + done.stderr

    (row,) = run("batch", "list")["batches"]
    assert (row["number"], row["rows"], row["left_out"], row["revoked"]) == (1, 7, 1, None)
    assert "第 1 批" in run("batch", "list", as_json=False)
    shown = run("batch", "show", 1, "-o", tmp_path / "又")
    for file in shown["files"]:
        again = (tmp_path / "又" / file["name"]).read_bytes()
        assert again == (sent_folder / "上报" / file["name"]).read_bytes() and len(again) == file["size"]
    assert "SHA-256" in run("batch", "show", "1", as_json=False)
    assert "no" not in run("batch", "show", 9, code=2, as_json=False)

    file = sent_folder / "错误.xlsx"
    told = run("import", "feedback", file, "--dry-run", code=1)
    (rejected,) = told["rejected"]
    assert [one["field"] for one in rejected["messages"]] == ["id_number"]
    assert [(one["sheet"], one["row"]) for one in told["unmatched"]] == [("Sheet", 4)]
    assert "Sheet 第 4 行" in run("import", "feedback", file, code=1, as_json=False)
    assert "已经导入过" in run("import", "feedback", file, "--batch", 1, code=1, as_json=False)
    assert "--as" in run("import", "feedback", file, "--as", "errors", code=2, as_json=False)
    found = run("audit", "findings", "--kind", "省退回")
    assert [(one["kind"], one["severity"]) for one in found["findings"]] == [("province_error", "A")]
    told = run("audit", "findings", "-o", tmp_path / "疑点.xlsx", as_json=False)
    assert "省退回的 1 条不在工作簿里" in told
    handle = found["findings"][0]["finding"]
    decided = run("audit", "decide", handle, "--verdict", 1, "--reason", "证件属实")
    assert [one["status"] for one in decided["findings"]] == ["unsigned"]

    assert "理由" in run("batch", "revoke", 1, code=2, as_json=False)
    assert run("batch", "revoke", 1, "--reason", "换模板")["revoked"]["reason"] == "换模板"
    assert "已经撤销" in run("batch", "revoke", 1, "--reason", "换模板", code=2, as_json=False)
    with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
        assert [one.rejected for one in batches(book)] == [1]
