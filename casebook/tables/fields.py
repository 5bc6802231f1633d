"""Known columns: what a header means. The words stand in `fields.toml` beside this file, and may be replaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import _

_BRACKETED = re.compile(r"[(\[【〔〈<{「][^)\]】〕〉>}」]*[)\]】〕〉>}」]")
_ORDINAL = re.compile(r"第?[1-9一二三四五](?:种|个)?")
_NUMBERING = re.compile(r"^(?:[A-Za-z]?\d{1,2}[a-z]?[.、)]|[A-Z]\d{1,2}[a-z]?(?=[^\W\d_a-zA-Z])|(?:19|20)\d\d年度?)")


@lru_cache(maxsize=20_000)
def header_key(text: str) -> str:
    """A header for comparing: NFKC, lower case, without spaces, line breaks and punctuation; digits stay.

    >>> header_key("乡（镇）"), header_key("身份证\\n号码 *")
    ('乡镇', '身份证号码')
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum() or c == "%")


@dataclass(frozen=True, slots=True)
class Known:
    """Field names with their titles, and what each header key means: the field and the rank of that wording."""

    titles: Mapping[str, str]
    keys: Mapping[str, tuple[str, int]]
    repeats: Mapping[str, int]
    other_person: tuple[str, ...]

    def meaning(self, text: str) -> tuple[str, int] | None:
        """The field of a header text and the rank of its wording (0 is the plainest), None when unknown."""
        if found := self._worded(text):
            return found
        wide = unicodedata.normalize("NFKC", text).strip().lstrip("*※")
        shorter = _NUMBERING.sub("", wide)
        if shorter != wide and (found := self._worded(shorter)):
            return found
        plain = _BRACKETED.sub("", shorter)
        inside = "".join(_BRACKETED.findall(shorter))
        if plain != shorter and not any(word in inside for word in self.other_person):
            return self._worded(plain)
        return None

    def _worded(self, text: str) -> tuple[str, int] | None:
        """The same for a wording as it stands, or of a field that repeats, with its number (疾病名称2, 疾病二名称)."""
        key = header_key(text)
        if found := self.keys.get(key):
            return found
        for ordinal in _ORDINAL.finditer(key):
            found = self.keys.get(key[: ordinal.start()] + key[ordinal.end() :])
            if found and self.repeats.get(found[0], 1) > 1:
                return found
        return None

    def repeated(self, text: str) -> tuple[str, int] | None:
        """The same, for a field that may stand in several columns; None for any other."""
        found = self.meaning(text)
        return found if found and self.repeats.get(found[0], 1) > 1 else None

    def with_mapping(self, mapping: Mapping[str, str]) -> Known:
        """The same, with a user's own headers first. Raises RuhuError (usage) for an unknown field."""
        if not mapping:
            return self
        return Known(
            self.titles,
            {**self.keys, **{header_key(header): (self.named(field), -1) for header, field in mapping.items()}},
            self.repeats,
            self.other_person,
        )

    def named(self, field: str) -> str:
        """The field meant by an English name or a Chinese title. Raises RuhuError (usage) when there is none."""
        if field in self.titles:
            return field
        key = header_key(field)
        for name, title in self.titles.items():
            if header_key(title) == key:
                return name
        if found := self.keys.get(key):
            return found[0]
        raise RuhuError(
            "unknown_field",
            _("没有「{field}」这个字段").format(field=field),
            self._suggestion(key),
            category="usage",
        )

    def _suggestion(self, key: str) -> str:
        from difflib import get_close_matches

        words = {header_key(word): name for name, title in self.titles.items() for word in (name, title)}
        near = dict.fromkeys(words[word] for word in get_close_matches(key, words, 3, 0.5))
        if not near:
            return _("所有字段见 docs/commands.md，例：--map roster:名字=name")
        fields = _("、").join(_("{name}（{title}）").format(name=name, title=self.titles[name]) for name in near)
        return _("是不是想写 {fields}？所有字段见 docs/commands.md").format(fields=fields)


@lru_cache(maxsize=4)
def known_fields(path: Path | None = None) -> Known:
    """The fields of the file beside this module, or of a file in its form. Raises RuhuError when it is unusable."""
    import tomllib

    source = path or Path(__file__).with_name("fields.toml")
    titles: dict[str, str] = {}
    keys: dict[str, tuple[str, int]] = {}
    repeats: dict[str, int] = {}
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
        for field in data["field"]:
            name = field["name"]
            titles[name] = field["title"]
            repeats[name] = field.get("repeats", 1)
            for number in range(2, repeats[name] + 1):
                titles[f"{name}_{number}"] = f"{field['title']}{number}"
            for rank, header in enumerate(field["headers"]):
                keys.setdefault(header_key(header), (name, rank))
        return Known(titles, keys, repeats, tuple(data.get("other_person", ())))
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise RuhuError(
            "bad_fields", _("列名表读不懂"), _("请照自带的 fields.toml 改正"), Place(file=source.name)
        ) from error
