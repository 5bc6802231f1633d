"""The process that is killed, starved of room, cut off from power: one operation on a casebook, again and again.

    python -m benchmarks.torture.operations import --folder DIR [--seed N] [--steps N] [--room BYTES]

It works in a folder made by tortured.py. A step is one operation as the program does it for a command or a key. After
each one line goes to stdout, as JSON: `["done", {"facts": ids, "files": {name: SHA-256}, …}]` or `["failed", code]`;
`["ready", {}]` comes before the first. What a line tells of is promised: looking.py holds the folder to it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.torture.tortured import BOOK, COST, LAPTOP, OUT, PASSPHRASE, carried, new_book, opened
from casebook.errors import RuhuError
from casebook.store.backup import back_up, rolling_backup
from casebook.store.casebook import Casebook
from casebook.store.devices import device_named
from casebook.store.keys.rekey import rekey
from casebook.store.keys.slots import new_key, new_keys
from casebook.store.keys.wrapping import KEY_ID
from casebook.store.packets.carrying import hand_over
from casebook.store.restore import restore
from tui.all_views import VIEWS
from tui.commands import exits

if TYPE_CHECKING:
    from casebook.tables.table import Table
    from survey_forms.interview import Interview

FORMAT = "sichuan_2016"
_TYPED = {
    "int": ("0", "3", "12", "70"),
    "decimal": ("0", "12.5", "1200"),
    "date": ("20200101", "t", "t-30", "610203"),
    "text": ("甲", "某村卫生室", "13800000000", "说明"),
}

Told = dict[str, Any]


@dataclass
class Work:
    """A folder with a casebook, chance; the open book, opened when it is first asked for."""

    folder: Path
    rng: random.Random
    synchronous: str = ""
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def book(self) -> Casebook:
        if "book" not in self.kept:
            self.kept["book"] = opened(self.folder)
            self._hasten(self.kept["book"])
        book: Casebook = self.kept["book"]
        return book

    def _hasten(self, book: Casebook) -> None:
        """Pages go to the disk early, and the log into the file often; with `synchronous` not as safely as they do."""
        book.connection.execute("PRAGMA cache_size = -200")
        pages = 1000 if self.synchronous else self.rng.choice((10, 100, 1000))  # a log brought in is synced too
        book.connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        if self.synchronous:
            book.connection.execute(f"PRAGMA synchronous = {self.synchronous}")

    def close(self) -> None:
        if "book" in self.kept:
            self.kept["book"].close()
        self.kept.clear()

    def name(self, ending: str) -> Path:
        """A new name under `out/`."""
        return self.folder / OUT / f"{secrets.token_hex(4)}{ending}"


def import_step(work: Work) -> Told:
    from audit.imports import import_list
    from casebook.store.lists import current
    from casebook.store.sources import stored_table

    if "table" not in work.kept:
        listed = current(work.book.connection, "registry")
        assert listed
        work.kept["table"] = stored_table(work.book.connection, listed)
    rolling_backup(work.book, "import")
    import_list(work.book, _without_some(work.kept["table"], work.rng), "registry", {})
    return {}


def _without_some(table: Table, rng: random.Random) -> Table:
    """The list of another day: some rows fewer, another file."""
    rows = tuple(row for row in table.rows if rng.random() > 0.02)
    return replace(table, source=replace(table.source, sha256=rng.randbytes(32).hex()), rows=rows)


def audit_step(work: Work) -> Told:
    from audit.run import run_audit

    run_audit(work.book)
    return {}


def decide_step(work: Work) -> Told:
    from audit.decisions import Ruling, decide

    (count,) = work.book.connection.execute("SELECT count(*) FROM finding").fetchone()
    found = [work.rng.randint(1, count) for _ in range(3)]
    decide(work.book, found, Ruling(work.rng.choice((1, 2, 5, 6, 7)), "查过"))
    return {}


def answer_step(work: Work) -> Told:
    from survey_forms.interview import open_interview

    while True:
        if "interview" not in work.kept:
            work.kept["interview"] = open_interview(work.book, the_visit(work.book))
        interview = work.kept["interview"]
        try:
            random_change(interview, work.rng)
        except RuhuError as error:
            if error.category != "check":
                raise
            if error.code == "changed_elsewhere":  # a packet brought answers for this visit
                del work.kept["interview"]
        else:
            return {"filling": digest(interview)}


def the_visit(book: Casebook) -> str:
    """The visit that is filled in: of those not handed in the one with the most people."""
    left = "SELECT id FROM visit WHERE submission = '' AND gone = 0 ORDER BY people DESC, id LIMIT 1"
    row = book.connection.execute(left).fetchone()
    return str(row[0])


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


def export_step(work: Work) -> Told:
    from exports.formats.load import find_format
    from exports.upload.prepare import prepare
    from exports.upload.writing import write_batch

    out = work.name("")
    prepared = prepare(work.book, find_format(FORMAT, work.book), everything=True)
    batch = write_batch(work.book, prepared, out)
    return {"files": {f"{OUT}/{out.name}/{file.name}": file.sha256 for file in batch.files}}


def backup_step(work: Work) -> Told:
    to = work.name(".db") if work.rng.random() < 0.5 else None
    made = back_up(work.book, to)
    return {"files": {str(made.path.relative_to(work.folder)): made.sha256}}


def restore_step(work: Work) -> Told:
    """A backup, then a decision that it lacks, then that backup put in the place of the book."""
    made = back_up(work.book)
    decide_step(work)
    key = work.book.key
    work.close()
    done = restore(work.folder / BOOK, made.path, author="甲", views=VIEWS, key=key)
    assert done.kept_as is not None and done.lost
    return {}


def rekey_step(work: Work) -> Told:
    """Another key for the book and its backups; a plain one gets its first."""
    key = work.book.key
    work.close()
    first, after = None, new_key()
    if key is None:
        first, after, _code = new_keys("甲", PASSPHRASE, "县", COST)
    rekey(work.folder / BOOK, key, after, author="甲", views=VIEWS, first=first)
    return {"key": after[-KEY_ID:].hex()}


def make_step(work: Work) -> Told:
    """A packet for the laptop, on a stick."""
    written = hand_over(work.book, device_named(work.book.whole, "lap"), work.folder / OUT)
    return {"files": {f"{OUT}/{written.path.name}": written.sha256}}


def take_step(work: Work) -> Told:
    """Answers of the laptop carried to the office. Each counts as one step: what the laptop saved is promised too."""
    from survey_forms.interview import open_interview

    with opened(work.folder, LAPTOP) as laptop:
        through = newest(laptop)
        interview = open_interview(laptop, the_visit(laptop))
        for _ in range(3):
            with contextlib.suppress(RuhuError):
                random_change(interview, work.rng)
        said = facts(laptop, through)
        tell("laptop", said)
        stick = work.folder / "stick"
        packet = hand_over(laptop, device_named(laptop.whole, "办公室"), stick).path
    carried(work.book, packet)
    return {}


def facts(book: Casebook, after: int = 0, but: str = "") -> list[str]:
    """The ids of the facts that came after that arrival, oldest first, but for those of one kind."""
    rows = book.whole.execute("SELECT id FROM envelope WHERE arrival > ? AND kind <> ? ORDER BY arrival", (after, but))
    return [str(row[0]) for row in rows]


def new_step(work: Work) -> Told:
    path = work.name(".ruhu")
    with new_book(path, work.book.encrypted) as book:
        return {"made": {f"{OUT}/{path.name}": facts(book)}}


STEPS: dict[str, Callable[[Work], Told]] = {
    "import": import_step,
    "audit": audit_step,
    "decide": decide_step,
    "answer": answer_step,
    "export": export_step,
    "backup": backup_step,
    "restore": restore_step,
    "rekey": rekey_step,
    "make": make_step,
    "take": take_step,
    "new": new_step,
}


def step(work: Work, operation: str) -> Told:
    """One step, and the ids of the facts that it wrote into the casebook."""
    through = newest(work.book)
    told = STEPS[operation](work)
    return {"facts": facts(work.book, through)} | told


def newest(book: Casebook) -> int:
    return int(book.connection.execute("SELECT max(arrival) FROM envelope").fetchone()[0])


def tell(*line: object) -> None:
    os.write(1, (json.dumps(line, ensure_ascii=False) + "\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("operation", choices=STEPS)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1 << 30)
    parser.add_argument("--room", type=int, help="until a step has failed no file takes more bytes")
    parser.add_argument("--wait", action="store_true", help="for a line on stdin before each step")
    parser.add_argument("--synchronous", default="", help="of the database, otherwise than it is")
    options = parser.parse_args()
    work = Work(options.folder, random.Random(options.seed), options.synchronous)
    os.umask(0o077)
    _ = work.book
    tell("ready", {})
    if options.room is not None:
        limit(options.room)
    done = 0
    while done < options.steps:
        if options.wait:
            sys.stdin.readline()
        try:
            told = step(work, options.operation)
        except Exception as error:
            limit(None)
            work.close()
            tell("failed", code_of(error))
        else:
            tell("done", told)
            done += 1
    work.close()


def code_of(error: Exception) -> str:
    """The code of what a command would say in one line. Raises the error again where it would say that it is a fault of
    the program."""
    if isinstance(error, RuhuError):
        return error.code
    if exits._disk_full(error):
        return "disk_full"
    told = exits._of_the_casebook(error)
    if told is None:
        raise error
    return told.code


def limit(room: int | None) -> None:
    """No file may take more than so many bytes; None: any number."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if room is None else room, hard))


if __name__ == "__main__":
    main()
