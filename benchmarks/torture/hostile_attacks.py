"""Attacks that have a name, each with what it must come to: refused, or taken without harm."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.forked import Ended
from benchmarks.torture.hostile_files import Sound
from benchmarks.torture.tables import HEADER, MAIN, make_xlsx, people, row_xml

SECRET = "SECRET-OF-ANOTHER-FILE"
"""Stands in a file that no input may bring into an output."""

_REFUSED = (3,)
_TOLD = (1, 2, 3)
_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)


@dataclass(frozen=True, slots=True)
class Attack:
    """`arguments` with BOOK for the casebook; `codes` one of which it must end with, empty for any; `check` looks at
    the folder and at what was said, and tells what is wrong."""

    name: str
    make: Callable[[Path, Sound], object]
    arguments: tuple[str, ...]
    codes: tuple[int, ...] = ()
    check: Callable[[Path, Ended], str] | None = None


def _outer(path: Path) -> str:
    """A file beside, which an external entity names."""
    secret = path / "secret.txt"
    secret.write_text(SECRET, "utf-8")
    return f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'


def _says_nothing(folder: Path, ended: Ended) -> str:
    """The secret is in nothing that was said or written."""
    written = b"".join(path.read_bytes() for path in folder.rglob("*.xlsx") if path.is_file())
    return "the secret came out" if SECRET in ended.out + ended.err or SECRET.encode() in written else ""


def _rewritten(content: bytes, change: Callable[[str, bytes], bytes], more: Mapping[str, bytes] | None = None) -> bytes:
    """A zip with its members changed, and some more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, part in (more or {}).items():
            target.writestr(name, part)
    return out.getvalue()


def _list_with(cell: str) -> Callable[[Path, Sound], object]:
    """A list of five, one of whose names is this cell."""

    def make(folder: Path, sound: Sound) -> None:
        rows = [row_xml(1, HEADER)]
        for number, person in enumerate(people(5), 2):
            if number == 3:
                person[6] = cell
            rows.append(row_xml(number, person))
        make_xlsx(folder / "f.xlsx", rows)
        (folder / "花名册.xlsx").write_bytes(sound.files["roster"])

    return make


def _bomb(folder: Path, _sound: Sound) -> None:
    rows = (f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"0" * 3000}</t></is></c></row>' for n in range(1, 60_000))
    make_xlsx(folder / "f.xlsx", rows)


def _many_members(folder: Path, sound: Sound) -> None:
    more = {f"xl/x{n}.xml": b"" for n in range(12_000)}
    (folder / "f.xlsx").write_bytes(_rewritten(sound.files["roster"], lambda _name, part: part, more))


