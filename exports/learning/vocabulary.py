"""The words that headers are known by (词汇): fields.toml of the upload, the lists' own, and the groups of columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from casebook.tables.fields import header_key
from exports.formats.fields import Field, upload_fields
from exports.learning.wording import read_wording, without_numbering, without_ordinal

_ENDING = re.compile(r"(?:信息|情况|资料|部分|一览|内容|项目|数据|明细|详情|方面|状况|表|栏)+$")
NEVER = frozenset({"cost.rest"})
"""Fields that are worked out, so no header means them by its words."""


@dataclass(frozen=True, slots=True)
class Known:
    """A field that a wording means; `sure` when it means nothing else."""

    field: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What a group of columns is about. `kinds` are names of groups.toml, the likeliest first; `exact` when its wording
    is known; `foreign` when it is about somebody else; `nth` its number (疾病二)."""

    text: str
    key: str
    kinds: tuple[str, ...] = ()
    exact: bool = False
    foreign: bool = False
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`words` are the fields by header key, `within` by group and key; `fillers` say nothing in a group's text."""

    fields: Mapping[str, Field]
    words: Mapping[str, tuple[Known, ...]]
    within: Mapping[tuple[str, str], Known]
    groups: tuple[tuple[str, bool, frozenset[str], tuple[str, ...]], ...]
    foreign: tuple[str, ...]
    fillers: frozenset[str]
    _seen: dict[str, Group] = field(default_factory=dict)

    def group(self, text: str) -> Group:
        """What the text over a group of columns says."""
        if text not in self._seen:
            self._seen[text] = self._group(text)
        return self._seen[text]

    def _group(self, text: str) -> Group:
        wording = read_wording(without_numbering(text))
        keys = [*wording.keys, *wording.loose]
        nth = 0
        for bared in (False, True):
            for key in keys:
                bare, number = without_ordinal(key) if bared else (key, 0)
                nth = nth or number
                for one in (bare, _ENDING.sub("", bare)):
                    kinds = tuple(name for name, _foreign, headers, _parts in self.groups if one in headers)
                    if kinds:
                        return Group(text, one, kinds, True, self._is_foreign(kinds[0]), number)
        for key in keys:
            for bare, number in ((key, 0), without_ordinal(key)):
                if composed := self._composed(_ENDING.sub("", bare)):
                    return Group(text, _ENDING.sub("", bare), composed, True, self._is_foreign(composed[0]), number)
        whole = keys[0] if keys else ""
        kinds = tuple(name for name, _foreign, _headers, parts in self.groups if any(part in whole for part in parts))
        foreign = bool(kinds and self._is_foreign(kinds[0])) or (not kinds and self.about_others(text))
        return Group(text, _ENDING.sub("", without_ordinal(keys[-1])[0]) if keys else "", kinds, False, foreign, nth)

    def _composed(self, key: str) -> tuple[str, ...]:
        """What a group's key says that is put together of known ones: `住院就诊` is 住院 and 就诊. Empty when a piece
        of it is not known, or when its pieces say different things."""
        kinds = {"": frozenset[frozenset[str]]([frozenset()])}
        for end in range(1, len(key) + 1):
            found: set[frozenset[str]] = set()
            for start in range(end):
                piece = key[start:end]
                if piece in self.fillers:
                    found |= kinds[key[:start]]
                for name, _foreign, headers, _parts in self.groups:
                    if name not in ("neutral", "apart") and piece in headers:
                        found |= {before | {name} for before in kinds[key[:start]]}
            kinds[key[:end]] = frozenset(found)
        return next((tuple(one) for one in sorted(kinds[key], key=sorted) if len(one) == 1), ())

    def _is_foreign(self, kind: str) -> bool:
        return any(name == kind and foreign for name, foreign, _headers, _parts in self.groups)

    def about_others(self, text: str) -> bool:
        """Whether a header speaks of somebody whom no field is about."""
        return bool(self.others_in(text))

    def others_in(self, text: str) -> tuple[str, ...]:
        """The words in a header that are about somebody else."""
        told = text.lower()
        return tuple(word for word in self.foreign if word in told)


@cache
def vocabulary() -> Vocabulary:
    fields = upload_fields()
    words: dict[str, list[Known]] = {}

    def add(text: str, name: str, sure: bool) -> None:
        known = words.setdefault(header_key(text), [])
        if all(one.field != name for one in known):
            known.append(Known(name, sure))

    usable = [one for one in fields.values() if one.name not in NEVER]
    for one in usable:
        doubtful = {header_key(text) for text in one.doubtful}
        add(one.title, one.name, header_key(one.title) not in doubtful)
        for text in one.headers:
            add(text, one.name, True)
    own = set(words)
    for one in usable:
        for text in one.doubtful:
            if header_key(text) not in own:
                add(text, one.name, False)
    known_here = set(words)
    for column, headers in _list_headers().items():
        name = next((one.name for one in usable if one.column == column), "")
        for text in headers if name else ():
            if header_key(text) not in known_here:
                add(text, name, False)
    within: dict[tuple[str, str], Known] = {}
    for one in usable:
        for text in one.within:
            kind, _, leaf = text.removesuffix("?").partition("/")
            sure = (
                not text.endswith("?")
                and kind != "household"
                and one.name
                not in (
                    "household.phone",
                    "person.code",
                    "person.status",
                    "place.hamlet",
                )
            )
            within.setdefault((kind, header_key(leaf)), Known(one.name, sure))
    data = tomllib.loads(Path(__file__).with_name("groups.toml").read_text(encoding="utf-8"))
    groups = tuple(
        (
            one["name"],
            bool(one.get("foreign")),
            frozenset(map(header_key, one["headers"])),
            tuple(map(header_key, one["parts"])),
        )
        for one in data["group"]
    )
    return Vocabulary(
        fields,
        {key: tuple(found) for key, found in words.items() if key},
        within,
        groups,
        tuple(data["foreign"]),
        frozenset(map(header_key, data["fillers"])),
    )


def _list_headers() -> dict[str, list[str]]:
    """What the lists call their columns (casebook/tables/fields.toml)."""
    from casebook.tables import fields as lists

    text = Path(lists.__file__).with_name("fields.toml").read_text(encoding="utf-8")
    return {one["name"]: one["headers"] for one in tomllib.loads(text)["field"]}
