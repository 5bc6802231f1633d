"""Proposing a field for every column, with reason and doubt, and how its cells are to be written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from exports.formats.fields import Field
from exports.formats.format import CellKind, Write
from exports.learning.below import Below
from exports.learning.grid import Grid
from exports.learning.header_block import HeaderBlock, texts_over_all
from exports.learning.header_codes import codes_in
from exports.learning.learned import Proposal
from exports.learning.meaning import Meaning, meaning_of
from exports.learning.options import options_of, rules_of
from exports.learning.reasons import reason_of
from exports.learning.sheet_reading import RawSheet, Validation
from exports.learning.template_file import TemplateFile
from exports.learning.together import together
from exports.learning.values import agreement, fields_of, known_values, our_code, parted
from exports.learning.vocabulary import Vocabulary
from exports.learning.wording import date_format, read_wording, shown
from exports.learning.words import known_words

_MOST_ALTERNATIVES = 4


def proposals(
    template: TemplateFile, sheet: RawSheet, grid: Grid, block: HeaderBlock, below: Below, words: Vocabulary
) -> tuple[Proposal, ...]:
    """A proposal for every column that has a header, from the left."""
    columns = sorted(block.paths)
    paths = {column: _inner(block.paths[column], block) for column in columns}
    options = {column: options_of(template, sheet, column, below.first_row) for column in columns}
    found = [meaning_of(paths[column], words) for column in columns]
    found = [_by_options(one, options[column], words) for one, column in zip(found, columns, strict=True)]
    meant = together(found, columns, words)
    result = []
    for one, column in zip(meant, columns, strict=True):
        filling = _Filling.of(sheet, grid, block, below, column, options[column], one, words)
        field = words.fields.get(one.field)
        others = tuple(name for name in dict.fromkeys(one.others) if name != one.field)[:_MOST_ALTERNATIVES]
        result.append(
            Proposal(
                column=column,
                header=tuple(shown(text) for text in block.paths[column]),
                field=one.field,
                title=field.title if field else "",
                nth=one.nth,
                sure=one.sure and bool(one.field),
                reason=reason_of(one, options[column], words),
                alternatives=others,
                values=filling.values,
                options=options[column],
                write=filling.write,
                required=filling.required,
                length=filling.length,
                date=filling.date,
                cell=filling.cell,
                width=sheet.widths.get(column, 0.0),
                hidden=column in sheet.hidden_columns,
            )
        )
    return tuple(result)


def _inner(path: tuple[str, ...], block: HeaderBlock) -> tuple[str, ...]:
    """A path without texts that stand over all columns: those are titles."""
    over_all = texts_over_all(block.paths)
    return tuple(text for text in path if text not in over_all) or path


_YES_NO = frozenset({"是", "否", "有", "无", "√", "×", "没有", "已", "未", "Y", "N"})
_NO_WORDS = ("id", "date", "money", "count", "phone")
_NAMES = ("person.name", "household.head", "disease.name", "disease.hospital", "treatment.hospital")


def _by_options(one: Meaning, options: tuple[str, ...], words: Vocabulary) -> Meaning:
    """A meaning in the light of what its drop-down offers."""
    names = tuple(name for _code, name in map(parted, options) if name)
    names = names or tuple(name for _code, name in read_wording(one.leaf).codes.pairs)
    if len(names) < 2:
        return one
    asks = set(names) <= _YES_NO
    if one.field and (words.fields[one.field].kind in _NO_WORDS or (asks and one.field in _NAMES)):
        # 新农合 with 是、否 asks whether, not how much
        if not asks:
            return replace(one, sure=False)
        flags = (words.within["insured", key].field for key in one.keys if ("insured", key) in words.within)
        return replace(one, field="", sure=False, how="foreign", others=(*flags, one.field))
    if one.field:
        fits = agreement(one.field, names)
        if 0 <= fits < 0.34:
            others = tuple(name for name in fields_of(names) if name != one.field)
            return replace(one, sure=False, others=(*others, *one.others))
        plain = one.group is None or (one.group.exact and one.field not in known_words().personal)
        told = plain and fits == 1.0 and one.how in ("title", "wording", "group")
        return replace(one, sure=True) if told and fields_of(names) == (one.field,) else one
    like = fields_of(names)
    if like and one.how == "none":
        return replace(one, field=like[0], sure=False, how="options", others=like[1:])
    return one


@dataclass(frozen=True, slots=True)
class _Filling:
    """How the cells of a column are written."""

    values: tuple[tuple[str, str], ...] = ()
    write: Write = "name"
    required: bool = False
    length: int = 0
    date: str = "YYYY-MM-DD"
    cell: CellKind = "text"

    @classmethod
    def of(
        cls,
        sheet: RawSheet,
        grid: Grid,
        block: HeaderBlock,
        below: Below,
        column: int,
        options: tuple[str, ...],
        one: Meaning,
        words: Vocabulary,
    ) -> _Filling:
        field = words.fields.get(one.field)
        told = _told(sheet, grid, block, below, column)
        sample = grid.text(below.sample, column) if below.sample else ""
        values, write = _written(field, options, told, sample)
        rules = rules_of(sheet, column, below.first_row)
        return cls(
            values,
            write,
            _required(told),
            _length(told, rules),
            _date(sheet, below, column, told, sample, rules),
            _cell(field, sheet, below, column),
        )


def _told(sheet: RawSheet, grid: Grid, block: HeaderBlock, below: Below, column: int) -> list[str]:
    """Every text that tells how to fill a column: its header, the rows that stay, remarks on its cells."""
    texts = list(block.paths[column][-2:])
    for row in below.staying:
        area = grid.area(row, column)
        if area[1] == area[3]:
            texts.append(grid.text(row, column))
    texts += [
        note
        for (row, place), note in sheet.comments.items()
        if place == column and block.first <= row <= below.first_row
    ]
    texts += [rule.prompt for rule in sheet.validations if rule.prompt and rule.below(column, below.first_row)]
    return [text for text in texts if text]


def _written(
    field: Field | None, options: tuple[str, ...], told: list[str], sample: str
) -> tuple[tuple[tuple[str, str], ...], Write]:
    """The column's own codes, ours first where they are known, and whether codes or names are written."""
    entries = tuple(parted(option) for option in options)
    if not entries:
        entries = next(
            (codes.pairs for text in reversed(told) if (codes := read_wording(text).codes or codes_in(text))), ()
        )
        if field is None or field.kind not in ("code", "codes", "text"):
            return (), "name"
        if not entries:
            return (), "code" if field.kind in ("code", "codes") and sample.isdecimal() else "name"
        coded = all(code for code, _name in entries)
        if coded and sample and not sample[:1].isdigit():
            return _ours(field, tuple((code, name, name) for code, name in entries), "name")
        if coded:
            return _ours(field, tuple((code, name, code) for code, name in entries), "code")
        return _ours(field, tuple(("", name, name) for _code, name in entries), "name")
    if field is None or field.kind not in ("code", "codes", "text") or len(entries) > 200:
        return (), "name"
    if all(code and name for code, name in entries):
        return _ours(
            field, tuple((code, name, option) for (code, name), option in zip(entries, options, strict=True)), "both"
        )
    if all(code and not name for code, name in entries):
        names = dict(
            next((codes.pairs for text in reversed(told) if (codes := read_wording(text).codes or codes_in(text))), ())
        )
        return _ours(field, tuple((code, names.get(code, ""), code) for code, _name in entries), "code")
    return _ours(field, tuple(("", option, option) for option in options), "name")


