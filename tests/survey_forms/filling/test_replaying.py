"""The engine as a black box, alone and against what the reference engine recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survey_forms.filling.replaying import replayed
from survey_forms.filling.sheet import MOST_INSTANCES
from tests.survey_forms.forms import xform

FORM = xform("""
    n int 数
    a text 甲 required={true()} relevant={${n} > 1}
    r repeat 表 count={${n}}
      b decimal 乙
    s select1 选 [1 一, 2 二]
""")


def run(*ops: Any, form: str = FORM) -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = replayed({"form": form, "ops": list(ops), "now": "2026-11-22T01:30:00Z"})["states"]
    return states


def test_states() -> None:
    answers = [{"op": "answer", "ref": "/data/n", "value": "2.7"}, {"op": "answer", "ref": "/data/s", "value": "3"}]
    first, second, third = run(*answers)
    assert first["/data/a"] == {"rel": False, "req": True, "ro": False, "v": "", "viol": None, "label": "甲"}
    assert first["/data/r"] == {"rel": True, "req": False, "ro": False, "n": 0}
    assert second["/data/n"]["v"] == "2" and second["/data/a"]["viol"] == "required" and second["/data/r"]["n"] == 2
    assert "/data/r[2]/b" in second and "/data/s" not in second and third == {}
    assert first["/data/s"]["opts"] == [["1", "一"], ["2", "二"]]


def test_what_can_not_be_done_changes_nothing() -> None:
    states = run(
        {"op": "answer", "ref": "/data/a", "value": "x"},  # not relevant
        {"op": "add_repeat", "ref": "/data/r"},
        {"op": "remove_repeat", "ref": "/data/r[7]"},
        {"op": "answer", "ref": "nowhere", "value": None},
        {"op": "set_language", "value": "none"},
    )
    assert states[1:] == [{}, {}, {}, {}, {}]


def test_a_billion_instances_do_not_stop_it() -> None:
    states = run({"op": "answer", "ref": "/data/n", "value": "1000000000"})
    assert states[1]["/data/r"]["n"] == MOST_INSTANCES


BAD = [
    "", "[]", "null", "{", '{"id": 1}', '{"id": 1, "form": 3}', '{"id": 1, "form": "<a>"}',
    json.dumps({"id": 1, "form": FORM, "ops": {"op": 1}}), json.dumps({"id": 1, "form": FORM, "ops": [1]}),
    json.dumps({"id": 1, "form": FORM, "ops": [{"op": "dance"}]}), json.dumps({"id": 1, "form": FORM, "now": "never"}),
    json.dumps({"id": 1, "form": FORM, "resources": [1]}), json.dumps({"id": 1, "form": "<a>" * 5000}),
    json.dumps({"id": 1, "form": xform("a calc calculate={" + "(" * 3000 + "1" + ")" * 3000 + "}")}),
]  # fmt: skip


def test_a_bad_line_gives_an_error_and_stops_no_other(root: Path) -> None:
    good = json.dumps({"id": "good", "form": FORM, "ops": [], "tz": "No/Where"})
    done = subprocess.run(
        [sys.executable, "-m", "tui", "forms", "replay", "--jsonl"],
        input="\n".join([*BAD, good]) + "\n", capture_output=True, text=True, encoding="utf-8", cwd=root, timeout=120,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and done.stderr == ""
    assert len(answers) == len([line for line in BAD if line]) + 1
    assert all("error" in answer for answer in answers[:-1]) and answers[-1]["id"] == "good"
    assert "states" in answers[-1]


@pytest.mark.parametrize(("name", "least"), [("traces.json", 0.99), ("traces_real.json", 0.95)])
def test_against_the_reference_engine(shared: Path, name: str, least: float) -> None:
    """Nodes that look the same; what is left is chance, the clock, and names of files that a browser gives."""
    data = json.loads((shared / "conformance" / name).read_text("utf-8"))
    right = wrong = 0
    for trace in data["traces"]:
        resources = {url: one["text"] for url, one in trace.get("resources", {}).items()}
        asked = {"form": data["forms"][trace["form"]], "now": trace["now"], "tz": trace["tz"], "resources": resources}
        states = replayed({**asked, "ops": trace["steps"]})["states"]
        seen: dict[str, Any] = {}
        for state, expected in zip(states, [trace["initial"], *(s["changed"] for s in trace["steps"])], strict=True):
            seen.update(state)
            for ref, node in expected.items():
                if ref.startswith("__") or "orx:meta" in ref or "instanceID" in ref:
                    continue
                keys = ("rel", "v", "req", "ro", "viol", "n") if node["rel"] else ("rel", "v", "n")
                have = seen.get(ref, {})
                told = [key for key in keys if key in node or key in have]
                same = [(node.get(key) or None) == (have.get(key) or None) for key in told]
                right += sum(same)
                wrong += len(same) - sum(same)
    assert right / (right + wrong) >= least
