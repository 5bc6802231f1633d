"""`ruhu survey`: visits planned, assigned, filled, reviewed, in processes of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casebook.store.casebook import open_casebook
from survey_forms.interview import open_interview
from survey_forms.visits.visit_list import visit_named
from tests.audit.casebooks import audited as audited_book
from tests.conftest import ROOT, RunRuhu
from tests.survey_forms.visits.answered import answers_for
from tests.survey_forms.visits.lists import REGISTRY, ROSTER
from tests.survey_forms.visits.made_visits import new_book
from tests.survey_forms.workbooks import form, text
from tui.all_views import VIEWS

Survey = Callable[..., Any]

NAMES = ("王大山", "李桂芳", "王小山", "吴春来", "冯石头", "990101")


@pytest.fixture(scope="module")
def planned_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casebook whose visits were planned, and the JSON that said so."""
    folder = tmp_path_factory.mktemp("planned")
    with new_book(folder / "县.ruhu") as book:
        audited_book(book, ROSTER, REGISTRY)
    done = subprocess.run(
        [sys.executable, "-m", "tui", "survey", "plan", "-c", folder / "县.ruhu", "--user", "刘敏", "--json"],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (folder / "planned.json").write_text(done.stdout, "utf-8")
    return folder


@pytest.fixture
def county(planned_folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(planned_folder / "县.ruhu", tmp_path / "县.ruhu")
    return tmp_path / "县.ruhu"


@pytest.fixture
def survey(run_ruhu: RunRuhu, county: Path) -> Survey:
    """`survey("list", code=0)`: its JSON; `user` acts."""

    def run(*arguments: object, code: int = 0, user: str = "刘敏") -> Any:
        done = run_ruhu("survey", *arguments, "-c", county, "--user", user, "--json")
        assert done.returncode == code, done.stderr
        if code:
            assert "Traceback" not in done.stderr and not any(name in done.stderr for name in NAMES)
        return json.loads(done.stdout) if done.stdout else done.stderr

    return run


def answers(county: Path, visit: str, path: Path, **given: str) -> Path:
    """A file of lines that answer everything that is asked in a visit."""
    fields = {"person.outcome": "2", "signer.second": "李四", "signer.filler_phone": "13900000000"} | {
        name.replace("__", "."): value for name, value in given.items()
    }
    with open_casebook(county, author="陈静", views=VIEWS) as book:
        interview = open_interview(book, visit_named(book, visit).id)
        lines = answers_for(interview.filling, fields)
        reasons = [{"op": "reason", "ref": ref, "value": "看过了"} for ref, _said in interview.filling.warnings()]
        assert interview.filling.problems() == ()
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in [*lines, *reasons]), "utf-8")
    return path


def test_plan_says_what_it_made(planned_folder: Path, survey: Survey) -> None:
    told = json.loads((planned_folder / "planned.json").read_text("utf-8"))
    assert (told["made"], told["households"], told["people"], told["dry_run"]) == (3, 3, 7, False)
    again = survey("plan", "--dry-run")
    assert (again["households"], again["skipped_open"], again["made"]) == (0, 3, 0)
    assert survey("plan", "--which", "all", "--village", "白石村", "--to", "陈静")["made"] == 2
    assert survey("list")["total"] == 5


def test_plan_is_taken_back(survey: Survey) -> None:
    assert survey("plan", "--undo") == {"undone": 3, "begun": 0}
    assert survey("list")["total"] == 0
    survey("plan", "--undo", code=1)


def test_plan_refuses_what_is_not_there(run_ruhu: RunRuhu, survey: Survey) -> None:
    for wrong in (("--village", "没有"), ("--which", "x"), ("--form", "nothing"), ("--undo", "--to", "陈静")):
        said = survey("plan", *wrong, code=2)
        assert said.count("\n") == 1
    run_ruhu("new", "空", "--plain", "--user", "刘敏")
    done = run_ruhu("survey", "plan", "--dry-run")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "ruhu import roster" in done.stderr


