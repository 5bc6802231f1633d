"""Names of outputs: refused before the work begins, each with its own reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.errors import RuhuError
from tests.conftest import RunRuhu
from tui.commands.outputs import refuse_outputs, refuse_overwriting


@pytest.mark.parametrize(
    ("workbook", "links", "code", "word"),
    [
        ("疑点.csv", None, "output_kind", ".xlsx"),
        ("疑点", None, "output_kind", ".xlsx"),
        (None, "对应.xlsx", "output_kind", "csv"),
        ("", None, "output_taken", "文件夹"),
        ("a.xlsx", None, "output_taken", "要读的文件"),
        (None, "a.xlsx.csv/x.csv", "output_folder_missing", "a.xlsx.csv"),
        ("没有/x.xlsx", None, "output_folder_missing", "没有"),
    ],
)
def test_each_refusal_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workbook: str | None, links: str | None, code: str, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(RuhuError) as caught:
        refuse_outputs(
            None if workbook is None else Path(workbook), None if links is None else Path(links), [Path("a.xlsx")]
        )
    assert (caught.value.code, caught.value.category) == (code, "usage")
    assert word in caught.value.what
    assert caught.value.remedy


def test_both_outputs_in_one_file(tmp_path: Path) -> None:
    with pytest.raises(RuhuError) as caught:
        refuse_overwriting([tmp_path / "y", tmp_path / "." / "y"], [])
    assert "两个结果" in caught.value.what


def test_an_older_output_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").touch()
    refuse_outputs(tmp_path / "x.xlsx", tmp_path / "l.csv", [tmp_path / "a.xlsx"])


def test_a_folder_that_cannot_be_made(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    (tmp_path / "文件").touch()
    done = run_ruhu("demo", "--no-tui", "--people", 30, "--keep", tmp_path / "文件" / "下面")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "建不了" in done.stderr
