"""`ruhu audit`: the desk's work as commands, on an invented county, in processes of their own."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audit.views import VIEWS
from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.store import access
from casebook.store.casebook import open_casebook
from tests.audit.casebooks import audited as audited_book
from tests.audit.casebooks import new_book
from tests.audit.histories import PEOPLE, changed
from tests.conftest import RunRuhu

Audit = Callable[..., Any]


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casebook of a small county, cross-checked once."""
    from audit.imports import import_list
    from audit.run import run_audit
    from casebook.store.casebook import create_casebook
    from casebook.tables.read import read_tables

    folder = tmp_path_factory.mktemp("county")
    files = write_county(invent_county(150), folder)
    roster, registry = read_tables([(files.roster, {}), (files.registry, {})])
    with create_casebook(folder / "县.ruhu", name="试验县", author="刘敏", views=VIEWS) as book:
        import_list(book, roster, "roster", {})
        import_list(book, registry, "registry", {})
        run_audit(book)
    return folder


@pytest.fixture
def county(audited: Path, tmp_path: Path) -> Path:
    """A copy of it to work on."""
    shutil.copytree(audited / "县.ruhu", tmp_path / "县.ruhu")
    return tmp_path / "县.ruhu"


@pytest.fixture
def audit(run_ruhu: RunRuhu, county: Path) -> Audit:
    """`audit("run", code=0)`: its JSON; `user` acts."""

    def run(*arguments: object, code: int = 0, user: str = "刘敏") -> Any:
        done = run_ruhu("audit", *arguments, "-c", county, "--user", user, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    return run


def handles(audit: Audit, *filters: str) -> list[str]:
    return [row["finding"] for row in audit("findings", *filters)["findings"]]


def test_run_says_what_became_of_decisions(run_ruhu: RunRuhu, audit: Audit, audited: Path, county: Path) -> None:
    b = handles(audit, "--severity", "B")[:2]
    audit("decide", *b, "--verdict", "6", "--reason", "登记的事")
    told = audit("run")
    assert told["earlier"] == {
        "total": 2, "holds": 2, "returned": 0, "conflict": 0, "mended": 0, "gone": 0, "over": 0
    }  # fmt: skip
    assert sum(told["severities"].values()) == told["findings"] == sum(told["kinds"].values())
    text = run_ruhu("audit", "run", "-c", county, "--user", "刘敏").stdout
    assert "以前的结论 2 条：仍有效 2、再议 0、冲突 0、已改好 0、此人已不在名单 0、不再是疑点 0。" in text
    assert "表中行数" in text and "疑点" in text


def test_run_wants_both_lists(run_ruhu: RunRuhu) -> None:
    run_ruhu("new", "空", "--plain", "--user", "刘敏")
    done = run_ruhu("audit", "run")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "ruhu import roster" in done.stderr
    for command in (("findings",), ("links",), ("decide", "1", "--verdict", "1")):
        refused = run_ruhu("audit", *command)
        assert refused.returncode in (1, 2) and refused.stderr.count("\n") == 1


def test_findings_by_filter(run_ruhu: RunRuhu, audit: Audit, county: Path) -> None:
    everything = audit("findings")
    assert everything["total"] == len(everything["findings"]) > 20
    one = everything["findings"][0]
    assert {"finding", "kind", "severity", "township", "village", "name", "status", "verdict"} <= one.keys()
    a = audit("findings", "--severity", "a", "--limit", "2")
    assert len(a["findings"]) == 2 < a["total"] and {row["severity"] for row in a["findings"]} == {"A"}
    kind = one["kind"]
    assert {row["kind"] for row in audit("findings", "--kind", kind)["findings"]} == {kind}
    assert audit("findings", "--township", one["township"], "--text", one["name"])["findings"][0] == one
    assert audit("findings", "--status", "settled,returned")["total"] == 0
    assert audit("findings", "--status", "未定")["total"] == everything["total"]
    for wrong in (("--status", "x"), ("--township", "没有"), ("--kind", "x"), ("--severity", "D")):
        done = run_ruhu("audit", "findings", "-c", county, *wrong)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    shown = run_ruhu("audit", "findings", "-c", county, "--limit", "3")
    assert len(shown.stdout.splitlines()) == 3 and "--limit 0" in shown.stderr
    assert not any(len(word) == 18 and word[:17].isdigit() for word in shown.stdout.split())


def test_deciding_signing_and_undoing(run_ruhu: RunRuhu, audit: Audit, county: Path) -> None:
    first, second = handles(audit, "--severity", "A")[:2]
    refused = run_ruhu("audit", "decide", first, "--verdict", "1", "-c", county)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)  # severity A wants a reason
    told = audit("decide", first, second, "--verdict", "1", "--reason", "看过户口本")
    assert (told["decided"], told["already"]) == (2, 0)
    assert [one["status"] for one in told["findings"]] == ["unsigned", "unsigned"]
    assert audit("decide", first, first, "--verdict", "1", "--reason", "看过户口本")["already"] == 1
    own = run_ruhu("audit", "sign", first, "-c", county, "--user", "刘敏")
    assert (own.returncode, own.stderr.count("\n")) == (2, 1)
    assert audit("sign", first, user="张伟")["findings"][0]["status"] == "settled"
    assert audit("undo", told["facts"][1][:12]) == {"undone": "decision", "count": 1, "ids": [told["facts"][1]]}
    assert audit("undo", "--last")["ids"] == [told["facts"][0]]
    nothing = run_ruhu("audit", "undo", "--last", "-c", county, "--user", "刘敏")
    assert (nothing.returncode, nothing.stdout, nothing.stderr.count("\n")) == (1, "", 1)
    assert handles(audit, "--status", "open", "--severity", "A")[:2] == [first, second]


