"""The recorded answers of ODK's two engines, where they lie beside us; and the evaluator under bad questions."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_forms.xpath.evaluating import evaluate
from survey_forms.xpath.syntax import ExpressionError, parse
from tests.conftest import ROOT

Dialect = Literal["collect", "webforms"]
_ASKED = {"number-rounded": "number", "string-matches": "string", "string-length": "string", "error": "string"}


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "conformance" / "expressions.json").read_text("utf-8"))
    return found


def _right(recorded: dict[str, Any], case: dict[str, Any], dialect: Dialect) -> bool:
    kind = case["expect"]["type"].removesuffix("-unordered")
    question = {
        "expression": case["expression"],
        "doc": recorded["docs"][case["doc"]],
        "context": case["context"],
        "root": case["root"],
        "as": _ASKED.get(kind, kind),
        "now": case["now"],
        "tz": case["tz"],
        "lang": case.get("language"),
        "dialect": dialect,
    }
    try:
        return _equal(kind, case["expect"], evaluate(question))
    except ExpressionError:
        return kind == "error"


def _equal(kind: str, expect: dict[str, Any], got: Any) -> bool:
    value = expect["value"]
    if kind in ("boolean", "string"):
        return bool(got == value)
    if kind == "string-matches":
        return re.search(value, got) is not None
    if kind == "string-length":
        return len(got) == value
    if kind == "nodeset":
        return sorted(got) == sorted(value)
    wanted, number = (float(str(one).replace("Infinity", "inf")) for one in (value, got))
    if math.isnan(wanted):
        return math.isnan(number)
    if kind == "number-rounded":
        return math.floor(number * expect["factor"] + 0.5) / expect["factor"] == wanted
    return number == wanted or math.isclose(number, wanted, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize(("dialect", "rate"), [("collect", 1.0), ("webforms", 0.99)])
def test_answers_as_the_reference_engines(recorded: dict[str, Any], dialect: Dialect, rate: float) -> None:
    cases = [case for case in recorded["cases"] if not case.get("nondeterministic") and not case.get("contested")]
    if dialect == "collect":
        cases = [case for case in cases if case.get("consensus")]
    wrong = [case["id"] for case in cases if not _right(recorded, case, dialect)]
    assert len(cases) > 600
    assert len(wrong) <= (1 - rate) * len(cases), wrong


def test_answers_where_only_javarosa_does_otherwise(recorded: dict[str, Any]) -> None:
    """`collect` follows it, but for what it does not say how: a largest number of 4.9E-324, `true() = *`."""
    cases = [case for case in recorded["cases"] if case.get("javarosa", {}).get("result") == "disagree"]
    wrong = []
    for case in cases:
        question = {"expression": case["expression"], "doc": recorded["docs"][case["doc"]], "as": "string"}
        value = evaluate(question | {"now": case["now"], "tz": case["tz"]})
        wanted = case["javarosa"]["value"]
        if value != wanted and not _same_number(value, wanted):
            wrong.append((case["id"], case["expression"], wanted, value))
    assert len(cases) > 50
    assert len(wrong) <= 4, wrong


def _same_number(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-12)
    except ValueError:
        return False


@given(st.text("/.[]()@*'\"| \t<>=!+-,abc:0123$_\u4e00", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert error.what
        assert 0 <= error.at <= len(text)


def test_a_bad_line_stops_no_other() -> None:
    import subprocess
    import sys

    good = {"id": 1, "expression": "1 + 1", "doc": "<a/>", "as": "number"}
    lines = [
        json.dumps(good),
        "nonsense",
        "[]",
        '{"id": 2}',
        json.dumps(good | {"id": 3, "doc": "<a>"}),
        json.dumps(good | {"id": 4, "doc": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}),
        json.dumps(good | {"id": 5, "expression": "(" * 10_000}),
        json.dumps(good | {"id": 6, "expression": "regex('" + "a" * 60 + "', '(a+)+b')", "as": "boolean"}),
        json.dumps(good | {"id": 7, "expression": "\ud800"}),
        json.dumps(good | {"id": 8, "doc": "<a>" * 1000 + "</a>" * 1000}),
        json.dumps(good | {"id": 9, "tz": "No/Where"}),
        json.dumps(good | {"id": 10, "expression": "0 div 0"}),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tui", "forms", "eval", "--jsonl"],
        input="\n".join(lines),
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, None, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert [answer["id"] for answer in answers if "value" in answer] == [1, 6, 10]
    assert answers[0]["value"] == 2
    assert answers[-1]["value"] == "NaN"
