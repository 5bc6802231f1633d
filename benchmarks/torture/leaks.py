"""What `ruhu` leaves behind besides the casebook and the files it was asked for must tell nothing of anybody.

    python -m benchmarks.torture.leaks [--faults N] [--kills N] [--screens N] [--seed N] [--folder DIR]

An invented county goes through every command. Everybody's names, numbers, phones and addresses are the secrets, and a
planted illness. Then the same commands again, each with a fault raised at a random call somewhere inside, whose message
and whose frames hold a person's data, and again killed at a random moment; then the screens in a terminal, walked
through by keys, with faults too. Looked through for secrets: stderr; the state folder with logs and settings; the
folder for temporary files, with those that were removed again; every file that a command opened for writing outside the
casebook and the file it was asked for; what a terminal keeps after the interface (titles, clipboard, the screen under
it); examples in docs and help, which go into the shell's history. A core limit above 0 is a leak, and so is a fault
that is not told in one line, or a command that hangs. Prints counts; exit 1 when something leaked. A sample is in
tests/test_leaks.py.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.torture.faulty import Watched, on_a_terminal, watched
from benchmarks.torture.forked import load

ROOT = Path(__file__).resolve().parents[2]
PEOPLE, SEED = 200, 1
ILLNESS = "亨廷顿舞蹈病合并妊娠"
"""Nobody has it; it stands in every row's remark."""

_KEYS = (
    b"\x1bOR",
    b"\x1bOS",
    b"\x1b[15~",
    b"\x1b[18~",
    b"\x1b[19~",
    b"\x1b[20~",
    b"\x0c",
    b"\x1bOQ",
    b"\r",
    b"\x1b[B",
    b"j",
    b"1",
)
_OSC = re.compile(rb"\x1b[\]P^_X]([^\x07\x1b]*)")
_LEFT = re.compile(rb"\x1b\[\?1049l")


