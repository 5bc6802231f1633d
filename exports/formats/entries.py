"""The entries of a format file read one by one: each of its type, or a trouble with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from casebook.errors import Place
from casebook.language import _
from exports.formats.toml_lines import TomlLines
from exports.formats.trouble import FormatTrouble, Grade

_LONGEST = 60
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENOUGH = 200
"""Troubles that are told: more are rubbish, and finding out what was meant by each would take minutes."""


def meant(word: str, known: Iterable[str]) -> str:
    """A remedy that names what was probably meant, '' when nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1, 0.6)
    return _("是不是「{name}」？").format(name=near[0]) if near else ""


class Troubles:
    """Everything that is wrong with one file, in the order of its lines."""

    def __init__(self, file: str, lines: TomlLines) -> None:
        self.file = file
        self.lines = lines
        self._found: list[FormatTrouble] = []

    def add(self, line: int, what: str, remedy: str = "", column: str = "", grade: Grade = "error") -> None:
        if self.many:
            return
        remedy = remedy or _("对照 docs/upload.md 改正该行")
        place = Place(self.file, row=line, column=column)
        told = " ".join(what.split())  # values are quoted in it
        self._found.append(FormatTrouble("format_invalid", grade, told, remedy, place))

    @property
    def many(self) -> bool:
        return len(self._found) > _ENOUGH

    def found(self) -> tuple[FormatTrouble, ...]:
        """Each once: the columns of a block are read as often as it repeats."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda one: one.place.row or 0))


class Entry:
    """One table of the file. What is missing or of a wrong type is a trouble, and reads as the default."""

    def __init__(self, data: Mapping[str, Any], troubles: Troubles, table: str = "", index: int = 0) -> None:
        self.data = data
        self.troubles = troubles
        self.table = table
        self.index = index

    def wrong(self, key: str, what: str, remedy: str = "", within: str = "") -> None:
        """Say what is wrong with the value of a key, or of the entry `within` it."""
        line = self.troubles.lines.line(self.table, self.index, key, within)
        self.troubles.add(line, what, remedy, column=self._column())

    def _column(self) -> str:
        """The header of the column that an entry is about."""
        if self.table != "column":
            return ""
        header = self.data.get("header", "")
        told = "/".join(map(str, header)) if isinstance(header, list) else str(header)
        return " ".join(told.split())[:_LONGEST]

    def only(self, known: Iterable[str]) -> None:
        """Say which keys mean nothing: a slip would else be a setting that silently does nothing."""
        names = tuple(known)
        for key in self.data:
            if self.troubles.many:
                return
            if key not in names:
                what = _("不认识「{key}」这一项").format(key=key[:_LONGEST])
                remedy = meant(key, names) or _("这里可以写：{names}").format(names=_("、").join(names))
                self.wrong(key, what, remedy)

    def text(self, key: str, default: str = "", *, needed: bool = False) -> str:
        value = self.data.get(key, default)
        if hasattr(value, "isoformat"):  # a date without quotes
            value = value.isoformat()
        if isinstance(value, str) and (value or not needed):
            return self.writable(key, value)
        if key not in self.data or value == "":
            self.wrong(key, _("缺少 {key}").format(key=key), _('加上一行：{key} = "…"').format(key=key))
        else:
            self.wrong(key, _("{key} 要写成文字").format(key=key), _("在值的两边加上英文引号"))
        return default

    def writable(self, key: str, value: str) -> str:
        """A text without what no workbook can hold, which is a trouble."""
        if _UNWRITABLE.search(value):
            self.wrong(key, _("{key} 里有看不见的控制字符").format(key=key), _("删去重写这几个字"))
            return _UNWRITABLE.sub("", value)
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value in choices:
            return value
        shown = _("、").join(one or '""' for one in choices)
        self.wrong(
            key,
            _("{key} 不能是「{value}」").format(key=key, value=value[:_LONGEST]),
            _("只能是：{choices}").format(choices=shown),
        )
        return default

    def number(self, key: str, default: int = 0, least: int = 0, most: int = 1_048_576) -> int:
        value = self.data.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        what = _("{key} 要写成 {least} 到 {most} 的整数，不加引号").format(key=key, least=least, most=most)
        self.wrong(key, what)
        return default

    def width(self, key: str) -> float:
        value = self.data.get(key, 0)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 255:
            return float(value)
        self.wrong(key, _("{key} 要写成 0 到 255 的数，不加引号").format(key=key))
        return 0.0

    def yes(self, key: str, default: bool) -> bool:
        value = self.data.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, _("{key} 只能是 true 或 false，不加引号").format(key=key))
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self.data.get(key, [])
        value = [value] if isinstance(value, str) else value
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(self.writable(key, one) for one in value)
        self.wrong(key, _("{key} 要写成文字的列表").format(key=key), _('例：{key} = ["甲", "乙"]').format(key=key))
        return ()

    def rows(self, key: str, default: tuple[int, int]) -> tuple[int, int]:
        """`3` or `[3, 4]`: the first and the last."""
        value = self.data.get(key, list(default))
        value = [value, value] if isinstance(value, int) else value
        whole = isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value)
        if whole and 1 <= value[0] <= value[1] <= 100:
            return value[0], value[1]
        self.wrong(
            key, _("{key} 要写成表头的第一行和最后一行").format(key=key), _("例：{key} = [3, 4]").format(key=key)
        )
        return default

    def table_of(self, key: str) -> Mapping[str, Any]:
        value = self.data.get(key, {})
        if isinstance(value, dict):
            return value
        self.wrong(
            key,
            _("{key} 要写成一组「名称 = 值」").format(key=key),
            _("例：{example}").format(example=f'{key} = {{ "person.status" = "1" }}'),
        )
        return {}

    def inner(self, key: str) -> list[Entry]:
        """The `[[key]]` of the file."""
        value = self.data.get(key, [])
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return [Entry(one, self.troubles, key, index) for index, one in enumerate(value)]
        self.wrong(key, _("{section} 要写成 [[{section}]]").format(section=key))
        return []
