"""A long questionnaire being filled in: `python benchmarks/filling.py [MEMBERS]`, 10 by default.

The form is made here: a member repeat of 300 questions, a repeat of illnesses in it, some 325 expressions, a cascade
through 3,000 villages. It is loaded from its XML, begun, filled in, resumed from its operations, and every question of
every member is answered once more, each answer timed.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from survey_forms.filling.filling import Filling, Op
from survey_forms.form.definition import FormDefinition
from survey_forms.form.load import load_form
from survey_forms.xpath.compile import compiled

TOWNSHIPS, VILLAGES = 60, 3_000
QUESTIONS, SECTIONS = 290, 29
OPEN, ANSWER, LOOK = 0.5, 0.002, 0.010  # seconds on a quiet machine
PACE = 0.0027
"""Seconds that `work` takes on the machine that the limits are for; a slower one gets more."""
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def work() -> float:
    """Seconds of a fixed piece of work, to tell how fast this machine is at the moment."""
    started = time.perf_counter()
    total = 0
    for number in range(40_000):
        total += number * number % 7
    return time.perf_counter() - started


class Making:
    """The form, piece by piece."""

    def __init__(self) -> None:
        self.data, self.binds, self.body = [], [], []  # type: ignore[var-annotated]
        self.expressions = 0

    def bind(self, path: str, **said: str) -> None:
        self.expressions += sum(1 for key in said if key != "type")
        attributes = " ".join(f"{key}={quoteattr(value)}" for key, value in said.items())
        self.binds.append(f'<bind nodeset="{path}" {attributes}/>')

    def question(self, path: str, control: str = "input", inner: str = "", **said: str) -> None:
        self.data.append(f"<{path.rpartition('/')[2]}/>")
        self.bind(path, **said)
        label = f"<label>问题 {path.rpartition('/')[2]}</label>"
        self.body.append(f'<{control} ref="{path}">{label}{inner}</{control}>')

    def calculation(self, path: str, expression: str, kind: str = "string") -> None:
        self.data.append(f"<{path.rpartition('/')[2]}/>")
        self.bind(path, calculate=expression, type=kind)


def make_form() -> tuple[str, int]:
    """The XML, and how many expressions are in it."""
    head, member, illness = Making(), Making(), Making()
    towns = "<itemset nodeset=\"instance('townships')/root/item\"><value ref=\"name\"/><label ref=\"label\"/></itemset>"
    head.question("/data/township", "select1", towns, type="string", required="true()")
    villages = (
        "<itemset nodeset=\"instance('villages')/root/item[township = /data/township]\">"
        '<value ref="name"/><label ref="label"/></itemset>'
    )
    head.question("/data/village", "select1", villages, type="string", required="true()")
    yes_no = "".join(f"<item><label>{label}</label><value>{value}</value></item>" for value, label in ("1是", "2否"))
    for number in range(QUESTIONS):
        _member_question(member, number, yes_no)
    for name, kind in (("code", "string"), ("since", "date"), ("cost", "decimal"), ("paid", "decimal")):
        illness.question(f"/data/member/illness/{name}", type=kind, constraint=". != '0'")
    illness.calculation("/data/member/illness/own", "number(../cost) - number(../paid)", "decimal")
    member.calculation("/data/member/spent", "sum(../illness/cost)", "decimal")
    member.calculation("/data/member/place", "position(..)", "int")
    head.calculation("/data/people", "count(/data/member)", "int")
    head.calculation("/data/spent", "sum(/data/member/spent)", "decimal")
    inside = "".join(member.data) + f"<illness>{''.join(illness.data)}</illness>"
    items = "".join(f"<item><name>t{n}</name><label>乡{n}</label></item>" for n in range(TOWNSHIPS))
    village = "<item><name>v{0}</name><label>村{0}</label><township>t{1}</township></item>"
    rows = "".join(village.format(number, number % TOWNSHIPS) for number in range(VILLAGES))
    body = "".join(
        (*head.body, '<group ref="/data/member"><label>成员</label><repeat nodeset="/data/member">', *member.body)
    )
    ill = "/data/member/illness"
    repeat = f'<group ref="{ill}"><label>病</label><repeat nodeset="{ill}">{"".join(illness.body)}'
    xml = (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>长表</h:title><model><instance>'
        f'<data id="long" version="1">{"".join(head.data)}<member>{inside}</member>'
        "<meta><instanceID/></meta></data></instance>"
        f'<instance id="townships"><root>{items}</root></instance>'
        f'<instance id="villages"><root>{rows}</root></instance>'
        f"{''.join((*head.binds, *member.binds, *illness.binds))}</model></h:head>"
        f"<h:body>{body}{repeat}</repeat></group></repeat></group></h:body></h:html>"
    )
    return xml, head.expressions + member.expressions + illness.expressions


def _member_question(member: Making, number: int, yes_no: str) -> None:
    """One of ten kinds of question in turn; the first of each ten opens or closes the others."""
    path, gate = f"/data/member/q{number}", f"../q{number - number % 10}"
    match number % 10:
        case 0:
            member.question(path, "select1", yes_no, type="string", required="true()")
        case 1:
            member.question(path, type="int", relevant=f"{gate} = '1'", constraint=". >= 0 and . <= 120")
        case 2:
            member.question(path, type="date", relevant=f"{gate} = '1'", constraint=". <= today()")
        case 3:
            member.question(path, type="decimal", relevant=f"{gate} = '1'", required=f"../q{number - 2} > 18")
        case 4:
            member.question(path, "select", yes_no, type="string", relevant=f"selected({gate}, '1')")
        case 5:
            member.question(path, type="string", constraint="regex(., '^[0-9A-Z]{3,18}$')")
        case 6:
            member.calculation(path, f"if(../q{number - 3} > 1000, 'high', 'low')")
        case 7:
            member.question(path, type="string", relevant=f"../q{number - 1} = 'high'")
        case 8:
            member.calculation(path, f"coalesce(../q{number - 7}, 0) + coalesce(../q{number - 5}, 0)", "decimal")
        case _:
            member.question(path, type="string")


def typed(filling: Filling, ref: str, turn: int) -> str:
    """An answer for a question; another one in another turn."""
    question = filling.entry(ref).question
    assert question is not None
    if question.chooses:
        choices = filling.choices(ref)
        return choices[turn % len(choices)].value if choices else ""
    return {"int": f"{20 + turn}", "decimal": f"{1500 + turn}.5", "date": f"2020-01-0{1 + turn % 9}"}.get(
        question.kind, f"ABC{turn}"
    )


def timed(run: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The least of some runs, in seconds, and what the last gave."""
    least, result = 1e9, None
    for _time in range(times):
        gc.collect()
        started = time.perf_counter()
        result = run()
        least = min(least, time.perf_counter() - started)
    return least, result


