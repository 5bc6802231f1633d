"""Damaged files of the upload: formats, templates and feedback, each read, checked and used, or refused in one line.

    python -m benchmarks.torture.upload_files [--files N] [--seed N] [--folder DIR]

Of each of the three, N are made out of sound ones: bytes turned, parts cut off, lost, doubled or swapped, attributes
and values replaced by what no program writes. A format is checked and loaded; a template is learned, its format made,
and people are stamped into it; feedback is read against a batch of two people. Wrong is whatever raises anything but
RuhuError, takes more than ten seconds, names one of the people in an error, or makes a workbook that is no zip of
sound XML. Prints counts; exit 1 when something was wrong. A short sample in tests/exports/upload/test_upload_files.py.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, create_casebook
from exports.formats.blank import blank_workbook
from exports.formats.check import check_file
from exports.formats.format import Format, LoadedFormat
from exports.formats.load import built_in, load_format, parse_format
from exports.learning import format_of, learn
from exports.sheet_xml import StampedRow
from exports.stamping import SheetRows, stamp
from exports.upload.batches import SentRow, VisitSent, WrittenFile, append_batch
from exports.upload.feedback import read_feedback
from tui.all_views import VIEWS

SECONDS = 10.0
PEOPLE = (("欧阳慕遥", "990101198703220015"), ("司徒望舒", "990101195511310034"))
"""Nobody's: there is no region 99."""

_FORMAT = """name = "own"
title = "核查表"
version = "1"
sheet = "表"
header_rows = [2, 3]
first_row = 4
[[block]]
part = "disease"
repeat = "columns(2)"
header = "疾病{n}"
[[column]]
header = "姓名"
field = "person.name"
required = true
[[column]]
header = "证件号"
field = "person.id_number"
pattern = "[0-9]{17}[0-9X]"
[[column]]
header = "性别"
field = "person.sex"
write = "code"
values = ["1 男", "2 女"]
[[column]]
block = "disease"
header = "病名"
field = "disease.name"
required_when = { "disease.outcome" = ["1"] }
"""
_VALUES = (
    '0', '-1', '1048576', '99999999999999999999', '9' * 5000, '1e400', 'nan', 'true', '[]', '{}', '[[]]', '[3, 2]',
    '""', '"\\u0000"', '"\\uffff"', '"a\\nb"', '"../../x"', '"/etc/passwd"', '"{0}"', '"{county.__class__}"', '"{"',
    '"XFE"', '"XFD"', '"ß"', '1979-05-27', '07:32:00', '"(a+)+$"', '"(?P<x"', '"a{99999999999}"', f'"{"(" * 2000}"',
    f'"{"x" * 40000}"', '"columns(99)"', '"rows"', '"sum"', '"both"', '"cost.total"', '["1 男", "1 男"]',
    '"=cmd|1"', '"_x0041_"', '"[x]"', '{ a = 1 }', f'{"[" * 3000}',
)  # fmt: skip
_KEYS = (
    "name", "sheet", "header_rows", "first_row", "split", "most_rows", "file_name", "encoding", "template", "signers",
    "header", "field", "at", "block", "nth", "write", "values", "required", "required_when", "length", "pattern",
    "date", "cell", "constant", "width", "part", "repeat", "__class__", "titles", "sum", "only", "constants",
)  # fmt: skip
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_TAG = re.compile(rb"<[^>]*>")
_WRITTEN = (
    b"", b"0", b"-1", b"99999999999999999999", b"XFD1048576", b"XFE1", b"A0", b"A1:XFD1048576", b"s", b"inlineStr",
    b"1e999", b"&#x0;", b"true", b"../../../etc/passwd", b"xl/worksheets/sheet1.xml", b"#REF!", b"rId1", b"x" * 70_000,
)  # fmt: skip
_PARTS = (
    b"", b"<", b"<a/>", b"\xff\xfe<\x00a\x00", b"\x00" * 500, b'<?xml version="1.0" encoding="x"?><a/>',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "aaaaaaaa"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
)  # fmt: skip


@dataclass
class Torture:
    rng: random.Random
    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def tried(self, kind: str, file: Path, use: Callable[[], object]) -> None:
        """Use a file, and note what became of it."""
        begun = time.perf_counter()
        try:
            use()
            outcome = "used"
        except RuhuError as error:
            outcome = "refused"
            told = f"{error.what} {error.remedy}"
            if not error.what or "\n" in told or any(one in told for person in PEOPLE for one in person):
                self.wrong.append(f"{kind} {file.name}: says {error.code} badly")
        except Exception as error:  # that is what is looked for
            outcome = "failed"
            self.wrong.append(f"{kind} {file.name}: {type(error).__name__}")
        seconds = time.perf_counter() - begun
        self.slowest = max(self.slowest, seconds)
        if seconds > SECONDS:
            self.wrong.append(f"{kind} {file.name}: {seconds:.0f} s")
        self.counts[f"{kind} {outcome}"] += 1
        if not self.wrong or file.name not in self.wrong[-1]:
            file.unlink()


def mutated_format(rng: random.Random) -> str:
    """A format file with a few lines that are wrong."""
    lines = _FORMAT.split("\n")
    for _each in range(rng.choice((1, 1, 2, 6))):
        at, what = rng.randrange(len(lines)), rng.random()
        if what < 0.5:
            at = rng.choice([n for n, line in enumerate(lines) if "=" in line] or [at])
            lines[at] = f"{lines[at].partition('=')[0]}= {rng.choice(_VALUES)}"
        elif what < 0.8:
            lines.insert(at, f"{rng.choice(_KEYS)} = {rng.choice(_VALUES)}")
        elif what < 0.9:
            lines[at:at] = lines[max(0, at - 6) : at]
        else:
            lines[at] = "".join(rng.choice(("[", "\x00", '"', "#", "}", one)) for one in lines[at])
    return "\n".join(lines)


