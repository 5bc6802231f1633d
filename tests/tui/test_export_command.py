"""`ruhu export` in processes of its own: exit codes, what goes to stdout, what to stderr, and no name in either."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casebook.store.casebook import open_casebook
from exports.formats.write import format_text
from tests.conftest import RunRuhu
from tests.exports.upload.made_passed import corrected, passed_book, small_format
from tui.all_views import VIEWS

NAMES = ("王大山", "李桂芳", "郑有田", "吴春来", "990101", "138000")

Export = Callable[..., Any]


@pytest.fixture(scope="module")
def passed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("passed")
    passed_book(folder)
    (folder / "小表.toml").write_text(format_text(small_format()), "utf-8")
    return folder


@pytest.fixture
def export(run_ruhu: RunRuhu, passed_folder: Path, tmp_path: Path) -> Export:
    """`export("-o", "上报", code=1)`: stdout and stderr."""
    for name in ("县.ruhu", "小表.toml"):
        source = passed_folder / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)

    def run(*arguments: object, code: int = 0) -> tuple[str, str]:
        done = run_ruhu("export", "小表.toml", *arguments, "-c", tmp_path / "县.ruhu", "--user", "刘敏")
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert not any(name in done.stdout + done.stderr for name in NAMES)
        return done.stdout, done.stderr

    return run


def test_from_the_first_batch_to_nothing_more(export: Export, tmp_path: Path) -> None:
    out, err = export("-o", "上报", code=1)
    assert [Path(line).name.split("_")[1] for line in out.splitlines()[:-1]] == ["云丰镇", "河口乡"]
    assert out.splitlines()[-1] == str(Path("上报", "未上报.xlsx"))
    assert all((tmp_path / line).is_file() for line in out.splitlines())
    assert "第 1 批：2 个文件，7 人，7 行" in err and "不能上报 1 人" in err and "待调查 1 户 1 人" in err
    out, err = export("-o", "再报", "--township", "云丰镇")
    assert out == "" and not (tmp_path / "再报").exists()
    assert "没有要上报的" in err and "没有变化的：5 人" in err
    told = json.loads(export("-o", "全部", "--all", "--json", code=1)[0])
    assert (told["batch"]["number"], told["people"], len(told["written"]), told["unchanged"]) == (2, 7, 3, 0)


def test_a_dry_run_lists_and_writes_nothing(export: Export, tmp_path: Path) -> None:
    out, err = export("--dry-run", code=1)
    (line,) = out.splitlines()
    key = line.split()[0]
    assert "入户" in line and "「仅花名册有」" in line and "什么都没有写" in err
    assert not (tmp_path / "上报").exists()
    told = json.loads(export("--dry-run", "--json", code=1)[0])
    (left,) = told["left_out"]
    assert (left["key"], left["person"], left["can_be_included"]) == (key, 1, True)
    assert [(one["code"], one["finding"]) for one in left["problems"]] == [("finding", 1)]
    assert (told["batch"], told["written"], told["waiting"]) == (None, [], {"planned": {"visits": 1, "people": 1}})
    out, err = export("-o", "上报", "--include", f"{key}=台账漏登，已函告")
    assert "照样上报的：1 人" in err and "8 人" in err and "未上报" not in out


def test_only_errors_leave_no_batch(export: Export, tmp_path: Path) -> None:
    text = (tmp_path / "小表.toml").read_text("utf-8")
    assert tomllib.loads(text)["name"] == "small"
    with open_casebook(tmp_path / "县.ruhu", author="刘敏", views=VIEWS) as book:
        export("-o", "上报", code=1)
        corrected(book, "H005", household__phone="13800000005")
    out, err = export("-o", "改后", code=1)
    assert out.splitlines() == [str(Path("改后", "未上报.xlsx"))] and "批" not in err.replace("那一批", "")


def test_what_is_asked_wrongly(export: Export, tmp_path: Path) -> None:
    for wrong in (
        (),
        ("-o", "上报", "--include", "没有理由"),
        ("-o", "上报", "--include", "没有这个人=理由"),
        ("-o", "上报", "--township", "没有"),
        ("-o", "县.ruhu/上报"),
    ):
        out, err = export(*wrong, code=2)
        assert out == "" and err.count("\n") == 1
    out, err = export("-o", "没有/上报", code=3)
    assert (out, err.count("\n")) == ("", 1)
    assert not (tmp_path / "上报").exists()
