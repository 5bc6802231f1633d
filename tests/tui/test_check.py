"""`ruhu check`, as users run it: two files of an invented county, in processes of their own."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from casebook.sample.county import invent_county
from casebook.sample.workbooks import CountyFiles, write_county
from tests.conftest import ROOT, RunRuhu

HAN = re.compile("[一-鿿]")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    return write_county(invent_county(150), tmp_path_factory.mktemp("county"))


def _digests(files: CountyFiles) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


def test_two_lists_in_one_workbook_out(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    before = _digests(lists)
    done = run_ruhu("check", lists.roster, lists.registry)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "registry-疑点.xlsx"
    assert (tmp_path / "registry-疑点.xlsx").read_bytes()[:2] == b"PK"
    assert _digests(lists) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "registry-疑点.xlsx"]


def test_a_second_check_keeps_the_first_workbook(run_ruhu: RunRuhu, lists: CountyFiles) -> None:
    names = [run_ruhu("check", lists.roster, lists.registry).stdout.splitlines()[-1] for _ in range(2)]
    assert names == ["registry-疑点.xlsx", "registry-疑点-2.xlsx"]


def test_the_summary_accounts_for_every_row(run_ruhu: RunRuhu, lists: CountyFiles) -> None:
    text = run_ruhu("check", lists.roster, lists.registry).stdout
    columns = re.findall(r"^(\S+) +([\d,]+) +([\d,]+)$", text, re.MULTILINE)
    rows = {name: (int(left.replace(",", "")), int(right.replace(",", ""))) for name, left, right in columns}
    assert list(rows)[-1] == "表中行数"
    total = rows.pop("表中行数")
    assert list(rows) == ["一致", "有差异", "待判", "仅花名册", "仅台账", "重复", "范围外", "非人员行", "不可读"]
    assert (sum(left for left, _ in rows.values()), sum(right for _, right in rows.values())) == total
    assert re.search(r"^疑点 \d+ 条：A 类 \d+", text, re.MULTILINE)
    assert "先做：" in text


def test_json_alone_writes_no_workbook(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    done = run_ruhu("check", lists.roster, lists.registry, "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert result["roster"]["adds_up"]
    assert result["registry"]["adds_up"]
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_links_and_json_and_workbook_together(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    done = run_ruhu("check", lists.roster, lists.registry, "--json", "-o", "f.xlsx", "--links", "l.csv")
    assert json.loads(done.stdout)["links"]["total"] > 30
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["registry_row", "roster_row", "score", "state", "kinds"]
    assert (tmp_path / "f.xlsx").exists()


def test_findings_fail_only_when_asked(run_ruhu: RunRuhu, lists: CountyFiles) -> None:
    assert run_ruhu("check", lists.roster, lists.registry, "--json", "--fail-on-findings").returncode == 1
    same = run_ruhu("check", lists.roster, lists.roster, "--json", "--fail-on-findings")
    found = {finding["kind"] for finding in json.loads(same.stdout)["findings"]}
    assert same.returncode == (1 if found else 0)
    assert not found & {"missing_in_roster", "missing_in_registry", "id_typo1", "name_other"}


def test_scopes_given_by_hand(run_ruhu: RunRuhu, lists: CountyFiles) -> None:
    done = run_ruhu("check", lists.roster, lists.registry, "--json", "--registry-scope", "people")
    result = json.loads(done.stdout)
    assert result["registry"]["scope"] == "people"
    assert result["roster"]["states"]["out_of_scope"] == 0
    assert result["roster"]["states"]["roster_only"] > 50


def test_a_column_named_by_hand(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    roster = "姓名,性别,行政村,与户主关系,奇怪的号\n" + "".join(f"某{i}甲,男,东村,户主,{i:04}\n" for i in range(12))
    registry = "姓名,证件号码,性别,行政村\n某1甲,0001,男,东村\n"
    (tmp_path / "a.csv").write_text(roster, "utf-8")
    (tmp_path / "b.csv").write_text(registry, "utf-8")
    plain = json.loads(run_ruhu("check", "a.csv", "b.csv", "--json").stdout)
    assert plain["roster"]["unknown_headers"] == ["奇怪的号"]
    named = json.loads(run_ruhu("check", "a.csv", "b.csv", "--json", "--map", "roster:奇怪的号=id_number").stdout)
    assert named["roster"]["unknown_headers"] == []
    wrong = run_ruhu("check", "a.csv", "b.csv", "--map", "roster:奇怪的号=nothing_we_know")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_the_output_is_never_an_input(run_ruhu: RunRuhu, lists: CountyFiles) -> None:
    before = _digests(lists)
    for arguments in (("-o", lists.roster), ("--links", lists.registry), ("-o", "x.csv", "--links", "x.csv")):
        done = run_ruhu("check", lists.roster, lists.registry, *arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert _digests(lists) == before


def test_a_csv_has_no_sheet_to_name(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    registry = "姓名,证件号码,性别,行政村\n某1甲,0001,男,东村\n"
    (tmp_path / "a.csv").write_text("姓名,证件号码,性别,行政村\n某2乙,0002,女,东村\n", "utf-8")
    (tmp_path / "b.csv").write_text(registry, "utf-8")
    done = run_ruhu("check", "a.csv", "b.csv", "-o", "x.xlsx")
    assert done.stdout.splitlines()[0].startswith("花名册：a.csv，范围：")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx")["未写乡镇"]
    assert {page.cell(row, column).value for row in (2, 3) for column in (9, 11)} == {"A2", None}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_list_that_may_not_be_read(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    (tmp_path / "锁住.xlsx").write_bytes(b"PK")
    (tmp_path / "锁住.xlsx").chmod(0)
    done = run_ruhu("check", "锁住.xlsx", lists.registry)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.startswith("锁住.xlsx：没有权限")


def test_the_wrong_order_is_told(run_ruhu: RunRuhu, lists: CountyFiles) -> None:
    swapped = json.loads(run_ruhu("check", lists.registry, lists.roster, "--json").stdout)
    assert [note for note in swapped["notes"] if "反了" in note]
    assert not [n for n in json.loads(run_ruhu("check", *lists[:2], "--json").stdout)["notes"] if "反了" in n]


def test_an_empty_file_is_unusable(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    (tmp_path / "空.xlsx").touch()
    done = run_ruhu("check", "空.xlsx", lists.registry)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith("空.xlsx：")
    assert not list(tmp_path.glob("*疑点*"))


def test_in_english(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    done = run_ruhu("check", lists.roster, lists.registry, "--lang", "en")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "registry-findings.xlsx"
    data = re.compile(r"名单|虚构数据|“[^”]*”|\"[^\"]*\"|「[^」]*」")  # quoted words of the lists stay as they are
    assert [line for line in done.stdout.splitlines() if HAN.search(data.sub("", line))] == []


def _encrypt(source: Path, target: Path, password: str) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    with source.open("rb") as plain, target.open("wb") as file:
        OOXMLFile(plain).encrypt(password, file)


@pytest.mark.skipif(sys.platform == "win32", reason="passes a file descriptor to a child process")
def test_protected_workbooks(run_ruhu: RunRuhu, lists: CountyFiles, tmp_path: Path) -> None:
    _encrypt(lists.roster, tmp_path / "r.xlsx", "甲")
    _encrypt(lists.registry, tmp_path / "g.xlsx", "乙")
    refused = run_ruhu("check", "r.xlsx", "g.xlsx")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert "--file-password-fd" in refused.stderr

    def check(passwords: str) -> subprocess.CompletedProcess[str]:
        reading, writing = os.pipe()
        os.write(writing, passwords.encode())
        os.close(writing)
        try:
            return subprocess.run(
                [
                    *(sys.executable, "-m", "tui", "check", "r.xlsx", "g.xlsx"),
                    "--json",
                    "--file-password-fd",
                    str(reading),
                ],
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                pass_fds=[reading],
            )
        finally:
            os.close(reading)

    opened = check("甲\n乙\n")
    assert (opened.returncode, opened.stderr) == (0, "")
    plain = json.loads(run_ruhu("check", lists.roster, lists.registry, "--json").stdout)
    assert json.loads(opened.stdout)["kinds"] == plain["kinds"]
    assert check("乙\n甲\n").returncode == 3
