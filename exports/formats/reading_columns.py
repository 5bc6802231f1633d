"""The columns of a format file (列), with each block of columns (重复部分) laid out as often as it repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast, get_args

from casebook.errors import RuhuError
from casebook.language import _
from casebook.tables.table import column_index, column_letter
from exports.formats.entries import Entry, meant
from exports.formats.fields import Field, Part, field_named, upload_fields
from exports.formats.format import CellKind, Condition, FormatColumn, How, Repeat, Write

DATES = ("YYYY-MM-DD", "YYYYMMDD", "YYYY/M/D", "YYYY年M月D日", "YYYY-MM", "YYYY")
PARTS = tuple(one for one in get_args(Part) if one)
LAST_COLUMN = 16_384
MOST = 99
"""How often a block may stand side by side."""

_HOW = re.compile(r"(columns)\(([1-9][0-9]?)\)|(rows|sum|latest)")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_NUMERALS = "〇一二三四五六七八九"
_COLUMN_KEYS = (
    "header", "field", "at", "block", "nth", "write", "values", "between", "required", "required_when",
    "first_required_when", "length", "pattern", "date", "cell", "constant", "width",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A `[[block]]`: columns that belong together, under a header of their own, for one part of a person."""

    name: str
    part: Part
    header: tuple[str, ...]
    times: int


