"""`ruhu demo`: an invented county through the whole check."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import RunRuhu


def test_the_default_county_is_found_again(run_ruhu: RunRuhu) -> None:
    done = run_ruhu("demo", "--no-tui")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "6 个乡镇，41 个村，1,438 户，3,793 人" in lines[0]
    assert "患者 1,175 人" in lines[0]
    assert any("（id_swapped）" in line for line in lines)
    assert lines[-1].startswith("每一行都在一种状态里：是")
    assert "F1 = " in lines[-1]


def test_keep_leaves_the_lists_and_every_workbook(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    folder = tmp_path / "演示"
    done = run_ruhu("demo", "--no-tui", "--people", 400, "--seed", 7, "--keep", folder)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in folder.iterdir()} == {
        "roster.xlsx",
        "registry.xlsx",
        "truth.csv",
        "findings.xlsx",
        "links.csv",
        "demo.ruhu",
    }


def test_a_folder_with_something_in_it_is_refused(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    (tmp_path / "旧" / "文件").mkdir(parents=True)
    done = run_ruhu("demo", "--no-tui", "--people", 100, "--keep", tmp_path / "旧")
    assert done.returncode == 2
    assert "已经有东西了" in done.stderr
    assert [path.name for path in (tmp_path / "旧").iterdir()] == ["文件"]
