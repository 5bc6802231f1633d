"""Code lists (代码表) as data: a list is a TOML file with its name, version, region, source and status.

Ours lie in `data/codes/`; a county's own file has the same form and takes the place of ours (`use_code_list`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.table import Value, text_of

Status = Literal["sourced", "built-in"]

_DATA = Path(__file__).with_name("data") / "codes"
_STATUSES: tuple[Status, ...] = ("sourced", "built-in")
_SPLIT = re.compile(r"[,，、;；/|+\n]+|和|与|及")
_CODE_BEFORE = re.compile(r"^(\d{1,2})[-.、:：)]*(?=\D)")
_NOT = re.compile("[未不无非没否]")
_NOISE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u206f\ufeff]+")


@dataclass(frozen=True, slots=True)
class Code:
    """One value. `code` is empty where the list's code is not known. `valid_from`, `valid_to` are ISO dates, both
    days included, empty when open. `sex` 1 or 2 when the value means one; `unique` when a household has at most one;
    `generation` counts from the head (户主) downwards: children 1, parents -1.
    """

    code: str
    name: str
    also: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    sex: str = ""
    male: tuple[str, ...] = ()
    female: tuple[str, ...] = ()
    unique: bool = False
    generation: int = 0


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes. `status` is `sourced`, or `built-in` for what a county has to replace before it relies on it.

    `finer` are names that lists use and the code list has no code of its own for; they carry the code they fall under.
    """

    name: str
    title: str
    version: str
    region: str
    valid_from: str
    source: str
    status: Status
    codes: tuple[Code, ...]
    finer: tuple[Code, ...] = ()
    _words: Mapping[str, Code] = field(default_factory=dict, repr=False, compare=False)

    def find(self, text: str) -> Code | None:
        """The value that a code (`01`, `1`), a name or another word for it means; None when it means none."""
        word = _word(text)
        found = self._words.get(word)
        if found is None and (before := _CODE_BEFORE.match(word)):
            found = self._words.get(word[before.end() :])
        return found

    def find_all(self, text: str) -> tuple[Code, ...]:
        """The values of a cell that may hold several (`长期慢性病、残疾`), each once, unknown words left out."""
        whole = self.find(text)
        if whole is not None:
            return (whole,)
        found = (self.find(part) for part in _SPLIT.split(unicodedata.normalize("NFKC", text)))
        return tuple(dict.fromkeys(code for code in found if code is not None))

    def name_on(self, code: str, day: str) -> str:
        """The name of a code on a day (ISO), for offices and classes that changed theirs; empty when it had none."""
        return next(
            (
                one.name
                for one in self.codes
                if one.code == code and one.valid_from <= day and (not one.valid_to or day <= one.valid_to)
            ),
            "",
        )


def denies_alike(word: str, other: str) -> bool:
    """Whether of two words, one within the other, what the longer has more denies nothing: 脱贫 is no part of 未脱贫.

    >>> denies_alike("新农合", "新农合（城乡居民医保）"), denies_alike("低保户", "非低保户")
    (True, False)
    """
    short, long = sorted((word, other), key=len)
    return not _NOT.search(long.replace(short, "", 1))


def _word(text: str) -> str:
    word = _NOISE.sub("", unicodedata.normalize("NFKC", text)).strip(".。-'")
    return word.lstrip("0") or "0" if word.isdecimal() else word.upper()


# --- reading the files


