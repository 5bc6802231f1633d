"""Writes the two lists of an invented county as offices hand them in, and the truth about them.

The roster looks like an export of the platform: two lines above the header, 28 columns (domain B1, 2017-18). The
registry is a township clerk's: titles, line breaks in the header, subtotals, the header again, blank rows, numbers
kept as numbers, a line for signatures.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

from casebook.sample.people import County, Listed
from casebook.sample.scoring import TRUTH_COLUMNS, TruthRow

Cells = Sequence[str | float | None]
Format = Literal["xlsx", "csv"]

ROSTER_HEADER = (
    "序号", "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数",
    "与户主关系", "民族", "文化程度", "在校生状况", "健康状况", "劳动技能", "务工状况", "务工时间（月）",
    "参加大病医疗", "脱贫属性", "脱贫年度", "贫困户属性", "主要致贫原因", "危房户", "饮水安全", "饮水困难",
    "人均纯收入", "联系电话",
)  # fmt: skip
REGISTRY_HEADER = (
    "序号", "姓名", "性别", "公民身份\n号码", "乡（镇）", "村", "户编号", "人编号", "与户主\n关系", "家庭\n人口数",
    "疾病名称", "联系\n电话", "备注",
)  # fmt: skip
_MEASURED = 300
"""Lines that tell how wide a column is."""
_CODE_COLUMNS = ("户编号", "人编号")


class CountyFiles(NamedTuple):
    """The files of a county."""

    roster: Path
    registry: Path
    truth: Path


def write_county(
    county: County, folder: Path, *, registry_format: Format = "xlsx", roster_format: Format = "xlsx"
) -> CountyFiles:
    """Write `roster`, `registry` and `truth.csv` into `folder`, which is made if need be.

    A csv is GB18030, as the spreadsheet program of an office writes it; it holds up to any number of people.
    """
    folder.mkdir(parents=True, exist_ok=True)
    roster, roster_rows = _numbered(_roster_lines(county))
    registry, registry_rows = _numbered(_registry_lines(county))
    files = CountyFiles(
        folder / f"roster.{roster_format}", folder / f"registry.{registry_format}", folder / "truth.csv"
    )
    _write(files.roster, roster)
    _write(files.registry, registry)
    with files.truth.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH_COLUMNS)
        for row in truth_rows(county, roster_rows, registry_rows):
            writer.writerow(
                (row.registry_row, row.roster_row, ";".join(row.kinds), ";".join(row.tags), row.uid, row.hid)
            )
    return files


def truth_rows(county: County, roster_rows: Sequence[int], registry_rows: Sequence[int]) -> Iterator[TruthRow]:
    """The truth, person by person; the sequences hold the sheet row of each row of the county's lists."""
    roster: dict[int, list[tuple[int, Listed]]] = {}
    registry: dict[int, list[tuple[int, Listed]]] = {}
    for listed, numbers, table in ((county.roster, roster_rows, roster), (county.registry, registry_rows, registry)):
        for row, number in zip(listed, numbers, strict=True):
            table.setdefault(row.person.uid, []).append((number, row))
    for person in county.people:
        uid, hid = str(person.uid + 1), str(person.household + 1)
        tags = dict.fromkeys(person.tags)
        if county.villages[county.households[person.household].village].alias:
            tags["village_alias"] = None
        here, there = registry.get(person.uid, []), roster.get(person.uid, [])
        for number, row in here:
            for other_number, other in there:
                yield TruthRow(number, other_number, _pair_kinds(row, other), tuple(tags), uid, hid)
        if not there or not here:
            kinds = (county.absent.get(person.uid, "out_of_scope"),)
            for number, _ in here:
                yield TruthRow(number, None, kinds, tuple(tags), uid, hid)
            for number, _ in there:
                yield TruthRow(None, number, kinds, tuple(tags), uid, hid)


def _pair_kinds(registry: Listed, roster: Listed) -> tuple[str, ...]:
    kinds = {*registry.kinds, *roster.kinds}
    if registry.size != roster.size and not (registry.copied or roster.copied):
        kinds.add("hh_size")
    return tuple(sorted(kinds))


def _numbered(lines: Iterable[tuple[Cells, bool]]) -> tuple[list[Cells], list[int]]:
    """All lines of a sheet, and the 1-based sheet rows of those that are a person's."""
    cells: list[Cells] = []
    rows: list[int] = []
    for line, person in lines:
        cells.append(line)
        if person:
            rows.append(len(cells))
    return cells, rows


