"""Files that break readers: each is made, read or refused, and measured.

    python -m benchmarks.torture.tables [--only NAME] [--folder DIR]

Prints a table: what came out, seconds, the most memory of the reading process and of this one. Exits 1 when a case
came out otherwise than expected or the reading process took more than its 2 GiB. Each case runs in a process of its
own, so that the peaks are its own. Short samples of all cases are in tests/casebook/test_tables_*.py.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from casebook.errors import RuhuError
from casebook.store.platform import READER_MEMORY, peak_memory
from casebook.tables.read import read_table

ROOT = Path(__file__).resolve().parents[2]
TITLES = (
    "县 乡镇 行政村 自然村 户编号 人编号 姓名 性别 证件号码 人数 与户主关系 民族 文化程度 在校生状况 健康状况 劳动技能 "
    "务工状况 务工时间 是否参加大病医疗 脱贫属性 贫困户属性 主要致贫原因 危房户 饮水安全 人均纯收入 联系电话"
)
HEADER = TITLES.split()
LETTERS = [chr(65 + i) for i in range(26)]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def people(count: int) -> Iterable[list[str | float]]:
    """Invented persons as rows of 26 columns."""
    rng = random.Random(7)
    for i in range(count):
        name = "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(3))
        number = (
            f"990105{rng.randrange(1930, 2015)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{i % 10_000:04d}"
        )
        yield [
            *(
                "云禾区",
                "云丰镇",
                f"第{i % 97}村",
                "5组",
                f"51000{i // 3:010d}",
                f"51001{i:010d}",
                name,
                "男",
                number,
            ),
            *(
                3,
                "户主",
                "汉族",
                "初中",
                "非在校生",
                "健康",
                "普通劳动力",
                "",
                "8",
                "是",
                "已脱贫",
                "一般贫困户",
                "因学",
            ),
            *("否", "是", round(rng.random() * 9000, 2), f"139{i % 10**8:08d}"),
        ]


def row_xml(number: int, cells: Iterable[str | float]) -> str:
    parts = []
    for letter, value in zip(LETTERS, cells, strict=False):
        if isinstance(value, str):
            parts.append(f'<c r="{letter}{number}" t="inlineStr"><is><t>{value}</t></is></c>')
        else:
            parts.append(f'<c r="{letter}{number}"><v>{value}</v></c>')
    return f'<row r="{number}">{"".join(parts)}</row>'


def make_xlsx(
    path: Path,
    rows: Iterable[str],
    extra: Callable[[zipfile.ZipFile], None] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> None:
    override = '<Override PartName="/xl/%s.xml" ContentType="application/vnd.openxmlformats-officedocument.%s+xml"/>'
    with zipfile.ZipFile(path, "w", compression, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxml'
            f'formats-package.relationships+xml"/>{override % ("workbook", "spreadsheetml.sheet.main")}'
            f"{override % ('worksheets/sheet1', 'spreadsheetml.worksheet')}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{REL}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            out = io.TextIOWrapper(part, "utf-8", write_through=True)
            out.write(f'<worksheet xmlns="{MAIN}"><sheetData>')
            for row in rows:
                out.write(row)
            out.write("</sheetData></worksheet>")
            out.detach()
        if extra:
            extra(archive)


def list_of(count: int) -> Iterable[str]:
    yield row_xml(1, HEADER)
    for number, person in enumerate(people(count), 2):
        yield row_xml(number, person)


def blank_rows(path: Path) -> None:
    def rows() -> Iterable[str]:
        yield from list_of(4000)
        for number in range(4002, 1_004_002):
            yield f'<row r="{number}">' + "".join(f'<c r="{c}{number}" s="1"/>' for c in LETTERS) + "</row>"

    make_xlsx(path, rows())


def long_list(count: int) -> Callable[[Path], None]:
    return lambda path: make_xlsx(path, list_of(count))


def not_compressed(path: Path) -> None:
    make_xlsx(path, list_of(150_000), compression=zipfile.ZIP_STORED)


def pictures(path: Path) -> None:
    def extra(archive: zipfile.ZipFile) -> None:
        for i in range(100):
            archive.writestr(f"xl/media/image{i}.jpeg", random.Random(i).randbytes(2 * 1024**2))

    make_xlsx(path, list_of(4000), extra)


def merged_down(path: Path) -> None:
    def rows() -> Iterable[str]:
        yield row_xml(1, HEADER)
        for i, person in enumerate(people(100_000)):
            person[4] = person[4] if i % 3 == 0 else ""
            yield row_xml(i + 2, person)
        merges = "".join(f'<mergeCell ref="E{row}:E{row + 2}"/>' for row in range(2, 100_000, 3))
        yield f"</sheetData><mergeCells>{merges}</mergeCells><sheetData>"

    make_xlsx(path, rows())


def far_cell(path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    make_xlsx(path, [*list_of(10), far])


def bomb(path: Path) -> None:
    def extra(archive: zipfile.ZipFile) -> None:
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            for _ in range(946):
                part.write(b" " * 1024**2)

    make_xlsx(path, list_of(10), extra)


def text_list(count: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("w", encoding="gb18030", newline="") as file:
            file.write(",".join(HEADER) + "\r\n")
            for person in people(count):
                file.write(",".join(map(str, person)) + "\r\n")

    return write


CASES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "1,000,000 blank formatted rows": ("blank.xlsx", blank_rows, "4000 rows"),
    "100,000 rows": ("100k.xlsx", long_list(100_000), "100000 rows"),
    "300,000 rows": ("300k.xlsx", long_list(300_000), "300000 rows"),
    "310,000 rows, streamed": ("310k.xlsx", long_list(310_000), "310000 rows"),
    "xlsx of 200 MB, not compressed": ("200mb.xlsx", not_compressed, "150000 rows"),
    "xlsx of 200 MB, pictures": ("photos.xlsx", pictures, "4000 rows"),
    "100,000 rows, 33,333 merges": ("merged.xlsx", merged_down, "100000 rows"),
    "cell at XFD1048576": ("far.xlsx", far_cell, "too_wide"),
    "zip bomb": ("bomb.xlsx", bomb, "zip_bomb"),
    "text of 200 MB": ("200mb.csv", text_list(1_000_000), "1000000 rows"),
}


def measure(path: Path) -> dict[str, object]:
    """Read one file in this process; what came out, seconds, and peaks in MB."""
    start = time.perf_counter()
    try:
        table = read_table(path)
    except RuhuError as error:
        outcome, notices = error.code, []
    else:
        outcome, notices = f"{len(table.rows)} rows", sorted({notice.code for notice in table.notices})
        assert len(table.rows) + sum(line.count for line in table.skipped) == table.total_rows
    seconds = time.perf_counter() - start
    try:
        import resource

        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    except ImportError:
        child = 0
    return {
        "outcome": outcome,
        "notices": notices,
        "seconds": round(seconds, 2),
        "reader_mb": child,
        "here_mb": peak_memory() // 1024**2,
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return 0
    failed = 0
    print(f"{'':4}{'case':34}{'MB':>7}  {'outcome':14}{'seconds':>8}{'reader MB':>11}{'here MB':>9}  notices")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for name, (file, make, expected) in CASES.items():
            if options.only not in name:
                continue
            path = Path(folder) / file
            make(path)
            size = path.stat().st_size / 1024**2
            command = [sys.executable, "-m", "benchmarks.torture.tables", "--measure", str(path)]
            done = subprocess.run(command, capture_output=True, cwd=ROOT, encoding="utf-8", check=True)
            result = json.loads(done.stdout)
            good = result["outcome"] == expected and result["reader_mb"] * 1024**2 <= READER_MEMORY
            failed += not good
            numbers = f"{result['seconds']:8.2f}{result['reader_mb']:11}{result['here_mb']:9}"
            notices = " ".join(result["notices"])
            verdict = "ok" if good else "BAD"
            print(f"{verdict:4}{name:34}{size:7.1f}  {result['outcome']:14}{numbers}  {notices}", flush=True)
            path.unlink()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
