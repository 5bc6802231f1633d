"""What a file from the province says, line by line: whom each line names and what it says of them.

Three shapes: an error file (any columns that name a person, and what is wrong), our own workbook with a column more,
and the next returned list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from casebook.tables.fields import header_key, known_fields
from casebook.tables.raw import RawBook, RawSheet
from casebook.tables.table import Block, Table, Value, text_of
from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn

Shape = Literal["errors", "copy", "list"]


@dataclass(frozen=True, slots=True)
class Line:
    """A row about a person. `values` are its cells by list field (casebook.tables.fields), `messages` what is wrong,
    each with the column that the file itself names ('' for none); `refused` is False where it says that all is well."""

    sheet: str
    row: int
    values: Mapping[str, Value]
    messages: tuple[tuple[str, str], ...]
    refused: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """Of a file. `told`: it has a column that says what is wrong. `unreadable` are (sheet, row) of rows that were
    left out because they can't be read."""

    shape: Shape
    lines: tuple[Line, ...]
    told: bool
    unreadable: tuple[tuple[str, int], ...] = ()


_WHAT = (
    "错误|差错|出错|校验|检验|检查|质控|审核|审查|复核|退回|驳回|不通过|未通过|失败|问题|反馈|比对|核查|规则"
    "|异常|疑点|处理|导入"
)
_SAYS = "说明|原因|理由|信息|内容|描述|提示|详情|情况|意见|结果|结论|名称|状态|标志|标识"
_REASON = re.compile(
    rf"(?:数据|系统|省级?|上报|具体|存在|违反|主要|的)*(?:{_WHAT})(?:数据|的|项)*(?:{_SAYS})?(?:{_SAYS})?"
    r"|原因|理由|是否通过|errors?|reason|message|errors?message",
    re.IGNORECASE,
)
_STATUS = re.compile(r".*(?:结果|状态|结论|标志|标识|是否通过)")
_NAMES_COLUMN = re.compile(
    rf"(?:{_WHAT})(?:的)?(?:字段|列|数据项|指标|项目|项|栏目?)(?:名称?|中文名)?|(?:字段|指标|数据项|列)(?:名称?|中文名)"
)
_WELL = re.compile(
    r"(?:已|数据|审核|校验|检查|核查|比对|导入|上传|上报|处理|全部|均)*"
    r"(?:通过|正确|成功|合格|无误|正常|符合(?:要求)?|一致|完成|完整|良好|ok|pass|passed|success|true|是|√|✓|对)"
    r"|(?:数据|校验|审核)?(?:无|没有|未发现|未见|0个?|零)(?:任何)?(?:错误|差错|误|问题|异常|疑点)?|[-—_/\\.0]+",
    re.IGNORECASE,
)
_PASSED = re.compile("[^不未]*(?:通过|成功|合格|正确|无误)")
_BARE = re.compile(
    r"(?:审核|校验|检查|核查|导入|上传|上报|处理)*"
    r"(?:不通过|未通过|不合格|失败|错误|有误|退回|驳回|异常|否|×|✗|false|fail(?:ed)?|error)",
    re.IGNORECASE,
)
"""Says that something is wrong and not what."""

_NOT_A_REASON = ("审核人", "复核人", "核查人", "检查人")


def is_reason(header: str) -> bool:
    """Whether a column says what is wrong.

    >>> is_reason("错误说明"), is_reason("规则名称"), is_reason("审核人"), is_reason("主要致贫原因")
    (True, True, False, False)
    """
    key = header_key(header)
    return bool(_REASON.fullmatch(key)) and not key.startswith(_NOT_A_REASON)


