"""Reading the answered findings workbook back: what stands in its yellow columns, row by row.

Columns may have moved, sheets may be filtered or gone, the file may have been saved by another program; what must be
there is the hidden column of keys.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from audit.answers import Answer
from audit.questions import VERDICTS
from casebook.errors import Place, RuhuError
from casebook.language import N_, _, in_all_languages
from casebook.progress import Progress
from casebook.tables.raw import RawBook, RawSheet, read_sheets
from casebook.tables.table import Value, text_of
from exports.findings_layout import KEY_HEADER, WORKBOOK_TITLE

VERDICT_HEADER, REASON_HEADER, NOTE_HEADER = N_("结论"), N_("理由/见到的证件"), N_("备注")

OURS_BEGIN, OURS_END = "〔", "〕"
"""Around what the program itself wrote into a note; it is no part of the answer."""

_OURS = re.compile("〔[^〕]*〕")
_HEAD_ROWS = 20
_OF_THE_PROGRAM = ("WpsReserved",)
"""Hidden sheets that office programs put in."""


def read_answers(
    path: Path, *, password: Callable[[], str | None] | None = None, progress: Progress | None = None
) -> list[Answer]:
    """The answered rows in their order, and what can't be read as an answer with its problem.

    Raises RuhuError for an unusable file and for one that is no findings workbook or has lost its column of keys.
    """
    book = read_sheets(path, password=password, progress=progress)
    if not any(_columns(row) for sheet in book.sheets for row in sheet.rows[:_HEAD_ROWS]):
        raise _not_ours(book)
    return _of_book(book)


def answers_in(path: Path) -> list[Answer] | None:
    """What `read_answers` would read; None when this is no findings workbook that can be read without a password."""
    try:
        book = read_sheets(path)
    except RuhuError:
        return None
    first = book.sheets[0].rows[:1] if book.sheets else []
    ours = any(text_of(value).strip() in in_all_languages(WORKBOOK_TITLE) for row in first for value in row[:1])
    answers = _of_book(book)
    return answers if ours or answers else None


def _of_book(book: RawBook) -> list[Answer]:
    found = [answer for sheet in book.sheets for answer in _of_sheet(sheet)]
    why = _("这张工作表是隐藏的，没有读。请取消隐藏再读，或把它删掉")
    hidden = (name for name in book.hidden if not name.startswith(_OF_THE_PROGRAM))
    return found + [Answer(name, 0, "", None, problem=why) for name in hidden]


def _not_ours(book: RawBook) -> RuhuError:
    if any(_answer_columns(row) for sheet in book.sheets for row in sheet.rows[:_HEAD_ROWS]):
        what = _("各表都没有 key 这一列，不知道每行答的是哪个疑点")
        remedy = _("请从原来的疑点清册（有隐藏的 key 列）里填好结论再读")
        return RuhuError("answers_without_keys", what, remedy, Place(file=book.name))
    what, remedy = _("这不是疑点清册"), _("请给出 ruhu audit findings -o 或 ruhu check 写的工作簿")
    return RuhuError("not_findings", what, remedy, Place(file=book.name))


def _of_sheet(sheet: RawSheet) -> Iterator[Answer]:
    """The answers of one sheet; none of a sheet that is not one of findings."""
    for place, row in enumerate(sheet.rows[:_HEAD_ROWS]):
        columns = _columns(row)
        if columns is not None:
            yield from _answers(sheet, place, columns)
            return
        if _answer_columns(row) is not None:
            why = _("这张工作表没有 key 这一列，没有读。请从原来的疑点清册里填好再读")
            yield Answer(sheet.name, 0, "", None, problem=why)
            return


def _answers(sheet: RawSheet, header: int, columns: dict[str, int]) -> Iterator[Answer]:
    merged = {
        (row, column): first
        for first, last, column in sheet.merges
        if column in columns.values() and column != columns[KEY_HEADER]
        for row in range(first + 1, last + 1)
    }

    def text(number: int, name: str) -> str:
        column = columns.get(name)
        if column is None:
            return ""
        row = sheet.rows[merged.get((number, column), number) - 1]
        return text_of(row[column]).strip() if column < len(row) else ""

    for number in range(header + 2, len(sheet.rows) + 1):
        if _columns(sheet.rows[number - 1]) is not None:  # the header once more, as some programs print it
            continue
        key, said = text(number, KEY_HEADER), text(number, VERDICT_HEADER)
        reason = text(number, REASON_HEADER)
        note = _OURS.sub("", text(number, NOTE_HEADER)).strip()
        if not said and not reason:
            continue
        verdict = read_verdict(said)
        problem = ""
        if not key:
            problem = _("这一行没有 key，不知道答的是哪个疑点。请从原来的疑点清册里填好再读")
        elif not said:
            problem = _("写了理由，没有选结论。请选一项，还定不了的选「5待查」")
        elif verdict is None:
            problem = _("看不懂这个结论。请从下拉列表中选一项，或只写数字")
        yield Answer(sheet.name, number, key, verdict, reason, note, problem)


def _columns(row: Sequence[Value]) -> dict[str, int] | None:
    """Where the columns are, when this is the header of a sheet of findings."""
    found = _answer_columns(row)
    names = [text_of(value).strip() for value in row]
    if found is None or KEY_HEADER not in names:
        return None
    return found | {KEY_HEADER: names.index(KEY_HEADER)}


def _answer_columns(row: Sequence[Value]) -> dict[str, int] | None:
    """The columns to answer in, by their Chinese header, whatever language they are in."""
    words = _header_words()
    found: dict[str, int] = {}
    for index, value in enumerate(row):
        name = words.get("".join(text_of(value).split()).casefold())
        if name:
            found.setdefault(name, index)
    return found if VERDICT_HEADER in found and REASON_HEADER in found else None


@lru_cache(maxsize=1)
def _header_words() -> dict[str, str]:
    headers = (VERDICT_HEADER, REASON_HEADER, NOTE_HEADER)
    return {"".join(text.split()).casefold(): header for header in headers for text in in_all_languages(header)}


_NUMBER = re.compile(r"[\s(]*([1-9])(.*)", re.DOTALL)


def read_verdict(text: str) -> int | None:
    """The number of a verdict: the digit, full-width or between brackets too, with or without its words in any
    language, or its words alone; None for anything else, such as a digit with the words of another verdict.

    >>> read_verdict("２"), read_verdict("1 采用花名册"), read_verdict("采用卫健"), read_verdict("1或2")
    (2, 1, 2, None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digit = _NUMBER.fullmatch(plain)
    said = _plain(digit[2] if digit else plain)
    words = _verdict_words()
    if digit is not None and any(char.isdigit() for char in digit[2]):
        return None
    if digit is None:
        return words.get(said)
    number = int(digit[1])
    return number if not said or words.get(said) == number else None


@lru_cache(maxsize=1)
def _verdict_words() -> dict[str, int]:
    return {_plain(text): number for number, one in VERDICTS.items() for text in in_all_languages(one.word)}


def _plain(text: str) -> str:
    """Words alone: no digits, spaces or punctuation."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalpha())