def numeral(number: int) -> str:
    """A number from 1 to 99 as it stands in a header: 一, 十二, 三十."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens] + "十") + (_NUMERALS[ones] if ones else "")


def read_blocks(entries: list[Entry]) -> tuple[dict[str, Block], tuple[Repeat, ...]]:
    """The blocks by name, and how their parts go into rows."""
    blocks: dict[str, Block] = {}
    repeats: dict[str, Repeat] = {}
    for entry in entries:
        entry.only(("name", "part", "repeat", "header"))
        part = cast(Part, entry.one_of("part", ("", *PARTS), ""))
        name = entry.text("name", part)
        times = 1
        if "repeat" in entry.data or part:
            repeat = _repeat(entry, part)
            times = repeat.most or 1
            if part and repeats.setdefault(part, repeat) != repeat:
                entry.wrong("repeat", _("{part} 的放法写了两次，不一样").format(part=part))
        if not name or name in blocks:
            entry.wrong("name", _("每个 [[block]] 要有自己的 name"))
        blocks.setdefault(name, Block(name, part, entry.texts("header"), times))
    return blocks, tuple(repeats.values())


def _repeat(entry: Entry, part: Part) -> Repeat:
    told = entry.text("repeat", needed=True)
    found = _HOW.fullmatch(told.replace(" ", ""))
    if found is None or not part:
        remedy = _('part 写 disease 或 treatment；repeat 写 "columns(3)"、"rows"、"sum"、"latest" 之一')
        if told:
            entry.wrong("repeat", _("看不懂这个重复部分的放法"), remedy)
        return Repeat(part, "latest")
    how = cast(How, found[1] or found[3])
    if how == "sum" and part != "treatment":
        entry.wrong("repeat", _("只有 treatment（治疗）可以写 sum"), _('改成 "columns(3)"、"rows" 或 "latest"'))
    return Repeat(part, how, int(found[2] or 0))


def read_columns(
    entries: list[Entry], blocks: Mapping[str, Block], repeats: tuple[Repeat, ...], header_rows: int
) -> tuple[FormatColumn, ...]:
    """Every column from left to right. A column without `at` stands beside the one before it."""
    known: dict[str, Repeat] = {repeat.part: repeat for repeat in repeats}
    columns: list[FormatColumn] = []
    next_free = 0
    for name, run in groupby(entries, lambda entry: entry.text("block")):
        block = blocks.get(name, Block("", "", (), 1))
        together = list(run)
        if name and name not in blocks:
            together[0].wrong("block", _("没有叫「{name}」的 [[block]]").format(name=name[:60]))
        for entry, nth in _laid_out(together, block):
            at = _place(entry, next_free, first=block.times == 1 or nth == 1)
            if at < next_free:
                what = _("第 {column} 列前面已经写过").format(column=column_letter(at))
                entry.wrong("at", what, _("按从左到右的顺序写列，每列只写一次"))
                at = next_free
            if at >= LAST_COLUMN:
                what = _("列太多：一张工作表最多 {most} 列").format(most=f"{LAST_COLUMN:,}")
                entry.wrong("at", what, _("少写几列，或少重复几份"))
                return tuple(columns)
            next_free = at + 1
            columns.append(_column(entry, at, block, nth, known, header_rows))
    return tuple(columns)


def _laid_out(entries: list[Entry], block: Block) -> Iterator[tuple[Entry, int]]:
    """Each column of a run with which repetition it is, 0 where nothing is repeated."""
    if block.times == 1:
        yield from ((entry, entry.number("nth", 0, 0, MOST)) for entry in entries)
        return
    for nth in range(1, block.times + 1):
        yield from ((entry, nth) for entry in entries)


def _place(entry: Entry, next_free: int, first: bool) -> int:
    letters = entry.text("at").upper()
    if not letters or not first:
        return next_free
    index = column_index(letters) if _LETTERS.fullmatch(letters) else LAST_COLUMN
    if index >= LAST_COLUMN:
        entry.wrong("at", _("at 要写列的字母"), _('例：at = "C"'))
        return next_free
    return index


def _column(
    entry: Entry, at: int, block: Block, nth: int, repeats: Mapping[str, Repeat], header_rows: int
) -> FormatColumn:
    if nth <= 1:  # further repetitions would say the same again
        entry.only(_COLUMN_KEYS)
    field = _field(entry)
    if field is not None and nth <= 1:
        _fitting(entry, field, block, nth, repeats)
    repeat = repeats.get(field.part) if field is not None else None
    if nth == 0 and block.times == 1 and block.part and repeat is not None and repeat.how == "columns":
        nth = 1
    when = dict(condition(entry, "required_when"))
    if nth == 1:
        when |= condition(entry, "first_required_when")
    pattern = entry.text("pattern")
    if pattern and not _is_pattern(pattern):
        entry.wrong("pattern", _("pattern 不是正确的正则表达式"))
    return FormatColumn(
        column=at,
        header=_header(entry, block, nth, header_rows),
        field=field.name if field is not None else "",
        nth=nth,
        write=cast(Write, entry.one_of("write", get_args(Write), "name")),
        values=_values(entry),
        required=entry.yes("required", bool(when)),
        required_when=when,
        length=entry.number("length"),
        pattern=pattern,
        date=entry.one_of("date", DATES, DATES[0]),
        cell=cast(CellKind, entry.one_of("cell", get_args(CellKind), "text")),
        constant=entry.text("constant"),
        width=entry.width("width"),
        between=entry.text("between", "、"),
    )


def _field(entry: Entry) -> Field | None:
    """By its name or Chinese title; None for a column that stays blank."""
    told = entry.text("field")
    if not told:
        return None
    try:
        return field_named(told)
    except RuhuError as error:
        entry.wrong("field", error.what, near_field(told) or error.remedy)
        return None


def _fitting(entry: Entry, field: Field, block: Block, nth: int, repeats: Mapping[str, Repeat]) -> None:
    """Say so where the field and the place of its column do not go together."""
    repeat = repeats.get(field.part)
    if field.part and repeat is None:
        what = _("「{title}」一人可能有几份，没有写放法").format(title=field.title)
        remedy = _('加上 [[block]] part = "{part}" repeat = "columns(3)"（或 rows、sum、latest）').format(
            part=field.part
        )
        entry.wrong("field", what, remedy)
    elif block.part and field.part not in ("", block.part):
        what = _("「{title}」不属于这个 [[block]]").format(title=field.title)
        entry.wrong("field", what, _("改 block 或 field"))
    elif repeat is not None and repeat.how == "columns" and not nth and not block.part:
        what = _("「{title}」并排放几份，没有写是第几份").format(title=field.title)
        entry.wrong("field", what, _("写 nth = 1，或写 block"))
    elif nth and (repeat is None or repeat.how != "columns" or nth > repeat.most):
        entry.wrong("nth", _("nth 超出了 [[block]] 写的份数"))


def _header(entry: Entry, block: Block, nth: int, rows: int) -> tuple[str, ...]:
    told = (*block.header, *entry.texts("header"))
    if not any(told) and not entry.data.get("constant"):
        entry.wrong("header", _("这一列没有表头"), _('加上一行：header = "…"'))
    if len(told) > rows:
        what = _("表头写了 {count} 层，表头只有 {rows} 行").format(count=len(told), rows=rows)
        entry.wrong("header", what, _("改 header_rows，或少写一层"))
        told = told[:rows]
    if not nth:
        return told
    return tuple(text.replace("{n}", numeral(nth)).replace("{i}", str(nth)) for text in told)


def _values(entry: Entry) -> tuple[tuple[str, str], ...]:
    """`"01 一般贫困户"`, `"是"` without a code, or a list of code and name."""
    value: Any = entry.data.get("values", [])
    found: list[tuple[str, str]] = []
    for one in value if isinstance(value, list) else [None]:
        if isinstance(one, str) and one.strip():
            one = entry.writable("values", one)
            code, blank, name = one.partition(" ")
            found.append((code, name) if blank else ("", one))
        elif isinstance(one, list) and len(one) == 2 and all(isinstance(text, str) for text in one):
            found.append((entry.writable("values", one[0]), entry.writable("values", one[1])))
        else:
            example = 'values = ["01 一般贫困户", "02 低保户"]'
            entry.wrong("values", _("values 要写成代码和名称的列表"), _("例：{example}").format(example=example))
            return ()
    return tuple(found)


def condition(entry: Entry, key: str) -> Condition:
    """Fields, by name or title, with the codes or texts that each may have."""
    found: dict[str, tuple[str, ...]] = {}
    for name, told in flat(entry.table_of(key)).items():
        values = [told] if isinstance(told, str) else told
        if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
            what = _("{key} 里每个字段要写代码的列表").format(key=key)
            entry.wrong(key, what, _("例：{example}").format(example=f'{key} = {{ "person.status" = ["1"] }}'), name)
            continue
        try:
            found[field_named(name).name] = tuple(values)
        except RuhuError as error:
            entry.wrong(key, error.what, near_field(name) or error.remedy, name)
    return found


def near_field(name: str) -> str:
    """A remedy that names the field that was probably meant, '' when none is near."""
    fields = upload_fields()
    return meant(name, (*fields, *(field.title for field in fields.values())))


def flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """`person.status = …` without quotes is a table within a table to TOML; the same is meant."""
    found: dict[str, Any] = {}
    for name, told in table.items():
        if isinstance(told, dict):
            found |= {f"{name}.{inner}": value for inner, value in told.items()}
        else:
            found[name] = told
    return found


def _is_pattern(text: str) -> bool:
    from survey_forms.xpath.patterns import pattern

    try:
        pattern(text, whole=True)
    except ValueError:
        return False
    return True