def fill(definition: FormDefinition, members: int) -> tuple[Filling, list[Op]]:
    """Everybody's answers, the first answer of each choice; and all operations."""
    filling = Filling.begin(definition, now=NOW, prefill=[("/data/member", str(members))])
    ops = [filling.start]
    for member in range(1, members + 1):
        ops.append(filling.add(f"/data/member[{member}]/illness").op)
    for entry in filling.outline():
        if entry.kind == "question" and filling.relevant(entry.ref) and not filling.readonly(entry.ref):
            value = typed(filling, entry.ref, 0)
            if value:
                ops.append(filling.answer(entry.ref, value).op)
    return filling, ops


def answers(filling: Filling) -> list[float]:
    """Seconds of each answer when everything is answered again, three times over."""
    took = []
    for turn in (1, 2, 0):
        for entry in filling.outline():
            if entry.kind != "question" or not filling.relevant(entry.ref):
                continue
            value = typed(filling, entry.ref, turn)
            started = time.perf_counter()
            filling.answer(entry.ref, value)
            took.append(time.perf_counter() - started)
    return took


def main() -> int:
    members = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    slower = max(1.0, min(work() for _time in range(20)) / PACE)
    xml, expressions = make_form()

    def cold() -> FormDefinition:
        compiled.cache_clear()
        return load_form(xml)

    load, definition = timed(cold)
    begin, _begun = timed(lambda: Filling.begin(definition, now=NOW, prefill=[("/data/member", str(members))]))
    filling, ops = fill(definition, members)
    resume, filling = timed(lambda: Filling.resume(definition, ops, now=NOW))
    nodes = len(filling.outline())
    print(f"{expressions} expressions, {members} members, {nodes} lines, {len(ops)} operations, {VILLAGES} villages")
    print(f"load {load * 1000:.0f} ms, begin {begin * 1000:.0f} ms, resume {resume * 1000:.0f} ms")
    took = sorted(answers(filling))
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    print(f"{len(took)} answers: p50 {p50 * 1000:.3f} ms, p99 {p99 * 1000:.3f} ms, max {took[-1] * 1000:.2f} ms")
    within = [_within(name, timed(run)[0], limit * slower) for name, run, limit in looks(filling)]
    good = load + max(begin, resume) < OPEN * slower and p99 < ANSWER * slower and all(within)
    print("holds" if good else "does NOT hold")
    return 0 if good else 1


def looks(filling: Filling) -> list[tuple[str, Callable[[], Any], float]]:
    """What a screen asks for, with the seconds it may take."""

    def problems() -> None:
        filling.answer("/data/member[1]/q5", "ABC")
        filling.problems()

    def outline() -> None:
        filling.apply(filling.add("/data/member[1]/illness").undo)
        filling.outline()

    return [
        ("problems() after an answer", problems, LOOK),
        ("outline() after an instance came and went", outline, 5 * LOOK),
        ("values()", filling.values, 5 * LOOK),
        ("submission_xml()", filling.submission_xml, 5 * LOOK),
    ]


def _within(name: str, seconds: float, limit: float) -> bool:
    print(f"{name}: {seconds * 1000:.1f} ms")
    return seconds < limit


if __name__ == "__main__":
    sys.exit(main())
