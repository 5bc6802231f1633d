"""`ruhu formats`: listing and checking upload formats."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import RunRuhu


def test_formats_are_listed_with_what_they_rest_on(run_ruhu: RunRuhu) -> None:
    listed = run_ruhu("formats", "list")
    assert listed.returncode == 0
    assert "按多种材料拼合，不是原表  内置，可替换" in listed.stdout and "列名有出处" in listed.stdout
    english = run_ruhu("--lang", "en", "formats", "list").stdout
    assert "reconstructed" in english and "official" not in english
    told = json.loads(run_ruhu("formats", "list", "--json").stdout)
    assert [(one["name"], one["status"], one["columns"], one["origin"]) for one in told] == [
        ("fujian_health_check", "sourced", 61, "built-in"),
        ("sichuan_2016", "reconstructed", 83, "built-in"),
    ]
    assert all(one["evidence"] for one in told)


def test_a_built_in_one_is_saved_changed_and_checked(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    assert run_ruhu("formats", "list", "--save", "sichuan_2016").returncode == 0
    assert run_ruhu("formats", "list", "--save", "sichuan_2016").returncode == 2
    path = tmp_path / "sichuan_2016.toml"
    good = run_ruhu("formats", "check", path)
    assert (good.returncode, good.stderr) == (0, "") and "83 列" in good.stdout
    path.write_text(path.read_text("utf-8").replace('field = "person.sex"', 'field = "person.sax"'), "utf-8")
    bad = run_ruhu("formats", "check", path)
    line = path.read_text("utf-8").split('"person.sax"')[0].count("\n") + 1
    assert bad.returncode == 1
    assert f"sichuan_2016.toml › 第 {line} 行 › 「性别」列：" in bad.stdout and "是不是「person.sex」？" in bad.stdout
    (error,) = json.loads(run_ruhu("formats", "check", path, "--json").stdout)["errors"]
    assert (error["row"], error["column"]) == (line, "性别")
    assert run_ruhu("formats", "check", "无.toml").returncode == 3
