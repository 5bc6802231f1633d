"""The blank workbook of a format that brings no template (空白上报表): titles, header, drop-downs, print set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

from casebook.people.codes import code_list
from casebook.tables.table import column_letter
from exports.formats.fields import Field, Kind, upload_fields
from exports.formats.format import Format, FormatColumn, Write
from exports.layout import BookLayout, ColumnLayout, HeadCell, Look, SheetLayout
from exports.row_height import lines_of, width_of
from exports.template import build_template

CODES_SHEET = "代码"
WRONG_CHOICE = "请从下拉列表里选"
_SIGNED = "{signer}签字：＿＿＿＿＿＿＿＿　日期：＿＿＿＿年＿＿月＿＿日"
# What is handed in is Chinese, in whatever language the program speaks.

_WIDTHS: Mapping[Kind, float] = {
    "text": 14, "id": 23, "date": 12, "money": 10, "count": 7, "code": 9, "codes": 14, "phone": 13,
}  # fmt: skip
_OF_FIELDS: Mapping[str, float] = {
    "place": 11, "household.code": 18, "person.code": 18, "person.name": 11, "household.head": 11,
    "person.record_number": 20, "person.social_number": 20, "household.address": 24, "person.home_address": 20,
    "person.registered_address": 20, "suspected.class": 10, "suspected.code": 10, "disease.code": 10,
    "disease.hospital": 16, "treatment.hospital": 16, "signer": 9, "signer.filler_phone": 13,
    "signer.reviewer_phone": 13,
}  # fmt: skip
"""By field, or by what stands before its point."""
_NUMBERS = frozenset(
    (
        "place.code",
        "household.code",
        "person.code",
        "person.record_number",
        "person.social_number",
        "household.bank_account",
    )
)
_NARROWEST, _WIDEST = 5.0, 30.0
_ONE_LINE = 19.0
"""Up to this width a choice stands in one line: `2慢病签约服务管理`."""
_HEADER_LINES = 3
_HEADER = Look(bold=True, fill="D9E1F2", align="center")
_TITLE = Look(bold=True, size=16, border=False, wrap=False)
_NOTE = Look(border=False, wrap=False)
_SCALE = 65
"""Percent at which it is printed: 6.5 points, as such tables are on A3."""
_PAGE = 1130 / 6.4 * 100 / _SCALE
"""Characters across A3 landscape within the margins of `exports/template.py`; 6.4 points each with the fonts that stand
in for 宋体, 5.3 with it."""
_MOST_FROZEN = 100.0
"""Characters that may stay on screen at the left: half of a small one."""


def blank_workbook(format: Format, foot: tuple[str, str, str]) -> bytes:
    """An .xlsx to stamp rows into, of one blank row below the header. `foot` are the texts at the foot of each page,
    left, centre and right, as Excel reads them (`&P` is the page). Titles and headers are written as they are."""
    return build_template(blank_layout(format, foot))


def blank_layout(format: Format, foot: tuple[str, str, str]) -> BookLayout:
    """What the blank workbook looks like; the columns of its sheet say how wide a text may run."""
    left, center, right = foot
    return BookLayout(
        title=format.title,
        sheets=(_sheet(format),),
        foot_left=left,
        foot_center=center,
        foot_right=right,
        wrong_choice=WRONG_CHOICE,
        codes_sheet=CODES_SHEET if format.sheet != CODES_SHEET else CODES_SHEET + "2",
    )


def with_titles(format: Format, values: Mapping[str, str]) -> Format:
    """The format with the braces of its titles (`{county}`) filled in; what has no value is left blank."""
    filled = []
    for row, column, text in format.titles:
        for name in ("county", "township", "village", "date", "count"):
            text = text.replace(f"{{{name}}}", values.get(name, ""))
        filled.append((row, column, text))
    return replace(format, titles=tuple(filled))


def _sheet(format: Format) -> SheetLayout:
    columns = _column_layouts(format)
    breaks = _page_starts(format, columns)
    first = format.header_rows[0]
    heights = [16.0] * (format.first_row - 1)
    for offset, height in enumerate(_header_heights(format, columns)):
        heights[first - 1 + offset] = height
    name = next((one.column + 1 for one in format.columns if one.field == "person.name"), 0)
    titles = _titles(format, (breaks or (len(columns) + 1,))[0] - 1, name if breaks else 0)
    for cell in titles:
        heights[cell.row - 1] = max(heights[cell.row - 1], cell.look.size * 1.5 + 4)
    frozen = name if sum(column.width for column in columns[:name]) <= _MOST_FROZEN else 0
    return SheetLayout(
        name=format.sheet,
        columns=columns,
        patterns=(tuple(column.look for column in columns),),
        frozen=f"{column_letter(frozen)}{format.first_row}",
        paper="A3",
        scale=_SCALE,
        heads=(*titles, *_header_cells(format, len(columns))),
        head_heights=tuple(heights),
        header_row=first,
        below=_signers(format),
        repeated_column=name if breaks else 0,
        new_pages=breaks,
    )


def _column_layouts(format: Format) -> tuple[ColumnLayout, ...]:
    """One for each sheet column up to the last; those that the format leaves out are narrow and bare."""
    width = max(column.column for column in format.columns) + 1
    found = [ColumnLayout("", 3.0, Look(border=False)) for _index in range(width)]
    fields = upload_fields()
    for column in format.columns:
        field = fields.get(column.field)
        choices = choices_of(column, field)
        found[column.column] = ColumnLayout(
            title=column.header[-1] if column.header else "",
            width=column.width or _width(column, field, choices),
            look=_look(column, field),
            choices=choices,
            hint=_hint(column) if choices and column.write == "code" else "",
        )
    return tuple(found)


def _look(column: FormatColumn, field: Field | None) -> Look:
    kind = field.kind if field is not None else "text"
    if column.cell == "number" and kind in ("money", "count"):
        return Look(align="right", number="0.00" if kind == "money" else "0", wrap=False)
    centered = kind in ("date", "code", "count", "id", "phone")
    # What is one number goes on no second line: it would make every row of an upload twice as high.
    wrap = kind in ("text", "code", "codes") and column.field not in _NUMBERS
    return Look(align="center" if centered else "left", number="@", wrap=wrap)


def choices_of(column: FormatColumn, field: Field | None) -> tuple[str, ...]:
    """What a coded column may hold, as it is written; empty for a column with several values in a cell, or without
    known codes."""
    if field is not None and field.kind == "codes":
        return ()
    values = column.values
    if not values and field is not None and field.codes and field.kind == "code":
        values = tuple((one.code, one.name) for one in code_list(field.codes).codes if one.code or one.name)
    return tuple(dict.fromkeys(text for value in values if (text := shown(value, column.write))))


def shown(value: tuple[str, str], write: Write) -> str:
    """A code and its name as a column writes them; '' for both where one lacks."""
    code, name = value
    if write == "both":
        return (code if code == name else code + name) if code and name else ""
    return (code or name) if write == "code" else (name or code)


def _hint(column: FormatColumn) -> str:
    """What the codes mean, for a list that shows codes alone."""
    return "\n".join(f"{code} {name}".strip() for code, name in column.values)


def _width(column: FormatColumn, field: Field | None, choices: Sequence[str]) -> float:
    kind: Kind = field.kind if field is not None else "text"
    needed = _WIDTHS[kind] if field is not None else 8.0
    needed = _OF_FIELDS.get(column.field, _OF_FIELDS.get(column.field.partition(".")[0], needed))
    if choices:
        needed = max(width_of(choice) for choice in choices) + 1.5
        needed = needed if needed <= _ONE_LINE else max(16.0, needed / 2 + 1)
    header = column.header[-1] if column.header else ""
    needed = max(needed, ceil(width_of(header) / _HEADER_LINES) + 2.5, _NARROWEST)
    return float(min(ceil(needed), _WIDEST))


def _header_cells(format: Format, width: int) -> list[HeadCell]:
    """The header: equal neighbours above one another's groups joined, a text without one below it reaching down."""
    first, last = format.header_rows
    rows = last - first + 1
    texts = {column.column: column.header for column in format.columns}
    found = []
    for level in range(rows):
        at = 0
        while at < width:
            header = texts.get(at, ())
            if level >= len(header) or not header:
                at += 1
                continue
            whole = header[: level + 1]
            leaf = level == len(header) - 1
            end = at + 1
            while not leaf and end < width and _same_group(texts.get(end, ()), whole):
                end += 1
            down = rows - level if leaf else 1
            found.append(HeadCell(first + level, at + 1, header[level], _HEADER, rows=down, columns=end - at))
            at = end
    return found