def test_plan_warns_of_a_form_that_knows_no_household(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    plain = form(tmp_path / "表.xlsx", [text("a")], version="2")
    assert run_ruhu("forms", "import", plain, "-c", county).returncode == 0
    said = run_ruhu("survey", "plan", "--which", "all", "--form", "t", "-c", county)
    assert said.returncode == 0 and "household.code" in said.stderr


def test_list_by_filter(run_ruhu: RunRuhu, survey: Survey, county: Path) -> None:
    everything = survey("list")
    assert [one["household"] for one in everything["visits"]] == ["H001", "H004", "H999"]
    one = everything["visits"][0]
    assert (one["head"], one["state"], one["people"], one["township"]) == ("王大山", "planned", 3, "云丰镇")
    assert survey("list", "--state", "待调查,draft")["total"] == 3
    assert survey("list", "--state", "passed")["total"] == 0
    assert survey("list", "--village", "柳林村", "--limit", "1")["total"] == 2
    assert survey("list", "--text", "wds")["visits"] == [one]
    assert survey("list", "--text", "李桂")["visits"] == [one], "anybody of the household"
    assert survey("list", "--to", "-")["total"] == 3
    for wrong in (("--state", "x"), ("--village", "没有"), ("--township", "没有")):
        assert survey("list", *wrong, code=2).count("\n") == 1
    shown = run_ruhu("survey", "list", "-c", county, "--limit", "2")
    assert len(shown.stdout.splitlines()) == 2 and "--limit 0" in shown.stderr
    assert shown.stdout.startswith(one["visit"]) and "待调查" in shown.stdout


def test_assign_and_progress(run_ruhu: RunRuhu, survey: Survey, county: Path) -> None:
    first = survey("list")["visits"][0]["visit"]
    assert survey("assign", first, "H004", "--to", "陈静")["assigned"] == 2
    assert survey("assign", "H004", "--to", "陈静")["already"] == 1
    assert survey("list", "--to", "陈静")["total"] == 2
    rows = survey("progress", "--by", "assigned")["rows"]
    assert [(row["assigned"], row["total"]) for row in rows] == [("", 1), ("陈静", 2)]
    townships = survey("progress")["rows"]
    assert [(row["township"], row["counts"]["planned"]) for row in townships] == [("云丰镇", 1), ("河口乡", 2)]
    assert len(survey("progress", "--by", "village")["rows"]) == 2
    table = run_ruhu("survey", "progress", "-c", county).stdout.splitlines()
    assert "待县审" in table[0] and len(table) == 4 and table[-1].startswith("合计")
    survey("progress", "--by", "x", code=2)
    survey("assign", first, code=2)
    survey("assign", "zzzz", "--to", "陈静", code=2)


def test_fill_saves_line_by_line(survey: Survey, tmp_path: Path, run_ruhu: RunRuhu, county: Path) -> None:
    file = tmp_path / "回答.jsonl"
    file.write_text(
        '{"ref": "/data/visit/visit_outcome", "value": "1"}\n\n{"ref": "/data/nothing", "value": "1"}\n不是\n'
        '{"ref": "/data/visit/consent", "value": 1}\n{"op": "fly", "ref": "/data/x"}\n[]\n{"value": "1"}\n'
        '{"ref": "/data/visit/informed", "value": "77"}\n{"op": "add", "ref": "/data/member"}\n'
        '{"op": "remove", "ref": "/data/member[4]"}\n'
        '{"op": "remark", "ref": "/data/visit/consent", "value": "儿子在场"}\n',
        "utf-8",
    )
    told = survey("fill", "H001", "--answers", file, code=1, user="陈静")
    assert (told["taken"], told["state"], told["submission"]) == (5, "draft", None)
    assert [one["line"] for one in told["refused"]] == [3, 4, 6, 7, 8, 9]
    assert any(one["number"] == "117" for one in told["problems"])
    said = run_ruhu("survey", "fill", "H001", "--answers", file, "-c", county, "--user", "陈静")
    assert said.returncode == 1 and "第 4 行" in said.stderr and "117" in said.stdout
    with open_casebook(county, author="陈静", views=VIEWS) as book:
        interview = open_interview(book, visit_named(book, "H001").id)
        assert interview.filling.value("/data/visit/consent") == "1"
        assert interview.remarks == {"/data/visit/consent": "儿子在场"}


def test_fill_wants_something_to_do(survey: Survey, tmp_path: Path) -> None:
    survey("fill", "H001", code=2)
    survey("fill", "H001", "--answers", tmp_path / "没有.jsonl", code=3)
    with (tmp_path / "大.jsonl").open("wb") as file:
        file.truncate(65 * 1024**2)
    survey("fill", "H001", "--answers", tmp_path / "大.jsonl", code=3)
    survey("fill", "zzzz", "--submit", code=2)


def test_lines_that_are_no_answers(survey: Survey, tmp_path: Path, county: Path) -> None:
    """Brackets without end, no numbers, an instance not named, one that is not there, half a surrogate pair."""
    file = tmp_path / "回答.jsonl"
    file.write_text(
        "[" * 100_000 + '\n{"ref": "/data/signatures/filler", "value": 1e999}\n'
        '{"op": "remove", "ref": "/data/member"}\n{"ref": "/data/member[77]/person_status", "value": "1"}\n'
        '{"ref": "/data/signatures/filler", "value": "王\\u0000\\ud83d\\u001b小\\uffff川"}\n'
        '{"op": "remark", "ref": "/data/signatures/filler", "value": "两行\u2028一条"}\r\n',
        "utf-8",
    )
    told = survey("fill", "H001", "--answers", file, code=1, user="陈静")
    assert [one["line"] for one in told["refused"]] == [1, 2, 3, 4] and told["taken"] == 2
    assert "/data/member[77]/person_status" in told["refused"][3]["what"]
    with open_casebook(county, author="陈静", views=VIEWS) as book:
        assert open_interview(book, visit_named(book, "H001").id).filling.value("/data/signatures/filler") == "王小川"


def test_not_handed_in_with_errors(survey: Survey, run_ruhu: RunRuhu, county: Path) -> None:
    told = survey("fill", "H001", "--submit", code=1, user="陈静")
    assert told["submission"] is None and told["problems"]
    assert survey("list")["visits"][0]["state"] == "planned"
    said = run_ruhu("survey", "fill", "H001", "--submit", "-c", county, "--user", "陈静")
    assert said.returncode == 1 and "没有上交" in said.stderr


def test_the_whole_way(survey: Survey, run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    file = answers(county, "H001", tmp_path / "a.jsonl", household__phone="13800000009")
    told = survey("fill", "H001", "--answers", file, "--submit", user="陈静")
    assert (told["state"], told["refused"], told["problems"]) == ("township", [], [])
    assert told["submission"]
    survey("fill", "H001", "--submit", code=2, user="陈静")
    assert survey("fill", "H001", "--answers", file, code=2, user="陈静").count("\n") == 1, "not a line an answer"
    survey("review", "H001", "--pass", code=2, user="陈静")
    shown = survey("review", "H001", user="张伟")["visits"][0]
    assert shown["state"] == "township"
    assert survey("review", "H001", "--pass", user="张伟")["visits"][0]["state"] == "county"
    survey("review", "H001", "--pass", code=2, user="张伟")
    survey("review", "H001", "--return", code=2)
    survey("review", "H001", "--return", "--reason", "x", "--ref", "/data/nothing", code=2)
    back = survey("review", "H001", "--return", "--reason", "电话不对", "--ref", "/data/home/household_phone")
    assert (back["visits"][0]["state"], back["visits"][0]["reason"]) == ("draft", "电话不对")
    assert survey("list", "--returned")["total"] == 1
    file.write_text('{"ref": "/data/home/household_phone", "value": "13800000005"}\n', "utf-8")
    assert survey("fill", "H001", "--answers", file, "--submit", user="陈静")["state"] == "township"
    changed = survey("review", "H001", user="张伟")["visits"][0]["changes"]
    phone = [(one["before"], one["now"], one["origin"]) for one in changed if one["ref"].endswith("household_phone")]
    assert ("13800000001", "13800000005", "prefill") in phone
    survey("review", "H001", "--recall", code=2, user="张伟")
    survey("review", "H001", "--recall", user="陈静")
    survey("fill", "H001", "--submit", user="陈静")
    survey("review", "H001", "--pass", user="张伟")
    assert survey("review", "H001", "--pass")["visits"][0]["state"] == "passed"
    assert survey("progress")["rows"][0]["counts"]["passed"] == 1
    text = run_ruhu("survey", "review", "H001", "-c", county, "--user", "张伟").stdout
    assert "13800000001 → 13800000005" in text and "通过" in text


def test_review_takes_one_step(survey: Survey) -> None:
    for wrong in (
        ("H001", "--pass", "--return"),
        ("H001", "--pass", "--reason", "x"),
        ("H001", "H004", "--return", "--reason", "x", "--ref", "/data/a"),
        ("zzzz", "--pass"),
    ):
        assert survey("review", *wrong, code=2).count("\n") == 1


def test_two_processes_fill_at_once(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    """Each answers half of the questions of the same visit; nothing is lost and the trail is whole."""
    with open_casebook(county, author="陈静", views=VIEWS) as book:
        visit = visit_named(book, "H001").id
        refs = [f"/data/member[{n}]/{name}" for n in (1, 2, 3) for name in ("person_status", "whereabouts")]
    opened = tmp_path / "开.jsonl"
    lines = [("visit_outcome", "1"), ("consent", "1")]
    opened.write_text("\n".join(f'{{"ref": "/data/visit/{ref}", "value": "{value}"}}' for ref, value in lines), "utf-8")
    run_ruhu("survey", "fill", "H001", "--answers", opened, "-c", county, "--user", "陈静")
    processes = []
    for number in (0, 1):
        file = tmp_path / f"{number}.jsonl"
        remarks = [{"op": "remark", "ref": ref, "value": f"看过{number}"} for ref in refs[number::2]]
        file.write_text("\n".join(map(json.dumps, remarks)), "utf-8")
        command = [sys.executable, "-m", "tui", "survey", "fill", visit, "--answers", file, "-c", county, "--json"]
        processes.append(
            subprocess.Popen([*command, "--user", f"人{number}"], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8")
        )
    told = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert [one["taken"] for one in told] == [3, 3] and [process.returncode for process in processes] == [0, 0]
    with open_casebook(county, author="陈静", views=VIEWS) as book:
        assert set(open_interview(book, visit).remarks) == set(refs)
    assert run_ruhu("log", "verify", "-c", county, "--user", "陈静").returncode == 0


def test_exported_and_imported_elsewhere(
    survey: Survey, run_ruhu: RunRuhu, county: Path, planned_folder: Path, tmp_path: Path
) -> None:
    survey("export", "-o", tmp_path / "无", code=1)
    file = answers(county, "H001", tmp_path / "a.jsonl")
    survey("fill", "H001", "--answers", file, "--submit", user="陈静")
    told = survey("export", "-o", tmp_path / "答卷")
    assert told["submissions"] == 1
    (instance,) = (tmp_path / "答卷" / "instances").glob("*/*.xml")
    assert instance.stem == instance.parent.name and "王大山" in instance.read_text("utf-8")
    assert "H001" not in instance.name and not any(name in instance.name for name in NAMES)
    survey("export", "-o", tmp_path / "答卷", code=2)
    for inside in (county, county / "backups" / "x"):
        assert "案卷的文件夹" in survey("export", "-o", inside, code=2)
        assert "案卷的文件夹" in survey("print", "-o", inside, "--summary", code=2)
    assert not (county / "instances").exists()
    survey("export", "-o", tmp_path / "答卷.csv", "--format", "odk-csv", code=2)
    survey("export", "-o", tmp_path / "x", "--format", "pdf", code=2)
    survey("export", "-o", tmp_path / "答卷.zip", "--format", "odk-csv")
    with zipfile.ZipFile(tmp_path / "答卷.zip") as archive:
        assert {"ruhu_household.csv", "ruhu_household-member.csv"} <= set(archive.namelist())
        assert len(archive.read("ruhu_household-member.csv").decode().splitlines()) == 4
    survey("export", "-o", tmp_path / "答卷.zip", "--format", "odk-csv", code=2)
    (tmp_path / "答卷.xlsx").write_text("别人的")
    survey("export", "-o", tmp_path / "答卷.xlsx", "--format", "xlsx", code=2)
    (tmp_path / "答卷.xlsx").unlink()
    for _again in range(2):
        survey("export", "-o", tmp_path / "答卷.xlsx", "--format", "xlsx")
    assert (tmp_path / "答卷.xlsx").stat().st_size > 5000

    other = tmp_path / "另.ruhu"
    shutil.copytree(planned_folder / "县.ruhu", other)
    command = ("survey", "import", tmp_path / "答卷", "-c", other, "--user", "张伟", "--json")
    assert json.loads(run_ruhu(*command, "--dry-run").stdout)["submitted"] == 1
    first, second = (json.loads(run_ruhu(*command).stdout) for _ in range(2))
    assert (first["submitted"], second["already"], second["submitted"]) == (1, 1, 0)
    (tmp_path / "答卷" / "坏.xml").write_text("<data", "utf-8")
    refused = run_ruhu(*command[:-1])
    assert refused.returncode == 1 and "坏.xml" in refused.stderr
    assert run_ruhu("survey", "import", tmp_path / "没有", "-c", other).returncode == 3
