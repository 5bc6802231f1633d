"""A sheet's cells with its merged areas (合并单元格) put to use: which text stands above which column."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from itertools import pairwise

from exports.learning.sheet_reading import Area, RawSheet

MOST_HEIGHT = 8
"""A merged area higher than this is no header cell but a remark at the side."""

_LINE = re.compile(
    r"[:：]\s*[_＿\s]*$|[_＿]{3,}|[:：]\s*(?:[_＿\s]*年[_＿\s]*月[_＿\s]*日?)|^(?:表号|制表机关|制定机关|批准机关|批准文号|文号|有效期至?|年度|单位|计量单位|综合机关名称)\s*[:：]|(?:填报|上报|报送|制表|编制|统计)(?:单位|日期|时间|机构|地区)\s*(?:\([^)]*\)|（[^）]*）)?\s*[:：]"
)
_SENTENCE = re.compile(r"[。；;！]|[,，].*[,，]|^(?:注|说明|备注|填表说明|填报说明|注意)[:：]|^\s*\d[、.．].{18,}")
_LABEL = re.compile(r"[\u3400-\u9fffA-Za-z]")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%?$|\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?$")
_LONG_NUMBER = re.compile(r"\d{11,22}[Xx]?$")
_EXAMPLE = re.compile(r"示例|样例|范例|^例[:：]?$|^例\d*$|^样表|^example|^sample|^e\.g", re.IGNORECASE)

COLUMN_MARKS = (
    tuple("甲乙丙丁戊己庚辛壬癸"),
    tuple("一二三四五六七八九十"),
    tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
)


class Grid:
    """Texts by (row, column) and merged areas; rows 1-based, columns 0-based."""

    def __init__(self, sheet: RawSheet) -> None:
        self.sheet = sheet
        self.texts: dict[tuple[int, int], str] = {}
        for place, value in sheet.cells.items():
            text = _text(value)
            if text:
                self.texts[place] = text
        self._areas: dict[tuple[int, int], Area] = {}
        for area in sheet.merged:
            if area[2] - area[0] < MOST_HEIGHT:
                for row in range(area[0], area[2] + 1):
                    for column in range(area[1], area[3] + 1):
                        self._areas[row, column] = area

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows with texts, from the top."""
        return tuple(sorted({row for row, _column in self.texts}))

    @cached_property
    def by_row(self) -> dict[int, tuple[tuple[int, str], ...]]:
        """The cells that begin in a row, from the left."""
        found: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in sorted(self.texts.items()):
            found.setdefault(row, []).append((column, text))
        return {row: tuple(cells) for row, cells in found.items()}

    @cached_property
    def last_column(self) -> int:
        return max((column for _row, column in self.texts), default=-1)

    def area(self, row: int, column: int) -> Area:
        """The merged area of a cell, or the cell itself."""
        return self._areas.get((row, column), (row, column, row, column))

    def merged(self, row: int, column: int) -> bool:
        return (row, column) in self._areas

    def text(self, row: int, column: int) -> str:
        """What is read at a place: a merged area's text anywhere in it."""
        area = self._areas.get((row, column))
        return self.texts.get((area[0], area[1]) if area else (row, column), "")

    def crosses(self, row: int) -> bool:
        """Whether a merged area with a text reaches from this row into the next."""
        return any(a <= row < c and (a, b) in self.texts for a, b, c, _d in self._unique)

    @cached_property
    def _unique(self) -> tuple[Area, ...]:
        return tuple(set(self._areas.values()))

    @cached_property
    def crossing_rows(self) -> frozenset[int]:
        """The rows r of which a merged area with a text reaches into r + 1."""
        found: set[int] = set()
        for a, b, c, _d in self._unique:
            if (a, b) in self.texts:
                found.update(range(a, c))
        return frozenset(found)

    def row_kind(self, row: int) -> str:
        """blank, title, line (填报单位：…), note, numbers, units, needs, codes, english, example, values or labels."""
        cells = self.by_row.get(row, ())
        if not cells:
            return "blank"
        texts = [text for _column, text in cells]
        if any(_EXAMPLE.search(text) and len(text) < 20 for text in texts[:3]):
            return "example"
        lines = sum(bool(_LINE.search(text)) for text in texts)
        if lines and lines * 3 >= len(texts):
            return "line"
        if len(cells) == 1 and (self._wide(row, cells[0][0]) or len(cells[0][1]) > 30 or _SENTENCE.search(texts[0])):
            return "note" if _SENTENCE.search(texts[0]) or len(texts[0]) > 40 else "title"
        if _are_marks(texts):
            return "numbers"
        if len(texts) > 1 and sum(bool(_UNITS.fullmatch(text)) for text in texts) * 3 >= len(texts) * 2:
            return "units"
        if len(texts) > 1 and sum(bool(_NEEDS.fullmatch(text)) for text in texts) * 3 >= len(texts) * 2:
            return "needs"
        values = sum(is_value(text) for text in texts)
        if values * 3 > len(texts) or any(_LONG_NUMBER.fullmatch(text) and len(text) >= 15 for text in texts):
            return "values"
        if all(not re.search(r"[\u3400-\u9fff]", text) for text in texts):
            return "english"
        return "labels"

    def _wide(self, row: int, column: int) -> bool:
        area = self.area(row, column)
        return (area[3] - area[1] + 1) * 10 >= 6 * (self.last_column + 1)


_UNITS = re.compile(
    r"[(（]?(?:元|万元|岁|周岁|月|个月|人|天|年|日|次|%|—+|-+|／|/|无|元/年|代码|文本|数字|日期|文字|字符|数值|编码|名称|金额|整数|字符型|数字型|日期型|文本型|数值型|字符串|下拉|选择|单选|多选|手工|自动|text|date|number|char|varchar|string|int|decimal)[)）]?",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"[(（*]*(?:必填|选填|非必填|必填项|选填项|可选|可空|必录|是|否|Y|N|M|O|必须|条件必填|有则必填|患病必填|√|required|optional)[)）*]*",
    re.IGNORECASE,
)


def is_value(text: str) -> bool:
    """Whether a text is a value rather than a label: a number, a date."""
    return bool(_NUMBER.fullmatch(text) or _LONG_NUMBER.fullmatch(text)) or not _LABEL.search(text)


def is_prose(text: str) -> bool:
    """Whether a text is an instruction rather than a label."""
    return (
        len(text) > 60
        and bool(_SENTENCE.search(text))
        and not re.search(r"\d\s*[.、:：]?\s*[\u3400-\u9fff]", text[:40])
    )


def _are_marks(texts: list[str]) -> bool:
    """A row of column numbers: 1 2 3…, (1) (2)…, 甲 乙 1 2…, A B C…"""
    bare = [re.sub(r"^(?:第)?[(（\[]?|[)）\]]?[列栏]?$", "", text.strip()) for text in texts]
    bare = [one for one in bare if one not in ("栏次", "列号", "栏", "列次", "列序")]
    if len(bare) < 3:
        return False
    numbers = [int(one) for one in bare if one.isdecimal() and len(one) < 4]
    rest = [one for one in bare if not (one.isdecimal() and len(one) < 4)]
    if len(numbers) >= 3 and all(b - a == 1 for a, b in pairwise(numbers)):
        return all(one in COLUMN_MARKS[0] or re.fullmatch(r"\d+\s*=\s*[\d+＋\s.…-]+", one) for one in rest) or len(
            rest
        ) * 5 <= len(bare)
    return any(bare == list(marks[: len(bare)]) for marks in COLUMN_MARKS)


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