def _same_group(header: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return len(header) > len(whole) and header[: len(whole)] == whole


def _header_heights(format: Format, columns: Sequence[ColumnLayout]) -> list[float]:
    """Points for each header row: as many lines as its narrowest text needs."""
    first, last = format.header_rows
    rows = last - first + 1
    needed = [20.0] * rows
    for column in format.columns:
        if not column.header:
            continue
        level, text = len(column.header) - 1, column.header[-1]
        points = lines_of(text, columns[column.column].width - 1) * 15.0 + 5.0
        missing = points - sum(needed[level:])
        if missing > 0:
            needed[-1] += missing
    return needed


def _titles(format: Format, across: int, repeated: int) -> list[HeadCell]:
    """The first title large, the others small below. They end before the column that is printed again on each page,
    which would show a piece of them; where none is, the first stands in the middle and reaches over `across`."""
    found = []
    for index, (row, column, text) in enumerate(format.titles):
        end = min((other for line, other, _text in format.titles if line == row and other > column), default=across + 1)
        if column < repeated < end:
            end = repeated
        look = _NOTE if index else _TITLE if repeated else replace(_TITLE, align="center")
        found.append(HeadCell(row, column, text, look, columns=max(end - column, 1)))
    return found


def _page_starts(format: Format, columns: Sequence[ColumnLayout]) -> tuple[int, ...]:
    """The 1-based columns that begin a page to the right: as few pages as hold the columns, groups kept together."""
    groups: list[tuple[str, int, float]] = []
    headers = {column.column: column.header for column in format.columns}
    for index, column in enumerate(columns):
        header = headers.get(index, ())
        group = header[0] if len(header) > 1 else ""
        if groups and group and groups[-1][0] == group:
            groups[-1] = (group, groups[-1][1], groups[-1][2] + column.width)
        else:
            groups.append((group, index, column.width))
    name = next((columns[one.column].width for one in format.columns if one.field == "person.name"), 0.0)
    starts: list[int] = []
    used = 0.0
    for _group, start, width in groups:
        if used and used + width > _PAGE - 2:
            starts.append(start + 1)
            used = name
        used += width
    return tuple(starts)


def _signers(format: Format) -> tuple[HeadCell, ...]:
    """A line for each, one blank row below the data."""
    return tuple(
        HeadCell(3 + index, 1, _SIGNED.format(signer=signer), _NOTE) for index, signer in enumerate(format.signers)
    )