def _roster_lines(county: County) -> Iterator[tuple[Cells, bool]]:
    yield ("建档立卡贫困人口信息导出表（虚构数据）",), False
    yield (f"导出范围：{'、'.join(county.names[:3])}    数据日期：2016-06-20",), False
    yield ROSTER_HEADER, False
    numeric = Random(county.seed + 1).choice(county.townships)
    for serial, row in enumerate(county.roster, start=1):
        person = row.person
        home = county.households[person.household]
        as_number = row.township == numeric
        yield (
            serial, row.county, row.township, row.village, home.hamlet,
            _cell(row.household_code, as_number), row.person_code, row.name, row.number, row.size, row.relation,
            person.nationality, person.education, person.schooling, person.health, person.labour, person.work,
            person.months, "是" if (person.uid + home.hid) % 37 else "否", home.lifted, home.lifted_year,
            home.household_class, home.cause, home.unsafe_house, home.safe_water, home.water_shortage, home.income,
            _cell(row.phone, as_number),
        ), True  # fmt: skip


def _registry_lines(county: County) -> Iterator[tuple[Cells, bool]]:
    rng = Random(county.seed + 2)
    header = tuple(title for title in REGISTRY_HEADER if county.codes or title not in _CODE_COLUMNS)
    kept = [i for i, title in enumerate(REGISTRY_HEADER) if title in header]
    yield (_TITLES[county.scope],), False
    yield (f"填报单位：{county.names[0]}卫生和计划生育局      填报日期：2016年6月27日",), False
    yield header, False
    serial = 0
    again = True
    for township, rows in groupby(county.registry, key=lambda row: row.township):
        listed = list(rows)
        codes_as_numbers, phones_as_numbers = rng.random() < 0.3, rng.random() < 0.5
        for row in listed:
            serial += 1
            if rng.random() < 0.006:
                yield (None,) * len(header), False
            line = _registry_cells(row, serial, codes_as_numbers, phones_as_numbers)
            yield [line[i] for i in kept], True
        if len(listed) > 10:
            yield _sum_line("小计", len(listed), header, township), False
            if again:
                yield header, False
                again = False
    yield _sum_line("合计", serial, header, ""), False
    yield (None,) * len(header), False
    yield ("填表人：", None, "审核人：", None, None, "单位负责人：", None, "（盖章）"), False


_TITLES = {
    "patients": "2016年因病致贫、因病返贫患者核准台账（虚构数据）",
    "people": "2016年建档立卡贫困人口健康状况核查台账（全部人口，虚构数据）",
}


def _registry_cells(row: Listed, serial: int, codes_as_numbers: bool, phones_as_numbers: bool) -> list[str | float]:
    return [
        serial, row.name, row.sex, row.number, row.township, row.village,
        _cell(row.household_code, codes_as_numbers), row.person_code, row.relation, row.size,
        row.person.disease, _cell(row.phone, phones_as_numbers), row.remark,
    ]  # fmt: skip


def _sum_line(word: str, count: int, header: Cells, township: str) -> Cells:
    line: list[str | float | None] = [None] * len(header)
    line[0], line[4], line[header.index("家庭\n人口数")] = word, township or None, count
    return line


def _cell(digits: str, as_number: bool) -> str | float:
    """A code as text, or as the number a spreadsheet made of it (exact up to fifteen digits)."""
    return int(digits) if as_number and digits and len(digits) <= 15 else digits


def _write(path: Path, lines: Iterable[Cells]) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([_text(cell) for cell in line] for line in lines)
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("名单")
    lines = list(lines)
    for letter, width in _widths(lines[2:_MEASURED]):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for line in lines:
        sheet.append([cell if cell != "" else None for cell in line])
    book.save(path)


def _widths(lines: Iterable[Cells]) -> Iterator[tuple[str, float]]:
    """Each column as wide as its longest cell, a Chinese character taking two."""
    from openpyxl.utils import get_column_letter

    longest: dict[int, int] = {}
    for line in lines:
        for column, cell in enumerate(line, 1):
            parts = str("" if cell is None else cell).split("\n")
            longest[column] = max(longest.get(column, 0), *(len(part.encode("gb18030")) for part in parts))
    for column, width in longest.items():
        yield get_column_letter(column), min(max(width + 2.0, 6.0), 40.0)


def _text(cell: str | float | None) -> str:
    """A cell as a spreadsheet program puts it into a csv: of a long number the fifteen digits kept."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return f"{cell:.14e}".replace("e+", "E+")
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return "" if cell is None else str(cell)
