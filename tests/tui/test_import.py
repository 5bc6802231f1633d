"""`ruhu import`: lists into the casebook, as the office runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunRuhu

HEADER = "姓名,证件号码,性别,乡镇,行政村,户编号,奇怪的号\n"
FIRST = HEADER + (
    "王大山,990101196001010010,男,云丰镇,青桥村,H001,1\n"
    "李桂芳,990101196203030021,女,云丰镇,青桥村,H001,2\n"
    "赵铁柱,990101195507070013,男,云丰镇,白石村,H002,3\n"
)
SECOND = (
    FIRST.replace("李桂芳", "李桂方").replace("赵铁柱,990101195507070013,男,云丰镇,白石村,H002,3\n", "")
    + "钱多多,990101197707070042,女,云丰镇,白石村,H003,4\n"
)


@pytest.fixture
def county(run_ruhu: RunRuhu, tmp_path: Path) -> Path:
    assert run_ruhu("new", "试验", "--plain", "--user", "刘敏").returncode == 0
    (tmp_path / "一.csv").write_text(FIRST, "utf-8")
    (tmp_path / "二.csv").write_text(SECOND, "utf-8")
    return tmp_path / "试验.ruhu"


def told(run_ruhu: RunRuhu, *arguments: object) -> dict[str, Any]:
    done = run_ruhu("import", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def backups(county: Path) -> list[str]:
    return [path.name for path in (county / "backups").glob("*-import.db")]


def test_first_second_and_the_same_again(run_ruhu: RunRuhu, county: Path) -> None:
    first = told(run_ruhu, "roster", "一.csv")
    assert (first["rows"], first["minted"], first["carried"], first["changes"]) == (3, 3, 0, None)
    assert first["unknown_headers"] == ["奇怪的号"] and len(backups(county)) == 1
    second = told(run_ruhu, "roster", "二.csv")
    assert second["changes"] == {"added": 1, "gone": 1, "changed": 1, "same": 1}
    assert (second["minted"], second["carried"], second["already"]) == (1, 2, False)
    assert len(backups(county)) == 2
    again = told(run_ruhu, "roster", "二.csv")
    assert (again["already"], again["source"], again["minted"]) == (True, second["source"], 0)
    assert len(backups(county)) == 2  # nothing was written, nothing was backed up
    sources = [fact for fact in json.loads(run_ruhu("log", "list", "--json").stdout) if fact["kind"] == "source"]
    assert len(sources) == 2


def test_in_words(run_ruhu: RunRuhu, county: Path) -> None:
    first = run_ruhu("import", "roster", "一.csv").stdout.splitlines()
    assert first[:3] == ["花名册：一.csv，人员 3 行", "第一次导入这份名单。", "人员编号：新编 3 个，沿用 0 个。"]
    assert "奇怪的号（" not in first[-1] and "--map 奇怪的号=phone" in first[-1]
    second = run_ruhu("import", "roster", "二.csv").stdout
    assert "和上次比：新增 1 行，不再有 1 行，改动 1 行，不变 1 行。" in second
    assert "没有改动" in run_ruhu("import", "roster", "二.csv").stdout
    english = run_ruhu("import", "roster", "一.csv", "--lang", "en")
    assert english.returncode == 0 and english.stdout


def test_a_column_named_once_is_remembered(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    assert told(run_ruhu, "roster", "一.csv", "--map", "奇怪的号=serial")["unknown_headers"] == []
    assert told(run_ruhu, "roster", "二.csv")["unknown_headers"] == []
    (tmp_path / "三.csv").write_text(SECOND.replace(",奇怪的号", ",电话"), "utf-8")
    assert told(run_ruhu, "roster", "三.csv")["unknown_headers"] == []  # the column is not there: no error
    assert told(run_ruhu, "roster", "一.csv")["unknown_headers"] == []
    wrong = run_ruhu("import", "roster", "一.csv", "--map", "没有这列=name")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert run_ruhu("import", "roster", "一.csv", "--map", "写错了").returncode == 2


def test_a_dry_run_writes_nothing(run_ruhu: RunRuhu, county: Path) -> None:
    told(run_ruhu, "roster", "一.csv")
    before = run_ruhu("log", "list", "--json").stdout
    dry = told(run_ruhu, "roster", "二.csv", "--dry-run")
    assert dry["changes"] == {"added": 1, "gone": 1, "changed": 1, "same": 1} and dry["source"] == ""
    assert run_ruhu("log", "list", "--json").stdout == before and len(backups(county)) == 1


def test_rows_that_can_t_be_read_are_told_by_the_exit_code(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.csv").write_text(FIRST + "#REF!,#REF!,男,云丰镇,青桥村,H009,9\n", "utf-8")
    done = run_ruhu("import", "roster", "坏.csv")
    assert done.returncode == 1 and "不可读：坏.csv › 第 5 行：" in done.stdout
    data = json.loads(run_ruhu("import", "roster", "坏.csv", "--json").stdout)
    assert (data["rows"], data["skipped"]["unreadable"]) == (3, 1)


def test_one_file_a_list(run_ruhu: RunRuhu, county: Path) -> None:
    done = run_ruhu("import", "roster", "一.csv", "二.csv")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert run_ruhu("import", "registry", "一.csv", "二.csv").returncode == 2


def test_the_wrong_file_is_told_and_how_to_take_it_back(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    (tmp_path / "台账.csv").write_text("返回数据,,,,,,\n" + FIRST, "utf-8")
    done = run_ruhu("import", "roster", "台账.csv")
    assert done.returncode == 0 and "看起来是卫健名单，不是花名册" in done.stderr
    undo = next(line for line in done.stderr.splitlines() if "ruhu audit undo " in line)
    taken_back = run_ruhu("audit", "undo", undo.partition("ruhu audit undo ")[2].partition("。")[0])
    assert taken_back.returncode == 0 and "还没有花名册" in taken_back.stdout
    assert "看起来" not in run_ruhu("import", "registry", "台账.csv").stderr


def test_a_list_of_other_people_is_told(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    names, others = "赵钱孙李周吴郑王冯陈褚卫", "蒋沈韩杨朱秦尤许何吕施张"
    for file, surnames, born in (("甲.csv", names, 1950), ("乙.csv", others, 1980)):
        rows = (f"{one}一{one},,男,云丰镇,{one}家村,{born + n},{n}\n" for n, one in enumerate(surnames))
        (tmp_path / file).write_text(HEADER + "".join(rows), "utf-8")
    told(run_ruhu, "roster", "甲.csv")
    assert "只有 0 人相同" in run_ruhu("import", "roster", "乙.csv", "--dry-run").stderr
    shorter = (tmp_path / "甲.csv").read_text("utf-8").splitlines(keepends=True)[:-2]
    (tmp_path / "丙.csv").write_text("".join(shorter), "utf-8")
    assert "人相同" not in run_ruhu("import", "roster", "丙.csv", "--dry-run").stderr


def test_what_comes_next_is_told(run_ruhu: RunRuhu, county: Path) -> None:
    assert "ruhu import registry" in run_ruhu("import", "roster", "一.csv").stderr
    assert "ruhu audit run" in run_ruhu("import", "registry", "二.csv").stderr
    assert run_ruhu("audit", "run").returncode == 0
    assert run_ruhu("audit", "findings").stderr.count("\n") == 1
    assert "花名册在上次核对以后变了" in run_ruhu("import", "roster", "二.csv").stderr
    assert "ruhu audit run" in run_ruhu("audit", "findings").stderr
    assert "ruhu audit run" in run_ruhu("open", "--no-tui").stdout


def test_other_lists_may_come_in_several_files(run_ruhu: RunRuhu, county: Path) -> None:
    data = told(run_ruhu, "other", "一.csv", "二.csv", "--as", "deaths")
    assert (data["list"], data["rows"], data["minted"]) == ("deaths", 6, 0)
    assert data["file"] == "一.csv 等 2 个文件"
    assert told(run_ruhu, "other", "一.csv", "二.csv", "--as", "死亡")["already"]
    twice = run_ruhu("import", "other", "一.csv", "一.csv", "--as", "deaths")
    assert (twice.returncode, twice.stdout, twice.stderr.count("\n")) == (2, "", 1)
    for wrong in (("other", "一.csv"), ("other", "一.csv", "--as", "births")):
        done = run_ruhu("import", *wrong)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert all(kind in done.stderr for kind in ("deaths", "disabled", "dibao", "insured"))


def test_evidence_of_other_lists_names_the_file(run_ruhu: RunRuhu, county: Path) -> None:
    from audit.detail import finding_detail
    from audit.views import VIEWS
    from casebook.store.casebook import open_casebook

    told(run_ruhu, "roster", "一.csv")
    told(run_ruhu, "registry", "二.csv")
    told(run_ruhu, "other", "二.csv", "一.csv", "--as", "deaths")
    assert run_ruhu("audit", "run", "--roster-scope", "people", "--registry-scope", "people").returncode == 0
    with open_casebook(county, author="刘敏", views=VIEWS) as book:
        number = book.connection.execute("SELECT id FROM finding WHERE name = '赵铁柱'").fetchone()[0]
        evidence = finding_detail(book, number).evidence
    assert len(evidence) == 1 and "一.csv" in evidence[0] and "第 4 行" in evidence[0]


def test_without_a_file_or_a_casebook(run_ruhu: RunRuhu, county: Path) -> None:
    assert run_ruhu("import", "roster", "没有.csv").returncode == 3
    assert run_ruhu("import", "roster", "一.csv", "-c", "没有.ruhu").returncode in (2, 3)
    assert run_ruhu("import", "roster").returncode == 2
    assert "ruhu import roster" in run_ruhu("import").stdout
