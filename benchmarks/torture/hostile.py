"""Files that somebody made to break the program, or that broke on their way: every command that takes a file in.

    python -m benchmarks.torture.hostile [--files N] [--seed N] [--folder DIR] [--only KIND]

First the attacks that have a name (`hostile_attacks.py`): zip bombs, XML entities, paths out of the folder, formulas,
pipes and links, cells of megabytes, control characters for terminals. Then N mutants of sound files: lists in seven
formats, questionnaires, submissions, ODK's tables, upload formats, templates, the province's answers, lines of answers,
key files, invitations, packets, backups. Each is given to its command in a process of its own. Wrong is: a traceback or
the program's own fault, an end by a signal, an exit code or a stderr that is no refusal in a line, control characters
or identity numbers on stderr, a file outside the folder, more than 10 s of processor time, more memory than the process
that reads tables may take (2 GiB). Prints counts; exit 1 when something was wrong, which then stays in the folder. A
sample is in tests/test_hostile.py.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.torture.forked import Ended, load, ruhu
from benchmarks.torture.hostile_attacks import ATTACKS, Attack
from benchmarks.torture.hostile_files import PASSPHRASE, Sound, sound_files
from benchmarks.torture.mutants import (
    mutated_archive,
    mutated_book,
    mutated_json,
    mutated_text,
    mutated_xml_file,
    turned,
)
from benchmarks.torture.upload_files import mutated_format
from casebook.store.platform import READER_MEMORY

SECONDS = 10.0
MEMORY = READER_MEMORY + (64 << 20)
"""What the process that reads a foreign table may take; no other comes near it."""
_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_CONTROL_TOLD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MOST_LINES = 40
"""Of a refusal: a questionnaire's faults are told all at once, a line each."""


