"""What encryption costs: `python benchmarks/encryption.py [--answers N] [--people N] [--folder DIR]`.

Two casebooks of the same invented county, one plain and one encrypted, in one run: the same answers are typed into the
same visits on the household form, each saved in a transaction of its own as on the screen, turn by turn a visit here
and a visit there; then the cross-check over both lists, look-ups, a finding opened, the casebook opened. Prints
milliseconds and the ratio; exit 1 when encryption costs more than we claim: an answer 1.5 times, the cross-check 1.3
times, a look-up twice, a new key for everything three times as long as verifying the trail.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from audit.detail import finding_detail
from audit.imports import import_list
from audit.queue import Filter, queue_ids, queue_rows
from audit.run import run_audit
from casebook.errors import RuhuError
from casebook.people.lookup import hits, look_up
from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.keys.creating import create_encrypted
from casebook.store.keys.rekey import rekey
from casebook.store.keys.slots import new_key, unlock
from casebook.store.verify import verify
from casebook.tables.read import read_tables
from survey_forms.interview import Interview, open_interview
from survey_forms.stored_forms import import_form, standard_form
from survey_forms.visits.planning import Choice, plan
from tui.all_views import VIEWS

USER, PASSPHRASE = "甲", "correct horse battery"
A_VISIT = 140
"""Answers of one visit before the next: a household of four, two of them ill."""
LIMITS = {"an answer saved": 1.5, "the cross-check": 1.3, "a look-up": 2.0}
_TYPED = {
    "int": ("0", "3", "12", "70"),
    "decimal": ("0", "12.5"),
    "date": ("20200101", "610203"),
    "text": ("甲", "某村"),
}


@dataclass
class Side:
    """One of the two casebooks and how long each piece of work took, in seconds, by name."""

    name: str
    book: Casebook
    taken: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, what: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        found = work()
        self.taken.setdefault(what, []).append(time.perf_counter() - start)
        return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        return measure(Path(name), options.people, options.answers)


def measure(folder: Path, people: int, answers: int) -> int:
    files = write_county(invent_county(people, 3, scope="people"), folder)
    tables = read_tables([(files.roster, {}), (files.registry, {})])
    plain = create_casebook(folder / "plain.ruhu", name="县", author=USER, views=VIEWS)
    keyed, _code = create_encrypted(folder / "keyed.ruhu", name="县", author=USER, views=VIEWS, passphrase=PASSPHRASE)
    sides = (Side("plain", plain), Side("encrypted", keyed))
    for side in sides:
        for kind, table in zip(("roster", "registry"), tables, strict=True):
            side.timed(f"import of {len(table.rows):,} rows", partial(import_list, side.book, table, kind, {}))  # type: ignore[arg-type]
    for _turn in range(3):
        for side in sides:
            side.timed("the cross-check", partial(run_audit, side.book))
    looking(sides)
    saved = answering(sides, answers)
    facts = {side.name: side.book.whole.execute("SELECT count(*) FROM envelope").fetchone()[0] for side in sides}
    for side in sides:
        side.timed("the trail verified", partial(verify, side.book.whole))
        side.book.close()
    opening(folder, sides)
    seconds = new_key_for(folder)
    print(
        f"{saved:,} answers in each, {facts['encrypted']:,} facts, {size(sides[0]):,.0f} MB plain, "
        f"{size(sides[1]):,.0f} MB encrypted; {people:,} people"
    )
    failed = told(sides)
    print(f"a new key for the encrypted one: {seconds:.1f} s")
    if saved < answers or seconds > 3 * min(sides[1].taken["the trail verified"]):
        failed.append("answers" if saved < answers else "a new key")
    if failed:
        print("not as claimed: " + ", ".join(failed))
    return 1 if failed else 0


def looking(sides: tuple[Side, ...]) -> None:
    """What is asked for all day, by the same words here and there."""
    rows = (
        sides[0].book.connection.execute("SELECT name, number FROM listed WHERE number <> '' ORDER BY row").fetchall()
    )
    words = [word for name, number in random.Random(6).sample(rows, 100) for word in (name, number, number[-4:])]
    for word in words:
        for side in sides:
            side.timed("a look-up", partial(looked_up, side.book, word))
    for place in range(40):
        for side in sides:
            ids = side.timed("the queue", partial(queue_ids, side.book, Filter()))
            side.timed("a page of 40 rows", partial(queue_rows, side.book, ids[place * 7 : place * 7 + 40]))
            side.timed("a finding", partial(finding_detail, side.book, ids[place * 7]))


def looked_up(book: Casebook, word: str) -> object:
    return hits(book, look_up(book, word)[:40])


def answering(sides: tuple[Side, ...], answers: int) -> int:
    """The same answers into the same visits of both; how many were saved in each."""
    visits = {}
    for side in sides:
        form = import_form(side.book, standard_form()).id
        plan(side.book, Choice((), (), "all"), form)
        rows = side.book.connection.execute("SELECT id FROM visit ORDER BY household, people").fetchall()
        visits[side.name] = [row[0] for row in rows]
    saved = 0
    for turn in range(answers):
        number = turn % min(map(len, visits.values()))
        for side in sides if turn % 2 else sides[::-1]:
            one = answered(side, visits[side.name][number], turn, min(A_VISIT, answers - saved))
        saved += one
        if saved >= answers:
            break
    return saved


def answered(side: Side, visit: str, seed: int, count: int) -> int:
    """That many answers to a visit's questions, drawn by the seed, each timed from the key to「已保存」."""
    rng = random.Random(seed)
    interview = open_interview(side.book, visit)
    done = 0
    while done < count:
        refs = questions(interview)
        rng.shuffle(refs)
        for ref in refs[: count - done]:
            if interview.filling.relevant(ref) and not interview.filling.readonly(ref):
                answer = partial(interview.answer, ref, typed(interview, ref, rng))
                with suppress(RuhuError):  # not taken, by neither of the two
                    side.timed("an answer saved", answer)
                    done += 1
    return done