def _far_cell(folder: Path, _sound: Sound) -> None:
    make_xlsx(folder / "f.xlsx", [row_xml(1, HEADER), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'])


def _entities_in(part_name: str) -> Callable[[Path, Sound], object]:
    def make(folder: Path, sound: Sound) -> None:
        head = _outer(folder).encode()

        def change(name: str, part: bytes) -> bytes:
            return part.replace(b"?>", b"?>" + head, 1) if name.endswith(part_name) else part

        (folder / "f.xlsx").write_bytes(_rewritten(sound.files["roster"], change))

    return make


def _xml(name: str, head: Callable[[Path], str], at: str, entity: str) -> Callable[[Path, Sound], object]:
    """A sound XML file with a document type before its root, and its entity at the end of the first such text."""

    def make(folder: Path, sound: Sound) -> None:
        text = sound.files[name].decode("utf-8")
        declaration, end, rest = text.partition("?>")
        body = rest if end else text
        ending = "xml" if name in ("xform", "instance") else "xls"
        changed = (declaration + end if end else "") + head(folder) + body.replace(at, f"{entity}{at}", 1)
        (folder / f"f.{ending}").write_text(changed, "utf-8")

    return make


def _zip_out(folder: Path, sound: Sound) -> None:
    names = ("../evil.xml", "/var/ruhu-evil.xml", "instances/../../evil.xml", "C:\\evil.xml", "a/" * 300 + "a.xml")
    with zipfile.ZipFile(folder / "f.zip", "w") as archive:
        for name in names:
            archive.writestr(name, sound.files["instance"])


def _links(folder: Path, sound: Sound) -> None:
    (folder / "secret.xml").write_text(f"<a>{SECRET}</a>", "utf-8")
    inside = folder / "instances" / "a"
    inside.mkdir(parents=True)
    (inside / "a.xml").symlink_to(folder / "secret.xml")
    (inside / "zero.xml").symlink_to("/dev/zero")
    (inside / "again").symlink_to(folder / "instances")
    os.mkfifo(inside / "pipe.xml")
    (inside / "sound.xml").write_bytes(sound.files["instance"])


def _pipe(name: str) -> Callable[[Path, Sound], object]:
    return lambda folder, _sound: os.mkfifo(folder / name)


def _endless(name: str) -> Callable[[Path, Sound], object]:
    return lambda folder, _sound: (folder / name).symlink_to("/dev/zero")


def _formulas_are_text(folder: Path, _ended: Ended) -> str:
    """In the workbook that was written no cell of ours is a formula."""
    import openpyxl

    path = folder / "疑点.xlsx"
    if not path.is_file():
        return "no workbook was written"
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    return f"a formula in {sheet.title}!{cell.coordinate}"
    with zipfile.ZipFile(path) as book:
        parts = [name for name in book.namelist() if "external" in name.lower()]
    return f"external links: {parts}" if parts else ""


def _external_link(folder: Path, sound: Sound) -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    more = {
        "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"><externalBook/></externalLink>'.encode(),
        "xl/externalLinks/_rels/externalLink1.xml.rels": (
            f'{head}<Relationship Id="rId1" Type="{relation}" Target="file:///x.invalid/a.xlsx" TargetMode="External"/>'
            "</Relationships>"
        ).encode(),
    }
    (folder / "f.xlsx").write_bytes(_rewritten(sound.files["registry"], lambda _name, part: part, more))
    (folder / "花名册.xlsx").write_bytes(sound.files["roster"])


def _xform_of(inner: str) -> Callable[[Path, Sound], object]:
    def make(folder: Path, sound: Sound) -> None:
        text = sound.files["xform"].decode("utf-8")
        (folder / "f.xml").write_text(text.replace("string-length(.) &lt; 20", inner, 1), "utf-8")

    return make


def _deep_xml(folder: Path, _sound: Sound) -> None:
    (folder / "f.xml").write_text("<a>" * 200_000 + "</a>" * 200_000, "utf-8")


def _csv(text: str, lost: int = 0) -> Callable[[Path, Sound], object]:
    content = text.encode()
    return lambda folder, _sound: (folder / "f.csv").write_bytes(content[: len(content) - lost])


_CHECK = ("check", "花名册.xlsx", "f.xlsx", "-o", "疑点.xlsx")
_IMPORT = ("import", "registry", "f.xlsx", "--dry-run", "-c", "BOOK")
_IMPORT_XLS = ("import", "registry", "f.xls", "--dry-run", "-c", "BOOK")
_IMPORT_CSV = ("import", "registry", "f.csv", "--dry-run", "-c", "BOOK")
_SUBMIT = ("survey", "import", "f.xml", "--dry-run", "-c", "BOOK")
_FORM = ("forms", "check", "f.xml")

ATTACKS = (
    Attack("zip bomb", _bomb, _IMPORT, _REFUSED),
    Attack("12,000 members", _many_members, _IMPORT, _REFUSED),
    Attack("a cell at XFD1048576", _far_cell, _IMPORT, _REFUSED),
    Attack("entity in workbook.xml", _entities_in("xl/workbook.xml"), _IMPORT, (), _says_nothing),
    Attack("entity in a sheet", _entities_in("sheet1.xml"), _IMPORT, (), _says_nothing),
    Attack("entity in shared strings", _entities_in("sharedStrings.xml"), _IMPORT, (), _says_nothing),
    Attack("entity in XML of 2003", _xml("xml2003", _outer, "</Data>", "&x;"), _IMPORT_XLS, (), _says_nothing),
    Attack("laughs in XML of 2003", _xml("xml2003", lambda _path: _LAUGHS, "</Data>", "&l9;"), _IMPORT_XLS, _TOLD),
    Attack("entity in a web page", _xml("html", _outer, "</td>", "&x;"), _IMPORT_XLS, (), _says_nothing),
    Attack("entity in a submission", _xml("instance", _outer, "</", "&x;"), _SUBMIT, (), _says_nothing),
    Attack("laughs in a submission", _xml("instance", lambda _path: _LAUGHS, "</", "&l9;"), _SUBMIT, _TOLD),
    Attack("entity in a questionnaire", _xml("xform", _outer, "</", "&x;"), _FORM, (), _says_nothing),
    Attack("laughs in a questionnaire", _xml("xform", lambda _path: _LAUGHS, "</", "&l9;"), _FORM, _TOLD),
    Attack("200,000 elements deep", _deep_xml, _FORM, _TOLD),
    Attack("200,000 elements deep, handed in", _deep_xml, _SUBMIT, _TOLD),
    Attack("an expression 3,000 brackets deep", _xform_of("(" * 3000 + "1" + ")" * 3000), _FORM, _TOLD),
    Attack("an expression of 20,000 terms", _xform_of("+".join("1" for _each in range(20_000))), _FORM),
    Attack("a pattern without end", _xform_of("regex(., '(a+)+$')"), _FORM),
    Attack("paths out of a zip", _zip_out, ("survey", "import", "f.zip", "--dry-run", "-c", "BOOK")),
    Attack("links and pipes", _links, ("survey", "import", "instances", "--dry-run", "-c", "BOOK"), (), _says_nothing),
    Attack("a pipe for a list", _pipe("f.xlsx"), _IMPORT, _REFUSED),
    Attack("a pipe for a questionnaire", _pipe("f.xml"), _FORM, _TOLD),
    Attack("a pipe for an XLSForm", _pipe("f.xlsx"), ("forms", "check", "f.xlsx"), _TOLD),
    Attack("a pipe for answers", _pipe("f.xml"), _SUBMIT, _TOLD),
    Attack("a pipe for a zip", _pipe("f.zip"), ("survey", "import", "f.zip", "--dry-run", "-c", "BOOK"), _TOLD),
    Attack("a pipe for a format", _pipe("f.toml"), ("formats", "check", "f.toml"), _TOLD),
    Attack("a pipe for a template", _pipe("f.xlsx"), ("formats", "learn", "f.xlsx"), _TOLD),
    Attack("a pipe for a backup", _pipe("f.db"), ("restore", "f.db", "-c", "n.ruhu"), _TOLD),
    Attack("a pipe for a packet", _pipe("f.packet"), ("packet", "take", "f.packet", "-c", "BOOK"), _TOLD),
    Attack("a pipe for an invitation", _pipe("f.invite"), ("device", "join", "f.invite"), _TOLD),
    Attack("a list without end", _endless("f.csv"), _IMPORT_CSV, _REFUSED),
    Attack("a questionnaire without end", _endless("f.xml"), _FORM, _TOLD),
    Attack("answers without end", _endless("f.xml"), _SUBMIT, _TOLD),
    Attack("a backup without end", _endless("f.db"), ("restore", "f.db", "-c", "n.ruhu"), _TOLD),
    Attack("a packet without end", _endless("f.packet"), ("packet", "take", "f.packet", "-c", "BOOK"), _TOLD),
    Attack("an invitation without end", _endless("f.invite"), ("device", "join", "f.invite"), _TOLD),
    Attack("a formula for a name", _list_with("=cmd|'/c calc'!A1"), _CHECK, (0,), _formulas_are_text),
    Attack("a name of 3 MB", _list_with("字" * 1_000_000), _CHECK),
    Attack("a name for a terminal", _list_with("\u202e甲_x001B_]0;乙_x0007_"), _CHECK, (0,), _formulas_are_text),
    Attack("external links", _external_link, _CHECK, (0,), _formulas_are_text),
    Attack("a line of 20 MB", _csv("姓名,证件号码\n" + "字" * 7_000_000), _IMPORT_CSV),
    Attack("100,000 columns", _csv("姓名,证件号码" + ",a" * 100_000 + "\n1,2\n"), _IMPORT_CSV),
    Attack("half a character", _csv("姓名,证", lost=1), _IMPORT_CSV),
)
