"""`ruhu survey print` in processes of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casebook.store.access import newest
from casebook.store.casebook import open_casebook
from tests.conftest import RunRuhu
from tests.exports.made_surveys import Planned, answered, planned_book
from tui.all_views import VIEWS

Print = Callable[..., Any]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return planned_book(tmp_path_factory.mktemp("planned"))


@pytest.fixture
def county(planned: Planned, tmp_path: Path) -> Path:
    shutil.copytree(planned.folder / "县.ruhu", tmp_path / "县.ruhu")
    return tmp_path / "县.ruhu"


@pytest.fixture
def printing(run_ruhu: RunRuhu, county: Path) -> Print:
    def run(*arguments: object, code: int = 0) -> Any:
        done = run_ruhu("survey", "print", *arguments, "-c", county, "--user", "刘敏", "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if done.stdout else done.stderr

    return run


def test_a_workbook_for_each_village(printing: Print, county: Path, tmp_path: Path) -> None:
    told = printing("-o", "打印", "--township", "云丰镇")
    names = [Path(one["file"]).name for one in told]
    assert names == ["云丰镇-白石村-调查表.xlsx", "云丰镇-青桥村-调查表.xlsx"]
    assert [one["households"] for one in told] == [2, 1] and all(one["pages"] > 1 for one in told)
    assert len(openpyxl.load_workbook(tmp_path / "打印" / names[0]).sheetnames) == 4
    with open_casebook(county, author="刘敏", views=VIEWS) as book:
        seen = [(one.what, one.subject, one.author) for one in newest(book.connection, limit=2)]
    assert seen == [("exported", f"forms:{name}", "刘敏") for name in reversed(names)]


def test_one_visit_in_one_file_again_and_again(printing: Print, tmp_path: Path) -> None:
    for _time in range(2):
        (told,) = printing("H001", "-o", "王家.xlsx")
        assert told["households"] == 1
    (tmp_path / "别的.xlsx").write_bytes(b"PK")
    assert "没有替换" in printing("H001", "-o", "别的.xlsx", code=2)
    assert (tmp_path / "别的.xlsx").read_bytes() == b"PK"


def test_a_summary_is_of_what_was_handed_in(printing: Print, county: Path, planned: Planned) -> None:
    assert "没有上交" in printing("--summary", "-o", "小结.xlsx", code=2)
    with open_casebook(county, author="陈静", views=VIEWS) as book:
        answered(book, planned.visits["H003"]).submit()
    (told,) = printing("--summary", "-o", "小结.xlsx")
    assert (told["households"], told["pages"]) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("H001",),
        ("H001", "--village", "青桥村", "-o", "a.xlsx"),
        ("没有这户", "-o", "a.xlsx"),
        ("-o", "没有/夹/a.xlsx"),
    ],
)
def test_wrong_usage(printing: Print, arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert "Traceback" not in printing(*arguments, code=2)
    assert not (tmp_path / "a.xlsx").exists()