def questions(interview: Interview) -> list[str]:
    filling = interview.filling
    found = (entry for entry in filling.outline() if entry.kind == "question" and filling.relevant(entry.ref))
    return [entry.ref for entry in found if not filling.readonly(entry.ref)]


def typed(interview: Interview, ref: str, rng: random.Random) -> str:
    """Something that the question takes."""
    choices = interview.filling.choices(ref)
    if choices:
        return str(rng.choice(choices).value)
    question = interview.filling.entry(ref).question
    return rng.choice(_TYPED.get(question.kind if question is not None else "text", _TYPED["text"]))


def opening(folder: Path, sides: tuple[Side, ...]) -> None:
    key = unlock(folder / "keyed.ruhu", USER, PASSPHRASE)
    for _turn in range(5):
        for side, with_key in zip(sides, (None, key), strict=True):
            side.timed("the casebook opened", partial(opened, side.book.folder, with_key))
        sides[1].timed("the passphrase (Argon2id)", lambda: unlock(folder / "keyed.ruhu", USER, PASSPHRASE))


def opened(folder: Path, key: bytes | None) -> None:
    open_casebook(folder, author=USER, views=VIEWS, key=key).close()


def new_key_for(folder: Path) -> float:
    key, after = unlock(folder / "keyed.ruhu", USER, PASSPHRASE), new_key()
    start = time.perf_counter()
    rekey(folder / "keyed.ruhu", key, after, author=USER, views=VIEWS)
    return time.perf_counter() - start


def size(side: Side) -> float:
    return side.book.path.stat().st_size / 1e6


def told(sides: tuple[Side, ...]) -> list[str]:
    """The table; the names of what costs more than claimed. Long work counts by its best turn, short by the median."""
    plain, keyed = sides
    failed = []
    print("| | times | plain | encrypted | ratio | median of the slowest 1 % |\n|---|---|---|---|---|---|")
    for what, seconds in keyed.taken.items():
        here, there = plain.taken.get(what, []), seconds
        best = min if len(there) < 10 else median
        slowest = " / ".join(
            f"{median(sorted(one)[-max(len(one) // 100, 1) :]) * 1000:,.1f}" for one in (here, there) if len(one) >= 100
        )
        ratio = best(there) / best(here) if here else 0.0
        if ratio > LIMITS.get(what, 1e9):
            failed.append(what)
        before = f"{best(here) * 1000:,.2f} ms" if here else ""
        print(
            f"| {what} | {len(there):,} | {before} | {best(there) * 1000:,.2f} ms | "
            f"{f'{ratio:.2f}' if here else ''} | {slowest} |"
        )
    total = [sum(side.taken["an answer saved"]) for side in sides]
    print(f"all answers: {total[0]:,.0f} s plain, {total[1]:,.0f} s encrypted, ratio {total[1] / total[0]:.2f}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