def load_code_list(path: Path) -> CodeList:
    """Read a code list.

    Raises RuhuError `code_list_unreadable`, `code_list_syntax` or `code_list_invalid` with file, line and remedy.
    """
    import tomllib

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RuhuError(
            "code_list_unreadable", _("打不开代码表文件"), _("检查文件是否存在，是否为 UTF-8 编码"), Place(path.name)
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        row = int(line[1]) if line else text.count("\n") + 1
        raise RuhuError(
            "code_list_syntax",
            _("代码表第 {line} 行不合 TOML 格式").format(line=row),
            _("检查该行的引号、方括号和等号"),
            Place(path.name, row=row),
        ) from error
    return _Reader(path.name, text, data).code_list()


class _Reader:
    """Turns the tables of one file into a CodeList, or says which line is wrong."""

    def __init__(self, file: str, text: str, data: dict[str, Any]) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._data = data

    def code_list(self) -> CodeList:
        status = self._text(self._data, "status", 1)
        if status not in _STATUSES:
            raise self._wrong(self._line_of("status"), _("status 只能是 sourced 或 built-in"))
        codes, finer = self._codes("codes"), self._codes("finer")
        if not codes:
            raise self._wrong(len(self._lines), _("一个代码也没有"), _("至少写一个 [[codes]]"))
        title = {key: self._text(self._data, key, 1) for key in ("name", "title", "version", "region", "source")}
        valid_from = self._text(self._data, "valid_from", 1, needed=False)
        return CodeList(
            **title, valid_from=valid_from, status=status, codes=codes, finer=finer, _words=self._words(codes, finer)
        )

    def _codes(self, section: str) -> tuple[Code, ...]:
        entries = self._data.get(section, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong(self._line_of(section), _("{section} 要写成 [[{section}]]").format(section=section))
        return tuple(self._code(entry, self._header(section, i)) for i, entry in enumerate(entries))

    def _code(self, entry: dict[str, Any], line: int) -> Code:
        unknown = sorted(set(entry) - set(Code.__dataclass_fields__))
        if unknown:
            raise self._wrong(line, _("不认识的项 {key}").format(key=unknown[0]))
        sex, unique, generation = entry.get("sex", ""), entry.get("unique", False), entry.get("generation", 0)
        if sex not in ("", "1", "2") or not isinstance(unique, bool) or not isinstance(generation, int):
            raise self._wrong(line, _('sex 只能是 "1" 或 "2"，unique 是 true 或 false，generation 是整数'))
        return Code(
            code=self._text(entry, "code", line, needed=False),
            name=self._text(entry, "name", line),
            also=self._texts(entry, "also", line),
            valid_from=self._text(entry, "valid_from", line, needed=False),
            valid_to=self._text(entry, "valid_to", line, needed=False),
            sex=sex,
            male=self._texts(entry, "male", line),
            female=self._texts(entry, "female", line),
            unique=unique,
            generation=generation,
        )

    def _words(self, codes: tuple[Code, ...], finer: tuple[Code, ...]) -> dict[str, Code]:
        """Every code, name and other word; a word may stand twice only for one code at different times."""
        words: dict[str, Code] = {}
        for section, entries in (("codes", codes), ("finer", finer)):
            for i, entry in enumerate(entries):
                own = [entry.code] if entry.code and section == "codes" else []
                for text in (*own, entry.name, *entry.also, *entry.male, *entry.female):
                    before = words.setdefault(_word(text), entry)
                    if before is not entry and (before.code != entry.code or section == "finer"):
                        line = self._header(section, i)
                        raise self._wrong(line, _("「{word}」已经属于「{name}」").format(word=text, name=before.name))
                    if before is not entry and not (before.valid_to and before.valid_to < entry.valid_from):
                        line = self._header(section, i)
                        raise self._wrong(line, _("代码 {code} 重复，且时间重叠").format(code=entry.code))
        return words

    def _text(self, table: dict[str, Any], key: str, line: int, *, needed: bool = True) -> str:
        value = table.get(key, "")
        if hasattr(value, "isoformat"):
            value = value.isoformat()
        if not isinstance(value, str) or (needed and not value):
            raise self._wrong(line, _("缺少 {key}，或者它不是文字").format(key=key))
        return value

    def _texts(self, table: dict[str, Any], key: str, line: int) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self._wrong(line, _("{key} 要写成文字的列表").format(key=key))
        return tuple(value)

    def _header(self, section: str, index: int) -> int:
        """The 1-based line of the index-th `[[section]]`."""
        wanted = f"[[{section}]]"
        headers = [i for i, line in enumerate(self._lines, 1) if line.replace(" ", "").startswith(wanted)]
        return headers[index] if index < len(headers) else 1

    def _line_of(self, key: str) -> int:
        return next((i for i, line in enumerate(self._lines, 1) if line.lstrip(" [").startswith(key)), 1)

    def _wrong(self, line: int, what: str, remedy: str = "") -> RuhuError:
        return RuhuError(
            "code_list_invalid",
            _("代码表第 {line} 行：{what}").format(line=line, what=what),
            remedy or _("对照随程序提供的代码表改正该行"),
            Place(self._file, row=line),
        )


# --- the lists in use

_own: dict[str, CodeList] = {}


@cache
def code_list_names() -> tuple[str, ...]:
    """The names of the lists that the program ships."""
    return tuple(sorted(path.stem for path in _DATA.glob("*.toml")))


@cache
def _shipped(name: str) -> CodeList:
    return load_code_list(_DATA / f"{name}.toml")


def code_list(name: str) -> CodeList:
    """The list in use under a name (`relation`, `health`, …): the county's own, else ours.

    Raises KeyError when there is none of that name: names come from the program, not from a user.
    """
    if name in _own:
        return _own[name]
    if name not in code_list_names():
        raise KeyError(name)
    return _shipped(name)


def use_code_list(own: CodeList | None, name: str = "") -> None:
    """Let a county's list replace ours of the same name from now on; None with a name brings ours back."""
    if own is not None:
        _own[own.name] = own
    else:
        _own.pop(name, None)
    for read in (_relation, _sex, _health, _cause):
        read.cache_clear()


# --- what single cells mean


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation to the head of household (与户主关系): `name` is one word for all that mean it, its text when unknown.

    `sex` is 1, 2 or empty; `unique` when a household has one at most; `generation` as in `Code`. Blank has no name.
    """

    code: str
    name: str
    sex: str
    unique: bool
    generation: int


@dataclass(frozen=True, slots=True)
class Health:
    """健康状况: the values named; `healthy` is True for 健康 alone, None for a blank or an unknown word."""

    names: tuple[str, ...]
    healthy: bool | None


_OF_HEAD = re.compile(r"^(?:与?户主(?:本人)?)?[之的]?(?=.)")
_RANK = re.compile(r"^(?:第?[一二三四五六七八九十0-9]+|[长大小次老幺么满独亲养继]|独生|非婚生|婚生|亲生)(?=.)")


def relation(text: Value) -> Relation:
    """What a relation word or code means: 妻 is 配偶, 次子 and 儿子 are 之子, 本人 is 户主."""
    return _relation(text_of(text))


@lru_cache(maxsize=1 << 12)
def _relation(text: str) -> Relation:
    relations = code_list("relation")
    word = _word(text)
    found = relations.find(word)
    for pattern in (_OF_HEAD, _RANK, _RANK):
        if found is not None:
            break
        word = pattern.sub("", word)
        found = relations.find(word) if not word.isdecimal() else None
    if found is None:
        return Relation("", _word(text), "", False, 0)
    sex = "1" if word in found.male else "2" if word in found.female else found.sex
    return Relation(found.code, found.name, sex, found.unique, found.generation)


def sex(text: Value) -> str:
    """`1` for 男, `2` for 女, empty for anything else."""
    return _sex(text_of(text))


@lru_cache(maxsize=1 << 8)
def _sex(text: str) -> str:
    found = code_list("sex").find(text)
    return found.code if found is not None and found.code in ("1", "2") else ""


def health(text: Value) -> Health:
    """The state of health, of which a cell may name several."""
    return _health(text_of(text))


@lru_cache(maxsize=1 << 10)
def _health(text: str) -> Health:
    found = code_list("health").find_all(text)
    names = tuple(code.name for code in found)
    return Health(names, names == ("健康",) if names else None)


def cause(text: Value) -> tuple[str, ...]:
    """The causes of poverty (致贫原因) named in a cell, in their order; empty for a blank or unknown words."""
    return _cause(text_of(text))


@lru_cache(maxsize=1 << 10)
def _cause(text: str) -> tuple[str, ...]:
    return tuple(code.name for code in code_list("cause").find_all(text))