@dataclass
class Leaks:
    counts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Texts that tell of a person: three characters and more, so that none stands anywhere by chance."""

    texts: tuple[str, ...]

    def within(self, content: bytes) -> str:
        """The first of them in bytes of UTF-8, UTF-16 or as JSON or repr escape it; empty for none."""
        for encoding in ("utf-8", "utf-16-le", "gb18030", "unicode_escape"):
            text = content.decode(encoding, "replace") if encoding != "unicode_escape" else _unescaped(content)
            if found := _any_of(self.texts).search(text):
                return found[0]
        return ""


@cache
def _any_of(texts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, texts)))


def _unescaped(content: bytes) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), content.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Step:
    """A command, the files and folders it is asked to write, and whether its stdout shows people by design."""

    arguments: tuple[str, ...]
    asked: tuple[str, ...] = ()
    shows: bool = False


def steps() -> tuple[Step, ...]:
    """Every command that touches people, in an order in which each finds what it needs; `demo` leaves a casebook in
    which visits were made and handed in."""
    book, demo = ("-c", "a.ruhu"), ("-c", "kept/demo.ruhu")
    return (
        Step(("check", "roster.xlsx", "registry.xlsx", "-o", "f.xlsx", "--links", "l.csv"), ("f.xlsx", "l.csv")),
        Step(("new", "a", "--plain"), ("a.ruhu",)),
        Step(("import", "roster", "roster.xlsx", *book)),
        Step(("import", "registry", "registry.xlsx", *book)),
        Step(("audit", "run", *book)),
        Step(("audit", "findings", *book), shows=True),
        Step(("audit", "findings", "-o", "g.xlsx", *book), ("g.xlsx",)),
        Step(("audit", "links", "-o", "m.csv", *book), ("m.csv",)),
        Step(("audit", "decide", "--from", "g.xlsx", *book), shows=True),
        Step(("demo", "--people", str(PEOPLE), "--seed", str(SEED), "--no-tui", "--keep", "kept"), ("kept",)),
        Step(("forms", "import", "--built-in", *book)),
        Step(("survey", "plan", "--which", "asks", *book), shows=True),
        Step(("survey", "list", *demo), shows=True),
        Step(("survey", "print", "-o", "p.xlsx", *demo), ("p.xlsx",)),
        Step(("survey", "export", "-o", "answers", *demo), ("answers",)),
        Step(("survey", "export", "-o", "answers.zip", "--format", "odk-csv", *demo), ("answers.zip",)),
        Step(("survey", "export", "-o", "answers.xlsx", "--format", "xlsx", *demo), ("answers.xlsx",)),
        Step(("survey", "import", "answers", *demo)),
        Step(("export", "sichuan_2016", "--all", "-o", "up", *demo), ("up",), shows=True),
        Step(("batch", "list", *demo)),
        Step(("formats", "learn", "registry.xlsx", "-o", "t.toml"), ("t.toml",), shows=True),
        Step(("log", "list", *demo), shows=True),
        Step(("log", "export", "-o", "log.xlsx", *demo), ("log.xlsx",)),
        Step(("log", "verify", *book)),
        Step(("backup", "-o", "b.db", *book), ("b.db",)),
        Step(("restore", "b.db", *book)),
        Step(("doctor", *book)),
        Step(("open", "a.ruhu", "--no-tui")),
    )  # fmt: skip


def prepared(folder: Path, people: int = PEOPLE) -> Secrets:
    """Two lists of an invented county, with the planted illness in a column of its own; what in them is secret."""
    import openpyxl

    from casebook.sample.county import invent_county
    from casebook.sample.workbooks import write_county

    county = invent_county(people, SEED)
    texts: set[str] = {ILLNESS}
    for path in write_county(county, folder)[:2]:
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        last = sheet.max_column + 1
        for row in sheet.iter_rows(min_row=1):
            texts |= {str(cell.value) for cell in row if _is_secret(cell.value)}
            if any(_is_secret(cell.value) for cell in row):
                sheet.cell(row[0].row, last).value = ILLNESS
        book.save(path)
    texts |= {person.name for person in county.people if len(person.name) > 2}
    return Secrets(tuple(sorted(texts)))


def _is_secret(value: object) -> bool:
    return bool(re.fullmatch(r"\d{11}|\d{14,20}|\d{17}[\dXx]", str(value)))


def walk(leaks: Leaks, folder: Path, secrets: Secrets, all_steps: Sequence[Step]) -> None:
    """Every command as it is meant to be used."""
    for step in all_steps:
        seen = watched(step.arguments, folder)
        leaks.counts[f"commands, code {seen.code}"] += 1
        if seen.code not in (0, 1):
            print(f"ruhu {' '.join(step.arguments)}: {seen.err.strip()}", file=sys.stderr)
        _look(leaks, folder, secrets, step, seen, "in use")


def break_in(leaks: Leaks, folder: Path, secrets: Secrets, all_steps: Sequence[Step], faults: int, seed: int) -> None:
    """So many faults, each at a random call of our own code inside a random command."""
    rng = random.Random(seed)
    for number in range(faults):
        step = rng.choice(all_steps)
        at = int(10 ** rng.uniform(0.3, 4.6))
        data = f"{ILLNESS} {rng.choice(secrets.texts)}"
        seen = watched(step.arguments, folder, fault_at=at, data=data)
        leaks.counts["faults, told" if seen.raised and seen.code == 3 else "faults, other"] += 1
        if seen.code == -9:
            leaks.found.append(f"fault {number} {step.arguments[:2]} at {at}: hangs")
        if "Traceback" in seen.err or (seen.code == 3 and len(seen.err.strip().splitlines()) > 3):
            leaks.found.append(f"fault {number} {step.arguments[:2]} at {at}: not one line")
        _look(leaks, folder, secrets, step, seen, f"fault {number} at call {at}")


def kill(leaks: Leaks, folder: Path, secrets: Secrets, all_steps: Sequence[Step], kills: int, seed: int) -> None:
    """So many commands killed at a random moment: what lies about then."""
    rng = random.Random(seed)
    for number in range(kills):
        step = rng.choice(all_steps)
        seen = watched(step.arguments, folder, kill_after=rng.uniform(0.005, 0.5))
        leaks.counts["killed" if seen.code < 0 else "ended before the kill"] += 1
        _look(leaks, folder, secrets, step, seen, f"kill {number}")


def show(leaks: Leaks, folder: Path, secrets: Secrets, screens: int, seed: int) -> None:
    """So many walks through the interface, half of them with a fault."""
    rng = random.Random(seed)
    for number in range(screens):
        keys = [rng.choice(_KEYS) for _key in range(rng.randint(3, 12))]
        at = int(10 ** rng.uniform(2.5, 5.2)) if number % 2 else 0
        data = f"{ILLNESS} {rng.choice(secrets.texts)}"
        seen, drawn = on_a_terminal(("open", "kept/demo.ruhu"), folder, keys, fault_at=at, data=data)
        leaks.counts[f"screens, {'fault' if seen.raised else 'no fault'}, code {seen.code}"] += 1
        step = Step(("open", "kept/demo.ruhu"))
        _look(leaks, folder, secrets, step, seen, f"screen {number}")
        for told in _OSC.findall(drawn):
            if secret := secrets.within(told):
                leaks.found.append(f"screen {number}: a title or the clipboard was told {secret[:1]}…")
        if seen.code < 0:  # too slow for this machine and killed: nobody can clear a screen after that
            continue
        kept = _LEFT.split(drawn)[-1] if _LEFT.search(drawn) else drawn
        if secret := secrets.within(kept):
            leaks.found.append(f"screen {number}: the terminal keeps {secret[:1]}… after the end")


def _look(leaks: Leaks, folder: Path, secrets: Secrets, step: Step, seen: Watched, what: str) -> None:
    """Everything that a command left, but for the casebook, the lists, and what was asked for by any step."""
    places = [("stderr", seen.err.encode())]
    places += [] if step.shows else [("stdout", seen.out.encode())]
    asked = {folder / name for one in steps() for name in one.asked} | {
        folder / "roster.xlsx",
        folder / "registry.xlsx",
    }
    asked |= {folder / "truth.csv"}
    if step.arguments[0] == "demo":  # people who never were, and openpyxl's own files of their lists
        asked.add(folder / "home" / "removed")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(one == path or one in path.parents for one in asked):
            places.append((str(path.relative_to(folder)), path.name.encode() + b"\n" + path.read_bytes()))
    for path in seen.written:
        if not path.is_relative_to(folder) and not path.is_relative_to("/dev"):
            leaks.found.append(f"{what} {step.arguments[:2]}: wrote {path}")
    for name, content in places:
        if secret := secrets.within(content):
            leaks.found.append(f"{what} {step.arguments[:2]}: {name} holds {secret[:1]}…")
    for path in (folder / "home" / "removed").iterdir():
        path.unlink()
    if seen.core_limit:
        leaks.found.append(f"{what} {step.arguments[:2]}: an image of memory may be written")
    leaks.counts["places looked at"] += len(places)


_EXAMPLE = re.compile(r"^\s*(?:\$ )?ruhu .*$", re.MULTILINE)
_TELLS = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")


def examples() -> Iterable[tuple[str, str]]:
    """Every command line shown in docs and help, with where it stands."""
    from tui.commands.app import command

    for path in (*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))):
        for found in _EXAMPLE.findall(path.read_text("utf-8")):
            yield path.name, found
    waiting = [("", command())]
    while waiting:
        name, one = waiting.pop()
        for line in (getattr(one, "epilog", "") or "").splitlines():
            yield f"ruhu {name} --help", line
        waiting += [(f"{name} {inner}".strip(), made) for inner, made in getattr(one, "commands", {}).items()]


def history(leaks: Leaks) -> None:
    """What people type after the docs stays in the shell's history."""
    for where, line in examples():
        leaks.counts["examples"] += 1
        if _TELLS.search(line):
            leaks.found.append(f"{where}: an example has a person's number: {line.strip()[:40]}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--screens", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="a folder that is not there yet")
    given = parser.parse_args(arguments)
    load()
    leaks = Leaks()
    with tempfile.TemporaryDirectory(prefix="ruhu-leaks-", ignore_cleanup_errors=True) as scratch:
        folder = (given.folder or Path(scratch)).resolve()
        folder.mkdir(exist_ok=True)
        secrets = prepared(folder)
        history(leaks)
        walk(leaks, folder, secrets, steps())
        show(leaks, folder, secrets, given.screens, given.seed)
        break_in(leaks, folder, secrets, steps(), given.faults, given.seed)
        kill(leaks, folder, secrets, steps(), given.kills, given.seed)
    for what, count in sorted(leaks.counts.items()):
        print(f"{what:32} {count:7,}")
    print(f"{len(secrets.texts):,} secrets, {len(leaks.found)} leaks")
    for line in leaks.found:
        print("LEAK", line)
    return 1 if leaks.found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
