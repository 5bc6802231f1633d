"""Filling in a visit: `python benchmarks/entry_keys.py`. Milliseconds from a key to what it leads to on the screen, the
answer saved, on the household form and on a form of 300 questions for each of 10 members.

The screen is opened in the app, without a terminal but with everything that is painted, and codes and texts are typed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.facts import area_of
from survey_forms.stored_forms import import_form, standard_form
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.entry import EntryPage

KEY, OPEN = 0.040, 0.5  # seconds from a key to the screen, and to the first question, on a quiet machine
PACE = 0.0027
"""Seconds that `work` takes on the machine that the limits are for; a slower or a busy one gets more by as much."""

QUESTIONS, MEMBERS, ANSWERS = 300, 10, 150


def work() -> float:
    """Seconds that a fixed piece of plain Python takes here and now."""
    start = time.perf_counter()
    sum(number % 7 for number in range(100_000))
    return time.perf_counter() - start


def long_form(folder: Path) -> Path:
    """A form of 300 questions in a repeat: codes, every tenth a number with a check, a third of them asked or not by
    the answer before."""
    lines = []
    binds = []
    for number in range(1, QUESTIONS + 1):
        path = f"/data/member/q{number}"
        relevant = f" relevant=\"../q{number - 1} != '9'\"" if number % 3 == 0 else ""
        if number % 10 == 0:
            check = 'type="int" constraint=". &gt;= 0 and . &lt; 150"'
            lines.append(f'<input ref="{path}"><label>Number {number} of <output value="../name"/></label></input>')
        else:
            check = 'type="string"'
            items = "".join(f"<item><label>Choice {code}</label><value>{code}</value></item>" for code in "1239")
            lines.append(f'<select1 ref="{path}"><label>Question {number}</label>{items}</select1>')
        binds.append(f'<bind nodeset="{path}" {check}{relevant} required="true()"/>')
    leaves = "".join(f"<q{number}/>" for number in range(1, QUESTIONS + 1))
    xml = f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Long</h:title><model><instance>
  <data id="long" version="1"><member jr:template=""><name/>{leaves}</member><meta><instanceID/></meta></data>
  </instance><bind nodeset="/data/member/name" type="string"/>{"".join(binds)}
  <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/></model></h:head><h:body>
  <group ref="/data/member"><label>Members</label><repeat nodeset="/data/member">
  <input ref="/data/member/name"><label>Name</label></input>{"".join(lines)}</repeat></group></h:body></h:html>"""
    form = folder / "long.xml"
    form.write_text(xml, encoding="utf-8")
    return form


def make(folder: Path, form: Path, prefill: Sequence[tuple[str, str]]) -> tuple[Casebook, str]:
    """A casebook with a visit of a form, and the visit's id."""
    book = create_casebook(folder / f"{form.stem}.ruhu", name=form.stem, author="surveyor", views=VIEWS)
    identity = import_form(book, form).id
    household = {"code": "1", "township": "T", "village": "V", "head": "H"}
    body = {
        "form": identity, "household": household, "people": [], "prefill": [list(pair) for pair in prefill],
        "asks": [], "round": "2026",
    }  # fmt: skip
    with book.writing() as writing:
        return book, writing.append("visit", body, area=area_of("T", "V")).id


async def painted(app: RuhuApp, started: float) -> float:
    """Seconds until everything asked for so far is on the screen."""
    shown = asyncio.Event()
    app.screen.call_after_refresh(shown.set)
    await shown.wait()
    return time.perf_counter() - started


async def until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.001)


async def times(book: Casebook, visit: str, start_keys: Sequence[str]) -> tuple[float, list[float], list[float]]:
    """Seconds to the first question, of each answered question, and of each move."""
    app = RuhuApp(book)
    app.lasting = True
    async with app.run_test(size=(120, 36)) as pilot:
        await app.workers.wait_for_complete()
        page = app.page("entry")
        assert isinstance(page, EntryPage)
        start = time.perf_counter()
        app.go("entry", visit=visit)
        await until(lambda: page.view.question is not None)
        opened = await painted(app, start)
        for key in start_keys:
            await _key(pilot, page, key)
        answers = [seconds for _turn in range(ANSWERS) if (seconds := await _answer(pilot, page))]
        moves = [await _key(pilot, page, "up") for _turn in range(ANSWERS)]
        await app.workers.wait_for_complete()
    return opened, answers, moves


async def _answer(pilot: Any, page: EntryPage) -> float:
    """Answer the question here: seconds of the key that saves it; 0 where none was saved."""
    question = page.view.question
    assert question is not None
    steps = page.view.steps
    if question.types and not question.field:
        for key in "20200101" if question.kind == "date" else "12":
            await _key(pilot, page, key)
        seconds = await _key(pilot, page, "enter")
    elif question.choices and not question.value:
        seconds = await _key(pilot, page, question.choices[0].code[-1])
        if question.several:
            await _key(pilot, page, "enter")
    else:
        seconds = await _key(pilot, page, "enter")
    if page.view.question is not None and page.view.question.ref == question.ref:
        await _key(pilot, page, "down")
    return seconds if page.view.steps > steps else 0.0


async def _key(pilot: Any, page: EntryPage, key: str) -> float:
    """Seconds from a key to what it changes on the screen."""
    _works.append(work())
    view, hand, typed = page.view, page.hand, page.typed.value
    start = time.perf_counter()
    page.app.simulate_key(key)
    await until(lambda: page.view is not view or page.hand != hand or page.typed.value != typed)
    seconds = await painted(page.app, start)
    await until(lambda: page.ready)
    await pilot.pause()
    return seconds


_works: list[float] = []


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[18]


def main() -> int:
    found: dict[str, tuple[float, list[float], list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        members = [(f"/data/member[{number}]/name", f"member {number}") for number in range(1, MEMBERS + 1)]
        people = [(f"/data/member[{number}]/person_name", f"member {number}") for number in range(1, 6)]
        book, visit = make(Path(folder), standard_form(), people)
        found["household"] = asyncio.run(times(book, visit, ("down", "1", "1", "1")))
        book.close()
        book, visit = make(Path(folder), long_form(Path(folder)), members)
        found["300 x 10"] = asyncio.run(times(book, visit, ("enter",)))
        book.close()
    slow = max(1.0, statistics.median(_works) / PACE)
    busy = max(1.0, _p95(_works) / PACE)
    missed = []
    for name, (opened, answers, moves) in found.items():
        limits = {"open": OPEN * slow, "answer": KEY * busy, "move": KEY * busy}
        values = {"open": opened, "answer": _p95(answers), "move": _p95(moves)}
        for what, seconds in values.items():
            measured = {"answer": answers, "move": moves}.get(what)
            median = f"p50 {statistics.median(measured) * 1000:6.1f} ms  p95 " if measured else " " * 19
            print(f"{name:<10} {what:<7} {median}{seconds * 1000:6.1f} ms   limit {limits[what] * 1000:6.1f} ms")
            missed += [f"{name} {what}"] if seconds > limits[what] else []
        print(f"{name:<10} {len(answers)} answers saved")
    verdict = "missed by " + ", ".join(missed) if missed else "kept"
    print(f"this machine takes {slow:.1f} times as long, {busy:.1f} times at its busiest: {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
