"""A coded value in the words of a column (代码对应): found by name first, by code where both lists count alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from casebook.people.codes import denies_alike, relation
from exports.formats.fields import Field
from exports.upload.canonical import plain_word
from exports.upload.record import Value
from exports.upload.words import codes_of

Pair = tuple[str, str]
"""A code and its name."""

_SAME = (frozenset(("是", "有", "√")), frozenset(("否", "无", "没有", "都没有", "×")))
_CODE_BEFORE = re.compile(r"^(\d{1,2})[-.、:：)\s]*(?=\D)")


class Coding:
    """`values` are the column's own codes, `choices` those that the forms offer for its field, else the code list's.

    A code alone is only trusted where both lists count alike: what has the same name has the same code; or, in a column
    of names (`by_code`), where there is a name for every code of ours: `0 否, 1 是, 2 否, 3 否` for 脱贫状态.
    """

    def __init__(
        self, values: Sequence[Pair], field: Field, choices: Sequence[Pair] = (), by_code: bool = False
    ) -> None:
        self._values = tuple(values)
        self._field, self._listed = field, codes_of(field)
        self._coded = field.kind in ("code", "codes")
        self._names = {plain_word(name): (code, name) for code, name in reversed(self._values) if name}
        self._codes = {plain_word(code): (code, name) for code, name in reversed(self._values) if code}
        for code, name in self._values:
            if not code and (parted := _CODE_BEFORE.match(name)):  # a drop-down's `1.男`, which is written as it stands
                self._names.setdefault(plain_word(name[parted.end() :]), (code, name))
                self._codes.setdefault(plain_word(parted[1]), (code, name))
        self._offered = {plain_word(code): name for code, name in choices}
        ours = choices or [(one.code, one.name) for one in (self._listed.codes if self._listed is not None else ())]
        self._alike = self._counts_alike(ours, by_code)

    def pairs(self, value: Value) -> list[Pair] | None:
        """The column's code and name for each code of a value; None where one has no counterpart."""
        if not self._coded:
            found_text = self._by_name(value.text) or self._codes.get(plain_word(value.text))
            return [found_text] if found_text else None
        codes = list(value.codes) if self._field.kind == "codes" else [value.text]
        names = [*value.names, *[""] * len(codes)]
        if len(value.names) > len(codes):
            codes = [*codes, *[""] * (len(value.names) - len(codes))]
        found = [self.pair(code, name) for code, name in zip(codes, names, strict=False)]
        return None if None in found else [one for one in found if one is not None]

    def pair(self, code: str, name: str) -> Pair | None:
        """The column's code and name for one."""
        named = "" if plain_word(name) == plain_word(code) else name
        if not self._values:
            return self._own(code, named or ("" if code.isascii() else name))
        if not named:
            named = self._name_of(code)
        if found := self._by_name(named or name):
            return found
        same = self._codes.get(plain_word(code)) if code else None
        return same if same is not None and (not named or not same[1] or self._alike) else None

    def _own(self, code: str, name: str) -> Pair | None:
        """Of a column without codes of its own: as the form or the code list has it."""
        name = name or self._name_of(code)
        if plain_word(code) in self._offered:
            return code, name
        listed = self._listed.find(code) or self._listed.find(name) if self._listed is not None else None
        if listed is not None and listed.code:
            return (code if plain_word(code) == plain_word(listed.code) else listed.code), name or listed.name
        return (code, name) if not self._offered and self._listed is None else None

    def _name_of(self, code: str) -> str:
        if offered := self._offered.get(plain_word(code)):
            return offered
        listed = self._listed.find(code) if self._listed is not None and code else None
        return listed.name if listed is not None else ""

    def _by_name(self, name: str) -> Pair | None:
        word = plain_word(name)
        if not word:
            return None
        if found := self._names.get(word):
            return found
        return self._meaning(word) or self._within(word) if self._coded else None

    def _meaning(self, word: str) -> Pair | None:
        """Another word for the same: 妻 for 配偶, 没有 for 否."""
        for group in _SAME:
            if word in group:
                return next((pair for other, pair in self._names.items() if other in group), None)
        meant = self._meant(word)
        return next((pair for other, pair in self._names.items() if meant and self._meant(other) == meant), None)

    def _meant(self, word: str) -> str:
        if self._listed is None:
            return ""
        if self._field.name == "person.relation":
            return relation(word).name
        found = self._listed.find(word)
        return f"{found.code} {'' if found.code else found.name}" if found is not None else ""

    def _within(self, word: str) -> Pair | None:
        """The one name that is a part of the word or has it as a part, and denies nothing: 新农合 for
        新农合（城乡居民医保）, never 未脱贫 for 脱贫."""
        found = [
            pair
            for other, pair in self._names.items()
            if len(min(word, other, key=len)) > 1 and (other in word or word in other) and denies_alike(word, other)
        ]
        return found[0] if len(found) == 1 else None

    def _counts_alike(self, ours: Sequence[Pair], by_code: bool) -> bool:
        same = [plain_word(code) == plain_word(pair[0]) for code, name in ours if (pair := self._by_name(name))]
        whole = by_code and bool(ours) and all(plain_word(code) in self._codes for code, _name in ours)
        return all(same) and (bool(same) or whole)
