"""What a row of a sheet is: a person, or a title, a header, a subtotal, a signature line, a note, a blank."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from casebook.tables.fields import Known
from casebook.tables.header import Region
from casebook.tables.table import Value, text_of

Kind = Literal["person", "title", "header", "subtotal", "blank", "signature", "note", "unreadable"]

PERSON_SIGNS = frozenset({"person_code", "relation", "household_code", "birth_date"})
"""A row without name and number is a person's when one of these and at least three cells are filled, or a running
number and three cells beside it."""

EXAMPLES = frozenset({"例", "例:", "例如", "例如:", "示例", "示例:", "样例", "填写示例", "(例)", "(示例)"})
"""What the first cell of a made-up row says, which shows how the list is filled in."""

ERROR_VALUES = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})

_SUBTOTAL = re.compile(r"^.{0,16}?(?:小计|合计|总计|共计|累计|汇总)(?:人数|户数|数)?(?:[(:].{0,20})?$")
_LABEL = (
    r"(?:填表|制表|填报|审核|复核|核查|核实|核准|经办|录入|调查|采集|校对|审批|统计|上报|分管|主管|单位|主要|村|乡镇?|县|科室|部门|包村|驻村)*"
    r"(?:人|员|者|负责人|领导|单位|主任|书记|院长|局长|站长|干部|部门|日期|时间|盖章|公章)(?:\(.{0,8}\))?"
    r"(?:签字|签名|签章|盖章|签名盖章)?(?:\(.{0,8}\))?"
)
_SIGNATURE = re.compile(_LABEL + ":")
_BARE_LABEL = re.compile(_LABEL + "|制表|审核|复核|填表")
_STAMP = re.compile(r"^\(?(?:盖章|公章|签章|签字|签名)\)?:?$")
_NOTE = re.compile(
    r"^(?:备注|说明|填表说明|填报说明|注意事项|注|附注|特别说明)\d*[:、.]|^[※*]|^(?:填表|填报)(?:须知|要求)"
)
_INSTRUCTION = re.compile(r"^\(?\d{1,2}[.、)](?!\d)|[。;]")
_DAY = re.compile(r"^(?:填[表报]日期:?)?(?:19|20)\d\d[年./-]\d{1,2}[月./-](?:\d{1,2}日?)?$")
_TITLE = re.compile(r"花名册|台账|名单|(?:一览|明细|统计|登记|汇总|核查|信息|导出|调查|情况)表|表\d|年度|附件")
_AREA = re.compile(
    r"^(?:\d{1,2}[.、])?[^\d]{1,12}(?:省|市|县|区|旗|镇|乡|街道|苏木|村|社区|嘎查|委会|委员会|组|队|政府|卫生院)"
    r"(?:\d{1,2}组|\(.*\)|[共:]?\d.*)?$"
)
_NO_NAME = re.compile(
    r"^(?:合计|共|约)?\d|\d[人户名]$|:$|^\(?(?:以下(?:空白|无正文)|以上.*|接?上页|[续下]表|续|说明|备注|附注|总?人数|总?户数|本页|全[县镇乡村].*)\)?$"
    r"|^(?:[-—_/\\.]+|无)$"
)
"""What may stand alone in a column of names and is none."""
_REQUIRED = re.compile(r"^\(?(?:非?必[填选]项?|[选可]填项?|可选|单选|多选|文本|数字|日期|下拉.{0,4}|系统.{0,4})\)?$")
_LONG_NUMBER = re.compile(r"\d{14}|\d{5,}[*xX?]")
_ORDINAL = re.compile(r"^\(?(\d{1,3})\)?$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the telling columns of one table are; None where it has none."""

    start: int
    end: int
    name: int | None
    id_number: int | None
    serial: int | None
    signs: tuple[int, ...]
    header: tuple[tuple[int, str], ...]


def layout_of(region: Region) -> Layout:
    where = {c.field: c.index for c in region.columns if c.field}
    return Layout(
        region.start,
        region.end,
        where.get("name"),
        where.get("id_number"),
        where.get("serial"),
        tuple(where[name] for name in PERSON_SIGNS if name in where),
        tuple((c.index, c.field) for c in region.columns if c.field),
    )


def plain_text(value: Value) -> str:
    """A cell as compact text for recognising labels: NFKC, without any space."""
    return "".join(unicodedata.normalize("NFKC", value).split()) if isinstance(value, str) else ""


def is_blank(value: Value) -> bool:
    """Nothing in it, or spaces and zero-width characters only."""
    return value is None or (isinstance(value, str) and not value.strip(" \t\r\n\u3000\xa0\u200b\ufeff\ufffc'"))


def line_above(text: str) -> Kind:
    """The kind of a line above the header: a title, or a note on how to fill in the list."""
    plain = plain_text(text)
    return "note" if _NOTE.match(plain) or _INSTRUCTION.search(plain) else "title" if plain else "blank"