def test_one_person_leaves_their_differences_open(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    with new_book(tmp_path / "对.ruhu") as book:
        audited_book(book, PEOPLE, changed(0b1_0000_0000))
        (subject,) = book.connection.execute("SELECT subject FROM finding WHERE review ORDER BY id").fetchone()
    done = run_ruhu("audit", "decide", subject[:6], "--verdict", "8", "--reason", "问过", "-c", tmp_path / "对.ruhu")
    assert done.returncode == 0 and "两边不同的地方还要另下结论" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("1",),
        ("--verdict", "1"),
        ("1", "--kind", "id_format", "--verdict", "1"),
        ("1", "--verdict", "12"),
        ("1", "--verdict", "1", "--seen", "x"),
        ("1", "--verdict", "1", "--dry-run"),
        ("--from", "x.xlsx", "--verdict", "1"),
        ("--kind", "id_format"),
        ("--kind", "id_format", "--verdict", "1", "--document", "身份证"),
        ("999999", "--verdict", "5", "--reason", "x"),
    ],
)
def test_wrong_ways_to_decide(run_ruhu: RunRuhu, county: Path, arguments: tuple[str, ...]) -> None:
    done = run_ruhu("audit", "decide", "-c", county, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("arguments", [(), ("B123456", "--last")])
def test_wrong_ways_to_undo(run_ruhu: RunRuhu, county: Path, arguments: tuple[str, ...]) -> None:
    done = run_ruhu("audit", "undo", "-c", county, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_batch_wants_its_sample_seen(run_ruhu: RunRuhu, audit: Audit, county: Path) -> None:
    kind, verdict = "id_format", "1"
    before = json.loads(run_ruhu("log", "list", "-c", county, "--json").stdout)
    sample = audit("decide", "--kind", kind, "--verdict", verdict)
    assert sample["count"] >= len(sample["sample"]) >= 1
    assert all(one["roster"] and one["registry"] for one in sample["sample"])
    assert json.loads(run_ruhu("log", "list", "-c", county, "--json").stdout) == before
    shown = run_ruhu("audit", "decide", "-c", county, "--kind", "证件号格式不规范", "--verdict", verdict)
    assert shown.returncode == 0
    assert "  花名册「" in shown.stdout and "」  卫健「" in shown.stdout  # spaces at the ends can be seen
    asked = run_ruhu("audit", "decide", "-c", county, "--kind", kind)
    assert asked.returncode == 2 and f"1采用花名册 {sample['count']} 条" in asked.stderr
    assert shown.stdout.splitlines()[-1].endswith(
        f"ruhu audit decide --kind {kind} --verdict {verdict} --seen {sample['code']}"
    )
    wrong = run_ruhu("audit", "decide", "-c", county, "--kind", kind, "--verdict", verdict, "--seen", "00000000")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    done = audit("decide", "--kind", kind, "--verdict", verdict, "--seen", sample["code"], "--reason", "只是写法")
    assert done["decided"] == sample["count"]
    listed = run_ruhu("log", "list", "-c", county, "-n", "1").stdout.split()[2]
    assert done["batch"].startswith(listed)
    undone = audit("undo", listed)
    assert (undone["undone"], undone["count"]) == ("batch", sample["count"])
    with open_casebook(county, author="刘敏", views=VIEWS) as book:
        revealed = [one for one in access.newest(book.connection) if one.what == "revealed"]
    assert len(revealed) == 2 * len(sample["sample"])


def test_the_workbook_out_answered_and_in(run_ruhu: RunRuhu, audit: Audit, county: Path, tmp_path: Path) -> None:
    done = run_ruhu("audit", "findings", "-c", county, "-o", "疑点.xlsx", "--user", "刘敏")
    assert (done.returncode, done.stdout) == (0, "疑点.xlsx\n")
    book = openpyxl.load_workbook(tmp_path / "疑点.xlsx")
    filled = 0
    for page in book.worksheets:
        if page.cell(1, 1).value != "序号":
            continue
        said = next(cell.column for cell in page[1] if cell.value == "结论")
        for row in range(2, page.max_row + 1):
            page.cell(row, said).value = "5待查" if filled else "采用这个"
            page.cell(row, said + 1).value = "再问"
            filled += 1
    book.save(tmp_path / "疑点.xlsx")
    dry = audit("decide", "--from", "疑点.xlsx", "--dry-run", code=1)
    assert (dry["decided"], len(dry["refused"]), dry["batch"]) == (filled - 1, 1, "")
    told = audit("decide", "--from", "疑点.xlsx", code=1)
    assert (told["decided"], told["already"], len(told["refused"])) == (filled - 1, 0, 1)
    assert told["refused"][0]["row"] == 2
    text = run_ruhu("audit", "decide", "-c", county, "--user", "刘敏", "--from", "疑点.xlsx")
    assert text.returncode == 1
    assert f"下结论 0 行，已经如此 {filled - 1} 行，没有采用 1 行。" in text.stdout
    assert "没有采用：疑点.xlsx › " in text.stdout and "第 2 行：看不懂" in text.stdout
    assert audit("undo", told["batch"])["undone"] == "batch"
    with open_casebook(county, author="刘敏", views=VIEWS) as opened:
        exported = [one.subject for one in access.newest(opened.connection) if one.what == "exported"]
    assert exported == ["findings:疑点.xlsx"]


def test_an_output_replaces_no_other_file_and_no_answers(
    run_ruhu: RunRuhu, audit: Audit, audited: Path, county: Path, tmp_path: Path
) -> None:
    shutil.copy(audited / "roster.xlsx", tmp_path / "名单.xlsx")
    before = (tmp_path / "名单.xlsx").read_bytes()
    done = run_ruhu("audit", "findings", "-c", county, "-o", "名单.xlsx")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert (tmp_path / "名单.xlsx").read_bytes() == before
    for _again in range(2):
        assert run_ruhu("audit", "findings", "-c", county, "-o", "疑点.xlsx").returncode == 0
    book = openpyxl.load_workbook(tmp_path / "疑点.xlsx")
    page = book.worksheets[1]
    said = next(cell.column for cell in page[1] if cell.value == "结论")
    page.cell(2, said).value, page.cell(2, said + 1).value = "5待查", "再问"
    book.save(tmp_path / "疑点.xlsx")
    check = ("check", audited / "roster.xlsx", audited / "registry.xlsx")
    for command in (("audit", "findings", "-c", county), check):
        done = run_ruhu(*command, "-o", "疑点.xlsx")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1) and "填了 1 行结论" in done.stderr
    assert audit("decide", "--from", "疑点.xlsx")["decided"] == 1
    assert run_ruhu("audit", "findings", "-c", county, "-o", "疑点.xlsx").returncode == 0
    empty = ("audit", "findings", "-c", county, "--status", "settled", "-o", "空.xlsx")
    assert [run_ruhu(*empty).returncode for _again in range(2)] == [0, 0]  # a workbook of ours without any finding
    assert run_ruhu(*empty, "--limit", "3").returncode == 2


def test_rows_refused_for_one_reason_are_one_line(
    run_ruhu: RunRuhu, audit: Audit, county: Path, tmp_path: Path
) -> None:
    township = audit("findings")["findings"][0]["township"]
    audit("findings", "--township", township, "-o", "乡.xlsx")
    book = openpyxl.load_workbook(tmp_path / "乡.xlsx")
    page = book[township]
    said = next(cell.column for cell in page[1] if cell.value == "结论")
    for row in (2, 3, 4):
        page.cell(row, said).value = "不知道"
    book.save(tmp_path / "乡.xlsx")
    done = run_ruhu("audit", "decide", "-c", county, "--from", "乡.xlsx")
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("没有采用")] == [
        f"没有采用：乡.xlsx › {township} › 第 2、3、4 行：看不懂这个结论。请从下拉列表中选一项，或只写数字"
    ]