def _ours(
    field: Field, entries: tuple[tuple[str, str, str], ...], write: Write
) -> tuple[tuple[tuple[str, str], ...], Write]:
    """Entries (code, name, what is written) under our codes; where theirs are others, what is written is the name."""
    if not known_values(field.name):
        return tuple((code, name or code) for code, name, _written in entries), write
    found = [(our_code(field.name, name) if name else code, code, name, written) for code, name, written in entries]
    found = [one for one in found if one[0]]
    if write == "name":
        return tuple((ours, name) for ours, _code, name, _written in found), "name"
    same = all(ours.lstrip("0") == code.lstrip("0") and len(ours) == len(code) for ours, code, _name, _written in found)
    plain = write == "code" or all(written == code + name for _ours, code, name, written in found)
    if same and plain:
        return tuple((ours, name) for ours, _code, name, _written in found if name), write
    return tuple((ours, written) for ours, _code, _name, written in found), "name"


def _required(told: list[str]) -> bool:
    said = [found for text in told if (found := read_wording(text).required) is not None]
    return bool(said) and said[-1]


def _length(told: list[str], rules: list[Validation]) -> int:
    for rule in rules:
        if rule.kind == "textLength":
            bound = rule.second if rule.operator in ("between", "notBetween") else rule.formula
            if bound.isdecimal() and rule.operator in ("between", "lessThan", "lessThanOrEqual", "equal"):
                return int(bound) - (rule.operator == "lessThan")
    found = [re.search(r"(?:不超过|最多|最长|限)\s*(\d{1,3})\s*(?:个?字|位|个?字符)", text) for text in told]
    return next((int(one[1]) for one in found if one), 0)


def _date(sheet: RawSheet, below: Below, column: int, told: list[str], sample: str, rules: list[Validation]) -> str:
    for text in (*told, sample):
        if text and (found := date_format(text)):
            return found
    shape = sheet.formats.get((below.first_row, column), sheet.column_formats.get(column, ""))
    return _DATE_SHAPES.get(shape, "YYYY-MM-DD")


_DATE_SHAPES = {
    "#14": "YYYY/M/D",
    "yyyy/m/d": "YYYY/M/D",
    "yyyymmdd": "YYYYMMDD",
    'yyyy"年"m"月"d"日"': "YYYY年M月D日",
    "#31": "YYYY年M月D日",
    "yyyy-mm": "YYYY-MM",
}


def _cell(field: Field | None, sheet: RawSheet, below: Below, column: int) -> CellKind:
    """A number where the template's cells are formatted as amounts or counts."""
    shape = sheet.formats.get((below.first_row, column), sheet.column_formats.get(column, ""))
    if field is None or field.kind not in ("money", "count"):
        return "text"
    return "text" if shape in ("@", "#49") else "number"
