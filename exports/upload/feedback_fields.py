"""Which columns of what was handed in a message of the province is about, and what was sent there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from casebook.language import _
from casebook.tables.fields import header_key, known_fields
from casebook.tables.table import Value, text_of
from casebook.texts import Text
from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn
from exports.upload.batches import SentRow
from exports.upload.feedback_lines import list_field

_TOO_GENERAL = frozenset((
    "其他", "编号", "类别", "级别", "备注", "说明", "日期", "时间", "人数", "自付", "属地", "代码", "名称", "原因",
    "组", "县", "乡", "村", "省", "市",
))  # fmt: skip
"""Words of headers that messages use for anything."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that the province says of a person, in its words, or a Text of ours that says how its list differs.
    `field` is what the lists call the column, '' for none or where the message does not say; `title` the column in
    words, `sent` what was sent there; `columns` are places in `Format.columns`."""

    text: str | Text
    field: str = ""
    title: str = ""
    sent: str = ""
    columns: tuple[int, ...] = ()


class ColumnWords:
    """The columns of a format by the words in which messages speak of them."""

    def __init__(self, format: Format) -> None:
        self._format = format
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        own: dict[str, set[str]] = {}
        for place, column in enumerate(format.columns):
            if column.field:
                self._places[column.field].append(place)
                key = header_key(column.header[-1]) if column.header else ""
                if _telling(key):
                    own.setdefault(key, set()).add(column.field)
        # a word that the format itself uses means its own column
        self._words: Mapping[str, frozenset[str]] = {
            **_words(), **{key: frozenset(fields) for key, fields in own.items()}
        }  # fmt: skip
        self._longest = max(map(len, self._words), default=0)

    def message(self, text: str, about: str, sent: Callable[[int], str]) -> Message:
        """A message with what it is about: the column that the file names, else those that the text speaks of. `sent`
        gives what was sent in a column of the format."""
        named = list(self._named(about)) or list(self._named(text))
        of_format = [(word, fields) for word, fields in named if any(field in self._places for field in fields)]
        places: list[int] = []
        titles: list[str] = []
        for word, fields in of_format or named:
            own = [place for field in sorted(fields) for place in self._places.get(field, ())]
            found = self._of_part(own, text + about, sent)
            places += found
            titles += [self._format.columns[place].title for place in found] or [word]
        places = list(dict.fromkeys(places))
        told = [(self._format.columns[place].title, sent(place)) for place in places]
        return Message(
            text=text if not about or about in text else f"{about}：{text}",
            field=next((name for place in places if (name := known_list_field(self._format.columns[place]))), ""),
            title=_("、").join(dict.fromkeys(titles)),
            sent=_("、").join(s or _("空") for _t, s in told) if any(s for _t, s in told) else "",
            columns=tuple(places),
        )

    def _named(self, text: str) -> Iterator[tuple[str, frozenset[str]]]:
        """The words of columns in a text, the longest at each place, each once."""
        key, at = header_key(text), 0
        seen: set[str] = set()
        while at < len(key):
            size = next((n for n in range(self._longest, 1, -1) if key[at : at + n] in self._words), 0)
            word = key[at : at + size]
            if size and word not in seen:
                seen.add(word)
                yield word, self._words[word]
            at += size or 1

    def _of_part(self, places: Sequence[int], text: str, sent: Callable[[int], str]) -> list[int]:
        """Of columns that stand side by side for several diseases those whose group the text names, else those in which
        something was sent, else the first."""
        if len(places) < 2:
            return list(places)
        key = header_key(text)
        columns = self._format.columns
        told = [n for n in places if any(header_key(group) in key for group in columns[n].header[:-1] if group)]
        return told or [n for n in places if sent(n)] or list(places[:1])


def known_list_field(column: FormatColumn) -> str:
    name = list_field(column)
    return name if name in known_fields().titles else ""


def _telling(key: str) -> bool:
    return len(key) > 1 and key not in _TOO_GENERAL


@cache
def _words() -> Mapping[str, frozenset[str]]:
    """Every wording of every field: fields by word."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for field in upload_fields().values():
        for word in (field.title, *field.headers):
            if _telling(header_key(word)):
                found[header_key(word)].add(field.name)
    return {word: frozenset(fields) for word, fields in found.items()}


class SentCells:
    """What stands in the workbooks of a batch; each is read when it is first asked for."""

    def __init__(self, files: Sequence[tuple[str, bytes]], format: Format) -> None:
        self._files, self._format = files, format
        self._read: dict[int, list[list[Value]]] = {}

    def text(self, row: SentRow, place: int) -> str:
        """The cell of a row in a column of the format; '' where the workbook is not at hand."""
        if row.file not in self._read:
            self._read[row.file] = self._sheet(row.file)
        cells = self._read[row.file]
        column = self._format.columns[place].column
        values = cells[row.sheet_row - 1] if row.sheet_row <= len(cells) else []
        return text_of(values[column]).strip() if column < len(values) else ""

    def _sheet(self, file: int) -> list[list[Value]]:
        from python_calamine import CalamineWorkbook

        if file >= len(self._files):
            return []
        book = CalamineWorkbook.from_filelike(BytesIO(self._files[file][1]))
        return book.get_sheet_by_name(self._format.sheet).to_python(skip_empty_area=False)  # type: ignore[return-value]