def test_a_workbook_of_ruhu_check_is_read_too(run_ruhu: RunRuhu, audit: Audit, audited: Path, tmp_path: Path) -> None:
    run_ruhu("check", audited / "roster.xlsx", audited / "registry.xlsx", "-o", "c.xlsx")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    page = book.worksheets[1]
    said = next(cell.column for cell in page[1] if cell.value == "结论")
    page.cell(2, said).value, page.cell(2, said + 1).value = "7入户核实", "去看"
    book.save(tmp_path / "c.xlsx")
    assert audit("decide", "--from", "c.xlsx")["decided"] == 1
    assert audit("findings", "--status", "visit")["total"] >= 1


def test_a_filtered_workbook_holds_those(run_ruhu: RunRuhu, audit: Audit, county: Path, tmp_path: Path) -> None:
    township = audit("findings")["findings"][0]["township"]
    wanted = audit("findings", "--township", township)["total"]
    told = audit("findings", "--township", township, "-o", "乡.xlsx")
    assert told["total"] == wanted
    book = openpyxl.load_workbook(tmp_path / "乡.xlsx")
    assert township in book.sheetnames and book[township].max_row == wanted + 1
    for wrong in ("乡.csv", "没有的文件夹/乡.xlsx"):
        assert run_ruhu("audit", "findings", "-c", county, "-o", wrong).returncode == 2


def test_links_on_stdout_and_in_a_file(run_ruhu: RunRuhu, audited: Path, county: Path, tmp_path: Path) -> None:
    run_ruhu("check", audited / "roster.xlsx", audited / "registry.xlsx", "--json", "--links", "check.csv")
    done = run_ruhu("audit", "links", "-c", county)
    assert done.returncode == 0 and done.stderr.startswith("锚：")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["registry_row", "roster_row", "score", "state", "kinds"] and len(rows) > 30
    assert run_ruhu("audit", "links", "-c", county, "-o", "l.csv").stdout == "l.csv\n"
    assert (tmp_path / "l.csv").read_text("utf-8") == done.stdout == (tmp_path / "check.csv").read_text("utf-8")


def test_in_english(run_ruhu: RunRuhu, county: Path) -> None:
    for command in (("run",), ("findings",), ("links",)):
        assert run_ruhu("audit", *command, "-c", county, "--lang", "en").returncode == 0