def mutated_workbook(rng: random.Random, content: bytes) -> bytes:
    """A workbook with bytes, parts or XML that are wrong."""
    what = rng.random()
    if what < 0.2:
        turned = bytearray(content)
        for _each in range(rng.choice((1, 8, 64))):
            turned[rng.randrange(len(turned))] ^= 1 << rng.randrange(8)
        return bytes(turned)
    if what < 0.3:
        return content[: rng.randrange(len(content))]
    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = [(name, book.read(name)) for name in book.namelist()]
    at = rng.randrange(len(parts))
    name, part = parts[at]
    if what < 0.4:
        del parts[at]
    elif what < 0.5:
        parts[at] = (name, rng.choice(_PARTS))
    elif what < 0.55:
        parts[at] = (f"../{name}", part)
    else:
        for _each in range(rng.choice((1, 2, 5))):
            part = mutated_xml(rng, part)
        parts[at] = (name, part)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts:
            book.writestr(name, part)
    return out.getvalue()


def mutated_xml(rng: random.Random, part: bytes) -> bytes:
    tags, attributes = list(_TAG.finditer(part)), list(_ATTRIBUTE.finditer(part))
    if attributes and rng.random() < 0.6:
        found = rng.choice(attributes)
        return part[: found.start(2)] + rng.choice(_WRITTEN) + part[found.end(2) :]
    if not tags:
        return part
    tag, other = rng.choice(tags), rng.choice(tags)
    return part[: tag.start()] + rng.choice((b"", other[0], tag[0] * 2)) + part[tag.end() :]


def try_formats(torture: Torture, files: int) -> None:
    for n in range(files):
        path = torture.folder / f"{n}.toml"
        path.write_text(mutated_format(torture.rng), encoding="utf-8")

        def use(path: Path = path) -> None:
            check_file(path)
            _stamped(load_format(path))

        torture.tried("format", path, use)


def try_templates(torture: Torture, files: int) -> None:
    formats = (parse_format(_FORMAT, b"", "own.toml", "file"), built_in()[0])
    sound = [blank_workbook(one.format, ("", "", "")) for one in formats]
    for n in range(files):
        path = torture.folder / f"{n}.xlsx"
        path.write_bytes(mutated_workbook(torture.rng, torture.rng.choice(sound)))

        def use(path: Path = path) -> None:
            learned = learn(path)
            _stamped(LoadedFormat(format_of(learned), "", learned.template, "0" * 64, "file"))

        torture.tried("template", path, use)


def _stamped(loaded: LoadedFormat) -> None:
    """Two people written by a format; the workbook's parts are looked at. Raises RuhuError."""
    format, out = loaded.format, BytesIO()
    rows = [StampedRow(list(person)) for person in PEOPLE]
    template = loaded.template or blank_workbook(format, ("", "", ""))
    stamp(template, {format.sheet: SheetRows(format.first_row, rows, below="kept")}, out)
    with zipfile.ZipFile(out) as book:
        for name in book.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(book.read(name))


def sent_book(folder: Path) -> tuple[Casebook, bytes]:
    """A casebook with a batch of two people, and the workbook that was handed in."""
    loaded = parse_format(_FORMAT, b"", "own.toml", "file")
    format: Format = loaded.format
    out = BytesIO()
    rows = [StampedRow(list(person)) for person in PEOPLE]
    blank = blank_workbook(format, ("", "", ""))
    stamp(blank, {format.sheet: SheetRows(format.first_row, rows, below="kept")}, out)
    book = create_casebook(folder / "县.ruhu", name="县", author="甲", views=VIEWS)
    sent = [
        SentRow(0, format.first_row + n, f"k{n}", "", (), "v", "s", "d", name, number)
        for n, (name, number) in enumerate(PEOPLE)
    ]
    with book.writing() as writing:
        append_batch(
            writing, number=1, loaded=loaded, files=[WrittenFile("表.xlsx", out.getvalue(), 2)], rows=sent,
            visits=[VisitSent("v", "s", ("k0", "k1"))],
        )  # fmt: skip
    return book, out.getvalue()


def try_feedback(torture: Torture, files: int) -> None:
    from openpyxl import Workbook

    book, ours = sent_book(torture.folder)
    errors = Workbook()
    errors.active.append(["姓名", "证件号", "错误说明"])
    for name, number in PEOPLE:
        errors.active.append([name, number, "证件号与公安信息不一致"])
    out = BytesIO()
    errors.save(out)
    with book:
        for n in range(files):
            path = torture.folder / f"{n}.xlsx"
            path.write_bytes(mutated_workbook(torture.rng, torture.rng.choice((ours, out.getvalue()))))

            def use(path: Path = path) -> None:
                read_feedback(book, path)

            torture.tried("feedback", path, use)


def torture(folder: Path, formats: int, templates: int, feedback: int, seed: int) -> Torture:
    """So many of each; those that came out wrong stay in the folder."""
    done = Torture(random.Random(seed), folder)
    for kind, files in ((try_formats, formats), (try_templates, templates), (try_feedback, feedback)):
        place = folder / kind.__name__
        place.mkdir(parents=True, exist_ok=True)
        done.folder = place
        kind(done, files)
    return done


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = torture(given.folder or Path(folder), given.files, given.files, given.files, given.seed)
    for what, count in sorted(done.counts.items()):
        print(f"{what:20} {count:6,}")
    print(f"slowest {done.slowest:.1f} s")
    for line in done.wrong:
        print("WRONG", line)
    return 1 if done.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
