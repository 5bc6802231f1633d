"""After a mishap: is the casebook whole, is everything there that was promised, stands a half file anywhere?"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.torture.operations import digest, facts, the_visit
from benchmarks.torture.tortured import BOOK, LAPTOP, OUT, key_of, new_book, opened
from casebook.errors import RuhuError
from casebook.store.backup import examined, kept_backups
from casebook.store.casebook import Casebook
from casebook.store.folder import DATABASE, leftovers
from casebook.store.health import examine, whole
from casebook.store.keys.key_file import key_id_of
from casebook.store.sqlite import connect

Line = list[Any]
"""What a child told: `[word, what]`."""

MOST = {"answer": 2, "decide": 3, "restore": 4, "export": 2}
"""Facts that may be there although nobody was told of them yet: those of one step. One, where nothing is said."""


@dataclass
class Seen:
    """What a folder held when it was last looked at: the facts' ids; files already found whole, by their state."""

    facts: set[str] = field(default_factory=set)
    proven: set[tuple[Path, int, int]] = field(default_factory=set)
    laptop: set[str] = field(default_factory=set)
    temporary: int = 0


def look(folder: Path, operation: str, told: Iterable[Line], seen: Seen) -> list[str]:
    """What is wrong with a folder after a child of one operation ended, in whatever way. Brings `seen` up to date."""
    told = list(told)
    done = [what for word, what in told if word == "done"]
    failed = sum(1 for word, _what in told if word == "failed")
    wrong: list[str] = []
    try:
        if operation in ("make", "take"):
            wrong += _laptop(folder, [one for word, what in told if word == "laptop" for one in what], seen)
        with opened(folder) as book:
            wrong += [*_facts(book, operation, done, failed, seen), *_book(book)]
            if operation == "answer":
                wrong += _filling(book, done)
            if operation == "export":
                wrong += _batches(book, folder)
        wrong += _files(folder, done, seen)
        wrong += _new_books(folder, done)
    except RuhuError as error:
        return [f"{error.code}: {error.place.file if error.place else ''}"]
    except Exception as error:  # what is broken may break anything that reads it
        return [f"reading it fails: {type(error).__name__}"]
    return wrong


def _facts(book: Casebook, operation: str, done: list[dict[str, Any]], failed: int, seen: Seen) -> Iterator[str]:
    known = set(facts(book))
    promised = seen.facts | {identity for told in done for identity in told["facts"]}
    if missing := promised - known - (_put_away(book) if operation == "restore" else set()):
        yield f"{len(missing)} facts are lost"
    most = MOST.get(operation, 1)
    if operation == "export":  # a batch stands although its files could not be placed: they are handed out again
        most += failed
    promised |= seen.laptop if operation == "take" else set()
    told_of = set(facts(book, but="" if operation == "restore" else "restored"))  # a copied folder says that it is one
    if (unsaid := len(told_of - promised)) > most:
        yield f"{unsaid} facts are there that nobody was told of"
    if operation == "restore" and done and done[-1]["facts"][-1] not in known:
        yield "the restored book is not the one that stands"
    seen.facts = known


def _laptop(folder: Path, promised: list[str], seen: Seen) -> Iterator[str]:
    """What the laptop saved is there, and it can read every packet for it."""
    from casebook.store.packets.sealing import unseal

    with opened(folder, LAPTOP) as book:
        known = set(facts(book))
        if missing := (seen.laptop | set(promised)) - known:
            yield f"{len(missing)} facts of the laptop are lost"
        seen.laptop = known
        yield from (f"the laptop: {one}" for one in _book(book))
        for path in (folder / OUT).glob("*.packet"):
            try:
                unseal(book.whole, path.read_bytes(), path.name)
            except RuhuError as error:
                yield f"half a packet: {error.code}"


def _put_away(book: Casebook) -> set[str]:
    """The ids in the books that restores put away."""
    found: set[str] = set()
    for kept in kept_backups(book.folder):
        if kept.why == "replaced":
            with closing(connect(kept.path, key_of(kept.path))) as connection:
                found |= {str(row[0]) for row in connection.execute("SELECT id FROM envelope")}
    return found


