"""What the hostile inputs are made out of: a small invented county through everything, once, as `ruhu` leaves it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.forked import Ended, ruhu

PASSPHRASE = "山高水长又一村人家"
_XLSFORM = {
    "survey": (
        ("type", "name", "label", "required", "constraint", "relevant", "calculation"),
        ("text", "name", "姓名", "yes", "string-length(.) < 20", "", ""),
        ("integer", "age", "年龄", "", ". >= 0 and . < 120", "", ""),
        ("select_one yn", "ill", "有病吗", "yes", "", "${age} > 3", ""),
        ("begin repeat", "member", "成员", "", "", "", ""),
        ("select_multiple yn", "has", "哪些", "", "", "${ill} = 'y'", ""),
        ("calculate", "n", "", "", "", "", "count(${member}) + 1"),
        ("end repeat", "", "", "", "", "", ""),
        ("date", "day", "日期", "", ". <= today()", "", ""),
    ),
    "choices": (("list_name", "name", "label"), ("yn", "y", "是"), ("yn", "n", "否")),
    "settings": (("form_title", "form_id", "version"), ("小表", "small", "1")),
}


@dataclass(frozen=True, slots=True)
class Sound:
    """Whole files by what they are; `book` a plain casebook, `keyed` an encrypted one, `lap` another machine's; a
    visit of `book` that is not handed in."""

    folder: Path
    files: Mapping[str, bytes]
    visit: str

    @property
    def book(self) -> Path:
        return self.folder / "kept" / "demo.ruhu"

    @property
    def keyed(self) -> Path:
        return self.folder / "keyed.ruhu"

    @property
    def lap(self) -> Path:
        return self.folder / "lap.ruhu"


def little_files(folder: Path) -> Sound:
    """Those of them that need no casebook, made at once."""
    from casebook.sample.county import invent_county
    from casebook.sample.workbooks import write_county

    files = write_county(invent_county(30, 3), folder)
    content = _tables(files.roster.read_bytes(), files.registry.read_bytes()) | _forms(folder)
    content["format"] = (files_of_formats() / "sichuan_2016.toml").read_bytes()
    return Sound(folder, content, "")


def files_of_formats() -> Path:
    """Where the formats that we ship lie."""
    import exports.formats

    return Path(str(exports.formats.__file__)).parent


def sound_files(folder: Path, people: int = 200) -> Sound:
    """Make them, by commands alone. Raises AssertionError when a command does not work."""
    book = Path("kept", "demo.ruhu")

    def go(*arguments: object, **environment: str) -> Ended:
        ended = ruhu(arguments, folder, environment=environment)
        assert ended.code == 0, (arguments, ended.code, ended.err[-500:])
        return ended

    go("demo", "--people", people, "--no-tui", "--keep", "kept")
    go("survey", "export", "-o", "answers", "-c", book)
    go("survey", "export", "--format", "odk-csv", "-o", "answers.zip", "-c", book)
    go("backup", "-o", "b.db", "-c", book)
    go("formats", "list", "--save", "sichuan_2016", "-c", book)
    go("new", "keyed", RUHU_PASSPHRASE=PASSPHRASE)
    go("device", "invite", "lap1", "-o", "lap1.invite", "-c", book, "--account", "乙", "--role", "调查员")
    joined = go("device", "join", "lap1.invite", "-c", "lap.ruhu", "--plain", "-o", "lap1.answer", RUHU_USER="乙")
    (code,) = re.findall(r"^(\d{3}) ?(\d{3})$", joined.out, re.MULTILINE)
    packets = folder / "packets"
    packets.mkdir()
    shutil.copytree(folder / "kept" / "demo.ruhu", folder / "invited.ruhu")
    go("device", "invite", "--answer", "lap1.answer", "--code", "".join(code), "-c", book)
    go("packet", "make", "--to", "lap1", "-o", "packets", "-c", book)
    listed = go("survey", "list", "-c", book, "--limit", "0").out.splitlines()
    visit = next((line for line in listed if "待调查" in line or "草稿" in line), listed[0]).split()[0]
    return Sound(folder, dict(_contents(folder)), visit)


def _contents(folder: Path) -> dict[str, bytes]:
    kept = folder / "kept"
    instances = sorted((folder / "answers").rglob("*.xml"))
    tables = _tables((kept / "roster.xlsx").read_bytes(), (kept / "registry.xlsx").read_bytes())
    return (
        tables
        | _forms(folder)
        | {
            "instance": instances[0].read_bytes(),
            "instances": _zipped({f"instances/{path.parent.name}/{path.name}": path for path in instances[:3]}),
            "odk_csv": (folder / "answers.zip").read_bytes(),
            "format": (folder / "sichuan_2016.toml").read_bytes(),
            "template": next(iter(sorted((kept / "uploads").rglob("*.xlsx")))).read_bytes(),
            "keys": next(iter(sorted((folder / "keyed.ruhu" / "keys").glob("*.keys")))).read_bytes(),
            "invite": (folder / "lap1.invite").read_bytes(),
            "answer": (folder / "lap1.answer").read_bytes(),
            "packet": next(iter(sorted((folder / "packets").iterdir()))).read_bytes(),
            "backup": (folder / "b.db").read_bytes(),
        }
    )


def _tables(roster: bytes, registry: bytes) -> dict[str, bytes]:
    text = _as_text(roster)
    return {
        "roster": roster,
        "registry": registry,
        "xls": _xls(text),
        "csv": text.encode("utf-8-sig"),
        "csv_gb": text.encode("gb18030"),
        "tsv": text.replace(",", "\t").encode("utf-8"),
        "html": _html(text).encode("utf-8"),
        "xml2003": _xml2003(text).encode("utf-8"),
    }


def _forms(folder: Path) -> dict[str, bytes]:
    xlsform = _workbook(_XLSFORM)
    (folder / "small.xlsx").write_bytes(xlsform)
    return {"xlsform": xlsform, "xform": _xform(folder / "small.xlsx")}


def _as_text(content: bytes) -> str:
    from io import BytesIO

    import openpyxl

    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return "\n".join(",".join(cell.replace(",", "，") for cell in row) for row in rows[:60])


def _xls(text: str) -> bytes:
    from io import BytesIO

    import xlwt

    book, out = xlwt.Workbook(), BytesIO()
    sheet = book.add_sheet("名单")
    for number, line in enumerate(text.split("\n")):
        for column, cell in enumerate(line.split(",")):
            sheet.write(number, column, cell)
    book.save(out)
    return out.getvalue()


def _html(text: str) -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(','))}</tr>" for line in text.split("\n"))
    return f'<html><head><meta charset="utf-8"></head><body><table>{rows}</table></body></html>'


def _xml2003(text: str) -> str:
    cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    rows = "".join(f"<Row>{''.join(cell.format(one) for one in line.split(','))}</Row>" for line in text.split("\n"))
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="名单"><Table>'
        f"{rows}</Table></Worksheet></Workbook>"
    )


def _workbook(sheets: Mapping[str, tuple[tuple[str, ...], ...]]) -> bytes:
    from io import BytesIO

    import openpyxl

    book, out = openpyxl.Workbook(), BytesIO()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def _xform(path: Path) -> bytes:
    from survey_forms.xlsform import checked

    compiled, _definition = checked(path)
    return compiled.xml.encode()


def _zipped(files: Mapping[str, Path]) -> bytes:
    import zipfile
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.write(path, name)
    return out.getvalue()
