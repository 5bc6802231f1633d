"""Names of upload workbooks (文件名): from the format's pattern, fit for every system's disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

LEFT_OUT = "未上报.xlsx"
"""Where those stand who stay out, the same in every language: it is looked for by name."""
LONGEST_BYTES = 200
"""Bytes of a name in UTF-8: Linux takes 255, and a copy's `(2)` wants room too. A Chinese character takes three."""
_UNFIT = frozenset('<>:"/\\|?*')
_PLACE = re.compile(r"\{(\w+)\}")
_RUNS = re.compile(r"([_\-\s])[_\-\s]+")
_RESERVED = frozenset(
    (
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "CONIN$",
        "CONOUT$",
        *(device + n for device in ("COM", "LPT") for n in "0123456789¹²³"),
    )
)


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """A pattern with its `{places}` filled in; what has no value leaves nothing behind, not even its separators.

    >>> filled("{county}_{township}_{title}.xlsx", {"county": "甲县", "title": "核查表"})
    '甲县_核查表.xlsx'
    """
    text = _PLACE.sub(lambda found: values.get(found[1], ""), pattern)
    stem, dot, suffix = text.rpartition(".")
    return _RUNS.sub(r"\1", stem if dot else text).strip("_- ") + dot + suffix if dot else text.strip("_- ")


def safe_name(text: str, suffix: str = ".xlsx") -> str:
    """A file name for Windows, Linux and sticks: no `<>:"/\\|?*`, no control or invisible characters, no end in a dot
    or blank, no name of a device, not too long; with the suffix.

    >>> safe_name("CON.xlsx"), safe_name('a/b:"c"?.xlsx'), safe_name(" 表. ")
    ('_CON.xlsx', 'a_b__c__.xlsx', '表.xlsx')
    """
    stem = unicodedata.normalize("NFC", text)
    if stem.casefold().endswith(suffix):
        stem = stem[: -len(suffix)]
    stem = "".join(map(_fit, stem))
    stem = _cut(stem.strip(" ."), LONGEST_BYTES - len(suffix)).rstrip(" .") or "_"
    if stem.partition(".")[0].strip().upper() in _RESERVED:
        stem = "_" + stem
    return stem + suffix


def _fit(char: str) -> str:
    """A character as a name may have it, '' for one that nobody sees."""
    kind = unicodedata.category(char)
    if char in _UNFIT or kind == "Cc":
        return "_"
    return " " if kind == "Zs" else char if char.isprintable() else ""


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore")


def all_different(names: Iterable[str], suffix: str = ".xlsx") -> list[str]:
    """Names of one folder: one that is taken already, whatever the case, gets a number: `表_2.xlsx`. 未上报.xlsx is
    taken."""
    used = {LEFT_OUT.casefold()}
    found = []
    for name in names:
        number, one = 1, name
        while one.casefold() in used:
            number += 1
            tail = f"_{number}"
            stem = _cut(name[: -len(suffix)], LONGEST_BYTES - len(suffix) - len(tail)).rstrip(" .")
            one = stem + tail + suffix
        used.add(one.casefold())
        found.append(one)
    return found
