"""An ask on its way: finding, visit, answer, evidence, decision; by commands alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.store.casebook import open_casebook
from survey_forms.interview import open_interview
from tests.conftest import RunRuhu
from tests.survey_forms.visits.answered import answers_for
from tui.all_views import VIEWS

SEEN = {
    "ask.answer": "3", "ask.value": "证上的号", "signer.filler": "王小川", "signer.second": "陈静",
    "signer.filler_phone": "13000000000",
}  # fmt: skip


def test_an_ask_travels_from_the_finding_to_the_decision(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    files = write_county(invent_county(150), tmp_path)
    county = tmp_path / "县.ruhu"

    def ruhu(*arguments: object, user: str = "刘敏", code: int = 0) -> Any:
        done = run_ruhu(*arguments, *(("-c", county) if arguments[0] != "new" else ()), "--user", user, "--json")
        assert done.returncode == code, (arguments, done.stderr)
        return json.loads(done.stdout)

    def finding(handle: str) -> Any:
        rows = ruhu("audit", "findings", "--status", "all", "--limit", 0)["findings"]
        return next(row for row in rows if row["finding"] == handle)

    assert run_ruhu("new", county, "--plain", "--user", "刘敏").returncode == 0
    ruhu("import", "roster", files.roster)
    ruhu("import", "registry", files.registry)
    ruhu("audit", "run")

    # the auditor sends a finding home
    rows = ruhu("audit", "findings", "--kind", "id_typo1", "--limit", 0)["findings"]
    handle = rows[0]["finding"]
    ruhu("audit", "decide", handle, "--verdict", 7, "--reason", "请看证")
    assert finding(handle)["status"] == "visit"

    # the office plans the visit, the clerk fills it in
    ruhu("forms", "import", "--built-in")
    assert ruhu("survey", "plan", "--which", "asks", "--to", "王小川")["asks"] == 1
    (visit,) = ruhu("survey", "list")["visits"]
    assert visit["asks"] == 1 and visit["assigned"] == "王小川"
    with open_casebook(county, author="王小川", views=VIEWS) as book:
        lines = answers_for(open_interview(book, visit["id"]).filling, SEEN)
    fill = ("survey", "fill", visit["visit"], "--answers")
    doubts = ruhu(*fill, jsonl(tmp_path / "回答.jsonl", lines), user="王小川")
    assert doubts["problems"] == []
    reasons = [{"op": "reason", "ref": one["ref"], "value": "看过证"} for one in doubts["warnings"]]
    filled = ruhu(*fill, jsonl(tmp_path / "理由.jsonl", reasons), "--submit", user="王小川")
    assert filled["submission"]

    # the answer is evidence on the desk, and becomes the decision
    assert finding(handle)["status"] == "answered"
    taken = ruhu("audit", "decide", handle, "--from-visit")
    assert taken["findings"] == [{"finding": handle, "kind": "id_typo1", "status": "settled", "verdict": 3}]
    with open_casebook(county, author="刘敏", views=VIEWS) as book:
        (decision,) = book.connection.execute(
            "SELECT value, document, reason FROM decision WHERE verdict = 3"
        ).fetchall()
    assert decision[:2] == ("证上的号", "身份证") and decision[2].startswith("入户核实，王小川，")

    # and the review goes its way, by two other people
    for user, state in (("陈静", "county"), ("张伟", "passed")):
        ruhu("survey", "review", visit["visit"], "--pass", user=user)
        assert ruhu("survey", "list")["visits"][0]["state"] == state
    assert finding(handle)["status"] == "settled"
    assert run_ruhu("log", "verify", "-c", county).returncode == 0


def jsonl(path: Path, lines: list[dict[str, str]]) -> Path:
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path
