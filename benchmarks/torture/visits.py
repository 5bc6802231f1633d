"""Kill a process in the middle of an interview, at any answer; then look whether everything shown as saved is there.

    python -m benchmarks.torture.visits [--kills N] [--keyed] [--folder DIR] [--seed N]

A child opens the visit of an invented household with the built-in form and answers at random: codes, texts, dates,
more and fewer members, remarks, undo and redo. After each change it tells, on a pipe, the fact and a digest of all
values, as the screen would say「已保存」. It is killed (SIGKILL) at a random moment. Then the visit is opened again:
every fact that was told is there, at most one more is, the form stands as after the last of them, value for value and
note for note, with as many steps to undo; the trail verifies; and the next child goes on where this one was killed.
Prints counts; exit 1 when something was lost. A short sample in tests/survey_forms/test_interview_killed.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from casebook.errors import RuhuError
from casebook.sample.county import invent_county
from casebook.sample.workbooks import write_county
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.verify import verify
from casebook.tables.read import read_tables
from survey_forms.interview import Interview, open_interview
from tui.all_views import VIEWS

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
_TYPED = {
    "int": ("0", "3", "12", "70"),
    "decimal": ("0", "12.5", "1200"),
    "date": ("20200101", "t", "t-30", "610203"),
    "text": ("甲", "某村卫生室", "13800000000", "说明"),
}


def opened(folder: Path, key: bytes | None) -> Casebook:
    return open_casebook(folder / "a.ruhu", author="甲", views=VIEWS, key=key)


def begin(folder: Path, key: bytes | None) -> None:
    """A casebook with lists, the built-in form and the planned visits."""
    from audit.imports import import_list
    from audit.run import run_audit
    from survey_forms.stored_forms import import_form, standard_form
    from survey_forms.visits.planning import Choice, plan

    files = write_county(invent_county(300, 11, scope="people"), folder)
    tables = read_tables([(files.roster, {}), (files.registry, {})])
    with create_casebook(folder / "a.ruhu", name="县", author="甲", views=VIEWS, key=key) as book:
        for side, table in zip(("roster", "registry"), tables, strict=True):
            import_list(book, table, side, {})  # type: ignore[arg-type]
        run_audit(book)
        form = import_form(book, standard_form()).id
        plan(book, Choice((), (), "ill"), form)


def the_visit(book: Casebook) -> str:
    """The planned visit with the most people."""
    row = book.connection.execute("SELECT id FROM visit ORDER BY people DESC, id LIMIT 1").fetchone()
    return str(row[0])


def work(folder: Path, key: bytes | None, seed: int) -> None:
    """The child: answers until it is killed, each told after it was saved."""
    rng = random.Random(seed)
    book = opened(folder, key)
    interview = open_interview(book, the_visit(book))
    print(json.dumps(["ready", interview.place]), flush=True)
    while True:
        try:
            random_change(interview, rng)
        except RuhuError as error:
            if error.category != "check":
                print(json.dumps(["failed", error.code]), flush=True)
            continue
        print(json.dumps(["saved", newest(book), digest(interview)]), flush=True)


def random_change(interview: Interview, rng: random.Random) -> None:
    """One change that a person might make. Raises RuhuError where it is refused."""
    filling = interview.filling
    entries = [entry for entry in filling.outline() if filling.relevant(entry.ref)]
    what = rng.random()
    if what < 0.08 and interview.undo_steps:
        interview.undo()
    elif what < 0.11 and interview.redo_steps:
        interview.redo()
    elif what < 0.14 and (repeats := [e.ref for e in entries if e.kind == "repeat" and filling.can_add(e.ref)]):
        interview.add(rng.choice(repeats))
    elif what < 0.17 and (some := [e.ref for e in entries if e.kind == "instance" and filling.can_remove(e.ref)]):
        interview.remove(rng.choice(some))
    elif what < 0.22:
        interview.remark(rng.choice(entries).ref, f"备注{rng.randrange(9)}")
    else:
        questions = [e for e in entries if e.kind == "question" and not filling.readonly(e.ref)]
        entry = rng.choice(questions)
        choices = filling.choices(entry.ref)
        kind = entry.question.kind if entry.question is not None else "text"
        typed = rng.choice(choices).value if choices else rng.choice(_TYPED.get(kind, _TYPED["text"]))
        interview.answer(entry.ref, typed)


def digest(interview: Interview) -> str:
    """Of every value, note and step of an interview."""
    told = [
        sorted(interview.filling.values().items()), sorted(interview.remarks.items()),
        sorted(interview.reasons.items()), interview.undo_steps, interview.redo_steps,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def newest(book: Casebook) -> str:
    return str(book.connection.execute("SELECT id FROM envelope ORDER BY arrival DESC LIMIT 1").fetchone()[0])


def killed(folder: Path, key: bytes | None, rng: random.Random) -> list[list[str]]:
    """What a child had told before it was killed."""
    command = [*(sys.executable, "-m", "benchmarks.torture.visits", "--child", "--folder", str(folder))]
    command += ["--seed", str(rng.randrange(2**30)), *(["--keyed"] if key else [])]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout
        told = [json.loads(process.stdout.readline())]
        assert told[0][0] == "ready"
        time.sleep(rng.uniform(0.0, 0.25))
        process.send_signal(signal.SIGKILL)
        told += [json.loads(line) for line in process.stdout if line.endswith("\n")]
    return told


def looked_at(folder: Path, key: bytes | None, told: list[list[str]]) -> list[str]:
    """What is wrong with the visit after a kill."""
    wrong = []
    with opened(folder, key) as book:
        order = [identity for (identity,) in book.connection.execute("SELECT id FROM envelope ORDER BY arrival")]
        saved = [one for one in told if one[0] == "saved"]
        lost = [one for one in saved if one[1] not in set(order)]
        if lost:
            wrong.append(f"{len(lost)} saved answers are lost")
        elif saved:
            later = len(order) - 1 - order.index(saved[-1][1])
            if later > 1:
                wrong.append(f"{later} answers are there that were never told")
            elif not later and digest(open_interview(book, the_visit(book))) != saved[-1][2]:
                wrong.append("the form is not as it was shown")
        else:
            open_interview(book, the_visit(book))
        wrong += [one[1] for one in told if one[0] == "failed"]
        if verify(book.connection).broken:
            wrong.append("the trail does not verify")
    return wrong


def try_kills(folder: Path, kills: int, key: bytes | None, seed: int) -> tuple[Counter[str], list[str]]:
    """Counts of what was told, and what was wrong."""
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(kills):
        told = killed(folder, key, rng)
        counts["kills"] += 1
        counts["saved"] += sum(one[0] == "saved" for one in told)
        wrong += [f"kill {number}: {what}" for what in looked_at(folder, key, told)]
    return counts, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--keyed", action="store_true")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    key = KEY if args.keyed else None
    if args.child:
        work(args.folder, key, args.seed)
    with tempfile.TemporaryDirectory(prefix="ruhu-") as temporary:
        folder = args.folder or Path(temporary)
        begin(folder, key)
        counts, wrong = try_kills(folder, args.kills, key, args.seed)
    print(f"{counts['kills']} kills, {counts['saved']} answers shown as saved, {len(wrong)} wrong")
    print(*wrong[:20], sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
