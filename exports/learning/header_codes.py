"""Codes told in a text (代码): `1男2女`, `01.一般贫困户 02.低保户`, `男/女`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exports.learning.words import known_words

_ITEM = re.compile(
    r"(?:^|(?<=[^\dA-Za-z.]))[(\[“\"‘]?(\d{1,2})[)\]”\"’]?\s*[.、:：\-—=－_代表为是指]{0,2}\s*(?=[(（]?[\u3400-\u9fffA-Za-z]|\d+\s*[-~]\s*\d+\s*岁|\d{2}岁)"
)
_LETTER = re.compile(r"(?:^|(?<=[\s,，;；、/(|\u3400-\u9fff]))([A-H])\s*[.、:：\-—=]\s*(?=[\u3400-\u9fff])")
_APART = " \t\r\n,，;；、/|。.:：()（）[]【】“”\"'"
_PLAIN = re.compile(r"[\s]*(?:[/|]|或)[\s]*")
_REVERSED = re.compile(r"([\u3400-\u9fff]{1,10})\s*[=:：\-—]\s*(\d{1,2})(?=[\s,，;；、/|)）]|$)")


@dataclass(frozen=True, slots=True)
class Codes:
    """`pairs` are (code, name) each, the code '' where only names are told."""

    pairs: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pairs)

    @property
    def coded(self) -> bool:
        return bool(self.pairs) and all(code for code, _name in self.pairs)


def codes_in(text: str) -> Codes:
    """The codes of a text that holds nothing else; empty when it does."""
    before, codes = split_codes(text)
    lead = before.strip(_APART + "代码填写选项选择请编为按是如下可多选单选")
    if codes and not lead:
        return codes
    words = [word.strip(_APART) for word in _PLAIN.split(text)]
    if any(mark in text.strip("()（）[]【】 ") for mark in "()（）"):
        return Codes()
    if (
        len(words) > 1
        and all(0 < len(word) <= 8 and not re.search(r"\d{3}", word) for word in words)
        and _are_values(words)
    ):
        return Codes(tuple(("", word) for word in words))
    listed = [word.strip(_APART) for word in re.split(r"[、,，;；/|]", text.rstrip(".…等 "))]
    if len(listed) > 1 and all(0 < len(word) <= 8 for word in listed):
        known = sum(word.lower() in known_words().values for word in listed)
        if known * 2 >= len(listed):
            return Codes(tuple(("", word) for word in listed))
    return Codes()


def split_codes(text: str) -> tuple[str, Codes]:
    """What stands before the codes of a text, and the codes; the whole text and none when it tells no two codes."""
    best: tuple[str, Codes] = (text, Codes())
    for pattern in (_ITEM, _LETTER):
        items = _ascending(list(pattern.finditer(text)))
        if len(items) >= 2:
            pairs = []
            for number, item in enumerate(items):
                end = items[number + 1].start() if number + 1 < len(items) else len(text)
                pairs.append((item[1], _name(text[item.end() : end])))
            if all(name for _code, name in pairs):
                best = (text[: items[0].start()], Codes(tuple(pairs)))
                break
    if not best[1]:
        turned = list(_REVERSED.finditer(text))
        if len(turned) >= 2:
            best = (text[: turned[0].start()], Codes(tuple((one[2], one[1]) for one in turned)))
    return best


def _name(text: str) -> str:
    name = text.strip(_APART)
    if name.count("(") > name.count(")"):
        name += ")"
    if name.count("（") > name.count("）"):
        name += "）"
    return name


def _ascending(items: list[re.Match[str]]) -> list[re.Match[str]]:
    """The items whose codes count up: a number inside a name (`0-6岁`) is none of them."""
    taken: list[re.Match[str]] = []
    for item in items:
        code = int(item[1]) if item[1].isdecimal() else ord(item[1]) - 64
        if not taken:
            if code <= 1:
                taken.append(item)
            continue
        last = int(taken[-1][1]) if taken[-1][1].isdecimal() else ord(taken[-1][1]) - 64
        alike = len(item[1]) == len(taken[-1][1]) or item[1].startswith(("9", "1"))
        if alike and (code == last + 1 or (code > last and code in (8, 9, 98, 99))):
            taken.append(item)
    return taken


def _are_values(words: list[str]) -> bool:
    return len(words) > 2 or any(word.lower() in known_words().values for word in words)