def is_well(text: str) -> bool:
    """Whether what stands in such a column says that the row was taken.

    >>> is_well("校验通过"), is_well("无错误"), is_well("不通过"), is_well("无此人")
    (True, True, False, False)
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip("。.!！,，;；\"'“”()")
    return not plain or bool(_WELL.fullmatch(plain))


@dataclass(frozen=True, slots=True)
class _Telling:
    """Sheet columns that tell what is wrong, those of them that say only whether, and those that name the column."""

    reasons: tuple[tuple[int, str], ...]
    names: tuple[int, ...]

    def read(self, row: Sequence[Value]) -> tuple[tuple[tuple[str, str], ...], bool]:
        """The messages of a row, and whether it was refused."""
        said = [(header, text) for index, header in self.reasons if (text := _text(row, index))]
        status = [text for header, text in said if _STATUS.fullmatch(header_key(header))]
        wrong = list(dict.fromkeys(text for _header, text in said if not is_well(text)))
        if status and all(_PASSED.fullmatch("".join(text.split())) for text in status):
            return (), False  # what stands beside it is a hint
        telling = [text for text in wrong if not _BARE.fullmatch("".join(text.split()))] or wrong
        about = "、".join(text for index in self.names if (text := _text(row, index)))
        return tuple((text, about) for text in telling), bool(telling)


def _text(row: Sequence[Value], index: int) -> str:
    return " ".join(text_of(row[index]).split()) if index < len(row) else ""


def table_lines(table: Table) -> Lines:
    """The lines of any list of people, read by the meaning of its columns."""
    telling = [
        _telling((one.index, one.header) for one in block.columns if one.field in (None, "remark"))
        for block in table.blocks
    ]
    told = any(one.reasons for one in telling)
    lines = tuple(
        Line(table.blocks[row.block].sheet, row.number, _by_field(table.blocks[row.block], row.values),
             *telling[row.block].read(row.values))
        for row in table.rows
    )  # fmt: skip
    unreadable = tuple(
        (skipped.sheet, number)
        for skipped in table.skipped
        if skipped.reason == "unreadable"
        for number in range(skipped.first, skipped.last + 1)
    )
    return Lines("errors" if told else "list", lines, told, unreadable)


def code_lines(book: RawBook) -> Lines | None:
    """The lines of a file that names people by nothing but their code (人编号): no list by itself. None when it is
    none of these either."""
    meaning = known_fields().meaning
    found: list[Line] = []
    for sheet in book.sheets:
        for last in range(1, min(len(sheet.rows), _HEAD_ROWS) + 1):
            header = sheet.rows[last - 1]
            headers = [(index, text) for index in range(len(header)) if (text := _text(header, index))]
            codes = [index for index, text in headers if (meant := meaning(text)) and meant[0] == "person_code"]
            telling = _telling(headers)
            if codes and telling.reasons:
                rows = enumerate(sheet.rows[last:], last + 1)
                told = ((n, row, row[codes[0]]) for n, row in rows if _text(row, codes[0]))
                found += [Line(sheet.name, n, {"person_code": code}, *telling.read(row)) for n, row, code in told]
                break
    return Lines("errors", tuple(found), told=True) if found else None


def _telling(columns: Iterable[tuple[int, str]]) -> _Telling:
    every = [(index, header.rpartition("/")[2]) for index, header in columns]
    names = tuple(index for index, header in every if _NAMES_COLUMN.fullmatch(header_key(header)))
    return _Telling(tuple(one for one in every if one[0] not in names and is_reason(one[1])), names)


def _by_field(block: Block, values: Sequence[Value]) -> dict[str, Value]:
    return {
        column.field: values[column.index]
        for column in block.columns
        if column.field and column.index < len(values) and values[column.index] is not None
    }


# Our own workbook, come back

_HEAD_ROWS = 30
_ALIKE = 0.7
"""The part of a format's headers that a sheet must have, in their order, to be one of ours."""


def copy_lines(book: RawBook, format: Format) -> Lines | None:
    """The lines of our own workbook by the places of its columns, whatever was put before, between or behind them;
    None when the file is none of this format."""
    found: list[Line] = []
    told, ours = False, False
    for sheet in book.sheets:
        header = _our_header(sheet, format)
        if header is None:
            continue
        ours = True
        last, places = header
        taken = frozenset(places.values())
        extra = [(index, text) for index, text in _headers(sheet, last, format) if index not in taken]
        telling = _telling(extra)
        told = told or bool(telling.reasons)
        columns = [(index, format.columns[n]) for n, index in places.items()]
        found += _of_copy(sheet, last, columns, telling)
    return Lines("copy" if told else "list", tuple(found), told) if ours else None


def _our_header(sheet: RawSheet, format: Format) -> tuple[int, dict[int, int]] | None:
    """The last header row (1-based) and the sheet column of each column of the format, by its place there."""
    wanted = [(n, header_key(column.header[-1])) for n, column in enumerate(format.columns) if column.header]
    height = format.header_rows[1] - format.header_rows[0]
    best: tuple[int, dict[int, int]] | None = None
    for last in range(1 + height, min(len(sheet.rows), _HEAD_ROWS) + 1):
        texts = [header_key(text) for text in _lowest(sheet, last, height)]
        places = _in_order(wanted, texts)
        # of a header merged downwards the text stands in its first row: the last row that has as many
        if len(places) >= max(2, _ALIKE * len(wanted)) and (best is None or len(places) >= len(best[1])):
            best = last, places
    return best


def _in_order(wanted: Sequence[tuple[int, str]], texts: Sequence[str]) -> dict[int, int]:
    """Where the wanted headers stand, in their order, whatever stands between them."""
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, [key for _n, key in wanted], texts, autojunk=False).get_matching_blocks()
    return {wanted[a + i][0]: b + i for a, b, size in blocks for i in range(size)}


def _lowest(sheet: RawSheet, last: int, height: int) -> list[str]:
    """The lowest text of each column in the header rows that end with this one."""
    rows = sheet.rows[last - 1 - height : last]
    width = max(map(len, rows), default=0)
    return [
        next((text for row in reversed(rows) if (text := _text(row, index))), "") for index in range(width)
    ]  # fmt: skip


def _headers(sheet: RawSheet, last: int, format: Format) -> Iterator[tuple[int, str]]:
    height = format.header_rows[1] - format.header_rows[0]
    return ((index, text) for index, text in enumerate(_lowest(sheet, last, height)) if text)


_NUMBERS = frozenset(("id_number", "person_code"))
_FEW = 3


def _of_copy(
    sheet: RawSheet, last: int, columns: Iterable[tuple[int, FormatColumn]], telling: _Telling
) -> Iterator[Line]:
    """The rows below the header that are about somebody."""
    fields = {index: name for index, column in columns if (name := list_field(column))}
    for number in range(last + 1, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        values = {name: row[index] for index, name in fields.items() if index < len(row) and _text(row, index)}
        if not values.keys() & _NUMBERS and not ("name" in values and len(values) > _FEW):
            continue  # blank, or a line for signatures
        yield Line(sheet.name, number, values, *telling.read(row))


def list_field(column: FormatColumn) -> str:
    """What the lists call a column of a format, '' for one that they do not have."""
    field = upload_fields().get(column.field)
    if field is None or not field.column:
        return ""
    return f"{field.column}_{column.nth}" if column.nth > 1 else field.column
