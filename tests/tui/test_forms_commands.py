"""`ruhu forms check`, `import` and `list`, in processes of their own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from survey_forms.stored_forms import standard_form
from tests.conftest import ROOT, RunRuhu
from tests.survey_forms.workbooks import form, text


@pytest.fixture
def county(tmp_path: Path, run_ruhu: RunRuhu) -> Path:
    done = run_ruhu("new", "试验县", "--plain", "--user", "甲")
    assert done.returncode == 0, done.stderr
    return tmp_path / "试验县.ruhu"


def test_check_tells_every_trouble_with_its_place(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    form(tmp_path / "表.xlsx", [text("a", relevant="${x} = 1"), text("b", constraint="foo()")])
    done = run_ruhu("forms", "check", "表.xlsx")
    first, second = done.stdout.splitlines()
    assert first.startswith("表.xlsx › survey › 第 2 行 › 「relevant」列：没有叫「x」的题。")
    assert second.startswith("表.xlsx › survey › 第 3 行 › 「constraint」列：")
    assert done.returncode == 1
    assert "2 处要改" in done.stderr


def test_check_as_json(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    form(tmp_path / "表.xlsx", [text("a", relevant="${x} = 1")])
    done = run_ruhu("forms", "check", "表.xlsx", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["form_id"], told["notices"]) == (1, "", None, [])
    (trouble,) = told["troubles"]
    assert (trouble["sheet"], trouble["row"], trouble["column"]) == ("survey", 2, "relevant")
    assert trouble["what"] and trouble["remedy"]


def test_the_shipped_form_is_sound(run_ruhu: RunRuhu) -> None:
    done = run_ruhu("forms", "check", standard_form())
    assert (done.returncode, done.stderr) == (0, "")
    assert "可以用" in done.stdout
    told = json.loads(run_ruhu("forms", "check", standard_form(), "--json").stdout)
    assert (told["troubles"], told["form_id"]) == ([], "ruhu_household")
    assert told["questions"] > 70


def test_a_file_that_is_no_form_is_one_line(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.4")
    for command in (["check", "a.xlsx"], ["check", "none.xlsx"]):
        done = run_ruhu("forms", *command)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)


def test_the_built_in_form_is_imported_once(run_ruhu: RunRuhu, county: Path) -> None:
    first = run_ruhu("forms", "import", "--built-in", "--user", "甲")
    again = run_ruhu("forms", "import", "--built-in", "-c", county)
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout.startswith("已导入「")
    assert again.stdout.startswith("案卷里已有这张表，没有改动")
    (stored,) = json.loads(run_ruhu("forms", "list", "--json").stdout)
    assert (stored["form_id"], stored["file"], stored["author"]) == ("ruhu_household", "household.xlsx", "甲")
    assert "ruhu_household" in run_ruhu("forms", "list").stdout


def test_import_says_as_json_what_it_did(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    form(tmp_path / "表.xlsx", [text("a")])
    told = json.loads(run_ruhu("forms", "import", "表.xlsx", "--json").stdout)
    assert (told["new"], told["form_id"], told["version"]) == (True, "t", "1")
    assert json.loads(run_ruhu("forms", "import", "表.xlsx", "--json").stdout) == told | {"new": False}


def test_import_refuses_a_form_with_troubles(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    form(tmp_path / "表.xlsx", [text("a", relevant="${x} = 1", constraint="${y}")])
    done = run_ruhu("forms", "import", "表.xlsx")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "第 2 行" in done.stderr
    assert "另有 1 处" in done.stderr
    listed = run_ruhu("forms", "list")
    assert listed.stdout == ""
    assert "--built-in" in listed.stderr


@pytest.mark.parametrize("arguments", [[], ["表.xlsx", "--built-in"]])
def test_import_wants_one_form(run_ruhu: RunRuhu, county: Path, arguments: list[str]) -> None:
    done = run_ruhu("forms", "import", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--built-in" in done.stderr


def test_the_built_in_form_is_saved_to_be_edited(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    done = run_ruhu("forms", "list", "--save-built-in", "入户表.xlsx")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "入户表.xlsx").read_bytes() == standard_form().read_bytes()
    for name in ("入户表.xlsx", "入户表.csv", "none/入户表.xlsx"):
        assert run_ruhu("forms", "list", "--save-built-in", name).returncode == 2


@pytest.mark.parametrize("page", ["", "check", "import", "list"])
def test_help_has_an_example(run_ruhu: RunRuhu, page: str) -> None:
    done = run_ruhu("forms", *page.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("例：\n")[1].startswith("  ruhu forms")


@pytest.mark.parametrize(
    ("command", "line", "words"),
    [
        ("eval", "nonsense", "JSON"),
        ("eval", "[" * 100_000, "JSON"),
        ("eval", "[1]", "JSON 对象"),
        ("eval", '{"id": 1}', "缺少"),
        ("replay", '{"id": 1, "form": "<html/>"}', "XForm"),
    ],
)
def test_a_line_that_cannot_be_answered_says_why(command: str, line: str, words: str) -> None:
    """Also a wrong line is answered by a line, which names no class of ours."""
    done = subprocess.run(
        [sys.executable, "-m", "tui", "forms", command, "--jsonl"],
        cwd=ROOT, input=line + "\n", capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    (told,) = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0 and words in told["error"] and not re.search("Error|Refused", told["error"])