@dataclass(frozen=True, slots=True)
class Try:
    """A command to run in the folder that holds its file."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""


Make = Callable[[random.Random, Path, Sound], Try]


Runner = Callable[..., Ended]


@dataclass
class Found:
    """`run` runs a command as `forked.ruhu` does."""

    run: Runner = ruhu
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    largest: int = 0


def wrong_with(ended: Ended) -> str:
    """What is wrong with how a command ended; empty when nothing is."""
    told = ended.out + ended.err
    if ended.code < 0:
        return f"ended by signal {-ended.code} after {ended.waited:.0f} s"
    if "Traceback" in told or "程序内部出错" in told or ended.code not in (0, 1, 2, 3, 4):
        return f"a fault of ours, code {ended.code}"
    if ended.code >= 2 and not 1 <= len(ended.err.strip().splitlines()) <= _MOST_LINES:
        return f"code {ended.code} with {len(ended.err.splitlines())} lines"
    if found := _CONTROL.search(ended.out) or _CONTROL_TOLD.search(ended.err):
        return f"control character {found[0]!r} in what it says"
    if ended.code >= 2 and _NUMBER.search(ended.err):
        return "an identity number in a refusal"
    if ended.seconds > SECONDS:
        return f"{ended.seconds:.0f} s"
    if ended.memory > MEMORY:
        return f"{ended.memory >> 20} MB"
    return ""


def _list(name: str) -> Make:
    endings = {"roster": "xlsx", "registry": "xlsx", "csv": "csv", "csv_gb": "csv", "tsv": "txt"}

    def make(rng: random.Random, folder: Path, sound: Sound) -> Try:
        content = sound.files[name]
        if name in ("roster", "registry"):
            content = mutated_book(rng, content)
        elif name in ("csv", "csv_gb", "tsv") and rng.random() < 0.7:
            encoding = "gb18030" if name == "csv_gb" else "utf-8"
            text = mutated_text(rng, content.decode(encoding), "\t" if name == "tsv" else ",")
            content = text.encode(encoding, "replace")
        elif name in ("html", "xml2003"):
            content = mutated_xml_file(rng, content)
        else:
            content = turned(rng, content)
        path = folder / f"名单.{endings.get(name, 'xls')}"
        path.write_bytes(content)
        if rng.random() < 0.3 or not sound.book.exists():
            (folder / "花名册.xlsx").write_bytes(sound.files["roster"])
            return Try(("check", "花名册.xlsx", path.name, "-o", "疑点.xlsx"))
        side = rng.choice((("roster",), ("registry",), ("other", "--as", "deaths")))
        return Try(("import", *side, path.name, "--dry-run", "-c", str(sound.book)))

    return make


def _file(
    name: str, ending: str, mutate: Callable[[random.Random, bytes], bytes], *command: str, book: str = ""
) -> Make:
    """A command with the mutant as its file; `book` names the casebook it may change a copy of."""

    def make(rng: random.Random, folder: Path, sound: Sound) -> Try:
        (folder / f"f.{ending}").write_bytes(mutate(rng, sound.files[name]))
        if not book:
            return Try((*command, f"f.{ending}"))
        shutil.copytree(sound.folder / book, folder / "a.ruhu")
        return Try((*command, f"f.{ending}", "-c", "a.ruhu"))

    return make


def _submissions(rng: random.Random, folder: Path, sound: Sound) -> Try:
    which = rng.choice(("instance", "instances", "odk_csv", "folder"))
    if which == "folder":
        for number in range(2):
            (folder / "instances" / f"{number}").mkdir(parents=True)
            path = folder / "instances" / f"{number}" / f"{number}.xml"
            path.write_bytes(mutated_xml_file(rng, sound.files["instance"]))
        name = "instances"
    else:
        name = "f.xml" if which == "instance" else "f.zip"
        mutate = mutated_xml_file if which == "instance" else mutated_archive
        (folder / name).write_bytes(mutate(rng, sound.files[which]))
    return Try(("survey", "import", name, "--dry-run", "-c", str(sound.book)))


def _answers(rng: random.Random, folder: Path, sound: Sound) -> Try:
    lines = [
        b'{"ref": "/data/household/phone", "value": "13900001111"}',
        b'{"ref": "/data/member[1]/name", "value": "\xe7\x94\xb2"}',
        b'{"op": "add", "ref": "/data/member"}',
        b'{"op": "remark", "ref": "/data/member[1]/name", "value": "x"}',
    ]
    shutil.copytree(sound.book, folder / "a.ruhu")
    (folder / "f.jsonl").write_bytes(b"\n".join(mutated_json(rng, line) for line in lines))
    return Try(("survey", "fill", sound.visit, "--answers", "f.jsonl", "-c", "a.ruhu"))


def _format(rng: random.Random, folder: Path, sound: Sound) -> Try:
    text = mutated_format(rng).encode() if rng.random() < 0.6 else turned(rng, sound.files["format"])
    (folder / "f.toml").write_bytes(text)
    return Try(("formats", "check", "f.toml"))


def _keys(rng: random.Random, folder: Path, sound: Sound) -> Try:
    shutil.copytree(sound.keyed, folder / "a.ruhu")
    content = mutated_json(rng, sound.files["keys"])
    for path in (folder / "a.ruhu").rglob("*.keys"):
        path.write_bytes(content)
    return Try(("open", "a.ruhu", "--no-tui"), {"RUHU_PASSPHRASE": PASSPHRASE})


def _packet(rng: random.Random, folder: Path, sound: Sound) -> Try:
    shutil.copytree(sound.lap, folder / "a.ruhu")
    (folder / "f.packet").write_bytes(turned(rng, sound.files["packet"]))
    return Try(("packet", "take", "f.packet", "-c", "a.ruhu"), {"RUHU_USER": "乙"})


def _invitation(rng: random.Random, folder: Path, sound: Sound) -> Try:
    (folder / "f.invite").write_bytes(mutated_json(rng, sound.files["invite"]))
    return Try(("device", "join", "f.invite", "--plain", "-o", "f.answer"), {"RUHU_USER": "乙"})


def _accepting(rng: random.Random, folder: Path, sound: Sound) -> Try:
    shutil.copytree(sound.folder / "invited.ruhu", folder / "a.ruhu")
    (folder / "f.answer").write_bytes(mutated_json(rng, sound.files["answer"]))
    return Try(("device", "invite", "--answer", "f.answer", "--code", "123456", "-c", "a.ruhu"))


KINDS: dict[str, tuple[int, Make]] = {
    "list xlsx": (18, _list("roster")),
    "list registry": (8, _list("registry")),
    "list xls": (6, _list("xls")),
    "list csv": (8, _list("csv")),
    "list gb18030": (4, _list("csv_gb")),
    "list tsv": (3, _list("tsv")),
    "list html": (4, _list("html")),
    "list xml": (4, _list("xml2003")),
    "questionnaire": (6, _file("xlsform", "xlsx", mutated_book, "forms", "check")),
    "xform": (10, _file("xform", "xml", mutated_xml_file, "forms", "check")),
    "xform kept": (2, _file("xform", "xml", mutated_xml_file, "forms", "import", book="kept/demo.ruhu")),
    "submission": (12, _submissions),
    "answers": (3, _answers),
    "format": (4, _format),
    "template": (2, _file("template", "xlsx", mutated_book, "formats", "learn")),
    "feedback": (2, _file("template", "xlsx", mutated_book, "import", "feedback", book="kept/demo.ruhu")),
    "keys": (2, _keys),
    "packet": (2, _packet),
    "invitation": (1, _invitation),
    "answer": (1, _accepting),
    "backup": (1, _file("backup", "db", turned, "restore", book="kept/demo.ruhu")),
}
"""Every kind of file with how many of a hundred are of it."""


def try_mutants(found: Found, sound: Sound, folder: Path, files: int, seed: int, only: Container[str] = KINDS) -> None:
    """So many in all, shared out as `KINDS` says; each made of its own number, so that it can be made again."""
    kinds = {name: one for name, one in KINDS.items() if name in only}
    numbers = random.Random(seed)
    chosen = numbers.choices(list(kinds), [share for share, _make in kinds.values()], k=files)
    for number, name in enumerate(chosen):
        rng = random.Random(f"{seed} {number} {name}")
        place = folder / f"{number} {name}"
        place.mkdir(parents=True)
        one = kinds[name][1](rng, place, sound)
        _tried(found, name, place, one)


def try_attacks(found: Found, sound: Sound, folder: Path, attacks: Iterable[Attack] = ATTACKS) -> None:
    """Each by itself; what it must come to is its own."""
    for attack in attacks:
        place = folder / f"attack {attack.name}"
        place.mkdir(parents=True)
        attack.make(place, sound)
        arguments = tuple(one.replace("BOOK", str(sound.book)) for one in attack.arguments)
        ended = _tried(found, "attack", place, Try(arguments), attack.check)
        if attack.codes and ended.code not in attack.codes:
            found.wrong.append(f"attack {attack.name}: code {ended.code}: {ended.err.strip()[:200]}")


def _tried(found: Found, kind: str, place: Path, one: Try, check: Callable[[Path, Ended], str] | None = None) -> Ended:
    before = _names(place.parent)
    ended = found.run(one.arguments, place, environment=one.environment, stdin=one.stdin)
    wrong = wrong_with(ended) or (check(place, ended) if check is not None else "")
    if not wrong and any((place / "home" / "state" / "ruhu" / "log").glob("*")):
        wrong = "a fault was logged"
    if not wrong and _names(place.parent) != before:
        wrong = "something was written outside the folder"
    found.slowest, found.largest = max(found.slowest, ended.seconds), max(found.largest, ended.memory)
    outcome = "wrong" if wrong else "taken" if ended.code == 0 else "in part" if ended.code == 1 else "refused"
    found.counts[f"{kind:14} {outcome}"] += 1
    if wrong:
        found.wrong.append(f"{place.name}: {wrong}: ruhu {' '.join(one.arguments)}")
    else:
        shutil.rmtree(place)
    return ended


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="a folder that is not there yet")
    parser.add_argument("--only", choices=sorted(KINDS), default="")
    given = parser.parse_args(arguments)
    load()
    found = Found()
    with tempfile.TemporaryDirectory(prefix="ruhu-hostile-", ignore_cleanup_errors=True) as scratch:
        folder = given.folder or Path(scratch)
        (folder / "sound").mkdir(parents=True)
        sound = sound_files(folder / "sound")
        (folder / "tried").mkdir()
        if not given.only:
            try_attacks(found, sound, folder / "tried")
        try_mutants(found, sound, folder / "tried", given.files, given.seed, [given.only] if given.only else KINDS)
        for what, count in sorted(found.counts.items()):
            print(f"{what:26} {count:6,}")
        print(f"slowest {found.slowest:.1f} s of processor time, largest {found.largest >> 20} MB")
        for line in found.wrong:
            print("WRONG", line)
        if found.wrong and given.folder is None:
            print("run it with --folder to keep what went wrong")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
