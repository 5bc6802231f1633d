"""From what was learned to an upload format (上报格式): the county's own, to be looked through and used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from casebook.language import N_, _
from casebook.texts import text as said
from exports.formats.fields import Field, upload_fields
from exports.formats.format import FILE_NAME, Format, FormatColumn, Repeat, Sum
from exports.learning.learned import Learned, Proposal

_TOTAL, _OTHER, _REST = "cost.total", "cost.other", "cost.rest"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*\s]+')
_ALWAYS = ("person.name", "person.id_number", "person.status", "row.serial")
"""What is needed of a person who is not there (无此人) as well."""


@dataclass(frozen=True, slots=True)
class LearnedFormat:
    """A format and what to look at in it: `remarks` by 0-based column."""

    format: Format
    remarks: Mapping[int, str]


def format_of(learned: Learned, choices: Mapping[int, str] | None = None, name: str = "") -> Format:
    """The format of a template. `choices` are the fields a user gave columns (0-based), '' for one that stays blank."""
    return learned_format(learned, choices, name).format


def learned_format(learned: Learned, choices: Mapping[int, str] | None = None, name: str = "") -> LearnedFormat:
    """The format of a template with its remarks; `name` as in `format_of`, else that of the file."""
    chosen = with_choices(learned, choices or {})
    fields = upload_fields()
    columns = chosen.columns
    sums, rest = _sums(columns, fields)
    side_by_side = _side_by_side(columns, fields)
    status = any(one.field == "person.status" for one in columns)
    made = tuple(_column(one, fields, side_by_side, rest, status) for one in columns)
    stem = _NOT_IN_NAMES.sub("_", name or learned.file.rpartition(".")[0] or learned.file).strip("_.") or "template"
    macro = learned.file.lower().endswith(".xlsm")
    format = Format(
        name=stem,
        title=_title(learned) or stem,
        version="1",
        status="county",
        region="",
        evidence=_("从模板「{file}」认出").format(file=learned.file),
        sheet=learned.sheet,
        header_rows=learned.header_rows,
        first_row=learned.first_row,
        columns=made,
        repeats=_repeats(columns, fields, side_by_side),
        sums=sums,
        split="township",
        file_name=FILE_NAME.replace(".xlsx", ".xlsm") if macro else FILE_NAME,
        template=learned.file,
        template_sha256=learned.sha256,
    )
    return LearnedFormat(format, _remarks(columns, rest))


def with_choices(learned: Learned, choices: Mapping[int, str]) -> Learned:
    """The same with the fields a user gave. Raises RuhuError (usage) for a field that is not there."""
    from exports.formats.fields import field_named

    columns = list(learned.columns)
    fields = upload_fields()
    for place, one in enumerate(columns):
        if one.column not in choices:
            continue
        field = field_named(choices[one.column]) if choices[one.column] else None
        nth = _next_number(columns, place, field, fields)
        columns[place] = replace(
            one,
            field=field.name if field else "",
            title=field.title if field else "",
            nth=nth,
            sure=True,
            reason=said(N_("由你指定")),
            alternatives=tuple(
                name for name in (one.field, *one.alternatives) if name and field and name != field.name
            ),
        )
    return replace(learned, columns=tuple(columns))


def _next_number(columns: Sequence[Proposal], place: int, field: Field | None, fields: Mapping[str, Field]) -> int:
    """Which disease a chosen column is about: that of its neighbours, where diseases lie side by side."""
    if field is None or not field.part:
        return 0
    same = [one for one in columns if one.field and fields[one.field].part == field.part and one is not columns[place]]
    if columns[place].nth and any(one.nth for one in same):
        return columns[place].nth
    if not any(one.nth for one in same) and not any(one.field == field.name for one in same):
        return 0
    near = min(same, key=lambda one: abs(one.column - columns[place].column))
    return near.nth or (1 + sum(one.field == field.name for one in same))


def _side_by_side(columns: Sequence[Proposal], fields: Mapping[str, Field]) -> dict[str, int]:
    """How many of a part lie side by side; parts of which one lies in a row are left out."""
    most: dict[str, int] = {}
    for one in columns:
        if one.field and one.nth and (part := fields[one.field].part):
            most[part] = max(most.get(part, 0), one.nth)
    return most


def _repeats(
    columns: Sequence[Proposal], fields: Mapping[str, Field], side_by_side: Mapping[str, int]
) -> tuple[Repeat, ...]:
    used = {one.field for one in columns if one.field}
    repeats = []
    if any(fields[name].part == "disease" for name in used):
        most = side_by_side.get("disease", 0)
        repeats.append(
            Repeat("disease", "columns", most)
            if most
            else Repeat("disease", "rows" if "disease.number" in used else "latest")
        )
    if any(fields[name].part == "treatment" for name in used):
        most = side_by_side.get("treatment", 0)
        money = any(name.startswith("cost.") for name in used)
        repeats.append(
            Repeat("treatment", "columns", most) if most else Repeat("treatment", "sum" if money else "latest")
        )
    return tuple(repeats)


def _sums(columns: Sequence[Proposal], fields: Mapping[str, Field]) -> tuple[tuple[Sum, ...], bool]:
    """The sum that must hold, and whether 其他 takes all payers that have no column of their own."""
    payers = [
        name
        for name in fields
        if name.startswith("cost.") and name not in (_TOTAL, _OTHER, _REST) and fields[name].form
    ]
    there = [one.field for one in columns if one.field.startswith("cost.") and one.nth <= 1]
    parts = [name for name in dict.fromkeys(there) if name != _TOTAL]
    missing = [name for name in payers if name not in there]
    if _TOTAL not in there or "cost.own" not in there or (missing and _OTHER not in there) or len(parts) < 2:
        return (), False
    rest = bool(missing)
    return (Sum(_TOTAL, tuple(_REST if rest and name == _OTHER else name for name in parts)),), rest


def _column(
    one: Proposal, fields: Mapping[str, Field], side_by_side: Mapping[str, int], rest: bool, status: bool
) -> FormatColumn:
    field = fields.get(one.field)
    part = field.part if field else ""
    name = _REST if rest and one.field == _OTHER else one.field
    nth = (one.nth or 1) if part and part in side_by_side else 0
    when: dict[str, tuple[str, ...]] = {}
    required = one.required and bool(field) and part != "treatment" and nth <= 1
    if required and part == "disease":
        when = {"disease.outcome": ("1",)}
    elif required and status and name not in _ALWAYS and not name.startswith("place."):
        when = {"person.status": ("1",)}
    return FormatColumn(
        column=one.column,
        header=one.header,
        field=name,
        nth=nth,
        write=one.write,
        values=one.values,
        required=required,
        required_when=when,
        length=one.length,
        date=one.date,
        cell=one.cell,
        width=one.width,
    )


def _title(learned: Learned) -> str:
    """The first text above the header that is a title, not a line to fill in."""
    for _row, _column, text in learned.titles:
        told = " ".join(text.split())
        if 4 <= len(told) <= 60 and not re.search(r"[:：]|_{2}|附件|附表", told):
            return told.replace("{", "").replace("}", "")
    return ""


def _remarks(columns: Sequence[Proposal], rest: bool) -> dict[int, str]:
    fields = upload_fields()
    remarks = {}
    for one in columns:
        lines = []
        if not one.sure:
            lines.append(_("不确定：{reason}").format(reason=str(one.reason)))
            others = [f"{name}（{fields[name].title}）" for name in one.alternatives if name in fields]
            if others:
                lines.append(_("还可能是 {fields}").format(fields=_("、").join(others)))
        if rest and one.field == _OTHER:
            lines.append(_("没有自己一列的各项报销都合在「其他」里，和总计才对得上"))
        if lines:
            remarks[one.column] = "\n".join(lines)
    return remarks
