"""A format file (上报格式文件) read: TOML into a Format, with everything that is wrong said at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast, get_args

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.formats.entries import Entry, Troubles
from exports.formats.fields import field_named
from exports.formats.format import FILE_NAME, Format, Split, Status, Sum
from exports.formats.reading_columns import condition, flat, near_field, read_blocks, read_columns
from exports.formats.toml_lines import TomlLines
from exports.formats.toml_reading import NoToml, toml_of
from exports.formats.trouble import FormatTrouble

ENCODINGS = ("", "gb2312")
TITLE_PLACES = ("county", "township", "village", "date", "count")
"""What may stand in braces in a text above the header."""
LAST_FIRST_ROW = 1000
"""Every row above the first person is a row of the blank workbook."""
MOST_SIGNERS = 20
FILE_PLACES = ("city", "county", "township", "village", "title", "date", "count", "part")

_KEYS = (
    "name", "title", "version", "status", "region", "evidence", "sheet", "header_rows", "first_row", "split",
    "most_rows", "file_name", "encoding", "template", "template_sha256", "signers", "titles", "only", "constants",
    "block", "column", "sum",
)  # fmt: skip
_BRACES = re.compile(r"\{([^{}]*)\}")
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_FILES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ReadFormat:
    """A format file as far as it could be read; `format` is None when it has errors."""

    format: Format | None
    troubles: tuple[FormatTrouble, ...]


def read_format(text: str, file: str) -> ReadFormat:
    """Read the text of a format file; `file` is its name, for what is said."""
    try:
        data = toml_of(text)
    except NoToml as error:
        what = _("上报格式第 {line} 行不合 TOML 格式").format(line=error.line)
        remedy = _("检查该行的引号、方括号和等号")
        return ReadFormat(None, (FormatTrouble("format_syntax", "error", what, remedy, Place(file, row=error.line)),))
    troubles = Troubles(file, TomlLines(text))
    format = _format(Entry(data, troubles))
    found = troubles.found()
    return ReadFormat(None if any(one.grade == "error" for one in found) else format, found)


def _format(top: Entry) -> Format:
    top.only(_KEYS)
    header_rows = top.rows("header_rows", (1, 1))
    first_row = top.number("first_row", header_rows[1] + 1, 2, LAST_FIRST_ROW)
    if first_row <= header_rows[1]:
        top.wrong("first_row", _("first_row 要在表头下面"))
    blocks, repeats = read_blocks(top.inner("block"))
    entries = top.inner("column")
    if not entries:
        top.troubles.add(1, _("一列也没有"), _("至少写一个 [[column]]"))
    columns = read_columns(entries, blocks, repeats, header_rows[1] - header_rows[0] + 1)
    return Format(
        name=_file_text(top, "name", needed=True),
        title=top.text("title", needed=True),
        version=top.text("version", needed=True),
        status=cast(Status, top.one_of("status", get_args(Status), "county")),
        region=top.text("region"),
        evidence=top.text("evidence"),
        sheet=_sheet(top),
        header_rows=header_rows,
        first_row=first_row,
        columns=columns,
        repeats=repeats,
        sums=tuple(_sum(entry) for entry in top.inner("sum")),
        titles=tuple(_title(entry, header_rows[0]) for entry in top.inner("titles")),
        only=condition(top, "only"),
        split=cast(Split, top.one_of("split", get_args(Split), "none")),
        most_rows=top.number("most_rows"),
        file_name=_file_name(top),
        encoding=top.one_of("encoding", ENCODINGS, ""),
        constants=_constants(top),
        template=_file_text(top, "template"),
        template_sha256=_digest(top),
        signers=_signers(top),
    )


def _file_text(top: Entry, key: str, needed: bool = False) -> str:
    """A text that becomes a file name, or part of one."""
    told = top.text(key, needed=needed)
    if _NOT_IN_FILES.search(told) or told in (".", ".."):
        top.wrong(key, _('{key} 里不能有 / \\ : * ? " < > |').format(key=key))
        return ""
    return told


def _sheet(top: Entry) -> str:
    told = top.text("sheet", needed=True)
    if len(told) > 31 or _NOT_IN_SHEETS.search(told) or told != told.strip("'"):
        top.wrong("sheet", _("工作表的名称最多 31 个字，不能有 [ ] : * ? / \\"))
        return "Sheet1"
    return told


def _file_name(top: Entry) -> str:
    told = top.text("file_name", FILE_NAME)
    _braces(top, "file_name", told, FILE_PLACES)
    if not told.lower().endswith((".xlsx", ".xlsm")) or _NOT_IN_FILES.search(told):
        what = _("file_name 要以 .xlsx 结尾，不能有文件名里不许用的字符")
        top.wrong(
            "file_name", what, _("例：{example}").format(example='file_name = "{county}_{township}_{title}.xlsx"')
        )
    return told


def _signers(top: Entry) -> tuple[str, ...]:
    told = top.texts("signers")
    if len(told) > MOST_SIGNERS:
        what = _("signers 最多写 {most} 个").format(most=MOST_SIGNERS)
        top.wrong("signers", what, _("每个签字的人写一次"))
        return ()
    return told


def _digest(top: Entry) -> str:
    told = top.text("template_sha256").lower()
    if told and not _DIGEST.fullmatch(told):
        top.wrong(
            "template_sha256", _("template_sha256 要是 64 位的校验码"), _("ruhu formats check 会说出模板的校验码")
        )
        return ""
    return told


def _title(entry: Entry, first_header: int) -> tuple[int, int, str]:
    entry.only(("row", "column", "text"))
    row, column = entry.number("row", 1, 1, 100), entry.data.get("column", 1)
    if row >= first_header:
        entry.wrong("row", _("标题要在表头上面"), _("改 row，或把 header_rows 往下移"))
    if type(column) is not int or not 1 <= column <= 16_384:
        entry.wrong("column", _("column 要写列的序号，从 1 起"))
        column = 1
    text = entry.text("text", needed=True)
    _braces(entry, "text", text, TITLE_PLACES)
    return row, column, text


def _braces(entry: Entry, key: str, told: str, known: tuple[str, ...]) -> None:
    for name in _BRACES.findall(told):
        if name not in known:
            remedy = _("可以写：{names}").format(names=" ".join(f"{{{one}}}" for one in known))
            entry.wrong(key, _("不认识 {name}").format(name=f"{{{name[:40]}}}"), remedy)


def _sum(entry: Entry) -> Sum:
    entry.only(("total", "parts"))
    names: list[str] = []
    for key, told in (("total", entry.text("total", needed=True)), *(("parts", one) for one in entry.texts("parts"))):
        try:
            field = field_named(told)
        except RuhuError as error:
            entry.wrong(key, error.what, error.remedy)
            continue
        if field.kind != "money" and field.kind != "count":
            entry.wrong(key, _("「{title}」不是金额或个数，不能相加").format(title=field.title))
        names.append(field.name)
    if len(names) < 2:
        entry.wrong("parts", _("合计至少要有一个加数"), _("例：{example}").format(example='parts = ["cost.own"]'))
        return Sum("", ())
    return Sum(names[0], tuple(names[1:]))


def _constants(top: Entry) -> dict[str, str]:
    found: dict[str, str] = {}
    told: Any
    for name, told in flat(top.table_of("constants")).items():
        if not isinstance(told, str):
            top.wrong("constants", _("{key} 要写成文字").format(key=name), _("在值的两边加上英文引号"), name)
            continue
        try:
            found[field_named(name).name] = told
        except RuhuError as error:
            top.wrong("constants", error.what, near_field(name) or error.remedy, name)
    return found