def _book(book: Casebook) -> Iterator[str]:
    checks = examine(book)
    if not whole(checks):
        yield "doctor: " + ", ".join(check.name for check in checks if check.state == "bad")
    if left := leftovers(book.folder):
        yield f"{len(left)} files are left in tmp/ after the next start"


def _filling(book: Casebook, done: list[dict[str, Any]]) -> Iterator[str]:
    from survey_forms.interview import open_interview

    interview = open_interview(book, the_visit(book))
    if done and facts(book, but="restored")[-1] == done[-1]["facts"][-1] and digest(interview) != done[-1]["filling"]:
        yield "the form is not as it was shown"


def _batches(book: Casebook, folder: Path) -> Iterator[str]:
    """Numbers have no holes; each file out there is one of a batch's; the newest batch can be handed out again."""
    from exports.upload.batches import batch_files, batches
    from exports.upload.placing import hand_out

    rows = batches(book)
    if sorted(one.number for one in rows) != list(range(1, len(rows) + 1)):
        yield "the numbers of the batches have holes"
    if not rows:
        return
    held = {file.sha256 for row in rows for file in row.files}
    for path in (folder / OUT).glob("*/*.xlsx"):
        if _sha256(path) not in held:
            yield f"a {path.suffix} stands in the folder that is no batch's"
    newest = max(rows, key=lambda one: one.number)
    try:
        for path in hand_out(book, newest.id, folder / OUT / f"again{newest.number}"):
            if path.read_bytes() != dict(batch_files(book, newest.id))[path.name]:
                yield "a batch is not handed out as it was written"
    except RuhuError as error:
        yield f"the newest batch is not handed out: {error.code}"


def _files(folder: Path, done: list[dict[str, Any]], seen: Seen) -> Iterator[str]:
    """Promised files are there to the byte, all copies of the database are whole whoever made them."""
    for told in done:
        for name, sha256 in told.get("files", {}).items():
            path = folder / name
            if not path.exists() and "-import" in name:
                continue
            if not path.exists() or _sha256(path) != sha256:
                yield f"a promised {path.suffix} is not there, or not as it was written"
    for path in (*(folder / OUT).glob("*.db"), *(folder / BOOK / "backups").glob("*.db")):
        state = (path, path.stat().st_size, path.stat().st_mtime_ns)
        if state in seen.proven:
            continue
        try:
            with closing(connect(path, key_of(path), read_only=True)) as connection:
                if examined(connection, path.name).broken:
                    yield f"the trail of {path.name} is broken"
            seen.proven.add(state)
        except RuhuError as error:
            yield f"half a file: {path.name}: {error.code}"
    seen.temporary = sum(1 for _left in (folder / OUT).rglob(".ruhu-*.tmp"))


def _new_books(folder: Path, done: list[dict[str, Any]]) -> Iterator[str]:
    """A casebook that was made is there; where making it was broken off it can be made once more."""
    keyed = key_id_of(folder / BOOK / DATABASE) is not None
    promised = {name: ids for told in done for name, ids in told.get("made", {}).items()}
    for path in (folder / OUT).glob("*.ruhu"):
        name = f"{OUT}/{path.name}"
        try:
            with opened(folder / OUT, path.name) as book:
                there = facts(book, but="restored")
                if there != promised.pop(name, there):
                    yield "a new casebook lacks what was told of it"
                if not whole(checks := examine(book)):
                    yield "a new casebook: " + ", ".join(one.name for one in checks if one.state == "bad")
        except RuhuError as error:
            if name in promised or error.code not in ("not_finished", "not_a_casebook"):
                yield f"a new casebook does not open: {error.code}"
                continue
            with contextlib.suppress(RuhuError):  # its place may be taken, another name is not
                new_book(path, keyed).close()
    if promised:
        yield f"{len(promised)} new casebooks are lost"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