def names_village(text: str) -> bool:
    """Whether a title between people names the village of those below it."""
    plain = plain_text(text)
    return bool(_AREA.match(plain)) and any(word in plain for word in ("村", "社区", "居委会", "嘎查"))


def classify(row: Sequence[Value], layout: Layout, known: Known, after_people: bool) -> tuple[Kind, str]:
    """The kind of a row and, for an unreadable one, its error value. `after_people`: persons came before it."""
    filled = [index for index, value in enumerate(row) if not is_blank(value)]
    if not filled or (filled == [layout.serial] and text_of(row[filled[0]]).strip().isdecimal()):
        return "blank", ""  # numbers filled down below the list are no people
    texts = {index: plain_text(row[index]) for index in filled}
    if _repeats_header(texts, layout, known) or _is_numbering(row, filled) or all(map(_REQUIRED.match, texts.values())):
        return "header", ""
    if texts[filled[0]] in EXAMPLES:
        return "note", ""
    number = "" if layout.id_number is None else texts.get(layout.id_number, "")
    has_long_number = bool(_LONG_NUMBER.search(number)) or _is_number(row, layout.id_number)
    if not has_long_number and (kind := _office_line(texts, filled, layout)):
        return kind, ""
    errors = [
        text
        for index in (layout.name, layout.id_number)
        if index is not None and (text := texts.get(index, "")).upper() in ERROR_VALUES
    ]
    sure = [
        index
        for index in (layout.name, layout.id_number)
        if index in texts and texts[index].upper() not in ERROR_VALUES
    ]
    if sure:
        if len(filled) == 1 and not has_long_number and (kind := _lone_text(texts[filled[0]], after_people)):
            return kind, ""
        return "person", ""
    if errors:
        return "unreadable", errors[0]
    numbered = layout.serial in texts and text_of(row[layout.serial or 0]).strip().isdecimal()
    if len(filled) >= 3 and (any(index in texts for index in layout.signs) or (numbered and len(filled) >= 4)):
        return "person", ""
    if len(filled) == 1 and (kind := _lone_text(texts[filled[0]], after_people)):
        return kind, ""
    return "note", ""


def _is_number(row: Sequence[Value], index: int | None) -> bool:
    if index is None or index >= len(row):
        return False
    value = row[index]
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 1e13


def _repeats_header(texts: dict[int, str], layout: Layout, known: Known) -> bool:
    """Whether the cells under name or number, and most others, name their own columns."""
    hits = 0
    identity = False
    for index, field in layout.header:
        text = texts.get(index)
        meaning = known.meaning(text) if text else None
        if meaning and (meaning[0] == field or field.startswith(meaning[0] + "_") or field == "name"):
            hits += 1
            identity = identity or index in (layout.name, layout.id_number)
    return hits >= 2 and (identity or hits >= 3) and hits * 2 >= len(texts)


def _is_numbering(row: Sequence[Value], filled: Sequence[int]) -> bool:
    """A line of column numbers under the header: 1 2 3 4 …, or (1) (2) (3) …"""
    if len(filled) < 4:
        return False
    numbers = []
    for index in filled:
        value = row[index]
        found = _ORDINAL.match(plain_text(value)) if isinstance(value, str) else None
        if found:
            numbers.append(int(found[1]))
        elif isinstance(value, int) and not isinstance(value, bool) and value < 1000:
            numbers.append(value)
        elif plain_text(value) not in ("甲", "乙", "丙", "栏次"):
            return False
    return len(numbers) >= 3 and all(b == a + 1 for a, b in pairwise(numbers))


def _office_line(texts: dict[int, str], filled: Sequence[int], layout: Layout) -> Kind | None:
    """Subtotals, signature lines, notes: lines of the office, not of a person. None for anything else."""
    name = "" if layout.name is None else texts.get(layout.name, "")
    if any(_SUBTOTAL.match(text) for text in [*(texts[index] for index in filled[:3]), name]):
        return "subtotal"
    if _SIGNATURE.match(texts[filled[0]]) or _BARE_LABEL.fullmatch(texts[filled[0]]):
        return "signature"
    labels = sum(bool(_SIGNATURE.match(text) or _STAMP.match(text)) for text in texts.values())
    if labels and (not name or _SIGNATURE.match(name) or _STAMP.match(name)):
        return "signature"
    if _NOTE.match(texts[filled[0]]) and (len(filled) <= 3 or not name):
        return "note"
    if len(filled) <= 2 and any(_DAY.match(text) for text in texts.values()):
        return "signature"
    return None


def _lone_text(text: str, after_people: bool) -> Kind | None:
    """A row with a single cell: a title, a note, or None where it may be a person's name."""
    if _TITLE.search(text) or _AREA.match(text):
        return "title"
    if _NO_NAME.search(text):
        return "note"
    if len(text) <= 4 or "·" in text or "•" in text:
        return None
    return "note" if after_people or any(mark in text for mark in ",。;:") else "title"
